"""SROIE (ICDAR 2019, scanned receipts in English).

```
img/000.jpg   the receipt
box/000.txt   a line of text each: x1,y1,x2,y2,x3,y3,x4,y4,text; corners in pixels, clockwise from the top left
key/000.txt   {"company": …, "date": …, "address": …, "total": …}
```

Copies of the set in circulation call the folders and suffixes differently; all names in `FOLDERS` are taken. A key that
is missing or empty is a value that the receipt does not state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.given import KEY
from fakta_lab.formats.json_text import parse_object
from fakta_lab.formats.jsonl import Problem
from fakta_lab.formats.sets.files import by_stem, image_size, relative_box
from fakta_lab.formats.sets.mapping import packaged
from fakta_lab.formats.sets.truth import Account, Stated, Truth

NAME = "SROIE"
SHAPE = "img/, box/, key/"

# What the three folders are called in the copies of the set, and what their files end in.
FOLDERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "images": (("img", "images", "image"), (".jpg", ".jpeg", ".png")),
    "boxes": (("box", "boxes", "ocr"), (".txt", ".csv")),
    "keys": (("key", "keys", "entities"), (".txt", ".json")),
}
CORNERS = 8


def fits(path: Path) -> bool:
    """Whether a folder has the three folders of the set."""
    return all(_folder(path, what) for what in FOLDERS)


@cache
def schema() -> Schema:
    """Four texts, as printed."""
    return Schema.from_dict(packaged("sroie.yaml"), source="sroie.yaml")


def read(split: Path, *, root: Path, schema: Schema | None, account: Account) -> Iterator[BenchmarkDocument | Problem]:
    """The receipts that have text and keys; see `SetFormat.read`."""
    assert schema is not None
    images, boxes, keys = (by_stem(_folder(split, what) or split, FOLDERS[what][1]) for what in FOLDERS)
    for stem in sorted(images.keys() | boxes.keys() | keys.keys()):
        missing = next((what for what, files in (("keys", keys), ("boxes", boxes)) if stem not in files), None)
        if missing:
            account.left_out[f"no file of {missing}"] += 1
            continue
        if stem not in images:
            yield Problem(boxes[stem].name, "its image is missing, so its pixels say nothing of the page")
            continue
        try:
            truth = Truth(schema, account)
            for name, text in _keys(keys[stem], schema).items():
                truth.state(name, [Stated(text)])
            lines = list(_lines(boxes[stem], size=image_size(images[stem])))
        except DatasetError as error:
            yield Problem(stem, str(error))
            continue
        name = images[stem].relative_to(root).as_posix()
        company = truth.fields.get("company") or ""
        yield BenchmarkDocument(name, images[stem], truth.fields, supplier=company, extra={KEY: lines})


def _folder(folder: Path, what: str) -> Path | None:
    return next((folder / name for name in FOLDERS[what][0] if (folder / name).is_dir()), None)


def _keys(path: Path, schema: Schema) -> dict[str, str]:
    """The values by key, "" where the schema has a field that the file does not."""
    try:
        data = parse_object(_text(path))
    except DatasetError as error:
        raise DatasetError(f"{path.name}: {error}") from None
    return dict.fromkeys(schema.fields, "") | {
        name: "" if value is None else " ".join(str(value).split()) for name, value in data.items()
    }


def _lines(path: Path, *, size: tuple[int, int]) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(_text(path).splitlines(), start=1):
        if not row.strip():
            continue
        parts = row.split(",", CORNERS)
        try:
            corners = [float(part) for part in parts[:CORNERS]]
        except ValueError:
            corners = []
        if len(parts) <= CORNERS or len(corners) < CORNERS:
            raise DatasetError(f"{path.name}:{number}: expected eight numbers and a text, found {row!r}")
        if parts[CORNERS].strip():
            box = relative_box(corners[::2], corners[1::2], size=size)
            yield {"text": parts[CORNERS].strip(), "box": list(box)}


def _text(path: Path) -> str:
    # A few files of the published set are not UTF-8.
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
