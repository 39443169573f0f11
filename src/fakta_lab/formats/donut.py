"""The `ground_truth` of Donut's training sets: a text of JSON inside a line of JSON."""

from __future__ import annotations

from typing import Any

from fakta.errors import DatasetError
from fakta.wording import type_name
from fakta_lab.formats.json_text import parse_object

METADATA = "metadata.jsonl"


def ground_truth(written: Any) -> dict[str, Any]:
    """The object that a ground truth is, whether as text or as it is.

    Raises:
        DatasetError: it is none.
    """
    if isinstance(written, str):
        try:
            return parse_object(written)
        except DatasetError as error:
            raise DatasetError(f"ground_truth: {error}") from None
    if not isinstance(written, dict):
        raise DatasetError(f"ground_truth: expected a text of JSON, found {type_name(written)}")
    return written


def parse_of(truth: dict[str, Any]) -> dict[str, Any]:
    """What a ground truth says that stands on its document.

    Raises:
        DatasetError: it has no parse, or several.
    """
    parses = truth.get("gt_parses", [truth.get("gt_parse")])
    if not isinstance(parses, list) or len(parses) != 1:
        raise DatasetError("ground_truth: gt_parses has several parses; one a document is expected")
    if not isinstance(parses[0], dict):
        raise DatasetError(f"ground_truth: gt_parse: expected an object, found {type_name(parses[0])}")
    return parses[0]
