"""The PDF shows the words where the page says they stand."""

from __future__ import annotations

import pytest

from fakta.documents import read
from fakta_lab.synth import SyntheticInvoice, generate, render_pdf


def test_reading_the_pdf_gives_the_words_and_boxes(invoices: list[SyntheticInvoice]) -> None:
    other_order = pages = 0
    for invoice in invoices[:40]:
        document = read(render_pdf(invoice), name=invoice.seed)
        assert len(document.pages) == len(invoice.pages)
        for page, drawn in zip(invoice.pages, document.pages, strict=True):
            pages += 1
            assert (drawn.width, drawn.height) == pytest.approx((page.width, page.height), abs=0.1)
            words, seen = list(page.words), list(drawn.words)
            if [w.text for w in words] != [w.text for w in seen]:
                # A box that is a hair higher can put a word on the neighbouring line.
                other_order += 1
                words.sort(key=lambda w: (w.text, round(w.box.left, 2), w.box.top))
                seen.sort(key=lambda w: (w.text, round(w.box.left, 2), w.box.top))
                assert [w.text for w in words] == [w.text for w in seen], invoice.seed
            for word, other in zip(words, seen, strict=True):
                assert tuple(word.box) == pytest.approx(tuple(other.box), abs=0.01), (invoice.seed, word, other)
    assert other_order / pages <= 0.1


def test_every_font_is_drawn_as_measured(invoices: list[SyntheticInvoice]) -> None:
    fonts = {run.type.face.name for invoice in invoices for page in invoice.pages for run in page.drawing.runs}
    assert {
        "Helvetica",
        "Helvetica-Bold",
        "Times-Roman",
        "Times-Bold",
        "Courier",
        "Courier-Bold",
        "Vera",
        "VeraBd",
    } <= fonts


def test_same_bytes_each_time() -> None:
    assert render_pdf(generate(5)) == render_pdf(generate(5))
