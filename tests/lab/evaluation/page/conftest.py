"""A small benchmark set with files, and answers that are wrong in known ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from fakta_lab.evaluation import Benchmark, Evaluation, evaluate

# Points from the left and the bottom of A4, and the text.
LINES = (
    (60, 780, "Norra Exempel AB"),
    (60, 740, "Fakturanr: F-1042"),
    (60, 720, "Fakturadatum: 2026-04-15"),
    (60, 700, "Förfallodatum: 2026-05-15"),
    (60, 500, "Beskrivning"),
    (300, 500, "Antal"),
    (360, 500, "À-pris"),
    (440, 500, "Belopp"),
    (60, 480, "Spik 60 mm"),
    (300, 480, "2"),
    (360, 480, "45,00"),
    (440, 480, "90,00"),
    (60, 465, "Hammare"),
    (300, 465, "1"),
    (360, 465, "310,00"),
    (440, 465, "310,00"),
    (60, 120, "Netto: 400,00"),
    (60, 100, "Moms: 100,00"),
    (60, 80, "Att betala: 500,00 kr"),
)
TRUTH: dict[str, Any] = {
    "document": "documents/a.pdf",
    "layout": "plain",
    "supplier": "Norra Exempel AB",
    "fields": {
        "invoice_number": "F-1042",
        "invoice_date": "2026-04-15",
        "due_date": "2026-05-15",
        "supplier_name": "Norra Exempel AB",
        "amount_due": "500.00",
        "bankgiro": None,
    },
    "line_items": [
        {"description": "Spik 60 mm", "quantity": "2", "unit_price": "45.00", "line_amount": "90.00"},
        {"description": "Hammare", "quantity": "1", "unit_price": "310.00", "line_amount": "310.00"},
    ],
}
ANSWER: dict[str, Any] = {
    "document": "documents/a.pdf",
    "model": "fakta/test",
    "fields": {
        "invoice_number": {"value": "F-1042", "confidence": 0.99, "accepted": True},
        "invoice_date": {"value": "2026-04-15", "confidence": 0.9, "accepted": True},
        # The wrong date, accepted, with the place where it stands.
        "due_date": {
            "value": "2026-04-15",
            "confidence": 0.93,
            "accepted": True,
            "page": 1,
            "box": [0.2, 0.134, 0.33, 0.148],
            "explanation": "Accepted (93% sure): its label stands beside it.",
        },
        "supplier_name": {"value": "NORRA EXEMPEL AB,", "confidence": 0.6, "accepted": False},
        "amount_due": {"value": None, "confidence": 0.4, "accepted": False},
        "bankgiro": {"value": "54029681", "confidence": 0.3, "accepted": False},
    },
    "line_items": [{"description": "Spik 60 mm", "quantity": "2.00", "unit_price": "45.00", "line_amount": "80.00"}],
}


def write_set(folder: Path, *, files: bool = True) -> Path:
    """The set, with the document's file or without."""
    (folder / "documents").mkdir(parents=True)
    (folder / "truth.jsonl").write_text(json.dumps(TRUTH) + "\n", encoding="utf-8")
    if files:
        canvas = Canvas(str(folder / "documents" / "a.pdf"), pagesize=(595, 842), invariant=1)
        canvas.setFont("Helvetica", 10)
        for left, bottom, text in LINES:
            canvas.drawString(left, bottom, text)
        canvas.save()
    return folder


@pytest.fixture(scope="session")
def benchmark_with_files(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """One document that is on disk."""
    return Benchmark.load(write_set(tmp_path_factory.mktemp("sets") / "small"))


@pytest.fixture(scope="session")
def wrong_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers with a wrong date, a name in other letters, a missed amount, an invented account and wrong rows."""
    path = tmp_path_factory.mktemp("answers") / "answers.jsonl"
    path.write_text(json.dumps(ANSWER) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def evaluation(benchmark_with_files: Benchmark, wrong_answers: Path) -> Evaluation:
    """The set scored with these answers."""
    return evaluate(benchmark_with_files, predictions=wrong_answers)
