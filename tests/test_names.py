"""Names that people type, and mistype."""

import pytest

from tinynet.engine.names import lookup

CHOICES = {"mse": 1, "cross_entropy": 2, "adam": 3}


def test_a_right_name_is_found():
    assert lookup("loss", "mse", CHOICES) == 1


@pytest.mark.parametrize(
    "name, meant",
    [
        ("mes", "mse"),
        ("crossentropy", "cross_entropy"),
        ("cross-entropy", "cross_entropy"),
        ("Adam", "adam"),
        ("MSE", "mse"),
        ("CrossEntropy", "cross_entropy"),
    ],
)
def test_a_wrong_name_names_the_nearest_right_one(name, meant):
    with pytest.raises(ValueError, match=f"unknown loss '{name}'; did you mean '{meant}'"):
        lookup("loss", name, CHOICES)


@pytest.mark.parametrize("name", ["zzz", ""])
def test_a_name_like_no_other_lists_them_all_and_guesses_nothing(name):
    with pytest.raises(ValueError, match="Known: adam, cross_entropy, mse") as caught:
        lookup("loss", name, CHOICES)
    assert "did you mean" not in str(caught.value)
