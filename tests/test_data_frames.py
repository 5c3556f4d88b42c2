"""from_frame: a dataframe is read just as the file that it can be written to."""

import datetime
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinynet import losses
from tinynet.data import from_frame, read_csv
from tinynet.layers import MLP
from tinynet.training.checkpoints import load_model, save

ROWS = 14
WORDS = st.text("abÄß,;|\t\"' =#-.", max_size=4).map(lambda text: f"w{text}")
MOMENTS = st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2100, 1, 1))
CELLS = {
    "float": st.floats(-1e300, 1e300),
    "int": st.integers(-(2**62), 2**62),
    "small": st.integers(0, 3),
    "bool": st.booleans(),
    "text": st.sampled_from(["red", "blue", " green", "NA", "true", "007", "1e5", ""]),
    "words": WORDS,
    "decimal": st.decimals(-1000, 1000, places=2),
    "moment": MOMENTS,
    "zoned": MOMENTS,
    "category": st.sampled_from(["small", "large", "medium"]),
    "code": st.sampled_from(["3", "10", "2"]),
}


@st.composite
def tables(draw):
    """Columns of Python's values, with None for gaps, by name; and the kind of each."""
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    table, named = {}, {}
    for i, kind in enumerate(kinds):
        cells = draw(st.lists(CELLS[kind], min_size=ROWS, max_size=ROWS))
        for row in draw(st.lists(st.integers(0, ROWS - 1), max_size=2)):
            cells[row] = None
        table[f"{kind} {i}"], named[f"{kind} {i}"] = cells, kind
    table["half"] = [row + 0.5 for row in range(ROWS)]  # so that one column is left
    target = draw(st.sampled_from([[0.1, 2.5], ["yes", "no", "no"], [1, 2, 3], [True, False]]))
    table["y"] = (target * ROWS)[:ROWS]
    return table, named


def in_pandas(table, kinds):
    frame = pd.DataFrame({name: pd.Series(cells) for name, cells in table.items()})
    dtypes = {"int": "Int64", "bool": "boolean", "small": "float64", "float": "float64"}
    for name, kind in kinds.items():
        if kind in dtypes:
            frame[name] = pd.Series(table[name], dtype=dtypes[kind])
        if kind in ("category", "code"):
            order = ["small", "medium", "large"] if kind == "category" else ["10", "3", "2"]
            frame[name] = pd.Categorical(table[name], categories=order)
        if kind in ("moment", "zoned"):
            frame[name] = pd.to_datetime(pd.Series(table[name]))
        if kind == "zoned":
            frame[name] = frame[name].dt.tz_localize("UTC").dt.tz_convert("Asia/Kolkata")
    return frame


def in_polars(table, kinds):
    frame = pl.DataFrame(table, strict=False)
    for name, kind in kinds.items():
        if kind in ("category", "code"):
            frame = frame.with_columns(pl.col(name).cast(pl.Categorical))
        if kind == "zoned" and frame[name].dtype == pl.Datetime:
            frame = frame.with_columns(pl.col(name).dt.replace_time_zone("UTC"))
    return frame


def with_pandas(frame, path):
    frame.to_csv(path, index=False)


def with_polars(frame, path):
    """As it writes files, but that true is True."""
    spelt = {True: "True", False: "False"}
    booleans = pl.col(pl.Boolean).replace_strict(spelt, return_dtype=pl.String)
    frame.with_columns(booleans).write_csv(path)


@pytest.mark.parametrize("make, write", [(in_pandas, with_pandas), (in_polars, with_polars)])
@given(drawn=tables(), missing=st.sampled_from(["impute", "drop"]))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_frame_is_read_as_its_file(make, write, drawn, missing, tmp_path):
    table, kinds = drawn
    frame, path = make(table, kinds), tmp_path / "frame.csv"
    write(frame, path)
    codes = [name for name, kind in kinds.items() if kind in ("category", "code")]
    options = {"missing": missing, "drop": [c for c in codes if not any(table[c])]}
    codes = [name for name in codes if any(table[name])]
    try:
        expected = read_csv(path, "y", separator=",", categories=codes, **options)
    except ValueError as error:
        told = str(error).partition(": ")[2][:30]
        with pytest.raises(ValueError) as caught:
            from_frame(frame, "y", **options)
        assert told in str(caught.value)
        return
    found = from_frame(frame, "y", **options)
    assert found.preparation == expected.preparation
    assert (found.feature_names, found.target_names) == (
        expected.feature_names,
        expected.target_names,
    )
    np.testing.assert_array_equal(found.x, expected.x)
    np.testing.assert_array_equal(found.y, expected.y)
    assert found.card.count("\n") == expected.card.count("\n")
    again = from_frame(frame, "y", preparation=expected.preparation)
    np.testing.assert_array_equal(again.x, expected.x)


Y = {"y": ["a", "b", "a", "b"]}


@pytest.mark.parametrize("library", [pd, pl])
def test_numbers_keep_all_their_digits_and_are_never_taken_for_others(library):
    third, single = np.array([1.234, 1 / 3, 1e-300, 5.678]), np.float32([0.1, 0.2, 0.3, 7])
    commas = ["1,5", "2,5", "0,5", "3,25"]  # a column of texts with another decimal mark
    frame = library.DataFrame({"third": third, "single": single, "text": commas, **Y})
    data = from_frame(frame, "y")
    assert data.feature_names == ("third", "single", "text")
    np.testing.assert_array_equal(data.x[:, 0], third)
    np.testing.assert_array_equal(data.x[:, 1], single.astype(float))
    np.testing.assert_array_equal(data.x[:, 2], [1.5, 2.5, 0.5, 3.25])
    alone = library.DataFrame({"exact": [1.234, 5.678, 9.012, 3.456], "text": commas, **Y})
    assert from_frame(alone, "y").x[0].tolist() == [1.234, 1.5]
    assert from_frame(alone, "y", decimal=",").x[0].tolist() == [1.234, 1.5]


def test_categorical_columns_are_categories_though_they_hold_numbers():
    codes = pd.Categorical([10, 2, 10, 2], categories=[10, 2], ordered=True)
    data = from_frame(pd.DataFrame({"code": codes, "size": [1.5, 2, 3, 4], **Y}), "y")
    assert data.feature_names == ("code=2", "code=10", "size")
    names = pl.Series([f"n{i}" for i in range(30)], dtype=pl.Categorical)
    many = pl.DataFrame({"name": names, "size": [i / 4 for i in range(30)], "y": ["a", "b"] * 15})
    assert from_frame(many, "y").feature_names == ("size",)  # as many categories as rows
    target = pd.DataFrame({"x": [0.5] * 40, "y": pd.Categorical(list(range(20)) * 2)})
    assert len(from_frame(target, "y").target_names) == 20
    assert from_frame(target, "y", task="regression").task == "regression"


def test_decimals_of_python_are_exact():
    frame = pd.DataFrame({"price": [Decimal("1.10"), None, Decimal("1e-7"), Decimal("3")], **Y})
    assert from_frame(frame, "y").x[:, 0].tolist() == [1.1, 1e-7, 3.0]


def test_names_may_be_numbers_and_lazy_frames_are_computed():
    square = pd.DataFrame(np.arange(12.0).reshape(4, 3) ** 2)
    assert from_frame(square, 2).feature_names == ("0", "1")
    assert from_frame(square, target=2, columns=[0]).feature_names == ("0",)
    assert len(from_frame(pl.LazyFrame({"x": [0.5, 1.5], "y": ["a", "b"]}), "y")) == 2


@pytest.mark.parametrize(
    "index, said",
    [
        (pd.Index(list("pqrs")), 'The index (such as "p") was left out: reset_index()'),
        (pd.Index([4, 5, 6, 7], name="id"), "The index (id) was left out: reset_index() makes"),
        (pd.Index([7, 3, 9, 1]), ""),
        (pd.MultiIndex.from_product([[1, 2], [3, 4]], names=["i", "j"]), "The index (i, j)"),
    ],
)
def test_the_index_is_no_column_and_that_is_said(index, said):
    frame = pd.DataFrame({"x": [0.5, 1.5, 2.5, 3.5], **Y}).set_index(index)
    data = from_frame(frame, "y")
    assert data.feature_names == ("x",)
    assert said in data.card and ("index" in data.card) == bool(said)


FRAME = pd.DataFrame({"x": [0.5, 1.5, 2.5, 3.5], **Y})


@pytest.mark.parametrize(
    "frame, options, text",
    [
        (FRAME.assign(x=[1, np.inf, 2, 3]), {}, "the frame, row 1: x is infinite"),
        (FRAME.assign(x=["1", "2", "3", "x"]), {}, 'the frame, row 3: x is "x", but 3 of its 4'),
        (FRAME.assign(x=["1", "2", "3", "x"]), {"name": "cars"}, "cars, row 3: x is"),
        (FRAME.assign(x=[1, None, 2, 3]), {"missing": "error"}, "x is missing in row 1; use"),
        (FRAME, {"target": "z"}, "unknown column in the frame 'z'; Known: x, y"),
        (FRAME.set_index("y"), {}, r"unknown column .* The index \(y\) was left out: reset_index"),
        (FRAME.set_axis(["y", "y"], axis=1), {}, "the frame: .* 'y' 2 times"),
        (FRAME.set_axis([1, "1"], axis=1), {}, "the frame: the column '1' stands in the header tw"),
        (FRAME[:0], {}, "the frame has no rows"),
        (pd.DataFrame(), {}, "the frame has no columns"),
        (FRAME, {"missing": "guess"}, "missing must be one of"),
        (FRAME.assign(x=None), {}, "no column to predict 'y' from. x was left out: it holds no"),
    ],
)
def test_what_is_wrong_with_a_frame_is_said_with_the_row(frame, options, text):
    with pytest.raises(ValueError, match=text):
        from_frame(frame, **({"target": "y"} | options))


@pytest.mark.parametrize("value", [3, np.ones((2, 2)), {"x": [1]}, pd.Series([1]), "file.csv"])
def test_what_is_no_frame_is_refused(value):
    with pytest.raises(TypeError, match="must be a dataframe, such as one of pandas or polars"):
        from_frame(value, "y")


def test_without_narwhals_the_line_that_installs_it_is_given(monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(ImportError, match=r'pip install "tinynet-learn\[frames\]"'):
        from_frame(FRAME, "y")


# --- new rows -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model of a file with a date, a boolean, German numbers and a category."""
    folder = tmp_path_factory.mktemp("saved")
    lines = ["on;flag;size;city;y"]
    for i in range(24):
        flag, city = ("TRUE", "FALSE")[i % 2], ("Rome", "Oslo", "Bonn, D")[i % 3]
        lines.append(f"{i + 1}.03.2021;{flag};{i},25;{city};{'ab'[i % 2]}")
    (folder / "old.csv").write_text("\n".join(lines))
    data = read_csv(folder / "old.csv", "y")
    assert data.preparation.columns[0].order == "day first"
    net = MLP([data.x.shape[1], 2], rng=0)
    save(net, folder / "model.npz", data=data, loss=losses.cross_entropy)
    return data, load_model(folder / "model.npz")


@pytest.mark.parametrize("library", [pd, pl])
def test_a_saved_model_takes_frames_by_the_names_of_their_columns(saved, library):
    data, model = saved
    moments = [datetime.datetime(2021, 3, 1), datetime.datetime(2021, 3, 2)]
    columns = {"note": ["p", "q"], "city": ["Rome", "Oslo"], "size": [0.25, 1.25]}
    frame = library.DataFrame(columns | {"flag": [True, False], "on": moments})
    np.testing.assert_array_equal(model.preparation.read(frame)[0], data.x[:2])
    np.testing.assert_array_equal(model.predict(frame), model.predict(data.x[:2]))
    assert model.classify(frame) == model.classify(data.x[:2])
    more = columns | {"city": ["Bonn, D", "Oslo"], "size": [1.234, 5.678]}
    thousandths = more | {"flag": [True, False], "on": moments}
    x, _ = model.preparation.read(library.DataFrame(thousandths))  # not 1234, as in a German file
    assert x[:, data.feature_names.index("size")].tolist() == [1.234, 5.678]
    for change, text in [
        ({"city": ["Rome", "Paris"]}, 'the frame, row 1: city is "Paris", which is none of Bonn'),
        ({"size": [None, 1.0]}, "the frame, row 0: size is missing"),
        ({"size": ["1,5", "big"]}, 'the frame, row 1: size is "big"'),
        ({"on": ["soon", "later"]}, 'the frame, row 0: on is "soon", which is no date'),
    ]:
        other = library.DataFrame(columns | {"flag": [True, False], "on": moments} | change)
        with pytest.raises(ValueError, match=text):
            model.predict(other)
    with pytest.raises(ValueError, match="the frame lacks the column 'on' that the model needs"):
        model.predict(library.DataFrame(columns | {"flag": [True, False]}))


def test_a_preparation_of_a_frame_reads_files(tmp_path):
    frame = pd.DataFrame(
        {"flag": [True, False] * 3, "x": [0.5, 1, 2, 3, 4, 5], "y": list("ababab")}
    )
    data = from_frame(frame, "y")
    (tmp_path / "new.csv").write_text("x;flag\n0,5;true\n1,0;FALSE\n")
    np.testing.assert_array_equal(data.preparation.read(tmp_path / "new.csv")[0], data.x[:2])
