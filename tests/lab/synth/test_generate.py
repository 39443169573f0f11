"""Labels, truth and variety of generated invoices."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from tests.lab.synth.reading import printed_values

from fakta.errors import FieldError
from fakta.fields import KINDS, canonical
from fakta.schema import invoice_schema
from fakta_lab.synth import SyntheticInvoice, generate, make_invoice, make_supplier
from fakta_lab.synth.body import after_blocks, header_blocks
from fakta_lab.synth.content import Content
from fakta_lab.synth.facts import make_facts
from fakta_lab.synth.plan import make_plan
from fakta_lab.synth.summary import summarise
from fakta_lab.synth.supplier import LANGUAGE_SHARES
from fakta_lab.synth.theme import make_theme

SCHEMA = invoice_schema()
NAMES = {
    *SCHEMA.fields,
    *(f"{table}.{column}" for table, columns in SCHEMA.tables.items() for column in columns),
}
# The truth of these is written as printed, but a heading may print it in capitals.
CASE_FREE = {"supplier_name", "customer_name"}


def readings(kind: str, text: str) -> set[str]:
    """What a reader may take from a labelled text: with or without punctuation and a label stuck to it."""
    found = set()
    for candidate in (text, text.rstrip(".,;:)!?").lstrip("("), text.partition(":")[2]):
        for part in (candidate, candidate.rstrip(".,;:)!?").lstrip("(")):
            try:
                found.add(canonical(KINDS[kind].parse(part)))
            except FieldError:
                continue
    return found


def test_labels_are_known_and_parallel(invoices: list[SyntheticInvoice]) -> None:
    for invoice in invoices:
        assert list(invoice.fields) == list(SCHEMA.fields)
        for page in invoice.pages:
            assert len(page.words) == len(page.labels)
            assert {label[2:] for label in page.labels if label != "O"} <= NAMES
            assert all(label == "O" or label[:2] in ("B-", "I-") for label in page.labels)


def test_values_are_recoverable_from_labelled_words(invoices: list[SyntheticInvoice]) -> None:
    wrong = []
    for invoice in invoices:
        printed = printed_values(invoice)
        for name, value in invoice.fields.items():
            if value is None:
                if printed[name]:
                    wrong.append((invoice.seed, name, None, printed[name]))
                continue
            if not printed[name] and name in {"document_type", "currency", "supplier_org_number"}:
                # Known without being printed by itself.
                assert (value in {"invoice", "credit_note", "SEK"}) or value in str(
                    invoice.fields["supplier_vat_number"]
                )
                continue
            if not printed[name] and name in {"net_amount", "vat_amount"}:
                # The only row of the VAT table.
                assert len(invoice.vat_breakdown) == 1
                continue
            # One number for invoice and payment carries one of the two names.
            shared = {"invoice_number", "payment_reference"}
            texts = printed[name] or ([] if name not in shared else [t for n in shared for t in printed[n]])
            kind = SCHEMA.fields[name].kind
            same = (lambda t: t.casefold()) if name in CASE_FREE else (lambda t: t)
            if not texts or not all(same(value) in {same(r) for r in readings(kind, text)} for text in texts):
                wrong.append((invoice.seed, name, value, texts))
    # A tall title beside two lines may break a name in two when lines are grouped; nothing else may go wrong.
    assert len(wrong) <= 0.02 * len(invoices), wrong


def test_table_truth_is_printed(invoices: list[SyntheticInvoice]) -> None:
    for invoice in invoices:
        printed = printed_values(invoice)
        for column, kind in (("quantity", "quantity"), ("unit_price", "quantity"), ("line_amount", "amount")):
            values = [Decimal(row[column]) for row in invoice.line_items if column in row]
            texts = printed[f"line_items.{column}"]
            assert sorted(values) == sorted(Decimal(str(KINDS[kind].parse(text))) for text in texts), invoice.seed


def test_sums_hold() -> None:
    credits = deducted = 0
    for seed in range(300):
        facts = make_facts(make_supplier(seed), Random(seed))
        fields = facts.fields
        amounts = {
            name: Decimal(str(fields.get(name, 0)))
            for name in ("net_amount", "vat_amount", "rounding_amount", "amount_due")
        }
        off = sum((amount for _, amount in facts.deducted), Decimal(0))
        assert (
            amounts["net_amount"] + amounts["vat_amount"] + off + amounts["rounding_amount"] == amounts["amount_due"]
        ), seed
        assert abs(amounts["rounding_amount"]) <= Decimal("0.5")
        assert facts.subtotal + sum(amount for _, amount in facts.charges) == amounts["net_amount"]
        for rate, (base, tax) in facts.rates.items():
            assert abs(base * rate / 100 - tax) <= Decimal("0.005")
        if "due_date" in fields:
            assert (fields["due_date"] - fields["invoice_date"]).days == facts.terms_days  # type: ignore[operator]
        credits += facts.credit
        deducted += bool(facts.deducted)
    assert credits > 5
    assert deducted > 5


def test_check_digits_are_valid_unless_planted(invoices: list[SyntheticInvoice]) -> None:
    from stdnum import iban, luhn
    from stdnum.se import orgnr, vat
    from stdnum.util import get_cc_module

    checks = {
        # Ten digits are a Swedish number; other countries' registers have no check digit that all share.
        "supplier_org_number": lambda number: len(number) != 10 or orgnr.is_valid(number),
        "customer_org_number": lambda number: len(number) != 10 or orgnr.is_valid(number),
        "bankgiro": luhn.is_valid,
        "plusgiro": luhn.is_valid,
        "iban": iban.is_valid,
        "supplier_vat_number": lambda number: (
            vat.is_valid(number) if number.startswith("SE") else get_cc_module(number[:2], "vat").is_valid(number)
        ),
    }

    seen: Counter[str] = Counter()
    for invoice in invoices:
        for name, is_valid in checks.items():
            value = invoice.fields[name]
            if value is not None and invoice.error != name:
                seen[name] += 1
                assert is_valid(value), (invoice.seed, name, value)
    assert set(seen) == set(checks)


def test_errors_are_planted_where_asked() -> None:
    supplier = make_supplier(3)
    assert not any(make_invoice(supplier, seed, error_share=0.0).error for seed in range(30))
    assert sum(bool(make_invoice(supplier, seed, error_share=1.0).error) for seed in range(30)) > 10


def test_words_stay_on_the_page_and_apart(invoices: list[SyntheticInvoice]) -> None:
    overlapping = total = 0
    for invoice in invoices[:120]:
        for page in invoice.pages:
            total += len(page.words)
            for i, word in enumerate(page.words):
                box = word.box
                assert 0 <= box.left < box.right <= 1, (invoice.seed, word)
                assert 0 <= box.top < box.bottom <= 1, (invoice.seed, word)
                for other in page.words[i + 1 :]:
                    across = min(box.right, other.box.right) - max(box.left, other.box.left)
                    down = min(box.bottom, other.box.bottom) - max(box.top, other.box.top)
                    overlapping += across > 0.0005 and down > 0.25 * min(box.height, other.box.height)
    assert overlapping / total < 0.001


def test_suppliers_differ(invoices: list[SyntheticInvoice]) -> None:
    before: Counter[str] = Counter()
    for invoice in invoices:
        for page in invoice.pages:
            for i, label in enumerate(page.labels):
                if label == "B-due_date" and i and page.labels[i - 1] == "O":
                    before[page.words[i - 1].text] += 1
    assert len(before) > 40
    assert len({invoice.layout for invoice in invoices}) == len(invoices)
    places = {
        (round(w.box.left, 1), round(w.box.top, 1))
        for i in invoices
        for p in i.pages
        for w, x in zip(p.words, p.labels, strict=True)
        if x == "B-amount_due"
    }
    assert len(places) > 40


def test_blocks_come_in_many_styles() -> None:
    styles = set()
    for seed in range(120):
        supplier = make_supplier(seed)
        content = Content(supplier, make_facts(supplier, Random(seed)), Random(seed))
        theme, plan = make_theme(supplier.keys), make_plan(supplier.keys)
        blocks = (
            header_blocks(content, theme, plan, 500.0)
            + after_blocks(content, theme, plan, 500.0, summarise(content, plan))[0]
        )
        styles |= {
            block.name for block in blocks if block.name.partition(".")[0] in ("meta", "refs", "payment", "totals")
        }
    assert len(styles) >= 30, styles


def test_a_supplier_keeps_its_look() -> None:
    supplier = make_supplier(11)
    first, second = make_invoice(supplier, 1), make_invoice(supplier, 2)
    assert first.layout == second.layout
    assert first.supplier == second.supplier
    assert first.fields["invoice_date"] != second.fields["invoice_date"]
    fonts = [{run.type.face.name for run in invoice.pages[0].drawing.runs} for invoice in (first, second)]
    assert fonts[0] & fonts[1]


def test_demo_words_are_kept_from_training() -> None:
    from fakta_lab.synth.material import load_yaml

    ordinary = {
        word.casefold()
        for language in LANGUAGE_SHARES
        for words in load_yaml(f"labels_{language}").values()
        for word in words
    }
    house = {word.casefold() for words in load_yaml("labels_demo").values() for word in words}
    assert not ordinary & house
    texts = {
        word.text.strip(":.").casefold() for seed in range(60) for page in generate(seed).pages for word in page.words
    }
    assert not texts & {"slutlikvid", "betalkod", "verifikat", "likviddag"}
    shown = {
        w.text.strip(":.").casefold()
        for seed in range(30)
        for p in generate(seed, profile="demo").pages
        for w in p.words
    }
    assert shown & {word for word in house if " " not in word}


@pytest.mark.parametrize("profile", ["train", "demo"])
def test_same_seed_same_invoice_in_another_process(profile: str) -> None:
    code = (
        "import hashlib, sys; from fakta_lab.synth import generate, render_pdf\n"
        f"invoices = [generate(seed, profile={profile!r}) for seed in range(6)]\n"
        "parts = [render_pdf(i) + repr((i.fields, i.pages[0].labels)).encode() for i in invoices]\n"
        "digest = hashlib.sha256(b''.join(parts))\n"
        "sys.stdout.write(digest.hexdigest())"
    )
    root = Path(__file__).resolve().parents[3]
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root / "src")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1
