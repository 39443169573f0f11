"""Tesseract through its program, Swedish only: together with English it reads å, ä and ö as 4, 4 and 6."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from fakta.documents.characters import clean_word
from fakta.documents.limits import OCR_DPI, OCR_TIMEOUT_S
from fakta.documents.model import Box, Word
from fakta.documents.ocr.engine import EngineName
from fakta.documents.ocr.ink import grown
from fakta.errors import DamagedDocument, OcrUnavailable

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE = "swe"
# Sparse text, in no order: found more words and numbers than the other modes on invoices, clean and degraded.
PAGE_SEGMENTATION = "11"

# Row type of a word in Tesseract's table.
_WORD_LEVEL = "5"


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program at `path`."""

    path: str
    name: EngineName = "tesseract"

    def read(self, image: Image) -> list[Word]:
        """The words of an RGB image, boxes 0-1 of it."""
        buffer = io.BytesIO()
        image.convert("L").save(buffer, format="PPM")
        command = [
            self.path,
            "stdin",
            "stdout",
            "-l",
            LANGUAGE,
            "--psm",
            PAGE_SEGMENTATION,
            "--dpi",
            str(OCR_DPI),
            "tsv",
        ]
        try:
            # One thread: Tesseract's own gain little, and pages are read in parallel by processes.
            done = subprocess.run(
                command,
                input=buffer.getvalue(),
                capture_output=True,
                check=True,
                timeout=OCR_TIMEOUT_S,
                env=os.environ | {"OMP_THREAD_LIMIT": "1"},
            )
        except subprocess.TimeoutExpired as error:
            raise DamagedDocument(
                f"tesseract gave up on the page after {OCR_TIMEOUT_S} s: try --ocr rapidocr"
            ) from error
        except subprocess.CalledProcessError as error:
            lines = error.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
            raise DamagedDocument(f"tesseract cannot read the page: {lines[-1]}") from error
        words = list(_parse(done.stdout.decode(errors="replace"), width=image.width, height=image.height))
        return [
            replace(word, box=word.box._replace(top=max(top, 0.0), bottom=min(bottom, 1.0)))
            for word, (top, bottom) in zip(words, grown(words), strict=True)
        ]


@cache
def load() -> Tesseract:
    """The installed program.

    Raises:
        OcrUnavailable: it is not there, or has no Swedish.
    """
    path = shutil.which("tesseract")
    if path is None:
        raise OcrUnavailable("tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-swe")
    listing = subprocess.run([path, "--list-langs"], capture_output=True, text=True, check=False).stdout
    if LANGUAGE not in listing.split():
        raise OcrUnavailable("tesseract is installed without Swedish: apt-get install tesseract-ocr-swe")
    return Tesseract(path)


def _parse(table: str, *, width: int, height: int) -> Iterator[Word]:
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = clean_word(row["text"] or "") if row["level"] == _WORD_LEVEL else ""
        if text:
            left, top = int(row["left"]), int(row["top"])
            right, bottom = left + int(row["width"]), top + int(row["height"])
            box = Box(left / width, top / height, right / width, bottom / height)
            yield Word(text, box, confidence=min(max(float(row["conf"]) / 100, 0.0), 1.0))
