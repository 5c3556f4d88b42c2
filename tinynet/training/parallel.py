"""More than one process: each rank computes its share of a batch, and the gradients are added up.

    mpiexec -n 2 python script.py         with tn.fit(…, parallel=tn.training.parallel.MPI())

The one idea: a rank talks to the others in one way only, a sum of vectors of one size. It holds the
gradient, the loss, and three numbers that say whether a rank wants to stop, is done or has failed.
So a rank that fails, wherever it does, takes part in one more sum, and no other waits for it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..layers import tensors
from ..optimizers import Optimizer
from .callbacks import Run

LOSS, STOP, DONE, FAILED = -4, -3, -2, -1  # the places behind the gradient


class RankFailed(RuntimeError):
    """Another rank ended the run; the message says which one, and why."""


class Alone:
    """One process: what `fit` asks of `MPI`, where there is nobody else."""

    rank = 0

    @contextmanager
    def together(self, run: Run) -> Iterator[None]:
        """Inside, the ranks train one model, and they all end."""
        yield

    def begin(self, run: Run) -> None:
        """Give every rank what rank 0 has."""

    def shared(self, backward: Callable, run: Run) -> Callable[[np.ndarray], Any]:
        """The loss of the rows of a batch and its gradient, of which each rank computes a part."""
        return backward

    def agree(self, stop: bool) -> bool:
        """Does any rank want to stop?"""
        return stop

    def chosen(self, callbacks: Iterable) -> list:
        """The callbacks of this rank: those that write files are for rank 0."""
        return [c for c in callbacks if not (self.rank and getattr(c, "writes", False))]


class MPI(Alone):
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
    of `fit` each gets the parameters of rank 0 and its random state, so that all shuffle alike;
    each computes the loss on its part of a batch, ``rows[rank::size]``, and the gradients are added
    up with the weights that make them those of the whole batch. So the model and its history are
    the same on every rank, and those of one process up to rounding. The loss must be a mean or a
    sum over rows; one that compares rows with each other sees those of its rank only. A layer that
    draws, such as Dropout, draws on each rank by itself: then all ranks still have one model, as
    good as that of one process, but not the same.

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
        self._parts: Any = None  # what is summed
        self.ended, self._first = "", 0  # why the run failed, if all ranks know; and who tells it
        if isinstance(before := getattr(sys.excepthook, "__self__", None), MPI):
            self._print = before._print
        sys.excepthook = self._report

    def begin(self, run: Run) -> None:
        own, self.ended = tensors(run.model), ""
        self._compare(run)
        self._parts = _room(run.optimizer)
        values = {name: tensor.data for name, tensor in own.items()}
        values, state = self.communicator.bcast((values, run.rng.bit_generator.state))
        run.rng.bit_generator.state = state
        for name, tensor in own.items():
            tensor.data[...] = values[name]

    @contextmanager
    def together(self, run: Run) -> Iterator[None]:
        try:
            yield
            self._sum(DONE)
        except BaseException as error:  # a Ctrl-C, too
            if not self.ended:
                self._sum(FAILED, error=error)
            raise

    def shared(self, backward: Callable, run: Run) -> Callable[[np.ndarray], float]:
        def of_all(rows: np.ndarray) -> float:
            mine, weight = self._mine(rows, run.share)
            return self.add_up(run.optimizer, float(backward(mine)), weight)

        return of_all

    def add_up(self, optimizer: Optimizer, loss: float, weight: float) -> float:
        """Add up the gradients and losses of all ranks, each times its weight; returns the loss."""
        if self._parts is None:
            self._parts = _room(optimizer)
        parts = self._sum(gradient=optimizer.gradient, loss=loss, weight=weight)
        optimizer.gradient[...] = parts[:LOSS]
        return float(parts[LOSS])

    def agree(self, stop: bool) -> bool:
        return bool(self._sum(*[STOP] * stop)[STOP])

    def _mine(self, rows: np.ndarray, share: Callable | None) -> tuple[np.ndarray, float]:
        """The rows of this rank, and what their loss counts for in that of all rows."""
        mine = rows[self.rank :: self.size]
        if share is None:  # a sum
            return (mine, 1.0) if len(mine) else (rows[:1], 0.0)
        if len(mine) and (counts := share(mine)):
            return mine, counts / share(rows)
        return next(row for row in np.split(rows, len(rows)) if share(row)), 0.0

    def _compare(self, run: Run) -> None:
        """ValueError on every rank unless they all have the same."""
        optimizer = run.optimizer
        memory = {k: v for k, v in vars(optimizer).items() if isinstance(v, np.ndarray)}
        del memory["vector"], memory["gradient"]
        mine = {
            "model": [(name, t.shape, str(t.dtype)) for name, t in tensors(run.model).items()],
            "optimizer": (repr(optimizer), _digest(*memory.values())),
            "data": [_digest(*part) for part in run.parts.values()],
            "number of epochs": run.history.planned,
        }
        everybody = self.communicator.allgather(mine)
        for rank, other in enumerate(everybody):
            for what, value in other.items():
                if value != everybody[0][what]:
                    self.ended = f"rank {rank} has another {what} than rank 0"
                    raise ValueError(
                        f"{self.ended}: every rank must load the same data and make the same model"
                        " and optimizer, with the same seeds"
                    )

    def _sum(
        self,
        *flags: int,
        gradient: Any = 0.0,
        loss: float = 0.0,
        weight: float = 0.0,
        error: BaseException | None = None,
    ) -> np.ndarray:
        """The one sum over all ranks; where one of them failed, it is told to all."""
        parts = self._parts
        np.multiply(gradient, weight, out=parts[:LOSS])
        parts[LOSS:] = loss * weight, 0, 0, 0
        parts[list(flags)] = 1
        self.communicator.Allreduce(self._in_place, parts)
        if parts[FAILED] or parts[DONE] not in (0, self.size):
            self._fail(error)
        return parts

    def _fail(self, error: BaseException | None) -> None:
        """Tell all ranks why the run ends; RankFailed on those that did not fail themselves."""
        mine = "" if error is None else f"{type(error).__name__}: {error}"
        reasons = self.communicator.allgather(mine)
        self._first = next((rank for rank, reason in enumerate(reasons) if reason), 0)
        reason = reasons[self._first] or "it takes another number of steps than the others"
        self.ended = f"rank {self._first} ended the run: {reason}"
        if error is None:
            interrupted = reason.startswith("KeyboardInterrupt")
            raise KeyboardInterrupt if interrupted else RankFailed(self.ended)

    def _report(self, kind: Any, error: BaseException, traceback: Any) -> None:
        """The last words of a process that an error ends: one tells it, and no other waits."""
        if self.ended and self.rank != self._first:
            print(f"rank {self.rank}: {self.ended}", file=sys.stderr)
            return
        self._print(kind, error, traceback)
        if not self.ended and self.size > 1:
            print(
                f"rank {self.rank} of {self.size} ends the run of all", file=sys.stderr, flush=True
            )
            self.communicator.Abort(1)


def team(parallel: Any) -> Alone:
    """The ranks that train together, checked."""
    if not (parallel is None or isinstance(parallel, Alone)):
        raise TypeError(f"parallel must be tn.training.parallel.MPI(), not {parallel!r}")
    return parallel or Alone()


def _room(optimizer: Optimizer) -> np.ndarray:
    """A vector for the gradient and what stands behind it, in a dtype that MPI can add."""
    vector = optimizer.vector
    return np.zeros(vector.size - LOSS, np.promote_types(vector.dtype, np.float32))


def _digest(*arrays: np.ndarray) -> str:
    """A short text that differs where the arrays do."""
    found = hashlib.blake2b(digest_size=16)
    for array in arrays:
        found.update(f"{array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
