"""Masked texts, values, documents and pictures."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from tests.fakta.typed_page import typed_page
from tests.lab.privacy.numbers import BARE, MARKED, identity_numbers, printed_as

from fakta.documents import read
from fakta.documents.model import Box, Document
from fakta.errors import ConfigError
from fakta_lab.privacy import (
    Pseudonyms,
    finding_boxes,
    found_numbers,
    mask_document,
    mask_image,
    mask_text,
    mask_values,
    personal_data,
)

PSEUDONYMS = Pseudonyms(b"a key for tests alone")


@given(identity_numbers(), st.sampled_from(MARKED + BARE))
def test_masked_text_keeps_its_shape_and_holds_nothing(number: tuple[str, str], form: str) -> None:
    text = f"Anna Ek {printed_as(form, *number)} Tel 08-123 45 67"
    masked = mask_text(text)
    assert len(masked) == len(text)
    assert masked.startswith("Anna Ek ")
    assert masked.endswith(" Tel 08-123 45 67")
    assert mask_text(masked) == masked != text


def test_unknown_kinds_are_refused() -> None:
    for mask in (lambda: mask_text("", kinds={"name"}), lambda: mask_values({"iban": "x"}, kinds={"name"})):
        with pytest.raises(ConfigError, match="unknown kind 'name'"):
            mask()


SOLE_TRADER = {
    "supplier_org_number": "8112289874",
    "supplier_vat_number": "SE811228987401",
    "customer_org_number": "5599941209",
    "payment_reference": "8112289874",
    "invoice_number": "6408233234",
    "amount_due": "1340.00",
    "bankgiro": None,
}


def test_values_of_a_sole_trader() -> None:
    assert mask_values(SOLE_TRADER) == SOLE_TRADER | {
        "supplier_org_number": "**********",
        "supplier_vat_number": "SE**********01",
        "payment_reference": "**********",  # because the same digits are a person's in another field
    }
    assert mask_values({"invoice_number": "6408233234"}, numbers={"6408233234"}) == {"invoice_number": "**********"}


def test_pseudonyms_agree_between_values_and_words() -> None:
    values = mask_values(SOLE_TRADER, pseudonyms=PSEUDONYMS)
    number = PSEUDONYMS.number("8112289874")
    assert values["supplier_org_number"] == values["payment_reference"] == number
    assert values["supplier_vat_number"] == f"SE{number}01"
    text = "Org.nr 811228-9874   Momsreg.nr SE 811228-9874 01   Personnr 19811228+9874   OCR 8112289874"
    document = Document("f.pdf", "0" * 64, (typed_page(text),))
    masked = mask_document(document, personal_data(document), pseudonyms=PSEUDONYMS)
    dashed = f"{number[:6]}-{number[6:]}"
    shown = " ".join(word.text for word in masked.pages[0].words)
    assert shown == f"Org.nr {dashed} Momsreg.nr SE {dashed} 01 Personnr 19{dashed.replace('-', '+')} OCR {number}"
    assert [word.box for word in masked.pages[0].words] == [word.box for word in document.pages[0].words]
    assert found_numbers(masked, personal_data(masked)) == {number}


def test_a_document_without_findings_stays_as_it_is() -> None:
    document = Document("811228-9874.pdf", "0" * 64, (typed_page("Fakturanr 1042   OCR 202601472"),))
    assert mask_document(document, []) == replace(document, name="******-****.pdf")


def drawn(lines: list[str], *, size: int) -> bytes:
    """A PDF of those lines and nothing else."""
    target = BytesIO()
    canvas = Canvas(target, invariant=True)
    for row, line in enumerate(lines):
        canvas.setFont("Helvetica", size)
        canvas.drawString(60 + 7.3 * row, 760 - 40 * row, line)
    canvas.save()
    return target.getvalue()


@settings(max_examples=12)
@given(identity_numbers(), st.sampled_from(MARKED + BARE), st.integers(6, 20), st.sampled_from([72, 100, 200]))
def test_no_ink_of_a_number_is_left_on_the_picture(number: tuple[str, str], form: str, size: int, dpi: int) -> None:
    document = read(drawn([printed_as(form, *number)], size=size), name="f.pdf")
    page = document.pages[0]
    findings = personal_data(document)
    covered = {i for finding in findings for i in finding.words}
    assert page.render is not None
    picture = page.render(dpi)
    white = mask_image(picture, finding_boxes(page, findings), fill="white")
    assert np.asarray(picture).min() < 128
    if covered == set(range(len(page.words))):
        assert np.asarray(white).min() == 255


def test_the_masked_document_draws_masked_pictures() -> None:
    lines = ["Fakturanr 1042", "Org.nr 811228-9874", "Momsreg.nr SE 811228-9874 01"]
    document = read(drawn(lines, size=11), name="f.pdf")
    masked = mask_document(document, personal_data(document))
    before, after = (np.asarray(page.render(100).convert("L")) for page in (document.pages[0], masked.pages[0]))
    changed = before != after
    boxes = finding_boxes(document.pages[0], personal_data(document))
    assert len(boxes) == 2
    height, width = before.shape
    for box in boxes:
        left, right = int(box.left * width), int(box.right * width)
        assert (after[int(box.top * height) : int(box.bottom * height), left:right] == 0).all()
    first_line = document.pages[0].words[1].box
    assert not changed[: int(first_line.bottom * height) + 3].any()


def test_boxes_at_the_edge_and_other_modes() -> None:
    for mode in ("L", "RGB", "1"):
        masked = mask_image(Image.new(mode, (40, 30), "white"), [Box(0.0, 0.0, 1.0, 1.0)])
        assert masked.mode == mode
        assert masked.convert("L").getextrema() == (0, 0)
