"""What a worker process does: get ready once, then one task after the other.

It is told tasks through one pipe and answers through another. Both are plain pipes: no socket is opened. A worker keeps
nothing that has to be put away, so it is ended by force, and ends itself when nobody is left at the other end.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any

from fakta.batch.attempt import Outcome, attempt
from fakta.batch.limits import Limits, confine, end_own_group, lead_group
from fakta.errors import FaktaError, WorkerFailed

# Gets a process ready and gives what it does with each task; has to be picklable.
Prepare = Callable[[], Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker is prepared."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Nothing can be done here, whatever the task."""

    error: Exception


def serve(tasks: Connection, answers: Connection, prepare: Prepare, limits: Limits) -> None:
    """The worker process, from start to end."""
    lead_group()
    confine(limits.memory_mb)
    waiting: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(tasks, waiting), daemon=True).start()
    try:
        work = prepare()
    except MemoryError:
        answers.send(Broken(WorkerFailed(f"a worker cannot start within {limits.memory_mb} MB: give it more memory")))
        return
    except Exception as error:
        answers.send(Broken(_portable(error)))
        return
    try:
        answers.send(Ready())
        while True:
            answers.send(_answer(work, waiting.get(), limits))
    except BrokenPipeError:
        return


def _listen(tasks: Connection, waiting: SimpleQueue[Any]) -> None:
    try:
        while True:
            waiting.put(tasks.recv())
    except (EOFError, OSError):
        return  # whoever gave the tasks is gone, however that came about
    finally:
        end_own_group()


def _answer(work: Callable[[Any], Any], task: Any, limits: Limits) -> Outcome | Broken:
    try:
        return attempt(work, task, memory_mb=limits.memory_mb)
    except FaktaError as error:
        return Broken(_portable(error))


def _portable(error: Exception) -> Exception:
    """The error as it is where it survives the way to another process, else what it says."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return WorkerFailed(f"a worker failed: {type(error).__name__}: {error}")
    error.add_note(traceback.format_exc())
    return error
