"""How alignment is measured, and floors for what it reaches on generated pages."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.schema import invoice_schema
from fakta_lab.dataset.alignment.align import AlignedDocument, align
from fakta_lab.dataset.alignment.measure import Figures, compare
from fakta_lab.dataset.alignment.places import Alignment, Place
from fakta_lab.synth import generate
from fakta_lab.synth.write import write_set

SCHEMA = invoice_schema()
SCRIPT = Path(__file__).parents[4] / "scripts" / "alignment_benchmark.py"
SHEET = "1250,00 1250,00 1250,00 998,00"
DRAWN = ["B-amount_due", "O", "B-line_items.line_amount", "O"]


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("alignment_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "alignment_benchmark", module)
    spec.loader.exec_module(module)
    return module


def figures(*places: Place, drawn: list[str] = DRAWN) -> Figures:
    document = Document("a.pdf", "0" * 64, (typed_page(SHEET),))
    aligned = AlignedDocument((), (Alignment("amount_due", "aligned", "", places),))
    [(name, found, _)] = compare(document, aligned, [drawn], schema=SCHEMA)
    assert name == "amount_due"
    return found


def test_the_printed_places_and_no_others_are_exact() -> None:
    found = figures((0, (0,)))
    assert (found.exact, found.strict, found.places, found.right, found.printed, found.found) == (1, 1, 1, 1, 1, 1)


def test_a_mention_drawn_without_any_label_is_forgiven_but_not_strictly() -> None:
    found = figures((0, (0,)), (0, (1,)))
    assert (found.exact, found.strict, found.right) == (1, 0, 2)


def test_a_cell_of_a_table_and_another_amount_are_wrong() -> None:
    for wrong in (2, 3):
        found = figures((0, (0,)), (0, (wrong,)))
        assert (found.exact, found.places, found.right, found.found) == (0, 2, 1, 1)


def test_a_place_that_is_missing_or_has_other_words_is_not_exact() -> None:
    assert figures().exact == 0
    assert figures((0, (0, 1))).exact == 0
    assert figures((0, (0,)), drawn=["B-amount_due", "B-amount_due", "O", "O"]).exact == 0


def test_a_mention_is_what_was_drawn_for_it_though_lines_beside_each_other_are_read_as_one() -> None:
    # Two names of two lines each, side by side, whose first and second lines fell into one.
    page = typed_page("Exempel Norra Exempel Norra")
    document = Document("a.pdf", "0" * 64, (page,))
    labels = [["I-supplier_name", "B-supplier_name", "I-supplier_name", "B-supplier_name"]]
    aligned = AlignedDocument((), (Alignment("supplier_name", "aligned", "", ((0, (0, 1)), (0, (2, 3)))),))
    [(_, found, _)] = compare(document, aligned, labels, schema=SCHEMA, order=[[1, 0, 3, 2]])
    assert (found.exact, found.printed, found.found) == (1, 2, 2)


def test_a_value_printed_in_tables_only_is_not_counted() -> None:
    document = Document("a.pdf", "0" * 64, (typed_page(SHEET),))
    aligned = AlignedDocument((), (Alignment("amount_due", "absent", ""),))
    assert list(compare(document, aligned, [["O", "O", "B-line_items.line_amount", "O"]], schema=SCHEMA)) == []


@pytest.mark.parametrize(("pages", "documents", "floor"), [("clean", 40, 0.985), ("scanned", 25, 0.97)])
def test_generated_pages_get_back_the_words_their_values_were_drawn_with(
    benchmark: ModuleType, pages: str, documents: int, floor: float
) -> None:
    total = Figures()
    for seed in range(documents):
        invoice = generate(f"floor {seed}")
        document, drawn, order = benchmark.noised(invoice, pages)
        aligned = align(document, invoice.fields, schema=SCHEMA)
        for _, found, _ in compare(document, aligned, drawn, schema=SCHEMA, order=order):
            total.add(found)
    assert total.values > 12 * documents
    assert total.exact >= floor * total.values
    assert total.right >= (floor + 0.01) * total.places


def test_the_script_prints_shares_per_field(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["alignment_benchmark.py", "--documents", "3", "--format", "json"])
    benchmark.main()
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"clean", "scanned"}
    assert result["clean"]["fields"]["total"]["values"] > 30
    assert result["clean"]["ms_per_page"] > 0


def test_the_script_counts_what_became_of_a_sets_values(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "set", count=2, seed=5)
    monkeypatch.setattr(sys, "argv", ["alignment_benchmark.py", "--benchmark", str(tmp_path / "set")])
    benchmark.main()
    out = capsys.readouterr().out
    assert "amount_due" in out
    assert "derived" in out
    assert "exact" not in out
