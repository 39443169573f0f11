"""What stands around a value, and how alike two labels or places are."""

from __future__ import annotations

import pytest
from tests.fakta.memory.corrected import sighting, views_of

from fakta.documents.model import Box
from fakta.memory.likeness import alike, growth, nearness
from fakta.memory.surroundings import Surroundings

SHEET = """
    Medlem: K4410        Talongnr      Skapad
                         81734         2026-01-02
                         Inköpare      Sista dag




    Kvarstår     SEK     1 250,00



    5834/55      Avtal
    Regleras
    Box 12       590 38  Kisa
"""


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("K4410", Surroundings("medlem", "", "", "")),
        ("81734", Surroundings("", "talongnr", "", "inköpare")),
        ("2026-01-02", Surroundings("", "skapad", "", "sistadag")),
        ("1 250,00", Surroundings("kvarstår", "", "", "")),
        ("5834/55", Surroundings("", "kvarstår", "avtal", "regleras")),
    ],
)
def test_the_labels_on_four_sides(text: str, around: Surroundings) -> None:
    assert sighting(views_of(SHEET)[0], text).around == around


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("ertkundnr", "ertkundnr", True),
        ("kundansvarig", "kundansvarlg", True),  # misread
        ("räkning", "rakning", True),
        ("foretagetvårref", "vårref", True),  # one segment on one page, two on another
        ("ref", "nr", False),
        ("ort", "orn", False),
        ("talongnr", "medlemsnr", False),
        ("", "", False),
    ],
)
def test_labels_are_alike_where_a_scanner_made_the_difference(first: str, second: str, is_one: bool) -> None:
    assert (alike(first, second) > 0) is is_one
    assert alike(first, second) == alike(second, first)


def test_places_are_near_by_either_edge() -> None:
    box = Box(0.7, 0.5, 0.8, 0.51)
    assert nearness(box, box) == 1.0
    assert nearness(box, Box(0.6, 0.5, 0.8, 0.51)) == 1.0  # flush right
    assert 0.0 < nearness(box, Box(0.7, 0.515, 0.8, 0.525)) < 1.0
    assert nearness(box, Box(0.7, 0.6, 0.8, 0.61)) == 0.0


def test_trust_grows_with_agreement_and_shrinks_with_its_opposite() -> None:
    assert 0.0 == growth(0, 3) < growth(1, 3) < growth(1, 0) < growth(2, 0) < growth(9, 0) < 1.0
