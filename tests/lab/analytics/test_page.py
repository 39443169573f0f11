"""The report as a page: whole in itself, safe, the same in both languages, and honest where there is little."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import Any

import pytest
from tests.lab.analytics.conftest import Analysed
from tests.lab.analytics.ten import COSTS, event, extraction, field
from tests.lab.tuning.page.test_page import Page

import fakta_lab.analytics
from fakta_lab.analytics import render_page, summary
from fakta_lab.analytics.page.words import texts

HOSTILE = "</script><img src=x onerror=alert(1)><script>alert('1')</script> {0} {{7*7}} $x^2$ \u202e\U0001f4a5"


@pytest.fixture(scope="module")
def html(ten: dict[str, Any]) -> str:
    return render_page(ten)


def test_the_page_needs_nothing_else(html: str) -> None:
    page = Page(html)
    links = [value for _, name, value in page.attributes if name in {"src", "href", "xlink:href", "action"}]
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"https?:|@import|url\((?!#)", html)
    assert "default-src 'none'" in html
    assert len(html.encode()) < 500_000
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert page.tags.count("figure") == page.all("role").count("img")
    assert set(page.all("aria-labelledby")) <= set(ids)


def test_the_first_screen_answers_the_four_questions(html: str) -> None:
    words = Page(html).words
    first, _, rest = words.partition("Week by week")
    for said in (
        "70.0 % of the invoices needed no person".replace(" %", "\u00a0%", 1),
        "95.2\u00a0%",
        "of the values used without a look were right",
        "6 of 7",
        "10\u00a0kr",
        "What to do next",
        "Have more invoices checked that are drawn at random: 10 so far, 60 say enough.",
    ):
        assert " ".join(said.split()) in first, said
    assert "Only invoices drawn at random speak for all of them" in rest
    assert "Too few invoices drawn at random were checked in week 34 and week 35" in rest
    assert "Longer periods hold more: --period month." in rest
    assert "A: fakta/a, from 17 August 2026, 6 invoices" in rest


def test_in_swedish_it_is_swedish(ten: dict[str, Any]) -> None:
    page = Page(render_page(ten, language="sv"))
    assert ("html", "lang", "sv") in page.attributes
    words = page.words
    for said in ("70,0 % av fakturorna gick helt automatiskt", "belopp att betala", "Norra AB", "vecka 34", "1 av 5"):
        assert said in words, said
    assert not re.search(r"\b(the|invoices|week)\b", words)


def test_the_page_says_what_the_figures_say_after_json(ten: dict[str, Any], html: str) -> None:
    assert render_page(json.loads(json.dumps(ten))) == html


@pytest.mark.parametrize(("language", "anonymous"), [("en", False), ("sv", True)])
def test_hostile_text_stays_text(analysed: Analysed, language: str, anonymous: bool) -> None:
    log = []
    for i in range(10):
        line = extraction(i, model=f"{HOSTILE}{i // 6}", timings_ms={HOSTILE: 3.0}, document=HOSTILE)
        line["fields"]["supplier_name"]["value"] = HOSTILE
        line["fields"][HOSTILE] = field(HOSTILE, accepted=True)
        log.append(line)
    events = [event(i, extractor=HOSTILE, supplier=HOSTILE, corrected_by=HOSTILE) for i in range(10)]
    found = analysed(log, events, costs=COSTS, anonymous=anonymous)
    html = render_page(found, language=language)
    page = Page(html)
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert {name for _, name, _ in page.attributes if name.startswith("on")} == set()
    assert "7*7" in page.text
    printed = summary(found, language=language)
    assert "\u202e" not in printed


def test_names_are_never_in_pictures(html: str) -> None:
    for picture in re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL):
        assert "fakta/a" not in picture
        assert "Norra" not in picture


def test_no_value_of_a_document_is_on_it(ten: dict[str, Any], html: str) -> None:
    for written in (html, json.dumps(ten)):
        assert "100.00" not in written
        assert "2026-09-0" not in written


@pytest.mark.parametrize(
    ("n_documents", "n_events", "language"),
    [(0, None, "en"), (0, 1, "sv"), (1, None, "sv"), (1, 0, "en"), (6, 1, "en")],
)
def test_little_is_told_as_little(analysed: Analysed, language: str, n_documents: int, n_events: int | None) -> None:
    events = None if n_events is None else [event(i) for i in range(n_events)]
    found = analysed([extraction(i) for i in range(n_documents)], events, costs=COSTS)
    page = Page(render_page(found, language=language))
    assert "svg" not in page.tags or n_documents
    assert summary(found, language=language)
    if language == "en":
        said = "No invoices yet" if not n_documents else "not known"
        assert said in page.words
        if n_documents:
            assert "All invoices are of one and the same period (week 34)" in page.words


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same_things() -> None:
    english, swedish = texts("en"), texts("sv")
    assert english.keys() == swedish.keys()
    for key, text in english.items():
        if isinstance(text, str):
            assert places(text) == places(swedish[key]), key
        else:
            assert len(text) == len(swedish[key]), key


def test_every_text_is_said_somewhere() -> None:
    package = Path(fakta_lab.analytics.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*") if path.suffix in {".py", ".html"})
    said = set(re.findall(r"\w+", code))
    made = ("advice_", "column_", "money_", "price_", "short_")
    unsaid = [
        key
        for key in texts("en")
        if key not in said and not (key.startswith(made) and key.split("_", 1)[1] in {*said, "look_other"})
    ]
    assert unsaid == []
