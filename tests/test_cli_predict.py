"""`tinynet predict`: the rows of a file come back with the answers of a model beside them."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinynet as tn
from tests.saved_models import line, save_all
from tinynet import cli


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return save_all(tmp_path_factory.mktemp("models"))


@pytest.fixture
def predict(models, tmp_path, monkeypatch, capsys):
    """Runs the command on a file with this content; returns the code, the output, the messages."""
    monkeypatch.chdir(tmp_path)

    def run(model, content, *options):
        path = tmp_path / "new.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = cli.main(["predict", str(models / model), "new.csv", *options])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


def logistic(z):
    return 1 / (1 + np.exp(-z))


# --- what comes out -------------------------------------------------------------------------


def test_two_classes_have_the_probability_of_the_second(predict):
    code, out, err = predict("kind.npz", "size,color\n3,red\n1.5,blue\n")
    header, *rows = out.splitlines()
    assert (code, err) == (0, "")
    assert header == "size,color,predicted kind,probability of yes"
    assert [row.rpartition(",")[0] for row in rows] == ["3,red,yes", "1.5,blue,no"]
    shown = [float(row.rpartition(",")[2]) for row in rows]
    np.testing.assert_allclose(shown, logistic(np.array([1, -0.5])), rtol=1e-6)


def test_more_classes_have_a_probability_each(predict):
    _, out, _ = predict("three.npz", "x\n1\n9\n")
    header, first, second = out.splitlines()
    assert header == "x,predicted c,probability of a,probability of b,probability of c"
    assert first.startswith("1,b,") and second.startswith("9,c,")
    e = np.exp([0.0, 1, -2])
    np.testing.assert_allclose(np.array(first.split(",")[2:], float), e / e.sum(), rtol=1e-6)


def test_a_number_is_in_the_units_of_the_target(predict):
    _, out, _ = predict("price.npz", "size\n3\n0.5\n")
    header, *rows = out.splitlines()
    assert header == "size,predicted price"
    np.testing.assert_allclose([float(row.split(",")[1]) for row in rows], [37, 7], rtol=1e-12)


def test_all_columns_are_kept_as_they_stand_and_the_strange_ones_are_told(predict):
    content = ',note,kind,color,size\n7,"a, ""b""",no,red,$3\n8,,yes,blue,1.50\n'
    code, out, err = predict("kind.npz", content.replace("$", ""))
    header, *rows = out.splitlines()
    assert code == 0 and header.startswith(",note,kind,color,size,predicted kind,")
    assert rows[0].startswith('7,"a, ""b""",no,red,3,yes,') and rows[1].startswith(
        "8,,yes,blue,1.50"
    )
    assert err == "tinynet: note: columns that the model does not know, kept and not used: note\n"


@pytest.mark.parametrize(
    "content, lines",
    [
        ("size;color\n3,5;red\n4;blue\n", ["size;color;predicted kind;", "3,5;red;yes;0,8175"]),
        ("size;color\n3.5;red\n4;blue\n", ["size;color;predicted kind;", "3.5;red;yes;0.8175"]),
        ('size,color\n"3,5",red\n4,blue\n', ["size,color,", '"3,5",red,yes,0.8175']),
        ("size\tcolor\n3.5\tred\n", ["size\tcolor\tpredicted", "3.5\tred\tyes\t0.8175"]),
        ("\ufeffsize,color\r\n\r\n3.5,red\r\n", ["size,color,predicted", "3.5,red,yes,0.8175"]),
    ],
)
def test_it_is_written_as_the_file_is(predict, content, lines):
    _, out, _ = predict("kind.npz", content)
    assert all(map(str.startswith, out.splitlines(), lines))


def test_out_takes_the_place_of_the_output(predict, tmp_path):
    content = "size,color\n3,red\n"
    _, out, _ = predict("kind.npz", content)
    code, none, err = predict("kind.npz", content, "--out", "answers.csv")
    assert (code, none, err) == (0, "", "1 row with answers: answers.csv\n")
    assert Path("answers.csv").read_text() == out


def test_gaps_are_filled_in_as_they_were_learned(predict):
    _, out, _ = predict("filled.npz", "size,color\n,\n3,red\n")
    assert [row.split(",")[2] for row in out.splitlines()[1:]] == [
        "yes",
        "yes",
    ]  # the median: 2.375


@pytest.mark.parametrize(
    "model, said",
    [
        ("scores.npz", "the scores of hinge are no probabilities: only classes are given"),
        ("unknown.npz", "does not say with which loss the model was trained"),
    ],
)
def test_what_is_known_of_probabilities_is_told(predict, model, said):
    code, out, err = predict(model, "size,color\n3,red\n")
    assert code == 0 and said in err and ("probability" in out) == (model == "unknown.npz")


def test_the_same_answers_as_in_python(predict, models, tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{x!r},{'red' if x > 0 else 'blue'}" for x in rng.normal(2, 1, 500).tolist()]
    _, out, _ = predict("kind.npz", "\n".join(["size,color", *rows]))
    model = tn.checkpoints.load_model(models / "kind.npz")
    assert [row.split(",")[2] for row in out.splitlines()[1:]] == model.classify("new.csv")
    assert [row[: len(old)] for row, old in zip(out.splitlines()[1:], rows, strict=True)] == rows


def test_the_printed_recipe_names_the_command(predict, tmp_path, capsys):
    command = ["train", "moons", "--epochs", "2", "--quiet", "--no-plot", "--save", "it's.npz"]
    assert cli.main(command) == 0
    recipe = capsys.readouterr().out.splitlines()[-1]
    _, _, words = recipe.partition("new rows: ")
    name, command, model, file = shlex.split(words)
    assert (name, command, file) == ("tinynet", "predict", "NEW.csv")
    code, out, _ = predict(str(tmp_path / model), "x0,x1\n0.5,0.1\n1,-0.5\n")
    assert code == 0 and out.startswith("x0,x1,predicted class,probability of lower\n0.5,0.1,")


# --- what is told ---------------------------------------------------------------------------


def test_a_number_that_could_be_another_is_told(predict, models, tmp_path):
    (tmp_path / "german.csv").write_text("size;y\n66,5;1,5\n12,5;2,5\n1,5;3\n")
    data = tn.data.read_csv(tmp_path / "german.csv", "y")
    tn.checkpoints.save(line(1, [1.0], [0.0]), models / "german.npz", data=data)
    with pytest.warns(UserWarning, match='new.csv, line 2: size is "1.500", which is read as 1500'):
        code, out, _ = predict("german.npz", "size\n1.500\n")
    assert (code, out) == (0, "size,predicted y\n1.500,1500.0\n")
    code, out, err = predict("german.npz", "size\n1.500\n", "--decimal", ".")
    assert (out, err) == ("size,predicted y\n1.500,1.5\n", "")


def test_the_installed_program_tells_it_in_one_line(models, tmp_path):
    (tmp_path / "german.csv").write_text("size;y\n66,5;1,5\n12,5;2,5\n1,5;3\n")
    data = tn.data.read_csv(tmp_path / "german.csv", "y")
    tn.checkpoints.save(line(1, [1.0], [0.0]), tmp_path / "german.npz", data=data)
    (tmp_path / "new.csv").write_text("size\n1.500\n")
    program = tmp_path / "tinynet"
    program.write_text("import sys\nfrom tinynet.cli import main\nsys.exit(main())\n")
    command = [sys.executable, program, "predict", "german.npz", "new.csv"]
    root = {"PYTHONPATH": str(Path(tn.__file__).parents[1])}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=os.environ | root
    )
    assert (
        done.stderr.startswith("tinynet: warning: new.csv, line 2") and done.stderr.count("\n") == 1
    )


BOTH = "size,color\n"


@pytest.mark.parametrize(
    "content, said",
    [
        (
            BOTH + "3,red\n3,green\n",
            'new.csv, line 3: color is "green", which is none of blue, red',
        ),
        (BOTH + "3,red\n,red\n", "new.csv, line 3: size is missing, and nothing is known to fill"),
        (BOTH + "3,red\n\nbig,red\n", 'new.csv, line 4: size is "big", which is no number'),
        (BOTH + "1e999,red\n", "new.csv, line 2: size is infinite"),
        (BOTH + "3\n", "new.csv, line 2: 1 fields, but the header (line 1) has 2"),
        ("size,colour\n3,red\n", "new.csv lacks the column 'color' that the model needs; it has"),
        ("size,size,color\n3,3,red\n", "the column 'size' stands in the header twice"),
        (BOTH, "new.csv has a header but no rows"),
        ("", "new.csv is empty"),
        (b"\x00\xff\xfe\x80", "new.csv is not UTF-8 text"),
        (b"PK\x03\x04", "new.csv is not a CSV file but an Excel workbook"),
        (
            "size,color,predicted kind\n3,red,no\n",
            "new.csv has a column 'predicted kind' already: is it an answer of `tinynet predict`?",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_the_line(predict, content, said):
    code, out, err = predict("kind.npz", content)
    assert (code, out) == (2, "") and said in err
    assert err.startswith("tinynet: error: ") and err.count("\n") == 1


@pytest.fixture
def strange(models, tmp_path):
    """Files that are no model, or one that cannot be asked, by a word for each."""
    own = type("Mine", (tn.layers.Linear,), {})(2, 1, rng=0)
    with pytest.warns(UserWarning, match="but not its layers"):
        tn.checkpoints.save(own, tmp_path / "own.npz", data=tn.datasets.load("moons"))
    tn.checkpoints.save(tn.layers.Linear(2, 1, rng=0), tmp_path / "bare.npz")
    scaled = tn.datasets.load("iris").standardize()
    tn.checkpoints.save(tn.layers.Linear(4, 3, rng=0), tmp_path / "scaled.npz", data=scaled)
    content = (models / "kind.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.npz").write_text("size,color\n")
    np.savez(tmp_path / "foreign.npz", a=np.ones(3))
    (tmp_path / "folder.npz").mkdir()
    wide = tn.data.read_csv(models / "old.csv", "price", columns=["size"])
    tn.checkpoints.save(tn.layers.Linear(1, 2, rng=0), tmp_path / "wide.npz", data=wide)
    tn.checkpoints.save(tn.layers.Linear(5, 1, rng=0), tmp_path / "misfit.npz", data=wide)
    return tmp_path


@pytest.mark.parametrize(
    "name, said",
    [
        ("none.npz", "there is no file"),
        ("folder.npz", "is a folder, not a checkpoint"),
        ("text.npz", "is not a tinynet checkpoint, or is damaged"),
        ("half.npz", "is not a tinynet checkpoint, or is damaged"),
        ("foreign.npz", "was not written by tinynet"),
        ("own.npz", "holds the numbers of a model, but not its layers (Mine is not known"),
        ("bare.npz", "does not say how columns become features: it was saved without data="),
        ("scaled.npz", "does not say how columns become features"),
        ("wide.npz", "the model's output has shape (1, 2), and not one number for each row"),
        ("misfit.npz", "Linear(5, 1) takes 5 columns"),
    ],
)
def test_what_is_no_model_that_can_be_asked_is_one_sentence(strange, predict, name, said):
    code, out, err = predict(str(strange / name), BOTH + "3,red\n")
    told = err.splitlines()[-1]
    assert (code, out) == (2, "") and said in told and told.startswith("tinynet: error: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["new.csv", "./new.csv", "link.csv", "MODEL", "no/such.csv", "."])
def test_out_never_takes_the_place_of_what_is_read(predict, models, tmp_path, name):
    (tmp_path / "link.csv").symlink_to(tmp_path / "new.csv")
    model, name = models / "kind.npz", str(models / "kind.npz") if name == "MODEL" else name
    before, content = model.read_bytes(), BOTH + "3,red\n"
    code, out, err = predict("kind.npz", content, "--out", name)
    assert (code, out) == (2, "") and ("overwrite what is read" in err or "cannot write" in err)
    assert model.read_bytes() == before and (tmp_path / "new.csv").read_text() == content


def test_a_program_that_reads_the_answers_gets_every_cell_as_it_stands(models, tmp_path):
    content = "note,size,color\nKöln 木,3,red\n"
    (tmp_path / "new.csv").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "tinynet", "predict", str(models / "kind.npz"), "new.csv"]
    where = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(tn.__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | where, capture_output=True)
    assert done.stdout.decode().splitlines()[1].startswith("Köln 木,3,red,yes,")


def test_an_error_leaves_an_older_answer_as_it_was(predict, tmp_path):
    (tmp_path / "answers.csv").write_text("old")
    code, _, _ = predict("kind.npz", BOTH + "3,green\n", "--out", "answers.csv")
    assert code == 2 and (tmp_path / "answers.csv").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["answers.csv", "new.csv"]


@pytest.mark.parametrize(
    "words, said",
    [
        ("predict", "the following arguments are required: MODEL.npz, FILE.csv"),
        ("predict m.npz new.csv --decimal x", "invalid choice: 'x'"),
        ("predict m.npz new.csv --out=", "--out: must be the name of a file, not ''"),
        ("predict '' new.csv", "MODEL.npz: must be the name of a file, not ''"),
        ("predict m.npz ''", "FILE.csv: must be the name of a file, not ''"),
    ],
)
def test_a_wrong_command_is_refused(words, said, capsys):
    assert cli.main(shlex.split(words)) == 2
    assert said in capsys.readouterr().err
