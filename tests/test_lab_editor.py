"""The field for code: what npm bundles is what is kept here, and how it behaves in a browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import opened
from tinynet.classroom import lab
from tinynet.views.web import assemble

pytestmark = pytest.mark.slow  # npm, or a real browser

LAB = Path(lab.__file__).parent
SHOW = """
globalThis.heard = [];
const editor = codeEditor("def f(x):\\n    return x  # the same", { label: "Cell 3", firstLine: 41,
  onChange: () => heard.push("changed"), onRun: () => heard.push("run") });
document.getElementById("page").append(editor.element, button("After", "After", () => {}));
"""
KEYWORD = "[...document.querySelectorAll('.cm-line span')].find((s) => s.textContent === 'def')"


def test_npm_bundles_what_is_kept(tmp_path):
    if shutil.which("npm") is None:
        pytest.skip("npm bundles CodeMirror")
    made = shutil.copytree(LAB / "editor", tmp_path / "editor")
    for command in (["npm", "ci", "--ignore-scripts"], ["node", "build.mjs", tmp_path]):
        subprocess.run(command, cwd=made, check=True, capture_output=True)
    for name in ("web/codemirror.js", "licences/codemirror.txt"):
        assert (tmp_path / name).read_bytes() == (LAB / name).read_bytes(), name


def test_the_bundle_is_small_and_safe_in_a_page():
    bundle = (LAB / "web" / "codemirror.js").read_text(encoding="ascii")
    assert len(bundle) < 450_000
    assert not [word for word in ("</script", "<!--", "eval(", "new Function") if word in bundle]


@pytest.fixture(scope="module", params=["light", "dark"])
def window(browser, request, tmp_path_factory):
    """A page with an editor and a button behind it."""
    ours = [(LAB / "web" / name).read_text("utf-8") for name in ("codemirror.js", "editor.js")]
    texts = [assemble.script("elements.js"), *ours, SHOW]
    scripts = "".join(f"<script>{text}</script>" for text in texts)
    html = f"<!doctype html><html lang=en><title>x</title><style>{assemble.style()}</style>"
    path = tmp_path_factory.mktemp("editor") / "page.html"
    path.write_text(f"{html}<main id=page></main>{scripts}", encoding="utf-8")
    with opened(browser, path, scheme=request.param) as page:
        page.scheme = request.param
        yield page


@pytest.fixture
def field(window):
    """The editor with its first text, and the cursor at its end."""
    window.evaluate("editor.setText('def f(x):\\n    return x  # the same'); heard.length = 0")
    field = window.get_by_role("textbox", name="Cell 3")
    field.click()
    window.keyboard.press("Control+End")
    return field


def text(window):
    return window.evaluate("editor.text()")


def test_lines_are_numbered_from_the_first(window, field):
    assert window.locator(".cm-gutterElement:visible").all_inner_texts() == ["41", "42"]


def test_it_knows_python_in_the_colours_of_the_page(window, field):
    colour = window.evaluate(f"getComputedStyle({KEYWORD}).color")
    assert colour == {"light": "rgb(0, 114, 178)", "dark": "rgb(86, 180, 233)"}[window.scheme]


def test_what_is_typed_is_indented_and_heard(window, field):
    window.keyboard.type("\nif x:\npass")
    assert text(window).splitlines()[2:] == ["    if x:", "        pass"]
    assert set(window.evaluate("heard")) == {"changed"}
    window.keyboard.press("Control+Enter")
    assert window.evaluate("heard.at(-1)") == "run" and text(window).endswith("pass")


def test_brackets_find_each_other(window, field):
    window.keyboard.type("\nf((1)")
    assert window.locator(".cm-matchingBracket").all_inner_texts() == ["(", ")"]


def test_tab_indents_and_escape_lets_it_leave(window, field):
    window.keyboard.press("Tab")
    assert text(window).splitlines()[1] == "        return x  # the same"
    window.keyboard.press("Shift+Tab")
    assert text(window).splitlines()[1] == "    return x  # the same"
    window.keyboard.press("Escape")
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.textContent") == "After"


def test_a_text_that_is_set_is_not_heard_and_can_be_undone(window, field):
    window.evaluate("editor.setText('1')")
    assert text(window) == "1" and window.evaluate("heard") == []
    window.keyboard.press("Control+z")
    assert "return x" in text(window)


def test_it_can_be_used_by_all(window, field):
    reason = "python -m pip install axe-core-python"
    axe = pytest.importorskip("axe_core_python.sync_playwright", reason=reason).Axe()
    found = axe.run(window)["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
