"""What OCR engines read, kept on disk: a page takes seconds to read and is read the same every time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fakta.documents.model import Box, Word
from fakta.documents.ocr import Engine, EngineName, find_engine
from fakta_lab.files import replacing

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class CachedEngine:
    """An engine that reads each image once.

    The key holds the image, the engine's name and the code around the engines, so a change there reads anew; a new
    version of an engine does not. Remove the folder then.

    Attributes:
        engine: what reads.
        folder: holds one JSON file an image, its words as `[text, left, top, right, bottom, confidence]`.
    """

    engine: Engine
    folder: Path

    @property
    def name(self) -> EngineName:
        """That of the engine."""
        return self.engine.name

    def read(self, image: Image) -> list[Word]:
        """See `Engine.read`."""
        digest = hashlib.sha256(f"{self.name} {_code()} {image.mode} {image.size}".encode() + image.tobytes())
        path = self.folder / f"{self.name}-{digest.hexdigest()[:32]}.json"
        if path.exists():
            rows = json.loads(path.read_text(encoding="utf-8"))
            return [Word(text, Box(*edges), confidence) for text, *edges, confidence in rows]
        words = self.engine.read(image)
        self.folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            rows = [[word.text, *word.box, word.confidence] for word in words]
            temporary.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        return words


class DeferredEngine:
    """An engine by name that is looked for and loaded when a page first needs it.

    Args:
        wanted: as `find_engine` takes it; its errors come when a page is read.
    """

    def __init__(self, wanted: Literal["auto", "rapidocr", "tesseract"]) -> None:
        self._wanted = wanted

    @cached_property
    def _engine(self) -> Engine:
        return find_engine(self._wanted)

    @property
    def name(self) -> EngineName:
        """That of the engine."""
        return self._engine.name

    def read(self, image: Image) -> list[Word]:
        """See `Engine.read`."""
        return self._engine.read(image)


@cache
def _code() -> str:
    """A digest of the modules that make words of what an engine gives."""
    digest = hashlib.sha256()
    folder = resources.files("fakta.documents")
    for file in (*sorted(folder.joinpath("ocr").iterdir(), key=lambda f: f.name), folder.joinpath("characters.py")):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    return digest.hexdigest()
