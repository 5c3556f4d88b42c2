"""The settings of Sphinx, and what the site adds: MathML, and docstrings as tinynet writes them.

build.py starts Sphinx, so that the files beside this one, and tinynet, can be imported.
"""

import re
from pathlib import Path

import formulas

import tinynet

FOLDER = Path(__file__).resolve().parent
project, author = "tinynet", "tinynet"
version = release = tinynet.__version__
project_copyright = "tinynet, MIT licence"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns: list[str] = []

html_theme = "furo"
html_title = "tinynet"
html_static_path = [str(FOLDER / "static")]
templates_path = [str(FOLDER / "templates")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_math_renderer = "mathml"
html_show_search_summary = False  # from disk a page may not read another one
html_copy_source = html_show_sourcelink = False
html_show_copyright = False

nb_execution_mode = "off"  # course.py has executed the notebooks, several at a time
nb_ipywidgets_js: dict = {}
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_dmath_allow_space = myst_dmath_allow_digits = True

autodoc_typehints = "none"
autodoc_inherit_docstrings = False
autodoc_preserve_defaults = True
napoleon_use_ivar = True
napoleon_use_param = napoleon_use_rtype = False
napoleon_google_docstring = False
default_role = "py:obj"
highlight_language = "text"
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"


def sectioned(app, what, name, obj, options, lines):
    """What stands below the last section of a docstring, at its margin, is a section of its own."""
    place, inside = 0, False
    while place < len(lines):
        line, after = lines[place], (*lines[place + 1 :], "")[0]
        if after and set(after) == {"-"}:
            inside, place = True, place + 2
        elif inside and re.match(r"\S", line) and not lines[place - 1] and after[:1] != " ":
            title = "Examples" if line.startswith(">>>") else "Notes"
            lines[place:place] = [title, "-" * len(title), ""]
            inside, place = False, place + 3
        else:
            place += 1


_AS_IT_IS = re.compile(  # literals, examples, and blocks behind "::"
    r"(``.+?``|`[^`]+`|^ *>>>.*?(?=\n *\n|\Z)|::\n\n(?:(?: +.*)?\n)+)", re.MULTILINE | re.DOTALL
)


def escaped(app, what, name, obj, options, lines):
    """In a docstring, |e| is no substitution, and a star in a formula no emphasis."""
    parts = _AS_IT_IS.split("\n".join(lines))
    parts[::2] = [re.sub(r"(?<!\\)([|*])", r"\\\1", part) for part in parts[::2]]
    lines[:] = "".join(parts).split("\n")


def skipped(app, what, name, obj, skip, options):
    """What a class inherits from another package is not ours to explain."""
    ours = str(getattr(obj, "__module__", None) or "tinynet").startswith("tinynet")
    return skip or not ours


def setup(app):
    app.add_html_math_renderer(
        "mathml",
        (formulas.write_inline, None),
        (formulas.write_block, None),
    )
    app.connect("autodoc-process-docstring", sectioned, priority=100)  # before napoleon
    app.connect("autodoc-process-docstring", escaped, priority=200)
    app.connect("autodoc-skip-member", skipped)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
