"""What generated invoices say of the search: which words are persons' numbers, which were taken for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fakta.documents.model import Document, Page
from fakta_lab.privacy import Finding, personal_data
from fakta_lab.privacy.identity_numbers import is_identity_number
from fakta_lab.privacy.personal_data import printed
from fakta_lab.synth import SyntheticInvoice

_OWNED = ("supplier_org_number", "supplier_vat_number", "customer_org_number")


def as_document(invoice: SyntheticInvoice) -> Document:
    """The invoice as reading its pages without loss would give it."""
    pages = tuple(page.as_page(number) for number, page in enumerate(invoice.pages, 1))
    return Document(name="faktura.pdf", sha256="0" * 64, pages=pages)


def counts(invoices: Iterable[SyntheticInvoice]) -> Counter[str]:
    """How many invoices there are, and of their words: persons' numbers, those found, and others, by label.

    Keys are "invoices", "personal" and "found" (labelled words of parties' numbers that are persons' numbers) and
    "false <label>" for findings on other words.
    """
    counted: Counter[str] = Counter()
    for invoice in invoices:
        counted["invoices"] += 1
        document = as_document(invoice)
        found = {(f.page, i): f for f in personal_data(document) for i in f.words}
        own = {digits for name in _OWNED if is_identity_number(digits := _ten(invoice.fields[name] or ""))}
        for page in document.pages:
            for i, label in enumerate(invoice.pages[page.number - 1].labels):
                finding = found.get((page.number, i))
                of_person = any(digits in _ten_of(page.words[i].text) for digits in own)
                if of_person and label[2:] in _OWNED:
                    counted["personal"] += 1
                    counted["found"] += finding is not None
                elif finding and finding.words[0] == i and not _of_party(page, finding, own):
                    counted[f"false {label[2:] or 'unlabelled'}"] += 1
    return counted


def _of_party(page: Page, finding: Finding, own: set[str]) -> bool:
    """Whether a finding is a party's number; a private customer's VAT number has no label, but the form proves it."""
    text = printed(page, finding)
    country = page.words[max(0, finding.words[0] - 1)].text
    return "SE" in (text[:2], country) or any(digits in _ten_of(text) for digits in own)


def _ten(value: str) -> str:
    return value[2:12] if value.startswith("SE") else value


def _ten_of(text: str) -> str:
    return "".join(filter(str.isdigit, text))
