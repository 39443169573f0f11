"""Score a model, or answers in a file, on a benchmark set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from fakta.documents import Document
from fakta.errors import DatasetError, DocumentError
from fakta.extraction import Extraction
from fakta_lab.evaluation.documents import DocumentScore, Mistake, mistakes, score_document
from fakta_lab.evaluation.report import Acceptance, Evaluation
from fakta_lab.evaluation.rows import TableCounts
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.evaluation.shots import LearnedFrom
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.given import given_document
from fakta_lab.formats.predictions import Prediction, PredictionFile, from_extraction

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
    learned: LearnedFrom | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """How well the documents of a benchmark set are read.

    A document that cannot be read counts all its known values as missed and is listed in `failures`. Of one whose truth
    line gives its `lines` the words are these, and its file is not read.

    Args:
        benchmark: the set's folder, or a set that was loaded before.
        extractor: reads the documents now.
        predictions: JSON Lines with answers instead: extractions, or `{"document": …, "fields": {name: value}}`.
        learned: what the model learned from, for the figures by shots.
        progress: called with documents done and documents in all.

    Raises:
        DatasetError: the set or the answers cannot be used, or no answer belongs to the set.
        ValueError: not exactly one of `extractor` and `predictions` was given.
    """
    if (extractor is None) == (predictions is None):
        raise ValueError("give either an extractor or predictions")
    loaded = benchmark if isinstance(benchmark, Benchmark) else Benchmark.load(benchmark)
    answers = PredictionFile(predictions) if predictions is not None else None
    tally = _Tally(loaded, learned)
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
    """What is collected document by document, and summed up in the end."""

    def __init__(self, benchmark: Benchmark, learned: LearnedFrom | None) -> None:
        self.benchmark = benchmark
        self.failures: dict[str, str] = {}
        self._learned = learned
        self._errors: list[Mistake] = []
        self._scores: list[DocumentScore] = []
        self._answers: dict[str, Prediction] = {}

    def fail(self, document: BenchmarkDocument, reason: str) -> None:
        """A document without an answer: everything in it is missed."""
        self.failures[document.document] = reason
        self.add(document, Prediction(fields={}))

    def add(self, document: BenchmarkDocument, prediction: Prediction) -> None:
        """One document's answer."""
        subset = self._learned.subset(document) if self._learned else ""
        failed = document.document in self.failures
        score = score_document(document, prediction, self.benchmark, failed=failed, subset=subset)
        self._scores.append(score)
        self._answers[document.document] = prediction
        self._errors += mistakes(document, prediction, score)

    def evaluation(self) -> Evaluation:
        """The result so far."""
        fields: dict[str, Counts] = defaultdict(Counts)
        layouts: dict[str, Counts] = defaultdict(Counts)
        tables: dict[str, TableCounts] = defaultdict(TableCounts)
        layout_tables: dict[str, dict[str, TableCounts]] = defaultdict(lambda: defaultdict(TableCounts))
        for score in self._scores:
            for name, counts in score.fields.items():
                fields[name] += counts
            for table, table_counts in score.tables.items():
                tables[table] += table_counts
                if score.layout:
                    layout_tables[score.layout][table] += table_counts
            if score.layout:
                layouts[score.layout] += score.counts
        schema_order = {name: i for i, name in enumerate(self.benchmark.schema.fields)}
        in_order = sorted(fields, key=lambda name: schema_order.get(name, len(schema_order)))
        models = {prediction.model for name, prediction in self._answers.items() if name not in self.failures}
        return Evaluation(
            benchmark=self.benchmark.name,
            documents=len(self._scores),
            fields={name: fields[name] for name in in_order},
            layouts={name: layouts[name] for name in sorted(layouts)},
            tables=dict(tables),
            layout_tables={name: dict(found) for name, found in layout_tables.items()},
            errors=tuple(self._errors),
            failures=self.failures,
            acceptance=_acceptance(self._scores),
            touchless=_touchless(self._scores),
            unknown_fields=self.benchmark.unknown_fields,
            scores=tuple(self._scores),
            answers=self._answers,
            model=models.pop() if len(models) == 1 else "",
        )


def _acceptance(scores: Sequence[DocumentScore]) -> Acceptance | None:
    if all(score.accepted is None for score in scores):
        return None
    values = sum(each != Counts() for score in scores for each in score.fields.values())
    return Acceptance(values, sum(score.accepted or 0 for score in scores), sum(s.accepted_right for s in scores))


def _touchless(scores: Sequence[DocumentScore]) -> Acceptance | None:
    if all(score.released is None for score in scores):
        return None
    released = [score for score in scores if score.released]
    return Acceptance(len(scores), len(released), sum(score.fields_right for score in released))
