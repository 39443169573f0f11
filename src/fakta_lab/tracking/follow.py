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
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from fakta_lab.tracking.config import TrackingConfig
from fakta_lab.tracking.errors import TrackingError
from fakta_lab.tracking.figures import RUN_FILE
from fakta_lab.tracking.mirror import Mirror
from fakta_lab.tracking.mlflow_run import Status
from fakta_lab.tracking.record import RunRecord

_log = logging.getLogger(__name__)

# Seconds: between looks at the folder; between attempts at a server that is down; for the last word at the end.
EVERY_S = 10.0
AT_MOST_EVERY_S = 300.0
LAST_WORD_S = 60.0

_STATUS: dict[bytes, Status] = {b"finished": "FINISHED", b"failed": "FAILED", b"killed": "KILLED", b"": "KILLED"}


class Follower:
    """Tracks a run from `track` to the end of the block that trains it.

        with Follower() as follower:
            follower.track(config.out, config.tracking, facts={"device": "cpu"})
            ...

    Never raises on its own: what goes wrong with tracking is told, once, and training goes on. A block that ends
    without a finished run (`run.json`) leaves one that can go on, which MLflow calls killed.

    Args:
        last_word_s: seconds that the end waits for what is still to be sent.
    """

    def __init__(self, *, last_word_s: float = LAST_WORD_S) -> None:
        self._last_word_s = last_word_s
        self._run_dir: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def track(self, run_dir: Path, config: TrackingConfig, *, facts: Mapping[str, Any]) -> RunRecord:
        """Writes the run's record and, where it is tracked, starts the process that follows it.

        Args:
            run_dir: the run folder, with its `config.yaml`.
            config: of the recipe.
            facts: what the run begins with, see `RunRecord`.
        """
        uri = config.uri_for(run_dir)
        record = RunRecord.begin(run_dir, uri=uri, experiment=config.experiment, facts=facts)
        self._run_dir = run_dir
        if uri is None:
            return record
        if find_spec("mlflow") is None:
            _log.warning("not tracked, for mlflow is missing: pip install 'fakta[lab]', or set tracking.backend = none")
            return record
        source = str(Path(__file__).parents[2])
        paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fakta_lab.tracking", str(run_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # Ctrl-C is for training, which then says that it ended
        )
        return record

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        process, run_dir = self._process, self._run_dir
        if process is None or run_dir is None:
            return
        word = b"finished" if kind is None and (run_dir / RUN_FILE).is_file() else b"killed"
        if kind is not None and issubclass(kind, Exception):
            word = b"failed"
        try:
            process.communicate(word, timeout=self._last_word_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            seconds = f"{self._last_word_s:.0f} s"
            _log.warning("not all figures of %s could be sent in %s; %s", run_dir, seconds, _remedy(run_dir))


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
            # Not up to the end of the pipe: processes that load data may hold it open for a while. A word is one write.
            status = _STATUS[os.read(words, 64)]


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
