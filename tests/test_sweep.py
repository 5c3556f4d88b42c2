"""Sweeps: ranked by known scores, run in processes and on a cluster, killed and gone on with."""

import fractions
import functools
import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
import threadpoolctl

import tinynet as tn
from tinynet.training.sweeps import sweep
from tinynet.training.sweeps.ranking import _T95
from tinynet.training.sweeps.trials import plain

quiet = functools.partial(sweep, progress=False)
GRID = {"lr": [0.1, 0.3], "hidden": [[], [4]]}


def noisy(level, seed, spread=0.1):
    """A score that is known: the level, and noise from the seed."""
    return {"val_loss": level + spread * np.random.default_rng(seed).normal()}


def moons(lr, hidden, seed, epochs=2):
    """A short training."""
    train, validation = tn.datasets.make_moons(60, rng=seed).split((0.5, 0.5), rng=seed)
    model = tn.layers.MLP([2, *hidden, 2], rng=seed)
    sgd = tn.optimizers.SGD(model.parameters(), lr)
    how = {"epochs": epochs, "batch_size": 16, "validation": validation, "rng": seed}
    return tn.fit(model, tn.losses.cross_entropy, sgd, train, progress=False, **how)


def scores(ranking):
    return [(str(plain(trial.settings)), trial.seed, trial.scores) for trial in ranking.trials]


# --- what is found --------------------------------------------------------------------------


def test_the_best_settings_are_those_with_the_best_mean():
    ranking = quiet(noisy, {"level": [3, 1, 2]}, 4)
    assert ranking.best == {"level": 1}
    assert [place.settings["level"] for place in ranking.places] == [1, 2, 3]
    values = [noisy(1, seed)["val_loss"] for seed in range(4)]
    assert ranking.places[0].scores == dict(enumerate(values))
    assert ranking.places[0].mean == pytest.approx(np.mean(values))
    assert ranking.places[0].spread == pytest.approx(np.std(values, ddof=1))
    larger = quiet(noisy, {"level": [3, 1, 2]}, 4, mode="max")
    assert larger.best == {"level": 3}


def test_worse_is_what_the_paired_t_test_calls_so():
    from scipy import stats  # here, so that other processes need not wait for it

    rng = np.random.default_rng(0)
    table = rng.normal(size=(10, 5)) + np.linspace(0, 2, 10)[:, None]
    ranking = quiet(
        lambda row, seed: {"loss": table[row, seed]}, {"row": range(10)}, 5, score="loss"
    )
    best = table[ranking.best["row"]]
    for place in ranking.places[1:]:
        test = stats.ttest_rel(table[place.settings["row"]], best)
        assert place.worse == (test.pvalue < 0.05 and test.statistic > 0)
    assert {place.worse for place in ranking.places} == {True, False}


def test_the_quantiles_of_t():
    from scipy import stats

    np.testing.assert_allclose(_T95, stats.t.ppf(0.975, range(1, len(_T95) + 1)), atol=5e-4)


def test_equal_settings_are_not_told_apart():
    ranking = quiet(lambda name, seed: {"val_loss": seed / 3}, {"name": ["a", "b"]}, 3)
    assert ranking.best == {"name": "a"} and not ranking.places[1].worse
    assert "no worse, as far as 3 seeds tell" in str(ranking)
    single = quiet(lambda name, seed: {"val_loss": len(name)}, {"name": ["a", "bb"]}, [7])
    assert "one seed, which cannot tell what is chance" in str(single)
    assert not single.places[1].worse and "no worse" not in str(single)


def test_the_table():
    def make(lr, batch, seed):
        return {"val_loss": lr + seed, "accuracy": 1}

    rows = str(quiet(make, {"lr": [1.5, 0.5], "batch": [8]}, 3)).splitlines()
    cells = [row.split("  ") for row in rows[:3]]
    assert [row[0] for row in cells] == ["lr", "0.5", "1.5"]  # batch is always 8
    assert "1.5 ± 1" in rows[1] and rows[1].endswith("best")
    assert "2.5 ± 1" in rows[2] and rows[2].split()[-1] != "best"
    assert "mean over the seeds ± the standard deviation" in rows[3]


def test_a_run_that_made_nothing_better_has_no_score_of_an_epoch():
    def make(lr, seed):
        history = tn.training.History()
        history.append(val_loss=lr)
        history.best_epoch = 1 if lr == 0.1 else 0
        return (history, {"val_loss": 0.5}) if lr == 0.3 else history

    ranking = quiet(make, {"lr": [0.1, 0.2, 0.3]}, 1)
    errors = {trial.settings["lr"]: trial.error for trial in ranking.trials}
    assert not errors[0.1] and not errors[0.3], "one with a score of its own has one"
    assert "better than the model before training" in errors[0.2]


def test_a_history_counts_with_its_best_epoch():
    def make(best, seed):
        history = tn.training.History()
        for loss in (3.0, 1.0, 2.0):
            history.append(val_loss=loss)
        history.best_epoch = best
        return history if seed else (history, {"accuracy": 0.5})

    ranking = quiet(make, {"best": [2, None]}, 2)
    assert [trial.scores["val_loss"] for trial in ranking.trials] == [1.0, 2.0, 1.0, 2.0]
    assert ranking.trials[0].scores["accuracy"] == 0.5
    assert [trial.history.epochs for trial in ranking.trials] == [3] * 4


def test_several_grids_and_functions_as_settings():
    def make(loss, seed, delta=None):
        return {"val_loss": 1.0 if loss is tn.losses.mse else delta}

    grids = [{"loss": [tn.losses.mse]}, {"loss": [tn.losses.huber], "delta": [0.5, 2]}]
    ranking = quiet(make, grids, 1)
    assert ranking.best == {"loss": tn.losses.huber, "delta": 0.5}
    assert "huber" in str(ranking) and len(ranking.places) == 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.float32(0.5), 0.5),
        (np.arange(3), [0, 1, 2]),
        ({"a": (1, None)}, {"a": [1, None]}),
        (tn.layers.Tanh, "Tanh"),
        (functools.partial(tn.losses.huber, delta=2.0), "huber(delta=2.0)"),
        (functools.partial(noisy, 1, spread=2), "noisy(1, spread=2)"),
        (fractions.Fraction(1, 3), "Fraction(1, 3)"),
        (tn.schedules.cosine(0.1, steps=40), "cosine(0.1, steps=40)"),
    ],
)
def test_what_a_setting_is_called(value, shown):
    assert plain(value) == shown


def test_the_picture_has_a_line_for_each_of_the_best():
    ranking = quiet(noisy, {"level": list(range(22)), "spread": [0.1]}, 1)
    ax = ranking.plot()
    assert [label.get_text() for label in ax.get_yticklabels()][:2] == ["level 0", "level 1"]
    assert len(ax.get_yticklabels()) == 20 and "2 more settings" in ax.get_xlabel()


# --- what fails -----------------------------------------------------------------------------


def test_a_run_that_fails_is_told_and_the_others_go_on():
    def make(lr, seed):
        if lr == 2:
            raise KeyError("nothing here")
        return {"val_loss": math.nan} if lr == 3 and seed else moons(lr, [4], seed)

    ranking = quiet(make, {"lr": [1e300, 2, 3, 0.1]}, 2)
    assert ranking.best == {"lr": 0.1}
    errors = {(trial.settings["lr"], trial.seed): trial.error for trial in ranking.trials}
    assert "a parameter" in errors[1e300, 0] and "in epoch 1" in errors[1e300, 0]
    assert "KeyError: 'nothing here' (test_sweep.py, line" in errors[2, 1]
    assert errors[3, 1] == "val_loss is nan" and errors[3, 0] == errors[0.1, 0] == ""
    order = [place.settings["lr"] for place in ranking.places]
    assert order[:2] == [0.1, 3]  # whatever the mean of the only one that did not fail
    assert "2 failed" in str(ranking) and "failed: lr=2, seed 0: KeyError" in str(ranking)
    assert ranking.trials[0].history is not None  # of the run that diverged


def test_where_all_fail_there_is_no_best():
    def make(lr, seed):
        raise OSError("no such file")

    ranking = quiet(make, {"lr": [1]}, 2)
    with pytest.raises(ValueError, match="no run of the sweep has a val_loss: OSError: no such"):
        _ = ranking.best
    assert "2 failed" in str(ranking)


@pytest.mark.parametrize(
    ("make", "grid", "options", "error", "message"),
    [
        (noisy, {"level": 1}, {}, TypeError, "grid: level must be a list of values, not 1"),
        (noisy, {"level": "12"}, {}, TypeError, "must be a list of values"),
        (noisy, {"level": []}, {}, ValueError, "nothing to run"),
        (noisy, {"level": [1]}, {"seeds": 0}, ValueError, "nothing to run"),
        (noisy, {"level": [1, 1]}, {}, ValueError, "same settings and seed"),
        (
            noisy,
            {"level": [1], "f": [lambda x: x]},
            {},
            TypeError,
            "or what has a name, not <f",
        ),
        (noisy, {"level": [1]}, {"score": "charm"}, ValueError, 'mode="min" or mode="max"'),
        (
            noisy,
            {"level": [1]},
            {"score": "loss"},
            ValueError,
            "ranks by 'loss', but make returned",
        ),
        (lambda lr, seed: None, {"lr": [1]}, {}, TypeError, "make must return a History, a dict"),
        (lambda lr, seed: {"loss": "low"}, {"lr": [1]}, {}, TypeError, "a dict of numbers"),
    ],
)
def test_what_cannot_be_is_found_at_once(make, grid, options, error, message):
    with pytest.raises(error, match=message):
        quiet(make, grid, **options)


@pytest.mark.parametrize("in_fit", [True, False])
def test_ctrl_c_keeps_what_was_done(in_fit, tmp_path):
    def interrupt(history, model):
        raise KeyboardInterrupt

    def make(lr, seed):
        if seed == 1 and not in_fit:
            raise KeyboardInterrupt
        if seed == 0:
            return moons(lr, [], seed)
        model = tn.layers.MLP([2, 2], rng=seed)
        sgd = tn.optimizers.SGD(model.parameters(), lr)
        data = tn.datasets.make_moons(60)
        how = {"epochs": 3, "batch_size": 16, "callbacks": [interrupt], "progress": False}
        return tn.fit(model, tn.losses.cross_entropy, sgd, data, validation=data, **how)

    ranking = quiet(make, {"lr": [0.1, 0.2]}, 3, folder=tmp_path)
    assert ranking.stopped == "interrupted after 2 of 6 runs" and ranking.stopped in str(ranking)
    assert len(ranking.trials) == len(list(tmp_path.iterdir())) == 2
    again = quiet(moons, {"lr": [0.1, 0.2], "hidden": [[]]}, 3)
    assert not again.stopped


# --- where it runs --------------------------------------------------------------------------


@pytest.mark.parametrize(("jobs", "started"), [(10_000, 3), (2, 2), (-1, -1), (None, None)])
def test_no_more_processes_are_started_than_there_are_runs(jobs, started, monkeypatch):
    asked, serial = [], functools.partial(joblib.Parallel, 1)
    monkeypatch.setattr("joblib.Parallel", lambda jobs, **how: asked.append(jobs) or serial(**how))
    quiet(noisy, {"level": [1, 2, 3]}, 1, jobs=jobs)
    assert asked == [started]


def test_two_processes_give_the_results_of_one():
    one, two = (quiet(moons, GRID, 2, jobs=jobs) for jobs in (1, 2))
    assert scores(one) == scores(two)
    histories = [[trial.history for trial in ranking.trials] for ranking in (one, two)]
    assert histories[0] == histories[1] and histories[0][0].epochs == 2


def test_joblib_decides_where():
    with joblib.parallel_config("threading", n_jobs=2):
        assert scores(quiet(moons, GRID, 2)) == scores(quiet(moons, GRID, 2, jobs=1))


def test_a_run_computes_in_one_thread():
    def make(name, seed):
        pools = threadpoolctl.threadpool_info()
        return {"val_loss": max(pool["num_threads"] for pool in pools)}

    with threadpoolctl.threadpool_limits(2):
        ranking = quiet(make, {"name": ["a"]}, 1)
    assert ranking.trials[0].scores == {"val_loss": 1}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_dask_cluster_gives_the_results_of_one_process():
    distributed = pytest.importorskip("distributed")
    cluster = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(processes=True, **cluster), joblib.parallel_config("dask"):
        found = quiet(moons, GRID, 2)
    assert scores(found) == scores(quiet(moons, GRID, 2))


def test_without_joblib_the_install_line_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with pytest.raises(ImportError, match=r'pip install "tinynet-learn\[sweep\]"'):
        quiet(noisy, {"level": [1]})


# --- what is kept ---------------------------------------------------------------------------


def test_a_sweep_goes_on_where_it_ended(tmp_path):
    done = []

    def make(lr, hidden, seed):
        done.append((lr, seed))
        return moons(lr, hidden, seed)

    first = quiet(make, GRID, 2, folder=tmp_path)
    assert len(done) == 8
    assert scores(quiet(make, GRID, 2, folder=tmp_path)) == scores(first) and len(done) == 8
    again = quiet(make, GRID | {"lr": [0.3, 0.5]}, 3, folder=tmp_path)
    assert len(done) == 8 + 2 * 2 + 2 * 1 + 2  # of a new rate, of a new seed, of both
    fresh = quiet(moons, GRID | {"lr": [0.3, 0.5]}, 3)
    assert scores(again) == scores(fresh)
    pairs = [(a.history, b.history) for a, b in zip(again.trials, fresh.trials, strict=True)]
    assert all(vars(a) | {"seconds": 0} == vars(b) | {"seconds": 0} for a, b in pairs)
    assert all(a == b for a, b in pairs)


def test_failed_runs_are_tried_again(tmp_path):
    def broken(level, seed):
        raise ValueError("half-written")

    assert quiet(broken, {"level": [1]}, 2, folder=tmp_path).trials[0].error
    files = [json.loads(path.read_text()) for path in tmp_path.iterdir()]
    assert {file["seed"] for file in files} == {0, 1} and "half-written" in files[0]["error"]
    assert quiet(noisy, {"level": [1]}, 2, folder=tmp_path).best == {"level": 1}


def test_what_a_file_says_of_a_run_is_looked_at_like_the_run(tmp_path):
    fresh = quiet(noisy, {"level": [1]}, 2, folder=tmp_path)
    path = next(tmp_path.iterdir())
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"scores": {"val_loss": math.nan}}))
    assert scores(quiet(noisy, {"level": [1]}, 2, folder=tmp_path)) == scores(fresh)
    with pytest.raises(ValueError, match="ranks by 'val_f1', but make returned val_loss"):
        quiet(noisy, {"level": [1]}, 2, folder=tmp_path, score="val_f1")
    path.write_text(json.dumps(content | {"seconds": 10**400}))
    with pytest.raises(ValueError, match=f"{path.name} is no run of a sweep"):
        quiet(noisy, {"level": [1]}, 2, folder=tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"tinynet.sweep": 2}', b"[" * 10**5, b"{}"],
)
def test_a_file_that_is_no_run_is_named(content, tmp_path):
    quiet(noisy, {"level": [1]}, 1, folder=tmp_path)
    path = next(tmp_path.iterdir())
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path.name} is no run of a sweep"):
        quiet(noisy, {"level": [1]}, 1, folder=tmp_path)


def test_a_folder_that_cannot_be_is_told_before_the_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="cannot keep runs in"):
        quiet(noisy, {"level": [1]}, folder=tmp_path / "file")
    with pytest.raises(ValueError, match="cannot keep runs in"):
        quiet(noisy, {"level": [1]}, folder=tmp_path / "file" / "inside")


KILLED = r"""
import os, sys
import tinynet as tn
from tests.test_sweep import GRID, moons

def make(lr, hidden, seed):
    os.write(1, b"begin\n")  # in one piece, also where two processes write
    return moons(lr, hidden, seed, epochs=20)

if __name__ == "__main__":
    tn.training.sweep(make, GRID, 3, folder=sys.argv[1], jobs=int(sys.argv[2]), progress=False)
"""


@pytest.mark.parametrize(
    ("jobs", "begun"),
    [
        (1, [3]),
        pytest.param(1, [1, 2, 5], marks=pytest.mark.slow),
        pytest.param(2, [6, 5], marks=pytest.mark.slow),
    ],
)
def test_a_killed_sweep_goes_on_to_the_same_results(jobs, begun, tmp_path):
    script, folder = tmp_path / "script.py", tmp_path / "runs"
    script.write_text(KILLED)
    command = [sys.executable, str(script), str(folder), str(jobs)]
    surroundings = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    options = {"stdout": subprocess.PIPE, "start_new_session": True, "env": surroundings}
    for count in begun:
        with subprocess.Popen(command, **options) as run:
            lines = [run.stdout.readline() for _ in range(count)]
            os.killpg(run.pid, signal.SIGKILL)  # in the middle of the last one that began
        assert lines == [b"begin\n"] * count
    kept = len(list(folder.glob("*.json")))
    lost = jobs if jobs == 1 else 2 * jobs  # those that ran, and those not yet handed over
    assert sum(begun) - len(begun) * lost <= kept < 12
    done = []

    def make(seed, **settings):
        done.append(seed)
        return moons(seed=seed, **settings, epochs=20)

    ranking = quiet(make, GRID, 3, folder=folder)
    assert len(done) == 12 - kept
    assert scores(ranking) == scores(quiet(make, GRID, 3))
