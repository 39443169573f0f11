"""Documents with the truth about them to a dataset: own schema, own words, no store.

```
dataset/     splits train, dev, test: what `fakta train` reads
held-out/    the documents of test as a benchmark set: what `fakta evaluate` measures on
```
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import fakta
from fakta import documents
from fakta.documents import Document
from fakta.errors import ConfigError, DatasetError
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.alignment.captions import Captions
from fakta_lab.dataset.alignment.verbatim import align_verbatim
from fakta_lab.dataset.rows import features
from fakta_lab.dataset.splitting.names import name_groups
from fakta_lab.dataset.splitting.splits import SPLITS, SplitDocument, split_documents
from fakta_lab.dataset.truth_config import TruthConfig
from fakta_lab.dataset.workplace import workplace
from fakta_lab.dataset.write import DatasetWriter
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.given import given_document

Progress = Callable[[int, int], None]

DATASET, HELD_OUT = "dataset", "held-out"
SCHEMA_FILE = "schema.yaml"


@dataclass(frozen=True, slots=True)
class TruthReport:
    """What was built.

    Attributes:
        out: folder.
        documents, parties: per split.
        alignments: field to outcome ("value found", …) to how many values.
        copies: documents that were left out because another has the same bytes.
    """

    out: Path
    documents: Mapping[str, int]
    parties: Mapping[str, int]
    alignments: Mapping[str, Mapping[str, int]]
    copies: int

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types."""
        return {
            "out": str(self.out),
            "documents": dict(self.documents),
            "parties": dict(self.parties),
            "alignments": {name: dict(counts) for name, counts in self.alignments.items()},
            "copies": self.copies,
        }


def load_truth(path: Path, *, schema: Schema | None) -> Benchmark:
    """The documents and values of a benchmark set, or of a public set in its published form.

    Raises:
        DatasetError: it is neither, or something in it cannot be used.
    """
    return Benchmark.load(path, schema=schema, blank_is_null=True)


def build_from_truth(config: TruthConfig, *, progress: Progress = lambda done, total: None) -> TruthReport:
    """Reads and aligns documents, splits them by party, and writes the dataset and the set to measure on.

    Args:
        config: what from, and where to.
        progress: called with documents done and documents in all.

    Raises:
        ConfigError: the schema has no such party field, or nothing is left to train on.
        DatasetError: the truth cannot be used, or there is something else at `config.out`.
        DocumentError: a document cannot be read.
    """
    truth = load_truth(config.truth, schema=Schema.load(config.schema_file) if config.schema_file else None)
    if config.party_field not in truth.schema.fields:
        raise ConfigError(
            f"party_field = {config.party_field}: not in the schema; its fields are {', '.join(truth.schema.fields)}"
        )
    read: dict[str, tuple[BenchmarkDocument, Document]] = {}
    for done, each in enumerate(truth.documents, start=1):
        document = given_document(each) or documents.read(each.path, name=each.document, ocr=config.ocr)
        read.setdefault(document.sha256, (each, document))
        progress(done, len(truth.documents))
    # A document without a name is a party of its own.
    named = [each.fields.get(config.party_field) or sha256 for sha256, (each, _) in read.items()]
    parties = dict(zip(read, name_groups(named), strict=True))
    assigned = split_documents(
        [SplitDocument(sha256, party) for sha256, party in parties.items()],
        dev_share=config.dev_share,
        test_share=config.test_share,
        seed=config.seed,
    ).splits
    splits: dict[str, list[str]] = {split: [sha256 for sha256 in read if assigned[sha256] == split] for split in SPLITS}
    if config.dev_in_train:
        splits = {"train": splits["train"] + splits["dev"], "dev": [], "test": splits["test"]}
    with workplace(config.out, replaceable=_is_built, kind="set built from truth", keep=False) as place:
        alignments = _write_dataset(place.building / DATASET, truth, read, parties, splits, config)
        _write_held_out(place.building / HELD_OUT, truth, [read[sha256] for sha256 in splits["test"]])
        place.publish()
    return TruthReport(
        out=config.out,
        documents={split: len(members) for split, members in splits.items()},
        parties={split: len({parties[sha256] for sha256 in members}) for split, members in splits.items()},
        alignments=alignments,
        copies=len(truth.documents) - len(read),
    )


def _is_built(folder: Path) -> bool:
    return (folder / DATASET / "dataset.json").is_file()


def _write_dataset(
    folder: Path,
    truth: Benchmark,
    read: Mapping[str, tuple[BenchmarkDocument, Document]],
    parties: Mapping[str, str],
    splits: Mapping[str, Sequence[str]],
    config: TruthConfig,
) -> dict[str, Counter[str]]:
    """Writes the splits that have documents, and returns what became of the values."""
    import pyarrow as pa

    folder.mkdir()
    columns = features(images=False)
    writer = DatasetWriter(folder, columns)
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    aligned = {
        sha256: align_verbatim(document, _values(each, truth.schema), schema=truth.schema)
        for sha256, (each, document) in read.items()
    }
    captions = Captions.learn((read[sha256][1], aligned[sha256]) for sha256 in splits["train"])
    for split, members in splits.items():
        if not members:
            continue
        with writer.split(split) as part:
            for sha256 in members:
                each, document = read[sha256]
                settled = captions.settle(document, aligned[sha256])
                for alignment in settled.alignments:
                    outcomes[alignment.field][alignment.reason] += 1
                rows = _rows(each, document, settled, party=parties[sha256])
                part.add(pa.Table.from_pylist(rows, schema=columns.arrow_schema))
    content = {
        "sha256": writer.close(),
        "config": config.model_dump(mode="json", exclude={"truth", "out", "schema_file"}),
        "versions": {"fakta": fakta.__version__, "schema": f"{truth.schema.name} {truth.schema.version}"},
        "lineage": {
            "documents": {sha256: read[sha256][0].document for sha256 in read},
            "splits": {split: list(members) for split, members in splits.items()},
            "schema": truth.schema.to_dict(),
        },
    }
    (folder / "dataset.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return {name: outcomes[name] for name in truth.schema.fields}


def _values(each: BenchmarkDocument, schema: Schema) -> dict[str, str | None]:
    return {name: each.fields.get(name) for name in schema.fields}


def _rows(each: BenchmarkDocument, document: Document, aligned: AlignedDocument, *, party: str) -> list[dict[str, Any]]:
    return [
        {
            "document": each.document,
            "sha256": document.sha256,
            "tenant": "",
            "supplier": party,
            "language": "",
            "page": page.number,
            "words": [word.text for word in page.words],
            "boxes": [list(word.box) for word in page.words],
            "labels": list(labels),
            "weight": 1.0,
            "subset": "0-shot",
            "fields": [a.field for a in aligned.alignments if any(place[0] == index for place in a.places)],
            "values": json.dumps(dict(each.fields), ensure_ascii=False, sort_keys=True),
            "label_sources": "{}",
            "events": [],
        }
        for index, (page, labels) in enumerate(zip(document.pages, aligned.labels, strict=True))
        if page.words
    ]


def _write_held_out(folder: Path, truth: Benchmark, held_out: Sequence[tuple[BenchmarkDocument, Document]]) -> None:
    """The documents to measure on, with their words where these were given; the files stay where they are."""
    folder.mkdir()
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as file:
        for each, _ in held_out:
            line = {**each.extra, "document": str(each.path.resolve()), "fields": dict(each.fields)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    (folder / SCHEMA_FILE).write_text(yaml.safe_dump(truth.schema.to_dict(), sort_keys=False), encoding="utf-8")
    settings = {"name": f"{truth.name} held out", "schema": SCHEMA_FILE}
    (folder / "benchmark.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    if not held_out:
        raise DatasetError("nothing is left to measure on; there are too few parties for this test_share")
