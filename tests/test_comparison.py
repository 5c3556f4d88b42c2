"""Paired comparison: how large a difference is, and how sure that is."""

import numpy as np
import pytest

from tinynet.training.comparison import paired


def test_the_interval_is_that_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 80)) ** 2
    found = paired(one, other, np.sqrt, resamples=4000)

    def difference(a, b, axis):
        return np.sqrt(b.mean(axis)) - np.sqrt(a.mean(axis))

    options = {"n_resamples": 4000, "method": "percentile", "rng": np.random.default_rng(1)}
    expected = stats.bootstrap((one, other), difference, paired=True, **options)
    low, high = expected.confidence_interval
    assert (found.low, found.high) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))
    assert (found.first, found.second) == (np.sqrt(one.mean()), np.sqrt(other.mean()))


def test_rows_are_drawn_in_pairs():
    """What all rows share is no difference: a constant gap has an interval without width."""
    one = np.random.default_rng(0).normal(size=50) * 100
    found = paired(one, one + 1)
    assert (found.low, found.high) == (pytest.approx(1), pytest.approx(1)) and found.certain
    same = paired(one, one)
    assert (same.low, same.high, same.certain) == (0, 0, False)


def test_the_seed_decides_and_confidence_widens():
    one, other = np.random.default_rng(0).normal(size=(2, 50))
    assert paired(one, other, rng=3) == paired(one, other, rng=3) != paired(one, other, rng=4)
    wide, narrow = (paired(one, other, confidence=c) for c in (0.99, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("pair", [([1.0], [2.0]), ([], [])])
def test_too_few_rows_are_refused(pair):
    with pytest.raises(ValueError, match=f"needs 2 rows or more, .* not {len(pair[0])}$"):
        paired(*pair)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rmse", "mae", "accuracy"])
def test_of_100_intervals_about_95_hold_the_true_difference(kind):
    """Within 92 to 97 in 100 of 600 simulated comparisons of 120 rows."""
    rng, hits = np.random.default_rng(0), 0
    for seed in range(600):
        if kind == "accuracy":  # the second is right in 85 %, the first in 80 %
            one = rng.uniform(size=120) < 0.8
            other = np.where(rng.uniform(size=120) < 0.5, one, rng.uniform(size=120) < 0.9)
            found, true = paired(one, other, resamples=1000, rng=seed), 0.05
        else:
            one = rng.normal(size=120)
            other = 0.6 * one + 0.9 * rng.normal(size=120)
            true = np.sqrt(0.36 + 0.81) - 1
            if kind == "rmse":
                found = paired(one**2, other**2, np.sqrt, resamples=1000, rng=seed)
            else:
                found = paired(abs(one), abs(other), resamples=1000, rng=seed)
                true *= np.sqrt(2 / np.pi)
        hits += found.low <= true <= found.high
    assert 0.92 <= hits / 600 <= 0.97
