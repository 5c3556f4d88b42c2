"""More than one process: each rank computes its share of a batch, and the gradients are added up.

    mpiexec -n 2 python script.py         with tn.fit(…, parallel=tn.training.parallel.MPI())

The one idea: during a run the ranks talk to each other in one way only, a sum of vectors of one
size. It holds the gradient, the loss, and three numbers that say whether a rank wants to stop, is
done or has failed. So a rank that fails, wherever it does, takes part in one more sum, and no other
waits for it. Anything else, such as running means, is exchanged right after a sum without failure.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..layers import tensors
from ..optimizers import Optimizer
from .batches import Batch
from .callbacks import Run
from .callbacks.together import EndOfRun
from .weighting import any_counts

LOSS, STOP, DONE, FAILED = -4, -3, -2, -1  # the places behind the gradient
IN_PEACE = {"KeyboardInterrupt": KeyboardInterrupt, "EndOfRun": EndOfRun}  # ways to end a run


class RankFailed(RuntimeError):
    """Another rank ended the run; the message says which one, and why."""


class MPI:
    """The processes that ``mpiexec -n N python script.py`` started, for ``fit(…, parallel=MPI())``.

    Parameters
    ----------
    communicator : mpi4py.MPI.Comm, optional
        Who takes part; all processes unless given.

    Attributes
    ----------
    rank, size : int
        The number of this process, from 0, and how many there are.

    Every rank runs the whole script: it loads the same data and makes the same model. At the start
    of `fit` each gets the parameters of rank 0 and its random state, so that all shuffle alike.
    Each computes the loss on its part of the rows of a batch, and the gradients are added up with
    the weights that make them those of the whole batch. So the model and its history are the same
    on every rank, and those of one process up to rounding. The loss must be a mean or a sum over
    rows; one that compares rows with each other sees those of its rank only. A layer that draws,
    such as Dropout, draws on each rank by itself: then all ranks still have one model, as good as
    that of one process, but not the same. So it is with BatchNorm1d, which sees the rows of its
    rank; its running means become those of all ranks at the end of each epoch.

    Rank 0 shows the progress bar. Callbacks run on every rank, since they may change the training,
    except those whose `writes` is True: they write files, on rank 0 only. A function of your own
    may ask for ``parallel.rank``.

    Where a rank fails, all of them do, the others with `RankFailed` and one sentence; a process
    that is killed ends all.

    It needs ``pip install "tinynet-learn[mpi]"``. Raises ValueError where the ranks do not have the
    same data, model or optimizer.

    >>> from tinynet.training.parallel import MPI
    >>> parallel = MPI()
    >>> parallel.rank, parallel.size     # without mpiexec
    (0, 1)
    """

    def __init__(self, communicator: Any = None) -> None:
        try:
            from mpi4py import MPI as mpi  # here, since it takes hold of the process
        except ImportError as error:
            raise ImportError(
                'MPI needs mpi4py and an MPI library: pip install "tinynet-learn[mpi]"'
            ) from error
        self.communicator = mpi.COMM_WORLD if communicator is None else communicator
        self.rank, self.size = self.communicator.Get_rank(), self.communicator.Get_size()
        self._in_place, self._print = mpi.IN_PLACE, sys.excepthook
        self.told, self.first = "", 0  # why a run failed, as all ranks know; who prints it
        self.heard: BaseException | None = None  # what came from another rank
        if isinstance(before := getattr(sys.excepthook, "__self__", None), MPI):
            self._print = before._print
        sys.excepthook = self._report

    def add_up(self, optimizer: Optimizer, loss: float, weight: float) -> float:
        """Add up the gradients and losses of all ranks, each times its weight; returns the loss.

        Between ``backward()`` and ``optimizer.step()``; the weights of all ranks are 1 together.
        """
        for parameter in optimizer.parameters:
            if parameter.grad is not None and parameter.grad is not parameter.grad_buffer:
                parameter.grad_buffer[...] = parameter.grad
                parameter.grad = parameter.grad_buffer
        parts = self.sum(gradient=optimizer.gradient, loss=loss, weight=weight)
        optimizer.gradient[...] = parts[:LOSS]
        return float(parts[LOSS])

    def sum(
        self,
        *flags: int,
        gradient: np.ndarray,
        loss: float = 0.0,
        weight: float = 0.0,
        error: BaseException | None = None,
    ) -> np.ndarray:
        """The one sum over all ranks; where one of them failed, it is told to all."""
        dtype = np.promote_types(gradient.dtype, np.float32)  # which MPI can add
        parts = np.zeros(gradient.size - LOSS, dtype)
        np.multiply(gradient, weight, out=parts[:LOSS])
        parts[LOSS] = loss * weight
        parts[list(flags)] = 1
        self.communicator.Allreduce(self._in_place, parts)
        if parts[FAILED] or parts[DONE] not in (0, self.size):
            self._fail(error)
        return parts

    def _fail(self, error: BaseException | None) -> None:
        """Tell all ranks why the run ends, and end it on those that did not fail themselves."""
        mine = None if error is None else (type(error).__name__, str(error))
        reasons = self.communicator.allgather(mine)
        self.first = next((rank for rank, reason in enumerate(reasons) if reason), 0)
        kind, text = reasons[self.first] or ("", "it takes another number of steps than others")
        if kind not in IN_PEACE:
            self.told = f"rank {self.first} ended the run: {kind}{': ' * bool(kind)}{text}"
        if error is None:
            self.heard = IN_PEACE[kind](text) if kind in IN_PEACE else RankFailed(self.told)
            raise self.heard

    def _report(self, kind: Any, error: BaseException, traceback: Any) -> None:
        """The last words of a process that an error ends: one tells it, and no other waits."""
        if self.told and self.rank != self.first:
            print(f"rank {self.rank}: {self.told}", file=sys.stderr)
            return
        self._print(kind, error, traceback)
        if not self.told and self.size > 1:
            text = f"rank {self.rank} of {self.size} ends the run of all"
            print(text, file=sys.stderr, flush=True)
            time.sleep(0.5)  # mpiexec drops what it has not handed on when it ends all
            self.communicator.Abort(1)


class Alone:
    """One process trains: what `fit` asks of the ranks of a run, where there is only one."""

    rank = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Inside, the ranks train one model, and they all end."""
        yield

    def check_alike(self) -> None:
        """An error where the callbacks, at their beginning, made the ranks differ."""

    def shared(self, gradient: Callable) -> Callable[[list[Batch]], Any]:
        """The loss and the gradient of a group of batches, of which each rank computes a part."""
        return gradient

    def even_out(self) -> None:
        """What training changes beside the parameters, such as running means, becomes a mean."""

    def agree(self) -> None:
        """Where the callbacks of any rank stopped the run, all stop."""

    def chosen(self, callbacks: Iterable) -> list:
        """The callbacks of this rank: those that write files are for rank 0."""
        return [c for c in callbacks if not (self.rank and getattr(c, "writes", False))]


class Ranks(Alone):
    """The ranks of one run of `fit`."""

    def __init__(self, mpi: MPI, run: Run) -> None:
        self.mpi, self.run, self.rank = mpi, run, mpi.rank
        self.nothing = np.zeros_like(run.optimizer.gradient)
        mpi.told, run.rank, own = "", mpi.rank, tensors(run.model)
        self._compare()
        values = {name: tensor.data for name, tensor in own.items()}
        values, state = mpi.communicator.bcast((values, run.rng.bit_generator.state))
        run.rng.bit_generator.state = state
        for name, tensor in own.items():
            tensor.data[...] = values[name]

    @contextmanager
    def together(self) -> Iterator[None]:
        try:
            yield
            self.mpi.sum(DONE, gradient=self.nothing)
        except BaseException as error:  # a Ctrl-C, too
            self._ended(error)
            raise

    def _ended(self, error: BaseException) -> None:
        """Pass on what ended the run here, or take down what ended it elsewhere."""
        history, own = self.run.history, error is not self.mpi.heard
        if own:
            reason = EndOfRun(history.stopped) if isinstance(error, EndOfRun) else error
            self.mpi.sum(FAILED, gradient=self.nothing, error=reason)
        elif isinstance(error, EndOfRun):
            history.stopped = str(error)

    def check_alike(self) -> None:
        vector, history = self.run.optimizer.vector, self.run.history
        parts = self.mpi.sum(gradient=vector, weight=1 / self.mpi.size, loss=history.epochs)
        if not np.allclose(parts[: LOSS + 1], [*vector, history.epochs], rtol=1e-4):
            raise ValueError(
                f"the ranks begin at different epochs or with different weights, rank {self.rank}"
                f" after epoch {history.epochs}: a run is resumed from one file that all can read"
            )

    def shared(self, gradient: Callable) -> Callable[[list[Batch]], float]:
        def of_all(group: list[Batch]) -> float:
            mine, weight = self._mine(group)
            return self.mpi.add_up(self.run.optimizer, float(gradient(mine)), weight)

        return of_all

    def even_out(self) -> None:
        parameters = set(self.run.optimizer.parameters)
        others = [t for t in tensors(self.run.model).values() if t not in parameters]
        if not others:
            return
        self.mpi.sum(gradient=self.nothing)  # none has failed, so all take part in the next
        everybody = self.mpi.communicator.allgather([np.copy(t.data) for t in others])
        for tensor, first, *values in zip(others, *everybody, strict=True):
            change = sum(value - first for value in values) / self.mpi.size
            tensor.data[...] = first + change  # where all are equal, no bit changes

    def agree(self) -> None:
        history = self.run.history
        stops = [STOP] * (history.stopped is not None)
        if self.mpi.sum(*stops, gradient=self.nothing)[STOP] and not stops:
            history.stopped = f"another rank stopped the run after epoch {history.epochs}"

    def _mine(self, group: list[Batch]) -> tuple[list[Batch], float]:
        """The part of this rank, and what its loss counts for in that of all."""
        share, parts = self.run.share, [self._part(batch) for batch in group]
        mine = [part for part in parts if self._counts(part)]
        if mine:
            return mine, share(mine) / share(group) if share else 1.0
        one = (_rows(batch, i, i + 1) for batch in group for i in range(len(batch)))
        return [next(filter(self._counts, one))], 0.0  # so that all take the same step

    def _part(self, batch: Batch) -> Batch:
        size, ranks = len(batch), self.mpi.size
        return _rows(batch, size * self.rank // ranks, size * (self.rank + 1) // ranks)

    def _counts(self, batch: Batch) -> bool:
        """Has it a loss?"""
        if not (len(batch) and any_counts(batch.options, ...)):
            return False
        return self.run.share is None or bool(self.run.share([batch]))

    def _compare(self) -> None:
        """ValueError on every rank unless they all have the same."""
        from .checkpoints.settings import told  # here, so that `import tinynet` stays fast

        run, optimizer = self.run, self.run.optimizer
        memory = {k: v for k, v in vars(optimizer).items() if isinstance(v, np.ndarray)}
        del memory["vector"], memory["gradient"]
        parts = [part for part in run.parts.values() if isinstance(part, tuple)]
        mine = {
            "model": [(name, t.shape, str(t.dtype)) for name, t in tensors(run.model).items()],
            "optimizer": (told(optimizer), _digest(*memory.values())),
            "data": [_digest(*part) for part in parts],
            "number of epochs": run.history.planned,
        }
        everybody = self.mpi.communicator.allgather(mine)
        for rank, other in enumerate(everybody):
            for what, value in other.items():
                if value != everybody[0][what]:
                    problem = f"rank {rank} has another {what} than rank 0"
                    self.mpi.told, self.mpi.first = problem, 0
                    raise ValueError(
                        f"{problem}: every rank must load the same data and make the same model and"
                        " optimizer, with the same seeds"
                    )


def team(parallel: Any, run: Run) -> Alone:
    """The ranks that train together, checked."""
    if parallel is None:
        return Alone()
    if not isinstance(parallel, MPI):
        raise TypeError(f"parallel must be tn.training.parallel.MPI(), not {parallel!r}")
    return Ranks(parallel, run)


def _rows(batch: Batch, start: int, stop: int) -> Batch:
    """Some rows of a batch, one after the other."""
    part = slice(start, stop)
    options = {name: given[part] for name, given in batch.options.items()}
    if batch.rows is None:
        return Batch(batch.all_x[part], batch.all_y[part], options)
    return Batch(batch.all_x, batch.all_y, options, batch.rows[part])


def _digest(*arrays: np.ndarray) -> str:
    """A short text that differs where the arrays do."""
    found = hashlib.blake2b(digest_size=16)
    for array in arrays:
        found.update(f"{array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
