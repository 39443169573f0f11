"""A labelled document as the replay sees it: what the sampling sees, and questions with known answers."""

from __future__ import annotations

from dataclasses import dataclass

from fakta_lab.review.sampling.glance import Glance


@dataclass(frozen=True)
class Question:
    """Which of these options is the field's value?

    Attributes:
        field: name.
        options: features of each, as slots of the learner's weights that count 1.
        prior: log-odds of each before anything is learned.
        right: the options that are right; empty where none is.
        stated: whether the document states the field; it may, and no option be right.
    """

    field: str
    options: tuple[tuple[int, ...], ...]
    prior: tuple[float, ...]
    right: frozenset[int]
    stated: bool


@dataclass(frozen=True)
class Case:
    """A document.

    Attributes:
        glance: what the sampling sees before anything is corrected.
        supplier: whose it is.
        questions: one a field that has options or a value.
    """

    glance: Glance
    supplier: str
    questions: tuple[Question, ...]
