"""Reading with Donut: bundles, values with places and reasons, and several pages that become one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.fakta.donut.nano import (
    CELLS,
    HEIGHT,
    MAX_LENGTH,
    RECEIPT,
    VALUES,
    WIDTH,
    Scripted,
    invoice_tokenizer,
    receipt_tokenizer,
    scripted_graphs,
    write_scripted_bundle,
)

from fakta.bundle import Bundle
from fakta.documents.model import Box, Document, Page, Word
from fakta.donut.decoding import Decoded, decode
from fakta.donut.image import Placement
from fakta.errors import BundleError
from fakta.extract import Extractor
from fakta.reading.donut import MAX_PAGES, DonutReader
from fakta.reading.found import Reading
from fakta.schema import Schema, invoice_schema
from fakta_lab.export import write_bundle


def striped(dpi: int) -> Image.Image:
    """A page with something on it."""
    image = Image.new("RGB", (595, 842), "white")
    image.paste("black", (100, 100, 300, 120))
    return image


def page(number: int = 1, words: Mapping[str, tuple[float, float]] | None = None) -> Page:
    """A page that prints words at (left, top), each a line of its own."""
    printed = tuple(
        Word(part, Box(left + 0.1 * i, top, left + 0.1 * i + 0.09, top + 0.02))
        for text, (left, top) in (words or {}).items()
        for i, part in enumerate(text.split())
    )
    return Page(number, 595, 842, printed, render=striped)


def document(*pages: Page) -> Document:
    return Document("a.pdf", "0" * 64, pages)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scripted_bundle(tmp_path_factory.mktemp("bundles") / "scripted", VALUES)


@pytest.fixture
def reader(bundle: Path) -> DonutReader:
    return DonutReader(Bundle.load(bundle))


def test_values_are_parsed_and_tables_are_rows(reader: DonutReader) -> None:
    reading = reader.read(document(page()))
    assert {name: found.value for name, found in reading.fields.items()} == {
        "shop": "Björkdala Städ AB",
        "day": date(2026, 4, 15),
        "total": Decimal("12450.00"),
    }
    assert reading.tables["goods"] == (
        {"what": "Timmer <sep/> 2", "price": Decimal("12400.00")},
        {"what": "Frakt"},
    )
    assert reading.fields["shop"].reasons == ("company_form", "read at 1.00", "box from attention")
    assert reading.fields["shop"].features["probability"] == pytest.approx(
        0.999 ** reading_tokens(reader, "shop"), 1e-3
    )


def reading_tokens(reader: DonutReader, name: str) -> int:
    """Tokens of a field of `VALUES`, tags included."""
    ids = reader.grammar.codec.encode({name: VALUES[name]})
    return len(ids) - 1


def test_box_comes_from_the_words_where_they_print_the_value(reader: DonutReader) -> None:
    printed = {"15 april 2026": (0.1, 0.1), "12 450,00 kr": (0.6, 0.8), "Björkdala Städ AB": (0.1, 0.05)}
    fields = reader.read(document(page(1, printed))).fields
    day, total = fields["day"], fields["total"]
    assert (day.text, day.page) == ("15 april 2026", 1)
    assert day.box is not None
    assert day.box == pytest.approx((0.1, 0.1, 0.39, 0.12))
    assert total.text.startswith("12 450,00")
    assert "box of the words" in day.reasons
    assert day.features["printed"] == 1.0
    unprinted = reader.read(document(page(1, {"Something else": (0.1, 0.1)}))).fields["day"]
    assert unprinted.features["printed"] == 0.0
    assert "box from attention" in unprinted.reasons


def test_of_equal_words_those_that_were_looked_at_are_taken(tmp_path: Path) -> None:
    # Five rows of four cells; the two places are in the second column, at the top and at the bottom.
    for cell, top in ((1, 0.1), (17, 0.8)):
        folder = tmp_path / str(cell)
        write_scripted_bundle(folder, {"total": "99.00"})
        reader = DonutReader(Bundle.load(folder))
        ids = reader.grammar.codec.encode({"total": "99.00"})
        look = dict.fromkeys(range(len(ids)), np.eye(CELLS)[cell])
        read = page(1, {"99,00": (0.4, 0.1), " 99,00": (0.4, 0.8)})
        reading = scripted(reader, [read], [Scripted(ids, vocabulary=reader.grammar.vocabulary, attention=look)])
        box = reading.fields["total"].box
        assert box is not None
        assert box.top == top


def scripted(reader: DonutReader, pages: list[Page], scripts: list[Scripted]) -> Reading:
    """What a reader makes of pages on which the decoder follows scripts."""
    follow = dict(zip([page.number for page in pages], scripts, strict=True))

    def decode_page(page: Page) -> tuple[Decoded, Placement]:
        width = round(HEIGHT * page.width / page.height)
        placement = Placement((WIDTH - width) // 2, 0, width, HEIGHT)
        return decode(follow[page.number], reader.grammar, max_length=MAX_LENGTH), placement

    reader.decode_page = decode_page  # type: ignore[method-assign]
    return reader.read(document(*pages))


def says(reader: DonutReader, values: Mapping[str, Any], certainty: float = 0.999) -> Scripted:
    ids = reader.grammar.codec.encode(values)
    return Scripted(ids, vocabulary=reader.grammar.vocabulary, certainty=dict.fromkeys(range(len(ids)), certainty))


def test_of_two_pages_the_surer_one_is_believed(reader: DonutReader) -> None:
    one, other = {"total": "10.00", "goods": [{"what": "a"}]}, {"total": "20.00", "goods": [{"what": "b"}]}
    reading = scripted(reader, [page(1), page(2)], [says(reader, one, 0.9), says(reader, other, 0.95)])
    total = reading.fields["total"]
    assert (total.value, total.page) == (Decimal("20.00"), 2)
    assert total.features["pages_differ"] == 1.0
    assert reading.tables["goods"] == ({"what": "a"}, {"what": "b"})
    same = scripted(reader, [page(1), page(2)], [says(reader, one), says(reader, one)]).fields["total"]
    assert (same.page, same.features["pages_differ"]) == (1, 0.0)


def test_absence_needs_all_pages(reader: DonutReader) -> None:
    nothing = [says(reader, {}, 0.9), says(reader, {}, 0.8)]
    others = reader.grammar.vocabulary - 1
    absent = scripted(reader, [page(1), page(2)], nothing).fields["total"]
    assert (absent.value, absent.reasons) == (None, ("not found",))
    assert absent.features["absent"] == pytest.approx((1 - 0.1 / others) * (1 - 0.2 / others))


def test_of_a_long_document_the_first_pages_and_the_last_are_read(reader: DonutReader) -> None:
    pages = [page(number) for number in range(1, MAX_PAGES + 4)]
    scripts = [says(reader, {"shop": f"Shop {number}"}, 0.5 + number / 100) for number in range(1, MAX_PAGES + 4)]
    reading = scripted(reader, pages, scripts)
    assert reading.fields["shop"].value == f"Shop {MAX_PAGES + 3}"
    assert [script.given != [] for script in scripts] == [True] * (MAX_PAGES - 1) + [False] * 3 + [True]


def test_day_that_does_not_exist_is_no_value(reader: DonutReader) -> None:
    ids = reader.grammar.codec.encode({"day": "2026-02-20"})
    ids[9] = reader.grammar.codec.tokenizer.token_to_id("3")  # the 30th
    script = Scripted(ids, vocabulary=reader.grammar.vocabulary)
    day = scripted(reader, [page()], [script]).fields["day"]
    assert day.value is None
    assert day.reasons == ("'2026-02-30' is no canonical date: expected a day such as 2026-04-15",)
    assert day.features["unreadable"] == 1.0


def test_half_a_letter_is_no_value(reader: DonutReader) -> None:
    # The grammar counts the bytes of a letter, and does not know that this one has no such second byte.
    number = reader.grammar.codec.tokenizer.token_to_id
    ids = [number("<s_shop>"), number("A"), number("à"), number("Ģ"), number("Ģ"), number("</s_shop>"), number("</s>")]
    shop = scripted(reader, [page()], [Scripted(ids, vocabulary=reader.grammar.vocabulary)]).fields["shop"]
    assert (shop.value, shop.features["absent"]) == (None, 0.0)


def test_extraction_states_sums_and_checks(tmp_path: Path, invoice_pdf: Path) -> None:
    values = {
        "net_amount": "80.00",
        "vat_amount": "20.00",
        "amount_due": "100.00",
        "bankgiro": "54029682",
        "invoice_date": "2026-04-15",
        "due_date": "2026-05-15",
    }
    folder = write_scripted_bundle(tmp_path / "b", values, schema=invoice_schema(), tokenizer=invoice_tokenizer())
    extraction, features = Extractor.load(folder, ocr="off").extract_with_features(invoice_pdf)
    assert extraction.to_dict()["fields"]["amount_due"]["value"] == "100.00"
    assert {check.name: check.passed for check in extraction.checks} == {"sums": True, "dates in order": True}
    assert "sums add up" in extraction.fields["vat_amount"].reasons
    assert "luhn fails" in extraction.fields["bankgiro"].reasons
    assert extraction.fields["bankgiro"].reasons[-1] == "no threshold tuned for this field"
    assert features["net_amount"]["sums"] == 1.0
    assert features["due_date"]["dates_in_order"] == 1.0
    assert 0.97 < extraction.fields["amount_due"].confidence < 1
    assert extraction.fields["iban"].confidence > 0.99  # that there is none
    assert extraction.fields["iban"].reasons == ("not found", "no threshold tuned for this field")
    assert extraction.needs_review


def test_a_scan_needs_no_ocr(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, **_: object) -> None:
        raise AssertionError("no engine was asked for")

    monkeypatch.setattr("fakta.documents.ocr.find_engine", refuse)
    striped(72).save(tmp_path / "scan.png")
    fields = Extractor.load(bundle).extract(tmp_path / "scan.png").fields
    assert fields["total"].value == Decimal("12450.00")
    with pytest.raises(AssertionError, match="no engine was asked for"):
        Extractor.load(bundle, ocr="tesseract").extract(tmp_path / "scan.png")


def test_no_room_is_said(tmp_path: Path) -> None:
    folder = write_scripted_bundle(tmp_path / "b", {"shop": "x" * 20}, max_length=9)
    shop = DonutReader(Bundle.load(folder)).read(document(page())).fields["shop"]
    assert "cut short" in shop.reasons
    assert shop.features["cut_short"] == 1.0


def test_workers_read_with_donut_too(bundle: Path, invoice_pdf: Path) -> None:
    extractor = Extractor.load(bundle, ocr="off")
    (one,) = extractor.extract_many([invoice_pdf], workers=2)
    assert one.fields["total"].value == Decimal("12450.00")


def damaged(folder: Path, **model: Any) -> Path:
    """The bundle with other settings in its manifest; None takes one away."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["model"] = {key: value for key, value in {**manifest["model"], **model}.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"family": "gpt"}, "model.family 'gpt' is none that this fakta knows: layoutlmv3, donut"),
        ({"family": "layoutlmv3"}, "lacks model.file"),
        ({"prompt": None}, "lacks model.prompt"),
        (
            {"prompt": "<s_cord-v2>"},
            "model.prompt '<s_cord-v2>' is not that of its schema 'receipt', '<s_receipt>'; a model that is prompted "
            "with another word writes nonsense",
        ),
        ({"height": 0}, "model.height 0 has to be at least 1"),
        ({"max_length": "many"}, "model.max_length is str, expected int"),
        ({"decoder": "decoder_with_past.onnx"}, "lists no file decoder_with_past.onnx, which the model needs"),
    ],
)
def test_manifest_that_makes_no_sense_is_refused(tmp_path: Path, model: dict[str, Any], message: str) -> None:
    folder = damaged(write_scripted_bundle(tmp_path / "b", VALUES), **model)
    with pytest.raises(BundleError) as caught:
        Bundle.load(folder)
    assert str(caught.value) == f"b: manifest.json{' ' if message.startswith('l') else ': '}{message}"


def test_labels_are_none_of_donuts(tmp_path: Path) -> None:
    folder = write_scripted_bundle(tmp_path / "b", VALUES)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "labels": ["O"]}))
    with pytest.raises(BundleError, match="the 1 labels are not those of its schema"):
        Bundle.load(folder)


def write_graphs(folder: Path, encoder: bytes, decoder: bytes) -> DonutReader:
    files = {"encoder.onnx": encoder, "decoder.onnx": decoder, "tokenizer.json": receipt_tokenizer()}
    model = json.loads((write_scripted_bundle(folder, VALUES) / "manifest.json").read_text())["model"]
    write_bundle(folder, name="b", schema=RECEIPT, model=model, files=files, license="Apache-2.0", lineage={})
    return DonutReader(Bundle.load(folder))


def test_graphs_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    encoder, decoder = scripted_graphs([2], vocabulary=320)
    with pytest.raises(BundleError, match=r"^b: decoder\.onnx cannot be loaded \("):
        write_graphs(tmp_path / "b", encoder, b"no graph").warm_up()
    with pytest.raises(BundleError, match=r"^c: decoder\.onnx takes pixel_values; it was not exported by this version"):
        write_graphs(tmp_path / "c", encoder, encoder).warm_up()
    with pytest.raises(BundleError, match=r"^d: encoder\.onnx does not fit decoder\.onnx"):
        write_graphs(tmp_path / "d", decoder.replace(b"cross_key.0", b"cross_kex.0"), decoder).warm_up()


def test_vocabulary_and_image_size_have_to_fit(tmp_path: Path) -> None:
    small = write_scripted_bundle(tmp_path / "small", {"total": "1.00"}, vocabulary=200)
    with pytest.raises(BundleError, match=r"^small: decoder\.onnx writes 200 tokens and tokenizer\.json has 3\d\d"):
        DonutReader(Bundle.load(small)).warm_up()
    other = write_scripted_bundle(tmp_path / "other", VALUES, height=192)
    with pytest.raises(
        BundleError, match=r"^other: encoder\.onnx sees 160 x 128 pixels and the manifest says 192 x 128"
    ):
        DonutReader(Bundle.load(other)).warm_up()
    cells = write_scripted_bundle(tmp_path / "cells", VALUES, cell=16)
    with pytest.raises(BundleError, match=r"^cells: encoder\.onnx sums an image up in 20 places, .* 16 pixels are 80"):
        DonutReader(Bundle.load(cells)).read(document(page()))


def test_tokenizer_of_another_schema_is_refused(tmp_path: Path) -> None:
    renamed = Schema.from_dict({**RECEIPT.to_dict(), "name": "ticket"}, source="test")
    folder = write_scripted_bundle(tmp_path / "b", VALUES)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["schema"], manifest["model"]["prompt"] = renamed.to_dict(), "<s_ticket>"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match=r"^tokenizer\.json: the special token <s_ticket> is missing"):
        DonutReader(Bundle.load(folder)).warm_up()
