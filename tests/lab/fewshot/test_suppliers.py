"""Which documents of a supplier are learned from and which are scored, and who is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakta.errors import DatasetError
from fakta.schema import invoice_schema
from fakta_lab.fewshot import CurveConfig, find_suppliers
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument


def benchmark(*documents: tuple[str, str] | tuple[str, str, str]) -> Benchmark:
    """A set of documents given as name, supplier and perhaps role."""
    made = (
        BenchmarkDocument(name, Path(name), {}, supplier=supplier, extra={"role": role[0]} if role else {})
        for name, supplier, *role in documents
    )
    return Benchmark("set", tuple(made), invoice_schema())


def test_without_roles_the_first_are_learned_from_and_the_rest_is_scored() -> None:
    found = find_suppliers(benchmark(("a1", "A"), ("b1", "B"), ("a2", "A"), ("a3", "A"), ("b2", "B")), most=1)
    parts = {s.name: ([d.document for d in s.corrected], [d.document for d in s.scored]) for s in found.taken}
    assert parts == {"A": (["a1"], ["a2", "a3"]), "B": (["b1"], ["b2"])}
    assert found.left_out == {}


def test_roles_decide_where_they_are_stated_and_what_is_not_needed_is_left() -> None:
    roles = [("a1", "A", "score"), ("a2", "A", "correct"), ("a3", "A", "correct"), ("a4", "A", "score")]
    (supplier,) = find_suppliers(benchmark(*roles), most=1).taken
    assert [d.document for d in supplier.corrected] == ["a2"]
    assert [d.document for d in supplier.scored] == ["a1", "a4"]


def test_suppliers_with_too_few_documents_are_named_with_what_is_missing() -> None:
    documents = [("a1", "A"), ("a2", "A"), ("a3", "A"), ("b1", "B"), ("c1", "C"), ("c2", "C"), ("x", "")]
    found = find_suppliers(benchmark(*documents), most=2)
    assert [supplier.name for supplier in found.taken] == ["A"]
    assert found.left_out == {
        "B": "1 document to learn from, 2 are needed",
        "C": "none of its 2 documents is left to score",
        "(no supplier stated)": "1 document cannot be told apart by supplier",
    }


def test_a_set_without_any_supplier_that_will_do_says_what_would() -> None:
    with pytest.raises(DatasetError, match=r"no supplier has 10 documents .* the most to learn from is 2"):
        find_suppliers(benchmark(("a1", "A"), ("a2", "A"), ("a3", "A")), most=10)


def test_an_unknown_role_is_named() -> None:
    with pytest.raises(DatasetError, match="a1: role is 'train', expected 'correct' or 'score'"):
        find_suppliers(benchmark(("a1", "A", "train")), most=1)


def test_counts_are_sorted_and_begin_with_nothing() -> None:
    assert CurveConfig(counts=(3, 1, 3)).counts == (0, 1, 3)
    with pytest.raises(ValueError, match="above 0"):
        CurveConfig(counts=(0,))
    with pytest.raises(ValueError, match="none below"):
        CurveConfig(counts=(-1, 2))
