"""The process that follows a run, and what happens to training when tracking fails."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.lab.tracking.kept import only_run
from tests.lab.tracking.run_folder import FACTS, finish, write_run

from fakta_lab.tracking import Follower, RunRecord, TrackingConfig, follow
from fakta_lab.tracking.report import publish_run

pytestmark = pytest.mark.usefixtures("tracked")


@pytest.mark.parametrize(
    ("word", "status"), [(b"finished", "FINISHED"), (b"failed", "FAILED"), (b"killed", "KILLED"), (b"", "KILLED")]
)
def test_the_last_word_decides_what_became_of_a_run(
    mlflow_uri: str, client: Any, tmp_path: Path, word: bytes, status: str
) -> None:
    experiment = f"word {word.decode()}"
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment=experiment, lines=0)
    reading, writing = os.pipe()
    os.write(writing, word)
    os.close(writing)
    try:
        assert follow.follow(run_dir, words=reading)
    finally:
        os.close(reading)
    assert only_run(client, experiment).info.status == status


def test_a_run_is_followed_by_a_process_of_its_own(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="followed")
    with Follower(last_word_s=300) as follower:
        follower.track(run_dir, TrackingConfig(uri=mlflow_uri, experiment="followed"), facts=FACTS)
        finish(run_dir)
    run = only_run(client, "followed")
    assert run.info.status == "FINISHED"
    assert run.data.metrics["span_f1"] == 0.9
    assert RunRecord.load(run_dir).sent["span_f1"] == 3


def test_a_server_that_is_down_costs_training_a_line_and_nothing_else(
    closed_port: str, mlflow_uri: str, client: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mlflow", reason="needs the lab extra")
    run_dir = write_run(tmp_path / "a", uri=closed_port, experiment="down")
    with Follower(last_word_s=300) as follower:
        follower.track(run_dir, TrackingConfig(uri=closed_port, experiment="down"), facts=FACTS)
        finish(run_dir)
    first, last = capfd.readouterr().err.splitlines()
    assert first.startswith(f"not tracked for now, training goes on: {closed_port}: ")
    assert last == f"figures of {run_dir} are not sent; the rest goes with: fakta runs publish {run_dir}"
    # … and what was not sent is sent later, to the same run.
    assert publish_run(run_dir, uri=mlflow_uri) == mlflow_uri
    run = only_run(client, "down")
    assert (run.info.status, run.data.metrics["span_f1"]) == ("FINISHED", 0.9)
    assert run.data.tags["fakta.run_id"] == RunRecord.load(run_dir).id


def test_a_server_that_hangs_is_waited_for_so_long_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(subprocess, "Popen", _deaf(subprocess.Popen))
    run_dir = write_run(tmp_path / "a", uri="http://127.0.0.1:9")
    began = time.monotonic()
    with caplog.at_level(logging.WARNING), Follower(last_word_s=0.5) as follower:
        follower.track(run_dir, TrackingConfig(uri="http://127.0.0.1:9"), facts={})
    assert time.monotonic() - began < 30
    assert f"could be sent in 0 s; the rest goes with: fakta runs publish {run_dir}" in caplog.text


def _deaf(popen: Any) -> Any:
    """Starts a process that never ends in place of the one that follows."""

    def start(_: list[str], **kwargs: Any) -> Any:
        return popen([sys.executable, "-c", "import time; time.sleep(600)"], **kwargs)

    return start


@pytest.mark.parametrize(("finished", "status"), [(True, "FINISHED"), (False, "KILLED")])
def test_a_run_that_was_left_before_its_end_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished: bool, status: str
) -> None:
    written = tmp_path / "word"
    monkeypatch.setattr(subprocess, "Popen", _writing(subprocess.Popen, written))
    run_dir = write_run(tmp_path / "a", uri="http://127.0.0.1:9")
    with Follower() as follower:
        follower.track(run_dir, TrackingConfig(uri="http://127.0.0.1:9"), facts={})
        if finished:
            finish(run_dir)
    assert written.read_bytes() == status.lower().encode()


def test_an_error_in_training_stays_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = tmp_path / "word"
    monkeypatch.setattr(subprocess, "Popen", _writing(subprocess.Popen, written))
    run_dir = write_run(tmp_path / "a", uri=None)

    def train() -> None:
        with Follower() as follower:
            follower.track(run_dir, TrackingConfig(uri="http://127.0.0.1:9"), facts={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        train()
    assert written.read_bytes() == b"failed"


def _writing(popen: Any, path: Path) -> Any:
    """Starts a process that writes down the last word in place of the one that follows."""

    def start(_: list[str], **kwargs: Any) -> Any:
        code = f"import sys; open({str(path)!r}, 'wb').write(sys.stdin.buffer.read())"
        return popen([sys.executable, "-c", code], **kwargs)

    return start


def test_a_run_that_is_not_tracked_has_a_record_and_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    run_dir = write_run(tmp_path / "a", uri=None)
    with Follower() as follower:
        record = follower.track(run_dir, TrackingConfig(backend="none"), facts={})
    assert (record.uri, record.lineage) == (None, {})


def test_without_mlflow_a_run_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(follow, "find_spec", lambda name: None)
    run_dir = write_run(tmp_path / "a", uri="sqlite:///nowhere.db")
    with caplog.at_level(logging.WARNING), Follower() as follower:
        follower.track(run_dir, TrackingConfig(uri="sqlite:///nowhere.db"), facts={})
    assert "pip install 'fakta[lab]'" in caplog.text
    assert not Path("nowhere.db").exists()


@pytest.mark.slow
def test_a_run_that_is_killed_is_shown_as_killed(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="killed")
    code = (
        "import sys, time; from pathlib import Path; from fakta_lab.tracking import Follower, TrackingConfig\n"
        "with Follower() as follower:\n"
        "    follower.track(Path(sys.argv[1]), TrackingConfig(uri=sys.argv[2], experiment='killed'), facts={})\n"
        "    print('training', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(run_dir), mlflow_uri]
    training = subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment())
    assert training.stdout is not None
    assert training.stdout.readline() == b"training\n"
    training.send_signal(signal.SIGKILL)
    training.wait()
    training.stdout.close()
    end = time.monotonic() + 120
    while time.monotonic() < end:
        experiment = client.get_experiment_by_name("killed")
        if experiment and [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["KILLED"]:
            return
        time.sleep(0.5)
    pytest.fail("the run is not shown as killed")


def _environment() -> dict[str, str]:
    source = Path(follow.__file__).parents[2]
    return {**os.environ, "PYTHONPATH": str(source)}
