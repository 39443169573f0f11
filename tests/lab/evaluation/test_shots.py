"""How many documents of a supplier were learned from, whatever names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakta_lab.evaluation import BenchmarkDocument, LearnedFrom
from fakta_lab.evaluation.shots import supplier_keys

ALM = {"supplier_org_number": "5599941209", "supplier_name": "Alm & Ek AB"}


def document(supplier: str, **fields: str | None) -> BenchmarkDocument:
    return BenchmarkDocument("a.pdf", Path("a.pdf"), fields, supplier=supplier)


@pytest.mark.parametrize(("learned", "subset"), [(0, "0-shot"), (1, "1-3-shot"), (3, "1-3-shot"), (4, "4+-shot")])
def test_subsets_are_docile_s(learned: int, subset: str) -> None:
    others = [supplier_keys("Björk AB", {})] * 9
    known = LearnedFrom([*others, *[supplier_keys("", ALM)] * learned])
    assert known.subset(document("", **ALM)) == subset


def test_documents_of_one_supplier_are_joined_by_what_they_have_in_common() -> None:
    known = LearnedFrom(
        [
            supplier_keys("alm", {}),
            supplier_keys("alm", {"supplier_vat_number": "SE559994120901"}),
            supplier_keys("", ALM),
        ]
    )
    # The VAT number holds the organisation number, and the key stands beside the VAT number.
    assert known.shots(supplier_keys("", {"supplier_name": "ALM &  Ek AB"})) == 3


def test_names_that_differ_by_a_number_are_two_suppliers() -> None:
    known = LearnedFrom([supplier_keys("Taxi 1 AB", {})])
    assert known.subset(document("Taxi 2 AB")) == "0-shot"


def test_a_shared_account_does_not_make_one_supplier() -> None:
    known = LearnedFrom([supplier_keys("", {"bankgiro": "54029681", "supplier_name": "Björk AB"})])
    assert known.shots(supplier_keys("", {"bankgiro": "54029681", "supplier_name": "Alm & Ek AB"})) == 0


def test_who_is_not_named_is_a_group_of_its_own() -> None:
    known = LearnedFrom([supplier_keys("", {}), supplier_keys("Alm", {})])
    assert (known.documents, known.nameless) == (2, 1)
    assert known.subset(document("", amount_due="1.00")) == "unknown"
