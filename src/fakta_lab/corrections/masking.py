"""Events with the personal identity numbers in them masked, for exports that leave the house."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from fakta_lab.privacy import Pseudonyms, mask_text, mask_values, numbers_in

Event = dict[str, Any]
ANSWERS = ("extracted", "corrected")


def event_mask(pseudonyms: Pseudonyms | None = None) -> Callable[[Event], Event]:
    """What an event looks like on its way out.

    Values of fields and of table rows, and the document's name, have their numbers masked; everything else stays. A
    number that one value states is masked in the others too.

    Args:
        pseudonyms: replaces the numbers by others that pass the same checks; None for stars.

    >>> corrected = {"supplier_org_number": 8112289874, "payment_reference": "8112289874"}
    >>> event_mask()({"document": "a.pdf", "corrected": corrected})["corrected"]
    {'supplier_org_number': '**********', 'payment_reference': '**********'}
    """

    def masked(event: Event) -> Event:
        answers = {key: event[key] for key in ANSWERS if event.get(key)}
        numbers = {digits for values in answers.values() for digits in numbers_in(_texts(values))}
        hidden = {key: _masked(values, numbers, pseudonyms) for key, values in answers.items()}
        return {**event, **hidden, "document": mask_text(event["document"], pseudonyms=pseudonyms)}

    return masked


def _texts(values: Mapping[str, Any]) -> dict[str, str | None]:
    """The values that may hold a number, as text; a source may have stored an organisation number as an integer."""
    return {
        name: str(value)
        for name, value in values.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }


def _masked(values: Mapping[str, Any], numbers: Collection[str], pseudonyms: Pseudonyms | None) -> dict[str, Any]:
    texts = _texts(values)
    hidden = mask_values(texts, numbers=numbers, pseudonyms=pseudonyms)
    out = {name: hidden[name] if hidden.get(name) != texts.get(name) else value for name, value in values.items()}
    for name, value in values.items():
        if isinstance(value, list):
            out[name] = [_masked(row, numbers, pseudonyms) if isinstance(row, dict) else row for row in value]
    return out
