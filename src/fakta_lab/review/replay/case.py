"""A labelled document as the replay sees it: what the sampling sees, and questions with known answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fakta_lab.review.sampling.glance import Glance


@dataclass(frozen=True)
class Question:
    """Which of these options is the field's value?

    Attributes:
        field: name.
        options: features of each, at least one, as slots of the learner's weights that count 1.
        kinds: the same options with one kind of evidence only, two such or none.
        prior: log-odds of each before anything is learned.
        right: the options that are right; empty where none is.
        stated: whether the document states the field; it may, and no option be right.
    """

    field: str
    options: tuple[tuple[int, ...], ...]
    prior: tuple[float, ...]
    right: frozenset[int]
    stated: bool
    kinds: tuple[tuple[tuple[int, ...], ...], ...] = ()

    @cached_property
    def slots(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The slots of all options one after the other, and where each option's begin."""
        sizes = [len(option) for option in self.options]
        flat = np.array([slot for option in self.options for slot in option], dtype=np.intp)
        return flat, np.cumsum([0, *sizes[:-1]], dtype=np.intp)

    def by(self, kind: int) -> Question:
        """The question as one kind of evidence alone poses it."""
        return replace(self, options=self.kinds[kind], kinds=())


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
