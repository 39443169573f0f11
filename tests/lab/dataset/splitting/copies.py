"""Generated invoices, copies of them and invoices that are nearly the same, and how well the two are told apart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from random import Random

from fakta.documents.lines import group_lines
from fakta_lab.dataset.splitting.duplicates import Candidate, find_duplicates
from fakta_lab.synth import make_invoice, make_supplier
from fakta_lab.synth.compose import compose
from fakta_lab.synth.content import Content
from fakta_lab.synth.facts import make_facts
from fakta_lab.synth.invoice import SyntheticPage, _page
from fakta_lab.synth.plan import make_plan
from fakta_lab.synth.recognise import recognised
from fakta_lab.synth.supplier import Supplier
from fakta_lab.synth.theme import make_theme

Words = list[list[str]]


@dataclass(frozen=True)
class Known:
    """A document, which invoice it truly is, and what it is beside that invoice."""

    candidate: Candidate
    invoice: str
    kind: str


def printed(pages: Sequence[SyntheticPage]) -> Words:
    return [[word.text for word in page.words] for page in pages]


def scanned(pages: Sequence[SyntheticPage], rng: Random) -> Words:
    """The words as an OCR engine reads them off a scan, some of it good, some of it bad."""
    read = []
    for page in pages:
        labelled = list(zip(page.words, page.labels, strict=True))
        words = [word for word, _ in recognised(labelled, rng, aspect=page.height / page.width)]
        read.append([words[i].text for line in group_lines(words) for i in line])
    return read


def reprinted(pages: Sequence[SyntheticPage]) -> Words:
    """The same PDF again, marked as a copy, and with its day of printing."""
    return [["KOPIA", "Utskriven", "2027-01-04", *words] for words in printed(pages)]


def monthly(supplier: Supplier, seed: int, *, month: int) -> tuple[list[SyntheticPage], dict[str, str | None]]:
    """An invoice of a series that differ in number, reference and dates only, and its known values."""
    rng = Random(f"{supplier.seed}/{seed}")
    facts = make_facts(supplier, rng)
    fields = facts.fields
    before = str(fields["invoice_number"])
    fields["invoice_number"] = _counted_on(before, 7 * month)
    if "payment_reference" in fields:
        reference = str(fields["payment_reference"])
        within = reference.replace(before, str(fields["invoice_number"]))
        fields["payment_reference"] = within if within != reference else _counted_on(reference, 7 * month)
    for name in ("invoice_date", "due_date"):
        day = fields.get(name)
        if isinstance(day, date):
            fields[name] = day + timedelta(days=30 * month)
    content = Content(supplier, facts, rng)
    composition = compose(content, make_theme(supplier.keys), make_plan(supplier.keys))
    pages = [_page(drawing, *composition.size, content=content) for drawing in composition.pages]
    names = ("invoice_number", "invoice_date", "amount_due", "supplier_name")
    return pages, {name: str(fields[name]) for name in names}


def collection(suppliers: int, *, known: bool) -> list[Known]:
    """For each supplier an invoice, copies of it, later invoices, a reminder.

    Args:
        suppliers: how many.
        known: whether people vouched for values; without, not even the supplier is known.
    """
    found = []
    for i in range(suppliers):
        supplier, rng = make_supplier(f"copies {i}"), Random(i)
        pages, values = monthly(supplier, 0, month=0)
        later, later_values = monthly(supplier, 0, month=1)
        other = make_invoice(supplier, 1, error_share=0)
        follow_up = make_invoice(supplier, 0, error_share=0, other_share=1)
        texts: list[tuple[str, str, Words, dict[str, str | None]]] = [
            ("0", "text", printed(pages), values),
            ("0", "scan", scanned(pages, rng), values),
            ("0", "scan", scanned(pages, rng), values),
            ("0", "text", reprinted(pages), values),
            ("later", "text", printed(later), later_values),
            ("later", "scan", scanned(later, rng), later_values),
            ("other", "text", printed(other.pages), {**other.fields}),
            ("other", "scan", scanned(other.pages, rng), {**other.fields}),
        ]
        if follow_up.kind == "reminder":
            texts.append(("reminder", "text", printed(follow_up.pages), {**values, "document_type": "reminder"}))
        for number, (invoice, kind, words, stated) in enumerate(texts):
            sha256 = hashlib.sha256(f"{i}/{number}".encode()).hexdigest()
            name = f"supplier {i}" if known else sha256
            candidate = Candidate(sha256, words, name, stated if known else {}, kind == "scan")
            found.append(Known(candidate, f"{i}/{invoice}", kind))
    return found


def precision_and_recall(documents: Sequence[Known]) -> tuple[float, float]:
    """Of the pairs of documents that are kept as one, and of those that are one."""
    standings = find_duplicates([document.candidate for document in documents])
    together = {(i, j) for i, j in combinations(range(len(documents)), 2) if standings[i].kept == standings[j].kept}
    truth = {(i, j) for i, j in combinations(range(len(documents)), 2) if documents[i].invoice == documents[j].invoice}
    return len(together & truth) / len(together), len(together & truth) / len(truth)


def _counted_on(number: str, by: int) -> str:
    """The number with its last run of digits counted on."""
    *_, last = re.finditer("[0-9]+", number)
    digits = str((int(last[0]) + by) % 10 ** len(last[0])).zfill(len(last[0]))
    return number[: last.start()] + digits + number[last.end() :]
