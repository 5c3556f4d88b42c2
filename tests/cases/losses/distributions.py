"""Cases of tinynet.losses.distributions."""

import numpy as np

from tests.loss_cases import Case, Extreme
from tinynet.losses.distributions import js_divergence, kl_divergence


def rows(p):
    """Scaled to a sum of 1, so that a step in one element leaves a distribution."""
    return p / np.sum(p, axis=-1, keepdims=True)


def kl(t, p):
    return np.sum(t * np.log(t / p), axis=-1)


def js(t, p):
    return (kl(t, (t + p) / 2) + kl(p, (t + p) / 2)) / 2


def certain(divergence):
    """For class ids: KL of a row with a single 1 is −log p there; 0 log 0 never comes up."""
    known = {
        kl: lambda p: -np.log(p),
        js: lambda p: (np.log(2 / (1 + p)) + p * np.log(2 * p / (1 + p)) + (1 - p) * np.log(2)) / 2,
    }
    return lambda t, p: known[divergence](np.take_along_axis(p, t[:, None], axis=-1)[:, 0])


def torch_kl(F, t, log_p, reduction="mean"):
    whole = {"mean": "batchmean"}.get(reduction, reduction)
    found = F.kl_div(log_p, t, reduction=whole)
    return found.sum(-1) if reduction == "none" else found


TARGET = rows(np.array([[0.2, 0.3, 0.5], [0.1, 1, 2], [5, 1, 0.3], [1, 1, 1.1]]))
LOGIT = np.array([[2.0, -1, 0.3], [-0.02, 0.01, 0.003], [-1, 1, 2], [0.5, 0.4, 0.3]])
CHANCE = rows(np.exp(LOGIT))
IDS = np.array([0, 2, 1, 1])
LOGITS = {"from_logits": True}
BOTH = {0: rows, 1: rows}
CASES = [
    Case(
        loss=kl_divergence,
        arrays=(TARGET, CHANCE),
        formula=kl,
        torch=lambda F, t, p, **r: torch_kl(F, t, p.log(), **r),
        inside=BOTH,
    ),
    Case(
        loss=kl_divergence,
        arrays=(TARGET, LOGIT),
        options=LOGITS,
        formula=lambda t, z: kl(t, rows(np.exp(z))),
        torch=lambda F, t, z, **r: torch_kl(F, t, F.log_softmax(z, -1), **r),
        inside={0: rows},
    ),
    Case(loss=kl_divergence, arrays=(IDS, CHANCE), formula=certain(kl), inside={1: rows}),
    Case(loss=js_divergence, arrays=(TARGET, CHANCE), formula=js, inside=BOTH),
    Case(
        loss=js_divergence,
        arrays=(TARGET, LOGIT),
        options=LOGITS,
        formula=lambda t, z: js(t, rows(np.exp(z))),
        inside={0: rows},
    ),
    Case(loss=js_divergence, arrays=(IDS, CHANCE), formula=certain(js), inside={1: rows}),
]

CERTAIN = ([[1, 0], [1, 0], [0.5, 0.5], [0, 1]], [[1, 0], [0.5, 0.5], [1, 0], [0.5, 0.5]])
FAR = ([[1, 0], [0, 1], [0.5, 0.5]], [[1e4, -1e4], [1e4, -1e4], [-1e4, 1e4]])
HALF = np.log(2) / 2 - 0.75 * np.log(1.5) + 0.25 * np.log(2)  # of (1, 0) and (½, ½)
EXTREMES = [
    Extreme(loss=kl_divergence, arrays=CERTAIN),
    Extreme(
        loss=kl_divergence,
        arrays=([0, 1], [[1, 0], [1, 0]]),
        values=[2.2e-16, -np.log(np.finfo(np.float64).eps)],
        dtypes=(np.float64,),
    ),
    Extreme(
        loss=kl_divergence,
        arrays=FAR,
        options=LOGITS,
        values=[0, 2e4, 1e4 - np.log(2)],
    ),
    Extreme(loss=js_divergence, arrays=CERTAIN),
    Extreme(
        loss=js_divergence,
        arrays=([0, 1, 1], [[1, 0, 0], [1, 0, 0], [0, 0, 1]]),
        values=[0, np.log(2), np.log(2)],
    ),
    Extreme(loss=js_divergence, arrays=FAR, options=LOGITS),
    Extreme(
        loss=js_divergence,
        arrays=(FAR[0][:2], [[1e30, -1e30]] * 2),
        options=LOGITS,
        values=[0, np.log(2)],
    ),
]
