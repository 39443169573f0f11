"""The second group of held-out page designs: chosen alone, repeatable, and true to what their pages print."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from fakta_lab.config import load_config
from fakta_lab.synth.config import SynthConfig
from fakta_lab.synth.families import FamilyInvoice, family_names, load_family, make_family_invoice

SECOND = family_names("second")
CONFIGS = Path(__file__).parents[3] / "configs"


@pytest.fixture(scope="module", params=SECOND)
def invoice(request: pytest.FixtureRequest) -> FamilyInvoice:
    return make_family_invoice(load_family(request.param), "test")


def page_text(invoice: FamilyInvoice) -> str:
    """What the pages say in the order in which it was set, so that wrapped cells hold together; without spaces."""
    with pdfium.PdfDocument(invoice.pdf) as document:
        return squeezed("".join(page.get_textpage().get_text_range() for page in document))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_groups_are_chosen_by_configuration() -> None:
    first, second = (load_config(CONFIGS / name, SynthConfig) for name in ("families.yaml", "families-second.yaml"))
    assert (first.families, second.families) == ("first", "second")
    assert set(family_names("first")).isdisjoint(SECOND)
    assert sorted(family_names("first") + SECOND) == family_names()


def test_second_group_is_mostly_swedish_and_speaks_four_other_languages() -> None:
    languages = [load_family(name).language for name in SECOND]
    assert len(SECOND) == 10
    assert languages.count("sv") == 6
    assert len(set(languages)) == 5


def test_truth_stands_on_the_page(invoice: FamilyInvoice) -> None:
    text = page_text(invoice)
    assert {"invoice_number", "invoice_date", "customer_name", "supplier_name", "amount_due"} <= set(invoice.texts)
    for name, printed in invoice.texts.items():
        if name == "currency" and printed not in text:
            printed = "€"
        assert squeezed(printed) in text, name
    for row in invoice.line_items:
        for column in ("description", "article_number"):
            assert squeezed(row.get(column, "")) in text
    assert len(invoice.line_items) > 0


def test_the_same_seed_gives_the_same_invoice(invoice: FamilyInvoice) -> None:
    again = make_family_invoice(load_family(invoice.family), "test")
    assert again == invoice
    assert make_family_invoice(load_family(invoice.family), "other").fields != invoice.fields
