"""Benchmark sets on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from fakta.documents import read
from fakta.errors import DatasetError
from fakta.schema import invoice_schema
from fakta_lab.synth.config import SynthConfig
from fakta_lab.synth.write import write_set


def test_set_is_complete_and_repeatable(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    config = SynthConfig(count=6, seed=4, profile="demo", suppliers=2)
    first = write_set(tmp_path / "a", **config.for_blocks(), progress=lambda done, total: steps.append((done, total)))
    second = write_set(tmp_path / "b", **config.for_blocks())
    assert steps == [(n, 6) for n in range(1, 7)]
    records = [json.loads(line) for line in (first / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(records) == 6
    assert len({record["layout"] for record in records}) == len({record["supplier"] for record in records}) == 2
    for record in records:
        assert list(record["fields"]) == list(invoice_schema().fields)
        assert read(first / record["document"]).pages
    for path in first.rglob("*.*"):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(DatasetError, match="already exists"):
        write_set(tmp_path / "set", count=1, seed=1)


def test_nothing_is_left_when_it_fails(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_set(tmp_path / "set", count=2, seed=1, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValidationError, match="supplier_count"):
        SynthConfig(supplier_count=3)  # type: ignore[call-arg]
