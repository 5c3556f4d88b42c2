"""CSV files: what is read from them and what is refused, and that the card says what was done."""

import gzip
import re
import zipfile

import numpy as np
import pytest

from tinynet.data import read_csv


@pytest.fixture
def read(tmp_path):
    """read_csv, given the content of a file instead of its name."""

    def reader(content, target="y", **options):
        path = tmp_path / "my.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_csv(path, target, **options)

    return reader


def test_the_content_of_a_file_is_read_as_the_file(read):
    content = "größe;y\n1,5;a\n2,5;b\n".encode()
    of_file, given = read(content), read_csv(content, "y")
    np.testing.assert_array_equal(of_file.x, given.x)
    assert given.feature_names == ("größe",) and given.name == "the text"
    assert (
        of_file.card.replace("my.csv", "the text").splitlines()[3:] == (given.card.splitlines()[3:])
    )
    with pytest.raises(ValueError, match="the text, line 3: 1 fields, but the header"):
        read_csv(b"a,y\n1,2\n3\n", "y")


@pytest.mark.parametrize(
    "content",
    [
        "a,b,y\n1,2,0.5\n3,4,1.5\n",
        "a,b,y\n1,2,0.5\n3,4,1.5",  # no line end at the end
        "a,b,y\r\n1,2,0.5\r\n3,4,1.5\r\n",
        "\ufeffa,b,y\n1,2,0.5\n3,4,1.5\n",
        "\n\na,b,y\n\n1,2,0.5\n\n\n3,4,1.5\n\n",
        "a,b,y\n1,2,0.5\n   \n3,4,1.5\n",  # a line that only looks empty
        ' a ,"b",y\n"1", 2 ,0.5\n+3,4e0,1.5\n',
        'a,b,y\n1, "2",0.5\n3,4,1.5\n',  # spaces beside a cell do not count, as above
        "y,a,b\n0.5,1,2\n1.5,3,4\n",
    ],
    ids=[
        "plain",
        "unended",
        "CRLF",
        "BOM",
        "empty lines",
        "blank line",
        "quotes",
        "space and quote",
        "order",
    ],
)
def test_the_same_table_written_in_other_ways_reads_the_same(read, content):
    made = read(content)
    assert made.x.tolist() == [[1, 2], [3, 4]] and made.y.tolist() == [[0.5], [1.5]]
    assert (made.feature_names, made.target_names, made.name) == (("a", "b"), ("y",), "my")


def test_text_becomes_one_column_per_category(read):
    made = read('job,age,y\n"cook, head",30,1.5\nwaiter,20,2.5\n"a ""b""",25,3.5\n')
    assert made.feature_names == ('job=a "b"', "job=cook, head", "job=waiter", "age")
    assert made.x.tolist() == [[0, 1, 0, 30], [0, 0, 1, 20], [1, 0, 0, 25]]


def test_identifiers_with_an_underscore_are_text(read):
    assert read("flat,y\n1_2,0.5\n12,1.5\n").feature_names == ("flat=12", "flat=1_2")


@pytest.mark.parametrize(
    "columns, names",
    [(["b"], ("b",)), (["b", "a"], ("b", "a")), (["y", "c"], ("c",)), (None, ("a", "b", "c"))],
)
def test_only_the_columns_asked_for_are_read(read, columns, names):
    made = read("a,b,c,y\n1,2,3,0.5\n4,5,6,1.5\n", columns=columns)
    assert made.feature_names == names
    assert made.x[1].tolist() == [{"a": 4, "b": 5, "c": 6}[name] for name in names]


def test_missing_cells_in_a_column_not_asked_for_cost_no_row(read):
    assert len(read("a,b,y\n1,,0.5\n2,3,1.5\n", columns=["a"])) == 2


@pytest.mark.parametrize(
    "cells, options, task, classes, y",
    [
        ("no yes no", {}, "binary", ("no", "yes"), [0, 1, 0]),
        ("c a b", {}, "multiclass", ("a", "b", "c"), [2, 0, 1]),
        ("0 1 1 0", {}, "binary", ("0", "1"), [0, 1, 1, 0]),
        ("1.0 0 1 0.0", {}, "binary", ("0", "1"), [1, 0, 1, 0]),
        ("-0 1 1 0", {}, "binary", ("0", "1"), [0, 1, 1, 0]),
        ("10 9 10 9 2 2", {}, "multiclass", ("2", "9", "10"), [2, 1, 2, 1, 0, 0]),
        ("1234567 1234568 1234567 1234568", {}, "binary", ("1234567", "1234568"), [0, 1, 0, 1]),
        ("1 2 3 4", {}, "regression", ("y",), [1, 2, 3, 4]),  # each only once
        ("0.5 0.5 1 1", {}, "regression", ("y",), [0.5, 0.5, 1, 1]),
        ("7.5 7.5", {}, "regression", ("y",), [7.5, 7.5]),
        (" ".join(map(str, [*range(11)] * 2)), {}, "regression", ("y",), [*range(11)] * 2),
        ("0 1 1 0", {"task": "regression"}, "regression", ("y",), [0, 1, 1, 0]),
        ("1 2 3 4", {"task": "multiclass"}, "multiclass", ("1", "2", "3", "4"), [0, 1, 2, 3]),
        ("0.5 2", {"task": "binary"}, "binary", ("0.5", "2"), [0, 1]),
        ("0 1 0 1", {"task": "multiclass"}, "multiclass", ("0", "1"), [0, 1, 0, 1]),
    ],
)
def test_the_target_column_decides_on_the_task_unless_told(read, cells, options, task, classes, y):
    made = read("a,y\n" + "".join(f"1,{cell}\n" for cell in cells.split()), **options)
    assert (made.task, made.target_names, made.y.ravel().tolist()) == (task, classes, y)


GAPS = "a,b,y\n1,red,0.5\n,red,1.5\n4,?,2.5\n10,blue,3.5\n5,red,NA\n"


@pytest.mark.parametrize(
    "missing, x, notes",
    [
        (
            "drop",
            [[1, 0, 1], [10, 1, 0]],
            [
                'Dropped 3 of 5 rows: a is missing in line 3; b is missing ("?") in line 4; y is'
                ' missing in line 6. To keep rows with a target, fill in (missing="impute"), or'
                " leave such columns out (drop)."
            ],
        ),
        (
            "impute",  # the median of 1, 4 and 10, the most frequent of red, red and blue
            [[1, 0, 1], [4, 0, 1], [4, 0, 1], [10, 1, 0]],
            [
                "Filled in 1 missing cell of a with the median, 4.0: line 3.",
                "Filled in 1 missing cell of b with the most frequent value, red: line 4.",
                "Dropped 1 of 5 rows: y is missing in line 6.",
            ],
        ),
    ],
)
def test_gaps_are_dropped_or_filled_in_and_the_card_says_which(read, missing, x, notes):
    made = read(GAPS, missing=missing)
    assert made.feature_names == ("a", "b=blue", "b=red") and made.x.tolist() == x
    assert [note for note in notes if note not in made.card] == []


GAP_WORDS = ["NA", "n/a", "n.a.", "NaN", "-nan", "+NaN", "null", "#N/A", "<NA>", "?"]


@pytest.mark.parametrize("gap", ["", "  ", *GAP_WORDS, "None", "-", ".", "–"])
def test_gaps_can_be_an_error_and_have_many_spellings(read, gap):
    with pytest.raises(ValueError, match=r'a is missing.* in line 3; use missing="drop"'):
        read(f"a,y\n1,0.5\n{gap},1.5\n", missing="error")


@pytest.mark.parametrize("word", ["None", "-", "."])
def test_what_stands_for_a_gap_among_numbers_only_is_a_category_among_texts(read, word):
    made = read("a,y\n" + f"1,{word}\n1,some\n" * 2)
    assert set(made.target_names) == {word, "some"} and len(made) == 4
    assert read(f"a,y\n{word},1\nsome,2\n").x.shape == (2, 2)


@pytest.mark.parametrize(
    "content, note",
    [
        ("a,b,y\n\n,1,0.5\n2,2,1.5\n,3,2.5\n", "Dropped 2 of 3 rows: a is missing in lines 3, 5."),
        ('a,b,y\n1,"p\nq\nr",0.5\n,s,1.5\n2,t,2.5\n', "a is missing in line 5."),
        ('a,b,y\n1,x,0.5\n,"p\nq",1.5\n', "a is missing in line 3."),  # where the row begins
        ("a,b,y\r\n1,x,0.5\r\n,x,1.5\r\n", "a is missing in line 3."),
        ("a,y\n" + ",1\n" * 12 + "1,2\n", "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more."),
    ],
    ids=["empty lines", "after a long cell", "in a long row", "CRLF", "many"],
)
def test_line_numbers_are_those_of_an_editor(read, content, note):
    assert note in read(content, task="regression").card


def test_a_name_and_a_card_of_ones_own(read):
    made = read("a,y\n1,0.5\n", name="mine", card="From my notebook.")
    assert (made.name, made.card) == ("mine", "From my notebook.")


GOOD = "age,species\n1,cat\n2,dog\n"


@pytest.mark.parametrize(
    "content, options, text",
    [
        ("", {}, "my.csv is empty"),
        ("\n\n", {}, "my.csv is empty"),
        ("a,y\n", {}, "my.csv has a header but no rows"),
        ("a,y\n1,2\n1,2,3\n", {}, r"my.csv, line 3: 3 fields, but the header \(line 1\) has 2"),
        ("a,y\n\n1\n", {}, r"my.csv, line 3: 1 fields, but the header \(line 1\) has 2"),
        ('a,y\n1,0.5\n"2,1.5\n3,2.5\n', {}, r'line 3: a quote \("\) opens'),
        ("a,y, a\n1,2,3\n", {}, "the column 'a' stands in the header twice"),
        (GOOD, {"target": "specie"}, "unknown column in my.csv 'specie'; did you mean 'species'"),
        (GOOD, {"target": "species", "columns": ["Age"]}, "'Age'; did you mean 'age'?"),
        ("y\n1\n", {}, "no column besides the target 'y'"),
        (GOOD, {"target": "species", "columns": ["species"]}, "no column besides the target"),
        ("a,y\n1,1.5\n,2.5\ninf,3.5\n", {}, "my.csv, line 4: a is infinite"),
        ("a,y\n1,1.5\n-1e999,2.5\n", {}, "my.csv, line 3: a is infinite"),
        ("a,y\n1,1.5\n2,inf\n", {}, "my.csv, line 3: y is infinite"),
        ("a,y\n1,0\n2,inf\n3,0\n4,inf\n", {}, "my.csv, line 3: y is infinite"),
        (
            "a,y\n,1\nNA,2\n",
            {},
            "no column to predict 'y' from. a was left out: it holds no values",
        ),
        ("a,b,y\n,1,1\n2,,2\n", {}, 'every row has a missing value; try missing="impute"'),
        ("a,y\n1,cat\n2,cat\n", {}, "the target y has only one value, 'cat'"),
        ("a,y\n1,1\n2,1.0\n", {}, "the target y has only one value, '1'"),
        (GOOD, {"target": "species", "task": "regression"}, "species holds text"),
        (GOOD, {"target": "species", "task": "classify"}, "task must be one of .* 'classify'"),
        ("a,y\n1,0\n1,1\n1,2\n", {"task": "binary"}, "binary"),  # three classes are not two
        (GOOD, {"target": "species", "missing": "fill"}, "missing must be one of .*, not 'fill'"),
        (b"a,y\n1,caf\xe9\n", {}, "my.csv is not UTF-8 text: .*; save it as UTF-8"),
        (b"a,y\n" + b"1" * 200_000 + b",2\n", {}, "my.csv is not a CSV file: field larger"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_that_says_why(read, content, options, text):
    with pytest.raises(ValueError, match=text):
        read(content, **options)


def test_a_row_that_lacks_two_cells_is_dropped_once(read):
    made = read("a,b,y\n1,2,0.5\n,,1.5\n3,4,2.5\n")
    assert "Dropped 1 of 3 rows: a is missing in line 3; b is missing in line 3." in made.card


@pytest.mark.parametrize("missing", ["drop", "impute"])
def test_to_fill_in_is_no_advice_where_every_target_is_missing(read, missing):
    with pytest.raises(ValueError, match="every row has a missing value") as caught:
        read("a,y\n1,\n2,\n", missing=missing)
    assert 'try missing="impute"' not in str(caught.value)


@pytest.mark.parametrize("name, text", [("no.csv", "there is no file"), ("", "is a folder, not")])
def test_a_path_that_is_no_file_is_named(tmp_path, name, text):
    with pytest.raises(ValueError, match=text) as caught:
        read_csv(tmp_path / name, "y")
    assert str(tmp_path) in str(caught.value)


# --- how a file is written ------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
def test_the_separator_is_found_and_said(read, separator):
    rows = [["a", "t", "y"], ["1.5", "p,q;r", "1"], ["2.5", "s", "2"], ["3.5", "t|u", "4"]]
    lines = [separator.join(f'"{c}"' if len(c) > 2 else c for c in row) for row in rows]
    made = read("\n".join(lines))
    assert made.x.tolist() == [[1.5, 1, 0, 0], [2.5, 0, 1, 0], [3.5, 0, 0, 1]]
    names = {",": "", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
    assert names[separator] in made.card and ("separated" in made.card) == (separator != ",")


def test_the_separator_is_one_whose_header_holds_the_target(read):
    assert read("n;;,a,y\nw;;,1,2\nw;;,2,3\n").feature_names == ("n;;=w;;", "a")


def test_a_separator_may_be_given(read):
    text = "a:y\n1,5:2,5\n2,5:3\n"
    assert read(text, separator=":").x.tolist() == [[1.5], [2.5]]
    assert read(text.replace(":", "\t"), separator=r"\t").y.tolist() == [[2.5], [3]]
    with pytest.raises(ValueError, match="one character, .* not '::'"):
        read(text, separator="::")


@pytest.mark.parametrize(
    "content",
    [
        "# made in 2020, by hand\na,y\n1,2\n3,4\n",
        "# a,y\n1,2\n3,4\n",  # as NumPy's savetxt
        "a,y,\n1,2,\n3,4,\n",
        "a,y\n1,2,\n3,4,\n",  # an empty cell more than the header in each row
        "a,,y\n1,,2\n3,,4\n",
        "\ufeff\ufeffa,y\n1,2\n3,4\n",
        "a,y\n1,2\n3,4\n".encode("utf-16"),
        "a y\n1 1 2\n2 3 4\n",  # as R's write.table: without a name for the names of the rows
        '"","a","y"\n"1",1,2\n"2",3,4\n',  # as R's write.csv and pandas' to_csv
        ",a,y\nfirst,1,2\nsecond,3,4\n",
        "Unnamed: 0,a,y\n0,1,2\n1,3,4\n",
        "id,a,y\n7,1,2\n3,3,4\n",
        "a,empty,y\n1,,2\n3,,4\n",
        '"a" ,"y"\n"1" ,2\n3,4\n',  # a space behind a quote
    ],
)
def test_what_is_no_column_is_left_out_or_skipped(read, content):
    made = read(content)
    assert made.feature_names == ("a",) and made.x.tolist() == [[1], [3]]
    assert made.y.tolist() == [[2], [4]]


@pytest.mark.parametrize(
    "content, note",
    [
        ("# from a\n#\na,y\n1,2\n3,4\n", "Skipped a comment in line 2."),
        ("# a,y\n1,2\n3,4\n", "Line 1 begins with # and is taken for the header."),
        ("a,y,\n1,2,\n3,4,\n", "Column 3 has no name and was left out: it is empty."),
        (
            ",a,y\n0,1,2\n1,3,4\n",
            "Column 1 has no name and was left out: it holds a different value",
        ),
        ("a,,y\n1,7,2\n3,7,4\n", "Column 2 has no name and was left out: give it a name"),
        ("a y\n1 1 2\n2 3 4\n", "Each row has a cell more than the header"),
        ("a,e,y\n1,,2\n3,NA,4\n", "e was left out: it holds no values at all."),
        ("UserId,a,y\n9,1,2\n4,3,4\n", "UserId was left out: it looks like an identifier"),
    ],
)
def test_what_is_left_out_is_said(read, content, note):
    assert note in read(content).card


def test_an_index_gives_the_class_away_and_is_left_out_unless_asked_for(read):
    rng = np.random.default_rng(0)
    rows = [f"{i},{rng.normal():.3f},{'ab'[i >= 20]}" for i in range(40)]  # sorted by class
    assert read("\n".join([",noise,y", *rows])).feature_names == ("noise",)
    named = "\n".join(["id,noise,y", *rows])
    assert read(named).feature_names == ("noise",)
    assert read(named, columns=["id"]).feature_names == ("id",)
    counted = read("\n".join(["t,noise,y", *rows]))
    assert (
        counted.feature_names == ("t", "noise")
        and "t counts the rows, from 0 to 39" in counted.card
    )


@pytest.mark.parametrize(
    "content, text",
    [
        (gzip.compress(b"a,y\n1,2\n"), "not a CSV file but compressed with gzip"),
        (b"PK\x03\x04 and so on", "not a CSV file but an Excel workbook"),
        (b"a,y\n1,2\n3,caf\xe9\n", "not UTF-8 text: .* in line 3"),
        (b"\xff\xfe\x00\x01,y\n1,2\n", "not UTF-8 text"),
        ("5.1,3.5,1.4\n4.9,3.0,1.3\n", "first row holds only numbers.* x1,x2,y in front"),
        (
            "5.1,3.5,red\n4.9,3.0,blue\n",
            "unknown column .* Its first row holds numbers, such as 5.1",
        ),
        ("My table\n\na,y\n1,2\n", r"line 3: 2 fields, but the header \(line 1\) has 1"),
        ("a,y\n1,5,2\n2,5,3\n", r"line 2: 3 fields, but the header \(line 1\) has 2"),
        ('a,t,y\n1,"x,1\n2,z,2\n3,"y",3\n', r'line 2: a quote \("\) opens here'),
        ('a,t,y\n1,"x,1\n2,z,2\n3,y,3\n', r'line 2: a quote \("\) opens here'),
        ('a,t,y\n1,"p\nq",1\n2,"z" 2,2\n3,"x,1\n4,"v,2\n', r'line 5: a quote \("\) opens here'),
        ('a,t,y\n1,x,1\n2,"z,2', r'line 3: a quote \("\) opens here'),
    ],
    ids=[
        "gz",
        "xlsx",
        "latin-1",
        "noise",
        "no header",
        "half a header",
        "title",
        "decimal commas",
        *"1234",
    ],
)
def test_a_file_of_another_kind_is_named(read, content, text):
    with pytest.raises(ValueError, match=text):
        read(content)


def test_an_excel_file_is_named(tmp_path):
    path = tmp_path / "my.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ValueError, match="my.xlsx is not a CSV file but an Excel workbook"):
        read_csv(path, "y")


@pytest.mark.parametrize("unseen", ["\x1b[31m", "\x00", "\u202e", "\u200b", "\x9b", "\u2028"])
def test_what_moves_the_cursor_is_spelt_out(read, unseen):
    made = read(f"a{unseen}b,y\n1,p{unseen}\n2,q\n1,q\n", "y")
    for text in (*made.feature_names, *made.target_names, made.card, repr(made)):
        assert unseen not in text
    assert made.target_names == ("p" + unseen.encode("unicode_escape").decode(), "q")


# --- numbers --------------------------------------------------------------------------------


def column(cells, name="a"):
    """A file in which one column holds these cells."""
    rows = (f'"{cell}"\t{i % 7 + 0.5}' for i, cell in enumerate(cells))
    return "\n".join([f"{name}\ty", *rows])


@pytest.mark.parametrize(
    "cells, values, said",
    [
        (["1,234", "2.5", "1,234,567.5"], [1234, 2.5, 1234567.5], '"1,234" (line 2) as 1234'),
        (["1.234,5", "2,5", "3"], [1234.5, 2.5, 3], '"1.234,5" (line 2) as 1234.5'),
        (["1,5", "2,25", "1,234"], [1.5, 2.25, 1.234], '"1,5" (line 2) as 1.5'),
        (["$5", "$1,234.50", "-$3"], [5, 1234.5, -3], '"$1,234.50" (line 3) as 1234.5'),
        (["5 €", "1.234 €", "3,5 €"], [5, 1234, 3.5], '"5 €" (line 2) as 5'),
        (["50%", "3.5 %", "0%"], [50, 3.5, 0], 'numbers (percent): "50%" (line 2) as 50'),
        (["1 234", "5", "12\u00a0345"], [1234, 5, 12345], '"1 234" (line 2) as 1234'),
        (["1'234", "5", "6"], [1234, 5, 6], '"1\'234" (line 2) as 1234'),
        (["\u22123", "5", "+6"], [-3, 5, 6], '"\u22123" (line 2) as -3'),
        (["1e3", "-2E-1", ".5"], [1000, -0.2, 0.5], ""),
        (["1e300", "-1e300", "3"], [1e300, -1e300, 3], ""),
    ],
)
def test_numbers_as_people_write_them_are_read_and_said(read, cells, values, said):
    made = read(column(cells))
    assert made.x.ravel().tolist() == values and made.feature_names == ("a",)
    assert said in made.card and ("is read as numbers" in made.card) == bool(said)


def test_a_target_as_people_write_it_is_a_number_too(read):
    prices = [f"${1000 + 13 * i:,}" for i in range(60)]
    made = read(column(prices, "price"), "price")
    assert made.task == "regression" and made.y.ravel().tolist() == [
        1000 + 13 * i for i in range(60)
    ]
    assert 'price is read as numbers: "$1,000" (line 2) as 1000.' in made.card


@pytest.mark.parametrize(
    "text, options, values",
    [
        ("a;y\n1,234;2,5\n2,345;3,5\n", {}, [1.234, 2.345]),  # the other column shows commas
        ("a;y\n1.234;2,5\n2.345;3,5\n", {}, [1234, 2345]),
        ("a;y\n1.234;2.5\n2.345;3.5\n", {}, [1.234, 2.345]),
        ("a;y\n1.234;2\n2.345;3\n", {}, [1.234, 2.345]),  # nothing shows commas
        ("a;y\n1,234;2\n2,345;3\n", {}, [1.234, 2.345]),  # between semicolons
        ("a;y\n1,234;2.5\n2,345;3\n", {}, [1234, 2345]),  # the other column shows points
        ("a;y\n1.234;2\n2.345;3\n", {"decimal": ","}, [1234, 2345]),
        ('a,y\n"1,234",2\n"2,345",3\n', {}, [1234, 2345]),
        ('a,y\n"1,234",2\n"2,345",3\n', {"decimal": ","}, [1.234, 2.345]),
    ],
)
def test_the_decimal_mark_is_that_of_the_file_or_given(read, text, options, values):
    assert read(text, **options).x.ravel().tolist() == values


@pytest.mark.parametrize("odd", ["12.5x", "oops", "1D3", "1,5", "a", "1_000", "0x1F", "5 apples"])
@pytest.mark.parametrize("target", ["a", "y"], ids=["in the target", "in a feature"])
def test_a_slip_in_a_column_of_numbers_is_an_error_with_its_line(read, odd, target):
    cells = [f"{3 * i + 0.5}" for i in range(300)]
    cells[17] = odd
    text = f'line 19: a is "{odd}", but 299 of its 300 cells hold numbers: correct it'
    with pytest.raises(ValueError, match=re.escape(text)):
        read(column(cells), target)


@pytest.mark.parametrize("cells", [["50%", "0.5", "10%"], ["$5", "€5", "$6"]])
def test_units_are_not_mixed(read, cells):
    with pytest.raises(ValueError, match="line 3: a is"):
        read(column(cells))


def test_codes_are_categories_where_asked_for(read):
    cells = ["4", "6.0", "8", "4.0", "10", "4"]
    made = read(column(cells), categories=["a"])
    assert made.feature_names == ("a=4", "a=6", "a=8", "a=10")
    assert made.x.argmax(axis=1).tolist() == [0, 1, 2, 0, 3, 0]
    with pytest.raises(ValueError, match='\'rotary|"rotary"'):
        read(column([*cells, "rotary"]))
    assert read(column([*cells, "rotary"]), categories=["a"]).x.shape == (7, 6)


IDS = [str(2**53 + i) for i in (0, 1, 2)]


@pytest.mark.parametrize(
    "cells, classes",
    [
        (IDS, IDS),
        (["1111111111111111111", "1111111111111111112"], None),
        (["01234", "1234"], None),
        (["007", "7", "07"], ["007", "07", "7"]),
        (["1" * 400, "1" * 399], None),
    ],
)
def test_identifiers_that_float_would_merge_stay_apart(read, cells, classes):
    made = read(column(cells * 10), "a", drop=[])
    assert list(made.target_names) == sorted(classes or cells)
    assert np.bincount(made.y).tolist() == [10] * len(cells)
    assert read(column(cells * 10)).feature_names == tuple(f"a={c}" for c in sorted(cells))


# --- dates, texts, names --------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        ["1970-01-01", "1970-07-02T12:00", "2024-12-31"],
        ["1970/1/1", "1970/07/02 12:00:00", "2024/12/31"],
        ["1.1.1970", "2.7.1970 12:00", "31.12.2024"],
        ["1/1/1970", "7/2/1970 12:00", "12/31/2024"],
        ["1/1/1970", "2/7/1970 12:00", "31/12/2024"],
        ["1970-01-01T02:00+02:00", "1970-07-02 12:00Z", "2024-12-31"],
    ],
)
def test_dates_become_days_and_the_time_of_the_year(read, cells):
    made = read(column(cells))
    days = np.array([0, 182.5, 20088])  # 2024-12-31 is the last of 366 days
    angle = 2 * np.pi * np.array([0, 182.5 / 365, 365 / 366])
    expected = np.stack([days, np.sin(angle), np.cos(angle)], axis=1)
    np.testing.assert_allclose(made.x, expected, atol=1e-9)
    assert made.feature_names[0] == "a (days since 1970)" and "a holds dates" in made.card


def test_a_date_with_dots_begins_with_the_day(read):
    days = read(column(["2.1.1970", "1.2.1970", "3.4.1970"])).x[:, 0]
    assert days.tolist() == [1, 31, 92]


@pytest.mark.parametrize(
    "cells, note",
    [
        (["3/4/2024", "5/6/2024", "1/2/2023"], "do not tell the day from the month"),
        (
            [f"name {i}" for i in range(30)],
            "a was left out: it holds a different text in each of its 30",
        ),
        ([f"t{i // 2 * (i > 8) + i}" for i in range(30)], "a was left out: it holds"),
    ],
)
def test_texts_that_say_nothing_about_new_rows_are_left_out(read, cells, note):
    text = "\n".join(f"{row}\t{i}" for i, row in enumerate(column(cells, "a").split("\n")))
    made = read(text.replace("y\t0", "y\tb", 1))
    assert made.feature_names == ("b",) and note in made.card
    with pytest.raises(ValueError, match="a cannot be used: "):
        read(text.replace("y\t0", "y\tb", 1), columns=["a", "b"])


@pytest.mark.parametrize(
    "cells, note",
    [
        (["1", "5", "-999", "3", "-999"], "a is -999 in lines 4, 6, and from 1 to 5 elsewhere"),
        (["1", "5", "9999.0", "3"], "a is 9999 in line 4, and from 1 to 5 elsewhere"),
        (["Yes", "yes", "No", "Yes"], 'a: "Yes" and "yes" differ only in case'),
        ([f"t{i % 25}" for i in range(60)], "a holds 25 different values in 6"),
        (["01234", "2345"], 'a holds codes, such as "01234" (line 2), which a number would change'),
        (["2020-02-01", "2021-03-01"], "a holds dates, year first; it is read as the days"),
    ],
)
def test_what_is_odd_about_a_column_is_said(read, cells, note):
    assert note in read(column(cells)).card
    assert note in read(column([*cells, "NA"]), missing="impute").card


@pytest.mark.parametrize(
    "cells",
    [["1", "5", "99", "98"], ["0", "99", "0", "99"], ["980", "999", "990"], ["a", "b", "A b"]],
)
def test_what_is_not_odd_is_not_said(read, cells):
    assert read(column(cells)).card.splitlines()[3:] == ["The columns are separated by tabs."]


@pytest.mark.parametrize(
    "cells, text",
    [
        (
            [f"name {i}" for i in range(40)],
            'a different text in each of its 40 rows, such as "name 0"',
        ),
        ([f"2024-01-{i + 1:02}" for i in range(12)] * 5, "y cannot be predicted: it holds dates"),
        ([f"2024-01-{i + 1:02}" for i in range(28)], "y cannot be predicted: it holds dates"),
        ([f"{i}x" for i in range(40)], 'such as "0x" .line 2.. Classes must come back'),
    ],
)
def test_a_target_that_is_different_in_each_row_is_refused_for_that_reason(read, cells, text):
    with pytest.raises(ValueError, match=text):
        read(column(cells, "y").replace("y\ty", "y\ta", 1))


def test_every_feature_has_a_name_of_its_own(read):
    made = read("a,a=r,a=r (column 1),b,y\nr,1,2,x,1\ns,3,4,y,2\n")
    assert len(set(made.feature_names)) == made.x.shape[1] == 6
    assert made.feature_names[1] == "a=s" and "b=x" in made.feature_names


@pytest.mark.parametrize(
    "options, names",
    [({"drop": ["b"]}, ("a", "c")), ({"drop": "b"}, ("a", "c")), ({"columns": "b"}, ("b",))],
)
def test_columns_are_left_out_by_name(read, options, names):
    assert read("a,b,c,y\n1,2,3,0.5\n4,5,6,1.5\n", **options).feature_names == names


@pytest.mark.parametrize(
    "drop, text", [(["z"], "unknown column .* 'z'"), (["y"], "cannot be left")]
)
def test_columns_that_cannot_be_left_out_are_named(read, drop, text):
    with pytest.raises(ValueError, match=text):
        read("a,y\n1,0.5\n4,1.5\n", drop=drop)


def test_a_text_in_each_row_is_no_feature_for_each_row(read):
    long = "\n".join(["a,t,y", *(f"{i % 7},name {i},{i % 13 / 2}" for i in range(10_000))])
    assert read(long).x.shape == (10_000, 1)  # and not 800 MB


def test_categories_may_fill_no_more_than_the_memory(read):
    many = "\n".join(["a,t,y", *(f"{i % 7},name {i % 5000},{i % 13 / 2}" for i in range(12_000))])
    made = read(many)
    assert made.x.shape == (12_000, 1) and "its 5000 different texts would be as many" in made.card


def test_a_card_shows_fifty_notes_and_counts_the_rest(read):
    header = ",".join([*(f"n{i}" for i in range(60)), "a", "y"])
    rows = [",".join([*(f"name {row}" for _ in range(60)), "1", f"{row}.5"]) for row in range(12)]
    lines = read("\n".join([header, *rows])).card.splitlines()
    assert len(lines) == 3 + 50 + 1 and lines[-1] == "And 10 more such notes."
