"""What a memory knows, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from fakta.candidates.names import name_key
from fakta.memory import Memory
from fakta.memory.identity import kind_of
from fakta.memory.memory import Documents, identifiers


@dataclass(frozen=True, slots=True)
class KnownField:
    """What is known about one field of a supplier.

    Attributes:
        seen, absent: documents that have it, and that do not.
        labels: those that stood around it most often, the most frequent first.
        forms: of its values, the most frequent first.
        value: where the supplier has one for all its invoices.
    """

    seen: int
    absent: int
    labels: tuple[str, ...]
    forms: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one supplier.

    Attributes:
        name: as people stated it last; "" where nobody did.
        identifiers: the numbers and names that it is found by.
        documents: sha256 of what was learned from, the oldest first.
        fields: by name.
    """

    name: str
    identifiers: tuple[str, ...]
    documents: tuple[str, ...]
    fields: dict[str, KnownField]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def known_suppliers(memory: Memory, *, supplier: str | None = None) -> list[Known]:
    """The suppliers of a memory, by name.

    Args:
        memory: to show.
        supplier: only this one, by name, number or account in any form; None for all.
    """
    wanted = memory.suppliers() if supplier is None else (memory.numbered(n) for n in numbers_of(memory, supplier))
    return sorted((_known(documents) for documents in wanted), key=lambda known: (known.name, known.identifiers))


def numbers_of(memory: Memory, supplier: str) -> list[int]:
    """The numbers of the suppliers that go by a name, number or account, see `Memory.knows`."""
    plain = "".join(filter(str.isalnum, supplier)).upper()
    kinds = ("org", "vat", "bankgiro", "plusgiro", "iban")
    asked = [f"name:{name_key(supplier)}", *(f"{kind}:{plain}" for kind in kinds)]
    if plain.startswith("SE") and len(plain) == 14:
        asked.append(f"org:{plain[2:12]}")
    return sorted({number for found in asked for number in memory.knows(found)})


def _known(documents: Documents) -> Known:
    names = {name for learned in documents.values() for name in (*learned.places, *learned.values, *learned.absent)}
    stated = [learned.values["supplier_name"] for learned in documents.values() if "supplier_name" in learned.values]
    found = sorted(identifiers(documents), key=lambda each: (kind_of(each) == "name", each))
    fields = {name: _field(documents, name) for name in sorted(names)}
    return Known(stated[-1] if stated else "", tuple(found), tuple(documents), fields)


def _field(documents: Documents, name: str) -> KnownField:
    places = [place for learned in documents.values() for place in learned.places.get(name, ())]
    values = [learned.values[name] for learned in documents.values() if name in learned.values]
    return KnownField(
        seen=sum(name in learned.places or name in learned.values for learned in documents.values()),
        absent=sum(name in learned.absent for learned in documents.values()),
        labels=_frequent(label for place in places for label in place.around if label),
        forms=_frequent(place.form for place in places),
        value=values[-1] if values else "",
    )


def _frequent(texts: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    return tuple(text for text, _ in Counter(texts).most_common(most))
