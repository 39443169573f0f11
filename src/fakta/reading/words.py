"""Reading by words: labelled by the model, searched by type, and resolved jointly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from fakta import tables
from fakta.bundle import Bundle
from fakta.candidates.labels import Lexicon
from fakta.candidates.page import view_pages
from fakta.candidates.search import field_columns
from fakta.documents import Document
from fakta.memory import Memory
from fakta.reading.features import Features, field_features
from fakta.reading.found import Found, Reading
from fakta.resolve import Choice, resolve
from fakta.resolve.scorer import Scorer
from fakta.schema import Schema, invoice_schema
from fakta.session import Session


class WordReader:
    """Reads documents word by word, with a bundle of a family that labels words or with the lexicon alone.

    Args:
        bundle: a loaded bundle, or None to read with the lexicon alone.
        threads: onnxruntime's, inside one page.
    """

    def __init__(self, bundle: Bundle | None, *, threads: int = 1) -> None:
        self.schema: Schema = bundle.schema if bundle else invoice_schema()
        self.session = Session(bundle, threads=threads) if bundle else None
        self._labels = bundle.labels if bundle else ()
        self._columns = field_columns(self.schema, self._labels)
        self._scorer = Scorer.from_manifest(bundle.manifest if bundle else None, self.schema)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The labels that are looked up: none on documents whose fields it does not know."""
        return Lexicon.shipped().for_fields(self.schema.fields)

    def warm_up(self) -> None:
        """Loads the model and the labels now, so that the first document does not wait for them."""
        _ = self.lexicon
        if self.session:
            self.session.warm_up()

    def read(
        self, document: Document, *, memory: Memory | None = None, lap: Callable[[str], None] = lambda stage: None
    ) -> Reading:
        """What the document states.

        Args:
            document: its words.
            memory: what corrected documents taught about suppliers.
            lap: told the name of each stage when it is done.
        """
        probabilities = [self.session.word_probabilities(page) if self.session else None for page in document.pages]
        lap("model")
        views, lexicon = view_pages(zip(document.pages, probabilities, strict=True), self.lexicon)
        lap("labels")
        resolution = resolve(views, self.schema, lexicon, self._labels, self._scorer, memory=memory)
        values = {name: choice.option.value if choice.option else None for name, choice in resolution.choices.items()}
        net, vat = values.get("net_amount"), values.get("vat_amount")
        rows = {
            "line_items": tables.read_line_items(views, self.schema, self._labels, net=net),
            "vat_breakdown": tables.read_vat_breakdown(views, self.schema, net, vat),
        }
        lap("resolve")
        features = field_features(resolution, views, document.pages, self._columns)
        fields = {name: _found(choice, features[name]) for name, choice in resolution.choices.items()}
        return Reading(fields, rows, resolution.checks, known_supplier=resolution.known_supplier)


def _found(choice: Choice, features: Features) -> Found:
    """A choice of the resolver as what was found."""
    option = choice.option
    if option is None:
        return Found(choice.name, None, reasons=("not found",), features=features)
    best = option.best
    checks = [check.name if check.passed else f"{check.name} fails" for check in best.checks] if best else []
    return Found(
        choice.name,
        option.value,
        text=best.text if best else "",
        page=best.page + 1 if best else None,
        box=best.box if best else None,
        reasons=(*checks, *_spoken(features), *option.reasons),
        features=features,
    )


def _spoken(features: Features) -> Iterator[str]:
    """Evidence in words."""
    if features.get("label", 0.0) >= 0.5:
        yield "label beside it"
    elif features.get("label", 0.0) > 0.15:
        yield "weak label"
    if features.get("model", 0.0) >= 0.5:
        yield f"model {features['model']:.2f}"
