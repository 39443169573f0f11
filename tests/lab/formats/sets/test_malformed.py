"""Whatever stands in a public set's files: it is read, or refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.lab.public_sets import CORD_LINES, CORD_META, CORD_PARSE, write_cord, write_docile, write_donut, write_funsd
from tests.lab.receipts import write_sroie

from fakta.errors import DatasetError
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document

# One of each kind that JSON has, and numbers and texts at the ends of what may be expected.
STRANGE: tuple[Any, ...] = (None, True, -1, 1e308, "", "x" * 2000, "\u0000", [], [[]], ["x"], {}, {"x": None})
# A key that is taken away.
GONE = object()


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of nested JSON with one place changed."""
    if not path:
        return value
    key, *rest = path
    copy: Any = list(data) if isinstance(data, list) else dict(data)
    if value is GONE and not rest:
        del copy[key]
    else:
        copy[key] = changed(data[key], tuple(rest), value)
    return copy


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values in nested JSON; of a list's those of its first two."""
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data[:2]):
            yield from places(value, (*path, index))


def loads_or_is_refused(folder: Path) -> None:
    with suppress(DatasetError):
        for document in Benchmark.load(folder).documents:
            given_document(document)


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cord": (
        lambda folder: write_cord(folder, {"valid_line": CORD_LINES[:1], "meta": CORD_META}),
        "json/receipt_00000.json",
    ),
    "docile": (write_docile, "annotations/aa11.json"),
    "docile words": (write_docile, "ocr/aa11.json"),
    "funsd": (write_funsd, "annotations/0000.json"),
    "sroie": (lambda folder: write_sroie(folder, ["KAFFE LIMITED"], each=1), "key/000.txt"),
}


@pytest.mark.parametrize("name", FILES)
def test_any_value_in_any_place_is_read_or_refused(tmp_path: Path, name: str) -> None:
    write, inside = FILES[name]
    file = write(tmp_path) / inside
    data = json.loads(file.read_text(encoding="utf-8"))
    for path in places(data):
        for value in (*STRANGE, *((GONE,) if path else ())):
            file.write_text(json.dumps(changed(data, path, value)), encoding="utf-8")
            loads_or_is_refused(tmp_path)


def test_any_parse_of_donut_is_read_or_refused(tmp_path: Path) -> None:
    for path in places(CORD_PARSE):
        for value in (*STRANGE, *((GONE,) if path else ())):
            write_donut(tmp_path, CORD_PARSE, changed(CORD_PARSE, path, value))
            loads_or_is_refused(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{\x00}\x00", b"\xff", b"[" * 100_000, b'{"a": 1, "a": 2}'])
def test_files_that_are_no_json_are_named(tmp_path: Path, content: bytes) -> None:
    write_funsd(tmp_path)
    (tmp_path / "annotations" / "0000.json").write_bytes(content)
    with pytest.raises(DatasetError, match=r"annotations/0000\.json"):
        Benchmark.load(tmp_path)
