"""The picture of an alignment, and what the command line says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.schema import invoice_schema
from fakta_lab.cli.app import main
from fakta_lab.dataset.alignment import explain as module
from fakta_lab.dataset.alignment.align import align
from fakta_lab.dataset.alignment.explain import AMBIGUOUS, DESK, PAGE_WIDTH, explain, field_colors
from fakta_lab.store import Store
from fakta_lab.synth import SyntheticInvoice

SCHEMA = invoice_schema()
SHEET = """
Fakturanr: F-1042         Förfallodatum: 15 maj 2026
Att betala                12 450,00 kr
Bankgiro                  5402-9681
2026-04-15
"""
VALUES = dict.fromkeys(SCHEMA.fields) | {
    "invoice_number": "F-1042",
    "invoice_date": "2026-04-15",
    "due_date": "2026-05-15",
    "amount_due": "12450.00",
    "bankgiro": "54029681",
    "supplier_name": "Björkåsa Exempel AB",
}


def drawn(values: dict[str, str | None] = VALUES, sheet: str = SHEET) -> Image.Image:
    document = Document("faktura.pdf", "0" * 64, (typed_page(sheet),))
    paper = Image.new("RGB", (595, 842), "white")
    [picture] = explain(document, [paper], align(document, values, schema=SCHEMA), values=values)
    return picture


def colors_in(picture: Image.Image) -> set[tuple[int, ...]]:
    return {color for _, color in picture.getcolors(1 << 20)}


def test_each_aligned_field_has_a_colour_of_its_own() -> None:
    found = colors_in(drawn())
    wanted = field_colors([name for name in VALUES if VALUES[name]])
    assert len(set(wanted.values())) == len(wanted)
    assert {wanted[name] for name in ("invoice_number", "due_date", "amount_due", "bankgiro")} <= found


def test_an_ambiguous_place_is_orange() -> None:
    twins = dict.fromkeys(SCHEMA.fields) | {"invoice_date": "2026-04-15", "due_date": "2026-04-15"}
    assert AMBIGUOUS in colors_in(drawn(twins, "2026-04-15"))
    assert AMBIGUOUS not in colors_in(drawn())


def test_tags_cover_no_word_and_no_other_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    tags: list[module.Rectangle] = []
    place = module._tag_place

    def noted(mark: module._Mark, occupied: list[module.Rectangle], height: int) -> object:
        tag, leader = place(mark, occupied, height)
        assert not any(module._overlap(tag, other) for other in occupied)
        tags.append(tag)
        return tag, leader

    monkeypatch.setattr(module, "_tag_place", noted)
    # So close that not every name has room beside its value.
    drawn(sheet="\n".join(f"{i} 12 450,00 12 450,00 5402-9681 F-1042 15 maj 2026 5402-9681 F-1042" for i in range(9)))
    assert len(tags) > 30


def test_the_list_names_every_field_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    text = ImageDraw.ImageDraw.text

    def noted(self: ImageDraw.ImageDraw, at: object, words: str, *rest: object, **more: object) -> None:
        texts.append(words)
        text(self, at, words, *rest, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    drawn()
    for expected in ("invoice_number", "supplier_name", "not found", "value found beside its label", "12450.00"):
        assert expected in texts


def test_the_font_has_swedish_letters() -> None:
    shapes = {bytes(module._font(20).getmask(letter)) for letter in "åäöÅÄÖ\ufffe"}
    assert len(shapes) == 7


def test_a_picture_has_the_page_and_a_list_beside_it() -> None:
    picture = drawn()
    assert picture.width > PAGE_WIDTH + module.LEGEND_WIDTH
    assert picture.getpixel((2, 2)) == DESK


def test_the_command_draws_and_tells(
    invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = tmp_path / "values.json"
    values.write_text(json.dumps(invoice.fields), encoding="utf-8")
    command = ["dataset", "explain", str(invoice_pdf), "--values", str(values), "--ocr", "off", "--format", "json"]
    assert main([*command, "--out", str(tmp_path / "shown.png"), "--dpi", "60"]) == 0
    rows = {row["field"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["amount_due"]["status"] == "aligned"
    assert rows["amount_due"]["places"][0]["page"] >= 1
    with Image.open(tmp_path / "shown-1.png") as picture:
        assert picture.format == "PNG"
    assert len(list(tmp_path.glob("shown-*.png"))) == len(invoice.pages)


def test_the_command_takes_values_from_a_sets_truth(
    invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "documents").mkdir()
    document = tmp_path / "documents" / "a.pdf"
    document.write_bytes(invoice_pdf.read_bytes())
    line = {"document": "documents/a.pdf", "fields": {"invoice_number": invoice.fields["invoice_number"]}}
    (tmp_path / "truth.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert main(["dataset", "explain", str(document), "--truth", str(tmp_path / "truth.jsonl"), "--ocr", "off"]) == 0
    assert "invoice_number" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"amount_due": "12 450,00"}', "no canonical amount"),
        ('{"amount": "1.00"}', "unknown field 'amount'"),
        ('{"amount_due": 12}', "expected a text or null"),
        ("[]", "expected an object"),
        ("{", "not valid JSON"),
    ],
)
def test_values_that_cannot_be_used_are_one_line(
    content: str, message: str, invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = tmp_path / "values.json"
    values.write_text(content, encoding="utf-8")
    assert main(["dataset", "explain", str(invoice_pdf), "--values", str(values)]) != 0
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.fixture
def store(invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    values = {name: value for name, value in invoice.fields.items() if value}
    with Store.open(folder, create=True) as opened:
        opened.add_document(invoice_pdf.read_bytes(), name="inkorg/faktura.pdf")
        events: list[dict[str, Any]] = [
            {"document": "inkorg/faktura.pdf", "corrected": values, "corrected_by": "anna"},
            {"document": "inkorg/faktura.pdf", "corrected": {"invoice_number": "F-99"}, "corrected_by": "erik"},
            {"document": "borta.pdf", "corrected": {"invoice_number": "1"}},
        ]
        opened.add_events(((event, "") for event in events), source="test")
    return folder


@pytest.mark.parametrize("asked", ["name", "sha256", "path"])
def test_the_command_finds_the_values_in_the_store(
    store: Path, asked: str, invoice_pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(store) as opened:
        [sha256] = opened.vault
    document = {"name": "inkorg/faktura.pdf", "sha256": sha256, "path": str(invoice_pdf)}[asked]
    assert main(["dataset", "explain", document, "--store", str(store), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    rows = {row["field"]: row for row in json.loads(out)}
    assert rows["amount_due"]["label"] == "corrected"
    # Two people say different things: the field is not learned from, and the command says so.
    assert "invoice_number" not in rows
    assert "invoice_number: corrected" in err
    assert "not learned from" in err


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("okänd.pdf", "okänd.pdf: no corrections of it in"),
        ("borta.pdf", "borta.pdf: the store has corrections of it, but not the document itself"),
    ],
)
def test_what_the_store_does_not_have_is_one_line(
    store: Path, document: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dataset", "explain", document, "--store", str(store)]) == 2
    assert message in capsys.readouterr().err


def test_without_a_store_the_command_says_what_it_needs(
    invoice_pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dataset", "explain", str(invoice_pdf), "--store", str(tmp_path / "none")]) == 2
    assert "no store here" in capsys.readouterr().err
