"""What a model that did not learn from a document reads in it: a value for each field, and the alternatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fakta.bundle import Bundle
from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView, view_pages
from fakta.documents import Document
from fakta.fields import canonical
from fakta.resolve import Choice, resolve
from fakta.resolve.resolver import rank
from fakta.resolve.scorer import Scorer
from fakta.session import Session


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """What speaks for which value of one field.

    Attributes:
        chosen: canonical value that is read; None where the model finds none.
        features: the numbers behind the choice, see `fakta.resolve.evidence`; `score` and `runner_up` are log-odds.
        options: every value that the pages offer, canonical, with its own log-odds.
    """

    chosen: str | None
    features: Mapping[str, float]
    options: Mapping[str, float]


class Reader:
    """Reads documents for their evidence with one model bundle.

    Args:
        bundle: of a model that has not seen the documents' labels.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.schema = bundle.schema
        self.labels = bundle.labels
        self._session = Session(bundle)
        self._scorer = Scorer.from_manifest(bundle.manifest, bundle.schema)

    def read(self, document: Document) -> tuple[dict[str, FieldEvidence], Sequence[PageView]]:
        """The evidence for every field of the schema, and the pages it was found on."""
        pages = [(page, self._session.word_probabilities(page)) for page in document.pages]
        views, lexicon = view_pages(pages, Lexicon.shipped())
        ranked = rank(views, self.schema, lexicon, self.labels, self._scorer)
        resolution = resolve(views, self.schema, lexicon, self.labels, self._scorer)
        found = {}
        for name, choice in resolution.choices.items():
            options: dict[str, float] = {}
            for option in ranked.get(name, ()):
                options.setdefault(canonical(option.value), option.score)
            chosen = None if choice.option is None else canonical(choice.option.value)
            found[name] = FieldEvidence(chosen, _features(choice), options)
        return found, views


def _features(choice: Choice) -> dict[str, float]:
    option = choice.option
    score = option.score if option else 0.0
    features = {"found": float(option is not None), "score": score, "runner_up": choice.runner_up, **choice.signals}
    if option is not None:
        features |= {"margin": score - choice.runner_up, **option.evidence}
    return features
