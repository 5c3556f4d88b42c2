"""`tinynet sweep`: its table, its best command, its files, and how it fails."""

import json
import re
import shlex
import sys

import numpy as np
import pytest

from tinynet import cli

SMALL = ["--epochs", "2", "--seeds", "2", "--quiet", "--no-plot"]
TABLE = "a,b,kind\n" + "".join(f"{i},{i * i % 7},{'yes' if i > 20 else 'no'}\n" for i in range(40))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test runs in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(text):
    """The cells of the table, by the values of the first settings."""
    table = text.partition("\nval_loss: ")[0].splitlines()[1:]
    return [re.split(r"\s{2,}", line) for line in table]


def test_the_best_of_several_settings_is_a_command_that_repeats_its_run(folder, capsys):
    options = ["--hidden", "none", "8", "4,4", "--lr", "1e-6", "0.1", "--epochs", "5"]
    assert cli.main(["sweep", "iris", *options, "--seeds", "2", "--out", "runs"]) == 0
    output = capsys.readouterr()
    table = rows(output.out)
    assert [row[1] for row in table] == ["0.1"] * 3 + ["1e-06"] * 3
    assert {row[0] for row in table[:3]} == {row[0] for row in table[3:]} == {"[]", "[8]", "[4, 4]"}
    assert "12/12" in output.err
    assert (folder / "tinynet-iris-sweep.png").read_bytes().startswith(b"\x89PNG")
    command = shlex.split(re.search("best: (.*)", output.out)[1])
    assert command[:3] == ["tinynet", "train", "iris"] and "0.1" in command

    best = table[0][0].strip("[]").replace(",", "").split()
    assert command[command.index("--hidden") + 1 :][: len(best)] == best
    runs = [json.loads(path.read_text()) for path in (folder / "runs").iterdir()]
    chosen = [run for run in runs if run["seed"] == 0 and run["settings"]["lr"] == 0.1]
    expected = {str(run["settings"]["hidden"]): run["scores"]["val_loss"] for run in chosen}
    assert cli.main([*command[1:], "--quiet", "--no-plot"]) == 0
    trained = capsys.readouterr().out
    line = next(line for line in trained.splitlines() if line.startswith("validation"))
    assert float(line.split()[2]) == pytest.approx(expected[table[0][0]], rel=1e-3)


def test_test_rows_are_measured_for_the_best_only(folder, capsys):
    assert cli.main(["sweep", "iris", "--lr", "0.1", "0.01", *SMALL, "--out", "runs"]) == 0
    output = capsys.readouterr().out
    assert re.search(r"looked at for the best settings only: loss .* ± .*, accuracy \d", output)
    runs = [json.loads(path.read_text()) for path in (folder / "runs").iterdir()]
    assert len(runs) == 4 and not any("test" in name for run in runs for name in run["scores"])
    reported = float(re.search(r"accuracy ([\d.]+)", output)[1])
    command = shlex.split(re.search("best: (.*)", output)[1])[1:]
    found = []
    for seed in ("0", "1"):
        assert cli.main([*command[:-1], seed, "--quiet", "--no-plot"]) == 0
        lines = capsys.readouterr().out.splitlines()
        found.append(float(next(x for x in lines if x.startswith("test ")).split()[3]))
    assert reported == pytest.approx(np.mean(found), abs=1e-3)


def test_a_second_start_does_only_what_is_new(folder, capsys):
    command = ["sweep", "moons", *SMALL, "--out", "runs"]
    assert cli.main([*command, "--lr", "0.1"]) == 0
    first = {path: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}
    assert cli.main([*command, "--lr", "0.1", "0.2"]) == 0
    second = {path: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}
    assert len(first) == 2 and len(second) == 4 and first.items() <= second.items()
    assert cli.main([*command, "--lr", "0.1", "--batch-size", "7"]) == 0  # another setting
    assert cli.main(["sweep", "circles", *SMALL, "--out", "runs", "--lr", "0.1"]) == 0  # other data
    assert len(list((folder / "runs").iterdir())) == 8
    capsys.readouterr()


def test_a_file_is_swept_over_losses_by_what_they_have_in_common(folder, capsys):
    (folder / "mine.csv").write_text(TABLE)
    reading = ["mine.csv", "--target", "b", "--task", "regression", "--drop", "kind"]
    losses = ["--loss", "mse", "huber"]
    assert cli.main(["sweep", *reading, *losses, *SMALL]) == 0
    output = capsys.readouterr().out
    assert "val_rmse" in output and "mse" in output and "huber" in output
    assert "--target b --drop kind --task regression" in output
    assert cli.main(["sweep", "moons", "--loss", "hinge", "log_loss", *SMALL]) == 0
    assert "val_accuracy" in capsys.readouterr().out
    assert cli.main(["sweep", "moons", "--by", "accuracy", *SMALL]) == 0
    assert "val_accuracy" in capsys.readouterr().out


def test_a_run_that_diverges_is_told_and_all_of_them_are_an_error(capsys):
    sgd = ["sweep", "sine", "--optimizer", "sgd", *SMALL]
    assert cli.main([*sgd, "--lr", "0.01", "1e30"]) == 0
    assert "2 failed" in (output := capsys.readouterr().out) and "failed: lr=1e+30" in output
    assert cli.main([*sgd, "--lr", "1e30"]) == 1
    assert "every run failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["iris", "--loss", "mse"], "the loss mse does not fit iris"),
        (["iris", "--loss", "cross_entropy", "mze"], "did you mean 'mse'"),
        (["iris", "--activation", "relu", "tanhh"], "did you mean 'tanh'"),
        (["iris", "--hidden", "8,x"], "must be like 16,16 or 32, or none, not '8,x'"),
        (["iris", "--lr", "0.1", "-1"], "must be a number above 0"),
        (["iris", "--lr", "0.1", "1e-1"], "--lr: 0.1 is given twice"),
        (["iris", "--hidden", "16", "16"], "16 is given twice; two layers of 16 units are 16,16"),
        (["iris", "--batch-size", "8", "8"], "--batch-size: 8 is given twice"),
        (["iris", "--seeds", "0"], "must be a whole number from 1 to 10000"),
        (["iris", "--seeds", "99999999999"], "must be a whole number from 1 to 10000"),
        (["iris", "--jobs", "0"], "must be a whole number of at least 1, or -1"),
        (["iris", "--by", "rmse"], "--by rmse: iris is a multiclass task: choose loss or accuracy"),
        (["irs"], "did you mean 'iris'"),
        (["mine.csv"], "say which column of mine.csv to predict"),
        (["iris", "--plot", "a.xyz"], "the ending of the file gives the format"),
        (["iris", "--out", "there/is/one"], "cannot keep runs in"),
        (["iris", "--out", "there"], "cannot keep runs in there: it is a file"),
    ],
)
def test_what_is_wrong_is_one_sentence(folder, capsys, options, message):
    (folder / "there").write_text("")
    assert cli.main(["sweep", *options, "--epochs", "1"]) == 2
    assert message in capsys.readouterr().err


def test_ctrl_c_shows_what_there_is_and_how_to_go_on(monkeypatch, capsys):
    fit = cli.sweep.fit
    calls = []

    def interrupted(*args, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return fit(*args, **options)

    monkeypatch.setattr(cli.sweep, "fit", interrupted)
    command = ["sweep", "iris", "--lr", "0.1", "0.2", *SMALL, "--out", "runs"]
    assert cli.main(command) == 130
    output = capsys.readouterr()
    assert "interrupted after 2 of 4 runs" in output.out
    assert "the same command goes on with what stands in runs" in output.err
    assert cli.main(command) == 0 and len(calls) == 3 + 2 + 2


def test_ctrl_c_while_test_rows_are_measured(monkeypatch, capsys):
    measured, calls = cli.sweep.measured, []

    def interrupted(model, scaling, part):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return measured(model, scaling, part)

    monkeypatch.setattr(cli.sweep, "measured", interrupted)
    assert cli.main(["sweep", "iris", *SMALL]) == 130
    output = capsys.readouterr()
    assert "best: tinynet train iris" in output.out and "test rows was interrupted" in output.err


def test_without_the_extra_the_install_line_is_given(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "joblib", None)
    assert cli.main(["sweep", "iris", *SMALL]) == 2
    assert 'pip install "tinynet-learn[sweep]"' in capsys.readouterr().err
