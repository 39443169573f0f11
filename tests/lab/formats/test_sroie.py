"""SROIE in its published form, and truth lines whose text is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from tests.lab.receipts import HEIGHT, WIDTH, box_row, write_one, write_sroie

from fakta.errors import DatasetError
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document


def test_a_receipt_is_read_with_its_text_and_values(tmp_path: Path) -> None:
    folder = write_sroie(tmp_path, ["NORDLY BAGERI TRADING"], each=1)
    (receipt,) = Benchmark.load(folder).documents
    assert receipt.document == "img/000.png"
    assert receipt.fields == {
        "company": "NORDLY BAGERI TRADING",
        "date": "01/03/2018",
        "address": "0 HAMNGATAN, 12345 EXEMPELSTAD.",
        "total": "3.50",
    }
    # Row 1 is "0 HAMNGATAN,": twelve characters of 10 pixels from 40, 40 pixels below the first.
    assert receipt.extra["lines"][1] == {
        "text": "0 HAMNGATAN,",
        "box": [40 / WIDTH, 80 / HEIGHT, 160 / WIDTH, 100 / HEIGHT],
    }


def test_given_lines_become_words_on_a_page_of_the_images_size(tmp_path: Path) -> None:
    (receipt,) = Benchmark.load(write_sroie(tmp_path, ["KAFFE LIMITED"], each=1)).documents
    document = given_document(receipt)
    assert document is not None
    (page,) = document.pages
    assert (page.width, page.height, page.source) == (WIDTH, HEIGHT, "ocr")
    assert [word.text for word in page.words][
        :9
    ] == "KAFFE LIMITED 0 HAMNGATAN, 12345 EXEMPELSTAD. Date: 01/03/2018 8:13".split()
    assert page.words[0].box.right == pytest.approx((40 + 5 * 10) / WIDTH)
    assert page.render is not None
    assert page.render(72).size == (WIDTH, HEIGHT)


def test_an_empty_or_missing_key_is_not_on_the_receipt(tmp_path: Path) -> None:
    folder = write_sroie(tmp_path, [], each=0)
    write_one(folder, "007", {"company": "KAFFE LIMITED", "date": ""}, ["KAFFE LIMITED"])
    (receipt,) = Benchmark.load(folder).documents
    assert receipt.fields == {"company": "KAFFE LIMITED", "date": None, "address": None, "total": None}


def test_folders_of_other_copies_of_the_set_are_known(tmp_path: Path) -> None:
    folder = write_sroie(tmp_path, ["KAFFE LIMITED"], each=1)
    (folder / "box").rename(folder / "boxes")
    (folder / "key").rename(folder / "entities")
    (folder / "boxes" / "000.txt").rename(folder / "boxes" / "000.csv")
    assert len(Benchmark.load(folder).documents) == 1


def test_every_receipt_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    folder = write_sroie(tmp_path, ["A LIMITED", "B LIMITED", "C LIMITED", "D LIMITED"], each=1)
    (folder / "img" / "000.png").unlink()
    (folder / "box" / "001.txt").write_text("1,2,3,TOTAL", encoding="utf-8")
    (folder / "key" / "002.txt").write_text("{", encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        Benchmark.load(folder)
    message = str(caught.value)
    for part in (
        "000.txt: its image is missing",
        "001.txt:1: expected eight numbers and a text",
        "002.txt: not valid JSON",
    ):
        assert part in message


def test_text_that_is_not_utf8_is_read_all_the_same(tmp_path: Path) -> None:
    folder = write_sroie(tmp_path, ["KAFFE LIMITED"], each=1)
    (folder / "box" / "000.txt").write_bytes(box_row(0, "KAFÉ LIMITED").encode("latin-1"))
    (receipt,) = Benchmark.load(folder).documents
    assert receipt.extra["lines"][0]["text"] == "KAFÉ LIMITED"


def write_truth(folder: Path, **line: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "truth.jsonl").write_text(json.dumps({"document": "a.jpg", "fields": {}, **line}), encoding="utf-8")
    return folder


def test_a_truth_line_without_lines_gives_no_document(tmp_path: Path) -> None:
    (only,) = Benchmark.load(write_truth(tmp_path)).documents
    assert given_document(only) is None


def test_pages_of_a_pdf_have_its_size_and_can_be_drawn(tmp_path: Path) -> None:
    folder = write_truth(tmp_path, document="a.pdf", lines=[{"text": "x", "box": [0.1, 0.1, 0.2, 0.12]}])
    canvas = Canvas(str(folder / "a.pdf"), pagesize=(300, 200))
    canvas.drawString(30, 180, "x")
    canvas.save()
    document = given_document(Benchmark.load(folder).documents[0])
    assert document is not None
    (page,) = document.pages
    assert (page.width, page.height) == (300, 200)
    assert page.render is not None
    assert page.render(72).size == (300, 200)


def test_a_file_that_cannot_be_opened_leaves_the_words(tmp_path: Path) -> None:
    folder = write_truth(tmp_path, document="a.pdf", lines=[{"text": "x", "box": [0.1, 0.1, 0.2, 0.12]}])
    (folder / "a.pdf").write_bytes(b"%PDF-1.7\n")
    document = given_document(Benchmark.load(folder).documents[0])
    assert document is not None
    assert (document.pages[0].width, document.pages[0].render) == (595.0, None)


def test_lines_may_stand_on_several_pages(tmp_path: Path) -> None:
    lines = [
        {"text": "second", "box": [0.1, 0.1, 0.2, 0.12], "page": 2},
        {"text": "first page", "box": [0.1, 0.1, 0.3, 0.12]},
    ]
    (only,) = Benchmark.load(write_truth(tmp_path, lines=lines)).documents
    document = given_document(only)
    assert document is not None
    assert [[word.text for word in page.words] for page in document.pages] == [["first", "page"], ["second"]]
    assert [page.number for page in document.pages] == [1, 2]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"box": [0, 0, 1, 1]}, r"lines\[0\]: expected an object with text and box"),
        ({"text": "x", "box": [0, 0, 1]}, r"lines\[0\].box: expected four numbers"),
        ({"text": "x", "box": [10, 20, 300, 40]}, "boxes are 0-1 of it, not pixels"),
        ({"text": "x", "box": [0, 0, 1, 1], "page": 0}, "pages count from 1"),
    ],
)
def test_lines_that_make_no_sense_are_named(tmp_path: Path, line: dict[str, object], message: str) -> None:
    (only,) = Benchmark.load(write_truth(tmp_path, lines=[line])).documents
    with pytest.raises(DatasetError, match=message):
        given_document(only)


def test_empty_truth_is_a_mistake_unless_asked_otherwise(tmp_path: Path) -> None:
    folder = write_truth(tmp_path, fields={"invoice_number": ""})
    with pytest.raises(DatasetError, match="write null for what is not on the document"):
        Benchmark.load(folder)
    (only,) = Benchmark.load(folder, blank_is_null=True).documents
    assert only.fields == {"invoice_number": None}
