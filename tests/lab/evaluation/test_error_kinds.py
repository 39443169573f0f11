"""Errors by kind: the asymmetric judgements, as values."""

from __future__ import annotations

import pytest

from fakta_lab.evaluation.error_kinds import ErrorKind, diagnose


@pytest.mark.parametrize(
    ("truth", "predicted", "kind", "expected"),
    [
        # Another amount, date or account is another one, however few digits differ.
        ("500.00", "500.10", "amount", ErrorKind.wrong),
        ("2026-04-15", "2026-04-16", "date", ErrorKind.wrong),
        ("54029681", "54029682", "bankgiro", ErrorKind.wrong),
        ("500.00", "-500.00", "amount", ErrorKind.near),
        ("2026-04-05", "2026-05-04", "date", ErrorKind.near),
        ("2026-04-05", "2027-05-04", "date", ErrorKind.wrong),
        # One of 24 characters, as OCR misreads them.
        ("SE4550000000058398257466", "SE455000000005839825746G", "iban", ErrorKind.near),
        ("F-1042", "F1042", "identifier", ErrorKind.near),
        ("Norra Exempel AB", "Norra Exempel", "name", ErrorKind.near),
        ("Norra Exempel", "Norra Exempel Aktiebolag", "name", ErrorKind.wrong),
        ("Norra Exempel AB", "Norra", "name", ErrorKind.wrong),
        ("Gränsås El AB", "Gransas El AB", "name", ErrorKind.near),
        ("--", "..", "text", ErrorKind.near),
        ("4711", None, "identifier", ErrorKind.missed),
        (None, "4711", "identifier", ErrorKind.invented),
    ],
)
def test_kinds(truth: str | None, predicted: str | None, kind: str, expected: ErrorKind) -> None:
    diagnosis = diagnose(truth, predicted, kind=kind)
    assert diagnosis.kind is expected
    assert bool(diagnosis.difference) == (expected is ErrorKind.near)
