"""The command line with files and options as nobody should write them: a sentence, no traceback."""

import random

import pytest

from tests.saved_models import HEADER, ROWS, save_all
from tinynet import cli

CELLS = (
    b'|,|;|\t|\n|\r|"|""|#|\x00|\xff|\xef\xbb\xbf|nan|NA|inf|1e309|-1e308|1,5|1.234,5|$5|5%'.split(
        b"|"
    )
)
CELLS += [b"9" * 400, b"x" * 140_000, "木".encode(), b"2020-13-45", b"red", b"size", b"true", b"-"]
VALUES = ["", "0", "-1", "nan", "1e300", "x", ",", ";", ".", "kind", "iris", "huber", "lion"]
OPTIONS = [
    "--separator",
    "--decimal",
    "--resamples",
    "--target",
    "--drop",
    "--loss",
    "--lr",
    "--seed",
]
MODELS = ["kind.npz", "price.npz", "scores.npz", "three.npz", "old.csv", "none.npz"]


def damaged(rng, content):
    """The bytes of a file with one to three places changed."""
    for _ in range(rng.randint(1, 3)):
        start = rng.randrange(len(content) + 1)
        end = start + rng.choice([0, 1, 1, 4, 200])
        content = content[:start] + rng.choice(CELLS) + content[end:]
    return content


def command(rng):
    """A command with a few options, right or wrong."""
    first, second = rng.choices(MODELS, k=2)
    words = rng.choice(
        [
            ["predict", first, "new.csv"],
            ["evaluate", first, "new.csv"],
            ["compare", first, second, "new.csv"],
            ["train", "new.csv", "--target", "kind", "--no-plot", "--quiet", "--epochs", "1"],
        ]
    )
    return words + [rng.choice(pool) for pool in (OPTIONS, VALUES) if rng.random() < 0.3]


@pytest.mark.slow
@pytest.mark.filterwarnings("default::UserWarning")  # a command shows them as sentences
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_or_stands_in_a_file_is_answered(seed, tmp_path, monkeypatch, capsys):
    save_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    rng, codes = random.Random(seed), []
    good = "\n".join([HEADER, *ROWS, ""]).encode()
    for _ in range(150):
        (tmp_path / "new.csv").write_bytes(damaged(rng, good))
        words = command(rng)
        codes.append(cli.main(words))  # an exception would show its traceback
        said = capsys.readouterr().err
        assert codes[-1] in (0, 1, 2) and "Traceback" not in said, words
        assert (codes[-1] == 0) == ("error: " not in said), words
    assert {0, 2} <= set(codes)
