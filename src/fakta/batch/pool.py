"""A few worker processes, watched: tasks in, outcomes out in the same order, and no task can take another one along.

Tasks are taken from their iterable as room for them comes up, and outcomes wait only for the ones in front of them, so
memory does not grow with the number of tasks. All supervision is done while the next outcome is asked for; there is no
thread in between.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic
from typing import Any, NamedTuple

from fakta.batch.attempt import Outcome, out_of_memory
from fakta.batch.limits import Limits, end_group, interrupts_held
from fakta.batch.worker import Broken, Prepare, Ready, serve
from fakta.errors import DocumentCrashed, DocumentError, DocumentLimitError, WorkerFailed

# Tasks that a worker holds: the one it is at, and the next, so that it need not wait for whoever uses the outcomes.
PREFETCH = 2
# Tasks for each worker that may be begun and not yet be given out, for the sake of a slow one in front of them.
LOOK_AHEAD = 8
# A machine out of memory may kill a worker that has hardly begun; one that never gets ready is another matter.
STARTS = 3

# How programs end themselves when an allocation fails that they cannot do without.
_GAVE_UP = ("SIGABRT", "SIGILL", "SIGTRAP")


class _Job(NamedTuple):
    number: int
    task: Any


@dataclass
class _Worker:
    """A process and what it was given.

    Attributes:
        jobs: given and not answered; it is at the first.
        since: when it began that one (monotonic seconds); None while it has none or gets ready.
        ready: it has said so.
    """

    process: SpawnProcess
    tasks: Connection
    answers: Connection
    jobs: deque[_Job] = field(default_factory=deque)
    since: float | None = None
    ready: bool = False

    def give(self, job: _Job) -> None:
        self.jobs.append(job)
        if self.ready and self.since is None:
            self.since = monotonic()
        try:
            self.tasks.send(job.task)
        except BrokenPipeError:
            pass  # it has ended; its other pipe says so too

    def next_began(self) -> None:
        self.since = monotonic() if self.jobs else None


def run(prepare: Prepare, tasks: Iterable[Any], *, workers: int, limits: Limits) -> Generator[Outcome, None, None]:
    """The outcomes of all tasks, in order, each as soon as it and those in front of it are there.

    Close the iterator to stop early; no process outlives it.

    Args:
        prepare: called once in each process; what it gives is called with each task, and may raise `DocumentError`.
            Any other error of fakta's own is raised here and ends the run. Processes are spawned, so it has to be
            picklable, and a script that calls this needs `if __name__ == "__main__":`.
        tasks: paths, or other small picklable things whose text names the document.
        workers: how many processes at most.
        limits: for each task. A worker that exceeds one is replaced.

    Raises:
        WorkerFailed: processes do not get ready.
        FaktaError: what `prepare` raised.
    """
    with closing(_Pool(prepare, iter(enumerate(tasks)), workers=workers, limits=limits)) as pool:
        yield from pool.outcomes()


class _Pool:
    def __init__(self, prepare: Prepare, tasks: Iterator[tuple[int, Any]], *, workers: int, limits: Limits) -> None:
        self._prepare = prepare
        self._tasks = tasks
        self._size = max(1, workers)
        self._limits = limits
        self._workers: list[_Worker] = []
        self._again: deque[_Job] = deque()  # given to a worker that was ended before it came to them
        self._done: dict[int, Outcome] = {}
        self._n_taken = self._n_out = 0
        self._failed_starts = 0

    def outcomes(self) -> Iterator[Outcome]:
        """See `run`."""
        while True:
            self._hand_out()
            if self._n_out in self._done:
                # Whatever came in the meantime is taken in first, so that no worker stands still.
                self._take_in(wait_s=0)
                self._hand_out()
                outcome = self._done.pop(self._n_out)
                self._n_out += 1
                yield outcome
            elif self._n_out == self._n_taken:
                return
            else:
                self._take_in(wait_s=self._until_next_deadline())

    def close(self) -> None:
        """Ends all processes."""
        for worker in list(self._workers):
            self._end(worker)

    def _hand_out(self) -> None:
        while (worker := self._with_room()) is not None and (job := self._next_job()) is not None:
            worker.give(job)

    def _with_room(self) -> _Worker | None:
        """The least busy worker that takes another task; a new one rather than one that is busy."""
        least = min(self._workers, key=lambda worker: len(worker.jobs), default=None)
        if least is not None and not least.jobs:
            return least
        if len(self._workers) < self._size and self._has_job():
            return self._start()
        return least if least is not None and len(least.jobs) < PREFETCH else None

    def _has_job(self) -> bool:
        """Whether there is a task to give; it is then the first to be given."""
        job = self._next_job()
        if job is not None:
            self._again.appendleft(job)
        return job is not None

    def _next_job(self) -> _Job | None:
        if self._again:
            return self._again.popleft()
        if self._n_taken - self._n_out >= self._size * LOOK_AHEAD:
            return None
        for number, task in islice(self._tasks, 1):
            self._n_taken += 1
            return _Job(number, task)
        return None

    def _start(self) -> _Worker:
        context = get_context("spawn")
        # A Ctrl-C in here would leave a process that nobody knows.
        with interrupts_held():
            their_tasks, tasks = context.Pipe(duplex=False)
            answers, their_answers = context.Pipe(duplex=False)
            process = context.Process(
                target=serve,
                args=(their_tasks, their_answers, self._prepare, self._limits),
                name="fakta-worker",
                daemon=True,
            )
            process.start()
            worker = _Worker(process, tasks, answers)
            self._workers.append(worker)
        # Only the worker holds its ends now, so that each side notices when the other is gone.
        their_tasks.close()
        their_answers.close()
        return worker

    def _take_in(self, *, wait_s: float | None) -> None:
        """Waits for a worker to say something, or for one to be overdue."""
        ready = wait([worker.answers for worker in self._workers], wait_s)
        for worker in [worker for worker in self._workers if worker.answers in ready]:
            self._listen(worker)
        # Only now: what a worker had said long since may just not have been heard.
        for worker in [worker for worker in self._workers if self._seconds_left(worker) <= 0]:
            job = worker.jobs.popleft()
            self._done[job.number] = Outcome(job.task, error=_too_slow(job.task, self._limits))
            self._end(worker)

    def _listen(self, worker: _Worker) -> None:
        while worker.answers.poll():
            try:
                message = worker.answers.recv()
            except Exception:  # a process that dies may leave anything in its pipe
                self._bury(worker)
                return
            if isinstance(message, Broken):
                raise message.error
            if isinstance(message, Ready):
                worker.ready, self._failed_starts = True, 0
            else:
                self._done[worker.jobs.popleft().number] = message
                if isinstance(message.error, DocumentLimitError):  # what it holds now, the next would go without
                    self._end(worker)
                    return
            worker.next_began()

    def _bury(self, worker: _Worker) -> None:
        """Takes leave of a worker that has ended on its own."""
        worker.process.join(timeout=1)  # its pipe is closed a moment before it is gone
        code = worker.process.exitcode
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= STARTS:
                raise WorkerFailed(_never_ready(code, self._limits))
        elif worker.jobs:
            job = worker.jobs.popleft()
            self._done[job.number] = Outcome(job.task, error=_lost(job.task, code, self._limits))
        self._end(worker)

    def _end(self, worker: _Worker) -> None:
        """Ends a worker; tasks that it was given go to another."""
        self._again.extendleft(reversed(worker.jobs))
        self._workers.remove(worker)
        if worker.process.exitcode is None and worker.process.pid is not None:
            end_group(worker.process.pid)
            worker.process.kill()
        worker.process.join()
        worker.process.close()
        worker.tasks.close()
        worker.answers.close()

    def _seconds_left(self, worker: _Worker) -> float:
        if self._limits.timeout_s is None or worker.since is None:
            return float("inf")
        return worker.since + self._limits.timeout_s - monotonic()

    def _until_next_deadline(self) -> float | None:
        left = min(map(self._seconds_left, self._workers), default=float("inf"))
        return None if left == float("inf") else max(left, 0.0)


def _too_slow(task: Any, limits: Limits) -> DocumentLimitError:
    return DocumentLimitError(
        f"{task} took longer than the {limits.timeout_s:g} s allowed: split it, or allow it more time"
    )


def _lost(task: Any, code: int | None, limits: Limits) -> DocumentError:
    """The error of a document whose worker ended on its own with this exit code, negative for a signal."""
    ending = _ending(code)
    if ending in _GAVE_UP and limits.memory_mb is not None:
        return out_of_memory(task, limits.memory_mb)
    if ending == "SIGKILL":
        return DocumentLimitError(
            f"{task}: the process that read it was killed, as systems do when memory runs out: read it again alone"
        )
    return DocumentCrashed(f"{task} made the process that read it end ({ending}): it is damaged, or hostile")


def _never_ready(code: int | None, limits: Limits) -> str:
    hint = 'a script that starts workers needs `if __name__ == "__main__":`'
    if limits.memory_mb is not None:
        hint = f"{limits.memory_mb} MB may be too little; {hint}"
    return f"worker processes end before they are ready ({_ending(code)}): {hint}"


def _ending(code: int | None) -> str:
    return signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
