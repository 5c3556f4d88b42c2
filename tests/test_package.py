"""The package as a whole: its names, its imports, its documentation."""

import configparser
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tinynet as tn

ROOT = Path(tn.__file__).parents[1]
NAMES = {
    "tinynet": "Tensor no_grad debug primitive defvjp gradcheck diagnose fit Dataset grad"
    " value_and_grad vjp jvp jacobian hessian hvp functional losses layers optimizers"
    " metrics initializers datasets checkpoints training data export"
    " load_torch",
    "tinynet.functional": "relu leaky_relu elu gelu silu sigmoid tanh softplus softmax log_softmax"
    " logsumexp linear standardize layer_norm batch_norm embedding dropout",
    "tinynet.losses": "mse mae smooth_l1 smooth_l2 huber pseudo_huber cross_entropy log_loss",
    "tinynet.layers": "Module Linear Embedding ReLU LeakyReLU ELU GELU SiLU Sigmoid Tanh Softplus"
    " Softmax Dropout BatchNorm1d LayerNorm Flatten Sequential Residual MLP",
    "tinynet.export": "torch onnx numpy load_torch",
    "tinynet.initializers": "glorot_uniform glorot_normal he_uniform he_normal lecun_uniform"
    " lecun_normal zeros",
    "tinynet.optimizers": "Optimizer SGD Adagrad RMSprop Adam AdamW",
    "tinynet.metrics": "accuracy precision recall f1 auc confusion baseline mae rmse r2",
    "tinynet.training": "fit History Callback Run EarlyStopping CSVLog JSONLinesLog TimeBudget"
    " LivePlot NonFiniteLoss evaluate predict",
    "tinynet.checkpoints": "save load load_model",
    "tinynet.datasets": "names load load_iris load_wine load_breast_cancer load_digits"
    " load_penguins load_auto_mpg make_moons make_circles make_blobs make_xor make_spirals"
    " make_sine make_outliers make_heteroscedastic make_imbalanced make_label_noise"
    " make_sparse_linear make_friedman1",
    "tinynet.Tensor": "data grad requires_grad name shape ndim size dtype T item numpy detach"
    " backward gradient sum mean max min var std reshape transpose ravel squeeze clip astype",
}
MODULES = [m.name for m in pkgutil.walk_packages(tn.__path__, "tinynet.")]
MODULES = [name for name in MODULES if not name.endswith("__main__")]  # importing that runs it


def thing(where):
    return tn.Tensor if where == "tinynet.Tensor" else importlib.import_module(where)


@pytest.mark.parametrize("where", NAMES)
def test_the_public_names_exist(where):
    assert [name for name in NAMES[where].split() if not hasattr(thing(where), name)] == []


def test_all_lists_only_what_is_there():
    modules = {name: importlib.import_module(name) for name in MODULES}
    listed = [(where, n) for where, m in modules.items() for n in getattr(m, "__all__", [])]
    assert [(where, name) for where, name in listed if not hasattr(modules[where], name)] == []


def test_every_module_explains_itself():
    assert [name for name in MODULES if not importlib.import_module(name).__doc__] == []


@pytest.mark.parametrize("where", NAMES)
def test_every_public_function_class_and_method_explains_itself(where):
    public = {name: getattr(thing(where), name) for name in NAMES[where].split()}
    for name, cls in list(public.items()):
        if inspect.isclass(cls):
            own = {n: f for n, f in vars(cls).items() if n[0] != "_" and inspect.isfunction(f)}
            inherited = {n for n in own for base in cls.__bases__ if hasattr(base, n)}
            public |= {f"{name}.{n}": f for n, f in own.items() if n not in inherited}
    assert [name for name, value in public.items() if callable(value) and not value.__doc__] == []


def test_importing_tinynet_imports_nothing_but_numpy_and_the_standard_library():
    program = "import sys; old = set(sys.modules); import tinynet; print(*set(sys.modules) - old)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    new = {name.split(".")[0] for name in run.stdout.split()}
    assert {"numpy", "tinynet"} <= new
    assert new - {"numpy", "tinynet"} - sys.stdlib_module_names == set()


FORMER = ["plots.history", "explorer.curve", "checkpoints.save", "graph.Graph", "tensor.Tensor"]
FORMER += ["ops.coverage", "debug.NonFiniteValue", "gradcheck.gradcheck"]


def test_modules_are_found_where_they_stood_before_the_floors():
    lines = ["import tinynet as tn"]
    for module, attribute in (name.split(".") for name in FORMER):
        lines += [f"import tinynet.{module}", f"from tinynet.{module} import {attribute}"]
        lines += [f"assert tn.{module} and {attribute}.__module__.startswith('tinynet.')"]
    lines += ["assert tn.Graph and tn.gradcheck(lambda x: x * x, 2.0) and tn.debug()"]
    program = "\n".join(lines)
    subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=ROOT, check=True)


def test_importing_tinynet_stays_quick():
    """These pull in much of the standard library."""
    program = (
        "import numpy, sys; old = set(sys.modules); import tinynet; print(*set(sys.modules) - old)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    slow = {"importlib.abc", "importlib.resources", "tempfile", "difflib", "argparse", "tqdm"}
    assert set(run.stdout.split()) & slow == set()


def setup():
    found = configparser.ConfigParser()
    found.read(ROOT / "setup.cfg", encoding="utf-8")
    return found


def test_an_installation_holds_every_file():
    packages = {ROOT / name.replace(".", "/") for name in setup()["options"]["packages"].split()}
    installed = {
        path
        for package, patterns in setup()["options.package_data"].items()
        for pattern in patterns.split(", ")
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    installed |= {path for package in packages for path in package.glob("*.py")}
    there = {path for path in (ROOT / "tinynet").rglob("*.*") if "__pycache__" not in path.parts}
    missing = {path.relative_to(ROOT).as_posix() for path in there - installed if path.is_file()}
    assert {
        name for name in missing if not name.startswith("tinynet/classroom/lab/editor/")
    } == set()


def test_the_version_is_written_once():
    assert setup()["metadata"]["version"] == "attr: tinynet.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+", tn.__version__)
