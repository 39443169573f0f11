"""`fakta learning-curve`: files, formats, invented suppliers, and bad usage."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from fakta_lab.cli import main
from fakta_lab.synth.write import write_set


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four invoices, three of them of one supplier."""
    folder = tmp_path_factory.mktemp("curve") / "set"
    write_set(folder, count=4, seed=3, profile="demo", suppliers=2, error_share=0.0)
    truth = folder / "truth.jsonl"
    lines = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    lines[1]["supplier"] = lines[0]["supplier"]
    truth.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def test_json_csv_and_picture(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["learning-curve", str(folder), "--out", str(out), "--learner", "none", "--counts", "1,2"]
    assert main([*arguments, "--others", str(folder), "--format", "json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert result["counts"] == [0, 1, 2]
    assert len(result["suppliers"]) == 1
    (left_out,) = result["left_out"].values()
    assert left_out == "1 document to learn from, 2 are needed"
    assert left_out in printed.err
    pooled = [row for row in result["figures"] if not row["supplier"]]
    assert [row["errors_gone"] for row in pooled] == [0.0, 0.0, 0.0]
    with (out / "curve.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["f1"]) for row in rows if not row["supplier"]] == [row["f1"] for row in pooled]
    assert (out / "curve.png").read_bytes()[:4] == b"\x89PNG"
    assert {path.name for path in out.iterdir()} == {"curve.csv", "curve.png", "points.jsonl"}


@pytest.mark.parametrize("kind", ["demo", "families"])
def test_suppliers_can_be_invented(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["learning-curve", "--generate", kind, "--suppliers", "2", "--score", "1", "--counts", "1"]
    arguments += ["--learner", "none", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    first = capsys.readouterr()
    assert "2 suppliers, 2 documents scored" in first.out
    assert max(map(len, first.out.splitlines())) <= 120
    # A second call reads nothing again, and finds the same.
    made = (tmp_path / "out" / "points.jsonl").stat().st_mtime_ns
    assert main(arguments) == 0
    assert capsys.readouterr().out == first.out
    assert (tmp_path / "out" / "points.jsonl").stat().st_mtime_ns == made


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give either a benchmark set or --generate"),
        (["{set}", "--generate", "demo"], "give either a benchmark set or --generate"),
        (["{set}", "--counts", "1,many"], "expected numbers such as 0,1,3"),
        (["{set}", "--counts", "0"], "above 0"),
        (["{set}", "--learner", "non"], "did you mean 'none'"),
        (["{set}", "--learner", "none"], "the most to learn from is 2"),
        (["{set}", "--learner", "finetune", "--recipe", "nothing.yaml"], "nothing.yaml: no such configuration file"),
        (["--generate", "demo", "--scan", "coffee"], "known are light, office, phone, fax"),
    ],
)
def test_bad_usage_is_one_line(
    arguments: list[str], says: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [argument.format(set=folder) for argument in arguments]
    assert main(["learning-curve", *given, "--out", str(tmp_path / "out")]) != 0
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert says in line
