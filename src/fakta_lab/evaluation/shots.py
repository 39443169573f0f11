"""Zero, few and many shots: from how many documents of the same supplier a model had learned when it met a document.

The subsets are DocILE's (Šimsa et al. 2023, DocILE Benchmark for Document Information Localization and Extraction):
0, 1 to 3, and 4 or more. Who learned from what is told by keys: whatever names a supplier, see `supplier_keys`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from fakta.memory.identity import identifiers_of, kind_of
from fakta_lab.formats.benchmark import BenchmarkDocument

ZERO, FEW, MANY, UNKNOWN = "0-shot", "1-3-shot", "4+-shot", "unknown"
SUBSETS = (ZERO, FEW, MANY, UNKNOWN)
# From so many documents on it is many.
_MANY = 4
# Accounts do not tell suppliers apart: those that sell their invoices to one bank share its account.
_NUMBERS = frozenset({"org", "vat"})


def supplier_keys(supplier: str, values: Mapping[str, str | None]) -> frozenset[str]:
    """Everything that names the supplier of a document; empty where nothing does.

    Args:
        supplier: as the truth or the log names it; "" where neither does.
        values: canonical, by field.

    >>> sorted(supplier_keys("Norra Måleri AB", {"supplier_org_number": "5599941209"}))
    ['called:norra måleri ab', 'org:5599941209']
    """
    numbers = (each for each in identifiers_of(values) if kind_of(each) in _NUMBERS)
    names = (" ".join(name.split()).casefold() for name in (supplier, values.get("supplier_name") or ""))
    return frozenset((*numbers, *(f"called:{name}" for name in names if name)))


def remembered_keys(identifiers: Iterable[str]) -> frozenset[str]:
    """The same of a supplier in a memory, which knows names by their letters only (`fakta.memory.identity`)."""
    return frozenset(each for each in identifiers if kind_of(each) in _NUMBERS | {"name"})


class LearnedFrom:
    """How many documents of each supplier a model learned from.

    One document may name its supplier by a number and the next by name only, so they are joined by what they have in
    common.

    Attributes:
        documents: learned from.
        nameless: of these, the ones whose supplier nobody knows.

    Args:
        documents: the keys of each document's supplier, see `supplier_keys`.

    >>> learned = LearnedFrom([{"org:5599941209", "called:norra måleri"}, {"called:norra måleri"}])
    >>> learned.shots({"org:5599941209"}), learned.shots({"called:södra måleri"}), learned.shots(set())
    (2, 0, None)
    """

    def __init__(self, documents: Iterable[Collection[str]]) -> None:
        # Of all evaluations few ask for shots, and loading this takes half a second.
        from scipy.cluster.hierarchy import DisjointSet

        self._joined = DisjointSet()
        firsts: list[str] = []
        self.documents = self.nameless = 0
        for keys in documents:
            self.documents += 1
            if not keys:
                self.nameless += 1
                continue
            first, *others = sorted(keys)
            self._joined.add(first)
            for key in others:
                self._joined.add(key)
                self._joined.merge(first, key)
            firsts.append(first)
        self._counts = Counter(self._joined[first] for first in firsts)

    def shots(self, keys: Collection[str]) -> int | None:
        """From how many documents a supplier is known; None where its keys are empty."""
        if not keys:
            return None
        return sum(self._counts[root] for root in {self._joined[key] for key in keys if key in self._joined})

    def subset(self, document: BenchmarkDocument) -> str:
        """The one of `SUBSETS` that a benchmark document belongs to."""
        names = {"supplier_name": document.supplier}
        remembered = remembered_keys((*identifiers_of(document.fields), *identifiers_of(names)))
        shots = self.shots(supplier_keys(document.supplier, document.fields) | remembered)
        if shots is None:
            return UNKNOWN
        return ZERO if not shots else FEW if shots < _MANY else MANY
