"""The door to the runtime: a document in, an extraction out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO, Literal

from fakta import documents
from fakta.bundle import Bundle
from fakta.documents import Document
from fakta.documents.source import load_source
from fakta.errors import DocumentError
from fakta.extraction import ExtractedField, Extraction
from fakta.families import DONUT
from fakta.memory import Memory
from fakta.reading import Found, WordReader
from fakta.schema import Schema, invoice_schema
from fakta.verify import Decision, Language, Verifier, checked_language, explain, explain_document

if TYPE_CHECKING:
    from fakta.cache import ResultCache
    from fakta.documents.ocr import Engine
    from fakta.reading.donut import DonutReader

Ocr = Literal["auto", "off", "rapidocr", "tesseract"]
Source = str | Path | bytes | BinaryIO | Document
Features = dict[str, dict[str, float]]
# Of a bundle: the supplier memory that is used with it.
MEMORY_FILE = "memory.json"


class Extractor:
    """Reads documents with one model bundle.

    Args:
        bundle: a loaded bundle, or None to read with the lexicon alone.
        ocr: which engine reads pages without a text layer: by name, or one of your own. A model that looks at pages
            itself needs none and with "auto" gets none; named, it gives better boxes.
        threads: onnxruntime's threads inside one page, for the model and for OCR.
        memory: what corrected invoices taught about suppliers; by default the one that the bundle holds, if any.
        tenant: whose documents are read, where the bundle has thresholds for it.
        language: of the explanations.
        cache: results that are known already, or the file for them (`fakta.cache`); not used with an OCR engine of
            one's own, of which nobody knows what it reads.

    Raises:
        ConfigError: there are no explanations in that language.
    """

    def __init__(
        self,
        bundle: Bundle | None,
        *,
        ocr: Ocr | Engine = "auto",
        threads: int = 1,
        memory: Memory | None = None,
        tenant: str = "",
        language: Language = "en",
        cache: str | Path | ResultCache | None = None,
    ) -> None:
        self.bundle = bundle
        self.schema: Schema = bundle.schema if bundle else invoice_schema()
        self._threads = threads
        self._tenant = tenant
        self._language = checked_language(language)
        self.reader: WordReader | DonutReader
        if bundle is not None and bundle.model["family"] == DONUT:
            self.reader = _donut_reader(bundle, threads=threads)
            ocr = "off" if ocr == "auto" else ocr
        else:
            self.reader = WordReader(bundle, threads=threads)
        self._ocr: Ocr | Engine = ocr
        self.memory = bundled_memory(bundle) if memory is None and bundle else memory
        self._verifier = Verifier.from_manifest(bundle.manifest if bundle else None)
        self.cache: ResultCache | None = None
        if cache is not None and isinstance(ocr, str):
            self._use_cache(cache, ocr=ocr)

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        *,
        ocr: Ocr | Engine = "auto",
        threads: int = 1,
        memory: str | Path | None = None,
        tenant: str = "",
        language: Language = "en",
        cache: str | Path | ResultCache | None = None,
    ) -> Extractor:
        """An extractor with the bundle at `path` (a folder or a zip), or with the one that ships in the package.

        Args:
            path: of the bundle.
            ocr, threads: see `Extractor`.
            memory: file of a supplier memory; by default the one that the bundle holds, if any.
            tenant, language, cache: see `Extractor`.

        Raises:
            BundleError: the bundle is damaged, incomplete or of another version.
            ConfigError: there are no explanations in that language.
            MemoryFileError: the memory is.
        """
        bundle = Bundle.load(shipped_bundle() if path is None else Path(path))
        remembered = None if memory is None else Memory.load(memory)
        return cls(bundle, ocr=ocr, threads=threads, memory=remembered, tenant=tenant, language=language, cache=cache)

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
        if self.cache is None or isinstance(source, Document):
            return self.extract_with_features(source, name=name)[0]
        clock = _Clock()
        loaded = load_source(source, name=name)
        reader = f"{self._signature}+{self.memory.digest if self.memory is not None else ''}"
        known = self.cache.get(loaded.sha256, reader, self.schema)
        if known is not None:
            clock.lap("cache")
            return replace(known, document=loaded.name, timings_ms=clock.laps, extracted_at=_now())
        extraction = self.extract_with_features(loaded.data, name=loaded.name)[0]
        self.cache.put(extraction, reader)
        return extraction

    def extract_with_features(self, source: Source, *, name: str | None = None) -> tuple[Extraction, Features]:
        """An extraction with, per field, the numbers that its confidence is computed from; what tuning learns on."""
        clock = _Clock()
        if isinstance(source, Document):
            document = source if name is None else replace(source, name=name)
        else:
            document = documents.read(source, name=name, ocr=self._ocr, threads=self._threads)
        clock.lap("read")
        reading = self.reader.read(document, memory=self.memory, lap=clock.lap)
        known = reading.known_supplier
        decisions: dict[str, Decision] = {}
        fields: dict[str, ExtractedField] = {}
        for each in reading.fields.values():
            fields[each.name], decisions[each.name] = self._verified(each, known_supplier=known)
        required = [field.name for field in self.schema.fields.values() if field.required]
        confidence = math.prod(fields[name].confidence for name in required)
        whole = self._verifier.decide_document(confidence, known_supplier=known, tenant=self._tenant)
        sound = all(fields[name].accepted and fields[name].value is not None for name in required)
        # Where nothing is promised for whole documents, sound fields have to do.
        needs_review = not (sound and (whole.accepted or whole.threshold is None))
        explanation = explain_document(
            fields,
            decisions,
            whole,
            required=required,
            needs_review=needs_review,
            confidence=confidence,
            language=self._language,
        )
        clock.lap("verify")
        extraction = Extraction(
            document=document.name,
            sha256=document.sha256,
            pages=len(document.pages),
            model=self.name,
            confidence=confidence,
            needs_review=needs_review,
            known_supplier=known,
            fields=fields,
            line_items=tuple(reading.tables.get("line_items", ())),
            vat_breakdown=tuple(reading.tables.get("vat_breakdown", ())),
            checks=reading.checks,
            timings_ms=clock.laps,
            explanation=explanation,
            extracted_at=_now(),
        )
        return extraction, {name: dict(found.features) for name, found in reading.fields.items()}

    def extract_many(
        self,
        sources: Iterable[str | Path],
        *,
        workers: int = 1,
        timeout: float | None = None,
        memory_mb: int | None = None,
        on_error: Callable[[str, DocumentError], None] | None = None,
    ) -> Iterator[Extraction]:
        """Extractions of many documents, in order, as they come.

        With several workers, a timeout or a memory limit, documents are read in processes of their own, which end with
        the iterator. They are spawned: a script that calls this needs `if __name__ == "__main__":`.

        Args:
            sources: paths; taken as they are needed.
            workers: processes; each loads the bundle once.
            timeout: seconds that a document may take.
            memory_mb: megabytes that a process may hold while it reads one, the bundle included; see
                `fakta.batch.Limits`.
            on_error: told the path and the error of a document that cannot be read, which is then left out. One that
                goes over a limit gives `DocumentLimitError`; one that ends its process, or shows a fault in fakta,
                `DocumentCrashed`.

        Raises:
            DocumentError: of the first such document, when `on_error` is not given.
            ValueError: a limit that is not above 0.
            WorkerFailed: processes cannot be started.
        """
        from fakta import batch

        limits = batch.Limits(timeout, memory_mb)
        if workers > 1 or limits.any:
            outcomes = batch.run(self._prepare(), sources, workers=workers, limits=limits)
        else:
            outcomes = (batch.attempt(self.extract, source) for source in sources)
        with closing(outcomes):
            for outcome in outcomes:
                if outcome.error is None:
                    yield outcome.result
                elif on_error is None:
                    raise outcome.error
                else:
                    on_error(str(outcome.task), outcome.error)

    def _prepare(self) -> _Prepare:
        path = self.bundle.path if self.bundle else None
        return _Prepare(path, self._ocr, self._threads, self.memory, self._tenant, self._language, self.cache)

    def _use_cache(self, cache: str | Path | ResultCache, *, ocr: str) -> None:
        # It takes a while to import, and most have none.
        from fakta.cache import ResultCache, reader_signature

        self.cache = cache if isinstance(cache, ResultCache) else ResultCache(cache)
        self._signature = reader_signature(
            self.bundle, self.schema, ocr=ocr, tenant=self._tenant, language=self._language
        )

    def _verified(self, found: Found, *, known_supplier: bool) -> tuple[ExtractedField, Decision]:
        """What was read for a field with its confidence, and whether it may be used."""
        confidence, contributions = self._verifier.weigh(found.name, found.features)
        decision = self._verifier.decide(
            found.name,
            confidence,
            found=found.value is not None,
            known_supplier=known_supplier,
            tenant=self._tenant,
        )
        field = ExtractedField(
            name=found.name,
            value=found.value,
            text=found.text,
            confidence=confidence,
            accepted=decision.accepted,
            page=found.page,
            box=found.box,
            reasons=tuple(dict.fromkeys([*found.reasons, decision.reason])),
            explanation=explain(
                found.name,
                found.features,
                decision,
                confidence=confidence,
                contributions=contributions,
                language=self._language,
            ),
        )
        return field, decision


def shipped_bundle() -> Path:
    """Where the bundle that ships in the package lies."""
    return Path(str(resources.files("fakta").joinpath("models", "base")))


def _donut_reader(bundle: Bundle, *, threads: int) -> DonutReader:
    # It draws pages, and whoever only reads words is spared what that takes.
    from fakta.reading.donut import DonutReader

    return DonutReader(bundle, threads=threads)


def bundled_memory(bundle: Bundle) -> Memory | None:
    """The supplier memory that a bundle holds, if any.

    Raises:
        BundleError, MemoryFileError: it is damaged.
    """
    if MEMORY_FILE not in bundle.manifest["files"]:
        return None
    text = bundle.read(MEMORY_FILE).decode("utf-8", errors="replace")
    return Memory.from_text(text, source=f"{bundle.path.name}: {MEMORY_FILE}")


def _now() -> datetime:
    """To the second, which is what the JSON form keeps."""
    return datetime.now(UTC).replace(microsecond=0)


class _Clock:
    """Milliseconds between laps."""

    def __init__(self) -> None:
        self._last = perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.laps[stage] = (now - self._last) * 1000
        self._last = now


@dataclass(frozen=True, slots=True)
class _Prepare:
    """Makes in another process an extractor like one in this."""

    path: Path | None
    ocr: Ocr | Engine
    threads: int
    memory: Memory | None
    tenant: str
    language: Language
    cache: ResultCache | None

    def __call__(self) -> Callable[[str | Path], Extraction]:
        extractor = Extractor(
            Bundle.load(self.path) if self.path else None,
            ocr=self.ocr,
            threads=self.threads,
            memory=self.memory,
            tenant=self.tenant,
            language=self.language,
            cache=self.cache,
        )
        # Now, so that the first document need not do it in its own time.
        extractor.reader.warm_up()
        return extractor.extract
