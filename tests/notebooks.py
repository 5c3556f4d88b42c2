"""A notebook whose cells end with what tinynet displays, and JupyterLab to look at it in."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
INLINE = "module://matplotlib_inline.backend_inline"
CELLS = {  # name -> source
    "setup": """
import matplotlib.pyplot as plt
import tinynet as tn
data = tn.datasets.make_moons(rng=0)
model = tn.layers.MLP([2, 8, 2], rng=0)
optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
options = {"epochs": 6, "batch_size": 32, "progress": False}
history = tn.fit(model, tn.losses.cross_entropy, optimizer, data, **options)
recorded = tn.fit(model, tn.losses.cross_entropy, optimizer, data, record=True, **options)
""",
    "model": "model",
    "data": "data",
    "history": "history",
    "loss function": "tn.losses.huber",
    "loss": "loss = tn.losses.cross_entropy(data.y, model(data.x))\nloss",
    "graph": "tn.Graph(loss)",
    "again": "tn.Graph(tn.losses.mse([[1.0]], tn.layers.Linear(1, 1, rng=0)([[2.0]])))",
    "recorded": "recorded",
    "axes": "history.plot()",
    "figure": "tn.plots.run(model, history, data)",
    "in the middle": "axes = history.plot()\nNone",
    "show": "history.plot()\nplt.show()",
    "given": "figure, axes = plt.subplots()\nline = history.plot(axes)",
}


def executed(folder):
    """The outputs, by kernel with inline pictures; two notebooks of them are in the folder."""
    cells = [
        nbformat.v4.new_code_cell(source.strip(), id=name.replace(" ", "-"))
        for name, source in CELLS.items()
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    settings = {"PYTHONPATH": str(ROOT), "MPLBACKEND": INLINE}
    NotebookClient(notebook, timeout=120).execute(env=os.environ | settings)
    for name in ("untrusted", "trusted"):
        notebook.metadata["title"] = name  # or trust in one would be trust in both
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return dict(zip(CELLS, (cell.outputs for cell in notebook.cells), strict=True))


@contextlib.contextmanager
def lab(folder):
    """The address of a JupyterLab that serves the folder; skipped where there is none."""
    program = shutil.which("jupyter-lab")
    if program is None:
        pytest.skip("python -m pip install jupyterlab: displays are tested in it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--IdentityProvider.token=", f"--port={port}"]
    with (
        (folder / "lab.log").open("w") as log,
        subprocess.Popen(
            [program, *options, f"--ServerApp.root_dir={folder}"],
            env=surroundings(folder),
            stdout=log,
            stderr=log,
        ) as running,
    ):
        try:
            yield _answering(f"http://127.0.0.1:{port}/lab", running)
        finally:
            running.terminate()


def trust(path):
    """Trust a notebook, as its author would from the menu."""
    command = [shutil.which("jupyter"), "trust", path]
    subprocess.run(command, env=surroundings(path.parent), check=True, capture_output=True)


def surroundings(folder):
    """Nothing of the user's own Jupyter: settings, signatures, running servers."""
    kinds = ("JUPYTER_CONFIG", "JUPYTER_DATA", "JUPYTER_RUNTIME", "JUPYTERLAB_SETTINGS")
    return os.environ | {f"{kind}_DIR": str(folder / kind.lower()) for kind in kinds}


def setting(folder, name, **values):
    """Write settings of one of JupyterLab's own extensions."""
    path = folder / "jupyterlab_settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


def _answering(address, running):
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address).read()
            return address
        assert running.poll() is None, "JupyterLab ended"
        time.sleep(0.2)
    raise TimeoutError(address)
