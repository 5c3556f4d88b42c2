"""The doctor: what it names, what it leaves alone, and that its page is in step."""

import copy
import math
import re
import warnings

import numpy as np
import pytest

import tinynet as tn
from tests import doctor_bank, doctor_page
from tests.doctor_bank import FAULTS, HEALTHY, HELD_OUT, parts
from tinynet import cli, layers, losses
from tinynet.diagnostics.doctor import RULES, Doctor, doctor
from tinynet.diagnostics.doctor.findings import Seen, collector
from tinynet.training.callbacks.together import looks_at_batches

QUICK = (  # of the bank: a fast run of some rules of each kind
    *("a_typing_error", "validation_is_training", "class_among_the_features", "labels_from_one"),
    *("tanh_at_the_output", "only_linear_layers", "cut_off_from_the_graph", "all_weights_equal"),
    *("regression_that_diverges", "rate_falls_to_nothing"),
)


def named(make):
    """What the doctor said, before and of the run: rule -> severity."""
    found = [each for each in doctor_bank.findings(make) if each is not None]
    return {f.rule: f.severity for diagnosis in found for f in diagnosis.findings}


# --- the bank -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUICK)
def test_the_fault_is_named(name):
    rules, make = FAULTS[name]
    assert set(rules) & named(make).keys(), name


@pytest.mark.parametrize("name", ["train iris", "hinge"])
def test_a_healthy_run_gets_no_warning(name):
    assert set(named(HEALTHY[name]).values()) <= {"note"}


def test_the_held_out_runs_were_drawn_by_chance_and_are_enough():
    assert len(FAULTS) >= 40 and len(HEALTHY) >= 20 and len(set(HELD_OUT)) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("held_out", [True, False])
def test_of_the_whole_bank_nine_in_ten_are_named(held_out):
    chosen = {n: v for n, v in FAULTS.items() if (n in HELD_OUT) == held_out}
    missed = [n for n, (rules, make) in chosen.items() if not set(rules) & named(make).keys()]
    assert len(missed) <= 0.1 * len(chosen), missed


@pytest.mark.slow
def test_at_most_one_healthy_run_gets_a_warning():
    warned = [name for name, make in HEALTHY.items() if not set(named(make).values()) <= {"note"}]
    assert len(warned) <= 1, warned


# --- what is not a fault --------------------------------------------------------------------


def before(x, y, sizes, loss=losses.mse, **options):
    model = layers.MLP(sizes, rng=0)
    return [f.rule for f in tn.diagnose(model, loss, (x, y), **options).findings]


def test_what_looks_like_a_fault_and_is_none():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    y = x @ [[1.0], [2.0], [3.0]] + 0.1 * rng.normal(size=(200, 1))
    assert before(x, y / y.std(), [3, 16, 1]) == []
    one_hot = np.column_stack([x, np.arange(200) == 7, np.arange(200) % 3 == 0])
    assert before(one_hot, y / y.std(), [5, 16, 1]) == []  # a rare column is not a small one
    line = rng.uniform(-1, 1, size=(100, 1))
    assert before(line, 2 * line + 0.1, [1, 1]) == []  # the only feature may tell all
    ratings = rng.choice(5, size=(200, 1), p=[0.02, 0.08, 0.3, 0.4, 0.2]).astype(float)
    assert "classes as numbers" not in before(x, ratings, [3, 16, 1])  # uneven: an order


def test_targets_that_are_probabilities_have_a_floor_above_0_and_that_is_no_fault():
    rng = np.random.default_rng(0)
    x, soft = rng.normal(size=(80, 4)), rng.dirichlet([1, 1, 1], 80)
    assert before(x, soft, [4, 8, 3], losses.cross_entropy) == []


@pytest.mark.parametrize(
    ("cut", "rule", "seen"),
    [
        (lambda y_pred: y_pred.data, "loss refuses the data", "gave float64, not a Tensor"),
        (lambda y_pred: y_pred.detach(), "gradient does not reach", "did not take part"),
    ],
)
def test_a_loss_that_leaves_the_graph_is_told(cut, rule, seen):
    def squared(y_true, y_pred):
        return np.mean((cut(y_pred) - y_true) ** 2)

    model = layers.MLP([3, 1], rng=0)
    diagnosis = tn.diagnose(model, squared, (np.ones((9, 3)), np.zeros((9, 1))))
    assert seen in diagnosis[rule].seen and diagnosis[rule].severity == "error"


def test_a_gradient_that_unscaled_features_bring_to_0_is_not_called_cut_off():
    data = tn.datasets.load_penguins()  # body masses of about 4000
    linear = [layers.Linear(a, b, rng=i) for i, (a, b) in enumerate([(4, 16), (16, 16), (16, 3)])]
    hidden = [linear[0], layers.ReLU(), linear[1], layers.ReLU(), linear[2]]
    model = layers.Sequential(*hidden, layers.Softmax())
    diagnosis = tn.diagnose(model, losses.cross_entropy, data.split(rng=0)[0])
    assert "unscaled features" in diagnosis and "gradient does not reach" not in diagnosis


def test_classes_in_three_forms_are_counted_alike():
    x = np.random.default_rng(0).normal(size=(300, 2))
    ids = (np.arange(300) % 150 == 0).astype(int)  # 2 of 300
    logits = tn.losses.log_loss
    for y, outputs, loss in (
        (ids, 2, losses.cross_entropy),
        (np.eye(2)[ids], 2, losses.cross_entropy),
        (ids[:, None] * 2.0 - 1, 1, losses.hinge),
        (ids[:, None] * 1.0, 1, lambda t, p: logits(t, p, from_logits=True)),
    ):
        assert "class imbalance" in before(x, y, [2, 8, outputs], loss), outputs


def test_guessing_costs_log_c_and_the_variance():
    from tinynet.diagnostics.doctor.case import case_of

    data = parts("digits")[0]
    model = layers.MLP([64, 16, 10], rng=0)
    assert math.isclose(case_of(model, losses.cross_entropy, data, None, None).guess, math.log(10))
    x, y = np.ones((50, 1)), np.random.default_rng(0).normal(3, 2, size=(50, 1))
    case = case_of(layers.MLP([1, 1], rng=0), losses.mse, (x, y), None, None)
    assert math.isclose(case.guess, y.var())


def test_a_finding_that_another_one_explains_is_not_told():
    rules = []

    @collector(rules)("cause", why="", advice="")
    def cause(case):
        return Seen("note", "seen") if case.there else None

    @collector(rules)("effect", why="", advice="", unless=("cause",))
    def effect(case):
        return Seen("error", "seen")

    class Stub:
        optimizer = tn.optimizers.SGD(layers.Linear(1, 1, rng=0).parameters(), 0.1)

    for there, expected in ((True, ["cause"]), (False, ["effect"])):
        diagnosis, Stub.there = doctor.Diagnosis(), there
        diagnosis.examine(rules, Stub())
        assert [finding.rule for finding in diagnosis.findings] == expected


# --- what it leaves alone -------------------------------------------------------------------


def trained(diagnose, dtype=np.float64, **options):
    data, validation = parts("penguins")
    model = layers.MLP([4, 16, 3], dropout=0.2, rng=0, dtype=dtype)
    optimizer = tn.optimizers.Adam(model.parameters(), 0.01, weight_decay=0.01)
    history = tn.fit(
        *(model, losses.cross_entropy, optimizer, data),
        **{"epochs": 5, "batch_size": 32, "progress": False, "rng": 3, **options},
        validation=validation,
        diagnose=diagnose,
    )
    state = [optimizer.vector, optimizer.m, optimizer.v] if hasattr(optimizer, "m") else []
    return model, history, [optimizer.vector, *state], optimizer.rng.bit_generator.state


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_run_that_is_looked_at_ends_with_the_same_bits(dtype):
    plain, looked = trained(False, dtype), trained(True, dtype)
    for a, b in zip(plain[2], looked[2], strict=True):
        np.testing.assert_array_equal(a, b)
    assert dict(plain[1]) == dict(looked[1])
    assert plain[3] == looked[3]
    drops = [part.rng.bit_generator.state for part in (plain[0].layers[2], looked[0].layers[2])]
    assert drops[0] == drops[1]


def test_diagnose_changes_neither_model_nor_optimizer_nor_data():
    data = tn.datasets.load_wine()
    model = layers.MLP([13, 8, 3], dropout=0.5, rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), 0.01)
    model.parameters()[0].grad = np.ones((13, 8))
    kept = copy.deepcopy((model.state_dict(), vars(optimizer)["vector"], data.x, data.y))
    states = [copy.deepcopy(optimizer.rng.bit_generator.state), model.layers[2].rng.bytes(0)]
    tn.diagnose(model, losses.cross_entropy, data, optimizer, data)
    now = (model.state_dict(), vars(optimizer)["vector"], data.x, data.y)
    for before, after in zip(kept[0].values(), now[0].values(), strict=True):
        np.testing.assert_array_equal(before, after)
    for before, after in zip(kept[1:], now[1:], strict=True):
        np.testing.assert_array_equal(before, after)
    assert optimizer.rng.bit_generator.state == states[0]
    assert np.all(model.parameters()[0].grad == 1) and model.training


@pytest.mark.filterwarnings("ignore:the doctor found")  # an epoch is not enough to learn
def test_looks_take_no_more_than_their_share_of_the_steps():
    data, _ = parts("moons")
    for epochs in (1, 5, 60, 400):
        model = layers.MLP([2, 4, 2], rng=0)
        optimizer = tn.optimizers.SGD(model.parameters(), 0.1)
        history = tn.fit(
            *(model, losses.cross_entropy, optimizer, data),
            epochs=epochs,
            batch_size=32,
            progress=False,
            diagnose=True,
        )
        looks, steps = len(history.diagnosis.epochs), epochs * math.ceil(len(data) / 32)
        assert looks <= max(doctor.FEWEST, doctor.SHARE * steps / doctor.COST)
        assert [history.diagnosis.epochs[i].epoch for i in (0, -1)] == [0, epochs]
    assert not looks_at_batches(Doctor()), "it would be asked, and the step read, each time"


def test_every_says_how_often_to_look():
    data, _ = parts("moons")
    model = layers.MLP([2, 4, 2], rng=0)
    history = tn.fit(
        *(model, losses.cross_entropy, tn.optimizers.SGD(model.parameters(), 0.1), data),
        epochs=7,
        batch_size=32,
        progress=False,
        callbacks=[Doctor(every=3)],
    )
    assert [look.epoch for look in history.diagnosis.epochs] == [0, 3, 6, 7]


@pytest.mark.filterwarnings("ignore:the doctor found")
def test_the_instruments_are_drawn_as_they_were_read():
    data, _ = parts("moons")
    model = layers.MLP([2, 8, 2], rng=0)
    history = tn.fit(
        *(model, losses.cross_entropy, tn.optimizers.Adam(model.parameters(), 0.3), data),
        epochs=12,
        batch_size=32,
        progress=False,
        callbacks=[Doctor(every=1)],
    )
    looks, figure = history.diagnosis.epochs, history.diagnosis.plot()
    drawn = {ax.get_title(): ax.lines[0].get_ydata() for ax in figure.axes if ax.lines}
    for title, name in (("sharpness", "sharpness"), ("overshoot α of a step", "overshoot")):
        np.testing.assert_array_equal(drawn[title], [getattr(look, name) for look in looks])
    assert max(look.overshoot for look in looks) > 3


@pytest.mark.filterwarnings("ignore:the doctor found")
@pytest.mark.parametrize("end", ["early", "best epoch", "ctrl-c", "whole"])
def test_a_look_is_at_the_parameters_of_its_epoch(end):
    """Also at the end of a run that ended early, and not where they are those of another epoch."""
    data, validation = parts("moons")
    model, seen, pressed = layers.MLP([2, 8, 2], rng=0), {0: None}, []

    def callback(history, model):
        arrays = (parameter.data for parameter in model.parameters()[:2])
        seen[history.epochs] = np.hypot(*map(np.linalg.norm, arrays))
        return end == "early" and history.epochs == 7

    def loss(y_true, y_pred):
        if end == "ctrl-c" and len(seen) == 8 and not pressed:
            pressed.append(True)
            raise KeyboardInterrupt
        return losses.cross_entropy(y_true, y_pred)

    stopping = tn.training.EarlyStopping(3, "val_loss", mode="max")  # the first epoch is kept
    history = tn.fit(
        *(model, loss, tn.optimizers.SGD(model.parameters(), 0.5), data),
        epochs=40,
        batch_size=32,
        validation=validation,
        progress=False,
        diagnose=True,
        callbacks=[callback, *([stopping] if end == "best epoch" else [])],
    )
    looks = history.diagnosis.epochs
    last = {"early": 7, "best epoch": 0, "ctrl-c": 0, "whole": 40}
    assert looks[-1].epoch == last[end]
    for look in looks[1:]:
        assert math.isclose(look.weight_norms[0], seen[look.epoch], rel_tol=1e-12)


def test_overfitting_that_early_stopping_took_back_is_a_note():
    assert named(HEALTHY["train imbalanced"])["overfitting"] == "note"


# --- what it says ---------------------------------------------------------------------------


def test_fit_warns_once_where_something_was_found_and_not_of_notes():
    with pytest.warns(UserWarning, match=r"the doctor found dead units: print\(history.diagnosis"):
        made = FAULTS["dies_on_the_way"][1]()
        arguments = (made.model, made.loss, made.optimizer, made.train)
        options = {"epochs": 5, "batch_size": 32, "progress": False, "diagnose": True}
        tn.fit(*arguments, **options, callbacks=[doctor_bank.kill])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = HEALTHY["train iris"]()  # a row of validation stands in the training part, too
        history = tn.fit(
            *(made.model, made.loss, made.optimizer, made.train),
            validation=made.validation,
            epochs=made.epochs,
            batch_size=made.batch_size,
            progress=False,
            diagnose=True,
            **made.options,
        )
        assert history.diagnosis.worst == "note"


def test_a_run_that_diverges_keeps_its_diagnosis():
    made = FAULTS["regression_that_diverges"][1]()
    with (
        pytest.warns(UserWarning, match="the doctor found"),
        pytest.raises(tn.training.NonFiniteLoss) as caught,
    ):
        tn.fit(
            *(made.model, made.loss, made.optimizer, made.train),
            epochs=40,
            batch_size=32,
            progress=False,
            diagnose=True,
        )
    finding = caught.value.history.diagnosis["divergence"]
    assert finding.severity == "error" and "epoch" in finding.seen


def test_the_report_tells_what_was_seen_why_it_matters_and_what_to_try():
    diagnosis = tn.diagnose(
        layers.MLP([13, 8, 3], rng=0), losses.cross_entropy, tn.datasets.load_wine()
    )
    text = repr(diagnosis)
    assert text.startswith("doctor: 2 warnings\n\nwarning  unscaled features: proline")
    assert "why  Initial weights" in text and "try  Standardize" in text
    assert max(map(len, text.splitlines())) <= 100
    assert "unscaled features" in diagnosis and "plateau" not in diagnosis
    healthy = tn.diagnose(layers.MLP([2, 8, 2], rng=0), losses.cross_entropy, parts("moons")[0])
    assert repr(healthy) == "doctor: nothing found" and healthy.worst is None


@pytest.mark.parametrize(
    ("model", "data", "error", "message"),
    [
        (np.tanh, (np.ones((4, 1)), np.ones((4, 1))), TypeError, "model must be a Module"),
        (layers.MLP([1, 1]), (np.ones((4, 1)), np.ones((3, 1))), ValueError, "4 rows but y has 3"),
        (layers.MLP([1, 1]), (np.ones((0, 1)), np.ones((0, 1))), ValueError, "empty"),
        (layers.MLP([1, 1]), ([[np.nan]], [[1.0]]), ValueError, "NaN or inf"),
        (layers.ReLU(), (np.ones((4, 1)), np.ones((4, 1))), ValueError, "no parameters"),
    ],
)
def test_what_fit_refuses_the_doctor_refuses(model, data, error, message):
    with pytest.raises(error, match=message):
        tn.diagnose(model, losses.mse, data)


def test_a_model_that_cannot_be_copied_is_told():
    model = layers.MLP([1, 1], rng=0)
    model.file = (i for i in range(3))
    with pytest.raises(TypeError, match="looks at a copy of the model, but cannot pickle"):
        tn.diagnose(model, losses.mse, (np.ones((4, 1)), np.ones((4, 1))))


# --- its pictures and its page --------------------------------------------------------------


@pytest.mark.parametrize("name", ["raw_features", "dies_on_the_way"])
def test_each_kind_of_finding_is_drawn(name):
    for diagnosis in doctor_bank.findings(FAULTS[name][1]):
        for finding in diagnosis.findings:
            axes = finding.plot()
            assert finding.rule in axes.get_title()
            assert axes.patches or axes.lines or axes.images
        figure = diagnosis.plot()
        instruments = 5 if len(diagnosis.epochs) > 1 else 0
        assert (
            len([a for a in figure.axes if a.get_title()]) == len(diagnosis.findings) + instruments
        )


def test_the_page_says_what_the_rules_say():
    page = doctor_page.PAGE.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^### (.*)$", page) == [rule.name for rule in RULES]
    assert [rule.name for rule in RULES if doctor_page.told(rule) not in page] == []
    pictures = {doctor_page.file_of(rule.name) for rule in RULES}
    assert set(doctor_page.PICTURES.iterdir()) - pictures == {
        doctor_page.PICTURES / "instruments.png"
    }
    assert [path for path in pictures if not path.exists()] == []


def test_each_rule_has_one_name_a_reason_and_advice():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert [rule.name for rule in RULES if not (rule.why and rule.advice)] == []
    assert [rule.name for rule in RULES if not set(rule.unless) <= {*names}] == []
    shown = {rule for rules, _ in FAULTS.values() for rule in rules} | doctor_page.OTHERS.keys()
    assert set(names) == shown, "each stands in the bank or on the page"


# --- the command ----------------------------------------------------------------------------


def test_the_command_says_what_it_found_and_how_it_went(capsys, tmp_path):
    assert cli.main(["doctor", "iris", "--epochs", "9", "--quiet"]) == 0
    assert capsys.readouterr().out.startswith("doctor: ")
    picture = tmp_path / "doctor.png"
    words = ["doctor", "moons", "--epochs", "4", "--optimizer", "sgd", "--lr", "1e-5", "--quiet"]
    assert cli.main([*words, "--plot", str(picture)]) == 1
    out, err = capsys.readouterr()
    assert "rate too low" in out and err == "" and picture.stat().st_size > 5000


def test_the_command_reports_a_run_that_diverges(capsys):
    assert cli.main(["doctor", "auto_mpg", "--optimizer", "sgd", "--lr", "50", "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert "divergence" in out and err == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "nothing"),
        (["moons", "--plot", "x.xyz"], "x.xyz"),
        (["moons", "--target", "y"], "only for CSV files"),
    ],
)
def test_a_wrong_command_is_one_sentence(words, message, capsys):
    assert cli.main(["doctor", *words]) == 2
    assert message in capsys.readouterr().err
