"""Values as a person left them, told apart into what was changed and what was confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakta.errors import FieldError
from fakta.schema import Schema
from fakta.wording import type_name
from fakta_lab.formats.correction import to_canonical
from fakta_lab.formats.values import same_value


def split_final(data: Mapping[str, Any], schema: Schema) -> tuple[dict[str, Any], list[str]]:
    """An event whose `final` values have become `corrected` and `confirmed`, and what is wrong with them.

    Some systems keep only the values at the end of the review. One that equals the extractor's answer was confirmed,
    any other corrected. What the event says in `corrected` and `confirmed` itself stands.

    >>> from fakta.schema import invoice_schema
    >>> event = {"extracted": {"amount_due": "12 450,00"}, "final": {"amount_due": "12450.00", "iban": None}}
    >>> split_final(event, invoice_schema())[0]
    {'extracted': {'amount_due': '12 450,00'}, 'corrected': {'iban': None}, 'confirmed': ['amount_due']}
    """
    event = dict(data)
    if "final" not in event:
        return event, []
    final = event.pop("final")
    if not isinstance(final, dict):
        return event, [f"final: expected an object, found {type_name(final)}"]
    extracted = event.get("extracted") or {}
    if not all(isinstance(event.get(key) or kind(), kind) for key, kind in (("corrected", dict), ("confirmed", list))):
        # The event is refused for that; what `final` says does not matter then.
        return event, []
    corrected, confirmed = dict(event.get("corrected") or {}), list(event.get("confirmed") or [])
    for name, value in final.items():
        if name in corrected or name in confirmed:
            continue
        if isinstance(extracted, dict) and name in extracted and _same(extracted[name], value, name, schema):
            confirmed.append(name)
        else:
            corrected[name] = value
    return {**event, "corrected": corrected, "confirmed": confirmed}, []


def _same(first: Any, second: Any, name: str, schema: Schema) -> bool:
    if first == second or name not in schema.fields:
        return bool(first == second)
    kind = schema.fields[name].kind
    try:
        one, other = (to_canonical(value, kind) for value in (first, second))
    except FieldError:
        return False
    return same_value(one, other, kind)
