"""What the verifier weighs: for each field of a document, numbers that tell right readings from wrong ones.

Three sources: the chosen value's own evidence (`fakta.resolve.evidence`), what else the field might have been, and how
well the document was read as a whole, because a page that was read badly is read badly everywhere. Where nothing was
found, the numbers speak about the likeliest value that was turned down. A number that is not there counts as 0.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fakta.candidates.page import PageView
from fakta.candidates.search import Columns
from fakta.documents import Page
from fakta.resolve import Choice, Option, Resolution

Features = dict[str, float]

# Log-odds beyond these say nothing more.
_FAR = 10.0
# From this score on, another value is one that might have been chosen.
_POSSIBLE = -1.0
_MOST_PLACES = 3


def field_features(
    resolution: Resolution, views: Sequence[PageView], pages: Sequence[Page], columns: Columns
) -> dict[str, Features]:
    """The numbers of every field of a document.

    Args:
        resolution: what was chosen, and from what.
        views: the document's pages as they were searched.
        pages: the same pages, with the OCR engine's confidences.
        columns: where the fields stand in the views' probabilities.

    Returns:
        For each field, name to number: `found`, `score` and `margin` for every one; mostly 0-1, log-odds within ±10.
    """
    whole = _of_document(resolution, pages)
    model = _Model(views, columns)
    announced = _announced(views)
    uses = Counter(place for choice in resolution.choices.values() for place in _words(choice))
    found = {}
    for name, choice in resolution.choices.items():
        ranked = resolution.ranked.get(name, ())
        own = of_choice(choice, pages)
        own |= _alternatives(choice, ranked)
        own["model_most"] = model.most(name)
        own["announced"] = announced.get(name, 0.0)
        if choice.option is not None and choice.option.best is not None:
            best = choice.option.best
            own["model_least"], own["entropy"] = model.about(name, best.page, best.words)
            own["shared"] = float(any(uses[place] > 1 for place in _words(choice)))
        elif choice.option is None and ranked:
            own |= ranked[0].evidence
            own["score"] = _within(ranked[0].score)
        found[name] = own | whole
    return found


def of_choice(choice: Choice, pages: Sequence[Page]) -> Features:
    """The numbers that a choice has by itself.

    Args:
        choice: for one field.
        pages: of the document.
    """
    option = choice.option
    score = option.score if option else 0.0
    features = {
        "found": float(option is not None),
        "score": _within(score),
        "margin": _within(score - choice.runner_up),
        **choice.signals,
    }
    best = option.best if option else None
    if option is not None and best is not None:
        features |= option.evidence
        words = [pages[best.page].words[i] for i in best.words]
        features["ocr_confidence"] = min((word.confidence for word in words), default=1.0)
        features["places"] = float(min(len(option.candidates), _MOST_PLACES))
    elif option is not None:
        features["derived"] = 1.0
    return features


def _alternatives(choice: Choice, ranked: Sequence[Option]) -> Features:
    """What speaks for other values than the chosen one."""
    value = choice.option.value if choice.option else None
    others = [option for option in ranked if option.value != value]
    strongest = max((option.evidence.get("model", 0.0) for option in others), default=0.0)
    own = choice.option.evidence.get("model", 0.0) if choice.option else 0.0
    return {
        "model_elsewhere": strongest,
        "model_agrees": float(own >= strongest and own > 0.0),
        "label_elsewhere": max((option.evidence.get("label", 0.0) for option in others), default=0.0),
        "possible": math.log1p(sum(option.score > _POSSIBLE for option in others)),
    }


def _of_document(resolution: Resolution, pages: Sequence[Page]) -> Features:
    """How well a document was read, in numbers that all its fields share; their names begin with `document_`."""
    options = [choice.option for choice in resolution.choices.values() if choice.option is not None]
    scores = np.array([_within(option.score) for option in options]) if options else np.zeros(1)
    evidence = [option.evidence for option in options if option.evidence]
    sizes = [len(page.words) for page in pages]
    confidence = math.fsum(word.confidence for page in pages for word in page.words) / max(1, sum(sizes))
    return {
        "document_scanned": float(any(page.source == "ocr" for page in pages)),
        "document_ocr_confidence": confidence,
        "document_pages": math.log(len(pages)),
        "document_words": math.log1p(sum(sizes)),
        "document_found": len(options) / max(1, len(resolution.choices)),
        "document_score": float(np.mean(scores)),
        "document_weak": float(np.mean(scores < 2.0)),
        "document_labelled": _mean(each.get("label", 0.0) for each in evidence),
        "document_model": _mean(each.get("model", 0.0) for each in evidence),
        "document_checks_failed": float(sum(not check.passed for check in resolution.checks)),
    }


class _Model:
    """The model's probabilities by field; nothing where no model read the pages."""

    def __init__(self, views: Sequence[PageView], columns: Columns) -> None:
        self._column = {name: i for i, name in enumerate(columns.names)}
        raw = [view.probabilities for view in views]
        self._pages: list[NDArray[np.float32] | None] = [
            None if p is None or not p.size else p[:, columns.begins] + p[:, columns.goes_on] for p in raw
        ]
        self._entropies = [None if p is None or not p.size else _entropy(p) for p in raw]
        tops = [page.max(axis=0) for page in self._pages if page is not None]
        self._most = np.max(tops, axis=0) if tops else None

    def most(self, name: str) -> float:
        """The highest probability of any word to be part of the field."""
        if self._most is None or name not in self._column:
            return 0.0
        return float(self._most[self._column[name]])

    def about(self, name: str, page: int, words: Sequence[int]) -> tuple[float, float]:
        """The least probability of a value's words to be part of the field, and their mean entropy in nats."""
        by_field, entropies = self._pages[page], self._entropies[page]
        if by_field is None or entropies is None or name not in self._column or not words:
            return 0.0, 0.0
        at = list(words)
        return float(by_field[at, self._column[name]].min()), float(entropies[at].mean())


def _entropy(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of each word's labels, in nats, shape (words,)."""
    p = np.maximum(probabilities.astype(np.float64), 1e-9)
    entropy: NDArray[np.float64] = -(p * np.log(p)).sum(axis=1)
    return entropy


def _announced(views: Sequence[PageView]) -> Mapping[str, float]:
    """The strongest label that stands anywhere for each field."""
    strongest: dict[str, float] = {}
    for view in views:
        for hits in view.hits:
            for hit in hits:
                for meaning in hit.meanings:
                    if meaning.group == "field" and meaning.strength > strongest.get(meaning.name, 0.0):
                        strongest[meaning.name] = meaning.strength
    return strongest


def _words(choice: Choice) -> Iterator[tuple[int, int]]:
    """Pages and words on which a chosen value stands."""
    best = choice.option.best if choice.option else None
    if best is not None:
        yield from ((best.page, word) for word in best.words)


def _within(log_odds: float) -> float:
    return max(-_FAR, min(_FAR, log_odds))


def _mean(numbers: Iterator[float]) -> float:
    values = list(numbers)
    return math.fsum(values) / len(values) if values else 0.0
