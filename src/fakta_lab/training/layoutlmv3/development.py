"""Development documents: what is measured on during training, read as production will read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView, view_pages
from fakta.decode import FloatArray
from fakta.fields.base import canonical
from fakta.resolve import resolve
from fakta.resolve.scorer import Scorer
from fakta.schema import Schema
from fakta_lab.training.layoutlmv3.examples import LabelledPage
from fakta_lab.training.values import Values


@dataclass(frozen=True)
class DevelopmentDocument:
    """One document, made ready to be read again and again.

    Attributes:
        pages: places of its pages among all that are measured on.
        views: what `fakta.Extractor` sees of them, without a model's probabilities.
        lexicon: in the languages that it speaks.
        truth: about its values.
    """

    pages: Sequence[int]
    views: Sequence[PageView]
    lexicon: Lexicon
    truth: Values

    def read(
        self, probabilities: Sequence[FloatArray], schema: Schema, labels: Sequence[str], scorer: Scorer
    ) -> dict[str, str | None]:
        """The canonical values that the runtime resolves from a model's probabilities for these pages.

        Args:
            probabilities: (n_words, n_labels) of each page that is measured on.
        """
        views = [replace(view, probabilities=probabilities[i]) for i, view in zip(self.pages, self.views, strict=True)]
        choices = resolve(views, schema, self.lexicon, labels, scorer).choices
        return {
            name: canonical(choice.option.value) if choice.option is not None else None
            for name, choice in choices.items()
        }


def development_documents(pages: Sequence[LabelledPage], truths: Mapping[str, Values]) -> list[DevelopmentDocument]:
    """The documents that the pages make up, as far as something is known of their values.

    Args:
        pages: in the order of their documents' pages.
        truths: by document.
    """
    places: dict[str, list[int]] = {}
    for i, page in enumerate(pages):
        if truths.get(page.document):
            places.setdefault(page.document, []).append(i)
    everything = Lexicon.shipped()
    documents = []
    for document, own in places.items():
        views, lexicon = view_pages([(pages[i].page, None) for i in own], everything)
        documents.append(DevelopmentDocument(own, views, lexicon, truths[document]))
    return documents
