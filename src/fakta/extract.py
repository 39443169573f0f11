"""The door to the runtime: a document in, an extraction out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cached_property, partial
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO, Literal

from fakta import documents, tables
from fakta.bundle import Bundle
from fakta.candidates.labels import Lexicon
from fakta.candidates.page import view_pages
from fakta.documents import Document
from fakta.errors import DocumentError
from fakta.extraction import ExtractedField, Extraction
from fakta.resolve import Choice, resolve
from fakta.resolve.scorer import Scorer
from fakta.schema import Schema, invoice_schema
from fakta.session import Session
from fakta.verify import Verifier

if TYPE_CHECKING:
    from fakta.documents.ocr import Engine

Ocr = Literal["auto", "off", "rapidocr", "tesseract"]
Source = str | Path | bytes | BinaryIO | Document
Features = dict[str, dict[str, float]]


class Extractor:
    """Reads documents with one model bundle.

    Args:
        bundle: a loaded bundle, or None to read with the lexicon alone.
        ocr: which engine reads pages without a text layer: by name, or one of your own.
        threads: onnxruntime's threads inside one page.
    """

    def __init__(self, bundle: Bundle | None, *, ocr: Ocr | Engine = "auto", threads: int = 1) -> None:
        self.bundle = bundle
        self.schema: Schema = bundle.schema if bundle else invoice_schema()
        self._ocr: Ocr | Engine = ocr
        self._threads = threads
        self._labels = bundle.labels if bundle else ()
        self.session = Session(bundle, threads=threads) if bundle else None
        self._scorer = Scorer.from_manifest(bundle.manifest if bundle else None, self.schema)
        self._verifier = Verifier.from_manifest(bundle.manifest if bundle else None)

    @classmethod
    def load(cls, path: str | Path | None = None, *, ocr: Ocr | Engine = "auto", threads: int = 1) -> Extractor:
        """An extractor with the bundle at `path` (a folder or a zip), or with the one that ships in the package.

        Raises:
            BundleError: the bundle is damaged, incomplete or of another version.
        """
        return cls(Bundle.load(shipped_bundle() if path is None else Path(path)), ocr=ocr, threads=threads)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The labels that are looked up: none on documents whose fields it does not know."""
        return Lexicon.shipped().for_fields(self.schema.fields)

    @property
    def name(self) -> str:
        """Name of the model, as extractions state it."""
        return f"fakta/{self.bundle.name}" if self.bundle else "fakta/lexicon"

    def extract(self, source: Source, *, name: str | None = None) -> Extraction:
        """Everything that the document states.

        Args:
            source: path, bytes or binary file object; or a `Document` whose words are known already, from an OCR
                of one's own for instance (`fakta.documents.page_of_lines`).
            name: what to call it in the result; the path or "document" by default.

        Raises:
            DocumentError: it cannot be read; the message says why.
        """
        return self.extract_with_features(source, name=name)[0]

    def extract_with_features(self, source: Source, *, name: str | None = None) -> tuple[Extraction, Features]:
        """An extraction with, per field, the numbers that its confidence is computed from; what tuning learns on."""
        clock = _Clock()
        if isinstance(source, Document):
            document = source if name is None else replace(source, name=name)
        else:
            document = documents.read(source, name=name, ocr=self._ocr)
        clock.lap("read")
        probabilities = [self.session.word_probabilities(page) if self.session else None for page in document.pages]
        clock.lap("model")
        views, lexicon = view_pages(zip(document.pages, probabilities, strict=True), self.lexicon)
        clock.lap("labels")
        resolution = resolve(views, self.schema, lexicon, self._labels, self._scorer)
        values = {field: choice.option.value if choice.option else None for field, choice in resolution.choices.items()}
        line_items = tables.read_line_items(views, self.schema, self._labels, net=values.get("net_amount"))
        vat_breakdown = tables.read_vat_breakdown(
            views, self.schema, values.get("net_amount"), values.get("vat_amount")
        )
        clock.lap("resolve")
        features = {field: verifier_features(choice, document.pages) for field, choice in resolution.choices.items()}
        fields = {field: self._verified(choice, features[field]) for field, choice in resolution.choices.items()}
        clock.lap("verify")
        extraction = Extraction(
            document=document.name,
            sha256=document.sha256,
            pages=len(document.pages),
            model=self.name,
            needs_review=any(f.required and not fields[f.name].accepted for f in self.schema.fields.values()),
            fields=fields,
            line_items=line_items,
            vat_breakdown=vat_breakdown,
            checks=resolution.checks,
            timings_ms=clock.laps,
        )
        return extraction, features

    def extract_many(
        self,
        sources: Iterable[str | Path],
        *,
        workers: int = 1,
        on_error: Callable[[str, DocumentError], None] | None = None,
    ) -> Iterator[Extraction]:
        """Extractions of many documents, in order, as they come.

        Args:
            sources: paths.
            workers: processes; each loads the bundle once.
            on_error: told the path and the error of a document that cannot be read, which is then left out.

        Raises:
            DocumentError: of the first such document, when `on_error` is not given.
        """
        if workers <= 1:
            outcomes: Iterable[Extraction | tuple[str, DocumentError]] = map(partial(_attempt, self), sources)
            yield from _sift(outcomes, on_error)
            return
        path = self.bundle.path if self.bundle else None
        settings = (path, self._ocr, self._threads)
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_start, initargs=settings
        ) as pool:
            yield from _sift(pool.map(_attempt_in_worker, sources), on_error)

    def _verified(self, choice: Choice, features: Mapping[str, float]) -> ExtractedField:
        confidence = self._verifier.confidence(choice.name, features)
        option = choice.option
        if option is None:
            return ExtractedField(name=choice.name, value=None, reasons=("not found",))
        accepted, verdict = self._verifier.accept(choice.name, confidence)
        best = option.best
        checks = [check.name if check.passed else f"{check.name} fails" for check in best.checks] if best else []
        return ExtractedField(
            name=choice.name,
            value=option.value,
            text=best.text if best else "",
            confidence=confidence,
            accepted=accepted,
            page=best.page + 1 if best else None,
            box=best.box if best else None,
            reasons=tuple(dict.fromkeys([*checks, *_spoken(choice, features), *option.reasons, verdict])),
        )


def shipped_bundle() -> Path:
    """Where the bundle that ships in the package lies."""
    return Path(str(resources.files("fakta").joinpath("models", "base")))


def verifier_features(choice: Choice, pages: tuple[documents.Page, ...]) -> dict[str, float]:
    """What the verifier weighs for one field of a document with these pages."""
    option = choice.option
    features = {
        "found": float(option is not None),
        "score": option.score if option else 0.0,
        "margin": (option.score if option else 0.0) - choice.runner_up,
        **choice.signals,
    }
    best = option.best if option else None
    if option is not None and best is not None:
        features |= option.evidence
        words = [pages[best.page].words[i] for i in best.words]
        features["ocr_confidence"] = min((word.confidence for word in words), default=1.0)
        features["places"] = float(min(len(option.candidates), 3))
    return features


def _spoken(choice: Choice, features: Mapping[str, float]) -> Iterator[str]:
    """Evidence in words."""
    if features.get("label", 0.0) >= 0.5:
        yield "label beside it"
    elif features.get("label", 0.0) > 0.15:
        yield "weak label"
    if features.get("model", 0.0) >= 0.5:
        yield f"model {features['model']:.2f}"


class _Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self._last = perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.laps[stage] = (now - self._last) * 1000
        self._last = now


def _sift(
    outcomes: Iterable[Extraction | tuple[str, DocumentError]], on_error: Callable[[str, DocumentError], None] | None
) -> Iterator[Extraction]:
    for outcome in outcomes:
        if isinstance(outcome, Extraction):
            yield outcome
        elif on_error is None:
            raise outcome[1]
        else:
            on_error(*outcome)


def _attempt(extractor: Extractor, source: str | Path) -> Extraction | tuple[str, DocumentError]:
    try:
        return extractor.extract(source)
    except DocumentError as error:
        return str(source), error


_worker: Extractor | None = None


def _start(path: Path | None, ocr: Ocr | Engine, threads: int) -> None:
    global _worker
    _worker = Extractor(Bundle.load(path) if path else None, ocr=ocr, threads=threads)


def _attempt_in_worker(source: str | Path) -> Extraction | tuple[str, DocumentError]:
    if _worker is None:
        raise RuntimeError("the worker process was not started by extract_many")
    return _attempt(_worker, source)
