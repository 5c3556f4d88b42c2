"""The texts of the repository as pages, and their links turned to the pages."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS, ASSIGNMENTS, DATASETS = (
    ROOT / "tutorials",
    ROOT / "tutorials/assignments",
    ROOT / "datasets",
)
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#]*)(?P<anchor>#[^)\s]*)?\)"
)


def pages() -> dict[Path, str]:
    """Texts of the repository, and the file of the site that each becomes."""
    found = {
        ROOT / "CHANGELOG.md": "changelog.md",
        TUTORIALS / "README.md": "course/index.md",
        TUTORIALS / "glossary.md": "course/glossary.md",
        TUTORIALS / "doctor.md": "howto/doctor.md",
        ASSIGNMENTS / "README.md": "assignments/index.md",
        ASSIGNMENTS / "TEACHING.md": "howto/teaching.md",
    }
    found |= {path: f"datasets/{path.name}" for path in sorted(DATASETS.glob("*.md"))}
    for path in sorted(ASSIGNMENTS.glob("*/README.md")):
        found[path] = f"assignments/{path.parent.name}.md"
    return found


def _places() -> dict[Path, str]:
    """Where on the site one finds what a link of the repository leads to."""
    found = dict(pages())
    found |= {path: f"course/{path.stem}.ipynb" for path in TUTORIALS.glob("[0-9][0-9]_*.py")}
    found |= dict.fromkeys(TUTORIALS.glob("scripts/*.py"), "howto/scripts.md")
    found |= {readme.parent: page for readme, page in pages().items() if readme.stem == "README"}
    found[ROOT / "README.md"] = "index.md"
    found[DATASETS] = "datasets/index.md"
    found[ROOT / "tinynet/losses"] = "losses/index.md"
    return found


def turned(text: str, path: Path) -> str:
    """The text of a file, with links as the site has them; `path` is the file in the repository."""
    places = _places()
    here = Path(places[path]).parent

    def turn(found: re.Match) -> str:
        target, anchor = found["target"], found["anchor"] or ""
        if not target or re.match(r"\w+:", target):
            return found[0]
        aim = (path.parent / target).resolve()
        if not aim.exists():
            raise ValueError(f"{path.relative_to(ROOT)} links to {target}, which is not there")
        if found["image"]:
            return f"![{found['text']}]({_relative(Path('pictures') / aim.name, here)})"
        if aim in places:
            return f"[{found['text']}]({_relative(Path(places[aim]), here)}{anchor})"
        return found["text"]  # a file of the repository, which is no page

    fence = re.compile(r"^(```.*?^```)", re.MULTILINE | re.DOTALL)
    parts = fence.split(text)  # what stands in fences is code
    return "".join(part if part.startswith("```") else _LINK.sub(turn, part) for part in parts)


def _relative(target: Path, folder: Path) -> str:
    return os.path.relpath(target, folder).replace(os.sep, "/")


def write(source: Path) -> None:
    """Write the pages and their pictures."""
    for path, page in pages().items():
        made = source / page
        made.parent.mkdir(parents=True, exist_ok=True)
        text = turned(path.read_text(encoding="utf-8"), path)
        if made.name == "index.md":
            text += _contents(_beside(page))
        made.write_text(text, encoding="utf-8")
    names = [path.stem for path in sorted(DATASETS.glob("*.md"))]
    (source / "datasets/index.md").write_text(_datasets(names), encoding="utf-8")
    shutil.copytree(TUTORIALS / "scripts", source / "scripts")
    _pictures(source / "pictures")


def _pictures(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for picture in (*TUTORIALS.glob("pictures/**/*.png"), *ASSIGNMENTS.glob("*/*.svg")):
        if (folder / picture.name).exists():
            raise ValueError(f"two pictures are called {picture.name}")
        shutil.copy(picture, folder)


def _beside(page: str) -> list[str]:
    """The other pages in its folder, in order."""
    folder = Path(page).parent
    names = [Path(each).stem for each in sorted(_places().values()) if Path(each).parent == folder]
    return [name for name in dict.fromkeys(names) if name != "index"]


def _contents(names: list[str]) -> str:
    return "\n```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```\n"


def _datasets(names: list[str]) -> str:
    rows = []
    for name in names:
        title, _, about, *_ = (DATASETS / f"{name}.md").read_text(encoding="utf-8").split("\n")
        rows.append(f"| [`{name}`]({name}.md) | {title.removeprefix('# ')} |")
    return DATA.format(rows="\n".join(rows)) + _contents(names)


DATA = """\
# The datasets

Real data that come with tinynet; each has a card: what was measured, by whom, under which licence,
and what to beware of. `tn.datasets.load_iris()` gives one as a [`Dataset`](../api/tinynet.rst),
`tinynet datasets iris` shows its card and a picture. The generators, `make_moons` and the others,
stand in [`tn.datasets`](../api/datasets.rst).

| name | what it is |
| --- | --- |
{rows}
"""
