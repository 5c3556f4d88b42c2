"""The stepper in the terminal: the same steps as text, moved by single letters, from a script."""

import io

import pytest

from tinynet import Tensor, cli, losses
from tinynet.views.graph import Backward, Graph, demos, terminal


def played(graph, keys):
    """What a reader sees who types these lines."""
    screen = io.StringIO()
    terminal.run(graph, keys=io.StringIO("".join(f"{key}\n" for key in keys)), screen=screen)
    return screen.getvalue()


def heads(text):
    return [line.split("──")[1].strip(" ─") for line in text.splitlines() if line.startswith("── ")]


def test_text_has_a_line_for_every_step():
    graph = demos.neuron()
    lines = list(terminal.as_text(graph))
    assert len(lines) == len(list(graph.steps())) == 19
    assert lines[-1] == (
        "19/19 backward  o changes by 0.5 per unit of multiply_1; multiply_1 changes by x1 = 2 per"
        " unit of w1; so o changes by 0.5 · 2 = 1 per unit of w1."
    )


@pytest.mark.parametrize(
    ("keys", "places"),
    [
        (["q"], ["1/19 forward"]),
        (["", "n", "b"], ["1/19 forward", "2/19 forward", "3/19 forward", "2/19 forward"]),
        (["b"], ["1/19 forward", "1/19 forward"]),
        (["j 19", ""], ["1/19 forward", "19/19 backward", "19/19 backward"]),
        (
            ["j n", "j n", "j n"],
            ["1/19 forward", "9/19 forward", "12/19 backward", "13/19 backward"],
        ),
    ],
)
def test_letters_move_through_the_steps(keys, places):
    assert heads(played(demos.neuron(), keys)) == places


def test_open_and_close_a_fused_loss():
    x = Tensor([[2.0, 0.0]], requires_grad=True)
    loss = losses.cross_entropy([0], x)
    seen = heads(played(Graph(loss), ["o loss", "c"]))
    assert seen[0] == seen[2] == "1/4 forward"
    assert int(seen[1].split("/")[1].split()[0]) == 14


@pytest.mark.parametrize(
    ("key", "said"),
    [("x", "no command 'x'"), ("o x1", "only operations"), ("j nowhere", "unknown node 'nowhere'")],
)
def test_a_mistake_is_answered_and_the_reader_goes_on(key, said):
    text = played(demos.neuron(), [key, ""])
    assert said in text
    assert heads(text) == ["1/19 forward", "2/19 forward"]


def test_play_shows_every_step(monkeypatch):
    monkeypatch.setattr(terminal, "PAUSE", 0)
    assert len(heads(played(demos.neuron(), ["p"]))) == 19 + 1


def test_arrows_help_and_the_graph_in_plain_lines():
    text = played(demos.neuron(), ["\x1b[C\x1b[C", "\x1b[D", "\x1bOC", "?", "g", "c"])
    places = ["1/19 forward", "3/19 forward", "2/19 forward", "3/19 forward"]
    assert heads(text) == places
    assert "jump to the next step of a node" in text
    assert "▶    │  ├─ multiply_1 = multiply: −6\n" in text
    assert "nothing is open here" in text


def test_under_a_formula_stands_what_its_symbols_mean():
    x = Tensor([[2.0, 0.0]], requires_grad=True, name="x")
    (step,) = (s for s in Graph(losses.cross_entropy([0], x)).steps() if isinstance(s, Backward))
    told = " ".join(line.strip() for line in terminal.numbers(step))
    assert "t = y_true" in step.terms
    assert f" with {', '.join(step.terms)}" in told


@pytest.mark.parametrize("graph", [demos.neuron(), demos.mlp(), demos.loss("huber")])
def test_lines_fit_a_terminal_of_80_columns(graph):
    lines = played(graph, ["g", ""] * len(list(graph.steps())) + ["?"]).splitlines()
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", losses.names())
def test_every_loss_can_be_stepped_through(name):
    graph = demos.loss(name)
    assert any(isinstance(step, Backward) for step in graph.steps())
    assert all(terminal.as_text(graph))


# --- the command ----------------------------------------------------------------------------


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(
        "import numpy as np, tinynet as tn\n"
        "x = tn.Tensor(3.0, requires_grad=True)\n"
        "h = x * 2\n"
        "loss = np.square(h)\n"
    )
    return path


def test_a_script_is_run_and_its_last_tensor_shown(script, capsys):
    assert cli.main(["step", str(script), "--text"]) == 0
    assert (
        "loss changes by 12 per unit of h; h changes by 2 per unit of x" in capsys.readouterr().out
    )
    assert cli.main(["step", str(script), "--text", "--output", "h"]) == 0
    assert "loss" not in capsys.readouterr().out


@pytest.mark.parametrize("end", ["main()", "0", "1", "'bye'"])
def test_a_script_may_end_in_sys_exit(end, script, capsys):
    text = script.read_text().replace("loss =", "def main():\n    global loss\n    loss =")
    script.write_text(f"import sys\n{text}main()\nsys.exit({end})\n")
    assert cli.main(["step", str(script), "--text"]) == 0
    output = capsys.readouterr()
    assert "loss changes by 12 per unit of h" in output.out
    assert output.err == ("bye\n" if "bye" in end else "")


SCRIPTS = {  # what a script computes, and a line of its steps
    "in a function": (
        "def train(w):\n    loss = (w - 1) ** 2\n    loss.backward()\ntrain(x)\n",
        "; so loss changes by 4 · 1 = 4 per unit of w.",
    ),
    "by tn.grad": (
        "tn.grad(lambda a: a * a * 3)(2.0)\n",
        "with what came before, 6, that makes 12. data is used 2 times",
    ),
    "a number beside later arrays": (
        "h = x * 2\nlater = h * np.ones(3)\n",
        "h changes by 1 per unit of h; h changes by 2 per unit of x",
    ),
    "NumPy's arrays beside others": (
        "from tests.strict_array import StrictArray\n"
        "h = x * 2\nlater = tn.Tensor(StrictArray(np.ones(())), requires_grad=True) * 5.0\n",
        "h changes by 1 per unit of h; h changes by 2 per unit of x",
    ),
    "a name that it gave": (
        "def f(w):\n    h = w * 2\n    h.name = 'doubled'\n    return h + 1\ny = f(x)\n",
        "doubled = multiply(·, 2) of x = 3: 6.",
    ),
    "a step after the backward pass": (
        "step = tn.optimizers.SGD([x], lr=0.25).step\n"
        "loss = np.square(x)\nloss.backward()\nstep()\n",
        "loss = square of x = 1.5: 2.25.",  # x was 3
    ),
}


@pytest.mark.parametrize(("text", "said"), SCRIPTS.values(), ids=SCRIPTS)
def test_of_a_script_that_is_shown_which_leads_back_from_a_number(text, said, script, capsys):
    head = "import numpy as np, tinynet as tn\nx = tn.Tensor(3.0, requires_grad=True)\n"
    script.write_text(head + text)
    assert cli.main(["step", str(script), "--text"]) == 0
    assert said in capsys.readouterr().out


def test_without_input_the_first_step_is_shown(script, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["step", str(script)]) == 0
    assert capsys.readouterr().out.startswith("── 1/")


@pytest.mark.parametrize("demo", [["neuron"], ["mlp"], ["loss", "huber"]])
def test_demos(demo, capsys):
    assert cli.main(["step", "--text", "--demo", *demo]) == 0
    assert "backward" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a script, or --demo"),
        (["nowhere.py"], "no file nowhere.py"),
        ([""], "there is no file"),
        (["--demo", "neurons"], "--demo takes neuron, mlp"),
        (["--demo", "loss"], "--demo loss huber"),
        (["--demo", "loss", "hubber"], "huber"),
    ],
)
def test_mistakes_are_one_sentence(arguments, said, capsys):
    assert cli.main(["step", "--text", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ny = 1 / 0\n", "script.py:2: ZeroDivisionError: division by zero"),
        ("x = (\n", "script.py:1: SyntaxError"),
        ("class End(BaseException): pass\nraise End('now')\n", "script.py:2: End: now"),
        ("x = 1\n", "keeps no computed Tensor in a variable and differentiates none"),
    ],
)
def test_what_goes_wrong_in_a_script_is_told_with_its_line(script, text, said, capsys):
    script.write_text(text)
    assert cli.main(["step", str(script)]) == 2
    assert said in capsys.readouterr().err


def test_a_script_of_training_shows_its_last_step(tmp_path, capsys):
    path = tmp_path / "training.py"
    path.write_text(
        "import tinynet as tn\n"
        "data = tn.datasets.make_moons(rng=0)\n"
        "model = tn.layers.MLP([2, 3, 2], rng=0)\n"
        "loss = tn.losses.cross_entropy(data.y, model(data.x))\n"
        "optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1)\n"
        "loss.backward()\n"
    )
    assert cli.main(["step", str(path), "--text"]) == 0
    out = capsys.readouterr().out
    assert "layers.0 gets g · (layers.0 > 0)" in out
    assert "SGD moves layers.0.weight by a change of length" in out
