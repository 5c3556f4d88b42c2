"""Several ranks train one model: that of one process; and where one fails, none is left waiting.

Most tests let threads be the ranks, with a communicator of a few lines; the last ones are real.
"""

import functools
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tinynet import fit, losses
from tinynet.layers import MLP, BatchNorm1d, Dropout, Linear, Sequential
from tinynet.optimizers import SGD, Adam
from tinynet.training import Callback, EarlyStopping, NonFiniteLoss, Step
from tinynet.training.parallel import MPI, RankFailed

pytest.importorskip("mpi4py")
ROOT = Path(__file__).parent.parent
RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4))
IDS = RNG.integers(0, 3, 50)
NUMBERS = RNG.normal(size=(50, 3))
ZEROS = np.where(np.arange(50) % 7 < 5, 0.0, 2.0)  # weights: many a share holds only zeros


class Threads:
    """What the ranks have in common, if they are threads: a rank that comes too late breaks it."""

    def __init__(self, size):
        self.size, self.given = size, [None] * size
        self.barrier = threading.Barrier(size, timeout=5)

    def all(self, rank, value):
        self.given[rank] = value
        self.barrier.wait()
        values = list(self.given)
        self.barrier.wait()
        return values


class Communicator:
    def __init__(self, threads, rank):
        self.threads, self.rank = threads, rank

    def Get_rank(self):
        return self.rank

    def Get_size(self):
        return self.threads.size

    def Allreduce(self, in_place, array):
        array[...] = sum(self.threads.all(self.rank, array.copy()))

    def allgather(self, value):
        return self.threads.all(self.rank, value)

    def bcast(self, value):
        return self.threads.all(self.rank, value)[0]


def on_ranks(size, main):
    """What main(parallel) gave on each rank, or the error that it raised."""
    threads, results, hook = Threads(size), [None] * size, sys.excepthook

    def run(rank):
        try:
            results[rank] = main(MPI(Communicator(threads, rank)))
        except BaseException as error:
            results[rank] = error

    ranks = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in ranks:
        thread.start()
    for thread in ranks:
        thread.join()
    sys.excepthook = hook
    return results


def trained(parallel=None, loss=losses.mse, y=NUMBERS, optimizer=SGD, net=None, lr=0.05, **options):
    net = net or MLP([4, 5, 3], rng=0)
    optimizer = optimizer(net.parameters(), lr=lr)
    options = {"epochs": 3, "batch_size": 16, "progress": False, "rng": 0} | options
    history = fit(net, loss, optimizer, (X, y), parallel=parallel, **options)
    return optimizer.vector, dict(history), history.stopped


def mine(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true) ** 1.5)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize(
    ("loss", "y", "options"),
    [
        *((losses.mse, NUMBERS, {}), (mine, NUMBERS, {}), (losses.cross_entropy, IDS, {})),
        (functools.partial(losses.mse, reduction="sum"), NUMBERS, {"lr": 1e-3}),
        (functools.partial(losses.cross_entropy, ignore_index=1), IDS, {}),
        (functools.partial(losses.cross_entropy, class_weight=[1.0, 5.0, 0.1]), IDS, {}),
        (losses.mse, NUMBERS, {"sample_weight": ZEROS, "optimizer": Adam}),
        (losses.cross_entropy, IDS, {"validation": (X[:9], IDS[:9]), "batch_size": 7}),
        (losses.cross_entropy, IDS, {"accumulate": 3, "batch_size": 5, "clip_norm": 0.1}),
        (losses.cross_entropy, IDS, {"class_weight": "balanced", "accumulate": 2}),
        (losses.mse, NUMBERS, {"where": ZEROS > 0, "lr": 0.01}),
    ],
)
def test_the_weights_and_the_history_are_those_of_one_process(loss, y, options, size):
    weights, history, _ = trained(loss=loss, y=y, **options)  # its last batch has 1 or 2 rows
    found = on_ranks(size, lambda p: trained(p, loss, y, **options))
    for vector, of_rank, _ in found:
        np.testing.assert_allclose(vector, weights, rtol=0, atol=1e-12)
        assert np.array_equal(vector, found[0][0]) and of_rank == found[0][1]
        for name, column in history.items():
            assert of_rank[name] == pytest.approx(column, rel=1e-10)


def test_every_rank_begins_with_the_parameters_and_the_random_state_of_rank_0():
    def main(parallel):
        return trained(parallel, net=MLP([4, 5, 3], rng=parallel.rank), rng=parallel.rank)[0]

    found = on_ranks(2, main)
    assert np.array_equal(*found)
    np.testing.assert_allclose(found[0], trained()[0], atol=1e-12)


def test_layers_that_draw_still_make_one_model():
    def main(parallel):
        net = Sequential(Linear(4, 5, rng=0), Dropout(0.5, rng=0), Linear(5, 3, rng=1))
        return trained(parallel, net=net)[0]

    assert np.array_equal(*on_ranks(2, main))


def test_a_schedule_of_ones_own_is_the_same_on_all_ranks():
    found = on_ranks(2, lambda p: trained(p, lr=lambda step: 0.1 / (1 + step))[0])
    np.testing.assert_allclose(found[0], trained(lr=lambda step: 0.1 / (1 + step))[0], atol=1e-12)


@pytest.mark.parametrize("size", [2, 3])
def test_running_means_are_those_of_all_ranks_and_so_is_what_is_measured_with_them(size):
    def main(parallel=None, **options):
        net = Sequential(Linear(4, 5, rng=0), BatchNorm1d(5), Linear(5, 3, rng=1))
        early = EarlyStopping(1, min_delta=0.01)
        options |= {"batch_size": 24, "validation": (X[:9], NUMBERS[:9]), "callbacks": [early]}
        options |= {"where": np.arange(50) < 48}  # so that all ranks have as many rows
        _, history, _ = trained(parallel, net=net, **options)
        return {name: array.tolist() for name, array in net.state_dict().items()}, history

    first, *others = on_ranks(size, functools.partial(main, epochs=9))
    assert all(other == first for other in others)
    still, found = {"lr": 1e-300, "epochs": 2}, "layers.1.running_mean"
    (state, _), *_ = on_ranks(size, functools.partial(main, **still))
    np.testing.assert_allclose(state[found], main(**still)[0][found], atol=1e-12)


def test_a_frozen_layer_stays_and_a_rank_may_have_no_rows():
    def main(parallel):
        net = MLP([4, 5, 3], rng=0)
        net.layers[0].weight.requires_grad = False
        optimizer = functools.partial(SGD, weight_decay=0.1, momentum=0.9)
        return trained(parallel, net=net, batch_size=3, optimizer=optimizer)[0]

    for vector in on_ranks(4, main):
        np.testing.assert_allclose(vector, main(None), atol=1e-12)


def only(rank, hook, error, epoch=1):
    """A callback that raises an error on one rank."""

    class Raises(Callback):
        def __init__(self, parallel):
            self.active = parallel.rank == rank

        def on_batch_begin(self, run):
            if self.active and hook == "batch" and run.history.epochs == epoch and run.batch == 2:
                raise error

        def on_epoch_end(self, history, model):
            if self.active and hook == "epoch" and history.epochs == epoch:
                raise error

    return Raises


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize(
    ("hook", "epoch"), [("batch", 1), ("batch", 2), ("epoch", 1), ("epoch", 3)]
)
def test_a_rank_that_fails_ends_all_with_a_sentence(rank, hook, epoch):
    raises = only(rank, hook, ValueError("no such luck"), epoch)
    results = on_ranks(3, lambda p: trained(p, callbacks=[raises(p)]))
    for i, result in enumerate(results):
        assert isinstance(result, ValueError if i == rank else RankFailed)
        assert "no such luck" in str(result)
        assert i == rank or f"rank {rank} ended the run: ValueError" in str(result)


def test_a_ctrl_c_on_one_rank_ends_all_with_their_history():
    raises = only(1, "batch", KeyboardInterrupt())
    for _, history, stopped in on_ranks(2, lambda p: trained(p, callbacks=[raises(p)])):
        assert len(history["loss"]) == 1 and stopped == "interrupted in epoch 2"


def test_a_loss_that_is_no_number_is_one_error_on_every_rank():
    def main(parallel):
        return trained(parallel, optimizer=lambda p, lr: SGD(p, lr=1e30), epochs=9)

    with np.errstate(all="ignore"):
        results = on_ranks(2, main)
    assert [type(result) for result in results] == [NonFiniteLoss] * 2
    assert str(results[0]) == str(results[1])


def test_ranks_that_are_not_alike_are_refused_on_each_of_them():
    cases = {
        "data": lambda p: trained(p, y=NUMBERS + p.rank),
        "model": lambda p: trained(p, net=MLP([4, 5 + p.rank, 3], rng=0)),
        "optimizer": lambda p: trained(p, optimizer=[SGD, Adam][p.rank]),
        "number of epochs": lambda p: trained(p, epochs=3 + p.rank),
    }
    for what, main in cases.items():
        for error in on_ranks(2, main):
            assert isinstance(error, ValueError), what
            assert f"rank 1 has another {what} than rank 0" in str(error)


def test_ranks_that_take_another_number_of_steps_are_told_apart():
    results = on_ranks(2, lambda p: trained(p, batch_size=25 - 15 * p.rank, epochs=1))
    assert all(isinstance(error, RankFailed) for error in results)
    assert "another number of steps" in str(results[0])


def test_one_rank_may_stop_the_run_of_all():
    def main(parallel):
        return trained(parallel, callbacks=[lambda history, net: parallel.rank == 1 or None])

    for _, history, _ in on_ranks(2, main):
        assert len(history["loss"]) == 1


def test_callbacks_that_write_run_on_rank_0_and_others_everywhere():
    seen = []

    def main(parallel):
        class Log(Callback):
            writes = True

            def on_epoch_end(self, history, model):
                seen.append(("log", parallel.rank))

        def count(history, net):
            seen.append(("count", parallel.rank))

        return trained(parallel, epochs=1, callbacks=[Log(), count])

    on_ranks(2, main)
    assert sorted(seen) == [("count", 0), ("count", 1), ("log", 0)]


def test_a_stream_of_batches_is_shared_too():
    def batches():
        for rows in np.split(np.arange(50), [16, 32, 49]):
            yield X[rows], IDS[rows]

    def main(parallel):
        net = MLP([4, 5, 3], rng=0)
        optimizer = SGD(net.parameters(), lr=0.05)
        fit(net, losses.cross_entropy, optimizer, batches, epochs=3, parallel=parallel)
        return optimizer.vector

    for vector in on_ranks(2, main):
        np.testing.assert_allclose(vector, main(None), atol=1e-12)


def test_a_run_is_kept_by_rank_0_and_resumed_by_all(tmp_path):
    whole = trained(epochs=5)[0]

    def main(parallel, callbacks=()):
        options = {"resume": tmp_path / "run.npz", "epochs": 5, "callbacks": callbacks}
        return trained(parallel, **options)[0]

    raises = only(1, "batch", KeyboardInterrupt(), epoch=2)
    on_ranks(2, lambda p: main(p, [raises(p)]))
    assert (tmp_path / "run.npz").exists()
    for vector in on_ranks(2, lambda p: main(p, [lambda history, net: None])):
        np.testing.assert_allclose(vector, whole, atol=1e-12)


def test_a_loop_of_ones_own_adds_up_the_gradients():
    def main(parallel):
        net = MLP([4, 5, 3], rng=0)
        optimizer = SGD(net.parameters(), lr=0.05)
        step = Step(net, losses.mse, optimizer)
        for _ in range(4):
            if parallel is None:
                step(X, NUMBERS)
                continue
            part = slice(0, 20) if parallel.rank else slice(20, 50)
            loss = step.backward(X[part], NUMBERS[part])
            parallel.add_up(optimizer, loss, (part.stop - part.start) / 50)
            optimizer.step()
        return optimizer.vector

    for vector in on_ranks(2, main):
        np.testing.assert_allclose(vector, main(None), atol=1e-12)


def test_what_is_no_team_is_refused():
    with pytest.raises(TypeError, match=r"parallel must be tn.training.parallel.MPI\(\), not 2"):
        trained(2)


# --- real processes --------------------------------------------------------------------------

SCRIPT = """
import os, signal, sys, numpy as np, tinynet as tn
from tinynet.training.parallel import MPI
def main(parallel, callbacks=(), before=lambda: None):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 4)), rng.integers(0, 3, 50)
    before()
    model = tn.layers.MLP([4, 8, 3], rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    history = tn.fit(model, tn.losses.cross_entropy, optimizer, (x, y), epochs=5, batch_size=16,
                     parallel=parallel, callbacks=callbacks, progress=False)
    return optimizer.vector, history
parallel = MPI()
def at(rank, what):
    def callback(history, model):
        if parallel.rank == rank and history.epochs == 2:
            what()
    return callback
def fails():
    raise OSError("the disk is full")
"""


def mpiexec(lines, size=2, seconds=120):
    program = Path(sys.executable).with_name("mpiexec")
    env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [program, "-n", str(size), sys.executable, "-c", SCRIPT + lines]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=seconds)


def test_two_processes_give_the_weights_of_one():
    lines = "vector, history = main(parallel); one, _ = main(None)\n"
    lines += "sys.stdout.write(f'{len(history)} {np.abs(vector - one).max() < 1e-10}\\n')"
    result = mpiexec(lines)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["1", "True"] * 2 and result.stderr == ""


def test_a_process_that_raises_tells_it_once_and_the_other_says_a_sentence():
    result = mpiexec("main(parallel, [at(1, fails)])")
    assert result.returncode == 1
    assert result.stderr.count("Traceback") == 1
    assert "rank 0: rank 1 ended the run: OSError: the disk is full" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            "main(parallel, [at(1, lambda: os.kill(os.getpid(), signal.SIGKILL))])",
            "KILLED BY|Killed",
        ),
        ("main(parallel, [at(0, lambda: sys.exit('enough'))])", "rank 0 ended the run: SystemExit"),
        (
            "main(parallel, before=lambda: parallel.rank or fails())",
            "rank 0 of 2 ends the run of all",
        ),
        ("parallel.rank and fails(); main(parallel)", "rank 1 of 2 ends the run of all"),
    ],
)
def test_no_process_waits_for_one_that_is_gone(lines, told):
    result = mpiexec(lines)
    assert result.returncode != 0
    assert re.search(told, result.stderr + result.stdout)
    assert result.stderr.count("Traceback") <= 1
