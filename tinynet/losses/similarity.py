"""Losses of similarity: what is alike shall lie close together, or score higher than the rest.

There is no target for a single output, only for pairs and triples of them; so these
losses take several predictions, and each of them gets a gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.arrays import like
from ..engine.methods import raw
from ..functional import logsumexp, relu, softmax
from .base import loss
from .cards import Axis, Card
from .checks import NON_NEGATIVE, POSITIVE, Range, check_signs, numbers, same_shape
from .relative import directions

__all__ = ["contrastive", "triplet", "margin_ranking", "cosine_embedding", "info_nce"]

CLOSEST = 1e-30  # points closer than this count as so far apart, and do not move
TWO_PAIRS = Axis(
    "two pairs",
    "distance x, of a pair that is the same and of one that is not",
    *(-2, 2),
    lambda x: (np.array([1.0, 0.0]), _column(x, x), np.zeros((2, 1))),
)
NEGATIVE = Axis(
    "negative",
    "place of the negative; the anchor is at 0, the positive at ½",
    *(-2, 2),
    lambda x: (np.zeros((1, 1)), np.full((1, 1), 0.5), np.expand_dims(x, -1)),
    far=(-0.1, -0.01, 0.01, 0.1),  # the nearer, the more wrong
)
LEAD = Axis("lead", "lead x1 − x2, for y_true = 1", -3, 3, lambda x: (np.ones(1), x, np.zeros(1)))
ANGLE = Axis(
    "angle of a pair",
    "angle between the pair, in degrees",
    *(-180, 180),
    lambda x: (np.ones(1), np.array([[1.0, 0.0]]), _on_the_circle(x)),
    far=(-180.0, -179.0, 179.0, 180.0),
)
KEY_ANGLE = Axis(
    "angle of a key",
    "angle between a query and its key, in degrees, next to a pair at 90",
    *(-180, 180),
    lambda x: (np.eye(2), np.concatenate([_on_the_circle(x), np.array([[0.0, 1.0]])])),
    far=(-180.0, -179.9, 179.9, 180.0),
)


def _column(*numbers: Any) -> Any:
    """Numbers of shape (1,) as rows: (n, 1)."""
    return np.stack(numbers)


def _on_the_circle(degrees: Any) -> Any:
    """The point at this angle: (1,) → (1, 2)."""
    return np.stack([np.cos(degrees * (np.pi / 180)), np.sin(degrees * (np.pi / 180))], axis=-1)


# --- checks and distances -------------------------------------------------------------------


def _equal_shapes(name: str, *arrays: Any, **options: Any) -> tuple[tuple, None]:
    """Predictions of one shape and dtype."""
    first, *others = arrays
    for other in others:
        if other.shape != first.shape:
            raise ValueError(
                f"{name}: its arrays have shapes {', '.join(str(a.shape) for a in arrays)}; they"
                " must be equal, row belongs to row"
            )
    return (first, *(a.astype(first.dtype) if a.dtype != first.dtype else a for a in others)), None


def _labelled(name: str, y_true: Any, x1: Any, x2: Any) -> tuple:
    """One label per row of two arrays of equal shape."""
    (x1, x2), _ = _equal_shapes(name, x1, x2)
    if y_true.shape != x1.shape[:-1]:
        raise ValueError(
            f"{name}: y_true has shape {y_true.shape}, but there are pairs of shape"
            f" {x1.shape[:-1]}: give one label per pair"
        )
    return numbers(name, "y_true", y_true).astype(x1.dtype), x1, x2


def _same_or_not(name: str, y_true: Any, x1: Any, x2: Any, **options: Any) -> tuple[tuple, None]:
    """Labels 1, the same, and 0, different."""
    y_true, x1, x2 = _labelled(name, y_true, x1, x2)
    labels = raw(y_true)
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(
            f"{name}: y_true must hold 1, the same, and 0, different, but holds"
            f" {labels[~np.isin(labels, (0, 1))].flat[0]:g}: from −1 and 1, (y_true + 1) / 2"
        )
    return (y_true, x1, x2), None


def _signed_pairs(name: str, y_true: Any, x1: Any, x2: Any, **options: Any) -> tuple[tuple, None]:
    """Labels 1, the same, and −1, different."""
    y_true, x1, x2 = _labelled(name, y_true, x1, x2)
    check_signs(name, y_true)
    return (y_true, x1, x2), None


def _ranked(name: str, y_true: Any, x1: Any, x2: Any, **options: Any) -> tuple[tuple, None]:
    """Labels 1, x1 ranks higher, and −1, for scores of equal shape."""
    (x1, x2), _ = _equal_shapes(name, x1, x2)
    (y_true, _), _ = same_shape(name, y_true, x1)
    check_signs(name, y_true)
    return (y_true, x1, x2), None


def _all_against_all(
    name: str, query: Any, key: Any, where: Any = None, **options: Any
) -> tuple[tuple, None]:
    """At least two pairs, in two matrices of one shape; none can be masked."""
    if where is not None:
        raise ValueError(
            f"{name} takes no where=, since every pair is compared with all the others: choose the"
            " pairs before, query[where] and key[where]"
        )
    if query.ndim != 2 or len(query) < 2:
        raise ValueError(
            f"{name} needs at least 2 pairs, as rows of a matrix, since the others are what a pair"
            f" is compared with; query has shape {query.shape}"
        )
    return _equal_shapes(name, query, key)


def _distance(e: Any, p: float = 2) -> tuple[Any, Any]:
    """The length of each row, (Σ |e|^p)^(1/p), and its derivative: (N,) and (N, D)."""
    size, closest = np.abs(e), max(CLOSEST, np.finfo(e.dtype).tiny)  # float16 has no 1e-30
    largest = np.maximum(np.max(size, axis=-1, keepdims=True), closest)  # so nothing overflows
    total = np.maximum(np.sum((size / largest) ** p, axis=-1, keepdims=True), 1)
    length = largest * total ** (1 / p)  # (N, 1)
    derivative = e / np.where(largest > closest, length, np.inf)
    if p != 2:  # at 0 its own derivative is 0, or infinite for p < 2, and then counts as 0
        derivative = np.sign(derivative) * np.where(derivative == 0, 1, np.abs(derivative)) ** (
            p - 1
        )
    return length[..., 0], derivative


# --- pairs ----------------------------------------------------------------------------------


@loss(prepare=_same_or_not, rows=True, ranges={"margin": NON_NEGATIVE})
def contrastive(y_true: Any, x1: Any, x2: Any, *, margin: float = 1.0) -> Any:
    """Pull the same together, push others apart: ½ t d² + ½ (1 − t) max(0, margin − d)².

    One loss per pair of rows. Pairs that are different and at least `margin` apart are done. Two
    different points at the same place have no direction to part, so they stay: start at random.

    >>> contrastive([1, 0], [[3.0, 4.0], [0.3, 0.4]], np.zeros((2, 2)), reduction="none")
    array([12.5  ,  0.125])
    """
    d, _ = _distance(x1 - x2)
    return (y_true * d * d + (1 - y_true) * relu(margin - d) ** 2) / 2


def _contrastive_derivative(y_true: Any, x1: Any, x2: Any, margin: float) -> Any:
    (d, direction), t = _distance(x1 - x2), np.expand_dims(y_true, -1)
    return t * (x1 - x2) - (1 - t) * np.expand_dims(relu(margin - d), -1) * direction


contrastive.defderivative(
    _contrastive_derivative, lambda *args, **options: -_contrastive_derivative(*args, **options)
)


@loss(prepare=_signed_pairs, rows=True, ranges={"margin": Range(-1, 1)})
def cosine_embedding(y_true: Any, x1: Any, x2: Any, *, margin: float = 0.0) -> Any:
    """Turn the same to one direction, others apart: 1 − cos, or max(0, cos − margin).

    One loss per pair of rows. A row shorter than 1e-8 (float16: 8e-3) counts as that long, so of
    a row of zeros the cosine is 0 and the gradient finite.

    >>> x1, x2 = [[2.0, 0.0]] * 2, [[0.0, 3.0], [5.0, 0.0]]
    >>> cosine_embedding([1, -1], x1, x2, reduction="none")     # at right angles; alike, but other
    array([1., 1.])
    """
    cosine = np.vecdot(directions(x1)[0], directions(x2)[0])
    return np.where(y_true > 0, 1 - cosine, relu(cosine - margin))


def _cosine_embedding_derivative(y_true: Any, x: Any, other: Any, margin: float) -> Any:
    (u, length), (v, _) = directions(x), directions(other)
    cosine = np.expand_dims(np.vecdot(u, v), -1)  # (N, 1)
    apart = np.expand_dims(y_true < 0, -1)
    sign = np.where(apart, 1.0 * (raw(cosine) > margin), -1.0).astype(raw(x).dtype)
    return sign * (v - cosine * u) / length


cosine_embedding.defderivative(
    _cosine_embedding_derivative,
    lambda y_true, x1, x2, **options: _cosine_embedding_derivative(y_true, x2, x1, **options),
)


@loss(prepare=_ranked, ranges={"margin": NON_NEGATIVE})
def margin_ranking(y_true: Any, x1: Any, x2: Any, *, margin: float = 0.0) -> Any:
    """Order two scores: max(0, margin − t (x1 − x2)), where t = 1 says that x1 ranks higher.

    A `hinge` of the lead x1 − x2. With the margin 0 equal scores cost nothing, so prefer one
    above 0.

    >>> margin_ranking([1, -1], [2.0, 2.0], [1.5, 1.5], reduction="none", margin=1.0)
    array([0.5, 1.5])
    """
    return relu(margin - y_true * (x1 - x2))


def _lead_derivative(y_true: Any, x1: Any, x2: Any, margin: float) -> Any:
    return -y_true * (y_true * (x1 - x2) < margin)


margin_ranking.defderivative(
    _lead_derivative, lambda *args, **options: -_lead_derivative(*args, **options)
)


# --- triples, and all against all -----------------------------------------------------------


@loss(prepare=_equal_shapes, rows=True, ranges={"margin": NON_NEGATIVE, "p": Range(1, 100)})
def triplet(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    margin: float = 1.0,
    p: float = 2,
    swap: bool = False,
) -> Any:
    """The positive shall be nearer than the negative: max(0, d(a, p) − d(a, n) + margin).

    One loss per row. With ``swap=True`` d(p, n) counts if it is below d(a, n). FaceNet squares the
    distances; PyTorch does as here, but adds 1e-6 to each difference.

    >>> float(triplet([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]]))     # 5 − 5.5 + 1
    0.5
    """
    near, far = _distance(anchor - positive, p)[0], _distance(anchor - negative, p)[0]
    if swap:
        far = np.minimum(far, _distance(positive - negative, p)[0])
    return relu(near - far + margin)


def _triplet_slopes(a: Any, b: Any, n: Any, margin: float = 1.0, p: float = 2, swap: bool = False):
    """The derivatives in the anchor a, the positive b and the negative n."""
    (near, to_b), (far, to_n) = _distance(a - b, p), _distance(a - n, p)
    other, from_b = _distance(b - n, p)
    swapped = np.expand_dims(raw(other) < raw(far), -1) & swap
    far = np.where(swapped[..., 0], other, far)
    active = np.expand_dims(raw(near) - raw(far) + margin > 0, -1)
    to_n, from_b = np.where(swapped, 0 * to_n, to_n), np.where(swapped, from_b, 0 * from_b)
    return active * (to_b - to_n), active * (-to_b - from_b), active * (to_n + from_b)


triplet.defderivative(
    lambda *args, **options: _triplet_slopes(*args, **options)[0],
    lambda *args, **options: _triplet_slopes(*args, **options)[1],
    lambda *args, **options: _triplet_slopes(*args, **options)[2],
)


@loss(prepare=_all_against_all, rows=True, ranges={"temperature": POSITIVE})
def info_nce(query: Any, key: Any, *, temperature: float = 0.1) -> Any:
    """Find the own key among all: the cross-entropy of cosines / temperature, with target i.

    One loss per row of the query. It is not symmetric: CLIP takes the mean of
    ``info_nce(query, key)`` and ``info_nce(key, query)``. It takes no mask.

    >>> float(info_nce(np.eye(2), np.eye(2), temperature=1.0))     # log(1 + e⁻¹)
    0.3132616875182228
    """
    cosines = directions(query)[0] @ directions(key)[0].mT / temperature  # (N, N)
    own = np.eye(len(cosines), dtype=cosines.dtype, like=like(cosines))
    return logsumexp(cosines) - np.sum(own * cosines, axis=-1)


def _info_nce_pull(g: Any, query: Any, key: Any, temperature: float, of_key: bool) -> Any:
    (q, q_length), (k, k_length) = directions(query), directions(key)
    chances = softmax(q @ k.mT / temperature)  # (N, N)
    derivative = chances - np.eye(len(chances), dtype=chances.dtype, like=like(chances))
    derivative = (
        np.expand_dims(np.broadcast_to(g, derivative.shape[:1]), -1) * derivative / temperature
    )
    unit, length = (k, k_length) if of_key else (q, q_length)
    pull = derivative.mT @ q if of_key else derivative @ k  # in the direction, of length 1
    return (pull - np.expand_dims(np.vecdot(pull, unit), -1) * unit) / length


info_nce.defgradient(
    lambda g, query, key, temperature: _info_nce_pull(g, query, key, temperature, False),
    lambda g, query, key, temperature: _info_nce_pull(g, query, key, temperature, True),
)


# --- what is known about them; the tests evaluate it -------------------------------------------

contrastive.card = Card(
    """
    value      ½‖x1 − x2‖² where t = 1, else ½ max(0, margin − ‖x1 − x2‖)²
    with       d = ‖x1 − x2‖; u = (x1 − x2)/d; h = max(0, margin − d)
    d/dx1      d u where t = 1, else −h u;
               then I where t = 1, u uᵀ − h (I − u uᵀ)/d where h > 0, else 0
    d/dx2      −d u where t = 1, else h u;
               then I where t = 1, u uᵀ − h (I − u uᵀ)/d where h > 0, else 0
    y_true     1, the same, and 0, different: shape (N,)
    y_pred     x1 and x2: vectors (N, D), one row per sample
    estimates  nothing of a single output: it places pairs
    use it     pairs are known to be the same or not, as in recognising faces
    compare    margin = 0.5, 1, 2
    source     Hadsell, Chopra & LeCun 2006 (whose Y = 1 means different)
    """,
    axis=TWO_PAIRS,
)
cosine_embedding.card = Card(
    """
    value      1 − c where t = 1, else max(0, c − margin)
    with       u = x1/‖x1‖; v = x2/‖x2‖; c = Σ u v;
               s = −1 where t = 1, 1 where c > margin, else 0
    d/dx1      s (v − c u)/‖x1‖; then −s (v uᵀ + u vᵀ + c (I − 3u uᵀ))/‖x1‖²
    d/dx2      s (u − c v)/‖x2‖; then −s (u vᵀ + v uᵀ + c (I − 3v vᵀ))/‖x2‖²
    y_true     1, the same, and −1, different: shape (N,)
    y_pred     x1 and x2: vectors (N, D), one row per sample; c is the cosine of their angle
    estimates  nothing of a single output: it turns pairs
    shape      bounded, redescending
    use it     as contrastive, where directions matter and lengths do not, as in texts
    source     PyTorch's CosineEmbeddingLoss; Salton, Wong & Yang 1975 for the cosine
    """,
    axis=ANGLE,
)
margin_ranking.card = Card(
    """
    value      max(0, margin − t (x1 − x2))
    with       h = margin − t (x1 − x2)
    d/dx1      −t where h > 0, else 0; then 0
    d/dx2      t where h > 0, else 0; then 0
    y_true     1 where x1 ranks higher, −1 where x2 does
    y_pred     x1 and x2: scores, any numbers
    estimates  nothing of a single output: it orders pairs
    shape      convex, bounded
    use it     only the order is known: of two answers, which is better
    limits     margin = 0: perceptron; margin = 1: hinge
    compare    margin = 0, 0.5, 1
    source     Herbrich, Graepel & Obermayer 2000; Joachims 2002
    """,
    axis=LEAD,
)
triplet.card = Card(
    """
    value      max(0, ‖a − b‖ − ‖a − n‖ + margin)
    with       h = ‖a − b‖ − ‖a − n‖ + margin; u = (a − b)/‖a − b‖; v = (a − n)/‖a − n‖
    d/da       u − v where h > 0, else 0;
               then (I − u uᵀ)/‖a − b‖ − (I − v vᵀ)/‖a − n‖ where h > 0, else 0
    d/db       −u where h > 0, else 0; then (I − u uᵀ)/‖a − b‖ where h > 0, else 0
    d/dn       v where h > 0, else 0; then −(I − v vᵀ)/‖a − n‖ where h > 0, else 0
    y_true     none: the rows say what belongs together
    y_pred     anchor a, positive b, negative n: vectors (N, D), one row per sample; norms for p = 2
    estimates  nothing of a single output: it places triples
    shape      bounded
    use it     of each sample one like it and one unlike it are known
    compare    margin = 0.2, 1, 2
    source     Schroff et al. 2015, FaceNet; Balntas et al. 2016 for the swap
    """,
    axis=NEGATIVE,
)
info_nce.card = Card(
    """
    value      −Σ t log p
    with       τ = temperature; p = softmax(c/τ)
    d/dc       (p − t)/τ; then (diag(p) − p pᵀ)/τ²
    y_true     none: row i of the query belongs to row i of the key, so t is 1 there, else 0
    y_pred     query and key: vectors (N, D), one row per sample; c are the cosines of a query
               with all keys
    estimates  nothing of a single output: it tells each key from the others
    noise      categorical: which of the keys belongs to the query
    shape      bounded, redescending
    use it     only pairs are known, and the rest of the batch serves as what is different
    compare    temperature = 0.07, 0.1, 0.5, 1
    source     van den Oord et al. 2018; Chen et al. 2020, SimCLR; Radford et al. 2021, CLIP
    """,
    axis=KEY_ANGLE,
)
