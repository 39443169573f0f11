"""Corrections to a dataset: read the documents, align the values, leave out copies, split by supplier, write.

Documents pass through one at a time; what is held of all of them are their words and their known values, about 20 kB
a page. Equal stores give equal bytes, however much was taken over from the last build.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import fakta
from fakta.candidates.labels import Lexicon
from fakta.errors import DatasetError
from fakta.schema import Schema, invoice_schema
from fakta_lab.dataset.cache import Cache
from fakta_lab.dataset.card import card
from fakta_lab.dataset.config import DatasetConfig
from fakta_lab.dataset.masked import masked
from fakta_lab.dataset.pictures import Pictures
from fakta_lab.dataset.prepare import Outcome, Preparation, Progress, Task
from fakta_lab.dataset.report import BuildReport, Dropped, Reuse, SplitCounts, Tally, ordered
from fakta_lab.dataset.rows import Facts, features, language_of, rows_of
from fakta_lab.dataset.sides import ReadDocument, Sides, choose_sides
from fakta_lab.dataset.workplace import Workplace, workplace
from fakta_lab.dataset.write import DatasetWriter
from fakta_lab.labels import LabelledDocument, labelled_documents
from fakta_lab.labels.selection import looked_at, weights
from fakta_lab.privacy import Pseudonyms, mask_text
from fakta_lab.store import Store
from fakta_lab.store.lineage import record_dataset


def build_dataset(config: DatasetConfig, *, progress: Progress = lambda done, total: None) -> BuildReport:
    """Builds the dataset that `config` describes.

    A build that is killed leaves the dataset that was there before, or none, and what it has read; the next build goes
    on from there.

    Args:
        config: what from, and where to.
        progress: called with documents done and documents in all.

    Raises:
        InputError: there is no store.
        DatasetError: the store is empty, or not one document can be used; there is something else at `config.out`.
        SchemaError: the schema file cannot be used.
    """
    schema = Schema.load(config.schema_file) if config.schema_file else invoice_schema()
    with Store.open(config.store) as store:
        events = list(store.events(schema=schema, tenant=config.tenant))
        labelled = labelled_documents(events, policy=config.policy, schema=schema)
        if not labelled:
            whose = f" of the tenant {config.tenant!r}" if config.tenant is not None else ""
            raise DatasetError(f"{config.store}: no corrections{whose}; `fakta corrections import` adds some")
        weighted = weights(looked_at(labelled, events, schema=schema))
        # Text of all events; from here on their labels are enough.
        events.clear()
        with workplace(config.out, replaceable=is_dataset, kind="dataset", keep=True) as place:
            return _Build(config, schema, store, place, weighted).run(labelled, progress)


def is_dataset(folder: Path) -> bool:
    """Whether a folder is a dataset that a build made."""
    return (folder / "dataset.json").is_file()


class _Build:
    """One build."""

    def __init__(
        self, config: DatasetConfig, schema: Schema, store: Store, place: Workplace, weighted: Mapping[str, float]
    ) -> None:
        self.config = config
        self.schema = schema
        self.store = store
        self.place = place
        self.weighted = weighted
        self.pseudonyms = Pseudonyms(store.secret("pseudonyms")) if config.mask else None
        self.cache = Cache(place.folder)
        pictures = Pictures(config.image_height, config.grayscale) if config.images else None
        self.preparation = Preparation.of(schema=schema, ocr=config.ocr, pictures=pictures, cache=self.cache)
        self.dropped: dict[str, Dropped] = {}

    def run(self, labelled: Sequence[LabelledDocument], progress: Progress) -> BuildReport:
        tasks = self._tasks(labelled)
        outcomes = list(
            self.preparation.carry_out_all(list(tasks.values()), workers=self.config.workers, progress=progress)
        )
        documents = list(self._readable(labelled, tasks, outcomes))
        if not documents:
            name, first = next(iter(self.dropped.items()))
            raise DatasetError(f"{self.config.store}: not one document can be used; {name}: {first.reason}")
        by_sha256 = {document.labelled.sha256: document.labelled for document in documents}
        sides = choose_sides(documents, self.config)
        # Words of all documents; from here on it is one document at a time.
        documents.clear()
        self.dropped |= {_known_as(by_sha256[sha256]): why for sha256, why in sides.dropped.items()}
        tally = Tally()
        sha256 = self._write(sides, by_sha256, tasks, tally)
        kept = [by_sha256[each] for part in sides.splits.values() for each in part]
        report = BuildReport(
            out=self.place.out,
            sha256=sha256,
            events=sum(len(document.events) for document in kept),
            splits=tally.splits,
            values=ordered(tally.values, list(self.schema.fields)),
            reasons=tally.reasons,
            dropped=dict(sorted(self.dropped.items())),
            kept_copies=sides.kept_copies,
            moved=sides.moved,
            reuse=Reuse(
                documents=len(outcomes),
                read=sum(outcome.read for outcome in outcomes),
                aligned=sum(outcome.aligned or bool(outcome.problem) for outcome in outcomes),
            ),
        )
        self._finish(report, kept, sides)
        self.cache.prune([path for task in tasks.values() for path in (task.pages, task.labels)])
        return report

    def _tasks(self, labelled: Sequence[LabelledDocument]) -> dict[str, Task]:
        tasks: dict[str, Task] = {}
        for document in labelled:
            path = self.store.vault.path(document.sha256)
            if not document.sha256:
                kind: Any = "the store does not have it"
                self.dropped[_known_as(document)] = Dropped(kind, kind)
            else:
                tasks[document.sha256] = self.preparation.task(
                    sha256=document.sha256, path=path, values=document.values
                )
        return tasks

    def _readable(
        self, labelled: Sequence[LabelledDocument], tasks: Mapping[str, Task], outcomes: Sequence[Outcome]
    ) -> Iterator[ReadDocument]:
        """The documents that have words."""
        found = dict(zip(tasks, outcomes, strict=True))
        for document in labelled:
            if document.sha256 not in tasks:
                continue
            if problem := found[document.sha256].problem:
                self.dropped[_known_as(document)] = Dropped("it cannot be read", problem)
                continue
            pages, _ = self.preparation.result(tasks[document.sha256])
            words = pages.column("words").to_pylist()
            if any(words):
                yield ReadDocument(document, words, ocr="ocr" in pages.column("source").to_pylist())
            else:
                self.dropped[_known_as(document)] = Dropped("no words on any page", "no words on any page")

    def _write(
        self, sides: Sides, documents: Mapping[str, LabelledDocument], tasks: Mapping[str, Task], tally: Tally
    ) -> str:
        """Writes the rows and returns their sha256."""
        columns = features(images=self.config.images)
        schema = columns.arrow_schema
        languages = len(Lexicon.shipped().languages)
        writer = DatasetWriter(self.place.building, columns)
        for name, members in sides.splits.items():
            counts = tally.splits[name] = SplitCounts()
            with writer.split(name) as split:
                for sha256 in members:
                    document = documents[sha256]
                    facts = self._facts(document, sides)
                    pages, labels = self.preparation.result(tasks[sha256])
                    if self.pseudonyms:
                        facts, pages = masked(facts, pages, self.pseudonyms)
                    rows = rows_of(facts, pages, labels, languages=languages, schema=schema)
                    split.add(rows)
                    tally.add_values(facts.values, facts.label_sources, labels.outcomes)
                    counts.suppliers.add(facts.supplier)
                    counts.pages += len(rows)
                    counts.weights.append(facts.weight)
                    counts.languages[language_of(labels.languages, of=languages)] += 1
                    if facts.subset:
                        counts.subsets[facts.subset] += 1
        return writer.close()

    def _name(self, document: LabelledDocument) -> str:
        return mask_text(document.name, pseudonyms=self.pseudonyms) if self.pseudonyms else document.name

    def _facts(self, document: LabelledDocument, sides: Sides) -> Facts:
        values = document.values
        return Facts(
            document=self._name(document),
            sha256=document.sha256,
            tenant=document.tenant,
            supplier=sides.suppliers[document.sha256],
            weight=self.weighted.get(document.key, 1.0),
            subset=sides.subsets.get(document.sha256, ""),
            values=values,
            label_sources={name: document.labels[name].source for name in values},
            events=document.events,
        )

    def _finish(self, report: BuildReport, kept: Sequence[LabelledDocument], sides: Sides) -> None:
        """Says what the dataset is, tells the store, and puts it in place."""
        content = {
            **report.content(),
            "config": self.config.choices(),
            "versions": {"fakta": fakta.__version__, "schema": f"{self.schema.name} {self.schema.version}"},
            "lineage": {
                "documents": {document.sha256: self._name(document) for document in kept},
                "events": {document.sha256: list(document.events) for document in kept},
                "events_sha256": _digest([digest for document in kept for digest in document.events]),
                "splits": sides.splits,
                "schema": self.schema.to_dict(),
            },
        }
        building = self.place.building
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (building / "dataset.json").write_text(text, encoding="utf-8")
        (building / "README.md").write_text(card(report, images=self.config.images), encoding="utf-8")
        gone = [document.name for document in kept if not self.store.vault.path(document.sha256).is_file()]
        if gone:
            raise DatasetError(f"{gone[0]}: was erased while the dataset was built; build it again")
        # Before the dataset is there: an erasure must know of every dataset that holds what it erases.
        with self.store.database.writing() as connection:
            record_dataset(
                connection,
                sha256=report.sha256,
                name=self.place.out.name,
                documents=[document.sha256 for document in kept],
            )
        self.place.publish()


def _known_as(document: LabelledDocument) -> str:
    return f"{document.tenant}: {document.name}" if document.tenant else document.name


def _digest(events: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(events).encode()).hexdigest()
