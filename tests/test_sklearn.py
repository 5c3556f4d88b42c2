"""scikit-learn's face: its own checks, and what pipelines and searches need."""

import functools
import subprocess
import sys
import warnings

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import tinynet as tn
from tests.benchmarks.scikit_learn import compared
from tinynet.sklearn import MLPClassifier, MLPRegressor
from tinynet.training.suited import fitting

MOONS, IRIS = tn.datasets.load("moons"), tn.datasets.load("iris")
WORDS = np.array(["setosa", "versicolor", "virginica"])[IRIS.y]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3))
Y = np.column_stack([100 + 30 * X[:, 0], X[:, 1] - X[:, 2]])  # of very different size
COUNTS = RNG.poisson(np.exp(1 + 0.5 * X[:, 0]))
QUICK = {"hidden": (16, 16), "lr": 0.01, "weight_decay": 0, "epochs": 8, "random_state": 0}
quick_classifier = functools.partial(MLPClassifier, **QUICK)
quick_regressor = functools.partial(MLPRegressor, **QUICK)


def weights_of(model):
    return np.concatenate([p.data.ravel() for p in model.model_.parameters()])


@parametrize_with_checks(
    [MLPClassifier(16, lr=0.02, epochs=8), MLPRegressor(16, lr=0.02, epochs=8)]
)
def test_passes_every_check_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([MLPClassifier(), MLPRegressor(), MLPRegressor(standardize=False)])
def test_passes_every_check_with_its_defaults(estimator, check):
    check(estimator)


# --- losses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", fitting(IRIS))
def test_every_loss_of_several_classes_tells_the_irises_apart(name):
    model = quick_classifier(loss=name, epochs=20).fit(IRIS.x, WORDS)
    assert model.score(IRIS.x, WORDS) > 0.9
    assert model.decision_function(IRIS.x).shape == (150, 3)
    if name == "multiclass_hinge":
        assert not hasattr(model, "predict_proba")
    else:
        p = model.predict_proba(IRIS.x)
        np.testing.assert_allclose(p.sum(axis=1), 1)
        assert (model.classes_[p.argmax(axis=1)] == model.predict(IRIS.x)).all()
        np.testing.assert_allclose(np.exp(model.predict_log_proba(IRIS.x)), p)


@pytest.mark.parametrize("name", fitting(MOONS))
def test_every_loss_of_two_classes_tells_the_moons_apart(name):
    y = np.where(MOONS.y == 1, "yes", "no")
    model = quick_classifier(loss=name).fit(MOONS.x, y)
    assert model.score(MOONS.x, y) > 0.8
    scores = model.decision_function(MOONS.x)
    assert ((scores > 0) == (model.predict(MOONS.x) == "yes")).all()
    assert hasattr(model, "predict_proba") == (
        name not in ("hinge", "perceptron", "multiclass_hinge")
    )
    if hasattr(model, "predict_proba"):
        p = model.predict_proba(MOONS.x)
        assert ((p[:, 1] > 0.5) == (scores > 0)).all() and (p >= 0).all()


@pytest.mark.parametrize("name", ["log_loss", "soft_margin", "exponential", "squared_hinge"])
def test_probabilities_are_those_of_the_labels(name):
    """Where x says nothing, the probability is the frequency: of no x, 30 % are a yes."""
    y = np.arange(200) % 10 < 3
    model = MLPClassifier((), loss=name, epochs=200, batch_size=None, lr=0.05, random_state=0)
    p = model.fit(np.zeros((200, 1)), y).predict_proba([[0.0]])
    np.testing.assert_allclose(p, [[0.7, 0.3]], atol=0.01)


def test_the_reason_why_there_are_no_probabilities():
    with pytest.raises(AttributeError, match="predict_proba") as caught:
        _ = MLPClassifier(loss="hinge").predict_proba
    assert "with the loss hinge the scores are no probabilities" in str(caught.value.__cause__)


@pytest.mark.parametrize("name", fitting(tn.Dataset("c", X, COUNTS + 1.0, task="regression")))
def test_every_loss_of_numbers_predicts_better_than_nothing(name):
    y = COUNTS + 1.0
    model = quick_regressor(loss=name, epochs=20).fit(X, y)
    assert model.predict(X).shape == (120,)
    assert np.corrcoef(model.predict(X), y)[0, 1] > 0.5
    assert 0.5 < np.mean(model.predict(X)) / np.mean(y) < 1.5  # in the units of y


def test_a_loss_may_be_a_function_with_options_or_your_own():
    as_dict = quick_regressor(loss="huber", loss_options={"delta": 0.1})
    as_partial = quick_regressor(loss=functools.partial(tn.losses.huber, delta=0.1))

    def own(y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)

    fits = [model.fit(X, Y[:, 0]).predict(X) for model in (as_dict, as_partial)]
    assert np.array_equal(*fits)
    same = [quick_regressor(loss=loss).fit(X, Y[:, 0]).predict(X) for loss in (own, "mse")]
    np.testing.assert_allclose(*same)
    with pytest.raises(ValueError, match="own wants classes"):
        quick_classifier(loss=own).fit(X, WORDS[:120])


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLPClassifier(loss="mse"), "it is for numbers. Those that do: cross_entropy"),
        (MLPRegressor(loss="hinge"), "the loss hinge does not fit the data, a regression task"),
        (MLPClassifier(loss="cros_entropy"), "did you mean 'cross_entropy'"),
        (MLPClassifier(optimizer="adan"), "did you mean 'adam'"),
        (MLPClassifier(activation="rellu"), "did you mean 'relu'"),
        (MLPClassifier(lr=0), "lr, the learning rate, must be above 0"),
        (MLPClassifier(epochs=0), "epochs must be a whole number of at least 1"),
    ],
)
def test_what_cannot_be_is_one_sentence(model, message):
    with pytest.raises(ValueError, match=message):
        model.fit(MOONS.x, MOONS.y)


# --- scale ----------------------------------------------------------------------------------


@pytest.mark.parametrize("standardize", [True, False])
def test_a_scaler_in_front_changes_nothing(standardize):
    x, y = 1e3 + 50 * X, Y[:, 0]
    plain = quick_regressor().fit(x, y).predict(x)
    piped = make_pipeline(StandardScaler(), quick_regressor(standardize=standardize))
    assert np.allclose(piped.fit(x, y).predict(x), plain) == standardize


def test_unscaled_means_as_they_are():
    """The same as `tn.fit` on the very numbers."""
    model = quick_regressor(standardize=False).fit(X, COUNTS)
    rng = np.random.default_rng(np.random.RandomState(0).randint(2**31))
    bare = tn.layers.MLP([3, 16, 16, 1], rng=rng)
    adam = tn.optimizers.Adam(bare.parameters(), 0.01)
    pair = X, COUNTS[:, None].astype(float)
    history = tn.fit(
        bare, tn.losses.mse, adam, pair, epochs=8, batch_size=32, rng=rng, progress=False
    )
    assert model.loss_curve_ == history["loss"]
    assert np.array_equal(model.predict(X), tn.training.predict(bare, X)[:, 0])


def test_several_targets_each_in_its_units():
    model = quick_regressor(epochs=60).fit(X, Y)
    assert model.predict(X).shape == (120, 2)
    residuals = (Y - model.predict(X)).std(axis=0)
    assert (residuals < 0.2 * Y.std(axis=0)).all()
    poisson = quick_regressor(loss="poisson_nll", epochs=20).fit(
        X, np.column_stack([COUNTS, 100 * COUNTS])
    )
    np.testing.assert_allclose(
        poisson.predict(X).mean(axis=0), [COUNTS.mean(), 100 * COUNTS.mean()], rtol=0.2
    )


# --- weights --------------------------------------------------------------------------------


def test_balanced_classes_count_the_same():
    rows = np.r_[0:50, 50:60]  # 50 setosa, 10 versicolor
    x, y = IRIS.x[rows], WORDS[rows]
    counts = np.where(y == "setosa", 60 / (2 * 50), 60 / (2 * 10))
    by_hand = quick_classifier().fit(x, y, sample_weight=counts)
    balanced = quick_classifier(class_weight="balanced").fit(x, y)
    np.testing.assert_allclose(weights_of(balanced), weights_of(by_hand))
    assert not np.allclose(weights_of(balanced), weights_of(quick_classifier().fit(x, y)))
    with pytest.raises(ValueError, match="needs all rows at once"):
        balanced.partial_fit(x, y)


@pytest.mark.parametrize("loss", ["mse", "huber", "poisson_nll", "mape"])
def test_a_row_of_weight_3_is_three_rows(loss):
    y, weights = COUNTS[:40] + 1.0, RNG.integers(0, 4, 40)
    whole = functools.partial(quick_regressor, loss=loss, batch_size=None)
    weighted = whole().fit(X[:40], y, sample_weight=weights)
    repeated = whole().fit(X[:40].repeat(weights, axis=0), y.repeat(weights))
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X))
    assert not np.allclose(weighted.predict(X), whole().fit(X[:40], y).predict(X))


def test_no_weight_at_all():
    with pytest.raises(ValueError, match="every row has weight 0"):
        quick_classifier(class_weight={0: 0, 1: 0}).fit(MOONS.x, MOONS.y)


# --- runs -----------------------------------------------------------------------------------


def test_early_stopping_goes_back_to_the_best_epoch():
    noisy = X[:, 0] + RNG.normal(size=120) > 0
    model = quick_classifier(epochs=300, early_stopping=True, patience=5)
    model.fit(X, noisy)
    history, best = model.history_, model.history_.best_epoch
    assert best + 5 == model.n_iter_ == len(history["val_loss"]) < 300
    assert history["val_loss"][best - 1] == min(history["val_loss"])
    shorter = clone(model).set_params(epochs=best).fit(X, noisy)
    assert np.array_equal(weights_of(shorter), weights_of(model))


def test_the_rows_held_out_are_not_trained_on():
    split = []

    class Looks(tn.training.Callback):
        def on_train_begin(self, run):
            split.extend(part[0][:, 0] for part in run.parts.values())

    model = MLPClassifier(early_stopping=True, validation_fraction=0.2, callbacks=[Looks()])
    model.set_params(epochs=1, standardize=False).fit(np.arange(150)[:, None], WORDS)
    train, held_out = split
    assert sorted(np.concatenate(split)) == list(range(150)) and len(held_out) == 30
    assert [*np.bincount(IRIS.y[held_out.astype(int)])] == [10, 10, 10]


@pytest.mark.parametrize("make", [quick_classifier, quick_regressor])
def test_a_warm_start_goes_on(make):
    longer = make(epochs=6).fit(X, WORDS[:120] == "setosa" if make is quick_classifier else Y)
    y = WORDS[:120] == "setosa" if make is quick_classifier else Y
    model = make(epochs=2, warm_start=True).fit(X, y)
    model.set_params(epochs=4).fit(X, y)
    assert np.array_equal(weights_of(model), weights_of(longer))
    assert model.loss_curve_ == longer.loss_curve_ and model.n_iter_ == 6
    by_parts = make()
    for _ in range(6):
        by_parts.partial_fit(X, y)
    assert np.array_equal(weights_of(by_parts), weights_of(longer))
    assert np.array_equal(weights_of(by_parts.fit(X, y)), weights_of(make().fit(X, y)))  # anew


@pytest.mark.parametrize("how", ["fit", "partial_fit"])
def test_what_goes_on_takes_a_new_rate_and_refuses_another_model(how):
    model = quick_regressor(warm_start=True, epochs=1).fit(X, Y)
    before = weights_of(model)
    model.set_params(hidden=[16, 16], lr=tn.schedules.constant(1e-300), weight_decay=0.1)
    getattr(model, how)(X, Y)
    np.testing.assert_array_equal(weights_of(model), before)
    for name, value in {"hidden": 4, "loss": "mae", "activation": "tanh"}.items():
        own = model.get_params()[name]
        with pytest.raises(ValueError, match=f"{name} is .*, and was .*; but warm_start"):
            getattr(model.set_params(**{name: value}), how)(X, Y)
        model.set_params(**{name: own})
    np.testing.assert_array_equal(weights_of(model), before)


def test_parts_may_lack_classes_that_were_told():
    model = quick_classifier().partial_fit(IRIS.x[:60], WORDS[:60], classes=np.unique(WORDS))
    assert model.predict_proba(IRIS.x).shape == (150, 3)
    model.partial_fit(IRIS.x[100:], WORDS[100:])
    with pytest.raises(ValueError, match="y holds rose, but the model began with"):
        model.partial_fit(IRIS.x[:1], ["rose"])


def test_a_fitted_model_is_pickled_and_goes_on(tmp_path):
    model = quick_classifier(loss="soft_margin", warm_start=True).fit(MOONS.x, MOONS.y)
    joblib.dump(model, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib")
    for each in (model, loaded):
        each.fit(MOONS.x, MOONS.y)
    assert np.array_equal(weights_of(loaded), weights_of(model))
    assert len(loaded.loss_curve_) == 16
    for loss in ("poisson_nll", "huber", "mape", "log_cosh"):
        model = quick_regressor(loss=loss).fit(X, COUNTS + 1)
        joblib.dump(model, tmp_path / "model.joblib")
        answers = joblib.load(tmp_path / "model.joblib").predict(X)
        assert np.array_equal(answers, model.predict(X))


def test_ctrl_c_ends_a_search_but_keeps_what_was_learned():
    def interrupt(history, model):
        if history.epochs == 3:
            raise KeyboardInterrupt

    model = quick_classifier(callbacks=[interrupt])
    with pytest.raises(KeyboardInterrupt, match="after epoch 3"):
        model.fit(MOONS.x, MOONS.y)
    assert model.n_iter_ == 3 and model.score(MOONS.x, MOONS.y) > 0.6


def test_a_run_that_diverges_says_so_and_a_search_goes_on():
    with pytest.raises(tn.training.NonFiniteLoss):
        quick_regressor(optimizer="sgd", lr=1e200).fit(X, Y)
    search = GridSearchCV(quick_regressor(optimizer="sgd"), {"lr": [1e200, 0.01]}, cv=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's, that some fits failed
        search.fit(X, Y)
    assert search.best_params_ == {"lr": 0.01}


def test_the_rate_may_follow_a_schedule():
    falling, rates = tn.schedules.exponential(0.05, factor=0.5, every=5), []

    class Looks(tn.training.Callback):
        def on_batch_end(self, run):
            rates.append(run.optimizer.lr)

    model = quick_classifier(lr=falling, callbacks=[Looks()], epochs=4, warm_start=True)
    model.fit(IRIS.x, WORDS).fit(IRIS.x, WORDS)
    assert rates == [falling(step) for step in range(2 * 4 * 5)]  # of 150 rows, 32 in a batch
    search = GridSearchCV(quick_classifier(), {"lr": [1e-9, falling]}, cv=2).fit(IRIS.x, WORDS)
    assert search.best_params_ == {"lr": falling}


# --- in scikit-learn's company --------------------------------------------------------------


def test_a_search_over_losses_widths_and_optimizers_in_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), quick_classifier())
    momentum = functools.partial(tn.optimizers.SGD, momentum=0.9)
    grid = {
        "mlpclassifier__loss": ["cross_entropy", tn.losses.multiclass_hinge],
        "mlpclassifier__hidden": [(), 8, (8, 4)],
        "mlpclassifier__optimizer": ["adam", momentum, tn.optimizers.RMSprop],
        "mlpclassifier__activation": [tn.layers.Tanh],
    }
    search = GridSearchCV(pipeline, grid, cv=2).fit(IRIS.x, WORDS)
    assert search.best_score_ > 0.9 and search.score(IRIS.x, WORDS) > 0.9


def test_cross_validation_by_probabilities_or_scores():
    log_loss = cross_val_score(quick_classifier(), MOONS.x, MOONS.y, scoring="neg_log_loss", cv=3)
    auc = cross_val_score(quick_classifier(loss="hinge"), MOONS.x, MOONS.y, scoring="roc_auc", cv=3)
    assert log_loss.min() > -0.6 and auc.min() > 0.9
    with_folds = BaggingClassifier(quick_classifier(), n_estimators=2, random_state=0)
    assert with_folds.fit(MOONS.x, MOONS.y).score(MOONS.x, MOONS.y) > 0.8


@pytest.mark.slow
def test_scores_are_those_of_scikit_learns_mlp_or_better():
    names = tn.datasets.names()
    ours, theirs = np.array([compared(name)[:, :, 0].mean(axis=0) for name in names]).T
    worse = {name: d for name, d in zip(names, ours - theirs, strict=True) if d < -0.015}
    assert worse == {} and np.mean(ours - theirs) > 0.02


def test_clones_have_the_same_parameters_and_nothing_learned():
    options = {"loss": functools.partial(tn.losses.focal, gamma=1.0), "hidden": [3], "lr": 0.1}
    model = quick_classifier(**options).fit(MOONS.x, MOONS.y)
    copy = clone(model)
    with pytest.raises(NotFittedError):
        copy.predict(MOONS.x)
    assert copy.get_params()["hidden"] == [3] and "lr=0.1" in repr(copy)
    assert np.array_equal(weights_of(copy.fit(MOONS.x, MOONS.y)), weights_of(model))


def test_names_of_columns_are_remembered():
    frame = pd.DataFrame(IRIS.x, columns=["a", "b", "c", "d"])
    model = quick_classifier().fit(frame, WORDS)
    assert list(model.feature_names_in_) == ["a", "b", "c", "d"] and model.n_features_in_ == 4
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["b", "a", "c", "d"]])


def test_single_precision_stays_single():
    model = quick_classifier().fit(MOONS.x.astype(np.float32), MOONS.y)
    assert weights_of(model).dtype == model.decision_function(MOONS.x).dtype == np.float32


def test_what_was_trained_is_a_model_of_tinynet(tmp_path):
    model = quick_regressor(loss="poisson_nll").fit(X, COUNTS)
    tn.checkpoints.save(model.model_, tmp_path / "counts.npz")
    saved = tn.checkpoints.load_model(tmp_path / "counts.npz")
    assert np.array_equal(saved.predict(X)[:, 0], model.predict(X))


def test_without_scikit_learn_the_install_line_is_told():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import tinynet\n"  # needs none
        "try: import tinynet.sklearn\n"
        "except ImportError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "tinynet-learn[sklearn]"' in run.stdout
