"""A process beside training that keeps the mirror of its run folder up to date.

Training hands it nothing but the end of a pipe. When the pipe closes without a word, training was killed, and MLflow's
run is marked so. Imports of mlflow (seconds), its memory and a server's silence stay out of the process that trains.
"""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from fakta_lab.tracking.errors import TrackingError
from fakta_lab.tracking.mirror import Mirror
from fakta_lab.tracking.mlflow_run import Status
from fakta_lab.tracking.record import RunRecord

_log = logging.getLogger(__name__)

# Seconds: between looks at the folder; between attempts at a server that is down; for the last word at the end.
EVERY_S = 10.0
AT_MOST_EVERY_S = 300.0
LAST_WORD_S = 60.0

_STATUS: dict[bytes, Status] = {b"finished": "FINISHED", b"failed": "FAILED", b"killed": "KILLED", b"": "KILLED"}


@contextmanager
def following(run_dir: Path, *, last_word_s: float = LAST_WORD_S) -> Iterator[None]:
    """Tracks a run while the block trains it; does nothing where the run's record says so.

    Never raises on its own: what goes wrong with tracking is told on stderr, once, and training goes on.

    Args:
        run_dir: with its record written (`RunRecord.begin`).
        last_word_s: seconds that the end waits for what is still to be sent.
    """
    process = _start(run_dir)
    word = b"killed"
    try:
        yield
        word = b"finished"
    except Exception:
        word = b"failed"
        raise
    finally:
        if process is not None:
            _end(process, word, run_dir, within_s=last_word_s)


def _start(run_dir: Path) -> subprocess.Popen[bytes] | None:
    if RunRecord.load(run_dir).uri is None:
        return None
    if find_spec("mlflow") is None:
        _log.warning("not tracked, for mlflow is not installed (pip install 'fakta[lab]', or tracking.backend = none)")
        return None
    source = str(Path(__file__).parents[2])
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "fakta_lab.tracking", str(run_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # Ctrl-C is for training, which then says that it ended
    )


def _end(process: subprocess.Popen[bytes], word: bytes, run_dir: Path, *, within_s: float) -> None:
    try:
        process.communicate(word, timeout=within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        _log.warning("not all figures of %s could be sent in %.0f s; %s", run_dir, within_s, _remedy(run_dir))


def _remedy(run_dir: Path) -> str:
    return f"the rest goes with: fakta runs publish {run_dir}"


def follow(run_dir: Path, *, words: int, every_s: float = EVERY_S) -> bool:
    """Mirrors a run folder until its training ends.

    Args:
        run_dir: the run.
        words: file descriptor of the pipe on which training says how it ended.
        every_s: seconds between looks; a server that is down is left alone for longer and longer.

    Returns:
        Whether everything was sent.
    """
    mirror = Mirror(run_dir)
    status: Status = "RUNNING"
    pause, failed = every_s, False
    while True:
        try:
            mirror.send(status)
            pause = every_s
        except TrackingError as error:
            if not failed:
                _say(f"not tracked for now, training goes on: {error}")
            failed, pause = True, min(2 * pause, AT_MOST_EVERY_S)
            if status != "RUNNING":
                _say(f"figures of {run_dir} are not sent; {_remedy(run_dir)}")
                return False
        if status != "RUNNING":
            return True
        if select.select([words], [], [], pause)[0]:
            status = _STATUS.get(_all(words), "KILLED")


def _all(words: int) -> bytes:
    """What is in the pipe, up to its end."""
    parts = iter(lambda: os.read(words, 64), b"")
    return b"".join(parts)


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
