"""`tinynet losses`: what it prints and draws, and how it refuses."""

import subprocess
import sys

import pytest

import tinynet as tn
from tinynet import cli


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test runs in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, words):
    """The printed lines of a command that goes well."""
    assert cli.main(words.split()) == 0
    return capsys.readouterr().out.splitlines()


def rows(lines):
    return [line.split() for line in lines]


def test_losses_lists_all_of_them_a_line_each(capsys):
    lines = run(capsys, "losses")
    assert [row[0] for row in rows(lines)] == ["name", *tn.losses.names()]
    assert any(tn.losses.huber.card.formula in line for line in lines)


def test_a_loss_prints_its_card_and_is_drawn(folder, capsys):
    lines, card = run(capsys, "losses huber"), str(tn.losses.huber.card).splitlines()
    assert lines[2 : 2 + len(card)] == card
    assert lines[-1] == "picture: tinynet-loss-huber.png"
    assert (folder / "tinynet-loss-huber.png").read_bytes().startswith(b"\x89PNG")


def test_text_says_the_numbers_in_place_of_the_picture(folder, capsys):
    lines = run(capsys, "losses huber --text --set delta=2")
    assert ["3", "4", "2", "0"] in rows(lines) and ["2", "2", "2", "kink"] in rows(lines)
    assert "kink: at 2 the curvature jumps from 1 to 0" in lines
    assert list(folder.iterdir()) == []


def test_compare_prints_influences_and_draws(folder, capsys):
    lines = run(capsys, "losses mse mae huber --compare --save three.svg")
    assert ["20", "1.818", "0.22", "0.1514"] in rows(lines)
    assert "<svg" in (folder / "three.svg").read_text()
    text = run(capsys, "losses mse mae huber --compare --text")
    assert ["−4", "16", "4", "3.5"] in rows(text) and ["−4", "−8", "−1", "−1"] in rows(text)


def test_an_option_reaches_the_losses_that_have_it(capsys):
    lines = run(capsys, "losses mse huber --compare --text --set delta=inf")
    assert ["at", "mse", "huber(delta=inf)"] in rows(lines) and ["4", "16", "8"] in rows(lines)


@pytest.mark.slow
def test_train_tells_which_losses_recover_the_true_line(folder, capsys):
    lines = run(capsys, "losses --train outliers mse mae huber smooth_l1 cauchy")
    verdicts = {row[0]: row[-1] for row in rows(lines) if row and row[-1] in ("yes", "no")}
    robust = dict.fromkeys(["mae", "huber", "smooth_l1", "cauchy"], "yes")
    assert verdicts == {"mse": "no"} | robust
    assert ["the", "true", "line", "2.0000", "1.0000"] in rows(lines)
    assert (folder / "tinynet-outliers-losses.png").exists()


def test_with_errors_in_raw_units_the_default_delta_is_too_wide(capsys):
    lines = run(capsys, "losses --train outliers huber --unit 1 --text")
    assert lines[-1].endswith("no") and "in units of 1, as asked" in lines[1]


@pytest.mark.slow
def test_train_with_classes_prints_the_accuracy_and_follows_the_seed(capsys):
    words = "losses --train moons cross_entropy hinge log_loss --text --seed"
    first, again = (run(capsys, f"{words} 3") for _ in range(2))
    assert first == again
    scores = {row[0]: float(row[1]) for row in rows(first[-3:])}
    assert list(scores) == ["cross_entropy", "hinge", "log_loss"] and min(scores.values()) > 0.85


def test_a_training_that_fails_exits_with_1(monkeypatch, capsys):
    def fail(*args, **options):
        raise tn.training.NonFiniteLoss("the loss became nan", tn.training.History())

    monkeypatch.setattr(tn.explorer, "train", fail)
    assert cli.main(["losses", "--train", "moons", "exponential"]) == 1
    assert "the loss became nan" in capsys.readouterr().err


def test_ctrl_c_ends_the_comparison(folder, monkeypatch, capsys):
    def interrupted(self):
        raise KeyboardInterrupt

    for optimizer in tn.optimizers.OPTIMIZERS.values():
        monkeypatch.setattr(optimizer, "step", interrupted)
    assert cli.main(["losses", "--train", "sine", "mse", "mae"]) == 130
    output = capsys.readouterr()
    assert (output.out, output.err) == ("", "tinynet: error: interrupted\n")
    assert list(folder.iterdir()) == []


def test_a_text_needs_no_matplotlib(folder):
    program = (
        "import sys; from tinynet import cli; cli.main(['losses', 'mse', '--text']);"
        " print('matplotlib' in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("hubr", "did you mean 'huber'"),
        ("mse hinge --compare", "no axis in common"),
        ("mse --compare", "--compare needs two losses"),
        ("mse mae", "`tinynet losses mse mae --compare`"),
        ("mse mse --compare", "named twice"),
        ("--train outliers", "--train takes the dataset, and then the losses"),
        ("--train outlers mse", "did you mean 'outliers'"),
        ("--train moons mse", "mse does not fit moons, a binary task: it is for numbers"),
        ("--train iris hinge", "hinge does not fit iris, a multiclass task: it is for two classes"),
        ("--train outliers hinge", "hinge does not fit outliers, a regression task"),
        ("--train outliers mse mae --compare", "ask for one"),
        ("--train outliers mse --seed -1", "--seed: must be"),
        ("--train outliers mse --unit 0", "--unit: must be a number above 0"),
        ("huber --seed 1", "--seed and --unit are for --train"),
        ("huber --set delt=2", "did you mean 'delta'"),
        ("huber --set delta", "--set takes OPTION=VALUE"),
        ("huber --set delta=-2", "delta must be above 0, not -2"),
        (f"huber --set delta={'9' * 400}", "--set: int too large"),
        (f"huber --set delta={'(' * 400}", "delta must be a number above 0, not '((("),
        ("huber --set delta=wide", "delta must be a number above 0, not 'wide'"),
        ("mse --set delta=2", "mse has no options"),
        ("log_loss --set from_logits=True", "unknown option 'from_logits'"),
        ("huber --set reduction=none", "unknown option 'reduction'"),
        ("huber --save picture.xyz", "the ending of the file"),
        ("huber --save nowhere/picture.png", "no folder nowhere"),
        ("--text", "are for some loss"),
    ],
)
def test_a_wrong_command_exits_with_2_and_says_why(words, told, folder, capsys):
    assert cli.main(["losses", *words.split()]) == 2
    output = capsys.readouterr()
    assert told in output.err and "Traceback" not in output.err
    assert list(folder.iterdir()) == []
