"""Cases of the losses for classes: ids, soft targets, weights, smoothing, logits and chances."""

import numpy as np

from tests.loss_cases import Case, Extreme
from tinynet.losses.classification import brier, cross_entropy, log_loss, nll, ordinal

IDS = np.array([0, 2, 1, 1, 2])
LOGITS = np.array(
    [[2.0, -1, 0.3], [12, 0, 11], [-5, 5, 0.1], [0.01, 0.02, 0], [-0.7, 0.4, -3]]
)  # rows of different scale
SOFT = np.array(
    [[0.2, 0.5, 0.3], [0.02, 0.08, 0.9], [0.98, 0.01, 0.01], [0.3, 0.3, 0.4], [0.6, 0.35, 0.05]]
)
CHANCES = np.array(
    [[0.2, 0.6, 0.2], [0.02, 0.08, 0.9], [0.7, 0.1, 0.2], [0.3, 0.3, 0.4], [0.45, 0.05, 0.5]]
)
WEIGHT = np.array([0.5, 2.0, 3.0])
YES = np.array([[0, 1, 0], [1, 0, 1], [1, 1, 0]])
PARTLY = np.array([[0.05, 0.8, 0.3], [0.99, 0.2, 0.9], [0.7, 0.6, 0.1]])
CHANCE = np.array([[0.1, 0.7, 0.3], [0.2, 0.97, 0.5], [0.9, 0.4, 0.03]])
SCORES = np.array([[9.0, -12, 0.1], [4.5, 7, -9], [0.02, 0.7, -1]])
ORDER = np.array([0, 1, 2, 3, 1, 2])
CUTS = np.array([-2.0, 0.5, 1.2])
HEIGHTS = np.array([-6.0, 0.1, 0.02, 3.0, 8.0, -4.0])
PROBABLE, LOGIT = {"from_logits": False}, {"from_logits": True}


def distribution(p):
    """Rows scaled to a sum of 1, so that a step in one element leaves a distribution."""
    return p / np.sum(p, axis=-1, keepdims=True)


def log_distribution(x):
    """The same for logarithms."""
    return x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))


def rows(t, classes=3):
    """Ids as rows with a single 1; rows as they are."""
    return np.eye(classes)[t] if np.ndim(t) == 1 else t


def softmax(z):
    return distribution(np.exp(z))


def smoothed(t, share):
    return (1 - share) * rows(t) + share / 3


def surprise(t, p, weight=1.0):
    return -np.sum(weight * rows(t) * np.log(p), axis=-1)


def own_weight(t, z):
    """What a mean over ids divides by."""
    return WEIGHT[t]


def binary(t, p, pos_weight=1.0):
    return -pos_weight * t * np.log(p) - (1 - t) * np.log(1 - p)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def ordered(t, f, cuts):
    """−log of the part of the logistic curve between two thresholds."""
    high = sigmoid(np.append(cuts, np.inf)[t] - f)
    return -np.log(high - sigmoid(np.append(-np.inf, cuts)[t] - f))


def torch_weight(p, weight=WEIGHT):
    return p.new_tensor(weight)


CASES = [
    Case(
        loss=cross_entropy,
        arrays=(IDS, LOGITS),
        formula=lambda t, z: surprise(t, softmax(z)),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, **r),
    ),
    Case(
        loss=cross_entropy,
        arrays=(SOFT, LOGITS),
        formula=lambda t, z: surprise(t, softmax(z)),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, **r),
        inside={0: distribution},
    ),
    Case(
        loss=cross_entropy,
        arrays=(IDS, CHANCES),
        options=PROBABLE,
        formula=surprise,
        torch=lambda F, t, p, **r: F.nll_loss(p.log(), t, **r),
        inside={1: distribution},
    ),
    Case(
        loss=cross_entropy,
        arrays=(SOFT, CHANCES),
        options=PROBABLE,
        formula=surprise,
        inside={0: distribution, 1: distribution},
    ),
    Case(
        loss=cross_entropy,
        arrays=(IDS, LOGITS),
        options={"class_weight": WEIGHT},
        formula=lambda t, z: surprise(t, softmax(z), WEIGHT),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, weight=torch_weight(p), **r),
        counts=own_weight,
    ),
    Case(
        loss=cross_entropy,
        arrays=(SOFT, LOGITS),
        options={"class_weight": WEIGHT},
        formula=lambda t, z: surprise(t, softmax(z), WEIGHT),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, weight=torch_weight(p), **r),
        inside={0: distribution},
    ),
    Case(
        loss=cross_entropy,
        arrays=(IDS, CHANCES),
        options={"class_weight": WEIGHT, **PROBABLE},
        formula=lambda t, p: surprise(t, p, WEIGHT),
        torch=lambda F, t, p, **r: F.nll_loss(p.log(), t, weight=torch_weight(p), **r),
        inside={1: distribution},
        counts=own_weight,
    ),
    Case(
        loss=cross_entropy,
        arrays=(IDS, LOGITS),
        options={"label_smoothing": 0.2},
        formula=lambda t, z: surprise(smoothed(t, 0.2), softmax(z)),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, label_smoothing=0.2, **r),
    ),
    Case(
        loss=cross_entropy,
        arrays=(SOFT, LOGITS),
        options={"label_smoothing": 0.2},
        formula=lambda t, z: surprise(smoothed(t, 0.2), softmax(z)),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, label_smoothing=0.2, **r),
        inside={0: distribution},
    ),
    Case(
        loss=cross_entropy,
        arrays=(IDS, LOGITS),
        options={"label_smoothing": 0.2, "class_weight": WEIGHT},
        formula=lambda t, z: surprise(smoothed(t, 0.2), softmax(z), WEIGHT),
        torch=lambda F, t, p, **r: F.cross_entropy(
            p, t, label_smoothing=0.2, weight=torch_weight(p), **r
        ),
        counts=own_weight,
    ),
    Case(
        loss=cross_entropy,
        arrays=(IDS, LOGITS),
        options={"ignore_index": 1},
        formula=lambda t, z: (t != 1) * surprise(t, softmax(z)),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, ignore_index=1, **r),
        counts=lambda t, z: 1.0 * (t != 1),
    ),
    Case(
        loss=cross_entropy,
        arrays=(np.array([0, -100, 1, 1, -100]), LOGITS),
        options={"ignore_index": -100, "class_weight": WEIGHT},
        formula=lambda t, z: (t >= 0) * surprise(np.maximum(t, 0), softmax(z), WEIGHT),
        torch=lambda F, t, p, **r: F.cross_entropy(p, t, weight=torch_weight(p), **r),
        counts=lambda t, z: (t >= 0) * WEIGHT[np.maximum(t, 0)],
    ),
    Case(
        loss=log_loss,
        arrays=(YES, CHANCE),
        formula=binary,
        torch=lambda F, t, p, **r: F.binary_cross_entropy(p, t.to(p.dtype), **r),
    ),
    Case(
        loss=log_loss,
        arrays=(PARTLY, CHANCE),
        formula=binary,
        torch=lambda F, t, p, **r: F.binary_cross_entropy(p, t, **r),
    ),
    Case(
        loss=log_loss,
        arrays=(YES, SCORES),
        options=LOGIT,
        formula=lambda t, z: binary(t, sigmoid(z)),
        torch=lambda F, t, p, **r: F.binary_cross_entropy_with_logits(p, t.to(p.dtype), **r),
    ),
    Case(
        loss=log_loss,
        arrays=(PARTLY, SCORES),
        options={"pos_weight": 3.0, **LOGIT},
        formula=lambda t, z: binary(t, sigmoid(z), 3),
        torch=lambda F, t, p, **r: F.binary_cross_entropy_with_logits(
            p, t, pos_weight=p.new_tensor(3.0), **r
        ),
    ),
    Case(
        loss=log_loss,
        arrays=(YES, CHANCE),
        options={"pos_weight": 0.5, "label_smoothing": 0.1},
        formula=lambda t, p: binary(0.9 * t + 0.05, p, 0.5),
    ),
    Case(
        loss=nll,
        arrays=(IDS, np.log(CHANCES)),
        formula=lambda t, x: surprise(t, np.exp(x)),
        torch=lambda F, t, p, **r: F.nll_loss(p, t, **r),
        inside={1: log_distribution},
    ),
    Case(
        loss=nll,
        arrays=(SOFT, np.log(CHANCES)),
        options={"class_weight": WEIGHT},
        formula=lambda t, x: surprise(t, np.exp(x), WEIGHT),
        inside={0: distribution, 1: log_distribution},
    ),
    Case(
        loss=nll,
        arrays=(IDS, np.log(CHANCES)),
        options={"class_weight": WEIGHT, "ignore_index": 1},
        formula=lambda t, x: (t != 1) * surprise(t, np.exp(x), WEIGHT),
        torch=lambda F, t, p, **r: F.nll_loss(p, t, weight=torch_weight(p), ignore_index=1, **r),
        inside={1: log_distribution},
        counts=lambda t, x: (t != 1) * WEIGHT[t],
    ),
    Case(
        loss=nll,
        arrays=(IDS, np.log(CHANCES)),
        options={"label_smoothing": 0.3},
        formula=lambda t, x: surprise(smoothed(t, 0.3), np.exp(x)),
        inside={1: log_distribution},
    ),
    Case(
        loss=brier,
        arrays=(IDS, LOGITS),
        formula=lambda t, z: np.sum((softmax(z) - rows(t)) ** 2, axis=-1),
    ),
    Case(
        loss=brier,
        arrays=(SOFT, LOGITS),
        options={"label_smoothing": 0.3},
        formula=lambda t, z: np.sum((softmax(z) - smoothed(t, 0.3)) ** 2, axis=-1),
        inside={0: distribution},
    ),
    Case(
        loss=brier,
        arrays=(SOFT, CHANCES),
        options=PROBABLE,
        formula=lambda t, p: np.sum((p - t) ** 2, axis=-1),
        inside={0: distribution, 1: distribution},
    ),
    Case(
        loss=brier,
        arrays=(IDS, LOGITS),
        options={"ignore_index": 2},
        formula=lambda t, z: (t != 2) * np.sum((softmax(z) - rows(t)) ** 2, axis=-1),
        counts=lambda t, z: 1.0 * (t != 2),
    ),
    Case(loss=ordinal, arrays=(ORDER, HEIGHTS, CUTS), formula=ordered),
    Case(
        loss=ordinal,
        arrays=(np.array([[0, 1], [1, 0]]), np.array([[0.3, -9.0], [0.01, 4.0]]), np.array([0.7])),
        formula=ordered,
    ),
]


FAR = np.array([[1e4, -1e4], [1e4, -1e4], [1e4, 1e4], [-1e4, 1e4], [1e30, -1e30]])
NEAR = np.array([0, 1, 1, 0, 0])
CORNERS, SIDES = np.eye(2)[[0, 1, 0, 1]], np.array([0, 1, 1, 0])
THREE = np.array([0, 1, 2, 1, 0])

EXTREMES = [
    Extreme(loss=cross_entropy, arrays=(NEAR, FAR), values=[0, 2e4, np.log(2), 2e4, 0]),
    Extreme(
        loss=cross_entropy,
        arrays=(np.array([0, 1]), np.array([[-1e30, 1e30], [0, 0]])),
        values=[2e30, np.log(2)],
    ),
    Extreme(loss=cross_entropy, arrays=(SIDES, CORNERS), options=PROBABLE),
    Extreme(
        loss=log_loss,
        arrays=(
            np.array([0, 1, 0, 1, 1, 0]),
            np.array([-1e4, 1e4, 1e4, -1e4, -1e30, -1e30]),
        ),
        options=LOGIT,
        values=[0, 0, 1e4, 1e4, 1e30, 0],
    ),
    Extreme(loss=log_loss, arrays=(SIDES, CORNERS[:, 1])),
    Extreme(
        loss=nll,
        arrays=(np.array([0, 0, 1]), np.array([[0, -1e4], [-1e30, 0], [-np.log(2)] * 2])),
        values=[0, 1e30, np.log(2)],
    ),
    Extreme(loss=brier, arrays=(NEAR, FAR), values=[0, 2, 0.5, 2, 0]),
    Extreme(loss=brier, arrays=(SIDES, CORNERS), options=PROBABLE, values=[0, 0, 2, 2]),
    Extreme(
        loss=ordinal,
        arrays=(THREE, np.array([-1e4, 1e4, 1e4, -1e30, 1e30]), np.array([-1.0, 1.0])),
        values=[0, 1e4 - 1 - np.log1p(-np.exp(-2)), 0, 1e30, 1e30],
    ),
    Extreme(loss=ordinal, arrays=(THREE, np.linspace(0, 1, 5), np.array([0, 1e-6]))),
    Extreme(
        loss=ordinal,
        arrays=(THREE, np.array([0, 1, 1e4, -1e4, 9]), np.array([-1e4, 1e4])),
    ),
]
