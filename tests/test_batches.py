"""Batches: groups of them are one large batch, and those of a function are those of arrays."""

import functools
import itertools

import numpy as np
import pytest

from tinynet import Dataset, fit, losses, metrics
from tinynet.layers import MLP, Linear, Module, Sequential, Tanh
from tinynet.optimizers import SGD, Adam
from tinynet.training import EarlyStopping, NonFiniteLoss, evaluate
from tinynet.training.suited import fitting, outputs, suited

RNG = np.random.default_rng(0)
X = RNG.normal(size=(45, 3))
IDS = RNG.integers(0, 3, 45)
NUMBERS = RNG.normal(size=(45, 1))
WEIGHTS = np.where(np.arange(45) < 12, 0, RNG.uniform(0, 3, 45))
total = functools.partial(losses.cross_entropy, reduction="sum")
weighted = functools.partial(losses.cross_entropy, class_weight=[1, 10, 3], ignore_index=1)


def trained(data=(X, IDS), loss=losses.cross_entropy, optimizer=Adam, dtype=float, **options):
    """The history and the weights of a short run."""
    model = MLP([3, 5, 3], rng=0, dtype=dtype)
    options = {"epochs": 2, "progress": False} | options
    history = fit(model, loss, optimizer(model.parameters(), lr=0.01), data, **options)
    return history, np.concatenate([p.data.ravel() for p in model.parameters()])


class Still(SGD):
    """Leaves the parameters as they are."""

    def update(self, w, g):
        pass


# --- groups ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size, count", [(8, 4), (8, 2), (1, 7), (45, 3), (20, 2), (11, 100)])
@pytest.mark.parametrize("optimizer", [SGD, Adam])
@pytest.mark.parametrize(
    "options",
    [{}, {"loss": total}, {"loss": weighted}, {"sample_weight": WEIGHTS}]
    + [{"loss": weighted, "sample_weight": WEIGHTS}, {"clip_norm": 0.1}],
    ids=["mean", "sum", "class_weight", "sample_weight", "both", "clipped"],
)
def test_a_group_of_batches_is_one_large_batch(size, count, optimizer, options):
    history, weights = trained(batch_size=size, accumulate=count, optimizer=optimizer, **options)
    large, expected = trained(batch_size=size * count, optimizer=optimizer, **options)
    assert weights == pytest.approx(expected, abs=1e-12)
    assert history["loss"] == pytest.approx(large["loss"], rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, float])
def test_replayed_or_not_a_group_has_the_same_bits(dtype):
    runs = [
        trained(batch_size=4, accumulate=3, replay=replay, dtype=dtype) for replay in (True, False)
    ]
    assert runs[0][1].tobytes() == runs[1][1].tobytes() and runs[0][0] == runs[1][0]
    assert runs[0][1].dtype == dtype


def test_a_parameter_that_no_batch_of_the_group_reaches_is_left_alone():
    class Either(Module):
        """Uses its second line only where a row is positive."""

        def __init__(self):
            self.first, self.second = Linear(3, 1, rng=0), Linear(3, 1, rng=1)

        def forward(self, x):
            return self.first(x) + (self.second(x) if np.any(x > 0) else 0)

    for x, moves in ((-np.abs(X), False), (X, True)):
        model = Either()
        before = model.second.weight.data.copy()
        optimizer = Adam(model.parameters(), weight_decay=0.1)
        options = {"batch_size": 4, "accumulate": 3, "epochs": 1, "progress": False}
        fit(model, losses.mse, optimizer, (x, NUMBERS), **options)
        assert np.any(model.second.weight.data != before) == moves


def test_a_group_counts_as_one_batch_for_callbacks_and_errors():
    def broken(y_true, y_pred):
        calls.append(1)
        value = losses.mse(y_true, y_pred)
        return value * np.nan if len(calls) == 8 else value

    calls, model = [], Linear(3, 1, rng=0)
    options = {"batch_size": 5, "accumulate": 3, "epochs": 1, "progress": False}
    with pytest.raises(NonFiniteLoss, match="epoch 1, batch 3;"):
        fit(model, broken, SGD(model.parameters(), lr=0.1), (X, NUMBERS), **options)
    with pytest.raises(TypeError, match="not a Tensor"):
        fit(model, lambda t, p: 1.0, SGD(model.parameters(), lr=0.1), (X, NUMBERS), **options)


def some_data(task):
    rng, classes = np.random.default_rng(0), {"binary": "ab", "multiclass": "abc"}.get(task, "")
    y = np.arange(24) % len(classes) if classes else rng.uniform(0.5, 3.5, size=(24, 2))
    return Dataset("d", rng.normal(size=(24, 3)), y, target_names=tuple(classes), task=task)


BY_ROWS = [
    (name, task)
    for task in ("regression", "binary", "multiclass")
    for name in fitting(some_data(task))
    if name != "r2_loss"  # which compares rows with each other
]


@pytest.mark.parametrize(("name", "task"), BY_ROWS)
def test_batches_and_groups_of_any_loss_make_the_loss_and_the_gradient_of_all_rows(name, task):
    rng = np.random.default_rng(0)
    data = some_data(task)
    loss, encode = suited(losses.names()[name], data)
    x, y = data.x, encode(data.y)
    model = MLP([3, 4, outputs(y, data)], Tanh, rng=0)
    weights, keep = rng.integers(0, 3, size=24) * 0.7, rng.random(24) < 0.7
    for options in ({}, {"sample_weight": weights}, {"sample_weight": weights, "where": keep}):
        optimizer = Still(model.parameters())
        expected = loss(y, model(x), **options)
        gradients = expected.gradient(*model.parameters())
        options |= {"epochs": 1, "batch_size": 5, "progress": False}
        for accumulate in (2, 99):
            history = fit(model, loss, optimizer, (x, y), accumulate=accumulate, **options)
            assert history["loss"] == [pytest.approx(float(expected))]
        of_all = np.concatenate([np.ravel(gradient) for gradient in gradients])
        assert optimizer.gradient == pytest.approx(of_all, abs=1e-12)


# --- from a function ------------------------------------------------------------------------


def of(*arrays, sizes=(20, 25)):
    """A function that gives the rows of arrays, some at a time."""
    ends = list(itertools.accumulate(sizes, initial=0))

    def batches():
        for start, end in itertools.pairwise(ends):
            yield tuple(array[start:end] for array in arrays)

    return batches


class Again:
    """Can be gone through again and again, as a DataLoader can."""

    def __init__(self, function):
        self.function = function

    def __iter__(self):
        return self.function()


def same(run, other, tolerance=1e-12):
    assert run[1] == pytest.approx(other[1], abs=tolerance)
    assert {k: pytest.approx(v, rel=1e-9) for k, v in run[0].items()} == dict(other[0])


@pytest.mark.parametrize(
    "form",
    [lambda f: f, Again, lambda f: list(f()), lambda f: lambda: list(f()), lambda f: lambda: f()],
    ids=["generator function", "iterable", "list", "function of a list", "lambda"],
)
def test_batches_of_a_function_are_those_of_arrays(form):
    whole = of(X, IDS, sizes=(45,))
    options = {"metrics": [metrics.accuracy], "class_weight": {1: 3.0}}
    expected = trained(batch_size=45, validation=(X[:30], IDS[:30]), **options)
    new = form(of(X[:30], IDS[:30], sizes=(10, 20)))
    same(trained(form(whole), validation=new, **options), expected)


@pytest.mark.parametrize("loss", [losses.cross_entropy, total, weighted])
@pytest.mark.parametrize("rows", [(X, IDS), (X, IDS, WEIGHTS)], ids=["plain", "weighted"])
def test_batches_of_a_function_in_groups_are_one_large_batch(loss, rows):
    weights = dict(zip(["sample_weight"], rows[2:], strict=False))
    expected = trained(batch_size=45, loss=loss, **weights)
    same(trained(of(*rows, sizes=(7, 8, 30)), loss, accumulate=3), expected)


def test_a_batch_of_a_function_may_lack_a_class_that_has_a_weight():
    order, weights = np.argsort(IDS, kind="stable"), {1: 2.0, 2: 5.0}
    expected = trained(class_weight=weights, batch_size=45)
    batches = of(X[order], IDS[order], sizes=(10, 35))
    same(trained(batches, class_weight=weights, accumulate=2), expected)


def test_the_loss_of_an_epoch_is_that_of_all_rows_and_each_epoch_gets_new_batches():
    def batches():
        calls.append(1)
        return of(X, NUMBERS, sizes=(5, 40))()

    calls, model = [], Sequential(Linear(3, 1, rng=0, dtype=float))
    expected = float(losses.mse(NUMBERS, model(X)))
    optimizer = SGD(model.parameters(), lr=1e-300)
    history = fit(model, losses.mse, optimizer, batches, epochs=3, progress=False)
    assert history["loss"] == [pytest.approx(expected)] * 3 and len(calls) == 3
    assert evaluate(model, losses.mse, batches) == {"loss": pytest.approx(expected)}
    one = evaluate(model, losses.mse, [(X, NUMBERS)], [metrics.rmse])
    assert one["rmse"] == pytest.approx(expected**0.5)


def test_a_loss_on_batches_follows_their_sample_weights():
    model = MLP([3, 5, 3], rng=0, dtype=float)
    expected = float(losses.cross_entropy(IDS, model(X), sample_weight=WEIGHTS))
    found = evaluate(model, losses.cross_entropy, of(X, IDS, WEIGHTS), [metrics.accuracy])
    assert found["loss"] == pytest.approx(expected)
    assert found["accuracy"] == metrics.accuracy(IDS, model(X))
    history, _ = trained(of(X, IDS), validation=of(X, IDS, WEIGHTS), epochs=1, optimizer=Still)
    assert history["val_loss"] == pytest.approx([expected])
    mixed = [(X, IDS, WEIGHTS), (X, IDS)]
    with pytest.raises(ValueError, match="sample weights with all of its batches, or none"):
        evaluate(model, losses.cross_entropy, mixed)


def test_early_stopping_goes_with_batches_of_a_function():
    history, _ = trained(of(X, IDS), validation=of(X, IDS), callbacks=[EarlyStopping(2)], epochs=5)
    assert history.best_epoch is not None and len(history["val_loss"]) == history.epochs


# --- mistakes -------------------------------------------------------------------------------

BATCHES, USED_UP = of(X, IDS), of(X, IDS)()


def wrong(*batches):
    return lambda: iter(batches)


@pytest.mark.parametrize(
    "data, options, text",
    [
        (BATCHES(), {}, r"train is a generator, .* only once.*train=batches and not .*batches\(\)"),
        (zip(X, IDS, strict=True), {}, "train is a generator"),
        (lambda: USED_UP, {}, "train: it gave no batches any more: does each call make a new"),
        (BATCHES, {"validation": BATCHES()}, "validation is a generator"),
        (BATCHES, {"validation": wrong()}, "validation: it gave no batches$"),
        (wrong(), {}, "train: it gave no batches$"),
        (lambda: None, {}, r"<lambda>\(\) returned None, not the batches of an epoch: yield"),
        (lambda n: None, {}, r"<lambda> is called without arguments, .* missing .* 'n': give"),
        (MLP([3, 3]), {}, r"train: MLP is called without arguments.*missing.*give train=\(x, y\)"),
        (5, {}, "train must be a Dataset or a pair"),
        (wrong(X), {}, "train, batch 1 must be a Dataset or a pair"),
        (wrong((X, IDS), (X, IDS[:3])), {}, "train, batch 2: x has 45 rows but y has 3"),
        (wrong((X * np.inf, IDS)), {}, "train, batch 1: x holds NaN or inf"),
        (wrong((X, IDS, 0 * WEIGHTS)), {}, "no row counts, since all sample weights are 0"),
        (wrong((X, IDS, -WEIGHTS)), {}, "sample_weight must be finite and at least 0"),
        (BATCHES, {"batch_size": 8}, "batch_size= is for rows in memory.* leave it out"),
        (BATCHES, {"sample_weight": WEIGHTS}, r"each batch be \(x, y, sample_weight\)"),
        (BATCHES, {"where": WEIGHTS > 0}, "leave out what does not count where the batches"),
        (BATCHES, {"class_weight": "balanced"}, "counts the classes of all rows.*a dict"),
        (BATCHES, {"record": True}, "Recorder looks at rows of train.*as arrays"),
        ((X, IDS), {}, "batch_size is missing.*batch_size=32"),
        ((X, IDS), {"batch_size": 8, "accumulate": 0}, "accumulate must be a whole number"),
        ({"x": X}, {"batch_size": 8}, "train must be a Dataset or a pair"),
        ([(X, IDS), X], {"batch_size": 8}, "x must be one array"),
    ],
)
def test_a_mistake_is_named(data, options, text):
    with pytest.raises((TypeError, ValueError), match=text):
        trained(data, **options)


def test_a_loss_of_ones_own_without_weights_is_told_how_to_take_them():
    def own(y_true, y_pred):
        return losses.cross_entropy(y_true, y_pred)

    for data, options in ((of(X, IDS), {"class_weight": {1: 2}}), (of(X, IDS, WEIGHTS + 1), {})):
        with pytest.raises(TypeError, match=r"own takes no sample_weight=.* write it as own"):
            trained(data, own, **options)
        with pytest.raises(TypeError, match="own takes no sample_weight="):
            trained(data, own, accumulate=2, **options)


def test_a_dataset_may_be_a_batch():
    data = Dataset("d", X, IDS)
    same(trained([(X, IDS)]), trained(lambda: [data]))
