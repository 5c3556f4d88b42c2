"""What a person brings to the playground: points, features, weights, and a look around."""

import base64
import json
import re
from urllib.parse import urlencode

import numpy as np
import pytest

from tests.test_playground import FAST, settings, trained, unpacked
from tinynet import datasets, penalties
from tinynet.data import Standardizer
from tinynet.optimizers import OPTIMIZERS
from tinynet.views.explorer.surfaces import flat, surface
from tinynet.views.playground import own
from tinynet.views.playground.choices import choices
from tinynet.views.playground.features import FEATURES, Inputs
from tinynet.views.playground.landscape import KEPT, Path, landscape
from tinynet.views.playground.questions import QUESTIONS
from tinynet.views.playground.session import Session, Sessions
from tinynet.views.playground.settings import HIDDEN, Settings

IRIS = (datasets.FOLDER / "iris.csv").read_bytes()
CURVE = {"data": "own", "own": own.CURVE}


def ask(sessions, name, **payload):
    """The answer to a question of the page, as JSON makes it."""
    found = QUESTIONS[name](sessions, payload, lambda: None)
    return json.loads(json.dumps(found, allow_nan=False))


# --- own data -------------------------------------------------------------------------------


def test_without_points_of_ones_own_there_are_four_to_begin_with():
    chosen = Settings.from_query({"data": "own"})
    train, new = chosen.datasets()
    assert (len(train), new, chosen.rows) == (4, None, 4)
    assert Settings.from_query(chosen.query()) == chosen
    assert "noise" not in chosen.query() and "own" not in settings().query()


def test_few_points_are_all_learned_from_and_of_many_a_quarter_is_new():
    rows = "".join(f"{i % 7},{i % 5},{'ab'[i % 2]}\n" for i in range(120))
    chosen = Settings.from_query({"data": "own", "own": "u,v,kind\n" + rows})
    train, new = chosen.datasets()
    assert (len(train), len(new)) == (90, 30)
    asked = Settings.from_query(chosen.query() | {"rows": "100"})
    assert [len(part) for part in asked.datasets()] == [100, 20]
    both = np.concatenate([train.x, new.x])
    assert sorted(map(tuple, both)) == sorted((i % 7, i % 5) for i in range(120))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x0,x1,class\n1,2,A\n1,2\n", "the text, line 3: 2 fields, but the header (line 1) has 3"),
        ("1,2,3\n4,5,6\n", "must hold the names of the columns"),
        ("a,b,c\n1,2,x\n3,,y\n", "b is missing in line 3"),
        ("a,b,c\n1,2,x\n3,4,x\n", "has only one value, 'x'"),
        ("a,b,c\n1,2,x\ntwo,4,y\n1,1,y\n1,2,x\n", 'a is "two", but 3 of its 4 cells hold numbers'),
        ("a,b,c\nu,2,x\nv,4,y\n", "a"),
        ("a,b,y\n1,2,3.5\n1,3,4.5\n", "numbers are predicted from one feature"),
        ("a,c\n1,x\n2,y\n", "classes from two"),
        ("a,b,c,d\n1,2,3,x\n1,2,3,y\n", "own data have 3 features and the target d"),
        ("a,b,c\n1e300,2,x\n1,2,y\n", "must be from -1,000,000,000 to 1,000,000,000, not 1e+300"),
        ("a,b,c\n" + "1,2,x\n1,3,y\n" * 1001, "at most 2,000 rows, not 2,002"),
        ("…", "paste or drop them here, too"),
        ("x" * 100_001, "at most 100,000 characters"),
        ("PK\x03\x04", "an Excel workbook"),
    ],
)
def test_own_data_that_cannot_be_are_refused_in_one_sentence(text, said):
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        Settings.from_query({"data": "own", "own": text})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"own": own.CLASSES}, "own holds points, but data is moons"),
        ({"data": "own", "noise": "1"}, "own data have theirs"),
        ({"data": "own", "rows": "5"}, "rows must be from 2 to 4, not 5"),
        ({"data": "own", "loss": "mse"}, "does not fit own"),
    ],
)
def test_settings_that_do_not_go_with_own_data_are_refused(query, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Settings.from_query(query)
    chosen, refused = Settings.what_fits(query)
    assert any(said in sentence for sentence in refused)
    assert chosen == Settings.from_query({"data": query.get("data", "moons")})


def test_a_table_becomes_points_by_the_columns_that_one_chooses():
    sessions = Sessions()
    content = base64.b64encode(IRIS).decode()
    first = ask(sessions, "read", content=content, target="", features=[])
    assert (first["target"], first["features"]) == ("species", first["columns"][:2])
    chosen = first["columns"][2:4]
    again = ask(sessions, "read", content=content, target="species", features=chosen)
    data, iris = own.dataset(again["own"]), datasets.load_iris()
    np.testing.assert_allclose(data.x, iris.x[:, 2:], rtol=1e-5)
    assert data.target_names == iris.target_names and data.feature_names == tuple(chosen)
    assert "cross_entropy" in again["about"]["losses"] and "mse" not in again["about"]["losses"]
    assert len(urlencode({"own": again["own"]})) < own.LONGEST


def test_what_was_done_to_a_table_is_said_and_numbers_keep_six_digits():
    found = own.taken(b"a;b;k\n1,23456789;2;u\n1,5;2;v\n;3;u\n")
    assert found["own"] == "a,b,k\n1.23457,2,u\n1.5,2,v\n"
    told = " ".join(found["notes"])
    assert "separated by semicolons" in told and "a is missing in line 4" in told


def test_of_a_large_table_a_sample_is_taken():
    rows = "".join(f"{i},{i / 7}\n" for i in range(3000))
    found = own.taken(("x,y\n" + rows).encode())
    assert len(own.dataset(found["own"])) == 2000
    assert found["notes"][-1] == "Of 3,000 rows 2,000 were taken, at random."


def test_points_are_added_and_the_last_one_is_taken_away():
    sessions = Sessions()
    text = ask(sessions, "point", own=own.CLASSES, row=["0.5", "0.25", 'so "called", C'])["own"]
    data = own.dataset(text)
    assert data.x[-1].tolist() == [0.5, 0.25] and data.target_names[-1] == 'so "called", C'
    assert ask(sessions, "point", own=text, row=None)["own"] == own.CLASSES
    two = "x,y\n1,0.5\n2,0.25\n"
    assert own.changed(two, ["3", "-1.5"])["own"] == two + "3,-1.5\n"


def test_a_text_that_is_too_long_gets_no_more_points():
    with pytest.raises(ValueError, match="at most 100,000 characters, not 100,017"):
        own.changed("x0,x1,class\n1,2," + "x" * 100_001, None)


@pytest.mark.parametrize("row", [["1", "2"], [1, 2, "A"], ["1", "2", ""], ["x", "2", "A"]])
def test_a_point_that_is_none_is_refused(row):
    with pytest.raises(ValueError):
        own.changed(own.CLASSES, row)


@pytest.mark.parametrize("content", ["%%%", "A", 3, None])
def test_a_table_that_is_no_table_is_a_sentence(content):
    with pytest.raises(ValueError):
        ask(Sessions(), "read", content=content, target="", features=[])


def test_own_data_are_standardized_and_drawn_in_their_own_units():
    rows = "".join(f"{1000 + 10 * i},{5e4 + 300 * i}\n" for i in range(30))
    session = Session(Settings.from_query({"data": "own", "own": f"x,y\n{rows}", "lr": "0.05"}))
    run, start = session.runs[0], session.start()
    assert abs(run.x.mean()) < 1e-9 and run.x.std() == pytest.approx(1)
    assert start["box"][0][0] < 1000 < 1290 < start["box"][1][0]
    assert start["runs"][0]["records"][0]["new"] is None
    before = run.measure()["train"]
    trained(session, 300, every=300)
    after = run.measure()["train"]
    assert after["score"] < 0.1 * before["score"]
    curve = unpacked(session.now([[]])["runs"][0]["picture"])
    assert 4e4 < curve.min() < curve.max() < 7e4
    error = run.predict(run.parts["train"].x) - run.parts["train"].y
    assert after["loss"] == pytest.approx(np.mean(error**2))


# --- features -------------------------------------------------------------------------------


def test_features_are_what_their_formulas_say():
    x = np.array([[0.5, -2.0], [1.5, 3.0]])
    a, b = x.T
    by_hand = [a, b, a**2, b**2, a * b, np.sin(2 * a), np.sin(2 * b)]
    made = Inputs(tuple(FEATURES), Standardizer.neutral(2))
    np.testing.assert_allclose(made(x).T, by_hand)
    assert made.called(["u", "v"]) == ("u", "v", "u²", "v²", "u · v", "sin(2 u)", "sin(2 v)")


def test_the_network_sees_the_features_that_are_chosen_in_one_order():
    chosen = settings(data="circles", features="x1_squared,x0_squared")
    assert chosen.query()["features"] == "x0_squared,x1_squared"
    run = Session(chosen).runs[0]
    x = run.parts["train"].x
    np.testing.assert_array_equal(run.x, x**2)
    assert run.network.about()["inputs"] == ("x0²", "x1²")
    first, _ = map(unpacked, run.network.now().packed()["seen"][:2])
    assert first.shape == (2, 16, 16) and first.min() >= 0


def test_circles_are_parted_by_a_straight_line_through_squares():
    query = {"data": "circles", "hidden": "", "lr": "0.1", "rows": "100", "noise": "0.05"}
    plain = Session(settings(**query))
    squares = Session(settings(**query, features="x0_squared,x1_squared"))
    for session in (plain, squares):
        trained(session, 200, every=200)
    scores = [s.runs[0].measure()["new"]["score"] for s in (plain, squares)]
    assert scores[0] < 0.7 and scores[1] > 0.97


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"features": "x0_square"}, "did you mean 'x0_squared'"),
        ({"data": "sine", "features": "x0,x0_x1"}, "x0_x1 needs a second coordinate, and sine has"),
        ({"hide": "dat"}, "did you mean 'data'"),
        ({"l1": "2"}, "l1 must be from 0 to 1, not 2"),
        ({"l1": "0.1", "optimizer": "nadam"}, "looks ahead of its weights"),
        ({"own": "x" * 200}, "own holds points, but data is moons"),
    ],
)
def test_what_is_not_known_or_does_not_go_together_is_said(query, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Settings.from_query(query)


def test_the_page_offers_the_features_that_a_dataset_can_have():
    sets = choices()["datasets"]
    assert sets["sine"]["features"] == {"x0": "x", "x0_squared": "x²", "sin_x0": "sin(2 x)"}
    assert list(sets["moons"]["features"]) == list(FEATURES)
    named = own.about("height,age\n150,10.5\n160,12\n")["features"]
    assert named["sin_x0"] == "sin(2 height)"


# --- L1 -------------------------------------------------------------------------------------


def test_l1_makes_weights_zero_and_leaves_biases():
    session = Session(settings(optimizer="sgd", lr="0.1", l1="0.05"))
    trained(session, 60, every=60)
    weights = np.concatenate([layer.weight.data.ravel() for layer in session.runs[0].linear])
    biases = np.concatenate([layer.bias.data for layer in session.runs[0].linear])
    assert np.mean(weights == 0) > 0.4 and np.all(biases != 0)


def test_l1_acts_live_as_its_proximal_operator():
    session = Session(settings(optimizer="sgd", hidden=""))
    trained(session, 4)
    run, before = session.runs[0], flat(session.runs[0].model)
    session.adjust(settings(optimizer="sgd", hidden="", l1="0.5"))
    run.step()
    moved = before - 0.1 * run.optimizer.gradient
    by_hand = penalties.prox_l1(moved[:4], 0.1 * 0.5)
    np.testing.assert_allclose(flat(run.model), [*by_hand, *moved[4:]], rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_works_without_l1(name):
    session = Session(settings(optimizer=name))
    before = flat(session.runs[0].model)
    session.train(2, 1)
    assert np.any(flat(session.runs[0].model) != before)


# --- weights by hand ------------------------------------------------------------------------


def opened(sessions, **query):
    return ask(sessions, "open", settings={**FAST, **query})["id"]


def test_a_weight_by_hand_is_in_the_model_and_in_the_picture():
    sessions = Sessions()
    name = opened(sessions, beside="brier", hidden="3")
    found = ask(sessions, "put", id=name, run=1, weight=[0, 1, 2], value=5)
    other, mine = found["runs"]
    assert unpacked(mine["network"]["weights"][0])[1, 2] == 5
    assert unpacked(other["network"]["weights"][0])[1, 2] != 5
    assert (len(other["records"]), len(mine["records"])) == (0, 1)
    run = sessions[name].runs[1]
    assert run.linear[0].weight.data[1, 2] == 5
    assert mine["records"][0]["train"]["loss"] == run.measure()["train"]["loss"]
    ask(sessions, "put", id=name, run=1, weight=[1, None, 0], value=-0.5)
    assert run.linear[1].bias.data[0] == -0.5


@pytest.mark.parametrize(
    ("run", "weight", "value", "said"),
    [
        (2, [0, 0, 0], 1, "there is no run 2"),
        (True, [0, 0, 0], 1, "there is no run True"),
        (0, [0, 2, 0], 1, "there is no weight [0, 2, 0]"),
        (0, [0, -1, 0], 1, "there is no weight"),
        (0, [9, 0, 0], 1, "there is no weight"),
        (0, [0, 0], 1, "there is no weight"),
        (0, "abc", 1, "there is no weight 'abc'"),
        (0, None, 1, "there is no weight None"),
        (0, [0, 0, 0], 1001, "from -1,000 to 1,000, not 1001"),
        (0, [0, 0, 0], "1", "not '1'"),
        (0, [0, 0, 0], float("nan"), "not nan"),
    ],
)
def test_a_weight_that_is_none_or_too_large_is_refused(run, weight, value, said):
    sessions = Sessions()
    name = opened(sessions)
    before = flat(sessions[name].runs[0].model)
    with pytest.raises(ValueError, match=re.escape(said)):
        ask(sessions, "put", id=name, run=run, weight=weight, value=value)
    np.testing.assert_array_equal(flat(sessions[name].runs[0].model), before)


# --- the landscape --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def walked():
    session = Session(settings(hidden="2"))
    trained(session, 6)
    return session.runs[0]


def test_over_two_weights_the_heights_are_losses_with_these_weights(walked):
    before = flat(walked.model)
    found = landscape(walked, "weights", [[0, 0, 1], [1, None, 0]])
    values, (low, high) = unpacked(found["values"]), np.array(found["box"])
    assert found["axes"] == ("x0 → unit 2 of layer 1", "bias of upper")
    np.testing.assert_array_equal(flat(walked.model), before)
    first, second = (np.linspace(low[i], high[i], len(values)) for i in (0, 1))
    layers = walked.linear
    for i, j in ((3, 20), (24, 0)):
        weight, bias = layers[0].weight.data.copy(), layers[1].bias.data.copy()
        weight[0, 1], bias[0] = first[i], second[j]
        hidden = np.tanh(walked.x @ weight + layers[0].bias.data)
        by_hand = walked.scaling.trained(walked.y, hidden @ layers[1].weight.data + bias)
        assert values[i, j] == pytest.approx(float(by_hand), rel=1e-9)
    path = unpacked(found["path"])
    np.testing.assert_allclose(path[-1], [layers[0].weight.data[0, 1], layers[1].bias.data[0]])
    assert "the other 10 weights and biases stay as they are now" in found["held"]


def test_along_the_path_it_is_the_surface_of_the_explorer(walked):
    found = landscape(walked, "path", [])
    data = (walked.x, walked.y)
    same = surface(walked.model, walked.scaling.trained, data, walked.path, points=25)
    np.testing.assert_allclose(unpacked(found["values"]), same.values)
    assert found["axes"] == same.labels and "all 60 points" in found["held"]


def test_of_many_points_the_surface_takes_some_and_says_so():
    run = Session(settings(hidden="", rows="1000")).runs[0]
    assert "on 400 of the 1000 points" in landscape(run, "random", [])["held"]


@pytest.mark.parametrize(
    ("directions", "weights", "said"),
    [
        ("north", [], "directions must be one of path, random, weights, not 'north'"),
        ("weights", [[0, 0, 0]], "two weights make a surface, not 1"),
        ("weights", [[0, 0, 0], [0, 0, 0]], "they are the same"),
        ("weights", [[0, 0, 0], [5, 0, 0]], "there is no weight"),
        ("path", [], "train for longer"),
    ],
)
def test_a_surface_that_cannot_be_is_a_sentence(directions, weights, said):
    sessions = Sessions()
    name = opened(sessions)
    with pytest.raises(ValueError, match=re.escape(said)):
        ask(sessions, "surface", id=name, run=0, directions=directions, weights=weights)


def test_a_run_that_left_all_numbers_has_no_surface():
    run = Session(settings()).runs[0]
    run.linear[0].weight.data[0, 0] = np.nan
    with pytest.raises(ValueError, match="no numbers any more"):
        landscape(run, "random", [])


def test_a_path_keeps_its_beginning_and_its_end():
    path = Path()
    for i in range(1000):
        path.add(np.array([float(i)]))
        path.add(np.array([float(i)]))  # it has not moved
    path.add(np.array([np.inf]))
    places = np.ravel(path)
    assert places[0] == 0 and places[-1] == 999 and KEPT / 2 <= len(places) <= KEPT
    assert np.all(np.diff(places) > 0)


# --- lessons --------------------------------------------------------------------------------


def test_an_address_hides_parts_in_one_order_and_keeps_them():
    chosen = settings(hide="loss,data")
    assert chosen.query()["hide"] == "data,loss" and "hide" not in settings().query()
    assert Settings.from_query({"hide": ",".join(HIDDEN)}).hide == HIDDEN
