"""Every value that two models read on the same documents: what each gave, and whether it was right.

A value counts where the document states it or either model gave one, so that both are measured against the same number
and neither gains by what is on no document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fakta.errors import DocumentError
from fakta.extract import Extractor
from fakta_lab.evaluation.scoring import score_value
from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.predictions import Prediction, PredictionFile

Progress = Callable[[int, int], None]

# What `fakta dataset export` calls a document whose supplier is in no part that is trained on.
UNSEEN = "0-shot"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one model made of one value.

    Attributes:
        value: canonical; None where it found none.
        right: as the document states it.
        accepted: needs nobody's look.
    """

    value: str | None
    right: bool
    accepted: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One field of one document, read by both.

    Attributes:
        field: name.
        truth: what people ended up with; None = not on the document.
        old, new: the readings.
    """

    field: str
    truth: str | None
    old: Reading
    new: Reading

    @property
    def counts(self) -> bool:
        """Whether there is a value in it at all."""
        return not self.truth == self.old.value == self.new.value is None

    @property
    def better(self) -> bool:
        """Only the new one is right."""
        return self.new.right and not self.old.right

    @property
    def worse(self) -> bool:
        """Only the old one is right."""
        return self.old.right and not self.new.right


@dataclass(frozen=True, slots=True)
class PairedDocument:
    """A document that both have read.

    Attributes:
        name: of the document.
        supplier: whose it is.
        known: the new model has learned from others of this supplier.
        pairs: every field whose truth is known, those without a value included.
        untouched_old, untouched_new: no person has to look at it.
    """

    name: str
    supplier: str
    known: bool
    pairs: tuple[Pair, ...]
    untouched_old: bool
    untouched_new: bool


def paired_documents(
    benchmark: Benchmark, old: Path, new: Path, *, names: Mapping[str, str] = MappingProxyType({})
) -> list[PairedDocument]:
    """What two files of answers say about the documents of a set; a document without an answer was read as empty.

    Args:
        benchmark: with the truth; a field that nobody looked at is not in it.
        old, new: answers as `read_answers` writes them.
        names: what people call documents that are named by their sha256.
    """
    files = PredictionFile(old), PredictionFile(new)
    found = []
    for each in benchmark.documents:
        first, second = (file.find(each) or Prediction(fields={}) for file in files)
        pairs = (
            Pair(name, truth, *(_reading(benchmark, name, truth, answer) for answer in (first, second)))
            for name, truth in each.fields.items()
        )
        found.append(
            PairedDocument(
                name=names.get(each.path.stem, each.document),
                supplier=each.supplier,
                known=each.layout != UNSEEN,
                pairs=tuple(pairs),
                untouched_old=first.needs_review is False,
                untouched_new=second.needs_review is False,
            )
        )
    return found


def _reading(benchmark: Benchmark, name: str, truth: str | None, answer: Prediction) -> Reading:
    value = answer.fields.get(name)
    counts = score_value(truth, value, kind=benchmark.kind(name))
    return Reading(value, right=not (counts.fp or counts.fn), accepted=name in (answer.accepted or ()))


def read_answers(benchmark: Benchmark, extractor: Extractor, out: Path, progress: Progress) -> int:
    """Reads the documents of a set and writes what was found as JSON Lines, all of it or nothing.

    Args:
        benchmark: the set.
        extractor: reads it.
        out: file to write; its folder is made.
        progress: called with documents done and documents in all.

    Returns:
        How many documents could not be read; they have no line.
    """
    failed = 0
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as temporary, temporary.open("w", encoding="utf-8") as file:
        for done, each in enumerate(benchmark.documents, start=1):
            try:
                extraction = extractor.extract(each.path, name=each.document)
                file.write(json.dumps(extraction.to_dict(), ensure_ascii=False) + "\n")
            except DocumentError:
                failed += 1
            progress(done, len(benchmark.documents))
    return failed
