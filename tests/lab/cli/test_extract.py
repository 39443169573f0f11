"""`fakta extract`: every format, and documents that cannot be read."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fakta.schema import invoice_schema
from fakta_lab.cli import main
from fakta_lab.synth import SyntheticInvoice


@pytest.fixture(scope="module")
def bad_documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    folder = tmp_path_factory.mktemp("bad")
    text, empty, encrypted = folder / "text.pdf", folder / "empty.pdf", folder / "encrypted.pdf"
    text.write_text("Hej! Detta är ingen faktura.\n", encoding="utf-8")
    empty.write_bytes(b"")
    canvas = Canvas(str(encrypted), encrypt=StandardEncryption("hemligt"))
    canvas.drawString(72, 720, "Faktura")
    canvas.save()
    return {"text": text, "empty": empty, "encrypted": encrypted, "missing": folder / "missing.pdf"}


@pytest.mark.parametrize(
    ("kind", "says"),
    [("text", "plain text"), ("empty", "empty"), ("encrypted", "password"), ("missing", "no such file")],
)
def test_a_document_that_cannot_be_read_is_one_line(
    kind: str, says: str, bad_documents: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = bad_documents[kind]
    assert main(["extract", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("error: ")
    assert str(path) in line
    assert says in line


@pytest.mark.parametrize("workers", [1, 2])
def test_the_good_files_of_a_batch_are_still_done(
    workers: int, bad_documents: dict[str, Path], invoice_pdf: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    second = shutil.copy(invoice_pdf, tmp_path / "second.pdf")
    paths = [invoice_pdf, *bad_documents.values(), second]
    assert main(["extract", *map(str, paths), "--format", "jsonl", "--workers", str(workers)]) == 2
    printed = capfd.readouterr()
    assert [json.loads(line)["document"] for line in printed.out.splitlines()] == [str(invoice_pdf), str(second)]
    assert len(printed.err.splitlines()) == len(bad_documents)


def test_a_document_over_its_limit_is_one_line(invoice_pdf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(invoice_pdf), "--timeout", "0.001", "--memory-mb", "2000"]) == 2
    printed = capfd.readouterr()
    assert printed.err == (
        f"error: {invoice_pdf} took longer than the 0.001 s allowed: split it, or allow it more time\n"
    )


def test_jsonl_is_one_object_a_line(
    invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = shutil.copy(invoice_pdf, tmp_path / "b.pdf")
    assert main(["extract", "--format", "jsonl", str(invoice_pdf), str(second)]) == 0
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(objects) == 2
    for extraction in objects:
        assert list(extraction["fields"]) == list(invoice_schema().fields)
        assert set(extraction) >= {
            "document", "sha256", "pages", "model", "needs_review", "fields", "line_items", "checks", "timings_ms",
            "extracted_at",
        }  # fmt: skip
        amount_due = extraction["fields"]["amount_due"]
        assert set(amount_due) == {"value", "text", "confidence", "accepted", "page", "box", "reasons", "explanation"}
        assert amount_due["value"] == invoice.fields["amount_due"]


def test_json_is_an_array(invoice_pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "--format", "json", str(invoice_pdf)]) == 0
    (extraction,) = json.loads(capsys.readouterr().out)
    assert extraction["document"] == str(invoice_pdf)


def test_csv_is_a_row_a_document(
    invoice: SyntheticInvoice, invoice_pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", "--format", "csv", str(invoice_pdf), str(invoice_pdf)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 2
    assert list(rows[0]) == ["document", *invoice_schema().fields, "needs_review"]
    assert rows[0]["amount_due"] == invoice.fields["amount_due"]
    assert rows[0]["needs_review"] in {"true", "false"}


def test_the_table_shows_values_and_what_was_not_found(
    invoice: SyntheticInvoice, invoice_pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(invoice_pdf)]) == 0
    printed = capsys.readouterr().out
    assert "faktura.pdf" in printed
    assert str(invoice.fields["amount_due"]) in printed
    assert "confidence" in printed
    assert "\x1b[" not in printed


@pytest.mark.parametrize(
    ("options", "whole", "held"),
    [
        ([], "Needs a look: no thresholds are set", "Needs a look: no threshold is set for this field."),
        (["--language", "sv"], "Behöver granskas: inga trösklar är", "Behöver granskas: ingen tröskel är inställd för"),
    ],
)
def test_the_table_says_why_values_are_held(
    options: list[str],
    whole: str,
    held: str,
    invoice_pdf: Path,
    untuned_bundle: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["extract", str(invoice_pdf), "--model", str(untuned_bundle), *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(whole)
    assert any(line.startswith("amount_due ") and held in line for line in lines)


def test_folders_are_searched(invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "below").mkdir()
    for name in ("b.pdf", "below/a.PDF"):
        shutil.copy(invoice_pdf, tmp_path / name)
    (tmp_path / "notes.txt").write_text("no document", encoding="utf-8")
    assert main(["extract", "--format", "jsonl", str(tmp_path)]) == 0
    names = [Path(json.loads(line)["document"]).name for line in capsys.readouterr().out.splitlines()]
    assert names == ["b.pdf", "a.PDF"]


def test_a_folder_without_documents_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {tmp_path}: no documents in this folder")


def test_stdin_is_a_document(invoice: SyntheticInvoice, invoice_pdf: Path, root: Path) -> None:
    code = "import sys; from fakta_lab.cli import main; sys.exit(main())"
    with invoice_pdf.open("rb") as document:
        done = subprocess.run(
            [sys.executable, "-c", code, "extract", "-", "--format", "jsonl"],
            stdin=document,
            capture_output=True,
            cwd=root / "src",
            check=False,
        )
    assert done.returncode == 0, done.stderr
    extraction = json.loads(done.stdout)
    assert extraction["document"] == "stdin"
    assert extraction["fields"]["amount_due"]["value"] == invoice.fields["amount_due"]


def test_out_writes_a_whole_file_and_prints_nothing(
    invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "result.jsonl"
    assert main(["extract", "--format", "jsonl", "--out", str(out), str(invoice_pdf)]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads(out.read_text(encoding="utf-8"))["document"] == str(invoice_pdf)
    assert [path.name for path in tmp_path.iterdir()] == ["result.jsonl"]


def test_out_needs_its_folder(invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "--out", str(tmp_path / "no" / "result.json"), str(invoice_pdf)]) == 2
    assert "does not exist; make it first" in capsys.readouterr().err


def test_a_model_that_is_none_is_one_line(
    invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", "--model", str(tmp_path), str(invoice_pdf)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert tmp_path.name in line


def test_threads_change_nothing_that_is_read(invoice_pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = []
    for threads in ("1", "2"):
        assert main(["extract", str(invoice_pdf), "--format", "json", "--threads", threads]) == 0
        (extraction,) = json.loads(capsys.readouterr().out)
        read.append({key: extraction[key] for key in ("fields", "line_items", "vat_breakdown", "checks")})
    assert read[0] == read[1]


def test_brackets_of_documents_are_no_markup(
    invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = tmp_path / "faktura [bold] [x].pdf"
    shutil.copy(invoice_pdf, named)
    assert main(["extract", str(named)]) == 0
    assert "faktura [bold] [x].pdf" in capsys.readouterr().out.replace("\n", "")
