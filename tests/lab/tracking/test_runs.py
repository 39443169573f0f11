"""`fakta runs`: what run folders say without MLflow."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from tests.lab.tracking.run_folder import finish, metric_line, write_lines, write_run
from tests.lab.tracking.test_later import EVALUATION, SECRET, TUNING

from fakta_lab.cli import main


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A finished run, and one that is not."""
    finish(write_run(tmp_path / "runs" / "done", uri=None))
    other = write_run(tmp_path / "runs" / "going", uri=None, lines=2)
    config = (other / "config.yaml").read_text(encoding="utf-8")
    (other / "config.yaml").write_text(config.replace("0.0005", "0.001"), encoding="utf-8")
    return tmp_path / "runs"


def test_runs_are_listed_newest_first(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "list", str(runs), "--format", "json"]) == 0
    going, done = json.loads(capsys.readouterr().out)
    assert (going["run"], going["finished"], going["steps"]) == (str(runs / "going"), False, 2)
    assert (done["finished"], done["figures"]["span_f1"], done["dataset"]) == (True, 0.9, "ab" * 32)
    assert main(["runs", "list", str(runs)]) == 0
    printed = capsys.readouterr().out
    assert "going (unfinished)" in printed
    assert "abababab" in printed


def test_figures_are_those_of_the_weights_that_were_saved(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="needs the lab extra")
    done = runs / "done"
    write_lines(
        done, [metric_line(step, **{"field_f1": f1, "f1/iban": f1}) for step, f1 in ((1, 0.2), (2, 0.9), (3, 0.4))]
    )
    info = json.loads((done / "run.json").read_text(encoding="utf-8"))
    info["lineage"]["weights_of_step"] = 2
    (done / "run.json").write_text(json.dumps(info), encoding="utf-8")
    assert main(["runs", "show", str(done), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["steps"], shown["figures"]["field_f1"]) == (3, 0.9)
    assert main(["runs", "report", str(done), "--out", str(tmp_path / "report")]) == 0
    assert json.loads((tmp_path / "report" / "metrics.json").read_text(encoding="utf-8"))["train/field_f1"] == 0.9
    assert "0.9" in (tmp_path / "report" / "fields.csv").read_text(encoding="utf-8")


def test_a_comparison_shows_only_what_differs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "compare", str(runs / "done"), str(runs / "going")]) == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in capsys.readouterr().out.splitlines()]
    assert ["learning_rate", "0.0005", "0.001"] in rows
    assert ["span_f1", "0.9", "-"] in rows
    assert "model.hidden" not in {row[0] for row in rows if row}


def test_one_run_is_shown_whole(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "show", str(runs / "done")]) == 0
    assert "model.hidden" in capsys.readouterr().out
    assert main(["runs", "show", str(runs / "done"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"]["learning_rate"] == "0.0005"


def test_a_folder_without_runs_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "show", str(tmp_path)]) == 2
    assert main(["runs", "list", str(tmp_path / "none")]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "no tracking.json, so this is no run" in first
    assert "no such folder" in second


def test_a_report_has_pictures_and_their_numbers(runs: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the lab extra")
    evaluation, tuning, out = tmp_path / "evaluation.json", tmp_path / "tuning.json", tmp_path / "report"
    evaluation.write_text(json.dumps(EVALUATION), encoding="utf-8")
    tuning.write_text(json.dumps(TUNING), encoding="utf-8")
    arguments = ["runs", "report", str(runs / "done"), "--evaluation", str(evaluation), "--tuning", str(tuning)]
    assert main([*arguments, "--out", str(out)]) == 0
    drawn = ("loss", "scores", "fields", "acceptance", "reliability")
    assert {path.name for path in out.iterdir()} == {
        "metrics.json", *(f"{name}.{kind}" for name in drawn for kind in ("png", "csv")),
    }  # fmt: skip
    assert all((out / f"{name}.png").read_bytes().startswith(b"\x89PNG") for name in drawn)
    with (out / "fields.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{"field": "total", "f1": "1.0"}, {"field": "number", "f1": "0.7"}]
    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["train/span_f1"] == 0.9
    assert metrics["evaluate/held-out/f1"] == 0.85
    assert "evaluate/held-out/f1/number" not in metrics
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in out.iterdir())


def test_equal_runs_give_equal_reports(runs: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the lab extra")
    for name in ("one", "two"):
        assert main(["runs", "report", str(runs / "done"), "--out", str(tmp_path / name)]) == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_what_is_no_evaluation_is_refused(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    arguments = ["runs", "report", str(runs / "done"), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--evaluation", str(tmp_path / "other.json")]) == 2
    assert "has no fields and benchmark; it is what the command prints with --format json" in capsys.readouterr().err
