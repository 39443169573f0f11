"""A build that is killed at any moment is completed by the next one, and nobody sees half a dataset."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import datasets
import psutil
import pytest
from tests.lab.dataset.stores import files, fill, invoices

from fakta.errors import DatasetError
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.dataset.workplace import workplace

KILLS = 10
# Small enough that several processes read.
BUILD = """
import sys
from pathlib import Path
from fakta_lab.dataset import DatasetConfig, build_dataset, prepare
prepare.DOCUMENTS_A_PROCESS = 6
if __name__ == "__main__":
    build_dataset(DatasetConfig(store=Path(sys.argv[1]), out=Path(sys.argv[2]), image_height=200, workers=2))
    print("done")
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("store"), *invoices())


def start(store: Path, out: Path, script: Path) -> subprocess.Popen[bytes]:
    script.write_text(BUILD, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, str(script), str(store), str(out)], env=environment)


@pytest.mark.slow
def test_killed_builds_leave_nothing_behind(store: Path, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    script = tmp_path / "script.py"
    began = time.monotonic()
    assert start(store, tmp_path / "whole" / "data", script).wait(timeout=600) == 0
    takes = time.monotonic() - began
    whole = files(tmp_path / "whole")
    work = tmp_path / "work"
    work.mkdir()
    rng = random.Random(1)
    for _ in range(KILLS):
        process = start(store, work / "data", script)
        workers: list[psutil.Process] = []
        # Later each time: what was read is kept, so that a fixed time would soon hit nothing but the end.
        end = time.monotonic() + takes * (0.3 + 0.7 * rng.random())
        while time.monotonic() < end and process.poll() is None:
            workers = psutil.Process(process.pid).children(recursive=True) or workers
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        psutil.wait_procs(workers, timeout=30)
        assert not [worker for worker in workers if worker.is_running()], "workers outlive a killed build"
        if (work / "data").exists():
            # Whatever is in place is whole.
            datasets.load_from_disk(str(work / "data"))
            assert {path: data for path, data in files(work).items() if path.startswith("data/")} == {
                path: data for path, data in whole.items() if path.startswith("data/")
            }
    assert start(store, work / "data", script).wait(timeout=600) == 0
    # The cache too: no file of a killed run stays.
    assert files(work) == whole


def test_a_folder_that_a_killed_run_had_moved_aside_is_put_back(tmp_path: Path) -> None:
    out = tmp_path / "data"
    previous, building = tmp_path / ".data.build" / "previous", tmp_path / ".data.build" / "building"
    for folder, content in ((previous, "old"), (building, "half")):
        folder.mkdir(parents=True)
        (folder / "dataset.json").write_text(json.dumps(content), encoding="utf-8")
    with workplace(out, replaceable=lambda folder: True, kind="dataset", keep=True) as place:
        assert (out / "dataset.json").read_text(encoding="utf-8") == '"old"'
        assert not any(place.building.iterdir())
        (place.building / "dataset.json").write_text('"new"', encoding="utf-8")
        place.publish()
    assert (out / "dataset.json").read_text(encoding="utf-8") == '"new"'
    assert [path.name for path in (tmp_path / ".data.build").iterdir()] == ["lock"]


def test_one_process_at_a_time(store: Path, tmp_path: Path) -> None:
    with (
        workplace(tmp_path / "data", replaceable=lambda folder: True, kind="dataset", keep=True),
        pytest.raises(DatasetError, match="another process is making it"),
    ):
        build_dataset(DatasetConfig(store=store, out=tmp_path / "data"))
