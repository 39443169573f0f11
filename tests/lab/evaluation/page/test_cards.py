"""Every error becomes a card with what is known about it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.lab.evaluation.page.conftest import ANSWER, write_set

from fakta.documents import Box, Document
from fakta_lab.evaluation import Benchmark, Evaluation, evaluate
from fakta_lab.evaluation.error_kinds import ErrorKind
from fakta_lab.evaluation.page.cards import LEFT_OUT, NOT_FOUND, Card, cards_of, compared
from fakta_lab.evaluation.page.scenes import read_document
from fakta_lab.formats.benchmark import BenchmarkDocument


@pytest.fixture(scope="module")
def cards(evaluation: Evaluation, benchmark_with_files: Benchmark) -> dict[str, Card]:
    found = cards_of(evaluation, benchmark_with_files, read=read_document, most_crops=99)
    return {card.field: card for card in found}


def test_every_error_has_a_card_of_its_kind(cards: dict[str, Card], evaluation: Evaluation) -> None:
    assert {field: card.diagnosis.kind for field, card in cards.items()} == {
        "due_date": ErrorKind.wrong,
        "supplier_name": ErrorKind.near,
        "amount_due": ErrorKind.missed,
        "bankgiro": ErrorKind.invented,
        "line_items": ErrorKind.wrong,
    }
    assert len(cards) == len(evaluation.errors) + 1


def test_a_card_says_what_the_answer_said(cards: dict[str, Card]) -> None:
    card = cards["due_date"]
    assert (card.document, card.layout, card.supplier) == ("documents/a.pdf", "plain", "Norra Exempel AB")
    assert (card.accepted, card.confidence) == (True, 0.93)
    assert card.explanation == "Accepted (93% sure): its label stands beside it."


def test_pictures_show_truth_and_answer(cards: dict[str, Card]) -> None:
    shown = {field: [mark.name for crop in card.crops for mark in crop.marks] for field, card in cards.items()}
    # The account that was invented stands nowhere, so there is nothing to show.
    assert shown == {
        "due_date": ["truth", "read"],
        "supplier_name": ["truth", "read"],
        "amount_due": ["truth"],
        "bankgiro": [],
        "line_items": ["truth", "truth"],
    }
    assert cards["bankgiro"].without_crops == NOT_FOUND


def test_a_table_lists_the_rows_that_differ(cards: dict[str, Card]) -> None:
    card = cards["line_items"]
    assert card.columns == ("description", "quantity", "unit_price", "line_amount")
    assert card.rows_alike == 0
    wrong, missed = card.rows
    # 2 and 2.00 are the same quantity.
    assert wrong.differing == {"line_amount"}
    assert (missed.predicted, missed.differing) == (None, frozenset(card.columns))


def test_without_files_there_are_cards_without_pictures(tmp_path: Path, wrong_answers: Path) -> None:
    benchmark = Benchmark.load(write_set(tmp_path / "small", files=False))
    cards = cards_of(evaluate(benchmark, predictions=wrong_answers), benchmark, read=read_document, most_crops=99)
    assert len(cards) == 5
    # Where the set lies on this machine is not told.
    assert {card.without_crops for card in cards} == {"documents/a.pdf is not on this disk"}


def test_where_pictures_are_limited_accepted_errors_get_them(
    evaluation: Evaluation, benchmark_with_files: Benchmark
) -> None:
    cards = cards_of(evaluation, benchmark_with_files, read=read_document, most_crops=1)
    assert [card.field for card in cards if card.crops] == ["due_date"]
    assert {card.without_crops for card in cards if not card.crops} == {LEFT_OUT}


def test_with_no_pictures_no_document_is_read(evaluation: Evaluation, benchmark_with_files: Benchmark) -> None:
    def refuse(document: BenchmarkDocument) -> Document:
        raise AssertionError

    assert len(cards_of(evaluation, benchmark_with_files, read=refuse, most_crops=0)) == 5


def test_a_document_is_read_once_and_progress_is_told(evaluation: Evaluation, benchmark_with_files: Benchmark) -> None:
    seen: list[str] = []
    told: list[tuple[int, int]] = []

    def counted(document: BenchmarkDocument) -> Document:
        seen.append(document.document)
        return read_document(document)

    cards_of(
        evaluation,
        benchmark_with_files,
        read=counted,
        most_crops=99,
        progress=lambda done, all: told.append((done, all)),
    )
    assert seen == ["documents/a.pdf"]
    assert told == [(1, 1)]


@pytest.mark.parametrize("box", [Box(9, -4, 7, 3), Box(float("nan"), 0, 1, 1), Box(0.5, 0.5, 0.5, 0.5)])
def test_boxes_that_are_nonsense_do_no_harm(evaluation: Evaluation, benchmark_with_files: Benchmark, box: Box) -> None:
    nonsense = replace(evaluation, errors=tuple(replace(e, page=1, box=box) for e in evaluation.errors))
    for card in cards_of(nonsense, benchmark_with_files, read=read_document, most_crops=99):
        for crop in card.crops:
            assert all(0 <= edge <= 1 for mark in crop.marks for edge in mark.box)


def test_documents_that_could_not_be_read_have_no_cards(tmp_path: Path, benchmark_with_files: Benchmark) -> None:
    other = tmp_path / "answers.jsonl"
    other.write_text(json.dumps({**ANSWER, "document": "documents/a.pdf"}) + "\n", encoding="utf-8")
    evaluation = evaluate(benchmark_with_files, predictions=other)
    failed = replace(evaluation, failures={"documents/a.pdf": "damaged"})
    assert cards_of(failed, benchmark_with_files, read=read_document, most_crops=99) == []


def test_values_with_little_in_common_are_left_whole() -> None:
    assert [len(parts or ()) for parts in compared("Norra Exempel AB", "4711")] == [1, 1]
    first, second = compared("54029681", "54029682")
    assert [(part.text, part.differs) for part in first or ()] == [("5402968", False), ("1", True)]
    assert [(part.text, part.differs) for part in second or ()] == [("5402968", False), ("2", True)]
