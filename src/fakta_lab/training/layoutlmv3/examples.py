"""Pages with word labels as training examples: windows whose tokens carry their word's label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fakta.documents.model import Page
from fakta.encode import NO_WORD, Encoder, Window
from fakta.errors import DatasetError
from fakta.pixels import Picture

# The label number that the loss leaves out: special tokens, padding, and words whose label nobody knows.
IGNORED = -100

# The label of a word that may or may not belong to a field; nobody looked.
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page and one label a word: a label of the model, or "?" where nobody knows; and how often to draw it."""

    page: Page
    labels: tuple[str, ...]
    document: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a page.

    Attributes:
        labels: (L,) int64 label number of each token, -100 where the loss does not look.
        picture: of the page, which all its windows share; None where the model looks at none or the page has none.
    """

    window: Window
    labels: npt.NDArray[np.int64]
    picture: Picture | None = None

    def __len__(self) -> int:
        return len(self.window)


class Examples:
    """Makes examples for one tokenizer and one list of labels."""

    def __init__(self, encoder: Encoder, labels: Sequence[str]) -> None:
        self.encoder = encoder
        self._numbers: Mapping[str, int] = {UNKNOWN: IGNORED} | {label: i for i, label in enumerate(labels)}

    def of(self, labelled: LabelledPage) -> list[Example]:
        """The page's windows as examples.

        Raises:
            DatasetError: a label is not among the model's, or there are not as many labels as words.
        """
        numbers = self._label_numbers(labelled)
        windows = self.encoder.encode(labelled.page)
        picture = self.encoder.image.picture(labelled.page) if self.encoder.image and windows else None
        return [self._example(window, numbers, picture) for window in windows]

    def _label_numbers(self, labelled: LabelledPage) -> npt.NDArray[np.int64]:
        where = f"{labelled.document or 'generated'}: page {labelled.page.number}"
        if len(labelled.labels) != len(labelled.page.words):
            raise DatasetError(f"{where}: {len(labelled.labels)} labels for {len(labelled.page.words)} words")
        try:
            return np.array([self._numbers[label] for label in labelled.labels], dtype=np.int64)
        except KeyError as error:
            raise DatasetError(f"{where}: the label {error.args[0]!r} is not in the schema of this run") from None

    def _example(self, window: Window, numbers: npt.NDArray[np.int64], picture: Picture | None) -> Example:
        labels = numbers[window.word_index]  # special tokens take the last word's label here, and lose it below
        return Example(window, np.where(window.word_index == NO_WORD, IGNORED, labels), picture)
