"""Every card is held against the numbers of its loss."""

import ast
import dataclasses
import inspect
import textwrap

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from tinynet import Tensor, losses

NAMES = losses.names()
every_loss = pytest.mark.parametrize("loss", NAMES.values(), ids=list(NAMES))


def value(loss, x, axis=None, **options):
    arrays = (axis or loss.card.axis).arrays(np.array([x]))[: len(loss.arrays)]
    return float(loss(*arrays, reduction="sum", **options))


def slope(loss, x):
    x = Tensor(np.array([x]), requires_grad=True)
    return loss(*loss.card.axis.arrays(x), reduction="sum").gradient(x).item()


def line(loss, count=41):
    """Points along the axis, off the kinks at round numbers."""
    low, high = loss.card.axis.low, loss.card.axis.high
    return low + (high - low) * (np.arange(count) + 0.487) / count


@every_loss
def test_no_field_is_empty_and_the_latex_can_be_drawn(loss):
    for field in dataclasses.fields(loss.card):
        assert getattr(loss.card, field.name) != ""
    MathTextParser("agg").parse(f"${loss.card.latex}$")
    assert str(loss.card) in loss.__doc__
    assert set(loss.card.sweep) <= loss.own_options


@every_loss
def test_the_code_of_a_loss_is_at_most_twelve_lines(loss):
    tree = ast.parse(textwrap.dedent(inspect.getsource(loss.values))).body[0]
    body = tree.body[1:]  # after the docstring
    lines = sum(1 + node.end_lineno - node.lineno for node in body)
    assert 1 <= lines <= 12


@every_loss
def test_the_gradient_is_bounded_or_not_and_goes_back_or_not(loss):
    inside = max(abs(slope(loss, x)) for x in line(loss))
    far = [abs(slope(loss, x)) for x in loss.card.axis.far]
    assert (max(far) <= 10 * inside) == loss.card.bounded, (inside, far)
    wrong = max(loss.card.axis.far, key=lambda x: value(loss, x))  # the most wrong of them
    at_zero = abs(slope(loss, wrong)) < 1e-2 * inside
    assert at_zero == loss.card.redescending, (wrong, slope(loss, wrong))


@every_loss
def test_convexity_in_the_prediction_by_midpoints(loss):
    points = line(loss)
    pairs = [(a, b) for i, a in enumerate(points) for b in points[i + 1 :]]
    values = {x: value(loss, x) for x in points}
    excess = [value(loss, (a + b) / 2) - (values[a] + values[b]) / 2 for a, b in pairs]
    assert (max(excess) < 1e-9 * (1 + max(values.values()))) == loss.card.convex, max(excess)


@pytest.mark.parametrize(
    ("loss", "limit"),
    [(loss, limit) for loss in NAMES.values() for limit in loss.card.limits],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_limits_lead_to_the_neighbours(loss, limit):
    neighbour, axis = NAMES[limit.neighbour], loss.card.axis
    ours = [value(loss, x, **limit.options) for x in line(loss)]
    theirs = [value(neighbour, x, axis, **limit.neighbour_options) for x in line(loss)]
    scaled = limit.factor * np.array(theirs)
    np.testing.assert_allclose(ours, scaled, rtol=1e-6, atol=1e-6 * max(abs(scaled)))
