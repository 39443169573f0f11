"""A small benchmark set whose scores can be recomputed by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

TRUTH = [
    {
        "document": "documents/a.pdf",
        "layout": "one",
        "fields": {"invoice_number": "1", "bankgiro": None, "amount_due": "10.00"},
        "line_items": [{"description": "Spik", "line_amount": "8.00"}],
    },
    {"document": "documents/b.pdf", "layout": "one", "fields": {"invoice_number": "2", "bankgiro": "54029681"}},
    {"document": "documents/c.pdf", "layout": "two", "fields": {"invoice_number": "3", "amount_due": "30.00"}},
]
ANSWERS = [
    {
        "document": "documents/a.pdf",
        "needs_review": False,
        "fields": {
            "invoice_number": {"value": "1", "accepted": True},
            "bankgiro": {"value": "54029681", "accepted": True},
            "amount_due": {"value": "10.00", "accepted": True},
            "iban": {"value": "SE1", "accepted": True},
        },
        "line_items": [{"description": "Spik", "line_amount": "9.00"}],
        "checks": [{"name": "sums", "passed": True, "detail": ""}],
    },
    {
        "document": "documents/b.pdf",
        "needs_review": True,
        "fields": {
            "invoice_number": {"value": "7", "accepted": False},
            "bankgiro": {"value": "54029681", "accepted": True},
        },
    },
]


def write_lines(path: Path, lines: Sequence[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def lines() -> Callable[[Path, Sequence[Any]], Path]:
    """Writes JSON Lines."""
    return write_lines


@pytest.fixture
def benchmark_dir(tmp_path: Path) -> Path:
    """Three documents of two layouts; the files themselves are not there."""
    return write_lines(tmp_path / "set" / "truth.jsonl", TRUTH).parent


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Extractions of the first two documents: four values right, one wrong, one too many."""
    return write_lines(tmp_path / "answers.jsonl", ANSWERS)
