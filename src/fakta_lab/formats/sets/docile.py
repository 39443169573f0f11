"""DocILE (2023, business documents): fields (KILE) and line items (LIR) with their places.

```
annotations/ID.json   {"field_extractions": [{"fieldtype": "document_id", "text": "123", "page": 0, "bbox": […]}, …],
                       "line_item_extractions": [{…, "line_item_id": 1}, …], "metadata": {"cluster_id": 554, …}}
pdfs/ID.pdf
ocr/ID.json           the words that docTR read, {"pages": [{"page_idx": 0, "blocks": [{"lines": [{"words": […]}]}]}]}
val.json              ["ID", …]: a split
```

Every class is labelled wherever it occurs, so a field without a label is not on the document, with the exceptions of
`docile.yaml`. A cluster is what the set calls documents of one layout. Where `ocr/` has a document its words are used,
as in the set's own benchmark; else the PDF is read. The path of a split's file takes that split, the folder all
annotations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fakta.documents import Box
from fakta.errors import DatasetError
from fakta.schema import Schema, invoice_schema
from fakta.wording import type_name
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.given import KEY
from fakta_lab.formats.jsonl import Problem
from fakta_lab.formats.sets.files import read_json
from fakta_lab.formats.sets.mapping import LabelMapping, packaged
from fakta_lab.formats.sets.truth import Account, Stated, Truth

NAME = "DocILE"
SHAPE = "annotations/, pdfs/"

LINE_ITEMS = "line_items"


def fits(path: Path) -> bool:
    """Whether a folder has annotations beside PDFs or their text; or a file is a split of such a folder."""
    if path.is_file():
        return path.suffix == ".json" and fits(path.parent)
    return (path / "annotations").is_dir() and ((path / "pdfs").is_dir() or (path / "ocr").is_dir())


def schema() -> Schema:
    """The invoice schema."""
    return invoice_schema()


def read(split: Path, *, root: Path, schema: Schema | None, account: Account) -> Iterator[BenchmarkDocument | Problem]:
    """The documents of a split's file, or of all annotations; see `SetFormat.read`."""
    assert schema is not None
    folder = split if split.is_dir() else split.parent
    for name in _names(split):
        try:
            yield _document(name, folder, root, schema, account)
        except DatasetError as error:
            yield Problem(name, str(error))


@cache
def _mapping() -> LabelMapping:
    return LabelMapping.from_dict(packaged("docile.yaml"))


def _names(split: Path) -> list[str]:
    if split.is_dir():
        return [path.stem for path in sorted((split / "annotations").glob("*.json"))]
    names = read_json(split)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DatasetError(f"{split}: expected a list of the ids of documents")
    return names


def _document(name: str, folder: Path, root: Path, schema: Schema, account: Account) -> BenchmarkDocument:
    annotation = folder / "annotations" / f"{name}.json"
    if not annotation.is_file():
        raise DatasetError(f"annotations/{name}.json: no such file; the truth of the set's test split is not published")
    data = read_json(annotation)
    if not isinstance(data, dict):
        raise DatasetError(f"{annotation.name}: expected an object, found {type_name(data)}")
    path, words = folder / "pdfs" / f"{name}.pdf", folder / "ocr" / f"{name}.json"
    if not path.is_file() and not words.is_file():
        raise DatasetError(f"pdfs/{name}.pdf: no such file, and there is no ocr/ for it")
    extra = {KEY: list(_lines(words))} if words.is_file() else {}
    stated_there = data.get("metadata")
    metadata = stated_there if isinstance(stated_there, dict) else {}
    truth = Truth(schema, account)
    stated: dict[str, list[Stated]] = defaultdict(list)
    for _, each in _extractions(data, "field_extractions"):
        stated[each["fieldtype"]].append(_stated(each))
    if isinstance(metadata.get("document_type"), str):
        stated["metadata.document_type"] = [Stated(metadata["document_type"])]
    _mapping().state_fields(truth, stated)
    if "line_item_extractions" in data:
        _mapping().add_table(truth, LINE_ITEMS, _rows(data))
    cluster = metadata.get("cluster_id")
    return BenchmarkDocument(
        document=path.relative_to(root).as_posix(),
        path=path,
        fields=truth.fields,
        tables=truth.tables,
        layout=f"cluster {cluster}" if cluster is not None else "",
        supplier=truth.fields.get("supplier_name") or "",
        extra=truth.extra(**extra),
    )


def _extractions(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each labelled value with where it stands in the file, checked."""
    found = data.get(key)
    if not isinstance(found, list):
        raise DatasetError(f"{key}: expected a list, found {type_name(found)}")
    for i, each in enumerate(found):
        where = f"{key}[{i}]"
        if not isinstance(each, dict) or not isinstance(each.get("fieldtype"), str):
            raise DatasetError(f"{where}.fieldtype: expected the name of a class")
        if not isinstance(each.get("text"), str | None):
            raise DatasetError(f"{where}.text: expected a text, found {type_name(each['text'])}")
        if not isinstance(each.get("page"), int) or not _is_box(each.get("bbox")):
            raise DatasetError(f"{where}: expected page (from 0) and bbox (four numbers, 0-1 of the page)")
        yield where, each


def _stated(each: Mapping[str, Any]) -> Stated:
    return Stated(each.get("text"), each["page"] + 1, Box(*each["bbox"]))


def _rows(data: Mapping[str, Any]) -> list[dict[str, list[str | None]]]:
    rows: dict[Any, dict[str, list[str | None]]] = defaultdict(lambda: defaultdict(list))
    for where, each in _extractions(data, "line_item_extractions"):
        if not isinstance(each.get("line_item_id"), int | str):
            raise DatasetError(f"{where}.line_item_id: expected an id, found {type_name(each.get('line_item_id'))}")
        rows[each["line_item_id"]][each["fieldtype"]].append(each.get("text"))
    return list(rows.values())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The words that were read, each as a line of its own."""
    data = read_json(path)
    try:
        for page in data["pages"]:
            for block in page["blocks"]:
                for line in block["lines"]:
                    for word in line["words"]:
                        (left, top), (right, bottom) = word["geometry"]
                        box = [min(max(float(edge), 0.0), 1.0) for edge in (left, top, right, bottom)]
                        if word["value"].strip():
                            yield {"text": word["value"].strip(), "box": box, "page": page["page_idx"] + 1}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DatasetError(f"ocr/{path.name}: not what docTR writes ({type(error).__name__}: {error})") from None


def _is_box(box: Any) -> bool:
    return isinstance(box, Sequence) and len(box) == 4 and all(isinstance(edge, int | float) for edge in box)
