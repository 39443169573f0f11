"""A short run over hostile documents: every one gives a result or an error that says what is wrong, in its limits."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.corpus import KINDS, documents, make
from tests.hostile.reading import OUTCOMES, read_all

TIMEOUT_S = 3.0
MEMORY_MB = 1500


def test_hostile_documents_are_read_or_refused(tmp_path: Path) -> None:
    hostile = documents(150, seed=7, scale=0.02)
    results = list(read_all(hostile, tmp_path, workers=2, timeout_s=TIMEOUT_S, memory_mb=MEMORY_MB))
    assert [(r.hostile[:2], r.said, r.notes) for r in results if r.outcome == "CRASHED"] == []
    assert {r.hostile.kind for r in results} == set(KINDS)
    counts = {outcome: sum(r.outcome == outcome for r in results) for outcome in OUTCOMES}
    assert counts["read"] > 50
    assert counts["refused"] > 20
    assert counts["timed out"] + counts["over memory"] <= 15
    assert max(r.peak_mb for r in results) < MEMORY_MB
    assert list(tmp_path.iterdir()) == []


def test_a_document_is_the_same_every_time() -> None:
    for kind in KINDS:
        assert make(kind, "3/1", scale=0.01) == make(kind, "3/1", scale=0.01)
