"""One supplier: what its corrected documents taught together, ordered for asking once and asked for all its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fakta.memory.learned import OCCASIONAL, Learned
from fakta.memory.likeness import growth
from fakta.memory.sightings import LabelIndex, PlaceIndex
from fakta.memory.surroundings import collapsed, shape

# What the absence of an occasional field is worth, of that of a field of the supplier's form.
_OCCASIONAL = 0.4


class Supplier:
    """What corrected documents of one supplier taught.

    Args:
        documents: of the supplier, by sha256, the oldest first; not to be changed.
    """

    def __init__(self, documents: Mapping[str, Learned]) -> None:
        self.documents = documents
        self._learned = list(documents.values())
        self._placed = Counter(name for learned in self._learned for name in learned.places)
        self._absent = Counter(name for learned in self._learned for name in learned.absent)
        self.places = PlaceIndex(self._learned)
        self.labels = LabelIndex(self._learned)
        seen = (place for learned in self._learned for places in learned.places.values() for place in places)
        # The labels that stood beside any field.
        self.beside = frozenset(place.around.beside for place in seen if place.around.beside)
        self._against: dict[str, Mapping[str, float]] = {}
        self._values: dict[str, list[str]] = {}
        self._forms: dict[tuple[str, bool], list[set[str]]] = {}

    def identifiers(self) -> frozenset[str]:
        """All that the supplier was known by, see `fakta.memory.identity`."""
        return frozenset(found for learned in self._learned for found in learned.identifiers)

    def never(self, name: str) -> bool:
        """Whether the supplier's documents never had a field, as people saw."""
        return not self._placed[name] and self._absent[name] > 0

    def constant(self, name: str) -> tuple[str, float]:
        """A field's value on all the supplier's invoices, and how far it is trusted; "", 0 where it varies."""
        values = self._stated(name)
        if len(set(values)) != 1 or self._absent[name]:
            return "", 0.0
        return values[0], growth(len(values), 0)

    def is_unprinted(self, name: str) -> bool:
        """Whether people stated a field on the supplier's invoices that no page printed, such as a name in a logo."""
        stated = [learned for learned in self._learned if name in learned.values]
        return bool(stated) and all(name in learned.unprinted for learned in stated)

    def against(self, name: str) -> Mapping[str, float]:
        """The evidence against every candidate of a field that stands where nothing was seen; what is 0 is left out."""
        if name not in self._against:
            placed, absent = self._placed[name], self._absent[name]
            worth = _OCCASIONAL if name in OCCASIONAL else 1.0
            found = {
                "memory_miss": growth(placed, absent),
                "memory_absent": growth(absent, 4 * placed) * worth,
            }
            self._against[name] = {feature: number for feature, number in found.items() if number > 0.0}
        return self._against[name]

    def form(self, name: str, text: str, *, is_code: bool) -> dict[str, float]:
        """The evidence of a text's form for being a field's value.

        Args:
            name: of the field.
            text: as printed.
            is_code: whether it is a number or code, whose form has lengths, and which has one of few forms.
        """
        exact = self._formed(name, by_length=is_code)
        if not exact:
            return {}
        own = shape(text)
        brief = collapsed(own)
        agree = sum((own if is_code else brief) in known for known in exact)
        found = {"memory_form": growth(agree, len(exact) - agree)}
        # The form of what the customer gave, such as an order number, is the customer's.
        own_to_supplier = is_code and name not in OCCASIONAL
        if own_to_supplier and not agree and not any(brief in known for known in self._formed(name, by_length=False)):
            found["memory_other_form"] = growth(len(exact), 0)
        return found

    def value(self, name: str, value: str) -> dict[str, float]:
        """The evidence of a value of a field that is the supplier's own."""
        values = self._stated(name)
        agree = sum(known == value for known in values)
        return {
            "memory_value": growth(agree, len(values) - agree),
            "memory_other_value": growth(len(values), 0) if values and not agree else 0.0,
        }

    def _formed(self, name: str, *, by_length: bool) -> list[set[str]]:
        """The forms of a field in each document that has it, with or without the lengths of words and numbers."""
        key = name, by_length
        if key not in self._forms:
            seen = [learned.places[name] for learned in self._learned if name in learned.places]
            self._forms[key] = [
                {place.form if by_length else collapsed(place.form) for place in places} for places in seen
            ]
        return self._forms[key]

    def _stated(self, name: str) -> list[str]:
        if name not in self._values:
            self._values[name] = [learned.values[name] for learned in self._learned if name in learned.values]
        return self._values[name]
