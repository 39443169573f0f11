"""What generated pages vary in: every feature occurs, documents that are no invoice carry no invoice fields."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from tests.lab.synth.reading import printed_values

from fakta_lab.synth import SyntheticInvoice, generate, make_invoice, make_supplier
from fakta_lab.synth.classes import document_class
from fakta_lab.synth.content import Content
from fakta_lab.synth.facts import make_facts
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.material import load_yaml
from fakta_lab.synth.plan import make_plan
from fakta_lab.synth.summary import summarise
from fakta_lab.synth.tables import line_table
from fakta_lab.synth.theme import make_theme
from fakta_lab.synth.wording import wording

CLASSES = list(load_yaml("classes")["classes"])


@pytest.fixture(scope="module")
def others() -> list[SyntheticInvoice]:
    """Documents that are no invoice; a credit note stays one."""
    documents = [make_invoice(make_supplier(seed), 0, error_share=0.0, other_share=1.0) for seed in range(160)]
    return [document for document in documents if document.fields["document_type"] != "credit_note"]


def text_of(invoice: SyntheticInvoice) -> str:
    return "\n".join(" ".join(word.text for word in page.words) for page in invoice.pages)


def test_no_two_labelled_values_overlap(invoices: list[SyntheticInvoice]) -> None:
    clashes = []
    for invoice in invoices:
        for page in invoice.pages:
            labelled = [
                (word, label) for word, label in zip(page.words, page.labels, strict=True) if label.startswith("B-")
            ]
            for i, (word, label) in enumerate(labelled):
                for other, _ in labelled[i + 1 :]:
                    across = min(word.box.right, other.box.right) - max(word.box.left, other.box.left)
                    down = min(word.box.bottom, other.box.bottom) - max(word.box.top, other.box.top)
                    if across > 0.002 and down > 0.4 * min(word.box.height, other.box.height):
                        clashes.append((invoice.seed, label, word.text, other.text))
    assert len(clashes) <= 0.01 * len(invoices), clashes


def test_amounts_add_up_where_no_mistake_is_planted() -> None:
    checked = 0
    for seed in range(250):
        invoice = make_invoice(make_supplier(seed), 0, error_share=0.0)
        amounts = {
            name: Decimal(value)
            for name in ("net_amount", "vat_amount", "rounding_amount", "amount_due")
            if (value := invoice.fields[name]) is not None
        }
        if not {"net_amount", "vat_amount", "amount_due"} <= set(amounts):
            continue
        rest = amounts["amount_due"] - amounts["net_amount"] - amounts["vat_amount"]
        # What is left is rounding, printed or not, or a deduction, which is whole kronor or a balance.
        checked += abs(rest) <= Decimal("0.5") and rest == amounts.get("rounding_amount", rest)
    assert checked > 150


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_of_documents_occurs(others: list[SyntheticInvoice], name: str) -> None:
    assert any(document.kind == name for document in others)


def test_other_documents_carry_only_what_they_state(others: list[SyntheticInvoice]) -> None:
    for document in others:
        kind = document_class(document.kind)
        printed = {name for name, values in printed_values(document).items() if values}
        assert all(kind.keeps(name) for name in printed), (document.seed, printed)
        assert document.fields["document_type"] is None
        assert document.line_items == document.vat_breakdown == []
        stated = {name for name, value in document.fields.items() if value is not None}
        assert stated <= printed | {"currency", "supplier_org_number", "invoice_number", "payment_reference"}
    reminders = [document for document in others if document.kind == "reminder"]
    assert all(document.fields["invoice_number"] for document in reminders)
    assert not any(document.fields["invoice_number"] for document in others if document.kind != "reminder")


def test_few_documents_are_no_invoice(invoices: list[SyntheticInvoice]) -> None:
    share = sum(invoice.kind != "invoice" for invoice in invoices) / len(invoices)
    assert 0.01 < share < 0.09
    assert all(generate(seed, profile="demo").kind == "invoice" for seed in range(40))


def test_mistakes_of_every_kind() -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        supplier = make_supplier(f"m{seed}")
        for turn in range(1, 6):
            invoice = make_invoice(supplier, turn, error_share=1.0)
            seen[invoice.error] += 1
            fields = invoice.fields
            if invoice.error == "invoice_number":
                first = make_invoice(supplier, 0, error_share=0.0).fields["invoice_number"]
                assert first is None or fields["invoice_number"] in (first, None)
            if invoice.error == "due_date" and fields["due_date"] and fields["invoice_date"]:
                assert date.fromisoformat(fields["due_date"]) < date.fromisoformat(fields["invoice_date"])
    assert set(seen) >= {
        "payment_reference",
        "bankgiro",
        "supplier_org_number",
        "supplier_vat_number",
        "vat_amount",
        "amount_due",
        "due_date",
        "invoice_number",
    }
    assert seen[""] < 0.2 * seen.total()


def test_features_occur(invoices: list[SyntheticInvoice]) -> None:
    """Each is seen on some of a few hundred pages and on no more than a third of them."""
    found: Counter[str] = Counter()
    for invoice in invoices:
        words = [word.text for page in invoice.pages for word in page.words]
        text = text_of(invoice)
        language = "sv" if make_supplier(invoice.seed.split(":")[1].split("/")[0]).language == "sv" else "en"
        said = {
            "broken label": any(word.endswith("-") and len(word) > 4 and word[0].isalpha() for word in words),
            "explained label": any(
                f"({remark})" in text for remarks in wording(language, "explanations").values() for remark in remarks
            ),
            "QR code": any(page.drawing.codes for page in invoice.pages),
            "slanted text": any(page.drawing.marks for page in invoice.pages),
            "several pages": len(invoice.pages) > 1,
            "many pages": len(invoice.pages) > 2,
            "brought forward": any(phrase in text for phrase in wording(language, "brought")),
            "groups": sum(f"\n{group}\n" in f"\n{text}\n" or group in text for group in wording(language, "groups"))
            > 1,
            "hours": any(title in text for title in wording(language, "hours_title")[1:3]),
            "number sign": any(word.startswith("#") and len(word) > 1 for word in words),
        }
        found.update(feature for feature, seen in said.items() if seen)
    missing = [feature for feature in said if not found[feature]]
    assert not missing, found
    assert all(found[feature] < 0.34 * len(invoices) for feature in said), found


def test_totals_stand_under_the_amounts() -> None:
    tables = aligned = 0
    for seed in range(150):
        supplier = make_supplier(seed)
        content = Content(supplier, make_facts(supplier, Random(seed)), Random(seed))
        summary = summarise(content, make_plan(supplier.keys))
        if not summary.in_table:
            continue
        tables += 1
        table = line_table(content, make_theme(supplier.keys), 500.0, sums=summary.rows)
        assert len(table.rows) >= len(content.facts.lines) + len(summary.rows)
        edges = [{round(run.x + run.type.width(run.words)) for run in row.runs} for row in table.rows]
        aligned += bool(edges[0] & edges[-1])
    assert 10 < tables < 45
    assert aligned > 0.7 * tables


def test_choices_are_remembered() -> None:
    keys = Keyed("7")
    assert keys.unit("a") == keys.unit("a") == Keyed("7").unit("a")
    assert keys.unit("a") != keys.unit("b")
