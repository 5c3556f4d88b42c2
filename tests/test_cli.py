"""The command line: what it prints, which files it writes, and how it fails."""

import re
import shlex
import subprocess
import sys

import numpy as np
import pytest

import tinynet as tn
from tinynet import cli

QUICK = ["--epochs", "3", "--quiet"]
TABLE = "a,b,kind\n" + "".join(f"{i},{i * i % 7},{'yes' if i > 20 else 'no'}\n" for i in range(40))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test runs in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scores(text):
    """The table of scores: part -> numbers."""
    rows = [line.split() for line in text.splitlines()]
    return {
        row[0]: [float(cell) for cell in row[1:]]
        for row in rows
        if row and row[0] in ("train", "validation", "test")
    }


# --- what works -----------------------------------------------------------------------------


def test_plain_train_learns_penguins_and_draws_them(folder, capsys):
    assert cli.main(["train"]) == 0
    output = capsys.readouterr()
    found = scores(output.out)
    assert [found[part][0] for part in ("train", "validation", "test")] == [240, 51, 51]
    assert found["test"][2] >= 0.96
    assert "Linear(4, 16)" in output.out and "epoch" in output.err  # the model, the bar
    assert "picture: tinynet-penguins.png" in output.out
    assert (folder / "tinynet-penguins.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "column", "least"),
    [
        ("iris", 2, 0.93),
        ("wine", 2, 0.95),
        ("breast_cancer", 2, 0.95),
        ("digits", 2, 0.96),
        ("moons", 2, 0.98),
        ("spirals", 2, 0.95),
        ("auto_mpg", 3, 0.85),
    ],
)
def test_each_dataset_is_learned_over_five_seeds(name, column, least, capsys):
    found = []
    for seed in range(5):
        assert cli.main(["train", name, "--seed", str(seed), "--quiet", "--no-plot"]) == 0
        found.append(scores(capsys.readouterr().out)["test"][column])
    assert np.mean(found) >= least


@pytest.mark.parametrize(
    "what",
    [
        ["iris", "--dropout", "0.1", "--patience", "2"],
        ["mine.csv", "--target", "kind", "--missing", "impute"],
        ["mine.csv", "--target", "b", "--columns", "a", "--task", "regression", "--loss", "huber"],
        [
            "odd.csv",
            "--target",
            "kind",
            "--drop=-a",
            "--drop",
            "b c",
            "--sep",
            ";",
            "--decimal",
            ",",
        ],
    ],
)
def test_the_printed_command_repeats_the_run(folder, capsys, what):
    (folder / "mine.csv").write_text(TABLE + ",1,no\n")
    odd = TABLE.replace("a,b,", "-a,b c,").replace(",", ";").replace("kind", "n;kind")
    (folder / "odd.csv").write_text(re.sub(r";(yes|no)", r";1,5;\1", odd))
    assert cli.main(["train", *what, "--epochs", "3", "--no-plot"]) == 0
    first = capsys.readouterr().out
    command = next(line for line in first.splitlines() if line.startswith("tinynet train"))
    assert cli.main([*shlex.split(command)[1:], "--no-plot"]) == 0
    again = capsys.readouterr().out
    assert command in again and scores(again) == scores(first)


def test_the_help_shows_the_defaults(capsys):
    assert cli.main(["train", "--help"]) == 0
    text = capsys.readouterr().out
    for default in ("(penguins)", "(16 16)", "(relu)", "(adam)", "(0.01)", "(60)", "(32)", "(0)"):
        assert default in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        ["moons", "--loss", "log_loss"],
        ["moons", "--loss", "focal"],
        ["moons", "--loss", "squared_hinge"],
        ["iris", "--loss", "brier"],
        ["moons", "--activation", "leaky_relu", "--optimizer", "rmsprop"],
        ["moons", "--activation", "gelu"],
        ["sine", "--loss", "smooth_l1", "--hidden", "--optimizer", "sgd"],
        ["auto_mpg", "--hidden", "8", "--activation", "sigmoid", "--weight-decay", "0.1"],
        ["iris", "--lr", "0.1", "--batch-size", "1000"],
    ],
)
def test_options_are_followed(options, folder, capsys):
    assert cli.main(["train", *options, *QUICK, "--plot", "picture.svg"]) == 0
    assert "epochs: 3" in capsys.readouterr().out
    assert "<svg" in (folder / "picture.svg").read_text()


@pytest.mark.parametrize("loss", ["log_loss", "hinge"])
def test_a_loss_of_two_classes_has_one_output_and_counts_those_above_zero_as_yes(loss, capsys):
    assert cli.main(["train", "moons", "--loss", loss, "--epochs", "20", "--no-plot"]) == 0
    output = capsys.readouterr().out
    assert "Linear(16, 1)" in output and scores(output)["test"][2] >= 0.95


def recipe(text, **variables):
    """What the printed expression gives that reads the saved model."""
    line = next(line for line in text.splitlines() if line.startswith("model: "))
    return eval(line.partition(", for ")[2].partition(", where")[0], {"tn": tn} | variables)


@pytest.mark.parametrize("name", ["wine", "auto_mpg"])
def test_the_printed_recipe_of_a_saved_model_scores_as_printed(name, capsys):
    assert cli.main(["train", name, *QUICK, "--no-plot", "--save", "model.npz"]) == 0
    text, test = capsys.readouterr().out, tn.datasets.load(name).split(rng=0)[2]
    given = recipe(text, rows=test.x)
    if test.task == "regression":
        found = tn.metrics.rmse(test.y, given)
    else:
        found = np.mean(
            [test.target_names[y] == name for y, name in zip(test.y, given, strict=True)]
        )
    assert found == pytest.approx(scores(text)["test"][2], rel=1e-3)


def test_a_model_of_a_csv_file_reads_the_file_again(folder, capsys):
    (folder / "mine.csv").write_text(TABLE)
    command = ["train", "mine.csv", "--target", "kind", "--save", "it's.npz", "--no-plot"]
    assert cli.main([*command, "--quiet"]) == 0
    given = recipe(capsys.readouterr().out, rows="mine.csv")
    assert len(given) == 40 and set(given) == {"yes", "no"}


def milliseconds(folder):
    """A file whose only column has an offset of 10⁷ times its spread, and a wave to predict."""
    seconds = np.random.default_rng(0).uniform(0, 60, 300)
    rows = [f"{1.6e12 + 1e3 * t:.0f},{np.sin(t / 10):.6f}" for t in seconds]
    (folder / "wave.csv").write_text("\n".join(["t,y", *rows]))
    return ["train", "wave.csv", "--target", "y", "--quiet"]


def test_what_is_measured_is_what_is_drawn_and_saved_whatever_the_units(
    folder, monkeypatch, capsys
):
    figures, save = [], tn.plots.save
    monkeypatch.setattr(tn.plots, "save", lambda f, path: figures.append(f) or save(f, path))
    assert cli.main([*milliseconds(folder), "--save", "wave.npz"]) == 0
    text = capsys.readouterr().out
    r2 = scores(text)["test"][3]
    left, right = figures[0].axes
    assert r2 > 0.9 and f"R² {r2:.3f}" in right.get_title()
    validation = left.lines[1].get_ydata()
    assert min(validation) == pytest.approx(scores(text)["validation"][1], rel=1e-3)
    test = tn.data.read_csv("wave.csv", "y").split(rng=0)[2]
    assert tn.metrics.r2(test.y, recipe(text, rows=test.x)) == pytest.approx(r2, abs=1e-4)


def test_the_history_is_that_of_the_validation_part(monkeypatch):
    validations = []

    def fit(*args, **options):
        validations.append(options["validation"])
        return tn.fit(*args, **options)

    monkeypatch.setattr("tinynet.cli.train.fit", fit)
    assert cli.main(["train", "iris", *QUICK, "--no-plot"]) == 0
    train, validation, _ = tn.datasets.load("iris").split(rng=0)
    np.testing.assert_allclose(validations[0][0], train.standardize(validation)[1].x)


def test_a_truncated_checkpoint_is_refused(folder):
    assert cli.main(["train", *QUICK, "--no-plot", "--save", "model.npz"]) == 0
    content = (folder / "model.npz").read_bytes()
    (folder / "model.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="damaged"):
        tn.checkpoints.load_model("model.npz")


def test_a_csv_file_is_learned_and_its_missing_cells_are_reported(folder, capsys):
    (folder / "mine.csv").write_text(TABLE + ",1,no\n")
    command = ["train", "mine.csv", "--target", "kind", *QUICK]
    assert cli.main(command) == 0
    assert "line 42" in capsys.readouterr().out
    assert (folder / "tinynet-mine.png").exists()
    assert cli.main([*command, "--missing", "impute"]) == 0
    assert "median" in capsys.readouterr().out
    assert cli.main([*command, "--missing", "error"]) == 2


def test_datasets_lists_them_and_shows_one(folder, capsys):
    assert cli.main(["datasets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(tn.datasets.names())
    assert cli.main(["datasets", "moons", "--plot", "moons.png"]) == 0
    assert "half circles" in capsys.readouterr().out
    assert (folder / "moons.png").read_bytes().startswith(b"\x89PNG")


def test_version_and_help_exit_with_0(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"tinynet {tn.__version__}\n"
    assert cli.main(["train", "--help"]) == 0


def test_python_m_tinynet_runs_in_a_process_of_its_own(folder):
    command = [sys.executable, "-m", "tinynet", "train", "penguins", "--epochs", "3"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert scores(done.stdout)["test"][0] == 51
    assert (folder / "tinynet-penguins.png").exists()


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "train | predict"),
        ("trian", "invalid choice"),
        ("train pengins", "did you mean 'penguins'"),
        ("datasets mons", "did you mean 'moons'"),
        ("train --loss cros_entropy", "did you mean 'cross_entropy'"),
        ("train --activation rleu", "did you mean 'relu'"),
        ("train --optimizer adm", "did you mean 'adam'"),
        ("train --loss mse", "mse does not fit penguins, a multiclass task: it is for numbers"),
        ("train --loss log_loss", "log_loss does not fit penguins, a multiclass task"),
        ("train moons --loss mae", "Those that do: cross_entropy, log_loss, "),
        ("train sine --loss cross_entropy", "does not fit sine, a regression task"),
        ("train --lr abc", "--lr: must be a number above 0, not 'abc'"),
        ("train --lr nan", "--lr: must be a number above 0, not 'nan'"),
        ("train --lr -nan", "--lr: must be a number above 0, not '-nan'"),
        ("train --hidden -5 7", "--hidden: must be a whole number of at least 1, not '-5'"),
        ("train --lr -1e-3", "--lr: must be a number above 0, not '-1e-3'"),
        ("train --epochs 0", "--epochs: must be a whole number of at least 1, not '0'"),
        ("train --epochs 2.5", "--epochs: must be a whole number"),
        ("train --batch-size 0", "--batch-size: must be"),
        ("train --hidden 16 x", "--hidden: must be a whole number"),
        ("train --dropout 1", "--dropout: must be at least 0 and below 1"),
        ("train --weight-decay -1", "--weight-decay: must be"),
        ("train --seed -1", "--seed: must be"),
        ("train --target x --task binary", "--target, --task: only for CSV files"),
        ("train --target x --drop a my.csv", "the name of the file stands first"),
        ("train table", "A file needs its ending or its folder, as in table.csv"),
        ("train --plot picture.xyz", "the ending of the file"),
        ("train --plot nowhere/picture.png", "no folder nowhere"),
        ("train --save nowhere/model.npz", "no folder nowhere"),
        ("train --save .", "it is a folder"),
        ("train --save=", "--save: must be the name of a file, not ''"),
        ("train --plot=", "--plot: must be the name of a file, not ''"),
        ("datasets moons --plot=", "--plot: must be the name of a file, not ''"),
        ("losses mse --save=", "--save: must be the name of a file, not ''"),
        ("datasets --plot x.png", "say which"),
        ("datasets moons --plot x.xyz", "the ending of the file"),
        ("train none.csv --target y", "no file none.csv"),
        ("train none.csv", "--target COLUMN"),
    ],
)
def test_a_wrong_command_exits_with_2_and_says_why(words, told, folder, capsys):
    assert cli.main(words.split()) == 2
    output = capsys.readouterr()
    assert told in output.err and "Traceback" not in output.err
    assert list(folder.iterdir()) == []  # found before anything was trained or written


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"a,b,kind\n", "no rows"),
        (b"a,b,kind\n1,2,x\n3,4\n", "line 3: 2 fields, but the header"),
        (b"a,b,knd\n1,2,x\n3,4,y\n", "did you mean 'knd'"),
        (b"a,a,kind\n1,2,x\n", "twice"),
        (b"kind\nx\ny\n", "no column besides the target"),
        (b"a,kind\n1,x\n2,x\n", "only one value"),
        (b"a,kind\n1,5.5\n2,5.5\n", "the target kind is 5.5 in every row"),
        (b"a,kind\n,x\n,y\n", "a was left out: it holds no values at all"),
        (b"a,kind\n1,x\n2,y\n", "too few to split"),
    ],
)
def test_a_faulty_csv_file_exits_with_2_and_says_why(content, told, folder, capsys):
    (folder / "mine.csv").write_bytes(content)
    assert cli.main(["train", "mine.csv", "--target", "kind", *QUICK]) == 2
    output = capsys.readouterr()
    assert told in output.err and "Traceback" not in output.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--save mine.csv", "--save mine.csv would overwrite what is read"),
        ("--save link.csv", "--save link.csv would overwrite what is read"),
        ("--resume ./mine.csv", "--resume ./mine.csv would overwrite what is read"),
        ("--save a.png --plot ./a.png", "--save a.png would overwrite the file of --plot"),
        ("--save m.npz --resume ./m.npz", "--save m.npz would overwrite the file of --resume"),
    ],
)
def test_no_file_is_written_over_another(options, told, folder, capsys):
    (folder / "mine.csv").write_text(TABLE)
    (folder / "link.csv").symlink_to("mine.csv")
    words = ["train", "mine.csv", "--target", "kind", "--epochs", "1", *options.split()]
    assert cli.main(words) == 2 and told in capsys.readouterr().err
    assert (folder / "mine.csv").read_text() == TABLE and len(list(folder.iterdir())) == 2


def test_the_doctor_draws_nothing_over_its_data(folder, capsys):
    (folder / "mine.png").write_text(TABLE)
    words = ["doctor", "mine.png", "--target", "kind", "--epochs", "1", "--plot", "./mine.png"]
    assert cli.main(words) == 2 and "would overwrite what is read" in capsys.readouterr().err
    assert (folder / "mine.png").read_text() == TABLE


def test_the_seed_decides_the_order_of_the_batches(monkeypatch, capsys):
    given = []
    monkeypatch.setattr(cli.train, "fit", lambda *args, **options: given.append(options) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["train", "iris", "--seed", "7", "--no-plot"])
    assert given[0]["rng"] == 7


# --- what fails -----------------------------------------------------------------------------


def test_a_loss_that_is_no_number_exits_with_1_and_says_where(folder, capsys):
    assert cli.main(["train", "auto_mpg", "--lr", "1e9"]) == 1
    assert "in epoch 1, batch 2; the last finite loss was" in capsys.readouterr().err
    assert list(folder.iterdir()) == []  # no epoch was finished, so there is nothing to draw


def test_a_failed_run_still_draws_the_epochs_before(folder, capsys):
    options = ["--optimizer", "sgd", "--lr", "3", "--batch-size", "1000"]
    assert cli.main(["train", "sine", *options]) == 1
    output = capsys.readouterr()
    assert "batch 1; the last finite loss" in output.err
    assert "picture: tinynet-sine.png" in output.out
    assert (folder / "tinynet-sine.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_that_cannot_be_written_exits_with_1(monkeypatch, capsys):
    def fail(model, path, data, loss):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(tn.checkpoints, "save", fail)
    assert cli.main(["train", *QUICK, "--save", "model.npz"]) == 1
    output = capsys.readouterr()
    assert output.err == "tinynet: error: Permission denied: 'model.npz'\n"
    assert scores(output.out)["test"][0] == 51  # what was learned is told all the same


def test_a_folder_that_cannot_be_written_is_found_before_the_training(monkeypatch, capsys):
    def fail(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", fail)
    monkeypatch.setattr("tinynet.cli.train.fit", None)
    for command in (["--save", "model.npz", "--no-plot"], ["--plot", "picture.png"], []):
        assert cli.main(["train", *command]) == 2
        assert "Permission denied in the folder ." in capsys.readouterr().err


def test_too_little_memory_exits_with_1(monkeypatch, capsys):
    def fail(*args):
        raise MemoryError("Unable to allocate 29.8 GiB")

    monkeypatch.setattr("tinynet.cli.train._model", fail)
    assert cli.main(["train", "--hidden", "1000000000"]) == 1
    assert "more memory than there is. Unable to allocate 29.8 GiB" in capsys.readouterr().err


def test_ctrl_c_reports_and_saves_the_model_so_far_and_exits_with_130(folder, monkeypatch, capsys):
    step, count = tn.optimizers.Adam.step, iter(range(20))

    def interrupted_step(self):
        step(self)
        if next(count) == 19:
            raise KeyboardInterrupt

    monkeypatch.setattr(tn.optimizers.Adam, "step", interrupted_step)
    assert cli.main(["train", "--save", "model.npz"]) == 130
    output = capsys.readouterr()
    assert "epochs: 2" in output.out and scores(output.out)["test"][0] == 51
    assert "interrupted in epoch 3" in output.err
    assert {path.name for path in folder.iterdir()} == {"model.npz", "tinynet-penguins.png"}
