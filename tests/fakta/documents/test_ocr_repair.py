"""Words that no printer prints become the words that were printed; all others stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.documents import Box, Word
from fakta.documents.ocr import repaired

ASPECT = 2**0.5
LETTER, HEIGHT = 0.008, 0.011


def _line(text: str, *, blank: float = 0.15) -> list[Word]:
    """The words of a line; `blank` is the gap between them in line heights."""
    words, left = [], 0.1
    for part in text.split():
        words.append(Word(part, Box(left, 0.1, left + LETTER * len(part), 0.1 + HEIGHT), 0.9))
        left += LETTER * len(part) + blank * HEIGHT * ASPECT
    return words


def _repaired(text: str, *, blank: float = 0.15) -> str:
    return " ".join(word.text for word in repaired(_line(text, blank=blank), aspect=ASPECT))


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Fakturanr12345", "Fakturanr 12345"),
        ("Fakturanr:12345", "Fakturanr: 12345"),
        ("Kundnr:K-77", "Kundnr: K-77"),
        ("Attbetala:1234,00kr", "Attbetala: 1234,00 kr"),
        ("2026-01-15Förfallodatum", "2026-01-15 Förfallodatum"),
        ("48291355vid", "48291355 vid"),
        ("|540-2961 Adress| |", "540-2961 Adress |"),
        ("Betalningsvillkor30dagar", "Betalningsvillkor 30 dagar"),
        ("Moms25%800,00", "Moms 25% 800,00"),
    ],
)
def test_lost_blanks_come_back(read: str, printed: str) -> None:
    assert _repaired(read) == printed


def test_the_parts_of_a_word_share_its_box() -> None:
    (whole,) = _line("Bankgiro5402-9681")
    first, second = repaired([whole], aspect=ASPECT)
    assert (first.text, second.text) == ("Bankgiro", "5402-9681")
    assert first.box.right == second.box.left == pytest.approx(0.1 + 8 * LETTER)
    assert second.box.right == pytest.approx(whole.box.right)
    assert first.confidence == second.confidence == whole.confidence


@pytest.mark.parametrize(
    ("read", "printed"),
    [("1 234 ,00", "1 234,00"), ("1 234, 00", "1 234,00"), ("1234 .50kr", "1234.50kr"), ("1.234, 50", "1.234,50")],
)
def test_torn_amounts_are_whole_again(read: str, printed: str) -> None:
    assert _repaired(read) == printed
    assert _repaired(read, blank=0.25) == read  # that is a printed blank


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("2026-O1-l5", "2026-01-15"),
        ("559994-12O9", "559994-1209"),
        ("54O2-968I", "5402-9681"),
        ("1 2S4,5O", "1 254,50"),
        ("SES59994120901", "SE559994120901"),
        ("1.234.50", "1.234,50"),
        ("25 Yo", "25 %"),
        ("12,5 %o", "12,5 %"),
    ],
)
def test_letters_in_numbers_are_digits(read: str, printed: str) -> None:
    assert _repaired(read) == printed


def test_rings_and_dots_of_a_swedish_page() -> None:
    swedish = "Förfallodatum Örebro Påminnelseavgift äganderätt räntelagen"
    assert _repaired(f"{swedish} Vàrdcentral frân SÓDRA à 12") == f"{swedish} Vårdcentral från SÖDRA à 12"


@pytest.mark.parametrize("printed", ["Numéro voilà déjà château", "Überweisung für Köln déjà être ça voilà où"])
def test_other_languages_keep_their_accents(printed: str) -> None:
    assert _repaired(printed) == printed


@pytest.mark.parametrize(
    "printed",
    [
        "INV12345 FAK2026 B12 M2 CO2",
        "info24@foretag.se www.foretag24.se https://foretag.se/7",
        "SO-1234 BIG-5010 S-O-S OBS 1O1 B123-4567 2024-105S",
        "Rad 1, 25 kr",
        "12, 3 och 4",
        "1 234 00",
        "Yo 25 st",
        "#1234 5678# 1340 00 9> 2865434#14#",
        "Tel: 013-12 34 56 kl 08.30",
    ],
)
def test_what_may_be_printed_so_stays(printed: str) -> None:
    assert _repaired(printed, blank=0.25) == printed


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1), min_size=1, max_size=6))
def test_no_character_gets_lost(texts: list[str]) -> None:
    words = _line(" ".join(texts))
    read = repaired(words, aspect=ASPECT)
    assert sum(len(word.text) for word in read) <= sum(len(word.text) for word in words)
    assert all(word.text for word in read)
    assert all(0 <= word.box.left <= word.box.right for word in read)
