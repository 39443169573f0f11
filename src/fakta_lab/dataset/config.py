"""What a dataset is built from."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from fakta_lab.config import ConfigModel
from fakta_lab.labels.policy import LabelPolicy

# Where things are and how many work on them: they change nothing in the dataset.
CIRCUMSTANCES = {"store", "out", "schema_file", "previous", "workers"}


class DatasetConfig(ConfigModel):
    """What a dataset is built from.

    Attributes:
        store: of the corrections and their documents.
        out: folder to write; replaced as a whole once the new dataset is complete.
        tenant: only this tenant's events; all of them by default.
        dev_share: share of the suppliers held out to select on (settings, thresholds, when to stop), 0-1.
        test_share: share of the suppliers held out to measure on in the end, 0-1.
        test_after: the first day of invoices of the other suppliers that are held out to measure on as well.
        seed: of the split.
        previous: an earlier dataset; what was trained on there is not measured on here.
        schema_file: YAML with the fields; the invoice schema by default.
        policy: which labels are doubted, and which of these are not learned from; see docs/label-hygiene.md.
        mask: replace personal identity numbers by invented ones that pass the same checks, in words, values and names,
            and draw over them in the page images. The same store gives a person the same number each time.
        ocr: engine for pages without a text layer: auto, off, rapidocr, tesseract.
        images: whether the rows have page images.
        image_height: of the page images in pixels; a page wider than high gets as many pixels across.
        grayscale: page images without colours, at about half the size.
        workers: processes that read and align; as many as there are cores by default. The dataset is the same.
    """

    store: Path = Path("data/store")
    out: Path
    tenant: str | None = None
    dev_share: float = Field(default=0.2, ge=0, lt=1)
    test_share: float = Field(default=0.1, ge=0, lt=1)
    test_after: date | None = None
    seed: int = 0
    previous: Path | None = None
    schema_file: Path | None = None
    policy: LabelPolicy = LabelPolicy()
    mask: bool = False
    ocr: Literal["auto", "off", "rapidocr", "tesseract"] = "auto"
    images: bool = True
    image_height: int = Field(default=1000, ge=64, le=4000)
    grayscale: bool = True
    workers: int | None = Field(default=None, ge=1)

    def choices(self) -> dict[str, Any]:
        """What of it decides the content of the dataset, for the dataset's own record."""
        return self.model_dump(mode="json", exclude=CIRCUMSTANCES)
