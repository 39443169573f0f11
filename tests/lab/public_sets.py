"""Made-up documents in the forms in which CORD, FUNSD and DocILE are published."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

WIDTH, HEIGHT = 400, 800


def write_image(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (WIDTH, HEIGHT), 255).save(path)
    return path


def write_json(path: Path, data: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def cord_line(category: str, text: str, *, group: int, row: int, key: str = "", **more: int) -> dict[str, Any]:
    """A `valid_line`: words of 10 pixels a character, rows 40 pixels apart, the caption in front."""
    words, left = [], 20
    for part, is_key in ((key, 1), (text, 0)):
        for word in part.split():
            right, top, bottom = left + 10 * len(word), 40 * row, 40 * row + 20
            quad = {"x1": left, "y1": top, "x2": right, "y2": top, "x3": right, "y3": bottom, "x4": left, "y4": bottom}
            words.append({"quad": quad, "is_key": is_key, "row_id": row, "text": word})
            left = right + 10
    return {"words": words, "category": category, "group_id": group, **more}


CORD_LINES = [
    cord_line("menu.cnt", "2 x", group=1, row=1),
    cord_line("menu.nm", "Iced tea", group=1, row=1),
    cord_line("menu.price", "24.000", group=1, row=1),
    cord_line("menu.sub_nm", "no sugar", group=1, row=2, sub_group_id=0),
    cord_line("menu.nm", "Noodles", group=2, row=3),
    cord_line("menu.price", "35.500", group=2, row=3),
    cord_line("sub_total.tax_price", "5,950", group=3, row=4, key="PB1 10%"),
    cord_line("total.total_price", "Rp 65.450", group=4, row=5, key="TOTAL"),
    cord_line("total.menuqty_cnt", "3", group=5, row=6, key="Items"),
]
# The same receipt as CORD's second release has it for Donut.
CORD_PARSE: dict[str, Any] = {
    "menu": [
        {"nm": "Iced tea", "cnt": "2 x", "price": "24.000", "sub": {"nm": "no sugar"}},
        {"nm": "Noodles", "price": "35.500"},
    ],
    "sub_total": {"tax_price": "5,950"},
    "total": {"total_price": "Rp 65.450", "menuqty_cnt": "3"},
}
CORD_META = {"version": "1.0.0", "image_size": {"width": WIDTH, "height": HEIGHT}}


def write_cord(folder: Path, *receipts: object) -> Path:
    """The form of the first release: images, and their labelled lines."""
    for number, receipt in enumerate(receipts or ({"valid_line": CORD_LINES, "meta": CORD_META},)):
        write_image(folder / "image" / f"receipt_{number:05}.png")
        write_json(folder / "json" / f"receipt_{number:05}.json", receipt)
    return folder


def write_donut(folder: Path, *parses: Mapping[str, Any]) -> Path:
    """The form of Donut and the Hugging Face hub."""
    lines = []
    for number, parse in enumerate(parses):
        write_image(folder / f"{number}.png")
        lines.append({"file_name": f"{number}.png", "ground_truth": json.dumps({"gt_parse": parse})})
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return folder


def entity(id: int, label: str, text: str, *, row: int, left: int = 20, links: Sequence[Sequence[int]] = ()) -> Any:
    """An entity of a form: words of 10 pixels a character, rows 40 pixels apart."""
    words, at = [], left
    for word in text.split():
        words.append({"text": word, "box": [at, 40 * row, at + 10 * len(word), 40 * row + 20]})
        at += 10 * len(word) + 10
    box = [left, 40 * row, max(at - 10, left), 40 * row + 20]
    return {"id": id, "label": label, "text": text, "box": box, "words": words, "linking": [list(x) for x in links]}


FORM = [
    entity(0, "header", "ORDER FORM", row=1),
    entity(1, "question", "Order No.:", row=2, links=[(1, 2)]),
    entity(2, "answer", "4711", row=2, left=200, links=[(1, 2)]),
    entity(3, "question", "Deliver to", row=3, links=[(3, 4), (3, 5)]),
    entity(4, "answer", "Storgatan 1", row=3, left=200),
    entity(5, "answer", "Exempelstad", row=4, left=200),
    entity(6, "question", "Remarks", row=5),
    entity(7, "question", "Terms", row=6, links=[(7, 8)]),
    entity(8, "question", "Days", row=7, links=[(8, 9)]),
    entity(9, "answer", "30", row=7, left=200),
]


def write_funsd(folder: Path, *forms: object) -> Path:
    for number, form in enumerate(forms or (FORM,)):
        write_image(folder / "images" / f"{number:04}.png")
        write_json(folder / "annotations" / f"{number:04}.json", {"form": form})
    return folder


def kile(fieldtype: str, text: str | None, *, page: int = 0, **more: int) -> dict[str, Any]:
    return {"fieldtype": fieldtype, "text": text, "page": page, "bbox": [0.1, 0.2, 0.3, 0.25], **more}


DOCILE_FIELDS = [
    kile("document_id", "A-1001"),
    kile("date_issue", "15 April 2026"),
    kile("date_due", "as agreed"),
    kile("vendor_name", "Nordly Tools Inc."),
    kile("vendor_name", "Nordly Tools Inc.", page=1),
    kile("customer_billing_name", "Granvik Ltd"),
    kile("customer_billing_name", "Granvik Limited"),
    kile("amount_total_gross", "$1,250.00"),
    kile("vendor_address", "1 Main Street\nExempelstad"),
]
DOCILE_ROWS = [
    kile("line_item_description", "Drill", line_item_id=1),
    kile("line_item_description", "with case", line_item_id=1),
    kile("line_item_quantity", "2", line_item_id=1),
    kile("line_item_amount_gross", "1,000.00", line_item_id=1),
    kile("line_item_description", "Less discount", line_item_id=2),
    kile("line_item_quantity", "about 3 or 4", line_item_id=2),
    kile("line_item_amount_gross", "250.00-", line_item_id=2),
]
DOCILE_OCR = {
    "pages": [
        {
            "page_idx": 0,
            "blocks": [{"lines": [{"words": [{"value": "A-1001", "geometry": [[0.1, 0.2], [0.3, 0.25]]}]}]}],
        }
    ]
}


def write_docile(folder: Path, *names: str, **changes: object) -> Path:
    """Annotated documents with their words; `changes` are other keys of the annotations."""
    for name in names or ("aa11",):
        metadata = {"cluster_id": 554, "document_type": "tax_invoice"}
        content = {"field_extractions": DOCILE_FIELDS, "line_item_extractions": DOCILE_ROWS, "metadata": metadata}
        write_json(folder / "annotations" / f"{name}.json", content | changes)
        write_json(folder / "ocr" / f"{name}.json", DOCILE_OCR)
    (folder / "pdfs").mkdir(exist_ok=True)
    return folder
