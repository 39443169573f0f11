"""Entity F1 as in task 3 of SROIE: every value as text, right only where the whole text is.

A value that differs from the truth is both wrong and missed, one that is not given is missed, and all fields count
together (micro F1). Three readings of "the same text", because published figures differ in it:

- `strict`: the same characters, any white space as one blank.
- `blanks aside`: all white space aside. Lines of text do not tell whether "NO.53,JALAN" had a blank.
- `printed`: as `blanks aside`, but only over values that the given text prints as the truth has them. The truth was
  typed by other people than the text, so some values cannot be got from it; entries on the competition's list that
  "exclude OCR mismatches" leave these out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from fakta_lab.evaluation.intervals import f1_interval
from fakta_lab.evaluation.scoring import Counts

Reading = Literal["strict", "blanks aside", "printed"]
READINGS: tuple[Reading, ...] = get_args(Reading)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Answer:
    """One document: what is true, what was answered, and the text that the answer was read from.

    Attributes:
        truth, answer: by field; None or absent = not stated.
        text: all of the document's text, in reading order; white space does not matter.
    """

    truth: Mapping[str, str | None]
    answer: Mapping[str, str | None]
    text: str

    def counts(self, name: str, reading: Reading) -> Counts:
        """How one field of it was answered."""
        fold = _words if reading == "strict" else _letters
        truth, answer = (fold(each.get(name) or "") for each in (self.truth, self.answer))
        if reading == "printed" and truth not in _letters(self.text):
            return Counts()
        if truth and truth == answer:
            return Counts(tp=1)
        return Counts(fp=int(bool(answer)), fn=int(bool(truth)))


@dataclass(frozen=True, slots=True)
class EntityScore:
    """F1 of one field or of all.

    Attributes:
        counts: right, wrong, missed.
        low, high: ends of the 95 % interval of F1, by drawing documents anew.
    """

    counts: Counts
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """As JSON types."""
        return {
            "f1": round(self.counts.f1, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "precision": round(self.counts.precision, 4),
            "recall": round(self.counts.recall, 4),
            "values": self.counts.support,
        }


def entity_scores(
    answers: Sequence[Answer], *, fields: Sequence[str], seed: int = 0
) -> dict[str, dict[str, EntityScore]]:
    """F1 by reading, and there by field and over `ALL`.

    Args:
        answers: the documents.
        fields: that are counted.
        seed: of the draws.
    """
    scores: dict[str, dict[str, EntityScore]] = {}
    for reading in READINGS:
        by_field = {name: [each.counts(name, reading) for each in answers] for name in fields}
        by_field[ALL] = [sum(found, Counts()) for found in zip(*by_field.values(), strict=True)]
        scores[reading] = {name: _score(found, seed=seed) for name, found in by_field.items()}
    return scores


def _score(documents: Sequence[Counts], *, seed: int) -> EntityScore:
    low, high = f1_interval(documents, seed=seed)
    return EntityScore(sum(documents, Counts()), low, high)


def _words(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    return "".join(text.split())
