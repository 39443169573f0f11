"""The rows of a dataset: one a page, as Arrow tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fakta_lab.dataset.cache import Labels

if TYPE_CHECKING:
    import datasets
    import pyarrow

# Words of this language stand on every invoice; it is a document's own only where no other is.
EVERYWHERE = "en"

# What every row of a dataset has, column to meaning; the dataset's card prints it.
COLUMNS: Mapping[str, str] = {
    "document": "name by which the corrections speak of the document",
    "sha256": "of the document's bytes",
    "tenant": "who brought the document",
    "supplier": "key of the supplier; the same for all of its documents",
    "language": 'codes of the languages of the document\'s labels, joined by "+"; empty where too few were found',
    "page": "number, from 1",
    "words": "texts in reading order",
    "boxes": "left, top, right, bottom of each word, 0-1 of the page",
    "labels": "one a word: `O`, `B-<field>`, `I-<field>`, or `?` where nobody knows",
    "image": "the page, straightened as its words are",
    "weight": "how often to draw the page in training, as against one of weight 1",
    "subset": "in test: from how many documents in train the supplier is known: `0-shot`, `1-3-shot`, `4+-shot`",
    "fields": "whose value stands on this page, whether or not it is known which of its places is meant",
    "values": "of the document, JSON: field to canonical value, null = not on the document, absent = unknown",
    "label_sources": "JSON: field to how a person vouched for its value, `corrected` or `confirmed`",
    "events": "digests of the corrections that the labels come from, oldest first",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows of a document say besides its words, labels and images; see `COLUMNS`."""

    document: str
    sha256: str
    tenant: str
    supplier: str
    weight: float
    subset: str
    values: Mapping[str, str | None]
    label_sources: Mapping[str, str]
    events: Sequence[str]


def features(*, images: bool) -> datasets.Features:
    """The types of the columns, in the order of `COLUMNS`."""
    from datasets import Features, Image, List, Value

    types: dict[str, Any] = {
        "page": Value("int32"),
        "words": List(Value("string")),
        "boxes": List(List(Value("float64"))),
        "labels": List(Value("string")),
        "image": Image(),
        "weight": Value("float64"),
        "fields": List(Value("string")),
        "events": List(Value("string")),
    }
    return Features({name: types.get(name, Value("string")) for name in COLUMNS if images or name != "image"})


def rows_of(
    facts: Facts, pages: pyarrow.Table, labels: Labels, *, languages: int, schema: pyarrow.Schema
) -> pyarrow.Table:
    """The rows of a document: its pages that have words.

    Args:
        facts: of the document.
        pages: as the cache keeps them.
        labels: of all pages.
        languages: how many the lexicon has; a document in all of them is in none that is known.
        schema: of the rows.
    """
    import pyarrow as pa

    kept = [i for i, words in enumerate(pages.column("words")) if len(words)]
    pages = pages.take(kept)
    n = len(kept)
    columns: dict[str, Any] = {
        "document": [facts.document] * n,
        "sha256": [facts.sha256] * n,
        "tenant": [facts.tenant] * n,
        "supplier": [facts.supplier] * n,
        "language": [language_of(labels.languages, of=languages)] * n,
        "page": pages.column("page"),
        "words": pages.column("words"),
        "boxes": pages.column("boxes"),
        "labels": [labels.labels[i] for i in kept],
        "weight": [facts.weight] * n,
        "subset": [facts.subset] * n,
        "fields": [labels.fields[i] for i in kept],
        "values": [_json(facts.values)] * n,
        "label_sources": [_json(facts.label_sources)] * n,
        "events": [list(facts.events)] * n,
    }
    if "image" in schema.names:
        columns["image"] = [{"bytes": png, "path": None} for png in pages.column("image").to_pylist()]
    arrays = [
        column.cast(type_).combine_chunks() if isinstance(column, pa.ChunkedArray) else pa.array(column, type_)
        for column, type_ in ((columns[field.name], field.type) for field in schema)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def language_of(languages: Sequence[str], *, of: int) -> str:
    """A document's own languages.

    >>> language_of(["en", "sv"], of=7), language_of(["en"], of=7), language_of(["en", "sv"], of=2)
    ('sv', 'en', '')
    """
    if len(languages) == of:
        return ""
    return "+".join(code for code in languages if code != EVERYWHERE) or "".join(languages)


def digest_of_rows(rows: pyarrow.Table) -> bytes:
    """sha256 of the content of rows alone, however Arrow may lay it out."""
    boxes = rows.column("boxes").combine_chunks().flatten().flatten().to_numpy()
    images = rows.column("image").to_pylist() if "image" in rows.column_names else []
    others = rows.drop_columns([name for name in ("boxes", "image") if name in rows.column_names]).to_pydict()
    digest = hashlib.sha256()
    for part in (
        json.dumps(others, ensure_ascii=False, sort_keys=True).encode(),
        np.asarray(boxes, dtype="<f8").tobytes(),
        *(image["bytes"] for image in images),
    ):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


def _json(mapping: Mapping[str, Any]) -> str:
    return json.dumps(mapping, ensure_ascii=False, sort_keys=True)
