"""Score a model, or answers in a file, on a benchmark set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from fakta.documents import Document
from fakta.errors import DatasetError, DocumentError
from fakta.extraction import Extraction
from fakta_lab.evaluation.report import Acceptance, DocumentScore, Evaluation, Mistake
from fakta_lab.evaluation.rows import TableCounts, score_table
from fakta_lab.evaluation.scoring import Counts, score_value
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.given import given_document
from fakta_lab.formats.predictions import Evidence, Prediction, PredictionFile, from_extraction

Progress = Callable[[int, int], None]


class Extracts(Protocol):
    """Anything that reads documents the way `fakta.Extractor` does."""

    def extract(self, source: str | Path | Document, *, name: str | None = None) -> Extraction:
        """Everything read from the document."""
        ...


def evaluate(
    benchmark: Path | Benchmark,
    *,
    extractor: Extracts | None = None,
    predictions: Path | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """How well the documents of a benchmark set are read.

    A document that cannot be read counts all its known values as missed and is listed in `failures`. Of one whose truth
    line gives its `lines` the words are these, and its file is not read.

    Args:
        benchmark: the set's folder, or a set that was loaded before.
        extractor: reads the documents now.
        predictions: JSON Lines with answers instead: extractions, or `{"document": …, "fields": {name: value}}`.
        progress: called with documents done and documents in all.

    Raises:
        DatasetError: the set or the answers cannot be used, or no answer belongs to the set.
        ValueError: not exactly one of `extractor` and `predictions` was given.
    """
    if (extractor is None) == (predictions is None):
        raise ValueError("give either an extractor or predictions")
    loaded = benchmark if isinstance(benchmark, Benchmark) else Benchmark.load(benchmark)
    answers = PredictionFile(predictions) if predictions is not None else None
    tally = _Tally(loaded)
    for done, document in enumerate(loaded.documents, start=1):
        if extractor is not None:
            try:
                source = given_document(document) or document.path
                tally.add(document, from_extraction(extractor.extract(source, name=document.document)))
            except DocumentError as error:
                tally.fail(document, str(error))
        elif answers is not None:
            prediction = answers.find(document)
            if prediction is None:
                tally.fail(document, f"no answer in {answers.path.name}")
            else:
                tally.add(document, prediction)
        if progress:
            progress(done, len(loaded.documents))
    if answers is not None and len(tally.failures) == len(loaded.documents):
        raise DatasetError(f"{answers.path}: no answer for any document of {loaded.name}; compare the document paths")
    return tally.evaluation()


class _Tally:
    """Counts as they come in, document by document."""

    def __init__(self, benchmark: Benchmark) -> None:
        self.benchmark = benchmark
        self.failures: dict[str, str] = {}
        self._fields: dict[str, Counts] = defaultdict(Counts)
        self._layouts: dict[str, Counts] = defaultdict(Counts)
        self._tables: dict[str, TableCounts] = defaultdict(TableCounts)
        self._layout_tables: dict[str, dict[str, TableCounts]] = defaultdict(lambda: defaultdict(TableCounts))
        self._errors: list[Mistake] = []
        self._scores: list[DocumentScore] = []
        self._answers: dict[str, Prediction] = {}
        self._values = self._accepted = self._accepted_right = 0
        self._judged = self._touchless = self._touchless_right = 0
        self._any_accepted = False

    def fail(self, document: BenchmarkDocument, reason: str) -> None:
        """A document without an answer: everything in it is missed."""
        self.failures[document.document] = reason
        self.add(document, Prediction(fields={}))

    def add(self, document: BenchmarkDocument, prediction: Prediction) -> None:
        """One document's answer."""
        accepted = prediction.accepted or frozenset()
        self._any_accepted = self._any_accepted or prediction.accepted is not None
        self._answers[document.document] = prediction
        fields: dict[str, Counts] = {}
        tables: dict[str, TableCounts] = {}
        for name, truth in document.fields.items():
            pred = prediction.fields.get(name)
            counts = score_value(truth, pred, kind=self.benchmark.kind(name))
            self._fields[name] += counts
            fields[name] = counts
            self._values += truth is not None or pred is not None
            self._accepted += pred is not None and name in accepted
            self._accepted_right += counts.tp and name in accepted
            if counts.fp or counts.fn:
                self._errors.append(_mistake(document, name, prediction))
        whole = sum(fields.values(), Counts())
        if document.layout:
            self._layouts[document.layout] += whole
        for table, rows in document.tables.items():
            kinds = {name: column.kind for name, column in self.benchmark.schema.tables[table].items()}
            scored = score_table(table, rows, prediction.tables.get(table, ()), kinds=kinds)
            self._tables[table] += scored
            tables[table] = scored
            if document.layout:
                self._layout_tables[document.layout][table] += scored
        if prediction.needs_review is not None:
            self._judged += 1
            self._touchless += not prediction.needs_review
            self._touchless_right += not prediction.needs_review and not (whole.fp or whole.fn)
        self._scores.append(
            DocumentScore(
                document=document.document,
                layout=document.layout,
                supplier=document.supplier,
                fields=fields,
                tables=tables,
                milliseconds=prediction.milliseconds,
                failed=document.document in self.failures,
            )
        )

    def evaluation(self) -> Evaluation:
        """The result so far."""
        schema_order = {name: i for i, name in enumerate(self.benchmark.schema.fields)}
        fields = sorted(self._fields, key=lambda name: schema_order.get(name, len(schema_order)))
        n_documents = len(self.benchmark.documents)
        return Evaluation(
            benchmark=self.benchmark.name,
            documents=n_documents,
            fields={name: self._fields[name] for name in fields},
            layouts={name: self._layouts[name] for name in sorted(self._layouts)},
            tables=dict(self._tables),
            layout_tables={name: dict(tables) for name, tables in self._layout_tables.items()},
            errors=tuple(self._errors),
            failures=self.failures,
            acceptance=Acceptance(self._values, self._accepted, self._accepted_right) if self._any_accepted else None,
            touchless=Acceptance(n_documents, self._touchless, self._touchless_right) if self._judged else None,
            unknown_fields=self.benchmark.unknown_fields,
            scores=tuple(self._scores),
            answers=self._answers,
        )


def _mistake(document: BenchmarkDocument, name: str, prediction: Prediction) -> Mistake:
    evidence = prediction.evidence.get(name, Evidence())
    return Mistake(
        document=document.document,
        layout=document.layout,
        field=name,
        truth=document.fields[name],
        predicted=prediction.fields.get(name),
        accepted=name in (prediction.accepted or ()),
        page=evidence.page,
        box=evidence.box,
        confidence=evidence.confidence,
        explanation=evidence.explanation,
    )
