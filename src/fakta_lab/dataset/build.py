"""Corrections to a dataset: find the documents, read them, align the values, split by supplier, write."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakta import documents
from fakta.errors import DatasetError, DocumentError
from fakta.schema import Schema, invoice_schema
from fakta_lab.dataset.align import AlignedDocument, align
from fakta_lab.dataset.config import DatasetConfig
from fakta_lab.dataset.leaks import leaks
from fakta_lab.dataset.splits import SPLITS, SplitDocument, split_documents
from fakta_lab.dataset.suppliers import supplier_groups
from fakta_lab.dataset.write import write_dataset
from fakta_lab.formats.correction import Correction, latest_labels, read_corrections
from fakta_lab.formats.jsonl import Problem

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a dataset was built from, and what was left out.

    Attributes:
        out: folder of the dataset.
        events: usable correction events.
        documents, suppliers, pages: split to how many.
        alignments: field to how many of its values were aligned, ambiguous, derived, absent.
        reasons: field and reason to how often, for values that were not aligned, or not as they were stated.
        dropped: document to why it is not in the dataset.
        problems: lines of the corrections that could not be used, in words.
        sha256: of the rows of all splits.
    """

    out: Path
    events: int
    documents: Mapping[str, int]
    suppliers: Mapping[str, int]
    pages: Mapping[str, int]
    alignments: Mapping[str, Mapping[str, int]]
    reasons: Mapping[tuple[str, str], int]
    dropped: Mapping[str, str]
    problems: Sequence[str]
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "events": self.events,
            "documents": dict(self.documents),
            "suppliers": dict(self.suppliers),
            "pages": dict(self.pages),
            "alignments": {name: dict(counts) for name, counts in self.alignments.items()},
            "not_aligned": [
                {"field": name, "reason": reason, "values": n} for (name, reason), n in sorted(self.reasons.items())
            ],
            "dropped": dict(self.dropped),
            "problems": list(self.problems),
            "sha256": self.sha256,
        }


@dataclass(slots=True)
class _Source:
    """One document and the events about it."""

    name: str
    path: Path
    sha256: str
    events: list[Correction] = field(default_factory=list)


def build_dataset(config: DatasetConfig, *, progress: Progress | None = None) -> BuildReport:
    """Builds the dataset that `config` describes; equal inputs give equal bytes.

    Args:
        config: what from, and where to.
        progress: called with documents done and documents in all.

    Raises:
        DatasetError: there are no corrections, or not one document can be used.
        SchemaError: the schema file cannot be used.
    """
    schema = Schema.load(config.schema_file) if config.schema_file else invoice_schema()
    problems: list[Problem] = []
    events = list(read_corrections(config.corrections, schema=schema, on_problem=problems.append))
    if not events:
        found = f"; the first of {len(problems)} problems is {problems[0]}" if problems else ""
        raise DatasetError(f"{config.corrections}: no usable correction events{found}")
    dropped: dict[str, str] = {}
    sources = _sources(events, config.documents, dropped)
    rows, tally = _rows(sources, schema=schema, config=config, dropped=dropped, progress=progress)
    if not rows:
        first = next(iter(dropped.items()), ("", "no words on any page"))
        raise DatasetError(f"{config.documents}: not one document can be used; {first[0]}: {first[1]}")
    splits = _split(rows, dev_share=config.dev_share, seed=config.seed)
    report = BuildReport(
        out=config.out,
        events=len(events),
        documents={name: len({row["sha256"] for row in part}) for name, part in splits.items()},
        suppliers={name: len({row["supplier"] for row in part}) for name, part in splits.items()},
        pages={name: len(part) for name, part in splits.items()},
        alignments={name: tally.statuses[name] for name in schema.fields if name in tally.statuses},
        reasons=tally.reasons,
        dropped=dropped,
        problems=[str(problem) for problem in problems],
        sha256=_fingerprint(splits),
    )
    lineage = {
        "corrections": {"file": config.corrections.name, "sha256": _sha256(config.corrections), "events": len(events)},
        "extractors": sorted({event.extractor for event in events if event.extractor}),
        "tenants": sorted({event.tenant for event in events if event.tenant}),
        "documents": {source.name: source.sha256 for source in sources},
        "schema": schema.to_dict(),
        "dev_share": config.dev_share,
        "seed": config.seed,
    }
    write_dataset(config.out, splits, report=report.to_dict(), lineage=lineage)
    return report


def _sources(events: Iterable[Correction], folder: Path, dropped: dict[str, str]) -> list[_Source]:
    """The documents that the events are about; events that name one file in two ways are joined by its bytes."""
    by_sha256: dict[str, _Source] = {}
    by_name: dict[str, str] = {}
    hashes: dict[str, Path] | None = None
    for event in events:
        if event.document in dropped:
            continue
        if event.document not in by_name:
            if event.is_sha256:
                if hashes is None:
                    hashes = {_sha256(path): path for path in sorted(folder.rglob("*")) if path.is_file()}
                path = hashes.get(event.document)
            else:
                path = folder / event.document
            if path is None or not path.is_file():
                dropped[event.document] = f"no such document in {folder.name or folder}"
                continue
            by_name[event.document] = _sha256(path)
            by_sha256.setdefault(
                by_name[event.document], _Source(_relative(path, folder), path, by_name[event.document])
            )
        by_sha256[by_name[event.document]].events.append(event)
    # In the order of names, so that the order of the events does not change the dataset.
    return sorted(by_sha256.values(), key=lambda source: (source.name, source.sha256))


@dataclass(slots=True)
class _Alignments:
    """Counts of what became of the values."""

    statuses: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, aligned: AlignedDocument) -> None:
        for alignment in aligned.alignments:
            self.statuses[alignment.field][alignment.status] += 1
            # A typing error against the page is worth a look although its place was found.
            if alignment.status != "aligned" or alignment.similarity < 1:
                self.reasons[alignment.field, alignment.reason] += 1


def _rows(
    sources: Sequence[_Source],
    *,
    schema: Schema,
    config: DatasetConfig,
    dropped: dict[str, str],
    progress: Progress | None,
) -> tuple[list[dict[str, Any]], _Alignments]:
    """One row per page with words."""
    values = [latest_labels(source.events) for source in sources]
    logged = [next((e.supplier for e in source.events if e.supplier), "") for source in sources]
    suppliers = supplier_groups(list(zip([source.name for source in sources], logged, values, strict=True)))
    rows: list[dict[str, Any]] = []
    tally = _Alignments()
    for done, (source, known, supplier) in enumerate(zip(sources, values, suppliers, strict=True), start=1):
        try:
            document = documents.read(source.path, name=source.name, ocr=config.ocr)
        except DocumentError as error:
            dropped[source.name] = str(error)
        else:
            aligned = align(document, known, schema=schema)
            tally.add(aligned)
            if not any(page.words for page in document.pages):
                dropped[source.name] = "no words on any page"
            rows += [
                _row(source, supplier, page, labels)
                for page, labels in zip(document.pages, aligned.labels, strict=True)
                if page.words
            ]
        if progress:
            progress(done, len(sources))
    return rows, tally


def _row(source: _Source, supplier: str, page: documents.Page, labels: Sequence[str]) -> dict[str, Any]:
    return {
        "document": source.name,
        "sha256": source.sha256,
        "supplier": supplier,
        "page": page.number,
        "words": [word.text for word in page.words],
        "boxes": [list(word.box) for word in page.words],
        "labels": list(labels),
    }


def _split(rows: Sequence[dict[str, Any]], *, dev_share: float, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Rows by split; a supplier is never on both sides."""
    suppliers = {row["sha256"]: row["supplier"] for row in rows}
    documents = [SplitDocument(sha256, supplier) for sha256, supplier in suppliers.items()]
    where = split_documents(documents, dev_share=dev_share, seed=seed).splits
    parts: dict[str, list[SplitDocument]] = {
        name: [document for document in documents if where[document.sha256] == name] for name in SPLITS
    }
    if found := leaks(parts):
        raise DatasetError(f"the splits leak and are not written: {found[0]}; {len(found)} such in all")
    splits = {name: [row for row in rows if where[row["sha256"]] == name] for name in SPLITS}
    return {name: part for name, part in splits.items() if part}


def _fingerprint(splits: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    digest = hashlib.sha256()
    for name, rows in splits.items():
        for row in rows:
            digest.update(repr((name, sorted(row.items()))).encode())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
