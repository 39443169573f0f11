"""The commands of the loop: a set is made, corrected, turned into a dataset and tuned on; mistakes are one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.lab.dataset.stores import fill

from fakta.extract import shipped_bundle
from fakta_lab.cli import main


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A benchmark set of six invoices from three suppliers."""
    out = tmp_path_factory.mktemp("synth") / "set"
    config = str(root / "configs" / "synth.yaml")
    assert main(["synth", config, "--count", "6", "--set", "suppliers=3", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def corrections(invented: Path) -> Path:
    out = invented.parent / "corrections.jsonl"
    assert main(["corrections", "simulate", str(invented), "--out", str(out), "--seed", "3"]) == 0
    return out


def test_synth_writes_a_benchmark_set(invented: Path) -> None:
    lines = (invented / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 6
    assert len({json.loads(line)["supplier"] for line in lines}) == 3
    assert all((invented / json.loads(line)["document"]).read_bytes().startswith(b"%PDF-") for line in lines)


def test_synth_does_not_overwrite(invented: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synth", str(root / "configs" / "synth.yaml"), "--out", str(invented)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "already exists" in line


def test_corrections_are_events(corrections: Path) -> None:
    events = [json.loads(line) for line in corrections.read_text(encoding="utf-8").splitlines()]
    assert len(events) == 6
    assert all({"document", "extracted", "corrected", "confirmed", "extractor"} <= set(event) for event in events)


@pytest.mark.torch
@pytest.mark.parametrize("format", ["json", "table"])
def test_corrections_become_a_dataset(
    format: str, invented: Path, corrections: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [json.loads(line) for line in corrections.read_text(encoding="utf-8").splitlines()]
    fill(tmp_path / "store", {e["document"]: (invented / e["document"]).read_bytes() for e in events}, events)
    config = tmp_path / "dataset.yaml"
    config.write_text(f"store: {tmp_path / 'store'}\nout: {tmp_path / 'dataset'}\nimages: false\n", encoding="utf-8")
    assert main(["dataset", "build", str(config), "--set", "dev_share=0.34", "--format", format]) == 0
    printed = capsys.readouterr()
    assert (tmp_path / "dataset").is_dir()
    assert str(tmp_path / "dataset") in printed.err
    assert "6 documents: 6 read, 6 aligned, 0 taken over" in printed.err
    if format == "json":
        report = json.loads(printed.out)
        assert report["events"] == 6
        assert sum(split["documents"] for split in report["splits"].values()) == 6
    else:
        assert "amount_due" in printed.out


def test_a_dataset_of_nothing_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "dataset.yaml"
    config.write_text(f"store: {tmp_path / 'store'}\nout: {tmp_path / 'dataset'}\n", encoding="utf-8")
    for message in ("no store here", "no corrections"):
        assert main(["dataset", "build", str(config)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert message in line
        fill(tmp_path / "store", {}, [])


@pytest.mark.torch
def test_a_bundle_is_tuned(invented: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = Path(shutil.copytree(shipped_bundle(), tmp_path / "bundle"))
    assert main(["tune", str(bundle), "--on", str(invented), "--target-precision", "0.8", "--format", "json"]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report["documents"] == 6
    assert report["target_precision"] == 0.8
    assert str(bundle / "manifest.json") in printed.err
    # What tuning wrote is a bundle that loads.
    assert main(["extract", "--model", str(bundle), "--format", "csv", str(invented / "documents")]) == 0


def test_a_promise_out_of_range_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tune", str(tmp_path), "--on", str(tmp_path), "--target-precision", "99"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "target precision" in line


@pytest.mark.parametrize("command", [["train"], ["dataset", "build"], ["synth"]])
def test_a_mistake_in_a_configuration_is_one_line(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "wrong.yaml"
    config.write_text("sede: 1\n", encoding="utf-8")
    out = ["--out", str(tmp_path / "out")] if command == ["synth"] else []
    assert main([*command, str(config), *out]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {config}: ")
    assert "unknown key 'sede'; did you mean 'seed'?" in line


@pytest.mark.torch
def test_only_a_run_can_be_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path), "--out", str(tmp_path / "bundle")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "bundle").exists()
