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


def test_a_scanned_set_has_the_same_truth(tmp_path: Path) -> None:
    plain = write_set(tmp_path / "plain", count=1, seed=4)
    scanned = write_set(tmp_path / "scanned", count=1, seed=4, scan="fax")
    assert (plain / "truth.jsonl").read_bytes() == (scanned / "truth.jsonl").read_bytes()
    assert not read(scanned / "documents/00001.pdf", ocr="off").pages[0].words


@pytest.mark.parametrize(
    ("shares", "message"), [({"xx": 1.0}, "no language 'xx'"), ({"sv": 0.0}, "not all 0"), ({}, "at least 1")]
)
def test_languages_have_data_and_a_share(shares: dict[str, float], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SynthConfig(languages=shares)
    assert SynthConfig(languages={"fi": 1.0}).languages == {"fi": 1.0}
