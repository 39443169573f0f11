"""What the verifier weighs, on pages typed by hand: the value, what else it might have been, and the whole document."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.extract import Extractor

CLEAR = """
Faktura                       Exempelbolaget AB
Fakturanummer: 4711           Org.nr 559994-1209
Fakturadatum: 2026-03-01
Förfallodatum: 2026-03-31
Netto            8 000,00
Moms 25 %        2 000,00
Att betala      10 000,00
Bankgiro 5997-4105
"""


def features(text: str, *, confidence: float = 1.0, source: str = "text") -> dict[str, dict[str, float]]:
    page = typed_page(text)
    words = tuple(replace(word, confidence=confidence) for word in page.words)
    page = replace(page, words=words, source=source)  # type: ignore[arg-type]
    return Extractor(None).extract_with_features(Document("typed", "0" * 64, (page,)))[1]


def test_a_value_beside_its_label_among_amounts_that_add_up() -> None:
    due = features(CLEAR)["amount_due"]
    assert due["found"] == 1.0
    assert due["sums"] == 1.0
    assert due["label"] > 0.8
    assert due["announced"] > 0.8
    assert due["score"] > 0
    assert due["margin"] > 0
    assert due["shared"] == 0.0


def test_another_value_that_is_as_likely_shows_in_the_margin() -> None:
    twice = features(CLEAR + "Fakturanummer: 8093\n")["invoice_number"]
    once = features(CLEAR)["invoice_number"]
    assert twice["margin"] < once["margin"]
    assert twice["possible"] > once["possible"]
    assert twice["label_elsewhere"] > once["label_elsewhere"]


def test_where_nothing_was_found_the_label_on_the_page_counts() -> None:
    text = CLEAR.replace("Bankgiro 5997-4105", "Bankgiro")
    missing, without = features(text)["bankgiro"], features(text.replace("Bankgiro", ""))["bankgiro"]
    assert missing["found"] == without["found"] == 0.0
    assert missing["announced"] > 0.5
    assert without["announced"] == 0.0


def test_what_was_turned_down_speaks_for_a_field_without_a_value() -> None:
    # Neither label nor check digit says that this is a bankgiro number, but it is printed like one.
    turned_down = features(CLEAR.replace("Bankgiro 5997-4105", "Ring 5997-4106"))["bankgiro"]
    assert turned_down["found"] == 0.0
    assert turned_down["score"] < 0
    assert turned_down["checks_failed"] > 0


def test_a_badly_read_page_shows_in_all_fields() -> None:
    scanned = features(CLEAR, confidence=0.6, source="ocr")
    assert {each["document_scanned"] for each in scanned.values()} == {1.0}
    assert all(each["document_ocr_confidence"] == pytest.approx(0.6) for each in scanned.values())
    assert scanned["amount_due"]["ocr_confidence"] == 0.6
    assert {each["document_scanned"] for each in features(CLEAR).values()} == {0.0}


def test_log_odds_stay_within_bounds() -> None:
    for each in features(CLEAR).values():
        assert -10 <= each["score"] <= 10
        assert -10 <= each["margin"] <= 10
