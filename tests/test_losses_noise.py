"""The noise of which a card says that its loss is the negative log likelihood."""

import itertools

import numpy as np
import pytest
from scipy import stats

from tinynet import losses
from tinynet.functional import log_softmax, softmax

NAMES = losses.names()
T, P = np.array([0.5, 1.0, 3.0])[:, None], np.linspace(0.3, 4, 9)  # targets, predictions
E, COUNTS, WIDTH = P - T, 2 * T, np.broadcast_to(P, (3, 9))
MIDDLE = "Gaussian in the middle, Laplace in the tails"
DENSITIES = {  # what a card says: options, and the log of that density of the targets, given P
    "Gaussian, equally wide everywhere": [({}, stats.norm.logpdf(E))],
    "Gaussian, wider here than there": [
        ({"variance": WIDTH}, stats.norm.logpdf(E, scale=np.sqrt(P)))
    ],
    "Laplace": [({}, stats.laplace.logpdf(E))],
    "Laplace, wider here than there": [({"scale": WIDTH}, stats.laplace.logpdf(E, scale=P))],
    "asymmetric Laplace": [({"q": 0.8}, stats.laplace_asymmetric.logpdf(-E, 2))],  # 2² = 0.8/0.2
    f"{MIDDLE} (hyperbolic)": [({}, stats.genhyperbolic.logpdf(E, 1, 1, 0))],
    f"hyperbolic secant: {MIDDLE}": [({}, stats.hypsecant.logpdf(E))],
    "Gaussian of two halves, one wider than the other": [
        ({"tau": 0.8}, -(np.where(E > 0, E / 2, E) ** 2) / 2)  # standard deviations 2 and 1
    ],
    "Cauchy, of scale c": [({"c": 2.0}, stats.cauchy.logpdf(E, scale=2))],
    "Gaussian for α = 2, Cauchy for α = 0, a family between; none below 0": [
        ({"alpha": 2}, stats.norm.logpdf(E)),
        ({"alpha": 0}, stats.cauchy.logpdf(E, scale=np.sqrt(2))),
    ],
    "Poisson": [({"log_input": False}, stats.poisson.logpmf(COUNTS, P))],
    "gamma of any fixed shape: as wide as the mean, times a constant": [
        ({"log_input": False}, stats.gamma.logpdf(COUNTS, shape, scale=P / shape))
        for shape in (1, 3)
    ],
    "Tweedie: its variance grows as μ^power": [
        ({"power": 1}, stats.poisson.logpmf(COUNTS, P)),
        ({"power": 2}, stats.gamma.logpdf(COUNTS, 2, scale=P / 2)),
    ],
    "log(1 + y_true) is Gaussian": [({}, stats.norm.logpdf(np.log1p(P) - np.log1p(COUNTS)))],
}
CONTINUOUS = [
    (name, options, log_density)
    for name, loss in NAMES.items()
    for options, log_density in DENSITIES.get(loss.card.noise, ())
]


def is_affine(values, log_density):
    """Does −log density = k · loss + something of the target alone, for some k > 0?"""
    values, log_density = (x - x.mean(axis=-1, keepdims=True) for x in (values, log_density))
    k = -np.sum(values * log_density) / np.sum(values**2)
    return k > 0 and np.allclose(-log_density, k * values, atol=1e-9)


@pytest.mark.parametrize(("name", "options", "log_density"), CONTINUOUS)
def test_the_density_of_a_number(name, options, log_density):
    counts = name in ("poisson_nll", "gamma_nll", "tweedie", "msle")
    y_true, y_pred = np.broadcast_arrays(COUNTS if counts else T, P)
    values = NAMES[name](y_true, y_pred, reduction="none", **options)
    assert is_affine(values, log_density)


@pytest.mark.parametrize("name", [n for n, loss in NAMES.items() if loss.card.noise == MIDDLE])
def test_squared_in_the_middle_and_straight_in_the_tails(name):
    e = np.array([1e-3, 2e-3, 1e6, 2e6, 3e6])
    small, twice, *far = NAMES[name](0 * e, e, reduction="none")
    assert twice == pytest.approx(4 * small)
    assert np.diff(far, 2) == pytest.approx(0, abs=1e-6) and np.diff(far)[0] > 1e5


def test_the_noise_of_a_column_and_of_a_direction():
    y_true, y_pred = np.random.default_rng(0).normal(size=(2, 50))
    ratio = losses.r2_loss(y_true, y_pred, reduction="none") / losses.mse(
        y_true, y_pred, reduction="none"
    )
    assert ratio == pytest.approx(ratio[0])
    assert losses.r2_loss.card.noise == "Gaussian, equally wide everywhere in a column"
    angles = np.linspace(-3, 3, 9)
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    values = losses.cosine_similarity(rows, np.tile([2.0, 0.0], (9, 1)), reduction="none")
    assert is_affine(values, stats.vonmises.logpdf(angles, 1))
    assert losses.cosine_similarity.card.noise.startswith("von Mises-Fisher")


# --- labels ---------------------------------------------------------------------------------

Z = np.random.default_rng(1).normal(size=(5, 3))  # of three classes
SCORES, CUTS = Z[:, 0], np.array([-0.5, 1.0])
PROBABILITIES = np.linspace(0.1, 0.8, 5)
IDS, BINARY, SIGNS = [np.full(5, i) for i in range(3)], [0.0, 1.0], [-1.0, 1.0]
PIXELS = [np.tile(mask, (5, 1)) for mask in itertools.product((0.0, 1.0), repeat=3)]
OTHER = Z[:, ::-1] ** 2


def likelihood(name):
    """Σ exp(−loss) over all that y_true can be, for five predictions: 1 for a distribution."""
    loss = NAMES[name]
    if name == "info_nce":  # which of the keys is the right one
        values = [loss(Z, np.roll(OTHER, i, axis=0), reduction="none")[0] for i in range(5)]
        return np.sum(np.exp(-np.array(values)))
    targets, predictions, scale = LABELS.get(name, (IDS, (Z,), 1))
    targets = [np.broadcast_to(t, np.shape(t) or (5,)) for t in targets]
    return sum(np.exp(-scale * loss(t, *predictions, reduction="none")) for t in targets)


LABELS = {  # what y_true can be, the predictions, and what the loss was divided by
    **dict.fromkeys(("log_loss", "focal"), (BINARY, (PROBABILITIES,), 1)),
    **dict.fromkeys(("hinge", "squared_hinge", "soft_margin"), (SIGNS, (SCORES,), 1)),
    **dict.fromkeys(("perceptron", "exponential"), (SIGNS, (SCORES,), 1)),
    "margin_ranking": (SIGNS, (SCORES, Z[:, 1]), 1),
    "contrastive": (BINARY, (Z, OTHER), 1),
    "cosine_embedding": (SIGNS, (Z, OTHER), 1),
    "nll": (IDS, (log_softmax(Z),), 1),
    **{n: (IDS, (softmax(Z),), 1) for n in ("kl_divergence", "js_divergence")},
    "ordinal": (IDS, (SCORES, CUTS), 1),
    "multilabel_soft_margin": (PIXELS, (Z,), 3),
    **{n: (PIXELS, (softmax(Z),), 1) for n in ("dice", "tversky")},
}
A_DISTRIBUTION = ("categorical", "Bernoulli", "logistic")
NUMBERS = {
    n
    for n, loss in NAMES.items()
    if loss.card.axis.kind in ("error", "positive", "signed prediction")
}


@pytest.mark.parametrize(
    "name", [n for n in NAMES if NAMES[n].card.noise.startswith(A_DISTRIBUTION)]
)
def test_the_probabilities_of_all_labels_sum_to_1(name):
    np.testing.assert_allclose(likelihood(name), 1)


@pytest.mark.parametrize(
    "name", [n for n in NAMES if NAMES[n].card.noise == "none" and n not in {*NUMBERS, "triplet"}]
)
def test_without_noise_the_labels_have_no_distribution(name):
    assert np.ptp(likelihood(name)) > 1e-3


@pytest.mark.parametrize("name", sorted(n for n in NUMBERS if NAMES[n].card.noise == "none"))
def test_without_noise_far_numbers_are_all_equally_likely(name):
    values = NAMES[name](np.array([1e8, 1e9]), np.ones(2), reduction="none")
    assert values[0] == pytest.approx(values[1])  # so a density has no finite integral


def test_the_noise_of_every_card_is_tried():
    known = {*DENSITIES, MIDDLE, "none", "Gaussian, equally wide everywhere in a column"}
    rest = {n for n in NAMES if NAMES[n].card.noise not in known}
    rest -= {n for n in rest if NAMES[n].card.noise.startswith(A_DISTRIBUTION)}
    assert rest == {"cosine_similarity"}
