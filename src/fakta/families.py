"""The kinds of models that a bundle may hold, and what its manifest says of each under `model`.

- "layoutlmv3" labels the words of a page: `file`, `window`, `stride`; `image` where it also sees the page.
- "donut" writes down what it sees on a page image: `encoder`, `decoder`, `prompt`, `height` and `width` of the image in
  pixels, `cell`, the edge in pixels of the squares that its encoder sums up, and `max_length`, the tokens that it may
  write about a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fakta.decode import label_names
from fakta.donut.sequence import prompt_token
from fakta.errors import BundleError
from fakta.pixels import PixelFormat
from fakta.schema import Schema


@dataclass(frozen=True, slots=True)
class Family:
    """What a manifest has to say of a model of this kind.

    Attributes:
        keys: name to type.
        files: the keys that name files; every model has its `tokenizer.json` besides.
    """

    keys: Mapping[str, type]
    files: tuple[str, ...]


LAYOUTLMV3, DONUT = "layoutlmv3", "donut"
FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        LAYOUTLMV3: Family({"file": str, "window": int, "stride": int}, ("file",)),
        DONUT: Family(
            {
                "encoder": str,
                "decoder": str,
                "prompt": str,
                "height": int,
                "width": int,
                "cell": int,
                "max_length": int,
            },
            ("encoder", "decoder"),
        ),
    }
)


def expected_labels(family: str, schema: Schema) -> tuple[str, ...]:
    """The labels of a manifest: what LayoutLMv3's outputs mean; Donut has none.

    >>> from fakta.schema import invoice_schema
    >>> expected_labels("donut", invoice_schema()), expected_labels("layoutlmv3", invoice_schema())[0]
    ((), 'O')
    """
    return () if family == DONUT else label_names(schema)


def check_settings(model: Mapping[str, Any], schema: Schema, *, where: str) -> None:
    """Refuses settings that contradict each other or the schema.

    Args:
        model: has every key of its family, of the right type.
        schema: of the bundle.
        where: start of the message.

    Raises:
        BundleError: naming the setting.
    """
    if model["family"] == LAYOUTLMV3:
        if not 0 <= model["stride"] < model["window"] - 2:
            raise BundleError(f"{where}: model.stride {model['stride']} does not fit model.window {model['window']}")
        if "image" in model:
            try:
                PixelFormat.from_dict(model["image"])
            except ValueError as error:
                raise BundleError(f"{where}: model.image: {error}") from None
        return
    for key in ("height", "width", "cell", "max_length"):
        if model[key] < 1:
            raise BundleError(f"{where}: model.{key} {model[key]} has to be at least 1")
    if model["prompt"] != prompt_token(schema):
        raise BundleError(
            f"{where}: model.prompt {model['prompt']!r} is not that of its schema {schema.name!r}, "
            f"{prompt_token(schema)!r}; a model that is prompted with another word writes nonsense"
        )
