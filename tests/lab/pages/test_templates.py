"""Every page stands in the shared one: its head, its style sheet and its policy are written once."""

from __future__ import annotations

from pathlib import Path

import pytest

import fakta_lab
from fakta_lab.pages import template_environment

SOURCE = Path(fakta_lab.__file__).parent
INCLUDED = {"cells.html", "page.html", "parts.html"}
PAGES = sorted(path for path in SOURCE.rglob("templates/*.html") if path.name not in INCLUDED)


def test_there_are_pages() -> None:
    assert len(PAGES) >= 5


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_page_stands_in_the_shared_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('{% extends "page.html" %}')
    assert "<head>" not in text
    assert "page.css" not in text


def test_what_a_page_loads_is_its_own_style_and_scripts() -> None:
    page = template_environment("fakta_lab.improve").from_string('{% extends "page.html" %}').render()
    assert "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\"" in page
    assert "--paper:" in page
