"""Values as they are printed to word labels, without any lexicon."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.alignment.verbatim import align_verbatim

SCHEMA = Schema.from_dict(
    {
        "name": "own",
        "fields": {
            "company": {"kind": "text"},
            "address": {"kind": "text", "multiline": True},
            "total": {"kind": "text"},
            "day": {"kind": "date"},
            "sum": {"kind": "amount"},
        },
    },
    source="own.yaml",
)

RECEIPT = """
    NORDLY BAGERI & KAFE
    (REG 12345-X)
    7 HAMNGATAN,
    12345 EXEMPELSTAD.
    DATE: 03/04/2018
    1 BREAD        9.00
    TOTAL          9.00
    CASH          19.00
"""


def aligned(sheet: str, **values: str | None) -> AlignedDocument:
    document = Document("receipt", "0" * 64, (typed_page(sheet),))
    return align_verbatim(document, values, schema=SCHEMA)


def labelled(sheet: str, **values: str | None) -> list[list[str]]:
    """The words of each labelled run."""
    page = typed_page(sheet)
    runs: list[list[str]] = []
    for word, label in zip(page.words, aligned(sheet, **values).labels[0], strict=True):
        if label.startswith("B-"):
            runs.append([])
        if label != "O":
            runs[-1].append(word.text)
    return runs


def test_a_text_is_labelled_wherever_it_stands() -> None:
    # Not inside "19.00", which is a word of its own.
    assert labelled(RECEIPT, total="9.00") == [["9.00"], ["9.00"]]


def test_a_text_may_go_on_over_line_ends() -> None:
    assert labelled(RECEIPT, address="7 HAMNGATAN, 12345 EXEMPELSTAD.") == [
        ["7", "HAMNGATAN,", "12345", "EXEMPELSTAD."]
    ]


def test_blanks_case_and_marks_do_not_matter() -> None:
    expected: Sequence[list[str]] = [["NORDLY", "BAGERI", "&", "KAFE"]]
    for company in ("NORDLYBAGERI & KAFE", "Nordly Bageri Kafe", "NORDLY BAGERI, KAFE"):
        assert labelled(RECEIPT, company=company) == expected


def test_a_long_text_is_found_with_mistakes_and_a_short_one_is_not() -> None:
    found = aligned(RECEIPT, company="NORDLY BAGER1 & KAFF")
    (alignment,) = found.alignments
    assert alignment.status == "aligned"
    assert alignment.similarity < 1
    assert [label for label in found.labels[0] if label != "O"] == ["B-company", *["I-company"] * 3]
    assert aligned(RECEIPT, total="9.01").alignments[0].status == "absent"


def test_what_stands_between_two_parts_of_a_text_is_not_labelled() -> None:
    sheet = """
        7 HAMNGATAN SALUHALLEN
        TEL 99
        12345 EXEMPELSTAD
    """
    assert labelled(sheet, address="7 HAMNGATAN SALUHALLEN 12345 EXEMPELSTAD") == [
        ["7", "HAMNGATAN", "SALUHALLEN", "12345", "EXEMPELSTAD"]
    ]


def test_values_of_typed_kinds_are_found_in_any_form() -> None:
    assert labelled(RECEIPT, day="2018-04-03") == [["03/04/2018"]]
    assert labelled(RECEIPT, sum="19.00") == [["19.00"]]


def test_what_is_not_on_the_document_labels_nothing() -> None:
    assert labelled(RECEIPT, company=None, total="123.45") == []
