"""Wording of blocks that not every language has: what is missing in one is said in English."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from fakta.schema import invoice_schema
from fakta_lab.synth.material import load_yaml

_FALLBACK = "en"


def wording(language: str, key: str) -> Any:
    """What `wording.yaml` has under the key in that language, else in English; shared, so not to be changed."""
    data = load_yaml("wording")
    return data.get(language, {}).get(key) or data[_FALLBACK][key]


def all_languages(key: str) -> list[Any]:
    """What each language has under the key."""
    return [texts[key] for texts in load_yaml("wording").values() if key in texts]


def fitting(templates: Sequence[str], present: Collection[str]) -> list[str]:
    """The templates whose slots for fields of an invoice are all among those that are present.

    >>> fitting(["Bankgiro {bankgiro}, {date}", "IBAN {iban}"], ["iban"])
    ['IBAN {iban}']
    """
    fields = invoice_schema().fields
    slots = [[part.partition("}")[0] for part in template.split("{")[1:]] for template in templates]
    return [
        template
        for template, names in zip(templates, slots, strict=True)
        if all(name in present for name in names if name in fields)
    ]
