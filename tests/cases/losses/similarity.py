"""Cases of tinynet.losses.similarity."""

import numpy as np

from tests.loss_cases import Case, Extreme
from tinynet.losses import contrastive, cosine_embedding, info_nce, margin_ranking, triplet

rng = np.random.default_rng(4)
ONE, OTHER, THIRD = rng.normal(size=(3, 4, 3)) * np.array([[1.0], [0.05], [20.0], [0.4]])
SAME = np.array([1.0, 0.0, 0.0, 1.0])
SIGN = 2 * SAME - 1
NEAR = np.array([[0.3, -0.2, 0.1], [0.2, 0.2, -0.1], [0.5, 0.1, 0.0], [-0.4, 0.3, 0.2]])
SHARED = (  # rows in which some coordinates are the same, as after a relu
    np.array([[3.0, 0, 0], [2, 2, -2], [0, -1, 1], [1, 0, 0]]),
    np.array([[1.0, 0, 0], [0.5, 0.3, 0.1], [0, 2, 1], [0, 0, 2]]),
    np.array([[0.0, 5, 0], [1, 1, 1], [4, 0, 0], [0, 3, 1]]),
)
SCORES = np.array([0.3, -2.0, 40.0, 0.01]), np.array([0.1, 2.5, 38.5, 0.02])


def length(e, p=2):
    return np.sum(np.abs(e) ** p, axis=-1) ** (1 / p)


def cosine(a, b):
    return np.sum(a * b, axis=-1) / (length(a) * length(b))


def pairs(t, a, b, margin=1.0):
    d = length(a - b)
    return np.where(t == 1, d**2 / 2, np.maximum(0, margin - d) ** 2 / 2)


def triple(a, b, n, margin=1.0, p=2, swap=False):
    far = np.minimum(length(a - n, p), length(b - n, p)) if swap else length(a - n, p)
    return np.maximum(0, length(a - b, p) - far + margin)


def own_key(q, k, temperature=0.1):
    cosines = np.exp([[cosine(a, b) / temperature for b in k] for a in q])
    return -np.log(np.diag(cosines) / np.sum(cosines, axis=1))


def torch_info_nce(F, q, k, temperature, reduction):
    cosines = F.normalize(q, dim=1) @ F.normalize(k, dim=1).T / temperature
    ids = cosines.detach().argmax(1) * 0 + cosines.new_ones(len(q)).cumsum(0).long() - 1
    return F.cross_entropy(cosines, ids, reduction=reduction)


CASES = [
    Case(loss=contrastive, arrays=(SAME, ONE, OTHER), formula=pairs),
    Case(loss=contrastive, arrays=(SAME, NEAR, NEAR[::-1] / 3), formula=pairs),
    *(
        Case(
            loss=contrastive,
            arrays=(SAME, *rows),
            options={"margin": 4.0},
            formula=lambda t, a, b: pairs(t, a, b, 4.0),
        )
        for rows in ((ONE, OTHER), SHARED[:2])
    ),
    *(
        Case(
            loss=triplet,
            arrays=rows,
            options=options,
            formula=lambda a, b, n, o=options: triple(a, b, n, **o),
            torch=lambda F, a, b, n, o=options, **r: F.triplet_margin_loss(
                a, b, n, eps=0, **o, **r
            ),
            smooth=options.get("p") != 1,
        )
        for rows, options in (
            ((ONE, OTHER, THIRD), {}),
            ((ONE, OTHER, THIRD), {"margin": 5.0, "swap": True}),
            ((ONE, OTHER, THIRD), {"p": 1}),
            ((ONE, OTHER, THIRD), {"p": 1.5, "margin": 30.0}),
            ((ONE, OTHER, THIRD), {"p": 3, "margin": 30.0}),
            (SHARED, {"margin": 9.0, "swap": True}),
            (SHARED, {"p": 4, "margin": 9.0}),
        )
    ),
    *(
        Case(
            loss=margin_ranking,
            arrays=(SIGN, *SCORES),
            options={"margin": margin},
            formula=lambda t, a, b, m=margin: np.maximum(0, m - t * (a - b)),
            torch=lambda F, t, a, b, m=margin, **r: F.margin_ranking_loss(a, b, t, margin=m, **r),
        )
        for margin in (0.0, 1.0)
    ),
    *(
        Case(
            loss=cosine_embedding,
            arrays=(SIGN, 20 * ONE, 20 * OTHER),  # torch adds 1e-12 to the squared lengths
            options={"margin": margin},
            formula=lambda t, a, b, m=margin: np.where(
                t == 1, 1 - cosine(a, b), np.maximum(0, cosine(a, b) - m)
            ),
            torch=lambda F, t, a, b, m=margin, **r: F.cosine_embedding_loss(a, b, t, margin=m, **r),
        )
        for margin in (0.0, -0.5)
    ),
    *(
        Case(
            loss=info_nce,
            arrays=(20 * ONE, 20 * OTHER),
            options={"temperature": temperature},
            formula=lambda q, k, t=temperature: own_key(q, k, t),
            torch=lambda F, q, k, t=temperature, **r: torch_info_nce(F, q, k, t, **r),
        )
        for temperature in (0.1, 1.0)
    ),
]

ZEROS, HUGE, TINY = np.zeros((2, 2)), np.full((2, 2), 1e150), np.full((2, 2), 1e-300)
F64 = (np.float64,)
EXTREMES = [
    Extreme(loss=contrastive, arrays=(np.array([1.0, 0]), ZEROS, ZEROS), values=[0, 0.5]),
    Extreme(loss=contrastive, arrays=(np.array([0.0, 0]), HUGE, ZEROS), values=[0, 0], dtypes=F64),
    Extreme(loss=contrastive, arrays=(np.array([1.0, 0]), TINY, -TINY), dtypes=F64),
    Extreme(loss=triplet, arrays=(ZEROS, ZEROS, ZEROS), values=[1, 1]),
    Extreme(loss=triplet, arrays=(HUGE, ZEROS, HUGE), dtypes=F64),
    Extreme(loss=triplet, arrays=(TINY, ZEROS, -TINY), dtypes=F64),
    Extreme(loss=triplet, arrays=(ZEROS, np.eye(2), -np.eye(2)), options={"p": 1.5}, values=[1, 1]),
    Extreme(
        loss=margin_ranking,
        arrays=(np.array([1.0, -1]), np.array([1e30, 1e30]), np.array([0.0, 0])),
        values=[0, 1e30],
    ),
    Extreme(loss=cosine_embedding, arrays=(np.array([1.0, -1]), ZEROS, ZEROS), values=[1, 0]),
    Extreme(
        loss=cosine_embedding,
        arrays=(np.array([1.0, -1]), HUGE, np.array([[1e150, 1e150], [-1e150, 0]])),
        values=[0, 0],
        dtypes=F64,
    ),
    Extreme(loss=info_nce, arrays=(ZEROS, ZEROS), values=[np.log(2), np.log(2)]),
    Extreme(loss=info_nce, arrays=(HUGE, HUGE), values=[np.log(2), np.log(2)], dtypes=F64),
    Extreme(
        loss=info_nce,
        arrays=(np.eye(2), -np.eye(2)),
        options={"temperature": 1e-4},
        values=[1e4] * 2,
    ),
]
