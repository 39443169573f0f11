"""Scores of what a model writes, on pages whose truth is known in part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")

from tests.lab.training.donut.tickets import CODEC, SCHEMA, tiny_model

from fakta.donut.grammar import Grammar
from fakta_lab.training.donut import measure
from fakta_lab.training.donut.labels import PageLabel, names_of

pytestmark = pytest.mark.torch

PIXELS = np.zeros((3, 32, 64), dtype=np.float32)
GRAMMAR = Grammar(CODEC)


def scores(monkeypatch: pytest.MonkeyPatch, pages: Sequence[tuple[PageLabel, dict[str, Any]]]) -> dict[str, float]:
    """Of a model that writes for each page what is given beside its label."""
    answers = iter([CODEC.encode(answer) for _, answer in pages])
    monkeypatch.setattr(measure, "written", lambda model, pixels, **_: [next(answers) for _ in pixels])
    return measure.written_scores(
        tiny_model(),
        [(label, PIXELS) for label, _ in pages],
        grammar=GRAMMAR,
        names=names_of(SCHEMA, tables=True),
        max_length=48,
    )


def label(values: dict[str, Any], *unknown: str, document: str = "a.pdf") -> PageLabel:
    return PageLabel(document, 1, values, frozenset(unknown))


def test_right_wrong_and_missed_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scores(
        monkeypatch,
        [
            (label({"town": "Lund", "seat": "7"}, document="a"), {"town": "Lund", "seat": "7"}),
            (label({"town": "Lund", "seat": "7"}, document="b"), {"town": "Umeå"}),
        ],
    )
    # Two right, one wrong, two missed: the wrong town and the seat.
    assert found["field_precision"] == pytest.approx(2 / 3)
    assert found["field_recall"] == pytest.approx(2 / 4)
    assert found["field_f1"] == pytest.approx(4 / 7)
    assert found["f1/town"] == pytest.approx(0.5)
    assert found["exact_documents"] == 0.5


def test_unknown_fields_count_neither_for_nor_against(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scores(monkeypatch, [(label({"town": "Lund"}, "seat", "meals"), {"town": "Lund", "seat": "9"})])
    assert found == {
        "field_f1": 1, "field_precision": 1, "field_recall": 1, "exact_documents": 1, "f1/town": 1,
    }  # fmt: skip


def test_rows_are_compared_with_the_rows_that_fit_them(monkeypatch: pytest.MonkeyPatch) -> None:
    meals = [{"dish": "Soppa", "price": "95.00"}, {"dish": "Te", "price": "20.00"}]
    swapped = [{"dish": "Soppa", "price": "20.00"}, {"dish": "Te", "price": "95.00"}]
    right = scores(monkeypatch, [(label({"meals": meals}, "town", "seat"), {"meals": meals[::-1]})])
    assert (right["f1/meals"], right["exact_documents"]) == (1, 1)
    wrong = scores(monkeypatch, [(label({"meals": meals}, "town", "seat"), {"meals": swapped})])
    assert (wrong["f1/meals"], wrong["exact_documents"]) == (0.5, 0)


def test_document_is_exact_when_all_its_pages_are(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [(label({"town": "Lund"}), {"town": "Lund"}), (label({"seat": "7"}), {"seat": "8"})]
    assert scores(monkeypatch, pages)["exact_documents"] == 0


def test_what_is_written_keeps_to_the_grammar_and_to_its_length() -> None:
    model = tiny_model().train()
    pages = [np.random.default_rng(i).standard_normal((3, 32, 64), dtype=np.float32) for i in range(3)]
    sequences = measure.written(model, pages, grammar=GRAMMAR, max_length=20)
    assert len(sequences) == 3
    for ids in sequences:
        assert GRAMMAR.refused(ids) is None
        assert len(ids) <= 20
    assert model.training


def test_without_pages_there_are_no_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scores(monkeypatch, []) == {}
