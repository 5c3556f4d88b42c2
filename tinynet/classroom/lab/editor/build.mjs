/* Bundles CodeMirror for the lab: web/codemirror.js and licences/codemirror.txt, byte for byte.

npm ci --ignore-scripts && node build.mjs           writes them to their places
node build.mjs FOLDER                               writes them into a folder */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const [folder = ".."] = process.argv.slice(2);
const ABOUT = "/* CodeMirror 6, bundled by editor/build.mjs; its licence: licences/codemirror.txt. */\n";

const { outputFiles: [bundle], metafile } = await build({
  entryPoints: ["codemirror.js"], bundle: true, minify: true, format: "iife",
  globalName: "CodeMirror", target: "es2022", banner: { js: ABOUT },
  legalComments: "none", write: false, metafile: true,
});
const inside = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const names = [...new Set(Object.keys(metafile.inputs).map((path) => inside.exec(path)?.[1]))];
const licences = await Promise.all(names.filter(Boolean).sort().map(licence));
await put("web", "codemirror.js", bundle.text);
await put("licences", "codemirror.txt", licences.join("\n"));

async function licence(name) {
  const place = `node_modules/${name}`;
  const file = (await readdir(place)).find((each) => /^licen[cs]e/i.test(each));
  const { version } = JSON.parse(await readFile(`${place}/package.json`, "utf8"));
  return `${name} ${version}\n\n${(await readFile(`${place}/${file}`, "utf8")).trim()}\n`;
}

async function put(part, name, text) {
  await mkdir(`${folder}/${part}`, { recursive: true });
  await writeFile(`${folder}/${part}/${name}`, text);
}
