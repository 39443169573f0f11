"""Ten invoices whose every figure can be computed by hand.

| no | week | model | passed | amount due | due date | what a person finds |
|---|---|---|---|---|---|---|
| 0 | 34 | a | yes | accepted | accepted | the amount is wrong |
| 1 | 34 | a | yes | accepted | accepted | |
| 2, 3 | 34 | a | yes | accepted | held | |
| 4 | 34 | a | | accepted | held | |
| 5 | 34 | a | | held | held | the date is wrong |
| 6 | 35 | b | yes | accepted | accepted | |
| 7, 8 | 35 | b | yes | accepted | held | |
| 9 | 35 | b | | held | not found | the invoice has a due date |

The supplier's name is read and accepted on each, and right: Norra AB on the even ones, Södra AB on the others. So there
are 29 values, of which 21 are accepted (10 names, 8 amounts, 3 dates).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakta.costs import Costs

PASSED = {0, 1, 2, 3, 6, 7, 8}
AMOUNT_ACCEPTED = PASSED | {4}
DATE_ACCEPTED = {0, 1, 6}
# A Monday.
FIRST = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
COSTS = Costs(
    document=10.0,
    field=2.0,
    typing=0.0,
    second_reader=1.0,
    wrong={"default": 50.0, "amount_due": 100.0},
    missing={"default": 5.0},
)


def sha(number: int) -> str:
    return hashlib.sha256(f"invoice {number}".encode()).hexdigest()


def extraction(number: int, **changed: Any) -> dict[str, Any]:
    """A line of the log."""
    second_week = number >= 6
    at = FIRST + timedelta(days=7 if second_week else 0, hours=number)
    fields = {
        "supplier_name": field("Norra AB" if number % 2 == 0 else "Södra AB", accepted=True),
        "amount_due": field("100.00", accepted=number in AMOUNT_ACCEPTED),
        "due_date": field(None if number == 9 else "2026-09-01", accepted=number in DATE_ACCEPTED),
    }
    return {
        "document": f"{number}.pdf",
        "sha256": sha(number),
        "model": "fakta/b" if second_week else "fakta/a",
        "needs_review": number not in PASSED,
        "fields": fields,
        "timings_ms": {"read": 10.0 + number, "model": 30.0},
        "extracted_at": at.isoformat(),
        **changed,
    }


def field(value: str | None, *, accepted: bool) -> dict[str, Any]:
    return {"value": value, "confidence": 0.9, "accepted": accepted}


def event(number: int, *, audit: bool = True, **changed: Any) -> dict[str, Any]:
    """What a person says of an invoice, having looked at every field the next day."""
    corrected = {0: {"amount_due": "200.00"}, 5: {"due_date": "2026-09-02"}, 9: {"due_date": "2026-09-01"}}.get(
        number, {}
    )
    line = extraction(number)
    extracted = {name: each["value"] for name, each in line["fields"].items()}
    return {
        "document": sha(number),
        "extracted": extracted,
        "corrected": corrected,
        "confirmed": [name for name in extracted if name not in corrected],
        "extractor": line["model"],
        "corrected_at": (datetime.fromisoformat(line["extracted_at"]) + timedelta(days=1)).isoformat(),
        **({"selection": "audit"} if audit else {}),
        **changed,
    }


def write(path: Path, lines: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path
