"""The floors of the house: imports point down, also inside functions, and never in a circle."""

import ast
import functools
import re
from pathlib import Path

import tinynet

ROOT = Path(tinynet.__file__).parent
FLOORS = [  # from the ground up; names on one floor stand in the order in which they may import
    *("engine", "functional", "initializers", "layers", "optimizers", "schedules"),
    *("penalties", "metrics", "losses", "data", "datasets", "training", "diagnostics"),
    *("views", "export", "sklearn", "classroom", "cli"),
]
FILES = {path.relative_to(ROOT.parent): path for path in sorted(ROOT.rglob("*.py"))}
MODULES = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}


def imports(source, module, is_package):
    """Every import of tinynet's own in a source: the line and the module, as far as it is one."""
    tree = ast.parse(source)
    types_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in types_only:
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node not in types_only:
            above = module.split(".")[: len(module.split(".")) - node.level + is_package]
            base = ".".join([*(above if node.level else ()), *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield node.lineno, inner if inner in MODULES else base
        if isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            yield node.lineno, "import_module"


@functools.cache
def ours(module):
    path = MODULES[module]
    source = FILES[path].read_text(encoding="utf-8")
    return list(imports(source, module, path.name == "__init__.py"))


def floor(module):
    name = module.split(".")[1] if "." in module else ""
    return FLOORS.index(name) if name in FLOORS else len(FLOORS)  # the roof: tinynet itself


def faults(module, found):
    """The imports of a module that do not point down."""
    for line, name in found:
        if name.partition(".")[0] not in ("tinynet", "import_module"):
            continue
        if name == "import_module":
            if module not in ("tinynet", "tinynet.engine.upstairs"):
                yield f"{MODULES[module]}:{line} imports by name, past this test"
        elif floor(name) > floor(module):
            yield f"{MODULES[module]}:{line} imports {name}, which stands above it"


def test_imports_point_down():
    # the way in, and a report, may know their own version
    known_up = {"tinynet.cli", "tinynet.__main__", "tinynet.classroom.judging.grading"}
    listed = [f for m in MODULES for f in faults(m, ours(m)) if m not in known_up]
    assert listed == []


def test_no_circle_of_imports():
    arrows = {m: {name for _, name in ours(m) if name in MODULES and name != m} for m in MODULES}
    while ends := {m for m, targets in arrows.items() if not targets & arrows.keys()}:
        arrows = {m: targets for m, targets in arrows.items() if m not in ends}
    assert arrows == {}, "these import each other"


def test_the_rule_is_told_with_the_line():
    source = "import numpy\n\ndef f():\n    from ..views import plots\n"
    found = list(imports(source, "tinynet.losses.base", False))
    assert list(faults("tinynet.losses.base", found)) == [
        f"{Path('tinynet/losses/base.py')}:4 imports tinynet.views.plots, which stands above it"
    ]
    by_name = imports("import importlib\nimportlib.import_module('x')", "tinynet.data", False)
    assert list(faults("tinynet.data", by_name)) == [
        f"{Path('tinynet/data/__init__.py')}:2 imports by name, past this test"
    ]


def test_the_house_has_few_doors():
    entries = {path.name for path in ROOT.iterdir()} - {"__pycache__", "bundled"}
    assert len(entries) <= 20, sorted(entries)
    rooms = {name.removesuffix(".py") for name in entries} - {"__init__", "__main__"}
    assert rooms == set(FLOORS)
    missing = [name for name in FLOORS if not re.search(rf"\b{name}\b", tinynet.__doc__)]
    assert missing == [], "the map at the top of tinynet/__init__.py lacks them"


def evening():
    """The files of the reading list, as tinynet.__doc__ names them."""
    listed = tinynet.__doc__.partition("An evening")[2]
    return [Path("tinynet", name) for name in re.findall(r"[\w/]+\.py", listed)]


def test_the_evening_needs_nothing_from_above():
    files = evening()
    assert [str(path) for path in files if path not in FILES] == []
    last = [max(floor(m) for m, path in MODULES.items() if path == file) for file in files]
    assert last == sorted(last), "it is read from the ground up"
    lines = sum(len(FILES[path].read_text(encoding="utf-8").splitlines()) for path in files)
    assert 3000 < lines < 4000
