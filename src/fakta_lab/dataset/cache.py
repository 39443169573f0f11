"""What was read and aligned, kept for the next build: a document that did not change is not read again.

```
pages/ab/<sha256 of the document>-<key>.arrow   one row a page: words, boxes, image; depends on bytes and reader
labels/ab/<sha256 of the document>-<key>.json   labels of those words; depends on what is known and the aligner too
```

Every file is written whole or not at all and is named by all that it depends on, so nothing in it is ever out of date
and all of it may be deleted.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta.documents.model import Box, Document, Page, Word
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.pictures import Pictures
from fakta_lab.files import replacing

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True)
class Labels:
    """A document's labels, as they are kept.

    Attributes:
        labels: per page, one a word.
        fields: per page, the fields whose value stands on it, whether or not it is known which of its places is meant.
        outcomes: of every known value that is not null: field, status, reason, and whether it is printed as stated.
        languages: codes of the languages that the document's labels are in.
    """

    labels: list[list[str]]
    fields: list[list[str]]
    outcomes: list[tuple[str, str, str, bool]]
    languages: list[str]

    @classmethod
    def of(cls, aligned: AlignedDocument) -> Labels:
        """The labels of a document that was just aligned."""
        standing = [
            [a.field for a in aligned.alignments if any(place[0] == page for place in (*a.places, *a.masked))]
            for page in range(len(aligned.labels))
        ]
        return cls(
            labels=[list(labels) for labels in aligned.labels],
            fields=standing,
            outcomes=[(a.field, a.status, a.reason, a.similarity >= 1) for a in aligned.alignments],
            languages=sorted(aligned.languages),
        )


@dataclass(frozen=True, slots=True)
class Cache:
    """Files of pages and labels in a folder."""

    folder: Path

    def pages_path(self, sha256: str, key: str) -> Path:
        """Where the pages of a document are, or would be."""
        return self.folder / "pages" / sha256[:2] / f"{sha256}-{key}.arrow"

    def labels_path(self, sha256: str, key: str) -> Path:
        """Where the labels of a document are, or would be."""
        return self.folder / "labels" / sha256[:2] / f"{sha256}-{key}.json"

    def prune(self, used: Collection[Path]) -> None:
        """Removes every other file: what is no longer in the dataset is not to be found beside it either."""
        keep = set(used)
        for kind in ("pages", "labels"):
            for path in (self.folder / kind).glob("??/*"):
                if path not in keep:
                    path.unlink(missing_ok=True)


def write_pages(path: Path, document: Document, pictures: Pictures | None) -> None:
    """Keeps a document's words, and its pages' images if `pictures` says how."""
    import pyarrow as pa

    rows = [
        {
            "page": page.number,
            "width": page.width,
            "height": page.height,
            "source": page.source,
            "words": [word.text for word in page.words],
            "boxes": [list(word.box) for word in page.words],
            "confidences": [word.confidence for word in page.words],
            "image": pictures.png(page) if pictures and page.words else None,
        }
        for page in document.pages
    ]
    table = pa.Table.from_pylist(rows, schema=_page_schema())
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, pa.OSFile(str(temporary), "wb") as sink:
        # The file form ends in a footer, so that a file cut short by a power failure is not taken for a whole one.
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)


def read_pages(path: Path) -> pyarrow.Table | None:
    """Pages as `write_pages` keeps them, or None where there are none or the file is damaged."""
    import pyarrow as pa

    # A thread pool costs more than it brings for files this small, many times more on a busy machine.
    options = pa.ipc.IpcReadOptions(use_threads=False)
    try:
        return pa.ipc.open_file(pa.BufferReader(path.read_bytes()), options=options).read_all()
    except (FileNotFoundError, pa.ArrowInvalid):
        return None


def document_of(pages: pyarrow.Table, *, sha256: str) -> Document:
    """The document that was kept, without the means to draw it."""
    found = []
    for row in pages.select(["page", "width", "height", "source", "words", "boxes", "confidences"]).to_pylist():
        words = zip(row["words"], row["boxes"], row["confidences"], strict=True)
        texts = tuple(Word(text, Box(*box), confidence) for text, box, confidence in words)
        found.append(Page(row["page"], row["width"], row["height"], texts, source=row["source"]))
    return Document("it", sha256, tuple(found))


def write_labels(path: Path, labels: Labels) -> None:
    """Keeps a document's labels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(asdict(labels), ensure_ascii=False), encoding="utf-8")


def read_labels(path: Path) -> Labels | None:
    """Labels as `write_labels` keeps them, or None where there are none or the file is damaged."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    data["outcomes"] = [tuple(outcome) for outcome in data["outcomes"]]
    return Labels(**data)


def _page_schema() -> pyarrow.Schema:
    import pyarrow as pa

    return pa.schema(
        {
            "page": pa.int32(),
            "width": pa.float64(),
            "height": pa.float64(),
            "source": pa.string(),
            "words": pa.list_(pa.string()),
            "boxes": pa.list_(pa.list_(pa.float64())),
            "confidences": pa.list_(pa.float64()),
            "image": pa.binary(),
        }
    )
