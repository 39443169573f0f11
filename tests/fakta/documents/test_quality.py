from __future__ import annotations

import pytest

from fakta.documents.characters import clean_word
from fakta.documents.quality import text_problem

SWEDISH = "Fakturadatum 2026-04-15 Förfallodatum 2026-05-15 Betalningsvillkor 30 dagar netto Att betala 12 450,00 kr "


@pytest.mark.parametrize("text", [SWEDISH, SWEDISH.upper(), "SE556677889901", "1 234,50", "Sida 1 (2)"])
def test_real_text_is_usable(text: str) -> None:
    assert text_problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "\ue001\ue002\ue003 12",
        "\ufffd\ufffd\ufffd abc",
        "(cid:12)(cid:3) (cid:44)",
        "\x01\x03\x05\x06 ab",
        # Every letter by its successor but three, as a font without a map of its own does it.
        "".join(chr(ord(char) + 1) if char.isalpha() else char for char in "abe" * 30).replace("f", "g"),
    ],
)
def test_garbage(text: str) -> None:
    assert text_problem(text) == "garbage"


def test_unmapped_glyphs_are_garbage() -> None:
    assert text_problem(SWEDISH, unmapped=0.9) == "garbage"
    assert text_problem(SWEDISH, unmapped=0.1) is None


def test_a_stamp_on_a_scan_is_not_the_page() -> None:
    assert text_problem("Ankom 2026-04-15", image_share=lambda: 0.98) == "scan"
    assert text_problem("Ankom 2026-04-15", image_share=lambda: 0.1) is None
    assert text_problem(SWEDISH, image_share=lambda: 0.98) is None


def test_white_space_is_no_text() -> None:
    assert text_problem(" \n\t\u00a0") == "none"


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("kontor", "kontor"),
        ("\ufb01rma", "firma"),
        ("556677\u00ad8899", "556677-8899"),
        ("556677\u20118899", "556677-8899"),
        ("faktu\x02", "faktu-"),
        ("1\u00a0234", "1234"),
        ("a\u030aker", "åker"),
        ("\u200b\ufeff", ""),
        ("\ud800", "\ufffd"),
        ("−12", "−12"),
        ("m²", "m²"),
    ],
)
def test_clean_word(drawn: str, expected: str) -> None:
    assert clean_word(drawn) == expected
