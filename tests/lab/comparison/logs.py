"""Logs made by hand: a truth, and what two readers answered about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def sha(number: int) -> str:
    """The sha256 of an invented document."""
    return hashlib.sha256(f"document {number}".encode()).hexdigest()


def write(path: Path, objects: Iterable[Mapping[str, Any]]) -> Path:
    """JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in objects), encoding="utf-8")
    return path


def truth(folder: Path, documents: int, *, fields: Mapping[str, str | None], **more: Any) -> Path:
    """A benchmark set without files: each document the same values, from a supplier of its own."""
    folder.mkdir(exist_ok=True)
    rows = (
        {"document": f"{number}.pdf", "supplier": f"supplier {number}", "fields": fields, **more}
        for number in range(documents)
    )
    write(folder / "truth.jsonl", rows)
    return folder


def calls(path: Path, answers: Iterable[Mapping[str, Any]]) -> Path:
    """Logged chat completions, one a document."""
    return write(
        path,
        (
            {
                "metadata": {"document": f"{number}.pdf"},
                "latency_ms": 2000 + number,
                "response": {
                    "id": f"chatcmpl-{number}",
                    "model": "gpt-4o-2024-08-06",
                    "choices": [{"finish_reason": "stop", "message": {"content": json.dumps(answer)}}],
                },
            }
            for number, answer in enumerate(answers)
        ),
    )


def reading(fields: Mapping[str, str | None], *, held: Iterable[str] = (), **more: Any) -> dict[str, Any]:
    """What fakta reads, as an extraction's JSON has it; everything accepted but for the held fields."""
    held = set(held)
    return {
        "model": "fakta/base",
        "needs_review": bool(held),
        "fields": {
            name: {"value": value, "confidence": 0.9, "accepted": name not in held} for name, value in fields.items()
        },
        "timings_ms": {"read": 100.0, "model": 20.0},
        **more,
    }


def readings(path: Path, answers: Iterable[Mapping[str, Any]]) -> Path:
    """Extractions, one a document."""
    return write(
        path, ({"document": f"{number}.pdf", "sha256": sha(number), **each} for number, each in enumerate(answers))
    )


def shadow_line(number: int, production: Mapping[str, Any] | None, fakta: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a shadow log."""
    return {
        "shadow": 1,
        "document": f"{number}.pdf",
        "sha256": sha(number),
        "at": "2026-04-15T08:00:00+00:00",
        "production": {"fields": production, "name": "gpt-4o-2024-08-06", "seconds": 3.0},
        "fakta": fakta,
    }
