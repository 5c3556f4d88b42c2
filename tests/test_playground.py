"""The playground without its server: what may be chosen, and what a session does."""

import base64
import json
import re

import numpy as np
import pytest

import tinynet as tn
from tinynet import optimizers
from tinynet.training.suited import fitting
from tinynet.views.playground import session as sessions
from tinynet.views.playground.choices import choices
from tinynet.views.playground.session import KEPT, SECONDS, Forgotten, Session, Sessions
from tinynet.views.playground.settings import Settings, _text, makers

FAST = {"rows": "60", "batch": "20"}
FITTING = [
    (data, loss)
    for data in ("moons", "blobs", "sine")
    for loss in fitting(makers()[data](20))
    if loss != "cosine_similarity"  # a single output has no direction to learn
]


def settings(**query):
    return Settings.from_query({**FAST, **query})


def trained(session, until, every=1):
    """All records of a session up to a mini-batch, in as many requests as it takes."""
    records = [[] for _ in session.runs]
    while session.steps < until:
        for mine, new in zip(records, session.train(until, every), strict=True):
            mine += new
    return records


# --- settings -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", makers())
def test_a_query_gives_settings_and_they_give_the_query_back(name):
    chosen = Settings.from_query({"data": name, "lr": "0.123456789", "hidden": "3,64"})
    assert Settings.from_query(chosen.query()) == chosen
    assert (chosen.query()["lr"], chosen.query()["hidden"]) == ("0.123456789", "3,64")


def test_what_is_left_out_suits_the_data():
    moons, sine = Settings.from_query({}), Settings.from_query({"data": "sine"})
    assert (moons.data, moons.rows, str(moons.losses[0])) == ("moons", 400, "cross_entropy")
    assert (sine.rows, str(sine.losses[0]), len(sine.losses)) == (200, "mse", 1)
    assert Settings.from_query({"optimizer": "sgd"}).lr > moons.lr


def test_two_losses_each_have_their_options():
    chosen = settings(data="sine", loss="huber", beside="quantile", **{"beside.q": "0.9"})
    assert [str(loss) for loss in chosen.losses] == ["huber", "quantile(q=0.9)"]
    assert Settings.from_query(chosen.query()) == chosen


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"data": "moon"}, "did you mean 'moons'"),
        ({"data": "../../etc/passwd"}, "unknown dataset"),
        ({"data": "iris"}, "unknown dataset"),  # four features do not fit on a plane
        ({"los": "mse"}, "did you mean 'loss'"),
        ({"loss": "mse"}, "does not fit moons"),
        ({"loss": "names"}, "unknown loss"),
        ({"loss.delta": "1"}, "has no option 'delta'"),
        ({"beside.q": "1"}, "beside is not: name a loss"),
        ({"data": "sine", "loss": "huber", "loss.delta": "0"}, "loss.delta must be above 0"),
        ({"data": "sine", "loss": "huber", "loss.delta": "inf"}, "finite"),
        ({"data": "blobs", "loss": "multiclass_hinge", "loss.p": "3"}, "p must be 1 or 2"),
        ({"hidden": "8,8,8,8,8"}, "at most 4 hidden layers, not 5"),
        ({"hidden": "65"}, "from 1 to 64, not 65"),
        ({"hidden": "0"}, "from 1 to 64"),
        ({"hidden": "8,x"}, "must be a number, not 'x'"),
        ({"hidden": "1.5"}, "whole number"),
        ({"rows": "2001"}, "rows must be from 20 to 2,000, not 2001"),
        ({"rows": "19"}, "from 20 to 2,000"),
        ({"rows": "1e400"}, "whole number"),
        ({"batch": "0"}, "from 1 to 2,000"),
        ({"noise": "-1"}, "noise must be from 0 to 5, not -1"),
        ({"noise": "nan"}, "finite"),
        ({"data": "label_noise", "noise": "2"}, "a fraction of the labels"),
        ({"lr": "0"}, "lr, the learning rate, must be from 0.000001 to 10, not 0"),
        ({"lr": "10.5"}, "to 10, not 10.5"),
        ({"weight_decay": "1.5"}, "from 0 to 1"),
        ({"seed": "-1"}, "from 0 to 4,294,967,295, not -1"),
        ({"activation": "__class__"}, "unknown activation"),
        ({"optimizer": "lbfgs"}, "unknown optimizer"),
        ({"seed": 1}, "must be a text"),
        ({"hidden": "1" * 101}, "at most 100 characters"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_sentence(query, said):
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        Settings.from_query(query)
    assert "\n" not in str(caught.value)


def test_the_page_is_told_every_loss_that_fits_somewhere():
    offered = choices()
    assert set(offered["datasets"]) == {*makers(), "own"}
    assert offered["losses"].keys() >= {name for _, name in FITTING}
    huber = offered["losses"]["huber"]
    assert huber["options"] == [{"name": "delta", "value": 1.0, "range": "above 0"}]


@pytest.mark.parametrize(
    ("query", "kept", "refused"),
    [
        ({"data": "sine", "loss": "huber", "loss.delta": "2"}, {}, []),
        ({"hidden": "1,2,3,4,5,6", "seed": "7"}, {"seed": "7", "hidden": "8,8"}, ["at most 4"]),
        ({"foo": "1", "noise": "0.3"}, {"noise": "0.3"}, ["unknown setting 'foo'"]),
        ({"loss.delta": "0", "loss": "huber", "data": "sine"}, {"loss": "huber"}, ["above 0"]),
        ({"data": "moon", "loss": "mse"}, {"data": "moons"}, ["did you mean", "does not fit"]),
        ({"beside.q": "1", "lr": "1e9"}, {"lr": "0.01"}, ["to 10, not 1e9", "name a loss"]),
    ],
)
def test_of_a_wrong_address_what_fits_is_taken_and_the_rest_is_named(query, kept, refused):
    chosen, said = Settings.what_fits(query)
    assert chosen.query().items() >= (kept or query).items()
    assert len(said) == len(refused)
    assert all(part in sentence for part, sentence in zip(refused, said, strict=True))


def test_the_fields_of_the_page_and_the_settings_have_the_same_bounds():
    bounds = choices()["bounds"]
    for key in {"rows", "noise", "lr", "batch", "weight_decay", "seed"}:
        for end in bounds[key]:
            assert Settings.from_query({key: str(end)}).query()[key] == _text(end)


def test_the_target_is_not_called_as_a_feature_is():
    made = [maker(20) for maker in makers().values()]
    assert all(data.feature_names in [("x",), ("x0", "x1")] for data in made)
    assert all({"x", "x0", "x1"}.isdisjoint(data.target_names) for data in made)
    assert Session(settings()).start()["axes"] == ("x0", "x1")


# --- training -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"data": "sine", "loss": "huber", "optimizer": "sgd", "seed": "3"},
        {"loss": "hinge", "batch": "25", "activation": "relu"},  # the last mini-batch is smaller
    ],
)
def test_a_run_is_bit_for_bit_that_of_fit(query):
    chosen = settings(**query)
    session = Session(chosen)
    trained(session, 7 * session.per_epoch)
    run, data = session.runs[0], session.data
    activation = {"tanh": tn.layers.Tanh, "relu": tn.layers.ReLU}[chosen.activation]
    sizes = [data.x.shape[1], 8, 8, run.linear[-1].weight.shape[1]]
    model = tn.layers.MLP(sizes, activation, rng=chosen.seed)
    make = {"adam": optimizers.Adam, "sgd": optimizers.SGD}[chosen.optimizer]
    optimizer = make(model.parameters(), lr=chosen.lr)
    pair = (data.x, run.y)
    options = {"batch_size": chosen.batch, "rng": chosen.seed, "progress": False}
    tn.fit(model, run.scaling.trained, optimizer, pair, epochs=7, **options)
    np.testing.assert_array_equal(run.optimizer.vector, optimizer.vector)


@pytest.mark.slow
@pytest.mark.parametrize(("data", "loss"), FITTING)
def test_every_loss_that_is_offered_learns(data, loss):
    session = Session(settings(data=data, loss=loss, lr="0.02"))
    start, *_, end = [session.runs[0].measure(), *trained(session, 60, every=3)[0]]
    assert end["train"]["loss"] < start["train"]["loss"]
    assert all(length > 0 for length in start["gradients"])


def test_the_same_settings_give_the_same_numbers_however_they_are_asked_for():
    chosen = settings(loss="hinge", beside="log_loss", seed="5")
    at_once, in_steps = Session(chosen), Session(chosen)
    records = trained(at_once, 12)
    steps = [trained(in_steps, until) for until in range(1, 13)]
    again = [sum(found, []) for found in zip(*steps, strict=True)]
    assert records == again
    alone = trained(Session(settings(loss="log_loss", seed="5")), 12)
    assert records[1] == alone[0]  # the loss beside it changes nothing
    other = trained(Session(settings(loss="log_loss", seed="6")), 12)
    assert alone != other


def test_a_record_is_made_after_every_so_many_mini_batches():
    (records,) = trained(Session(settings()), 7, every=3)
    assert [record["epoch"] for record in records] == [1, 2]


def test_the_loss_and_score_are_those_of_the_library():
    session = Session(settings(data="sine", loss="mae"))
    (records,) = trained(session, 6)
    run, data = session.runs[0], session.data
    predicted = tn.training.predict(run.model, data.x)
    assert records[-1]["train"]["loss"] == pytest.approx(np.mean(np.abs(data.y - predicted)))
    assert records[-1]["train"]["score"] == pytest.approx(np.median(np.abs(data.y - predicted)))
    new = records[-1]["new"]["loss"]
    assert new != records[-1]["train"]["loss"]


def test_the_gradient_of_a_layer_is_that_of_the_loss_on_all_points():
    session = Session(settings(hidden="", data="sine", loss="mse"))
    weight, bias = session.runs[0].model.parameters()
    x, y = session.data.x, session.data.y
    e = x @ weight.data + bias.data - y
    by_hand = np.hypot(2 * np.mean(e * x), 2 * np.mean(e))
    assert session.runs[0].measure()["gradients"] == [pytest.approx(by_hand)]


@pytest.mark.slow
def test_a_run_that_blows_up_stops_with_a_sentence_and_the_other_goes_on():
    query = {"data": "outliers", "optimizer": "sgd", "lr": "2", "hidden": ""}
    session = Session(settings(loss="mse", beside="huber", **query))
    records = trained(session, 600)
    assert "the loss became" in session.runs[0].stopped
    assert "smaller learning rate" in session.runs[0].stopped
    assert session.runs[1].stopped == "" and len(records[1]) == 600 > len(records[0])
    json.dumps(session.go_on(601, 1), allow_nan=False)


# --- live changes ---------------------------------------------------------------------------


def test_another_rate_and_weight_decay_act_from_the_next_step_on():
    session = Session(settings(optimizer="sgd"))
    trained(session, 4)
    run, before = session.runs[0], session.runs[0].optimizer.vector.copy()
    session.adjust(settings(optimizer="sgd", lr="0.5", weight_decay="0.25"))
    np.testing.assert_array_equal(run.optimizer.vector, before)
    run.step()
    by_hand = before - 0.5 * (run.optimizer.gradient + 0.25 * before)
    np.testing.assert_allclose(run.optimizer.vector, by_hand, rtol=1e-12)


def test_another_mini_batch_takes_the_points_that_are_left_of_the_epoch():
    session = Session(settings())  # 60 points, 20 in a mini-batch
    session.train(1, 1)
    session.adjust(settings(batch="15"))
    assert (session.per_epoch, session.epoch_end) == (4, 4)  # 40 points are left: 15, 15, 10
    assert session.last == 4 + (sessions.EPOCHS - 1) * 4
    (records,) = trained(session, 12, every=session.per_epoch)
    assert [record["epoch"] for record in records] == [1, 2, 3]


def test_what_makes_another_run_does_not_change_live():
    session = Session(settings())
    with pytest.raises(ValueError, match="only lr, batch, weight_decay, l1 can change"):
        session.adjust(settings(lr="0.5", seed="1"))
    assert session.settings == settings() and session.runs[0].optimizer.lr == 0.01


# --- the network ----------------------------------------------------------------------------


def unpacked(array):
    kind = np.dtype(array["dtype"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(array["data"]), kind).reshape(array["shape"])


def test_the_network_is_drawn_as_it_is_now():
    session = Session(settings(hidden="12,3"))
    trained(session, 2)
    (now,), run = session.now([[]])["runs"], session.runs[0]
    drawn = now["network"]
    assert drawn["units"] == [2, 12, 3, 2] and drawn["inputs"] == ("x0", "x1")
    for name, arrays in run.network.now()._asdict().items():
        for found, array in zip(drawn[name], arrays, strict=True):
            np.testing.assert_array_equal(unpacked(found), array)
    np.testing.assert_array_equal(run.network.now().weights[1], run.linear[1].weight.data[:8])


def test_the_points_taken_for_another_class_are_those_that_cost_accuracy():
    session = Session(settings(data="spirals"))
    trained(session, 9)
    (now,), run = session.now([[]])["runs"], session.runs[0]
    assert run.measure()["train"]["score"] == pytest.approx(1 - len(now["wrong"]) / 60)
    assert 0 < len(now["wrong"]) < 60
    assert Session(settings(data="sine")).runs[0].now([])["wrong"] == []


# --- bounds ---------------------------------------------------------------------------------


class Clock:
    """A clock that moves on by a tenth of what a request may take whenever it is read."""

    now = 0.0

    def perf_counter(self):
        self.now += SECONDS / 10
        return self.now


@pytest.mark.slow
@pytest.mark.parametrize("batch", ["1", "2000"])
def test_a_request_ends_when_its_time_is_over_not_when_its_work_is_done(batch, monkeypatch):
    monkeypatch.setattr(sessions, "time", Clock())
    largest = {"rows": "2000", "hidden": "64,64,64,64", "batch": batch, "beside": "hinge"}
    session = Session(Settings.from_query(largest))
    session.train(10**9, 1)
    assert 8 <= session.steps <= 10
    session.train(10**9, 1)  # and goes on where it stood
    assert 16 <= session.steps <= 20


def test_training_ends_after_its_last_epoch(monkeypatch):
    monkeypatch.setattr(sessions, "EPOCHS", 2)
    session = Session(settings())
    session.train(10**9, 1)
    assert session.steps == 2 * session.per_epoch == session.start()["last"]


@pytest.mark.parametrize(("until", "every"), [(0, 1), (5, 0), (-1, 1), (5, 2.0), (True, 1)])
def test_counts_are_whole_numbers_above_0(until, every):
    with pytest.raises(ValueError, match="whole number of at least 1"):
        Session(settings()).train(until, every)


def test_the_session_unused_for_the_longest_time_is_forgotten():
    kept, chosen = Sessions(), settings()
    names = [kept.open(chosen) for _ in range(KEPT)]
    assert kept[names[0]] and kept.open(chosen)  # the first is in use, so the second goes
    with pytest.raises(Forgotten, match="session has expired.*press Reset"):
        kept[names[1]]
    assert kept[names[0]] and kept[names[2]]


def test_a_page_that_starts_again_takes_no_second_place():
    kept, chosen = Sessions(), settings()
    someone, mine = kept.open(chosen), kept.open(chosen)
    for _ in range(2 * KEPT):
        mine = kept.open(chosen, instead_of=mine)
    assert kept[someone] and kept[mine] and len(kept.sessions) == 2
