"""Sentences that people decide by: in both languages, from numbers that can be recomputed."""

from __future__ import annotations

import re
import string
from importlib import resources
from typing import Any

import pytest
import yaml
from tests.lab.improve.paired import TWO_SUPPLIERS, document
from tests.lab.improve.test_figures import PRICES, figures

from fakta.errors import ConfigError
from fakta_lab.improve import render_markdown, render_page, summarise
from fakta_lab.improve.pairs import PairedDocument
from fakta_lab.improve.verdict import judge


def facts(*documents: PairedDocument, **more: Any) -> dict[str, Any]:
    found = figures(*documents)
    return {
        "figures": found.to_dict(),
        "verdict": judge(found, (), tolerance=0.01).to_dict(),
        "costs": PRICES.model_dump(mode="json") | {"wrong": {"default": 100.0, "iban": 1500.0}},
        "trained": True,
        "documents": 60,
        "suppliers": 12,
        "first_day": "2026-03-01",
        "splits": {"train": {"documents": 40}, "dev": {"documents": 10}, "test": {"documents": 10}},
        "skipped": [],
        "results": {"dataset": {"unknown": 0}, "deliver": {"suppliers": 12, "documents": 60}},
        "seconds": {"dataset": 3.25},
        **more,
    }


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_first_sentence_says_it_all() -> None:
    # 5 of 6 values against 4 of 6; drawing two suppliers anew gives one of them twice, or both.
    headline = plain(summarise(facts()).headline)
    assert re.fullmatch(
        r"The new model reads 83\.3 % of the values right instead of 66\.7 % \(difference \+16\.7 points, "
        r"95 % interval −50\.0 to \+50\.0\), on 3 invoices of 2 suppliers that neither has learned from\.",
        headline,
    ), headline


def test_the_first_sentence_in_swedish() -> None:
    headline = plain(summarise(facts(), language="sv").headline)
    assert headline.startswith("Den nya modellen läser 83,3 % av uppgifterna rätt i stället för 66,7 %")
    assert "3 fakturor från 2 leverantörer" in headline


def test_what_got_better_and_worse_is_counted() -> None:
    short = plain(" ".join(summarise(facts()).short))
    assert "Right now and wrong before: 2 values. Wrong now and right before: 1 value." in short
    assert "2 invoices are of 1 supplier that it has never seen: 100 % right instead of 50.0 %." in short
    assert "1 invoices are" not in short
    assert "Better: invoice number (+1)." in short
    assert "4 values (66.7 %) may be used without a person's look instead of 2 (33.3 %)" in short
    # 33,000 / 3 and 61,000 / 3, see test_figures.
    assert "1,000 invoices cost 20,300 kr instead of 11,000 kr: 9,300 kr more" in short


def test_too_few_to_tell_says_how_far_it_may_be_off() -> None:
    short = plain(" ".join(summarise(facts()).short))
    assert "it may be 50.0 points better or 50.0 points worse" in short


def test_few_corrections_are_said_to_be_few() -> None:
    skipped = [
        {"why": "few", "stages": ["train"], "documents": 1, "suppliers": 1, "needed": {"documents": 30, "suppliers": 5}}
    ]
    summary = summarise(facts(trained=False, skipped=skipped), language="sv")
    assert summary.headline.startswith("Dagens modell med det som rättningarna lärt")
    short = plain(" ".join(summary.short))
    assert "det finns 1 faktura från 1 leverantör, och träning kräver 30 fakturor från 5 leverantörer" in short
    assert any("Fortsätt rätta" in step for step in summary.next_steps)


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize(
    "skip",
    [
        {"why": "training_no_better", "documents": 9, "suppliers": 5, "f1": {"trained": 0.9, "base": 0.95}, "p": 0.4},
        {"why": "nothing_to_choose_on"},
        {"why": "nothing_held_out"},
        {"why": "all_seen", "documents": 7},
    ],
    ids=lambda skip: skip["why"],
)
def test_whatever_was_left_out_is_said(skip: dict[str, Any], language: str) -> None:
    nothing = document("1.pdf", "A AB", iban=(None, "", ""))
    summary = summarise(facts(nothing, skipped=[skip]), language=language)
    assert len(summary.short) == 1
    assert not summary.tiles
    assert len(summary.next_steps) == 1


def test_both_languages_say_the_same_things() -> None:
    text = resources.files("fakta_lab.improve").joinpath("texts.yaml").read_text(encoding="utf-8")
    sentences = yaml.safe_load(text)["sentences"]

    def places(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    assert sentences["en"].keys() == sentences["sv"].keys()
    assert [name for name in sentences["en"] if places(sentences["en"][name]) != places(sentences["sv"][name])] == []


def test_no_other_language() -> None:
    with pytest.raises(ConfigError, match="language 'fi'"):
        summarise(facts(), language="fi")


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_page_needs_nothing_else_and_trusts_no_invoice(language: str) -> None:
    hostile = document("<b>.pdf", "A AB", invoice_number=("<script>alert(1)</script>|x", "", "+7"))
    page = render_page(summarise(facts(*TWO_SUPPLIERS, hostile), language=language))
    assert f'<html lang="{language}">' in page
    assert "--paper:" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_markdown_tables_hold_whatever_an_invoice_says() -> None:
    hostile = document("a|b.pdf", "A AB", invoice_number=("1|2", "[x](y)", "+1|2"))
    text = render_markdown(summarise(facts(hostile)))
    (row,) = [line for line in text.splitlines() if "a\\|b.pdf" in line]
    assert re.sub(r"\\.", "", row).count("|") == 6
    assert "[x](y)" not in text
