"""Which documents are one supplier's, and on which side of the split that supplier stands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

# What else names a supplier, in the order in which the name of a group is taken from it.
SUPPLIER_FIELDS = ("supplier_org_number", "supplier_vat_number", "supplier_name")


def supplier_groups(documents: Sequence[tuple[str, str, Mapping[str, str | None]]]) -> list[str]:
    """A name of the supplier for each document, the same for all documents that share anything that names one.

    One event may name the supplier by the log's own key, the next only by its organisation number, so documents are
    joined as long as they have a key, an organisation number, a VAT number or a name in common. A document that
    states none of these is a supplier of its own.

    Args:
        documents: of each its name, the logged supplier key ("" where not stated) and the known values.

    >>> supplier_groups([
    ...     ("1.pdf", "acme", {}),
    ...     ("2.pdf", "acme", {"supplier_org_number": "5599941209"}),
    ...     ("3.pdf", "", {"supplier_org_number": "5599941209", "supplier_name": "Acme AB"}),
    ...     ("4.pdf", "", {"supplier_name": "B AB"}),
    ... ])
    ['5599941209', '5599941209', '5599941209', 'b ab']
    """
    parent = list(range(len(documents)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first_with: dict[tuple[str, str], int] = {}
    for i, (_, supplier, values) in enumerate(documents):
        for key in supplier_keys(supplier, values):
            parent[root(i)] = root(first_with.setdefault(key, i))
    best: dict[int, tuple[int, str]] = {}
    order = [*SUPPLIER_FIELDS, "supplier"]
    for i, (document, supplier, values) in enumerate(documents):
        # Of several names the smallest, so that the order of the events does not matter.
        for what, name in supplier_keys(supplier, values) or [("document", document)]:
            rank = order.index(what) if what in order else len(order)
            best[root(i)] = min(best.get(root(i), (rank, name)), (rank, name))
    return [best[root(i)][1] for i in range(len(documents))]


def share_of(supplier: str, *, seed: int) -> float:
    """A number from 0 to 1 that depends on the supplier and the seed only.

    By it a supplier goes to a split: adding documents moves no other supplier.
    """
    digest = hashlib.sha256(f"{seed}:{supplier}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def supplier_keys(supplier: str, values: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Everything that names the supplier of a document, as (what it is, its value); empty where nothing does."""
    keys = [("supplier", _plain(supplier))] if supplier.strip() else []
    return keys + [(name, _plain(value)) for name in SUPPLIER_FIELDS if (value := values.get(name))]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
