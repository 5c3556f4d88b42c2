"""`tinynet compare`: in what two models differ, and whether one is better."""

import numpy as np
import pytest

import tinynet as tn
from tests.saved_models import line, save_all
from tinynet import cli
from tinynet.training.comparison import paired


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Those of `save_all`, and close.npz, which is better than price.npz, from other columns."""
    folder = save_all(tmp_path_factory.mktemp("models"))
    read, save = tn.data.read_csv, tn.checkpoints.save
    other = read(folder / "old.csv", "price", columns=["color", "size"])
    save(line(3, [0, 0, 12.0], [0.0]), folder / "close.npz", data=other, loss=tn.losses.mae)
    turned = folder / "turned.csv"  # the same classes under other numbers
    turned.write_text("size,kind\n1,1no\n3,yes\n")
    never = line(3, [0.0, 0, 0], [-1.0])
    kind = read(folder / "old.csv", "kind", columns=["size", "color"])
    save(never, folder / "never.npz", data=kind)
    return folder


@pytest.fixture
def compare(models, tmp_path, monkeypatch, capsys):
    """Runs the command on two models and a file with this content; returns what it gives."""
    monkeypatch.chdir(models)

    def run(first, second, content=None, *options):
        words = ["compare", first, second]
        if content is not None and "\n" in content:
            (tmp_path / "some.csv").write_text(content)
            content = str(tmp_path / "some.csv")
        code = cli.main([*words, *([] if content is None else [content]), *options])
        output = capsys.readouterr()
        return code, output.out, output.err

    return run


def prices(noise, rows=60):
    """Rows with price ≈ 12 · size, which is what close.npz says; price.npz says one more."""
    rng = np.random.default_rng(0)
    sizes, off = rng.uniform(0, 5, rows).round(3), (noise * rng.normal(size=rows)).round(3)
    lines = [f"{size},red,{12 * size + e:.6f}" for size, e in zip(sizes, off, strict=True)]
    return "size,color,price\n" + "\n".join(lines) + "\n", off


def test_without_rows_it_tells_what_differs(compare):
    code, out, err = compare("price.npz", "close.npz")
    assert (code, err) == (0, "")
    cells = [line.split() for line in out.splitlines()]
    assert ["features", "1", "3"] in cells and ["trained", "with", "mse", "mae"] in cells
    assert ["parameters", "2", "4"] in cells and [
        "layers",
        "Linear(1,",
        "1)",
        "Linear(3,",
        "1)",
    ] in cells
    assert "only close.npz has: color=blue, color=red" in out and "only price.npz" not in out


def test_the_same_features_that_are_read_in_another_way_are_told(compare):
    _, out, _ = compare("kind.npz", "filled.npz")
    assert "the features are the same, but gaps are filled in or cells read in another way" in out
    _, out, _ = compare("kind.npz", "scores.npz")
    assert "the features are the same" not in out and "only" not in out


def test_a_better_model_is_named(compare):
    content, off = prices(noise=0.5)
    code, out, _ = compare("price.npz", "close.npz", content)
    assert code == 0
    assert "rmse: close.npz is better on rows like these" in out
    assert "60 rows, 2000 resamples, seed 0." in out
    expected = paired((off - 1) ** 2, off**2, np.sqrt)
    row = next(line.split() for line in out.splitlines() if line.startswith("rmse "))
    found = [float(row[i]) for i in (1, 2, 3, 4, 6)]
    told = [expected.first, expected.second, expected.second - expected.first]
    np.testing.assert_allclose(found, [*told, expected.low, expected.high], rtol=2e-3)


def test_the_order_does_not_matter(compare):
    content, _ = prices(noise=0.5)
    _, one, _ = compare("price.npz", "close.npz", content)
    _, other, _ = compare("close.npz", "price.npz", content)
    assert "rmse: close.npz is better" in one and "rmse: close.npz is better" in other


def test_where_the_interval_holds_0_nothing_is_claimed(compare):
    content, _ = prices(noise=40)
    _, out, _ = compare("price.npz", "close.npz", content)
    assert "rmse: the interval holds 0, so these rows cannot tell the two models apart" in out
    assert "is better" not in out
    _, out, _ = compare("price.npz", "price.npz", content)
    assert "cannot tell the two models apart" in out and "+0 to +0" in out


def test_classes_are_compared_by_their_accuracy(compare):
    rows = [f"{i / 10},red,{'yes' if i > 20 else 'no'}" for i in range(40)]
    code, out, _ = compare("never.npz", "kind.npz", "\n".join(["size,color,kind", *rows]) + "\n")
    assert code == 0 and "accuracy: kind.npz is better on rows like these" in out
    assert "They are few, so the interval is rough." in out  # 40 rows


def test_the_seed_and_the_number_of_resamples_are_options(compare):
    content, _ = prices(noise=2)
    run = [compare("price.npz", "close.npz", content, "--seed", s)[1] for s in ("1", "1", "2")]
    assert run[0] == run[1] != run[2].replace("seed 2", "seed 1")
    _, out, _ = compare("price.npz", "close.npz", content, "--resamples", "100")
    assert "100 resamples" in out


def test_rows_that_one_model_cannot_use_are_left_out_for_both(compare):
    content, _ = prices(noise=0.5)
    broken = content + "1,,12\n2,red,\n,red,3\n"  # price.npz has no color, but close.npz does
    code, out, err = compare("price.npz", "close.npz", broken)
    assert code == 0 and "60 rows" in out
    assert "3 of 63 rows are left out, with missing values: lines 62, 63, 64" in err
    assert out.splitlines()[8:] == compare("price.npz", "close.npz", content)[1].splitlines()[8:]


def test_a_bundled_dataset_is_known_by_its_name(compare, tmp_path):
    moons = tn.datasets.load("moons")
    for name, weights in [("a", [0.0, 1.0]), ("b", [1.0, 0.0])]:
        tn.checkpoints.save(line(2, weights, [0.0]), tmp_path / f"{name}.npz", data=moons)
    code, out, _ = compare(str(tmp_path / "a.npz"), str(tmp_path / "b.npz"), "moons")
    assert code == 0 and "400 rows" in out


@pytest.mark.parametrize(
    "first, second, content, said",
    [
        ("kind.npz", "price.npz", "a\n1\n", "only models of the same target can be compared"),
        ("kind.npz", "three.npz", "a\n1\n", "but three.npz predicts c (a, b, c)"),
        ("price.npz", "close.npz", "size,price\n1,2\n", "lacks the column 'color'"),
        ("price.npz", "close.npz", "size,color\n1,red\n", "unknown column in some.csv 'price'"),
        (
            "price.npz",
            "close.npz",
            "size,color,price\n1,,3\n",
            "every row has a missing value that",
        ),
        ("price.npz", "close.npz", "size,color,price\n1,red,3\n", "needs 2 rows or more"),
        (
            "price.npz",
            "close.npz",
            "size,color,price\n1,pink,3\n2,red,4\n",
            'line 2: color is "pink"',
        ),
        ("price.npz", "none.npz", None, "there is no file none.npz"),
        ("old.csv", "price.npz", None, "old.csv is not a tinynet checkpoint"),
        ("price.npz", "close.npz", "iris", "the model has the features size, but iris has"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(compare, first, second, content, said):
    code, _, err = compare(first, second, content)
    assert code == 2 and said in err
    assert err.startswith("tinynet: error: ") and err.count("\n") == 1
