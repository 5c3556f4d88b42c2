"""The site: built once, then walked through, read by axe-core, searched and printed, offline."""

import doctest
import importlib.util
import io
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import tinynet as tn
from tests.test_classroom_evening import printed
from tests.test_course import each

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of Playwright, as it ends
]

SITE = Path(__file__).parents[1] / "tutorials" / "site"
LOOKED_AT = ["index", "course/02_one_neuron", "losses/huber", "api/layers", "howto/csv"]
LOOKED_AT += ["course/glossary", "search", "datasets/iris", "howto/doctor"]
WIDTHS = (1440, 390)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site; TINYNET_SITE names one that is built already."""
    if built := os.environ.get("TINYNET_SITE"):
        return Path(built)
    for name in ("sphinx", "myst_nb", "furo", "latex2mathml", "ipykernel"):
        pytest.importorskip(name, reason='the site: pip install "tinynet-learn[site]"')
    out = tmp_path_factory.mktemp("site") / "html"
    done = subprocess.run(
        [sys.executable, SITE / "build.py", out], capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    return out


class Page(HTMLParser):
    """What a page links to and loads, its anchors, and the levels of its headings."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.anchors, self.levels = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors.update(filter(None, (values.get("id"), values.get("name"))))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") not in ("next", "prev", "index", "search"):
            self.loaded.append(values["href"])
        elif values.get("src"):
            self.loaded.append(values["src"])
        elif re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


# --- what is there --------------------------------------------------------------------------


def test_each_tutorial_loss_dataset_and_namespace_has_its_page(site, pages):
    tutorials = [path.stem for path in SITE.parent.glob("[0-9][0-9]_*.py")]
    losses, data = tn.losses.names(), ["iris", "penguins", "digits", "wine", "auto_mpg"]
    expected = [*(f"course/{t}" for t in tutorials), *(f"losses/{name}" for name in losses)]
    expected += [*(f"datasets/{name}" for name in data), "course/glossary", "changelog"]
    expected += [f"api/{name}" for name in ("tinynet", "losses", "layers", "training", "plots")]
    assert [name for name in expected if site / f"{name}.html" not in pages] == []
    assert len(losses) == 50


@each
def test_a_tutorial_was_executed_and_drew_its_figures(site, tutorial):
    page = (site / "course" / f"{tutorial.name}.html").read_text(encoding="utf-8")
    shown = tutorial.path.read_text(encoding="utf-8").count("plt.show()")
    assert len(re.findall(r'<img [^>]*src="../_images/', page)) == shown >= 2
    assert 'class="output stream' in page and 'class="output stderr' not in page


def test_every_link_leads_somewhere(pages):
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link in ("#", ""):
                continue
            aim = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            there = aim.exists() and (not anchor or anchor in pages[aim].anchors)
            broken += [] if there else [f"{path.name}: {link}"]
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for path, page in pages.items():
        for address in page.loaded:
            parts = urlsplit(address)
            assert not parts.scheme or parts.scheme == "data", f"{path}: {address}"
            assert parts.scheme or (path.parent / unquote(parts.path)).exists(), address
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert [
        found for text in styles for found in re.findall(r"(?:url\(|@import)\W*http", text)
    ] == []


def test_headings_are_in_order(pages):
    for path, page in pages.items():
        levels = page.levels
        assert levels[:1] == [1] and levels.count(1) == 1, path
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False)), (path, levels)


def test_formulas_are_drawn_by_the_browser(site):
    text = (site / "losses/huber.html").read_text(encoding="utf-8")
    assert text.count("<math") >= 4 and "\\frac" not in text and "MathJax" not in text


# --- in a browser ---------------------------------------------------------------------------


@pytest.fixture
def look(browser, site):
    """Opens a page of the site offline, and gathers what it complains of."""
    contexts = []

    def opened(name, width=1440):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_timeout(200)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_complains_of_nothing_and_fits(look, name):
    for width in WIDTHS:
        page = look(name, width)
        assert page.complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_axe_finds_nothing_serious(look, name, scheme):
    folder = importlib.util.find_spec("axe_core_python")
    if folder is None:
        pytest.skip("python -m pip install axe-core-python")
    axe = (Path(folder.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    page = look(name, 390 if scheme == "dark" else 1440)
    page.emulate_media(color_scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("axe.run({iframes: false}).then((result) => result.violations)")
    serious = [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize(
    ("words", "address"),
    [("huber", "losses/huber.html"), ("gradcheck", "api/"), ("penguins", "datasets/penguins.html")],
)
def test_search_works_from_disk(look, words, address):
    page = look("index")
    page.locator("input[name=q]").first.fill(words)
    page.locator("input[name=q]").first.press("Enter")
    page.wait_for_selector("#search-results li a")
    found = page.eval_on_selector_all("#search-results li a", "(links) => links.map((a) => a.href)")
    assert any(address in link for link in found)
    assert page.complaints == []


def test_the_stepper_in_a_page_steps(look):
    page = look("course/02_one_neuron")
    frame = page.frame_locator("iframe").first
    frame.get_by_role("button", name="one step on").click()
    assert "Step 2" in frame.locator("body").inner_text()
    assert page.complaints == []


def test_a_page_can_be_printed(look, tmp_path):
    page = look("course/02_one_neuron")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator(".sidebar-drawer").is_visible()


# --- what the pages say to do ---------------------------------------------------------------


def pattern(expected):
    """What is printed: an … stands for anything in its line, alone for any number of lines."""
    anything = r"(?:.*\n)*?.*"
    lines = [re.escape(line).replace("…", ".*") for line in expected]
    return "\n".join(anything if line == ".*" else line for line in lines)


@pytest.mark.parametrize("path", sorted(SITE.glob("pages/howto/*.md")), ids=lambda path: path.stem)
def test_what_a_page_says_to_do_works(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    blocks = re.findall(
        r"^```(console|python|pycon)\n(.*?)^```", path.read_text("utf-8"), re.M | re.S
    )
    for kind, text in blocks:
        if kind == "console":
            command, *expected = text.splitlines()
            lines = "\n".join(filter(None, printed(command, tmp_path)))
            assert re.fullmatch(pattern(expected), lines), lines
        elif kind == "python":
            exec(text, names)
        else:
            test = doctest.DocTestParser().get_doctest(text, names, path.name, str(path), 0)
            said = io.StringIO()
            doctest.DocTestRunner().run(test, out=said.write, clear_globs=False)
            names.update(test.globs)
            assert said.getvalue() == ""


def test_the_first_page_shows_a_program_that_runs(capsys):
    (text,) = re.findall(
        r"^```python\n(.*?)^```", (SITE / "pages/index.md").read_text("utf-8"), re.M | re.S
    )
    exec(text, {})
    assert capsys.readouterr().out.startswith("the loss fell from 1.")
