"""Synthetic invoices: `generate(seed)` gives a fresh supplier's invoice with words, boxes, labels and truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from random import Random

from fakta.documents.lines import group_lines
from fakta.documents.model import Box, Page, Word
from fakta.fields import KINDS
from fakta.schema import invoice_schema
from fakta_lab.synth import mistakes
from fakta_lab.synth.alteration import Alteration, AlteredImage
from fakta_lab.synth.block import Block
from fakta_lab.synth.classes import INVOICE, other_document
from fakta_lab.synth.compose import compose
from fakta_lab.synth.content import Content
from fakta_lab.synth.facts import Facts, make_facts
from fakta_lab.synth.picture import DrawnPage
from fakta_lab.synth.plan import make_plan
from fakta_lab.synth.supplier import Profile, Supplier, make_supplier
from fakta_lab.synth.theme import make_theme

ERROR_SHARE = 0.1
# Of generated documents that are no invoice, so that a model learns to find nothing there.
OTHER_SHARE = 0.04


@dataclass(frozen=True)
class SyntheticPage:
    """One generated page.

    Attributes:
        width, height: points.
        words: in reading order.
        labels: one per word: "O", "B-<field>" or "I-<field>", a table's column as "<table>.<column>".
        drawing: what `render_pdf` draws.
        alteration: what became of the drawing since; None where the words stand as it has them.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    labels: tuple[str, ...]
    drawing: Block = field(repr=False)
    alteration: Alteration | None = None

    def as_page(self, number: int) -> Page:
        """The page as the runtime sees pages, its picture drawn on demand."""
        drawn = DrawnPage(self.drawing, self.width, self.height)
        render = AlteredImage(drawn, self.alteration) if self.alteration else drawn
        return Page(number, self.width, self.height, self.words, source="generated", render=render)


@dataclass(frozen=True)
class SyntheticInvoice:
    """One generated invoice with its truth.

    Attributes:
        seed: of supplier and invoice.
        supplier: name as registered.
        layout: name of the look; the same for all invoices of the supplier.
        fields: canonical value of every schema field; None where the pages do not state it.
        line_items, vat_breakdown: the printed cells of each row, canonical.
        error: the field in which a mistake was planted, or "".
        kind: "invoice" (also for credit notes), or which other document this is.
    """

    seed: str
    supplier: str
    layout: str
    fields: dict[str, str | None]
    line_items: list[dict[str, str]]
    vat_breakdown: list[dict[str, str]]
    pages: list[SyntheticPage]
    error: str = ""
    kind: str = "invoice"


def generate(seed: int | str, *, profile: Profile = "train") -> SyntheticInvoice:
    """One document of a fresh supplier: an invoice, or rarely, from an ordinary supplier, something that is none.

    >>> invoice = generate(1)
    >>> len(invoice.pages[0].words) == len(invoice.pages[0].labels)
    True
    """
    return make_invoice(make_supplier(seed, profile=profile), 0, other_share=OTHER_SHARE if profile == "train" else 0.0)


def make_invoice(
    supplier: Supplier, seed: int | str, *, error_share: float = ERROR_SHARE, other_share: float = 0.0
) -> SyntheticInvoice:
    """One invoice of a supplier.

    Args:
        supplier: decides identity and look.
        seed: decides the values; the same supplier and seed give the same invoice.
        error_share: probability of one planted mistake (a wrong check digit, a VAT sum that does not add up ...).
        other_share: probability of an order confirmation, a reminder or another document that is no invoice.
    """
    rng = Random(f"{supplier.seed}/{seed}")
    facts = make_facts(supplier, rng)
    if rng.random() < error_share:
        mistakes.plant(facts, supplier, rng, first_number=lambda: _number_of_first(supplier))
    if not facts.credit and rng.random() < other_share:
        facts.kind = other_document(rng)
    content = Content(supplier, facts, rng)
    composition = compose(content, make_theme(supplier.keys), make_plan(supplier.keys))
    pages = [_page(drawing, *composition.size, content=content) for drawing in composition.pages]
    printed = Counter(label[2:] for page in pages for label in page.labels)
    fields: dict[str, str | None] = {}
    for name in invoice_schema().fields:
        value = facts.fields.get(name)
        fields[name] = _canonical(value) if value is not None and printed[name] else None
    number = facts.fields["invoice_number"]
    if (
        facts.kind is INVOICE
        and facts.fields.get("payment_reference") == number
        and (fields["invoice_number"] or fields["payment_reference"])
    ):
        fields = _share_number(fields, content, pages)
    if fields["payment_reference"] is not None:
        # As the runtime writes references: a printed hyphen is no part of it.
        fields["payment_reference"] = str(KINDS["payment_reference"].parse(fields["payment_reference"]))
    fields |= _implied(fields, facts, composition.vat_breakdown)
    if fields["supplier_name"] is not None:
        pages, fields["supplier_name"] = _one_name(pages, supplier)
    return SyntheticInvoice(
        seed=f"{supplier.seed}/{seed}",
        supplier=supplier.name,
        layout=supplier.layout,
        fields=fields,
        line_items=composition.line_items if facts.kind is INVOICE else [],
        vat_breakdown=composition.vat_breakdown if facts.kind is INVOICE else [],
        pages=pages,
        error=facts.error,
        kind=facts.kind.name,
    )


def _number_of_first(supplier: Supplier) -> str:
    return str(make_facts(supplier, Random(f"{supplier.seed}/0")).fields["invoice_number"])


def _page(drawing: Block, width: float, height: float, *, content: Content) -> SyntheticPage:
    document, currency = content.facts.kind, content.supplier.currency
    words: list[Word] = []
    labels: list[str] = []
    for run in drawing.runs:
        x, kind = run.x, run.type
        top, bottom, space = (run.y - kind.above) / height, (run.y + kind.below) / height, kind.space
        for text, label in run.words:
            end = x + kind.word_width(text)
            words.append(Word(text, Box(x / width, top, end / width, bottom)))
            # The code of the invoice currency states it wherever it stands, also inside another label ("Belopp SEK").
            code = not label and currency in text and text.strip("():,.") == currency
            labels.append("B-currency" if code else label if label and document.keeps(label[2:]) else "O")
            x = end + space
    order = [i for line in group_lines(words) for i in line]
    return SyntheticPage(width, height, tuple(words[i] for i in order), tuple(labels[i] for i in order), drawing)


def _canonical(value: str | Decimal | date) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def _implied(fields: dict[str, str | None], facts: Facts, vat_breakdown: list[dict[str, str]]) -> dict[str, str | None]:
    """What a reader knows although it is not printed by itself.

    A document is an invoice unless it says otherwise, Swedish accounts are in kronor, and a Swedish VAT number holds
    the org number. With a single rate the VAT table states the totals.
    """
    implied: dict[str, str | None] = {}
    if facts.kind is INVOICE:
        implied["document_type"] = str(facts.fields["document_type"])
    if facts.fields["currency"] == "SEK":
        implied["currency"] = "SEK"
    if facts.kind is INVOICE and len(vat_breakdown) == 1:
        for name, column in (("net_amount", "taxable_amount"), ("vat_amount", "tax_amount")):
            if fields[name] is None and column in vat_breakdown[0]:
                implied[name] = vat_breakdown[0][column]
    vat_number = fields["supplier_vat_number"]
    if vat_number is not None and vat_number.startswith("SE") and fields["supplier_org_number"] is None:
        implied["supplier_org_number"] = vat_number[2:12]
    return implied


def _share_number(fields: dict[str, str | None], content: Content, pages: list[SyntheticPage]) -> dict[str, str | None]:
    """One number under a combined label states both fields, though its words carry only one of the names."""
    label = content.supplier.label("invoice_or_ocr").split()
    for page in pages:
        texts = [word.text.rstrip(":.=-").lower() for word in page.words]
        wanted = [text.rstrip(":.=-").lower() for text in label]
        if any(texts[i : i + len(wanted)] == wanted for i in range(len(texts))):
            number = str(content.facts.fields["invoice_number"])
            return {**fields, "invoice_number": number, "payment_reference": number}
    return fields


def _one_name(pages: list[SyntheticPage], supplier: Supplier) -> tuple[list[SyntheticPage], str]:
    """One name for the supplier: the registered one where a page prints it, else the brand.

    A brand beside the registered name carries no label. A name that stands in capitals everywhere is known so only.
    """
    full = len(supplier.party.name.split())
    if any(len(span) == full for page in pages for span in _name_spans(page)):
        pages = [_without_short_names(page, full) for page in pages]
        name = supplier.party.name
    else:
        name = supplier.party.brand
    printed = [page.words[i].text for page in pages for span in _name_spans(page) for i in span]
    return pages, name.upper() if all(text == text.upper() for text in printed) else name


def _name_spans(page: SyntheticPage) -> list[list[int]]:
    spans: list[list[int]] = []
    for i, label in enumerate(page.labels):
        if label == "B-supplier_name":
            spans.append([i])
        elif label == "I-supplier_name" and spans:
            spans[-1].append(i)
    return spans


def _without_short_names(page: SyntheticPage, full: int) -> SyntheticPage:
    short = {i for span in _name_spans(page) if len(span) < full for i in span}
    return replace(page, labels=tuple("O" if i in short else label for i, label in enumerate(page.labels)))
