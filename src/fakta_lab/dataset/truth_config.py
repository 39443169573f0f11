"""What a dataset is built from where the truth about documents is known, and not by corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from fakta.documents import Ocr
from fakta_lab.config import ConfigModel

Share = Annotated[float, Field(ge=0, lt=1)]


class TruthConfig(ConfigModel):
    """What a dataset of labelled documents is built from.

    Attributes:
        truth: folder of a benchmark set (`truth.jsonl`), or of SROIE as it is published.
        out: folder to write, with `dataset/` to train on and `held-out/` to measure on.
        schema_file: YAML with the fields; the set's own by default.
        party_field: field that names whose document it is. Its values are told apart in spite of other spellings, and
            no party is on two sides of the split.
        dev_share: share of the parties to select on (settings, when to stop), 0-1.
        test_share: share of the parties to measure on in the end, 0-1.
        dev_in_train: train on the parties of dev too, once settings are chosen on them; test stays as it is.
        seed: of the split.
        ocr: engine for documents whose words are not given and that have no text layer.
    """

    truth: Path
    out: Path
    schema_file: Path | None = None
    party_field: str
    dev_share: Share = 0.15
    test_share: Share = 0.2
    dev_in_train: bool = False
    seed: int = 0
    ocr: Ocr = "auto"
