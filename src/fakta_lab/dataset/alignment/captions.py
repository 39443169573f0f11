"""Which of a value's places is meant, learnt from the set itself: own schemas have no lexicon of labels.

A total of 9.00 stands behind SUB-TOTAL, TOTAL and CASH alike, and labelling all three teaches that any of them will do.
Over a whole set the words before a number tell: behind TOTAL it is the total almost always, behind CASH only where
somebody paid the exact sum. A logistic regression over these words learns it; of a value's places those with the most
telling words keep the label. The others are masked, neither right nor wrong. Learning is repeated with what was kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fakta.documents.model import Document, Page
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.alignment.masks import UNKNOWN
from fakta_lab.dataset.alignment.places import Alignment, Place

# A caption has at most so many words; what stands further back says little.
CAPTION_WORDS = 5
# The first time every place of a value counts as right, then those that were the most telling.
ROUNDS = 3

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Captions:
    """How much each word, and each pair of neighbours, before a number speaks for a field: log-odds by field."""

    weights: Mapping[str, Weights]

    @classmethod
    def learn(cls, aligned: Iterable[tuple[Document, AlignedDocument]]) -> Captions:
        """Learns from documents to train on."""
        examples: dict[str, list[_Example]] = defaultdict(list)
        for document, found in aligned:
            captions = [_captions(page) for page in document.pages]
            for alignment in found.alignments:
                examples[alignment.field].append(_Example.of(alignment, captions))
        return cls({name: _fitted(found) for name, found in examples.items()})

    def settle(self, document: Document, aligned: AlignedDocument) -> AlignedDocument:
        """The same labels, but of numbers in several places only those behind the most telling words."""
        captions = [_captions(page) for page in document.pages]
        labels = [list(page) for page in aligned.labels]
        alignments = [self._settled(alignment, document, captions) for alignment in aligned.alignments]
        for alignment in alignments:
            for page, words in alignment.masked:
                for word in words:
                    labels[page][word] = UNKNOWN
        return replace(aligned, labels=tuple(tuple(page) for page in labels), alignments=tuple(alignments))

    def _settled(self, alignment: Alignment, document: Document, captions: Sequence[_Captioned]) -> Alignment:
        numbers = [place for place in alignment.places if _is_number(document, place)]
        if len(numbers) < 2:
            return alignment
        weights = self.weights.get(alignment.field, {})
        telling = [_telling(_at(captions, place), weights) for place in numbers]
        kept = tuple(place for place, score in zip(numbers, telling, strict=True) if score == max(telling))
        masked = tuple(place for place in numbers if place not in kept)
        return replace(alignment, places=kept, masked=(*alignment.masked, *masked))


# Of each word with a digit, by its position on the page: what stands before it.
_Captioned = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Example:
    """One document, for one field: the captions of the value's places, and of all other numbers."""

    right: Sequence[Sequence[str]]
    wrong: Sequence[Sequence[str]]

    @classmethod
    def of(cls, alignment: Alignment, captions: Sequence[_Captioned]) -> _Example:
        inside = {(page, word) for page, words in alignment.places for word in words}
        return cls(
            right=[_at(captions, place) for place in alignment.places],
            wrong=[
                caption
                for page, on_page in enumerate(captions)
                for word, caption in on_page.items()
                if (page, word) not in inside
            ],
        )


def _fitted(examples: Sequence[_Example]) -> Weights:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    weights: Weights = {}
    for _ in range(ROUNDS):
        chosen = [caption for example in examples for caption in _most_telling(example.right, weights)]
        others = [caption for example in examples for caption in example.wrong]
        if not chosen or not others:
            return {}
        vectors = DictVectorizer()
        features = vectors.fit_transform([dict.fromkeys(caption, 1.0) for caption in (*chosen, *others)])
        model = LogisticRegression(max_iter=200).fit(features, [1] * len(chosen) + [0] * len(others))
        weights = dict(zip(vectors.get_feature_names_out(), map(float, model.coef_[0]), strict=True))
    return weights


def _most_telling(captions: Sequence[Sequence[str]], weights: Weights) -> list[Sequence[str]]:
    best = max((_telling(caption, weights) for caption in captions), default=0.0)
    return [caption for caption in captions if _telling(caption, weights) == best]


def _telling(caption: Sequence[str], weights: Weights) -> float:
    return sum(weights.get(each, 0.0) for each in caption)


def _captions(page: Page) -> dict[int, list[str]]:
    """Of each word with a digit the words before it, back to the number before it, alone and in pairs."""
    found: dict[int, list[str]] = {}
    since: list[str] = []
    for i, word in enumerate(page.words):
        if any(map(str.isdigit, word.text)):
            words = since[-CAPTION_WORDS:]
            found[i] = list(dict.fromkeys(["", *words, *(" ".join(pair) for pair in pairwise(words))]))
            # A number right behind a number has no caption of its own, and that says something too.
            since = ["#"]
        elif letters := "".join(filter(str.isalpha, word.text.casefold())):
            since.append(letters)
    return found


def _at(captions: Sequence[_Captioned], place: Place) -> Sequence[str]:
    """The caption of a place: that of its first word with a digit."""
    page, words = place
    return next((captions[page][word] for word in words if word in captions[page]), ())


def _is_number(document: Document, place: Place) -> bool:
    """Whether it is a number, perhaps with a currency: words and names do not recur by chance."""
    page, words = place
    return len(words) <= 2 and any(any(map(str.isdigit, document.pages[page].words[word].text)) for word in words)
