"""The pool: order, bounded memory, every way for a worker to end, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.fakta.batch import working

from fakta.batch import Limits, Outcome, attempt, run
from fakta.batch.pool import LOOK_AHEAD, STARTS
from fakta.errors import BundleError, DamagedDocument, DocumentCrashed, DocumentLimitError, WorkerFailed

ROOT = Path(__file__).parents[3]


def outcomes(
    tasks: Iterable[str], *, workers: int = 1, prepare: Callable[[], Any] = working.prepare, **limits: Any
) -> Generator[Outcome, None, None]:
    return run(prepare, tasks, workers=workers, limits=Limits(**limits))


def processes() -> set[int]:
    """Processes that this one started, without the helper that Python keeps for all of them."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if "resource_tracker" not in " ".join(child.cmdline())}


@pytest.fixture(scope="module")
def before() -> set[int]:
    """What other tests left running."""
    return processes()


@pytest.fixture(autouse=True)
def nothing_is_left(before: set[int]) -> Iterator[None]:
    yield
    assert processes() <= before


def test_outcomes_come_in_order_from_both_workers() -> None:
    tasks = ["sleep 0.3", "a", "b", "pid", "sleep 0.2", "pid", "c"]
    found = list(outcomes(tasks, workers=2))
    assert [outcome.task for outcome in found] == tasks
    assert all(outcome.error is None for outcome in found)
    assert [outcome.result for outcome in found if outcome.task != "pid"] == [t for t in tasks if t != "pid"]


def test_tasks_are_taken_as_they_are_needed() -> None:
    n_taken = 0

    def endless() -> Iterator[str]:
        nonlocal n_taken
        while True:
            n_taken += 1
            yield str(n_taken)

    found = outcomes(endless(), workers=2)
    for n_out in range(1, 60):
        assert next(found).result == str(n_out)
        assert n_taken <= n_out + 2 * LOOK_AHEAD
    found.close()


def test_a_bad_task_is_its_own_affair() -> None:
    found = list(outcomes(["a", "fail", "b", "stumble", "c"]))
    assert [outcome.result for outcome in found] == ["a", None, "b", None, "c"]
    failed, stumbled = found[1].error, found[3].error
    assert isinstance(failed, DamagedDocument)
    assert isinstance(stumbled, DocumentCrashed)
    assert str(stumbled) == "stumble cannot be read, for a fault in fakta (ZeroDivisionError: two lines): report it"
    assert "working.py" in stumbled.__notes__[0]


def test_it_is_the_same_without_a_process() -> None:
    assert attempt(working.do, "a") == Outcome("a", "a")
    assert isinstance(attempt(working.do, "fail").error, DamagedDocument)
    assert isinstance(attempt(working.do, "stumble").error, DocumentCrashed)
    with pytest.raises(BundleError):
        attempt(working.do, "break")


@pytest.mark.parametrize("slow", ["sleep 60", "spin"])
def test_a_task_that_takes_too_long_is_given_up(slow: str) -> None:
    began_s = time.monotonic()
    found = list(outcomes(["a", slow, "b", "c", "d"], workers=2, timeout_s=0.5))
    assert time.monotonic() - began_s < 20
    assert [outcome.result for outcome in found] == ["a", None, "b", "c", "d"]
    assert isinstance(found[1].error, DocumentLimitError)
    assert str(found[1].error) == f"{slow} took longer than the 0.5 s allowed: split it, or allow it more time"


def test_only_the_time_of_the_work_counts() -> None:
    # Neither how long a worker takes to start, nor how long a task or its answer waits for somebody.
    found = outcomes(["sleep 0.2"] * 8, workers=1, timeout_s=0.6)
    for outcome in found:
        assert outcome.error is None
        time.sleep(0.7)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded in another way elsewhere")
def test_a_task_that_takes_too_much_memory_is_given_up() -> None:
    found = list(outcomes(["eat 10", "eat 3000", "eat 10"], memory_mb=1000))
    assert [outcome.result for outcome in found] == [10 * 2**20, None, 10 * 2**20]
    assert isinstance(found[1].error, DocumentLimitError)
    assert str(found[1].error) == (
        "eat 3000 needs more memory than the 1000 MB allowed: split it or lower its resolution"
    )
    (unbounded,) = outcomes(["eat 3000"], timeout_s=60)
    assert unbounded.error is None


@pytest.mark.parametrize(
    ("deadly", "error", "says"),
    [
        ("segfault", DocumentCrashed, "made the process that read it end (SIGSEGV)"),
        ("signal SIGKILL", DocumentLimitError, "was killed, as systems do when memory runs out"),
        ("signal SIGABRT", DocumentLimitError, "needs more memory than the 2000 MB allowed"),
    ],
)
def test_a_worker_that_ends_takes_one_task_along(deadly: str, error: type[Exception], says: str) -> None:
    tasks = ["a", deadly, "b", "c", deadly, "d"]
    found = list(outcomes(tasks, workers=2, memory_mb=2000))
    assert [outcome.result for outcome in found] == ["a", None, "b", "c", None, "d"]
    for outcome in (found[1], found[4]):
        assert isinstance(outcome.error, error)
        assert says in str(outcome.error)


def test_a_worker_killed_from_outside_is_replaced() -> None:
    found = outcomes(["pid"] * 30)
    pid = next(found).result
    os.kill(pid, signal.SIGKILL)
    rest = list(found)
    assert len(rest) == 29
    assert sum(outcome.error is not None for outcome in rest) <= 1
    assert rest[-1].result != pid


def test_what_stops_every_document_is_raised() -> None:
    with pytest.raises(BundleError, match="the bundle is gone"):
        list(outcomes(["a", "break", "b"]))
    with pytest.raises(BundleError, match="no such bundle"):
        list(outcomes(["a"], prepare=working.refuse))
    with pytest.raises(WorkerFailed, match=r"end before they are ready \(exit code 3\)"):
        list(outcomes(["a"] * STARTS, prepare=working.die))
    with pytest.raises(WorkerFailed, match=r"5 MB may be too little|cannot start within 5 MB"):
        list(outcomes(["a"], memory_mb=5))


def test_closing_early_ends_what_is_running(tmp_path: Path, before: set[int]) -> None:
    found = outcomes(["a", f"child {tmp_path / 'pid'}", "sleep 60"], workers=2)
    assert next(found).result == "a"
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.01)
    child = psutil.Process(int((tmp_path / "pid").read_text()))
    found.close()
    psutil.wait_procs([child], timeout=5)
    assert not child.is_running()
    assert processes() <= before


SCRIPT = """
import sys, psutil
from tests.fakta.batch import working
from fakta.batch import Limits, run

if __name__ == "__main__":
    found = run(working.prepare, ["pid", "pid", "sleep 600", "sleep 600"], workers=2, limits=Limits())
    next(found), next(found)
    children = psutil.Process().children(recursive=True)
    print(*(child.pid for child in children), flush=True)
    list(found)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_the_caller_ends_no_process_is_left(sent: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    caller = subprocess.Popen(
        [sys.executable, script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert caller.stdout is not None
    started = [psutil.Process(int(pid)) for pid in caller.stdout.readline().split()]
    assert len(started) >= 2
    # As a terminal does it: to the whole foreground group.
    os.killpg(caller.pid, sent)
    _, said = caller.communicate(timeout=20)
    psutil.wait_procs(started, timeout=10)
    assert not [process for process in started if process.is_running()]
    if sent == signal.SIGINT:
        assert said.rstrip().endswith("KeyboardInterrupt")
        assert said.count("Traceback") == 1  # the workers stay silent


@pytest.mark.parametrize("limits", [{"timeout_s": 0}, {"timeout_s": float("nan")}, {"memory_mb": 0}])
def test_a_limit_is_above_nothing(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Limits(**limits)
