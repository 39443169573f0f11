"""A production made by hand: a manifest, logs of extractions and the audits of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fakta.extraction import ExtractedField, Extraction

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
# Ends in 0.8-1, as most confidences do.
QUANTILES = [0.8 + 0.002 * i for i in range(101)]
FIELDS = {
    "amount_due": {"kind": "amount", "required": True},
    "invoice_number": {"kind": "text"},
    "iban": {"kind": "iban"},
}


def sha(number: int) -> str:
    """The sha256 of an invented document."""
    return hashlib.sha256(f"document {number}".encode()).hexdigest()


def manifest(**more: Any) -> dict[str, Any]:
    """Two promises: amounts, and that there is no IBAN where none is found."""
    promise = {"threshold": 0.9, "lower_bound": 0.991, "reason": ""}
    return {
        "name": "base",
        "schema": {"name": "invoice", "version": 1, "fields": FIELDS},
        "thresholds": {
            "amount_due": {"unknown": promise, "known": {"threshold": None, "reason": "cannot be promised"}},
            "iban": {"absent": promise},
            "invoice_number": {"unknown": {"threshold": None, "reason": "cannot be promised"}},
        },
        "tuning": {
            "mode": "target",
            "target_precision": 0.99,
            "confidence_quantiles": {"amount_due": QUANTILES},
            "confidence_examples": {"amount_due": 300},
        },
        **more,
    }


def extraction(
    number: int, *, confidence: float = 0.95, model: str = "fakta/base", name: str = "", passed: bool = False
) -> dict[str, Any]:
    """Of one document, of 100 kr and without IBAN."""
    fields = {
        "amount_due": ExtractedField(
            "amount_due", Decimal("100.00"), "100,00", confidence=confidence, accepted=True, page=1
        ),
        "invoice_number": ExtractedField("invoice_number", "SECRET-1", "SECRET-1", confidence=0.5, page=1),
        "iban": ExtractedField("iban", None, confidence=0.98, accepted=True),
    }
    return Extraction(name or f"{number}.pdf", sha(number), 1, model, not passed, fields).to_dict()


def write_lines(path: Path, objects: Iterable[Mapping[str, Any]]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(each) + "\n" for each in objects), encoding="utf-8")
    return path


def audit(number: int, *, amount: str = "100.00", iban: str | None = None, **more: Any) -> dict[str, Any]:
    """The correction event of one document that was drawn at random: what the person vouches for."""
    return {
        "document": sha(number),
        "extracted": {"amount_due": "0.00"},
        "corrected": {"amount_due": amount, "iban": iban},
        "selection": "audit",
        "corrected_at": (START + timedelta(days=number)).isoformat(),
        **more,
    }
