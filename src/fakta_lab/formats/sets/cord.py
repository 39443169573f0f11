"""CORD (Consolidated Receipt Dataset), as first published and as Donut and the Hugging Face hub have it.

```
image/receipt_00000.png
json/receipt_00000.json   {"valid_line": [{"category": "menu.nm", "group_id": 3, "words": […]}, …], "meta": …}
```

```
0.png
metadata.jsonl            {"file_name": "0.png", "ground_truth": "{gt_parse: {menu: […]}, valid_line: …}"}
```

Values come of `gt_parse`; where there is none of `valid_line`, whose words of captions (`is_key`) are no values. A
class that is not labelled is not on the receipt. The words of `valid_line` are the page's words: only labelled text,
which leaves out shop names, and which published figures for text and boxes stand on too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta.wording import type_name
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.donut import METADATA, ground_truth, parse_of
from fakta_lab.formats.given import KEY
from fakta_lab.formats.jsonl import Problem, read_objects
from fakta_lab.formats.sets.files import IMAGES, by_stem, image_size, read_json, relative_box
from fakta_lab.formats.sets.mapping import LabelMapping, packaged
from fakta_lab.formats.sets.truth import Account, Stated, Truth

NAME = "CORD"
SHAPE = "image/, json/, or metadata.jsonl with ground_truth"

# Names of the groups: tables, and those that every receipt has once.
TABLES = ("menu", "void_menu")
ONCE = ("sub_total", "total", "void_total")
SUB = "sub_"
QUAD = tuple((f"x{corner}", f"y{corner}") for corner in range(1, 5))

# Table to rows, each label to texts; and label to texts for what stands once.
Rows = dict[str, list[dict[str, list[str | None]]]]
Once = dict[str, list[Stated]]


def fits(path: Path) -> bool:
    """Whether a folder (or a `metadata.jsonl`) is a split of the set in either form."""
    if path.is_dir() and (path / "json").is_dir() and _image_folder(path):
        return True
    file = path / METADATA if path.is_dir() else path
    return file.name == METADATA and file.is_file() and _is_cord(file)


@cache
def schema() -> Schema:
    """CORD's own classes."""
    return Schema.from_dict(packaged("cord.yaml")["schema"], source="cord.yaml")


def read(split: Path, *, root: Path, schema: Schema | None, account: Account) -> Iterator[BenchmarkDocument | Problem]:
    """The receipts; see `SetFormat.read`."""
    assert schema is not None
    for place, image, written in _receipts(split, account):
        if isinstance(written, Problem):
            yield written
            continue
        try:
            data = ground_truth(written)
            once, rows = _parsed(parse_of(data)) if "gt_parse" in data or "gt_parses" in data else _labelled(data)
            lines = list(_lines(data, image))
            if not lines and not image.is_file():
                raise DatasetError(f"{image.name}: no such image, and no words are given")
        except DatasetError as error:
            yield Problem(place, str(error))
            continue
        truth = Truth(schema, account)
        _mapping().state_fields(truth, once)
        for table in _mapping().tables:
            _mapping().add_table(truth, table, rows.get(table, []))
        name = image.relative_to(root).as_posix()
        yield BenchmarkDocument(
            name, image, truth.fields, truth.tables, extra=truth.extra(**({KEY: lines} if lines else {}))
        )


@cache
def _mapping() -> LabelMapping:
    return LabelMapping.from_dict(packaged("cord.yaml"))


def _image_folder(folder: Path) -> Path | None:
    return next((folder / name for name in ("image", "images") if (folder / name).is_dir()), None)


def _is_cord(metadata: Path) -> bool:
    """Whether the first line that can be read has groups of CORD; other sets of Donut's form have others."""
    for _, data in read_objects(metadata):
        if isinstance(data, Problem) or "ground_truth" not in data:
            continue
        try:
            truth = ground_truth(data["ground_truth"])
            return "valid_line" in truth or bool(parse_of(truth).keys() & {*TABLES, *ONCE})
        except DatasetError:
            continue
    return False


def _receipts(split: Path, account: Account) -> Iterator[tuple[str, Path, Any]]:
    """Where each receipt's truth stands, its image, and the truth or what is wrong with it."""
    file = split / METADATA if split.is_dir() else split
    if file.is_file():
        for number, data in read_objects(file):
            place = f"{file.parent.name}/{file.name} line {number}"
            if isinstance(data, Problem):
                yield place, file, Problem(place, data.message)
            elif not isinstance(data.get("file_name"), str):
                message = f"file_name: expected a path, found {type_name(data.get('file_name'))}"
                yield place, file, Problem(place, message)
            else:
                yield place, file.parent / data["file_name"], data.get("ground_truth")
        return
    images = by_stem(_image_folder(split) or split, IMAGES)
    truths = by_stem(split / "json", (".json",))
    if bare := len(images.keys() - truths.keys()):
        account.left_out["no truth beside the image"] += bare
    for stem, path in truths.items():
        place = f"{split.name}/json/{path.name}"
        try:
            yield place, images.get(stem, (_image_folder(split) or split) / f"{stem}.png"), read_json(path)
        except DatasetError as error:
            yield place, path, Problem(place, str(error))


def _parsed(parse: Mapping[str, Any]) -> tuple[Once, Rows]:
    """Labels and rows of a `gt_parse`: groups of classes, a list where a group occurs several times."""
    once: Once = defaultdict(list)
    rows: Rows = defaultdict(list)
    for group, items in parse.items():
        for item in items if isinstance(items, list) else [items]:
            if not isinstance(item, dict):
                raise DatasetError(f"gt_parse.{group}: expected an object, found {type_name(item)}")
            row = {
                f"{group}.{name}": _texts(value, f"gt_parse.{group}.{name}")
                for name, value in item.items()
                if name != "sub"
            }
            if group not in TABLES:
                for label, texts in row.items():
                    once[label] += [Stated(text) for text in texts]
                continue
            rows[group].append(row)
            subs = item.get("sub", [])
            for sub in subs if isinstance(subs, list) else [subs]:
                if not isinstance(sub, dict):
                    raise DatasetError(f"gt_parse.{group}.sub: expected an object, found {type_name(sub)}")
                rows["submenu"].append(
                    {
                        f"{group}.{SUB}{name}": _texts(value, f"gt_parse.{group}.sub.{name}")
                        for name, value in sub.items()
                    }
                )
    return once, rows


def _texts(value: Any, where: str) -> list[str | None]:
    texts = value if isinstance(value, list) else [] if value is None else [value]
    for text in texts:
        if not isinstance(text, str):
            raise DatasetError(f"{where}: expected a text, found {type_name(text)}")
    return list(texts)


def _labelled(data: Mapping[str, Any]) -> tuple[Once, Rows]:
    """Labels and rows of the `valid_line`s, which say by group what belongs to one item."""
    once: Once = defaultdict(list)
    rows: dict[str, dict[Any, dict[str, list[str | None]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for i, line in enumerate(_valid_lines(data)):
        label = line.get("category")
        if not isinstance(label, str) or "." not in label:
            raise DatasetError(f"valid_line[{i}].category: expected a text like 'menu.nm', found {label!r}")
        for key in ("group_id", "sub_group_id"):
            if not isinstance(line.get(key), int | str | None):
                raise DatasetError(f"valid_line[{i}].{key}: expected an id, found {type_name(line[key])}")
        text = " ".join(str(word.get("text", "")) for word in line["words"] if not word.get("is_key"))
        if not text.strip():
            continue
        group, name = label.split(".", 1)
        if group not in TABLES:
            once[label].append(Stated(text))
        elif name.startswith(SUB):
            rows["submenu"][line.get("group_id"), line.get("sub_group_id")][label].append(text)
        else:
            rows[group][line.get("group_id")][label].append(text)
    return once, {table: list(found.values()) for table, found in rows.items()}


def _valid_lines(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    lines = data.get("valid_line")
    if not isinstance(lines, list):
        raise DatasetError(f"valid_line: expected a list, found {type_name(lines)}; there is no gt_parse either")
    for i, line in enumerate(lines):
        words = line.get("words") if isinstance(line, dict) else None
        if not isinstance(words, list) or not all(isinstance(word, dict) for word in words):
            raise DatasetError(f"valid_line[{i}].words: expected a list of objects")
    return lines


def _lines(data: Mapping[str, Any], image: Path) -> Iterator[dict[str, Any]]:
    """The words that are given, each as a line of its own."""
    if not data.get("valid_line"):
        return
    size = _size(data, image)
    for i, line in enumerate(_valid_lines(data)):
        for j, word in enumerate(line["words"]):
            quad = word.get("quad")
            try:
                box = relative_box([quad[x] for x, _ in QUAD], [quad[y] for _, y in QUAD], size=size)
            except (TypeError, KeyError):
                raise DatasetError(f"valid_line[{i}].words[{j}].quad: expected numbers x1, y1, … x4, y4") from None
            if str(word.get("text", "")).strip():
                yield {"text": str(word["text"]).strip(), "box": list(box)}


def _size(data: Mapping[str, Any], image: Path) -> tuple[float, float]:
    try:
        stated = data["meta"]["image_size"]
        width, height = float(stated["width"]), float(stated["height"])
    except (KeyError, TypeError, ValueError):
        return image_size(image)
    return (width, height) if width > 0 and height > 0 else image_size(image)
