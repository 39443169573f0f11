"""Held-out page designs: truth is what the pages print, the same each time, and nothing that learns knows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakta.documents import read
from fakta.errors import ConfigError, DatasetError
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.synth.families import (
    FamilyInvoice,
    family_invoices,
    family_names,
    load_family,
    make_family_invoice,
    write_families,
)
from fakta_lab.synth.families.numbers import account, company_numbers

SOURCES = Path(__file__).parents[3] / "src" / "fakta_lab"


@pytest.fixture(scope="module")
def made() -> list[tuple[FamilyInvoice, str]]:
    """One invoice of each family with the text of its pages, words joined without blanks."""
    invoices = [make_family_invoice(load_family(name), "test") for name in family_names()]
    return [
        (made, "".join(word.text for page in read(made.pdf, name=made.family).pages for word in page.words))
        for made in invoices
    ]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_there_are_designs_in_many_languages() -> None:
    families = [load_family(name) for name in family_names()]
    assert sum(family.language == "sv" for family in families) >= 10
    assert {family.language for family in families} == {"sv", "de", "fr", "en", "no", "da", "fi"}


def test_stated_fields_stand_on_the_page(made: list[tuple[FamilyInvoice, str]]) -> None:
    for invoice, text in made:
        # Ligatures are read as their letters or lost; names are the only texts that may have them.
        missing = {
            name: shown
            for name, shown in invoice.texts.items()
            if squeezed(shown) not in text and not name.endswith("_name") and "f" not in shown
        }
        # A value that wraps in a sentence stands on two lines, with other words of the line between.
        assert len(missing) <= 1, (invoice.family, missing)


def test_stated_cells_stand_on_the_page(made: list[tuple[FamilyInvoice, str]]) -> None:
    for invoice, text in made:
        assert invoice.line_items, invoice.family
        digits = "".join(filter(str.isdigit, text))
        for row in invoice.line_items:
            assert {"description", "line_amount"} <= set(row), (invoice.family, row)
            assert "".join(filter(str.isdigit, row["line_amount"])) in digits, (invoice.family, row)
            assert squeezed(row["description"])[:6] in text, (invoice.family, row)


def test_what_is_not_printed_is_null(made: list[tuple[FamilyInvoice, str]]) -> None:
    letter = next(invoice for invoice, _ in made if invoice.family == "tidskrift")
    assert letter.fields["purchase_order"] is None
    assert letter.fields["bankgiro"] is None
    assert letter.fields["plusgiro"] is not None


def test_rows_come_to_the_net_amount_where_nothing_is_added(made: list[tuple[FamilyInvoice, str]]) -> None:
    for invoice, _ in made:
        if load_family(invoice.family).charges or invoice.fields.get("net_amount") is None:
            continue
        total = sum(float(row["line_amount"]) for row in invoice.line_items)
        assert total == pytest.approx(float(invoice.fields["net_amount"] or 0), abs=0.005), invoice.family


def test_the_same_seed_gives_the_same_bytes() -> None:
    family = load_family("molnbok")
    assert make_family_invoice(family, "1.0") == make_family_invoice(family, "1.0")
    assert make_family_invoice(family, "1.0").pdf != make_family_invoice(family, "1.1").pdf


def test_a_set_is_a_benchmark(tmp_path: Path) -> None:
    folder = write_families(tmp_path / "set", count=3, seed=1, families=["konsult", "societe"])
    benchmark = Benchmark.load(folder)
    assert benchmark.name == "set"
    assert [document.layout for document in benchmark.documents] == ["konsult", "societe", "konsult"]
    assert all(document.path.is_file() and document.tables["line_items"] for document in benchmark.documents)
    assert json.loads((folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()[0])["supplier"]


def test_an_unknown_family_is_named_with_what_was_meant() -> None:
    with pytest.raises(ConfigError, match=r"no family 'molnbk'.*molnbok"):
        load_family("molnbk")


@pytest.mark.parametrize("country", ["DE", "FR", "GB", "NO", "DK", "FI"])
def test_foreign_numbers_are_valid(country: str) -> None:
    from random import Random

    from stdnum import iban
    from stdnum.util import get_cc_module

    rng = Random(country)
    for _ in range(20):
        number, _ = account(rng, country)
        _, vat = company_numbers(rng, country)
        assert iban.is_valid(number, check_country=False), number
        module = get_cc_module(country.lower(), "vat")
        assert module is not None
        assert module.is_valid(vat), vat


def test_nothing_that_learns_imports_the_families() -> None:
    allowed = {SOURCES / "cli" / "synth.py"}
    for path in SOURCES.rglob("*.py"):
        if "families" not in path.parts and path not in allowed:
            assert "synth.families" not in path.read_text(encoding="utf-8"), path


def test_suppliers_send_several_invoices_that_share_what_is_theirs() -> None:
    made = list(family_invoices(count=6, seed=5, families=["konsult", "societe"], suppliers=3))
    assert [invoice.family for invoice in made] == ["konsult", "societe", "konsult"] * 2
    suppliers = [invoice.supplier for invoice in made]
    assert suppliers[:3] == suppliers[3:]
    assert len(set(suppliers)) == 3
    for first, second in zip(made[:3], made[3:], strict=True):
        for name in ("supplier_name", "supplier_vat_number", "bankgiro", "iban"):
            assert first.fields.get(name) == second.fields.get(name), name
        assert first.fields["invoice_number"] != second.fields["invoice_number"]
        assert first.fields["amount_due"] != second.fields["amount_due"]


def test_a_supplier_s_first_invoice_is_the_one_of_its_seed_alone() -> None:
    (one,) = family_invoices(count=1, seed=5, families=["konsult"], suppliers=1)
    assert one == make_family_invoice(load_family("konsult"), "5.0")


def test_families_that_have_run_out_of_vendors_say_so() -> None:
    with pytest.raises(DatasetError, match="no more than 3 vendors"):
        next(family_invoices(count=4, seed=1, families=["societe"], suppliers=4))


def test_scanned_families_have_no_text(tmp_path: Path) -> None:
    folder = write_families(tmp_path / "set", count=1, seed=1, families=["konsult"], scan="light")
    (document,) = Benchmark.load(folder).documents
    assert all(page.source != "text" or not page.words for page in read(document.path, ocr="off").pages)
