"""One OCR for two readings: a command that shows what a model read reads the same pages once more, for the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakta.documents import Ocr
    from fakta.documents.ocr import Engine
    from fakta.extract import Extractor


@contextmanager
def ocr_once(extractor: Extractor | None) -> Iterator[tuple[Extractor | None, Ocr | Engine]]:
    """The extractor, and the engine for reading its documents again; both share what OCR gives, until the block ends.

    A model that looks at pages itself keeps doing without OCR, and so does a machine without RapidOCR: an engine that
    is given by hand would change what they read. Their pages are then read twice.

    Args:
        extractor: as loaded; None where no model runs.
    """
    if extractor is None:
        yield None, "auto"
        return
    # Loading the runtime takes a second, which stored answers do not need.
    from fakta.documents.ocr import rapid
    from fakta.extract import Extractor
    from fakta.families import DONUT
    from fakta_lab.evaluation.ocr_cache import CachedEngine, DeferredEngine

    looks = extractor.bundle is not None and extractor.bundle.model["family"] == DONUT
    if looks or not rapid.available():
        yield extractor, "auto"
        return
    with TemporaryDirectory(prefix="fakta-ocr-") as folder:
        engine = CachedEngine(DeferredEngine("auto"), Path(folder))
        yield Extractor(extractor.bundle, ocr=engine, memory=extractor.memory), engine
