"""Preparation: new rows are read as the old ones were, or the line that cannot be is named."""

import csv
import dataclasses
import datetime
import io
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinynet import fit, losses
from tinynet.data import Preparation, read_csv
from tinynet.layers import MLP
from tinynet.optimizers import Adam
from tinynet.training import predict
from tinynet.training.checkpoints import load_model, save
from tinynet.training.units import InUnits, Units

OLD = "city,size,price,on,y\nRome,1.5,$10,2020-01-31,no\nOslo,2.5,$20,2021-07-01,yes\n"
OLD += "Rome,3.5,$30,2022-12-31,no\nBonn,4.5,$40,2023-05-05,yes\n"


@pytest.fixture
def write(tmp_path):
    """Writes a file and returns its path."""

    def writer(content, name="new.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return writer


def again(preparation):
    """The same, by way of a JSON file."""
    return Preparation.from_dict(json.loads(json.dumps(preparation.to_dict())))


@pytest.mark.parametrize(
    "content",
    [
        "city,size,price,on\nOslo,2.5,$20,2021-07-01\nRome,3.5,$30,2022-12-31\n",
        "on,more,price,size,city\n2021-07-01,a,$20,2.5,Oslo\n2022-12-31,b,$30,3.5,Rome\n",
        "city;size;price;on;y\nOslo;2,5;$20;2021-07-01;?\nRome;3,5;$30;2022-12-31;\n",
        ",city,size,price,on\n0,Oslo,2.5,20,2021-07-01\n1,Rome,3.5,30.0,2022-12-31\n",
    ],
    ids=["without target", "another order", "semicolons", "an index and no $"],
)
def test_new_rows_are_read_as_the_old_ones_were(write, content):
    old = read_csv(write(OLD, "old.csv"), "y")
    x, lines = again(old.preparation).read(write(content))
    np.testing.assert_array_equal(x, old.x[[1, 2]])
    assert lines == [2, 3] and old.feature_names == old.preparation.feature_names


def test_another_file_is_read_with_the_same_features_and_class_ids(write):
    old = read_csv(write(OLD, "old.csv"), "y")
    new = "y,city,size,price,on\n,Rome,1,$1,2020-01-31\nyes,Bonn,4.5,$40,2023-05-05\n"
    made = read_csv(write(new), "y", preparation=old.preparation)
    assert (made.y.tolist(), made.target_names, made.task) == ([1], ("no", "yes"), "binary")
    np.testing.assert_array_equal(made.x, old.x[[3]])
    assert "Dropped 1 of 2 rows: y is missing in line 2." in made.card
    old.check_alike(made)


@pytest.mark.parametrize(
    "content, text",
    [
        ("city,size,price,on\nParis,1,$1,2020-01-01\n", 'line 2: city is "Paris", .* Bonn, Oslo'),
        ("city,size,price,on\nrome,1,$1,2020-01-01\n", 'line 2: city is "rome", which is none of'),
        ("city,size,on\nRome,1,2020-01-01\n", "new.csv lacks the column 'price' .* city, size, on"),
        (
            "city,size,price,on\nRome,1,$1,2020-01-01\nRome,big,$1,2020-01-01",
            'line 3: size is "big"',
        ),
        ("city,size,price,on\nRome,1,€1,2020-01-01\n", 'line 2: price is "€1"'),
        ("city,size,price,on\nRome,1,$1,31.12.2020\n", 'line 2: on is "31.12.2020", .* no date'),
        ("city,size,price,on\nRome,,$1,2020-01-01\n", "line 2: size is missing, and nothing"),
        ("city,size,price,on\nRome,inf,$1,2020-01-01\n", "line 2: size is infinite"),
    ],
)
def test_what_cannot_be_read_as_before_is_named_with_its_line(write, content, text):
    old = read_csv(write(OLD, "old.csv"), "y")
    with pytest.raises(ValueError, match=text):
        old.preparation.read(write(content))


def test_an_unknown_class_is_named_with_its_line(write):
    old = read_csv(write(OLD, "old.csv"), "y")
    with pytest.raises(ValueError, match='line 6: y is "maybe", which is none of no, yes'):
        read_csv(write(OLD + "Rome,1,$1,2020-01-01,maybe\n"), "y", preparation=old.preparation)


def test_gaps_are_filled_in_as_they_were_when_it_was_learned(write):
    old = read_csv(write(OLD, "old.csv"), "y", missing="impute")
    gaps = write("city,size,price,on\n,,,\nOslo,NA,$1,2020-01-01\n")
    x, _ = again(old.preparation).read(gaps)
    names = list(old.feature_names)
    assert x[0, names.index("city=Rome")] == 1 and x[:, names.index("size")].tolist() == [3, 3]
    assert x[:, names.index("price")].tolist() == [25, 1]
    middle = (np.datetime64("2021-07-01") - np.datetime64("1970-01-01")).astype(int)
    later = (np.datetime64("2022-12-31") - np.datetime64("1970-01-01")).astype(int)
    assert x[0, names.index("on (days since 1970)")] == (middle + later) / 2
    made = read_csv(
        write("y," + gaps.read_text().replace("\n", "\nno,")[:-3]), "y", preparation=old.preparation
    )
    np.testing.assert_array_equal(made.x, x)
    assert "cells of size with the median, 3.0 of the first file: lines 2, 3." in made.card


@pytest.mark.parametrize(
    "options, text",
    [
        ({"target": "size"}, "for the target 'y', not 'size'"),
        ({"columns": ["size"]}, "leave out columns, drop"),
        ({"task": "binary"}, "leave out columns, drop"),
        ({"missing": "impute"}, "holds nothing to fill gaps in with"),
    ],
)
def test_a_preparation_and_other_wishes_do_not_go_together(write, options, text):
    path = write(OLD)
    preparation = read_csv(path, "y").preparation
    with pytest.raises(ValueError, match=text):
        read_csv(path, **({"target": "y", "preparation": preparation} | options))


def test_a_category_that_only_stood_in_dropped_rows_is_none(write):
    old = read_csv(write("a,b,y\nred,1,0.5\nblue,,1.5\ngreen,2,3\nred,7,1\n"), "y")
    assert old.preparation.columns[0].categories == ("green", "red")


NO_TEXT = {"kind": "category", "name": "a", "categories": [None]}


def damaged(change):
    content = {
        "columns": [{"kind": "number", "name": "a", "decimal": ".", "unit": "", "fill": None}],
        "target": {"task": "regression", "kind": "number", "name": "y"},
    }
    change(content)
    return content


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("columns"),
        lambda content: content.pop("target"),
        lambda content: content["target"].update(task="dream"),
        lambda content: content["columns"][0].update(kind="color"),
        lambda content: content["columns"][0].update(name=3),
        lambda content: content["columns"][0].update(fill="x"),
        lambda content: content["columns"][0].update(decimal="x"),
        lambda content: content["columns"][0].update(other=1),
        lambda content: content.update(columns=[7]),
        lambda content: content.update(columns=[]),
        lambda content: content["columns"][0].update(kind="category"),
        lambda content: content["target"].update(task="binary"),
        lambda content: content.update(columns=[NO_TEXT]),
    ],
)
def test_a_damaged_preparation_is_refused(change):
    assert Preparation.from_dict(damaged(lambda content: None)).feature_names == ("a",)
    with pytest.raises(ValueError, match="this is no preparation"):
        Preparation.from_dict(damaged(change))


def test_a_preparation_is_plain_and_cannot_be_changed(write):
    preparation = read_csv(write(OLD), "y").preparation
    assert again(preparation) == preparation
    with pytest.raises(dataclasses.FrozenInstanceError):
        preparation.columns = ()


@pytest.mark.parametrize(
    "content, size",
    [
        ("size,weight\n66.123,0.5\n12.5,0.5\n", 66.123),
        ("size,weight\n66.123,0.5\n", 66.123),  # between commas no comma is decimal
        ("size;weight\n66.123;0.5\n", 66.123),  # the other column shows it
        ("size;weight\n66,123;0,5\n", 66.123),
    ],
)
def test_decimals_are_read_as_the_new_file_writes_them(write, content, size):
    old = write("size;weight;y\n66,5;0,5;a\n12,5;0,7;b\n12,7;0,7;b\n")
    x, _ = again(read_csv(old, "y").preparation).read(write(content))
    assert x[0, 0] == size


@pytest.mark.parametrize(
    "old, new, size, said",
    [
        ("66,5", "66.123;500", 66123, 'line 2: size is "66.123", which is read as 66123, as'),
        ("66,5", "5;500\n66.123;7", 66123, 'line 3: size is "66.123"'),
        ("$66,5", "$66.123;500", 66123, 'size is "$66.123", which is read as 66123'),
        ("66,5", "66;500", 66, ""),
        ("66,5", "66.5;500", 66.5, ""),  # shows itself
        ("66.5", "66.123;500", 66.123, ""),  # as Python reads it
    ],
)
def test_what_could_be_another_number_is_read_as_in_the_first_file_and_that_is_said(
    write, recwarn, old, new, size, said
):
    first = write(f"size;weight;y\n{old};1;a\n{old};2;b\n{old};3;b\n")
    how = again(read_csv(first, "y").preparation)
    x, lines = how.read(write(f"size;weight\n{new}\n"))
    assert x[-1 if "\n" in new else 0, 0] == size
    told = "".join(str(warning.message) for warning in recwarn)
    assert said in told and bool(said) == bool(told)
    if said:  # who knows better can say so
        assert how.read(write(f"size;weight\n{new}\n"), decimal=".")[0][-1, 0] == size / 1000


@pytest.mark.parametrize("spelt", ["true,false", "TRUE,FALSE", "True,False"])
def test_true_and_false_are_known_in_each_spelling(write, spelt):
    old = read_csv(write("on,x,y\nTrue,1.5,a\nFalse,2,b\n"), "y")
    yes, no = spelt.split(",")
    x, _ = again(old.preparation).read(write(f"on,x\n{yes},1.5\n{no},2\n"))
    np.testing.assert_array_equal(x, old.x)
    with pytest.raises(ValueError, match='on is "tRUE", which is none of False, True'):
        old.preparation.read(write("on,x\ntRUE,1\n"))
    words = read_csv(write("on,x,y\nTrue,1.5,a\nFalse,2,b\nmaybe,3,b\n"), "y")
    if yes != "True":
        with pytest.raises(ValueError, match="which is none of False, True, maybe"):
            words.preparation.read(write(f"on,x\n{yes},1\n"))


def test_dates_with_the_year_first_are_read_whatever_the_first_file_wrote(write):
    old = read_csv(write("on,x,y\n31.01.2020,1,a\n1.2.2021,2,b\n"), "y")
    x, _ = again(old.preparation).read(write("on,x\n2020-01-31,1\n2021-02-01,2\n"))
    np.testing.assert_array_equal(x, old.x)
    with pytest.raises(ValueError, match='on is "1/31/2020", which is no date'):
        old.preparation.read(write("on,x\n1/31/2020,1\n"))


def test_it_shows_what_is_done_to_each_column(write):
    how = read_csv(write(OLD, "old.csv"), "y", missing="impute").preparation
    heading, columns, *rows = repr(how).splitlines()
    assert heading == "Preparation: 4 columns become 8 features, to predict y (binary: no, yes)"
    assert columns.split() == ["column", "becomes", "a", "gap"]
    assert [row.split("  ")[0].strip() for row in rows] == ["city", "size", "price", "on"]
    assert "0 or 1 for each of Bonn, Oslo, Rome " in rows[0]
    assert rows[0].endswith("most frequent value, Rome")
    assert "a number " in rows[1] and rows[1].endswith("median, 3.0")
    assert "a number of $" in rows[2] and "days since 1970, sine and cosine" in rows[3]
    how = read_csv(write("x,price\n1,1.5\n2,2.5\n"), "price").preparation
    assert "to predict price (regression)" in repr(how) and repr(how).endswith("an error")


def test_rows_that_can_be_used_and_their_targets(write):
    old = read_csv(write("color,size,y\nred,1.5,a\nblue,2,b\nred,3,b\n"), "y")
    how = old.preparation
    table = how.table(write("y,size,color\na,1.5,red\n,2,blue\nb,,red\nb,3,red\n"))
    assert how.complete(table) == [0, 3]
    x, y = how.labelled(table, [0, 3])
    np.testing.assert_array_equal(x, old.x[[0, 2]])
    np.testing.assert_array_equal(y, old.y[[0, 2]])
    numbers = read_csv(write("size,y\n1.5,0.5\n2,1.5\n"), "y").preparation
    german = numbers.table(write("size;y\n1,5;0,25\n2;\n"))
    assert numbers.labelled(german, numbers.complete(german))[1].tolist() == [[0.25]]
    with pytest.raises(ValueError, match="unknown column in new.csv 'y'"):
        how.complete(how.table(write("size,color\n1,red\n")))


# --- any file -------------------------------------------------------------------------------

WORDS = st.text("abÄß,;|\t\"' =#-.", min_size=1, max_size=6).map(str.strip).filter(bool)


def written(value, comma):
    """A number as a spreadsheet writes it."""
    text = f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.2f}"
    return text.translate(str.maketrans(",.", ".,")) if comma else text


@st.composite
def columns(draw, rows, comma):
    """The cells of a column: numbers, categories, dates, or what tells nothing."""
    each = st.lists
    numbers = each(st.integers(-(10**7), 10**7), min_size=rows, max_size=rows)
    dates = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))
    words = draw(st.lists(WORDS.map(lambda word: f"w{word}"), min_size=1, max_size=4, unique=True))
    kind = draw(st.sampled_from(["decimal", "whole", "money", "word", "date", "day.month", "id"]))
    if kind == "decimal":
        return [written(n / 100, comma) for n in draw(numbers)]
    if kind == "whole":
        return [str(n) for n in draw(numbers)]
    if kind == "money":
        return [written(n / 100, comma) + " €" for n in draw(numbers)]
    if kind == "word":
        return draw(each(st.sampled_from(words), min_size=rows, max_size=rows))
    if kind == "id":
        return [f"no {n}" for n in range(rows)]
    shape = "%Y-%m-%d" if kind == "date" else "%d.%m.%Y"
    return [f"{d:{shape}}".zfill(10) for d in draw(each(dates, min_size=rows, max_size=rows))]


@st.composite
def tables(draw):
    """A table with gaps, and a target that is always there."""
    rows, comma = draw(st.integers(12, 20)), draw(st.booleans())
    names = draw(st.lists(WORDS.map(lambda word: f"n{word}"), min_size=1, max_size=5, unique=True))
    table = {" ".join(name.split()): draw(columns(rows, comma)) for name in names}
    for cells in table.values():
        for row in draw(st.lists(st.integers(0, rows - 1), max_size=3)):
            cells[row] = draw(st.sampled_from(["", "NA", "?", "null"]))
    table["half"] = [written(n + 0.5, comma) for n in range(rows)]  # so that one column is left
    table["y"] = [str(n % 3) for n in range(rows)]
    return table


def as_file(table, names, rows, separator):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(names)
    writer.writerows([table[name][row] for name in names] for row in rows)
    return file.getvalue()


@given(table=tables(), random=st.randoms(use_true_random=False), separator=st.sampled_from(",;\t|"))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_same_rows_in_any_order_and_writing_are_the_same_features(
    write, table, random, separator
):
    path = write(as_file(table, list(table), range(len(table["y"])), ","))
    old = read_csv(path, "y", missing="impute")
    names, rows = [*table, "more"], list(range(len(old)))
    random.shuffle(names)
    random.shuffle(rows)
    table["more"] = [str(row) for row in range(len(old))]
    new = write(as_file(table, names, rows, separator))
    x, lines = again(old.preparation).read(new)
    np.testing.assert_array_equal(x, old.x[rows])
    assert len(lines) == len(rows) and sorted(lines) == lines
    made = read_csv(new, "y", preparation=old.preparation)
    np.testing.assert_array_equal(made.y, old.y[rows])
    old.check_alike(made)


@given(
    table=tables(), random=st.randoms(use_true_random=False), target=st.sampled_from(["y", "half"])
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_saved_model_answers_the_rows_of_a_file_as_the_one_in_memory(
    write, tmp_path, table, random, target
):
    names, rows = list(table), list(range(len(table["y"])))
    data = read_csv(write(as_file(table, names, rows, ",")), target, missing="impute")
    units = Units.of(data)
    net = MLP([data.x.shape[1], 4, 3 if target == "y" else 1], rng=0, dtype=np.float32)
    loss = losses.cross_entropy if target == "y" else losses.mse
    optimizer = Adam(net.parameters())
    fit(net, loss, optimizer, units.remove(data.x, data.y), epochs=1, batch_size=5, progress=False)
    model = InUnits(net, units)
    save(model, tmp_path / "model.npz", data=data)
    random.shuffle(names)
    random.shuffle(rows)
    new = write(as_file(table, names, rows, ";"))
    answers = load_model(tmp_path / "model.npz").predict(new)
    np.testing.assert_array_equal(answers, predict(model, data.x[rows]))


def test_a_category_that_stands_in_a_file_twice_is_refused():
    column = {"kind": "category", "name": "color", "categories": ["red", "red"]}
    target = {"task": "regression", "kind": "number", "name": "y"}
    with pytest.raises(ValueError, match="'color' has a category twice"):
        Preparation.from_dict({"columns": [column], "target": target})
