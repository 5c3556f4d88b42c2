"""Losses of similarity: values by hand, what leaves them alone, where they rest, what they say."""

import numpy as np
import pytest

from tests.numerical import check_derivatives, tensors
from tinynet.losses import (
    contrastive,
    cosine_embedding,
    cosine_similarity,
    cross_entropy,
    hinge,
    info_nce,
    margin_ranking,
    triplet,
)

RNG = np.random.default_rng(0)
A, B, C = RNG.normal(size=(3, 5, 4))
SAME = np.array([1, 0, 1, 0, 0])
TWO = np.ones((2, 3))


@pytest.mark.parametrize(
    ("values", "loss", "arrays", "options"),
    [
        ([12.5, 0.125], contrastive, ([1, 0], [[3, 4], [0.3, 0.4]], [[0, 0]] * 2), {}),
        ([2, 0], contrastive, ([0, 0], [[3, 4], [6, 8]], [[0, 0]] * 2), {"margin": 7}),
        ([1.5], triplet, ([[0, 0]], [[3, 4]], [[0, 4.5]]), {}),
        ([3.5], triplet, ([[0, 0]], [[3, 4]], [[0, 4.5]]), {"p": 1}),  # 7 − 4.5 + 1
        ([5 + 1 - np.hypot(3, 0.5)], triplet, ([[0, 0]], [[3, 4]], [[0, 4.5]]), {"swap": True}),
        ([0, 1, 0.5], margin_ranking, ([1, 1, -1], [3, 2, 2], [1, 3, 1.5]), {}),
        ([0, 1.5], margin_ranking, ([1, -1], [3, 2], [1, 1.5]), {"margin": 1}),
        ([0.2, 0.8], cosine_embedding, ([1, -1], [[3, 4]] * 2, [[0, 2]] * 2), {}),
        ([1.8, 0], cosine_embedding, ([1, -1], [[3, 4]] * 2, [[0, -2]] * 2), {}),
        ([0.3], cosine_embedding, ([-1], [[3, 4]], [[0, 2]]), {"margin": 0.5}),
        ([np.log1p(np.exp(-2))] * 2, info_nce, (np.eye(2), np.eye(2)), {"temperature": 0.5}),
    ],
)
def test_values_by_hand(values, loss, arrays, options):
    np.testing.assert_allclose(loss(*arrays, reduction="none", **options), values, atol=1e-15)


# --- what does not change them ---------------------------------------------------------------


@pytest.mark.parametrize(
    "loss",
    [
        lambda x, y, z: contrastive(SAME, x, y, margin=3.0),
        lambda x, y, z: triplet(x, y, z, swap=True),
    ],
)
def test_distances_stay_when_all_points_move_and_turn(loss):
    turn = np.linalg.qr(RNG.normal(size=(4, 4)))[0]
    moved = [x @ turn + np.arange(4.0) for x in (A, B, C)]
    np.testing.assert_allclose(loss(*moved), loss(A, B, C), rtol=1e-12)


@pytest.mark.parametrize(
    "loss", [lambda x, y: cosine_embedding(2 * SAME - 1, x, y), lambda x, y: info_nce(x, y)]
)
def test_cosines_stay_when_rows_become_longer(loss):
    longer = RNG.uniform(0.1, 9, size=(5, 1))
    np.testing.assert_allclose(loss(longer * A, B / longer), loss(A, B), rtol=1e-12)
    a, b = tensors((A, B))
    for slope, x in zip(loss(a, b).gradient(a, b), (A, B), strict=True):
        np.testing.assert_allclose(np.sum(slope * x, axis=1), 0, atol=1e-14)


def test_a_pair_has_no_order():
    np.testing.assert_array_equal(contrastive(SAME, A, B), contrastive(SAME, B, A))
    signs = 2 * SAME - 1
    np.testing.assert_allclose(cosine_embedding(signs, A, B), cosine_embedding(signs, B, A))
    a, b = A[:, 0], B[:, 0]
    swapped = margin_ranking(-signs, b, a, margin=0.5)
    np.testing.assert_array_equal(margin_ranking(signs, a, b, margin=0.5), swapped)


def test_they_are_known_losses_of_distances_leads_and_cosines():
    signs = 2 * SAME - 1
    a, b = A[:, 0], B[:, 0]
    np.testing.assert_allclose(margin_ranking(signs, a, b, margin=1), hinge(signs, a - b))
    np.testing.assert_allclose(cosine_embedding(np.ones(5), A, B), cosine_similarity(A, B))
    unit_a, unit_b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (A, B))
    logits = unit_a @ unit_b.T / 0.2
    np.testing.assert_allclose(info_nce(A, B, temperature=0.2), cross_entropy(np.arange(5), logits))


# --- where they rest, and where they move -----------------------------------------------------


def test_where_the_margin_is_kept_nothing_moves():
    far, near = tensors((np.array([[3.0, 0.0]]), np.array([[0.5, 0.0]])))
    zero = np.zeros((1, 2))
    assert not contrastive([0], far, zero).gradient(far).any()
    np.testing.assert_allclose(contrastive([0], near, zero).gradient(near), [[-0.5, 0]])
    assert not triplet(zero, zero, far).gradient(far).any()
    np.testing.assert_allclose(triplet(zero, zero, near).gradient(near), [[-1, 0]])


@pytest.mark.parametrize("p", [1, 1.5, 2, 3])
def test_points_at_the_same_place_get_no_slope(p):
    """The tip of a cone: what pushes away from it has no direction, so no second slope either."""
    xs = tensors((A, A, A))
    for value in (triplet(*xs, p=p), contrastive(0 * SAME, *xs[:2])):
        slope = value.gradient(xs[0], create_graph=True)
        assert not slope.data.any()
        assert not np.sum(slope * B).gradient(xs[0]).any()


def test_the_swap_moves_the_positive_away_from_the_negative():
    """On a line, 3 and 4.5: |p − a| − |n − p| + 1, where |n − a| would be far enough."""
    xs = tensors(([[0.0]], [[3.0]], [[4.5]]))
    assert triplet(*xs).data == 0
    assert triplet(*xs, swap=True).data == 2.5
    np.testing.assert_array_equal(np.ravel(triplet(*xs, swap=True).gradient(*xs)), [-1, 2, -1])


def test_the_same_place_is_the_smooth_bottom_of_half_the_squared_distance():
    check_derivatives(lambda x: contrastive(np.ones(5), x, A), A)


def test_a_step_down_its_slope_parts_and_joins_as_the_labels_say():
    x1, x2 = tensors((0.2 * A, 0.2 * B))
    slope1, slope2 = contrastive(SAME, x1, x2, margin=3.0).gradient(x1, x2)
    before = np.linalg.norm(x1.data - x2.data, axis=1)
    after = np.linalg.norm(x1.data - slope1 - (x2.data - slope2), axis=1)
    np.testing.assert_array_equal(after < before, SAME == 1)


def test_info_nce_needs_its_others():
    """Every value depends on every key: so a weight on one row gives a slope in all of them."""
    query, key = tensors((A, B))
    loss = info_nce(query, key, sample_weight=[1, 0, 0, 0, 0])
    in_query, in_key = loss.gradient(query, key)
    np.testing.assert_array_equal(in_query.any(axis=1), [True, False, False, False, False])
    assert in_key.any(axis=1).all()
    check_derivatives(lambda q, k: info_nce(q, k, sample_weight=np.arange(5.0)), A, B, atol=1e-6)


def test_the_colder_the_more_of_the_push_falls_on_the_nearest_other():
    nearest = np.argmax(1 - cosine_similarity(A[[0] * 4], B[1:], reduction="none"))

    def share(temperature):
        (key,) = tensors((B,))
        first = {"sample_weight": [1, 0, 0, 0, 0], "temperature": temperature}
        push = np.linalg.norm(info_nce(A, key, **first).gradient(key)[1:], axis=1)
        return push[nearest] / np.sum(push)

    assert share(0.05) > share(0.5) > share(5.0)


# --- what they refuse -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "loss", "arrays"),
    [
        (r"0, different, but holds -1: .*\(y_true \+ 1\) / 2", contrastive, ([1, -1], TWO, TWO)),
        ("1, the same, and 0.*holds nan", contrastive, ([1, np.nan], TWO, TWO)),
        ("y_true must hold numbers, but holds <U3", contrastive, (["yes", "no"], TWO, TWO)),
        (r"\(2, 1\).*\(2,\): give one label per pair", contrastive, ([[1], [0]], TWO, TWO)),
        (r"\(2, 3\), \(2, 2\); they must be equal", contrastive, ([1, 0], TWO, TWO[:, :2])),
        ("takes rows", contrastive, (1, 2.0, 3.0)),
        (r"−1 and 1, but holds 0: .*2 \* y_true - 1", cosine_embedding, ([1, 0], TWO, TWO)),
        (r"−1 and 1, but holds 0: .*2 \* y_true - 1", cosine_embedding, ([True, False], TWO, TWO)),
        ("one label per pair", cosine_embedding, ([1, 1, 1], TWO, TWO)),
        (r"−1 and 1, but holds 0: .*2 \* y_true - 1", margin_ranking, ([1, 0], [1, 2], [3, 4])),
        (r"\(2,\), \(3,\); they must be equal", margin_ranking, ([1, 1], [1, 2], [3, 4, 5])),
        (r"\(2, 1\).*reshape\(2,\)", margin_ranking, ([[1], [1]], [1, 2], [3, 4])),
        (r"\(2, 3\), \(2, 3\), \(1, 3\); they must be equal", triplet, (TWO, TWO, TWO[:1])),
        ("anchor must hold numbers", triplet, ([["a"]], TWO, TWO)),
        (r"at least 2 pairs.*\(1, 3\)", info_nce, (TWO[:1], TWO[:1])),
        (r"rows of a matrix.*\(2, 1, 3\)", info_nce, (TWO[:, None], TWO[:, None])),
        (r"\(2, 3\), \(2, 2\); they must be equal", info_nce, (TWO, TWO[:, :2])),
    ],
)
def test_what_is_refused(says, loss, arrays):
    with pytest.raises(ValueError, match=f"^{loss.__name__}.*{says}"):
        loss(*arrays)


@pytest.mark.parametrize(
    ("says", "loss", "count", "options"),
    [
        ("margin must be at least 0", contrastive, 2, {"margin": -1}),
        ("margin must be from -1 to 1", cosine_embedding, 2, {"margin": 1.5}),
        ("p must be from 1", triplet, 3, {"p": 0.5}),
        ("temperature must be above 0", info_nce, 2, {"temperature": 0}),
        (r"no where=.*query\[where\] and key\[where\]", info_nce, 2, {"where": [True, False]}),
    ],
)
def test_which_options_are_refused(says, loss, count, options):
    labels = [[1, 1]] if loss.labelled else []
    with pytest.raises(ValueError, match=f"^{loss.__name__}.*{says}"):
        loss(*labels, *[TWO] * count, **options)


def test_arrays_of_several_dtypes_meet_in_that_of_the_first_prediction():
    (x1,) = tensors((A.astype(np.float32),))
    for loss in (triplet(x1, B, C), contrastive(SAME, x1, B), info_nce(x1, B)):
        assert loss.dtype == loss.gradient(x1).dtype == np.float32
