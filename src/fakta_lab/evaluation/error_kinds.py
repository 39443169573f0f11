"""What kind of error a wrong value is: who reads a list of errors wants the same ones together."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from fakta.fields import DECIMAL_KINDS

# Up to this share of the longer value's letters and digits may differ in a near miss: one in ten, so that a date or an
# amount with one wrong digit, which is another date or amount, is none.
NEAR = 0.1
# A value that lacks a part of the other, or has more, still says the same from this share of the longer one.
PART = 0.6


class ErrorKind(StrEnum):
    """What is wrong with an answer.

    Attributes:
        wrong: it states another value than the document.
        near: it differs from the truth by its form, a few characters or a part of it.
        missed: nothing was found although the document states a value.
        invented: a value was given although the document states none.
    """

    wrong = "wrong"
    near = "near miss"
    missed = "missed"
    invented = "invented"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An error's kind, and for a near miss in a few words what differs ("" for the others)."""

    kind: ErrorKind
    difference: str = ""


def diagnose(truth: str | None, predicted: str | None, *, kind: str) -> Diagnosis:
    """The kind of an error.

    Args:
        truth, predicted: canonical values that differ; None = not on the document, or nothing found.
        kind: of the field.

    >>> diagnose("4711", None, kind="identifier").kind.value, diagnose(None, "4711", kind="identifier").kind.value
    ('missed', 'invented')
    >>> diagnose("2026-04-05", "2026-05-04", kind="date")
    Diagnosis(kind=<ErrorKind.near: 'near miss'>, difference='day and month exchanged')
    >>> diagnose("2026-04-15", "2026-04-16", kind="date")
    Diagnosis(kind=<ErrorKind.wrong: 'wrong'>, difference='')
    >>> diagnose("-120.00", "120.00", kind="amount").difference
    'the sign differs'
    >>> diagnose("Norra Exempel AB", "NORRA EXEMPEL AB,", kind="name").difference
    'the same letters and digits, written otherwise'
    >>> diagnose("Solbacka Fastighetsskötsel AB", "Solbacka Fastighetsskotsel A8", kind="name").difference
    '1 of 27 characters differs'
    """
    if predicted is None:
        return Diagnosis(ErrorKind.missed)
    if truth is None:
        return Diagnosis(ErrorKind.invented)
    difference = _difference(truth, predicted, kind)
    return Diagnosis(ErrorKind.near, difference) if difference else Diagnosis(ErrorKind.wrong)


def _difference(truth: str, predicted: str, kind: str) -> str:
    if kind in DECIMAL_KINDS:
        return "the sign differs" if truth.lstrip("-") == predicted.lstrip("-") else ""
    if kind == "date":
        year, _, day = truth.partition("-")
        swapped = "-".join((year, *reversed(day.split("-"))))
        return "day and month exchanged" if predicted == swapped else ""
    first, second = _folded(truth), _folded(predicted)
    if first == second:
        return "the same letters and digits, written otherwise"
    longest = max(len(first), len(second))
    wrong = Levenshtein.distance(first, second)
    if wrong <= NEAR * longest:
        return f"{wrong} of {longest} characters {'differs' if wrong == 1 else 'differ'}"
    if second and second in first and len(second) >= PART * longest:
        return "a part is missing"
    if first and first in second and len(first) >= PART * longest:
        return "more than the value"
    return ""


def _folded(text: str) -> str:
    """Letters and digits in one case, without accents, rings and dots."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(filter(str.isalnum, plain.casefold()))
