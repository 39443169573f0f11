"""What a dataset is built from."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from fakta_lab.config import ConfigModel


class DatasetConfig(ConfigModel):
    """What a dataset is built from.

    Attributes:
        corrections: JSON Lines file of correction events.
        documents: folder in which the events' paths are looked up, and searched for documents named by sha256.
        out: folder to write; replaced as a whole once the new dataset is complete.
        dev_share: share of the suppliers held out to measure on, 0-1.
        seed: of the split.
        schema_file: YAML with the fields; the invoice schema by default.
        ocr: engine for pages without a text layer: auto, off, rapidocr, tesseract.
    """

    corrections: Path
    documents: Path
    out: Path
    dev_share: float = Field(default=0.2, ge=0, lt=1)
    seed: int = 0
    schema_file: Path | None = None
    ocr: Literal["auto", "off", "rapidocr", "tesseract"] = "auto"
