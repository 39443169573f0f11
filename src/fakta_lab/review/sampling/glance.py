"""One document, looked at for what it would teach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Protocol, Self

from fakta import documents
from fakta.bundle import Bundle
from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView, view_pages
from fakta.candidates.search import field_columns
from fakta.decode import FloatArray
from fakta.extract import Ocr, shipped_bundle
from fakta.reading.features import field_features
from fakta.resolve import Choice, resolve
from fakta.resolve.resolver import Resolution
from fakta.resolve.scorer import Scorer
from fakta.schema import Schema
from fakta.session import Session
from fakta.verify import Verifier
from fakta_lab.review.sampling.layouts import Signature, signature
from fakta_lab.review.sampling.signals import chance_of_error, disagreement


@dataclass(frozen=True)
class Glance:
    """What one document offers to somebody who looks for documents to correct.

    Attributes:
        name: path or name as it was given.
        sha256: of the bytes.
        wrong: field to the probability that what is read for it is wrong.
        apart: field to how far labels and model are apart about it.
        missing: fields that every document states and that were not found.
        amounts: field of kind amount to its likeliest value, without sign.
        layout: of the first page.
    """

    name: str
    sha256: str
    wrong: Mapping[str, float]
    apart: Mapping[str, float]
    missing: tuple[str, ...]
    amounts: Mapping[str, float]
    layout: Signature


class LabelsWords(Protocol):
    """Anything that labels the words of a page the way `fakta.session.Session` does."""

    def word_probabilities(self, page: documents.Page) -> FloatArray:
        """(n_words, n_labels) probabilities over the bundle's labels."""
        ...


class Reader:
    """Reads documents as the extractor does, and keeps what it doubted.

    Args:
        bundle: the model that is to be improved.
        ocr: which engine reads pages without a text layer.
        session: labels words in the place of the bundle's own model.
    """

    def __init__(self, bundle: Bundle, *, ocr: Ocr = "auto", session: LabelsWords | None = None) -> None:
        self.schema: Schema = bundle.schema
        self._ocr: Ocr = ocr
        self._labels = bundle.labels
        self._columns = field_columns(bundle.schema, bundle.labels)
        self._session: LabelsWords = session or Session(bundle)
        self._scorer = Scorer.from_manifest(bundle.manifest, bundle.schema)
        self._by_hand = Scorer.by_hand(bundle.schema)
        self._verifier = Verifier.from_manifest(bundle.manifest)

    @classmethod
    def load(cls, path: Path | None, *, ocr: Ocr = "auto") -> Self:
        """A reader with the bundle at `path`, or with the one that ships.

        Raises:
            BundleError: the bundle cannot be used.
        """
        return cls(Bundle.load(shipped_bundle() if path is None else path), ocr=ocr)

    def glance(self, path: Path, *, name: str) -> Glance:
        """What the document would teach.

        Raises:
            DocumentError: it cannot be read.
        """
        document = documents.read(path, name=name, ocr=self._ocr)
        return self.judge(document, *self.resolve(document))

    def resolve(self, document: documents.Document) -> tuple[list[PageView], Resolution]:
        """The pages as the search sees them, and what is chosen for every field."""
        pages = ((page, self._session.word_probabilities(page)) for page in document.pages)
        views, lexicon = view_pages(pages, Lexicon.shipped())
        return views, resolve(views, self.schema, lexicon, self._labels, self._scorer)

    def layout(self, path: Path) -> Signature:
        """The layout alone; the model does not look at the page.

        Raises:
            DocumentError: it cannot be read.
        """
        document = documents.read(path, ocr=self._ocr)
        views, _ = view_pages(((page, None) for page in document.pages[:1]), Lexicon.shipped())
        return signature(views[0])

    def judge(self, document: documents.Document, views: list[PageView], resolution: Resolution) -> Glance:
        """What a document that was read would teach."""
        # Fields that rules of their own choose (currency, document type) have no options, and no probability.
        ranked = {name: options for name, options in resolution.ranked.items() if name in resolution.choices}
        choices = {name: resolution.choices[name] for name in ranked}
        features = field_features(resolution, views, document.pages, self._columns)
        amounts = {}
        for name in self.schema.names_of_kind("amount"):
            option = choices[name].option if name in choices else None
            likeliest = option or next(iter(ranked.get(name, ())), None)
            if likeliest is not None and isinstance(likeliest.value, Decimal):
                amounts[name] = abs(float(likeliest.value))
        return Glance(
            name=document.name,
            sha256=document.sha256,
            wrong={name: self._doubt(choice, features[name]) for name, choice in choices.items()},
            apart={name: disagreement(name, options, self._by_hand) for name, options in ranked.items()},
            missing=tuple(n for n, c in choices.items() if c.option is None and self.schema.fields[n].required),
            amounts=amounts,
            layout=signature(views[0]),
        )

    def _doubt(self, choice: Choice, features: Mapping[str, float]) -> float:
        """Probability of an error: by the bundle's own verifier where it was tuned, else by the scores."""
        required = self.schema.fields[choice.name].required
        if self._verifier.tuned and not (choice.option is None and required):
            return 1.0 - self._verifier.confidence(choice.name, features)
        return chance_of_error(choice, required=required)
