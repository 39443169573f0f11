"""What tracking a run costs: CPU seconds of the process that follows it, at the start, at each look, and at the end.

    python scripts/tracking_benchmark.py

Training itself does nothing for tracking but start that process and close a pipe. CPU time rather than wall time, so
that what else the machine does changes little.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from fakta.schema import invoice_schema
from fakta_lab.tracking.follow import EVERY_S
from fakta_lab.tracking.record import RunRecord

CORES = 2


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--looks", type=int, default=20, help="looks at the folder while the run goes on")
    parser.add_argument("--lines", type=int, default=10, help="lines of metrics between two looks, one with all fields")
    parser.add_argument("--minutes", type=float, default=10, help="length of the run that the shares are of")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), **vars(arguments)), indent=2))


def measure(folder: Path, *, looks: int, lines: int, minutes: float) -> dict[str, float]:
    """Seconds of CPU, and their share of the two cores' time during a run of so many minutes."""
    began = time.process_time()
    from fakta_lab.tracking.mirror import Mirror

    new_database = _seconds(Mirror(_run(folder, "first")).send)
    imports = time.process_time() - began - new_database
    run_dir = _run(folder, "second")
    mirror = Mirror(run_dir)
    known_database = _seconds(mirror.send)
    each = []
    for look in range(looks):
        _measured(run_dir, first=look * lines, count=lines)
        each.append(_seconds(mirror.send))
    end = _seconds(lambda: mirror.send("FINISHED"))
    per_look = statistics.median(each)
    whole = imports + new_database + per_look * minutes * 60 / EVERY_S + end
    return {
        "start_new_database_s": round(imports + new_database, 2),
        "start_known_database_in_a_warm_process_s": round(known_database, 3),
        "look_s": round(per_look, 4),
        "look_share_of_two_cores": round(per_look / (EVERY_S * CORES), 6),
        "end_with_plots_s": round(end, 2),
        "run_minutes": minutes,
        "share_of_two_cores_whole_run": round(whole / (minutes * 60 * CORES), 5),
    }


def _run(folder: Path, name: str) -> Path:
    run_dir = folder / name
    run_dir.mkdir()
    (run_dir / "config.yaml").write_text("learning_rate: 0.0005\nmax_steps: 1000\n", encoding="utf-8")
    uri = f"sqlite:///{(folder / 'mlflow.db').as_posix()}"
    RunRecord.begin(run_dir, uri=uri, experiment="benchmark", facts={"versions": {"python": "3"}})
    return run_dir


def _measured(run_dir: Path, *, first: int, count: int) -> None:
    """Lines as training writes them: losses, and in the last the scores of all fields."""
    with (run_dir / "metrics.jsonl").open("a", encoding="utf-8") as file:
        for step in range(first, first + count):
            line = {"step": step, "minutes": step / 100, "pages_per_second": 10.0, "loss": 1.0, "learning_rate": 1e-3}
            if step == first + count - 1:
                line |= {"span_f1": 0.9, **{f"f1/{name}": 0.9 for name in invoice_schema().fields}}
            file.write(json.dumps(line) + "\n")


def _seconds(call: Callable[[], None]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


if __name__ == "__main__":
    main()
