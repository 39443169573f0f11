"""CORD in its two forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.public_sets import CORD_LINES, CORD_META, CORD_PARSE, HEIGHT, WIDTH, cord_line, write_cord, write_donut

from fakta.errors import DatasetError
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document

# What both forms say of the receipt.
STATED = {"tax_price": "5950.00", "total_price": "65450.00", "menuqty_cnt": "3.00"}
MENU = ({"nm": "Iced tea", "cnt": "2.00", "price": "24000.00"}, {"nm": "Noodles", "price": "35500.00"})


def test_both_forms_say_the_same_of_a_receipt(tmp_path: Path) -> None:
    (first,) = Benchmark.load(write_cord(tmp_path / "first")).documents
    (second,) = Benchmark.load(write_donut(tmp_path / "second", CORD_PARSE)).documents
    assert first.fields == second.fields
    assert {name: value for name, value in first.fields.items() if value is not None} == STATED
    assert [dict(row) for row in first.tables["menu"]] == [dict(row) for row in MENU]
    assert first.tables == second.tables
    assert first.tables["submenu"] == ({"nm": "no sugar"},)
    assert first.tables["void_menu"] == ()
    assert (first.document, second.document) == ("image/receipt_00000.png", "0.png")


def test_a_class_without_a_label_is_not_on_the_receipt(tmp_path: Path) -> None:
    (receipt,) = Benchmark.load(write_donut(tmp_path, CORD_PARSE)).documents
    assert receipt.fields["cashprice"] is None
    assert set(receipt.fields) == set(Benchmark.load(tmp_path).schema.fields)


def test_the_words_of_the_labelled_lines_are_the_pages_words(tmp_path: Path) -> None:
    (receipt,) = Benchmark.load(write_cord(tmp_path)).documents
    document = given_document(receipt)
    assert document is not None
    words = document.pages[0].words
    # Captions are words of the page although they are no values.
    assert " ".join(word.text for word in words[-5:]) == "TOTAL Rp 65.450 Items 3"
    assert words[0].box == pytest.approx((20 / WIDTH, 40 / HEIGHT, 30 / WIDTH, 60 / HEIGHT))


def test_values_that_cannot_be_told_are_unknown_and_counted(tmp_path: Path) -> None:
    parse = {
        "menu": {"nm": ["Fried", "rice"], "price": "12.000", "cnt": "a few", "num": None},
        "total": {"total_price": ["10.000", "11.000"], "cashprice": "60 OOO"},
        "store": {"name": "Nordly"},
    }
    benchmark = Benchmark.load(write_donut(tmp_path, parse))
    (receipt,) = benchmark.documents
    assert not {"total_price", "cashprice"} & set(receipt.fields)
    # Pieces of a text are one; a cell that is no number takes its column out.
    assert receipt.tables["menu"] == ({"nm": "Fried rice", "price": "12000.00"},)
    assert benchmark.notices[1:] == (
        "unknown, as no parser reads them: cashprice 1, menu.cnt 1",
        "unknown, as one document states several values: total_price 1",
        "not scored, as the schema has no field for them: store.name 1",
    )


@pytest.mark.parametrize(
    ("receipt", "message"),
    [
        ({"meta": CORD_META}, "valid_line: expected a list, found null; there is no gt_parse either"),
        ({"valid_line": [{"category": "menu.nm"}]}, r"valid_line\[0\].words: expected a list of objects"),
        ({"valid_line": [{**CORD_LINES[0], "category": "menu"}]}, r"valid_line\[0\].category: expected a text like"),
        ({"valid_line": [{"words": [{"text": "x"}], "category": "menu.nm"}]}, r"words\[0\].quad: expected numbers x1"),
        ({"gt_parse": {"menu": ["x"]}}, "gt_parse.menu: expected an object, found a text"),
        ({"gt_parse": {"total": {"total_price": 5}}}, "gt_parse.total.total_price: expected a text, found a number"),
    ],
)
def test_a_broken_receipt_is_named_with_its_key(tmp_path: Path, receipt: object, message: str) -> None:
    folder = write_cord(tmp_path, {"valid_line": CORD_LINES, "meta": CORD_META}, receipt)
    with pytest.raises(DatasetError, match=f"json/receipt_00001.json: .*{message}"):
        Benchmark.load(folder)


def test_every_broken_line_of_the_metadata_is_named(tmp_path: Path) -> None:
    write_donut(tmp_path, CORD_PARSE)
    with (tmp_path / "metadata.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"file_name": 1}\n')
        file.write(json.dumps({"file_name": "gone.png", "ground_truth": json.dumps({"gt_parse": CORD_PARSE})}) + "\n")
    with pytest.raises(DatasetError, match=r"line 2: file_name: expected a path.*line 3: gone.png: no such image"):
        Benchmark.load(tmp_path)


def test_donut_sets_of_other_fields_are_not_taken_for_receipts(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no benchmark set here"):
        Benchmark.load(write_donut(tmp_path, {"invoice_number": "1"}))


def test_boxes_without_an_image_size_are_measured_by_the_image(tmp_path: Path) -> None:
    folder = write_cord(tmp_path, {"valid_line": [cord_line("total.total_price", "9.000", group=0, row=1)]})
    (receipt,) = Benchmark.load(folder).documents
    assert receipt.extra["lines"][0]["box"] == pytest.approx([20 / WIDTH, 40 / HEIGHT, 70 / WIDTH, 60 / HEIGHT])
