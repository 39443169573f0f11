"""`fakta extract --mapping`, `fakta mapping schema`, and the same file read back by `fakta corrections import`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fakta_lab.cli import main
from fakta_lab.synth import SyntheticInvoice


@pytest.fixture
def faktura(root: Path) -> Path:
    return root / "configs" / "mappings" / "faktura.yaml"


def test_extractions_are_printed_in_the_applications_form(
    root: Path, invoice: SyntheticInvoice, invoice_pdf: Path, faktura: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat = root / "configs" / "mappings" / "invoice.yaml"
    assert main(["extract", str(invoice_pdf), "--format", "json", "--mapping", str(flat)]) == 0
    [printed] = json.loads(capsys.readouterr().out)
    assert f"{printed['total']:.2f}" == invoice.fields["amount_due"]
    assert main(["extract", str(invoice_pdf), "--format", "jsonl", "--mapping", str(faktura)]) == 0
    nested = json.loads(capsys.readouterr().out)
    assert main(["mapping", "schema", str(faktura)]) == 0
    Draft202012Validator(json.loads(capsys.readouterr().out)).validate(nested)


@pytest.mark.parametrize("format", ["table", "csv"])
def test_a_table_cannot_be_mapped(
    format: str, invoice_pdf: Path, faktura: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(invoice_pdf), "--format", format, "--mapping", str(faktura)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"error: --mapping gives JSON, not a {format}; leave --format out, or say json or jsonl\n"


def test_what_people_corrected_in_the_applications_json_is_imported(
    invoice_pdf: Path, faktura: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    shutil.copy(invoice_pdf, documents / "a.pdf")
    extracted = {
        "version": 2,
        "fakturanummer": "118",
        "datum": {"fakturadatum": "2026-04-05", "forfallodatum": ""},
        "betalning": {"bankgiro": "5402-9681", "att_betala": {"belopp": "12450,00", "sakerhet": 0.9, "godkand": True}},
        "rader": [{"benamning": "Målning"}],
    }
    final = json.loads(json.dumps(extracted))
    final["betalning"]["att_betala"]["belopp"] = "1245,00"
    event = {"document": "a.pdf", "extracted": extracted, "final": final}
    (tmp_path / "rattat.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    store = ["--store", str(tmp_path / "store")]
    source = [str(tmp_path / "rattat.jsonl"), "--documents", str(documents), "--mapping", str(faktura), "--strict"]
    assert main(["corrections", "import", *source, *store]) == 0, capsys.readouterr().err
    assert main(["corrections", "export", "--out", str(tmp_path / "all.jsonl"), *store]) == 0
    stored = json.loads((tmp_path / "all.jsonl").read_text(encoding="utf-8"))
    assert stored["corrected"] == {"amount_due": "1245.00"}
    assert sorted(stored["confirmed"]) == ["bankgiro", "due_date", "invoice_date", "invoice_number"]
    assert stored["extracted"]["amount_due"] == "12450.00"


def test_a_slip_in_the_mapping_of_an_import_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("output: {belopp: amuont_due}\nkesy: {}\n", encoding="utf-8")
    assert main(["corrections", "import", "x.jsonl", "--mapping", str(mapping)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "unknown key 'kesy'; did you mean 'keys'?" in line
    assert "output.belopp: no field 'amuont_due'; did you mean 'amount_due'?" in line
