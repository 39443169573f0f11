"""The form in which SROIE (ICDAR 2019, scanned receipts) is published, as a benchmark set whose text is given.

```
img/000.jpg   the receipt
box/000.txt   a line of text each: x1,y1,x2,y2,x3,y3,x4,y4,text; corners in pixels, clockwise from the top left
key/000.txt   {"company": …, "date": …, "address": …, "total": …}
```

Copies of the set in circulation call the folders and suffixes differently; all names in `FOLDERS` are taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.given import KEY
from fakta_lab.formats.jsonl import Problem, summary

# What the three folders are called in the copies of the set, and what their files end in.
FOLDERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "images": (("img", "images", "image"), (".jpg", ".jpeg", ".png")),
    "boxes": (("box", "boxes", "ocr"), (".txt", ".csv")),
    "keys": (("key", "keys", "entities"), (".txt", ".json")),
}
CORNERS = 8

RECEIPT = Schema.from_dict(
    {
        "name": "receipt",
        "fields": {name: {"kind": "text", "required": True} for name in ("company", "date", "address", "total")},
    },
    source="sroie.py",
)


def is_sroie(folder: Path) -> bool:
    """Whether a folder has the three folders of the set, and is no benchmark set."""
    return not (folder / "truth.jsonl").is_file() and all(_folder(folder, what) for what in FOLDERS)


def load_sroie(folder: Path, *, schema: Schema | None = None) -> Benchmark:
    """The receipts that have text and keys.

    Args:
        folder: with the three folders.
        schema: of the fields; four texts by default.

    Raises:
        DatasetError: naming every receipt whose files cannot be used.
    """
    schema = schema or RECEIPT
    images, boxes, keys = (_files(folder, what) for what in FOLDERS)
    documents, problems = [], []
    for stem in sorted(boxes.keys() & keys.keys()):
        if stem not in images:
            problems.append(Problem(boxes[stem].name, "its image is missing, so its pixels say nothing of the page"))
            continue
        try:
            fields = _fields(keys[stem], schema)
            lines = list(_lines(boxes[stem], size=_size(images[stem])))
        except ValueError as error:
            problems.append(Problem(stem, str(error)))
            continue
        name = images[stem].relative_to(folder).as_posix()
        documents.append(BenchmarkDocument(name, images[stem], fields, extra={KEY: lines}))
    if problems:
        raise DatasetError(summary(folder, problems))
    if not documents:
        raise DatasetError(f"{folder}: no receipt has both a file of boxes and one of keys of the same name")
    return Benchmark(folder.resolve().name, tuple(documents), schema)


def _folder(folder: Path, what: str) -> Path | None:
    return next((folder / name for name in FOLDERS[what][0] if (folder / name).is_dir()), None)


def _files(folder: Path, what: str) -> dict[str, Path]:
    """Files by their names without suffix."""
    found = _folder(folder, what)
    if found is None:
        raise DatasetError(f"{folder}: no folder {' or '.join(FOLDERS[what][0])}; is this SROIE?")
    return {path.stem: path for path in sorted(found.iterdir()) if path.suffix.lower() in FOLDERS[what][1]}


def _size(image: Path) -> tuple[int, int]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(image) as opened:
            return opened.size
    except (OSError, UnidentifiedImageError):
        raise ValueError(f"{image.name} is no image") from None


def _fields(path: Path, schema: Schema) -> dict[str, str | None]:
    """The values; a key that is missing or empty is a value that the receipt does not state."""
    try:
        data = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is no JSON ({error.msg})") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path.name} holds no object of keys")
    stated = {name: " ".join(str(data.get(name) or "").split()) for name in schema.fields}
    return {name: value or None for name, value in stated.items()}


def _lines(path: Path, *, size: tuple[int, int]) -> Iterator[dict[str, Any]]:
    width, height = size
    for number, row in enumerate(_text(path).splitlines(), start=1):
        if not row.strip():
            continue
        parts = row.split(",", CORNERS)
        try:
            corners = [float(part) for part in parts[:CORNERS]]
        except ValueError:
            corners = []
        if len(parts) <= CORNERS or len(corners) < CORNERS:
            raise ValueError(f"{path.name}:{number}: expected eight numbers and a text, found {row!r}")
        xs, ys = corners[::2], corners[1::2]
        box = [min(xs) / width, min(ys) / height, max(xs) / width, max(ys) / height]
        if parts[CORNERS].strip():
            yield {"text": parts[CORNERS].strip(), "box": [min(max(edge, 0.0), 1.0) for edge in box]}


def _text(path: Path) -> str:
    # A few files of the published set are not UTF-8.
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
