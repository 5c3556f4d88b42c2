"""Tables of text: which columns are flush right."""

import pytest

from tinynet.engine.tables import table


@pytest.mark.parametrize(
    ("last", "options", "line"),
    [
        ("12", {}, "long    12"),
        ("-12", {}, "long   -12"),
        ("x", {}, "long  x"),  # no blanks at the end
        ("", {}, "long"),
        ("12", {"right": ()}, "long  12"),
        ("12", {"right": {0, 1}}, "long    12"),
        ("x", {"right": {1}}, "long     x"),
    ],
)
def test_columns_that_end_in_a_number_are_flush_right_unless_told(last, options, line):
    assert table([("long", "abcd"), ("long", last)], **options).splitlines()[1] == line
