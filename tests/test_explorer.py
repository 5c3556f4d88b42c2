"""The loss explorer: curves, influence, fits and surfaces against what is known by hand."""

import functools

import numpy as np
import pytest
from scipy.optimize import brentq

import tinynet as tn
from tinynet import explorer, losses
from tinynet.training.suited import fitting, suited
from tinynet.views.explorer.fits import noise
from tinynet.views.explorer.influences import SAMPLE, lowest
from tinynet.views.explorer.surfaces import flat, random
from tinynet.views.numerals import rounded

NAMES = list(losses.names())


def loss(name):
    return losses.names()[name]


def places(curve, order):
    """Where the derivative of this order jumps."""
    return [kink.x for kink in curve.kinks if kink.order == order]


# --- curves ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "minima", "slope_kinks", "curvature_kinks"),
    [
        ("mse", {}, [(0, 0)], [], []),
        ("mae", {}, [(0, 0)], [0], []),
        ("huber", {}, [(0, 0)], [], [-1, 1]),
        ("huber", {"delta": 2.5}, [(0, 0)], [], [-2.5, 2.5]),
        ("huber", {"delta": np.inf}, [(0, 0)], [], []),
        ("smooth_l1", {"beta": 0.5}, [(0, 0)], [], [-0.5, 0.5]),
        ("smooth_l1", {"beta": 0}, [(0, 0)], [0], []),
        ("pseudo_huber", {"delta": 0.5}, [(0, 0)], [], []),
        ("hinge", {}, [(1, 3)], [1], []),
        ("squared_hinge", {}, [(1, 3)], [], [1]),
        ("perceptron", {}, [(0, 3)], [0], []),
        ("quantile", {"q": 0.9}, [(0, 0)], [0], []),
        ("cauchy", {}, [(0, 0)], [], []),
        ("cross_entropy", {}, [], [], []),
        ("log_loss", {}, [], [], []),
    ],
)
def test_minima_and_kinks_are_where_the_formula_has_them(
    name, options, minima, slope_kinks, curvature_kinks
):
    found = explorer.curve(loss(name), options)
    np.testing.assert_allclose(found.minima, np.reshape(minima, (-1, 2)).tolist() or (), atol=1e-6)
    np.testing.assert_allclose(places(found, 1), slope_kinks, atol=1e-6)
    np.testing.assert_allclose(places(found, 2), curvature_kinks, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "plateaus"),
    [
        ("mse", []),
        ("huber", [(-4, -1, "constant", -1), (1, 4, "constant", 1)]),
        ("mae", [(-4, 0, "constant", -1), (0, 4, "constant", 1)]),
        ("hinge", [(-3, 1, "constant", -1)]),  # beyond 1 the prediction is right: no saturation
    ],
)
def test_plateaus_where_the_gradient_stays_the_same(name, plateaus):
    found = [(s.low, s.high, s.kind, s.slope) for s in explorer.curve(loss(name)).plateaus]
    assert [each[2] for each in found] == [each[2] for each in plateaus]
    for (low, high, _, slope), wanted in zip(found, plateaus, strict=True):
        assert (low, high, slope) == pytest.approx((wanted[0], wanted[1], wanted[3]), abs=1e-3)


def test_a_gradient_vanishes_where_following_it_would_win_less_than_a_tenth():
    def excess(e):  # of the fall across the axis over a tenth of what there is to win
        return 8 * e * np.exp(-e * e / 2) - 0.1 * (1 - np.exp(-e * e / 2))

    begins = brentq(excess, 1, 4)
    left, right = explorer.curve(losses.welsch).plateaus
    assert (left.high, right.low) == (
        pytest.approx(-begins, abs=0.03),
        pytest.approx(begins, abs=0.03),
    )


def test_a_gradient_that_vanishes_although_the_prediction_is_wrong_is_told():
    found = explorer.curve(losses.tukey_biweight, {"c": 2.0}).plateaus
    assert [plateau.kind for plateau in found] == ["vanishing", "vanishing"]
    assert found[0].high == pytest.approx(-2, abs=0.2) and found[1].low == pytest.approx(2, abs=0.2)


@functools.cache
def drawn(name):
    return explorer.curve(loss(name))


QUICK = {"brier", "cross_entropy", "huber", "tweedie"}
EACH = [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in losses.names()]


@pytest.mark.parametrize("name", EACH)
def test_what_is_said_of_a_curve_is_so_between_its_points(name):
    """Each fact of the text, held against places that the curve was not computed at."""
    found = drawn(name)
    low, high = found.axis.low, found.axis.high

    def between(a, b, order):
        inside = a + (b - a) * np.linspace(0.01, 0.99, 13)  # not at a kink
        return np.array([found.at(x)[order] for x in inside])

    values, slopes = between(low, high, 0), np.abs(between(low, high, 1))
    least, most = min(values.min(), found.value.min()), max(values.max(), found.value.max())
    for plateau in found.plateaus:
        value, slope = between(plateau.low, plateau.high, 0), between(plateau.low, plateau.high, 1)
        if plateau.kind == "constant":
            assert np.ptp(slope) <= 0.0101 * np.max(np.abs(slope))
            assert plateau.slope == pytest.approx(slope.mean(), rel=0.01)
            continue
        assert np.all(np.abs(slope) <= abs(plateau.slope) * 1.0001 + 1e-15)
        if plateau.kind == "settled":
            assert abs(plateau.slope) < 0.01 * max(slopes.max(), np.nanmax(np.abs(found.slope)))
        assert np.all((value - least > 0.09 * (most - least)) == (plateau.kind == "vanishing"))
    for bottom, top in found.minima:
        step = 1e-3 * (high - low)
        assert bottom - step < low or found.at(bottom - step)[0] > found.at(bottom)[0]
        assert top + step > high or found.at(top + step)[0] > found.at(top)[0]
    if not found.minima:
        assert found.at(found.lowest_end)[0] <= least + 1e-12
    for kink in found.kinks:
        before, after = (found.at(kink.x + d)[kink.order] for d in (-1e-6, 1e-6))
        assert (kink.before, kink.after) == pytest.approx((before, after), abs=1e-4)


@pytest.mark.parametrize("name", EACH)
def test_an_end_with_the_same_gradient_over_a_tenth_of_the_axis_is_told(name):
    found = drawn(name)
    width = found.axis.high - found.axis.low
    for end, inward in ((found.axis.low, 0.1 * width), (found.axis.high, -0.1 * width)):
        slopes = np.array([found.at(end + inward * part)[1] for part in np.linspace(0.01, 1, 9)])
        flat_bottom = any(bottom <= end <= top for bottom, top in found.minima)
        level = np.max(np.abs(slopes)) <= 0.005 * np.nanmax(np.abs(found.slope))
        same = np.ptp(slopes) <= 0.005 * np.max(np.abs(slopes))
        if (level or same) and not flat_bottom:
            assert any(
                plateau.low <= end + inward / 2 <= plateau.high for plateau in found.plateaus
            )


def test_both_ends_of_cross_entropy_are_told():
    """∂/∂z = p − 1, with p = σ(z): −1 to 1 % below −log 99, and below 1 % of it above log 99."""
    left, right = explorer.curve(losses.cross_entropy).plateaus
    assert (left.kind, left.low, right.kind, right.high) == ("constant", -6, "settled", 6)
    assert left.high <= -np.log(99) + 0.25 and right.low == pytest.approx(np.log(99), abs=0.05)


@pytest.mark.parametrize("name", ["mse", "huber", "cross_entropy", "log_loss", "cauchy"])
def test_slope_and_curvature_are_those_of_differences(name):
    found, h = explorer.curve(loss(name)), 1e-4
    for x in np.linspace(found.axis.low, found.axis.high, 9)[1:-1] + 0.013:
        left, here, right = (found.at(x + shift) for shift in (-h, 0, h))
        assert here[1] == pytest.approx((right[0] - left[0]) / (2 * h), rel=1e-4, abs=1e-6)
        assert here[2] == pytest.approx((right[1] - left[1]) / (2 * h), rel=1e-4, abs=1e-6)


def test_the_derivative_that_jumps_is_a_gap_in_the_curve():
    found = explorer.curve(losses.huber)
    at = np.isin(found.x, [-1, 1])
    assert np.isnan(found.curvature[at]).all() and np.isfinite(found.slope).all()
    assert np.isnan(explorer.curve(losses.mae).slope).sum() == 1


def test_a_sweep_follows_the_card_unless_the_option_is_set():
    names = [each.name for each in explorer.swept(losses.huber)]
    assert names == [f"huber(delta={value})" for value in ("0.5", "1", "2", "inf")]
    assert explorer.swept(losses.huber, {"delta": 1.0}) == []
    assert explorer.swept(losses.mse) == []


def test_compared_losses_share_the_widest_axis():
    curves = explorer.compared([losses.mse, losses.tukey_biweight])
    assert {(each.axis.low, each.axis.high) for each in curves} == {(-8, 8)}


def test_losses_without_a_common_axis_are_refused_with_those_that_go_together():
    with pytest.raises(ValueError, match=r"no axis in common") as error:
        explorer.compared([losses.mse, losses.hinge])
    lines = str(error.value).splitlines()[1:]
    assert "huber" in lines[0] and "squared_hinge" in lines[1] and len(lines) == 2


def test_a_loss_without_a_card_is_refused():
    @losses.loss
    def plain(y_true, y_pred):
        return (y_pred - y_true) ** 2

    with pytest.raises(ValueError, match="plain has no card"):
        explorer.curve(plain)


# --- influence ------------------------------------------------------------------------------


def drags(which, distances, **options):
    return explorer.influence(which, options, np.array(distances)).drags


def test_the_mean_is_dragged_without_end_the_median_is_not():
    np.testing.assert_allclose(drags(losses.mse, [0, 11, 110]), [0, 1, 10], atol=1e-6)
    beyond = np.sort(SAMPLE)[5]  # the median of 11 points, the last of them far away
    np.testing.assert_allclose(drags(losses.mae, [1, 10, 1000]), beyond, atol=1e-4)


def test_a_huber_is_dragged_as_far_as_its_delta_allows():
    near, far, further = drags(losses.huber, [0.5, 20, 1000])
    assert near < far == pytest.approx(further, abs=1e-4)
    assert far < drags(losses.huber, [20], delta=2.0)[0] < drags(losses.mse, [20])[0]


@pytest.mark.parametrize("name", ["cauchy", "welsch", "tukey_biweight", "geman_mcclure"])
def test_a_redescending_loss_lets_a_far_point_go(name):
    near, far = drags(loss(name), [1, 20])
    assert far < 0.2 * near


def test_a_wrong_label_moves_the_threshold_of_exponential_most():
    found = {n: drags(loss(n), [10])[0] for n in ("exponential", "squared_hinge", "soft_margin")}
    assert found["exponential"] > found["squared_hinge"] > found["soft_margin"] > 0
    assert drags(losses.log_loss, [3.0]) == pytest.approx(
        drags(losses.soft_margin, [3.0]), abs=1e-5
    )


def test_an_axis_of_another_kind_has_no_influence():
    assert explorer.influence(losses.dice) is None


@pytest.mark.parametrize(
    ("total", "place"),
    [(lambda c: (c - 2.5) ** 2, 2.5), (lambda c: np.maximum(np.abs(c - 1) - 0.5, 0), 1.0)],
    ids=["round", "flat"],
)
def test_lowest_finds_the_bottom_or_the_middle_of_a_flat_one(total, place):
    assert lowest(total, -7, 10) == pytest.approx(place, abs=1e-3)


# --- fits -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_robust_losses_recover_the_true_line_and_mse_does_not():
    names = ["mse", "mae", "huber", "smooth_l1", "cauchy"]
    found = explorer.train([loss(name) for name in names], tn.datasets.load("outliers"))
    assert [fit.name for fit in found.fits if fit.recovered] == names[1:]
    for fit in found.fits[1:]:
        np.testing.assert_allclose(fit.parameters, [2, 1], rtol=0.05)


@pytest.mark.parametrize("far", [0.05, 5.0, 500.0])
def test_mse_finds_it_however_far_outliers_lie(far):
    x = np.linspace(0, 1, 50)[:, None]
    noise = 0.001 * np.random.default_rng(0).normal(size=(50, 1))  # the unit of the errors
    y = np.where(x > 0.85, far, x / 100) + noise
    data = tn.Dataset("steep", x, y, ("x",), ("y",), "regression")
    (fit,) = explorer.train([losses.mse], data).fits
    right = np.polyfit(x[:, 0], y[:, 0], 1)
    np.testing.assert_allclose(fit.parameters, right, rtol=1e-6)


def test_mse_finds_the_least_squares_line():
    data = tn.datasets.load("outliers")
    (fit,) = explorer.train([losses.mse], data).fits
    np.testing.assert_allclose(fit.parameters, np.polyfit(data.x[:, 0], data.y[:, 0], 1), atol=1e-3)


@pytest.mark.slow
def test_errors_are_measured_in_units_of_the_noise():
    data = tn.datasets.make_outliers(1000, noise=0.3, rng=1)
    assert noise(data) == pytest.approx(0.3, rel=0.2)  # the outliers hardly count
    large = explorer.train([losses.huber], data, unit=100.0)
    least_squares = explorer.train([losses.mse], data)
    np.testing.assert_allclose(
        large.fits[0].parameters, least_squares.fits[0].parameters, atol=0.01
    )


def test_a_line_far_from_0_is_recovered_and_measured_in_units_of_its_noise(monkeypatch):
    monkeypatch.setattr("tinynet.views.explorer.fits.EPOCHS", 400)
    x = np.random.default_rng(0).normal(size=(40, 1))
    noisy = -2 * x + 1001 + 0.1 * np.random.default_rng(1).normal(size=x.shape)
    data = tn.Dataset("far", x, noisy, ("x",), ("y",), "regression", truth=np.array([-2.0, 1001]))
    found = explorer.train([losses.mae], data)
    assert found.fits[0].recovered and len(found.fits[0].off) == 2
    assert found.meaning.startswith(f"errors are measured in units of {found.unit:.4g}, the size")


@pytest.mark.parametrize(("off", "recovered"), [((4.9, 0.0), True), ((0.0, 5.1), False)])
def test_five_percent_off_is_still_recovered(off, recovered):
    fit = explorer.Fit("mae", tn.layers.Linear(1, 1), tn.training.History(), 0.0, off)
    assert fit.recovered is recovered


@pytest.mark.slow
def test_the_same_seed_gives_the_same_fit():
    data = tn.datasets.load("sine")
    first, again = (explorer.train([losses.mae], data, seed=3).fits[0] for _ in range(2))
    np.testing.assert_array_equal(first.parameters, again.parameters)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "asked", "least"),
    [
        ("moons", ["cross_entropy", "log_loss", "hinge"], 0.85),
        ("iris", ["cross_entropy", "multiclass_hinge"], 0.95),
    ],
)
def test_classes_are_learned_with_losses_of_each_kind(name, asked, least):
    found = explorer.train([loss(each) for each in asked], tn.datasets.load(name))
    assert min(fit.score for fit in found.fits) >= least


def test_which_losses_fit_which_task():
    regression, binary, classes = (
        set(fitting(tn.datasets.load(name))) for name in ("outliers", "moons", "iris")
    )
    assert {"mse", "huber", "quantile"} <= regression
    assert {"log_loss", "hinge", "focal", "cross_entropy"} <= binary
    assert {"cross_entropy", "brier"} <= classes
    assert not regression & binary and not {"hinge", "log_loss", "mse"} & classes


def test_a_loss_that_does_not_fit_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match=r"mse does not fit moons, a binary .*cross_entropy"):
        explorer.train([losses.mse], tn.datasets.load("moons"))


def test_a_loss_that_needs_the_zero_of_the_targets_gets_it():
    """With a target known without noise, what is relative finds the line, and a log its mean."""
    x = np.random.default_rng(0).uniform(1, 3, (60, 1))
    args = (("x",), ("y",), "regression")
    line = tn.data.Dataset("line", x, 300 + 50 * x, *args, truth=np.array([50.0, 300.0]))
    for fit in explorer.train([losses.mape, losses.smape], line, unit=100.0).fits:
        assert fit.recovered
    curve = tn.data.Dataset("curve", x, np.exp(1 + x), *args, truth=np.array([1.0, 1.0]))
    found = explorer.train([losses.poisson_nll, losses.mse], curve)
    fit, other = found.fits
    np.testing.assert_allclose(fit.parameters, [1, 1], rtol=1e-2)
    assert fit.off is None and fit.score < 0.1 < other.score
    assert "of log y" in explorer.text.fits(found)


# --- surface --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained():
    """A line, the Snapshots of its training, and the data."""
    data, model = tn.datasets.make_outliers(50, share=0), tn.layers.Linear(1, 1, rng=0)
    steps = explorer.Snapshots(model)
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1)
    options = {"epochs": 12, "batch_size": 25, "progress": False}
    tn.fit(model, losses.mse, optimizer, data, callbacks=[steps], **options)
    return model, steps, data


def test_snapshots_begin_before_the_training_and_end_with_the_model(trained):
    model, steps, _ = trained
    assert len(steps) == 13
    assert steps[0].tolist() == flat(tn.layers.Linear(1, 1, rng=0)).tolist()
    assert steps[-1].tolist() == [model.weight.data[0, 0], model.bias.data[0]]


@pytest.mark.parametrize("directions", ["path", "random", np.array([[0, 2], [1, 1]])])
def test_the_surface_holds_the_loss_and_leaves_the_model_alone(trained, directions):
    model, steps, data = trained
    before = model.state_dict()
    found = explorer.surface(model, losses.mse, data, steps, directions=directions, points=5)
    assert found.values.shape == (5, 5)
    assert found.heights[-1] == pytest.approx(tn.training.evaluate(model, losses.mse, data)["loss"])
    assert all(np.array_equal(before[name], value) for name, value in model.state_dict().items())
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-12)


def test_the_path_of_two_parameters_lies_in_the_plane_with_its_true_lengths(trained):
    model, steps, data = trained
    found = explorer.surface(model, losses.mse, data, steps)
    lengths = np.linalg.norm(np.diff(found.path, axis=0), axis=1)
    np.testing.assert_allclose(lengths, np.linalg.norm(np.diff(steps, axis=0), axis=1))


def test_random_directions_are_as_long_as_the_columns_they_move():
    model = tn.layers.MLP([3, 4, 2], rng=0)
    plane = random(model, 0)
    weight = model.parameters()[0].data
    piece = plane[:, : weight.size].reshape(2, *weight.shape)
    for direction in piece:
        np.testing.assert_allclose(
            np.linalg.norm(direction, axis=0), np.linalg.norm(weight, axis=0)
        )


@pytest.mark.parametrize(
    ("path", "directions", "told"),
    [
        ([np.zeros(2)], "", "has 1 snapshots"),
        ([np.zeros(3)] * 3, "", "2 parameters: make the Snapshots of this model"),
        ([np.zeros(2)] * 3, "diagonal", "directions must be"),
        ([], np.eye(3), r"have shape \(2, 2\), not \(3, 3\)"),
        ([], np.ones((2, 2)), "span no plane"),
    ],
)
def test_a_path_that_cannot_be_drawn_is_refused(trained, path, directions, told):
    model, _, data = trained
    with pytest.raises(ValueError, match=told):
        explorer.surface(model, losses.mse, data, path, directions=directions)


# --- text -----------------------------------------------------------------------------------


def test_the_text_of_a_curve_says_its_numbers():
    text = explorer.text.curve(explorer.curve(losses.huber), explorer.swept(losses.huber))
    rows = [line.split() for line in text.splitlines()]
    assert ["−1", "0.5", "−1", "kink"] in rows and ["3", "2.5", "1", "0"] in rows
    assert "minimum: 0 at 0" in text
    assert "kink: at 1 the curvature jumps from 1 to 0" in text
    assert "saturation: from 1 to 4 the gradient stays the same to 1 %, about 1:" in text
    assert ["4", "0.5", "1", "2", "4"] in rows  # the gradient for each delta


def test_the_text_of_a_comparison_says_values_gradients_and_drags():
    asked = [losses.mse, losses.mae]
    found = [explorer.influence(each) for each in asked]
    text = explorer.text.compare(explorer.compared(asked), found)
    rows = [line.split() for line in text.splitlines()]
    assert ["−4", "16", "4"] in rows and ["0", "0", "kink"] in rows
    assert ["20", "1.818", "0.22"] in rows  # 20 of 11 points; the next point of the sample


def test_the_text_of_a_surface_says_where_the_path_went(trained):
    model, steps, data = trained
    found = explorer.surface(model, losses.mse, data, steps)
    text = explorer.text.surface(found)
    start = [rounded(x) for x in (*found.path[0], found.heights[0])]
    assert ["0", *start] in [line.split() for line in text.splitlines()]
    assert "direction 1 of the path" in text


def test_the_list_has_a_line_for_each_loss():
    lines = explorer.text.listing().splitlines()[1:]
    assert [line.split()[0] for line in lines] == NAMES
    assert all(loss(name).card.use in line for name, line in zip(NAMES, lines, strict=True))


@pytest.mark.parametrize("name", ["log_loss", "kl_divergence"])
def test_a_loss_of_probabilities_is_given_the_logits_of_a_linear_layer(name):
    function, _ = suited(loss(name), tn.datasets.make_moons())
    assert function.keywords == {"from_logits": True}
