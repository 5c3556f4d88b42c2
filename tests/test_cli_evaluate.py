"""`tinynet evaluate`: how good a saved model is, beside one that looks at nothing."""

import numpy as np
import pytest

import tinynet as tn
from tests.saved_models import ROWS, save_all
from tinynet import cli


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return save_all(tmp_path_factory.mktemp("models"))


@pytest.fixture
def evaluate(models, tmp_path, monkeypatch, capsys):
    """Runs the command on a file with this content, or on a dataset; returns what it gives."""
    monkeypatch.chdir(tmp_path)

    def run(model, content, *options):
        name = content
        if "\n" in content:
            name = "some.csv"
            (tmp_path / name).write_text(content)
        code = cli.main(["evaluate", str(models / model), name, *options])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


def figures(text, row):
    """The numbers of the last row of that name in the tables that are printed."""
    *_, cells = (line.split() for line in text.splitlines() if line.split()[:1] == [row])
    return [float(cell) for cell in cells[1:]]


KIND = "size,color,kind\n"


def test_classes_are_counted_and_compared_with_the_largest(evaluate):
    rows = [(3, "yes"), (4, "yes"), (1, "yes"), (1.5, "no"), (2.5, "no"), (3.5, "yes")]
    content = KIND + "".join(f"{size},red,{kind}\n" for size, kind in rows)
    code, out, err = evaluate("kind.npz", content)
    assert (code, err) == (0, "")
    assert figures(out, "model") == [6, pytest.approx(4 / 6, abs=1e-4)]
    assert figures(out, "baseline") == [6, pytest.approx(4 / 6, abs=1e-4)]
    assert "baseline: always yes, the largest class of these rows" in out
    assert figures(out, "no") == [1, 1] and figures(out, "yes") == [1, 3]  # down true, across told
    z, t = np.array([s - 2 for s, _ in rows]), np.array([k == "yes" for _, k in rows])
    assert f"loss: log_loss {np.mean(np.log1p(np.exp(-z)) + (1 - t) * z):.4g}" in out


def test_the_counts_are_those_of_scikit_learn(evaluate, models):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    x, c = rng.normal(1, 3, 60), rng.choice(list("abc"), 60)
    _, out, _ = evaluate(
        "three.npz", "x,c\n" + "".join(f"{a},{b}\n" for a, b in zip(x, c, strict=True))
    )
    told = tn.checkpoints.load_model(models / "three.npz").classify(x[:, None])
    found = [figures(out, name) for name in "abc"]
    np.testing.assert_array_equal(found, metrics.confusion_matrix(c, told))
    assert figures(out, "model")[1] == pytest.approx(metrics.accuracy_score(c, told), abs=1e-4)


def test_numbers_are_measured_in_the_units_of_the_target(evaluate):
    content = "price,size\n37,3\n10,0.5\n13,1\n"  # the model says 37, 7, 13
    code, out, err = evaluate("price.npz", content)
    rmse, mae, r2 = figures(out, "model")[1:]
    assert (code, rmse, mae) == (0, pytest.approx(3**0.5, rel=1e-3), 1)
    spread = np.var([37, 10, 13])
    assert r2 == pytest.approx(1 - 3 / spread, rel=1e-3)
    assert figures(out, "baseline") == [3, *(pytest.approx(v, rel=1e-3) for v in (12.08, 11.33, 0))]
    assert "always 20, the mean of price in these rows" in out


@pytest.mark.parametrize("sizes", [[3], [1, 2, 5]])
def test_without_variance_there_is_none_to_explain(evaluate, sizes):
    _, out, _ = evaluate("price.npz", "price,size\n" + "".join(f"40,{size}\n" for size in sizes))
    rmse = np.sqrt(np.mean([(12 * size + 1 - 40) ** 2 for size in sizes]))
    assert "r2" not in out and figures(out, "model")[:2] == [len(sizes), pytest.approx(rmse, 1e-3)]


def test_the_baseline_explains_exactly_nothing(evaluate):
    prices = np.random.default_rng(3).normal(size=30)  # whose squares round
    _, out, _ = evaluate("price.npz", "price,size\n" + "".join(f"{p},1\n" for p in prices))
    assert figures(out, "baseline")[-1] == 0


def test_the_figures_are_those_of_the_training_table(evaluate, capsys, tmp_path):
    for name, row, count in [("penguins", "accuracy", 342), ("auto_mpg", "rmse", 392)]:
        command = ["train", name, "--epochs", "3", "--quiet", "--no-plot", "--save", f"{name}.npz"]
        assert cli.main(command) == 0
        capsys.readouterr()
        code, out, err = evaluate(str(tmp_path / f"{name}.npz"), name)
        data, model = tn.datasets.load(name), tn.checkpoints.load_model(f"{name}.npz")
        assert code == 0 and row in out and figures(out, "model")[0] == count
        assert "those that the model was trained on among them" in err
        told = model.predict(data)
        if row == "rmse":
            expected = tn.metrics.rmse(data.y, told)
        else:
            expected = tn.metrics.accuracy(data.y, told)
        assert figures(out, "model")[1] == pytest.approx(expected, rel=1e-3)


def test_rows_without_an_answer_are_left_out_and_told(evaluate):
    code, out, _ = evaluate("kind.npz", KIND + "3,red,yes\n1,red,\n,red,no\n1,red,no\n")
    assert code == 0 and figures(out, "model") == [2, 1]
    assert "Dropped 2 of 4 rows: size is missing in line 4; kind is missing in line 3." in out
    code, out, _ = evaluate("filled.npz", KIND + "3,red,yes\n,red,no\n1,red,no\n")
    assert figures(out, "model")[0] == 3 and "of the first file: line 3" in out


def test_of_very_many_classes_the_most_frequent_mistakes_are_told(evaluate, models, tmp_path):
    names = [f"c{i:02}" for i in range(25)]
    content = "x,c\n" + "".join(f"{i / 4},{names[i % 25]}\n" for i in range(75))
    (tmp_path / "many.csv").write_text(content)
    data = tn.data.read_csv(tmp_path / "many.csv", "c")
    model = tn.layers.Linear(1, 25, initializer=tn.initializers.zeros)
    tn.checkpoints.save(model, models / "many.npz", data=data)
    code, out, _ = evaluate("many.npz", content)
    assert code == 0 and "c24 taken for c00: 3" not in out and "c01 taken for c00: 3" in out
    assert out.count(" taken for c00") == 10 and "loss:" not in out  # nobody knows which it was


@pytest.mark.parametrize(
    "model, content, said",
    [
        (
            "kind.npz",
            KIND + "3,red,yes\n3,red,maybe\n",
            'line 3: kind is "maybe", which is none of',
        ),
        (
            "kind.npz",
            KIND + "3,green,yes\n",
            'line 2: color is "green", which is none of blue, red',
        ),
        ("kind.npz", "size,color\n3,red\n", "unknown column in some.csv 'kind'"),
        ("kind.npz", "size,kind\n3,yes\n", "some.csv lacks the column 'color'"),
        ("kind.npz", KIND + "3,red,\n", "every row has a missing value: no row has a kind"),
        ("price.npz", "size,price\n3,dear\n", 'line 2: price is "dear", which is no number'),
        ("kind.npz", "iris", "the model has the features size, color=blue, color=red, but iris"),
        ("kind.npz", "irs", "did you mean 'iris'"),
        ("kind.npz", "none.csv", "there is no file none.csv"),
        ("none.npz", "iris", "there is no file"),
        ("old.csv", "iris", "is not a tinynet checkpoint"),
    ],
)
def test_what_cannot_be_evaluated_is_one_sentence(evaluate, model, content, said):
    code, out, err = evaluate(model, content)
    assert (code, out) == (2, "") and said in err
    assert err.startswith("tinynet: error: ") and err.count("\n") == 1


def test_how_a_file_is_written_is_not_asked_of_a_dataset(evaluate):
    code, _, err = evaluate("kind.npz", "iris", "--decimal", ",")
    assert code == 2 and "--separator, --decimal: only for CSV files, not for 'iris'" in err


def test_one_class_alone_and_one_row_alone(evaluate):
    code, out, _ = evaluate("kind.npz", KIND + "3,red,yes\n")
    assert code == 0 and figures(out, "model") == figures(out, "baseline") == [1, 1]
    code, out, _ = evaluate("price.npz", "size,price\n3,37\n")
    assert code == 0 and figures(out, "model")[0] == 1
    assert len(ROWS) == 20
