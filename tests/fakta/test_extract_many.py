"""Many documents: the same extractions in this process and in others, and limits for each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.writing import document, typed

from fakta.errors import DocumentError, DocumentLimitError, EmptyDocument, WorkerFailed
from fakta.extract import Extractor
from fakta.extraction import Extraction


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load()


@pytest.fixture
def documents(invoice_pdf: Path, tmp_path: Path) -> list[Path]:
    """Sound, empty, without end, sound."""
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "endless.pdf").write_bytes(_endless())
    return [
        Path(shutil.copy(invoice_pdf, tmp_path / "first.pdf")),
        tmp_path / "empty.pdf",
        tmp_path / "endless.pdf",
        Path(shutil.copy(invoice_pdf, tmp_path / "last.pdf")),
    ]


def _endless() -> bytes:
    # So much text that no machine reads it in four seconds.
    return document(typed(["12 450,00 1042 2026-04-15"] * 60_000, size=0.01), packed=True)


def without_timings(extraction: Extraction) -> dict[str, Any]:
    return extraction.to_dict() | {"timings_ms": {}, "extracted_at": None}


@pytest.mark.parametrize("limits", [{"timeout": 300.0}, {"workers": 2, "memory_mb": 3000}])
def test_processes_give_what_this_one_gives(extractor: Extractor, invoice_pdf: Path, limits: dict[str, Any]) -> None:
    (alone,) = extractor.extract_many([invoice_pdf])
    for extraction in extractor.extract_many([invoice_pdf, str(invoice_pdf)], **limits):
        assert without_timings(extraction) == without_timings(alone)


def test_a_document_over_its_time_does_not_stop_the_rest(extractor: Extractor, documents: list[Path]) -> None:
    failed: dict[str, DocumentError] = {}
    found = list(extractor.extract_many(documents, timeout=4.0, on_error=failed.__setitem__))
    assert [extraction.document for extraction in found] == [str(documents[0]), str(documents[3])]
    assert [type(error) for error in failed.values()] == [EmptyDocument, DocumentLimitError]
    assert str(failed[str(documents[2])]) == (
        f"{documents[2]} took longer than the 4 s allowed: split it, or allow it more time"
    )


def test_the_first_error_is_raised_where_nobody_is_told(extractor: Extractor, documents: list[Path]) -> None:
    found = extractor.extract_many(documents, workers=2)
    next(found)
    with pytest.raises(EmptyDocument):
        next(found)


def test_too_little_memory_for_the_model_is_said(extractor: Extractor, invoice_pdf: Path) -> None:
    with pytest.raises(WorkerFailed, match=r"20 MB") as caught:
        list(extractor.extract_many([invoice_pdf], memory_mb=20))
    assert "\n" not in str(caught.value)


def test_a_limit_that_is_none_is_refused(extractor: Extractor, invoice_pdf: Path) -> None:
    with pytest.raises(ValueError, match="a timeout must be above 0 seconds, not -1"):
        next(extractor.extract_many([invoice_pdf], timeout=-1))
