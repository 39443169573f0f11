"""What one corrected document taught about its supplier, and how it is written down.

Stored for each document, under the sha256 of its bytes:

- the supplier's own identifiers: organisation number, VAT number, accounts, name;
- for each field that people vouched for, where it stands (page, box), the letters of the labels around it, and the form
  of its value ("A-0000"); never the value itself, a reference, a customer or an amount;
- the values of those fields that belong to the supplier (`CONSTANTS`), and which of them are printed nowhere;
- which fields the document does not have;
- a digest of what was known about the document, so that an update sees what is new.

A label is the text of a neighbour. What is a value of the same document, such as the name of its customer, is not taken
for one; so what is left of a document are labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fakta.documents.model import Box
from fakta.memory.surroundings import MOST_LETTERS, Surroundings

# Fields whose values are the supplier's own, the same on all its invoices.
CONSTANTS = frozenset(
    "supplier_name supplier_org_number supplier_vat_number bankgiro plusgiro iban bic currency".split()
)
# Of these, what is known of a supplier even where no page prints it. An account is never given unprinted.
UNPRINTED = frozenset("supplier_name supplier_org_number supplier_vat_number".split())
# Fields that depend on the customer and the order: that some invoices have none says little about the next.
OCCASIONAL = frozenset("customer_org_number customer_number buyer_reference purchase_order contract_reference".split())
# Places of one field that are remembered of one document.
MOST_PLACES = 3
LONGEST_VALUE = 120
LONGEST_SHAPE = 60
# A place as a list in the file: two pages, four edges, four labels, one form.
_PARTS = 11


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where a document prints a field.

    Attributes:
        page: counted from the first page, which is 0.
        back: counted from the last page, which is 0.
        box: 0-1 of the page.
        around: the labels around it.
        form: of the printed value, see `shape`.
    """

    page: int
    back: int
    box: Box
    around: Surroundings
    form: str

    def to_list(self) -> list[Any]:
        """The JSON form."""
        edges = [round(edge, 3) for edge in self.box]
        return [self.page, self.back, *edges, *self.around, self.form]

    @classmethod
    def from_list(cls, data: Any) -> Sighting:
        """A place from its JSON form.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(data, list) or len(data) != _PARTS:
            raise ValueError(f"a place has {_PARTS} parts")
        page, back, *edges = data[:6]
        *labels, form = data[6:]
        if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in (page, back)):
            raise ValueError("a place's pages count from 0")
        if not all(isinstance(edge, int | float) and -1 <= edge <= 2 for edge in edges):
            raise ValueError("a place's edges are shares of its page")
        if not all(isinstance(text, str) and len(text) <= MOST_LETTERS for text in labels):
            raise ValueError(f"a label has at most {MOST_LETTERS} letters")
        if not isinstance(form, str) or len(form) > LONGEST_SHAPE:
            raise ValueError(f"a form has at most {LONGEST_SHAPE} characters")
        return cls(page, back, Box(*edges), Surroundings(*labels), form)


@dataclass(frozen=True, slots=True)
class Learned:
    """What one corrected document taught.

    Attributes:
        identifiers: of the supplier, see `fakta.memory.identity`, sorted.
        places: field to where it stands, at most `MOST_PLACES`.
        values: of the `CONSTANTS` that people vouched for, canonical.
        unprinted: those of `values` that stand nowhere on the pages.
        absent: fields that the document does not have.
        basis: digest of what it was learned from.
    """

    identifiers: tuple[str, ...]
    places: Mapping[str, tuple[Sighting, ...]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    unprinted: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    basis: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; what is empty is left out."""
        parts: dict[str, Any] = {
            "identifiers": list(self.identifiers),
            "places": {name: [place.to_list() for place in places] for name, places in sorted(self.places.items())},
            "values": dict(sorted(self.values.items())),
            "unprinted": sorted(self.unprinted),
            "absent": sorted(self.absent),
            "basis": self.basis,
        }
        return {key: part for key, part in parts.items() if part}

    @classmethod
    def from_dict(cls, data: Any) -> Learned:
        """What a document taught, from its JSON form.

        Raises:
            ValueError: it has a part of the wrong kind; the message says which.
        """
        if not isinstance(data, dict):
            raise ValueError("a document's entry is an object")
        places, values = data.get("places", {}), data.get("values", {})
        if not isinstance(places, dict) or not all(
            isinstance(found, list) and len(found) <= MOST_PLACES for found in places.values()
        ):
            raise ValueError(f"places are lists of at most {MOST_PLACES} for each field")
        if not isinstance(values, dict) or not all(_is_value(value) for value in values.values()):
            raise ValueError("values are texts by field")
        basis = data.get("basis", "")
        if not _is_value(basis):
            raise ValueError("basis: a text")
        return cls(
            identifiers=_texts(data, "identifiers"),
            places={name: tuple(map(Sighting.from_list, found)) for name, found in places.items()},
            values=values,
            unprinted=frozenset(_texts(data, "unprinted")),
            absent=frozenset(_texts(data, "absent")),
            basis=basis,
        )


def _is_value(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_VALUE


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found: Iterable[Any] = data.get(key, [])
    if not isinstance(found, list) or not all(_is_value(text) for text in found):
        raise ValueError(f"{key}: a list of texts")
    return tuple(found)
