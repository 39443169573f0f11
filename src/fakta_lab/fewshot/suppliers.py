"""The suppliers of a benchmark set: which of their documents are learned from, and which are scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fakta.errors import DatasetError
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument

# What a set may say about a document under the key `role`.
CORRECT, SCORE = "correct", "score"


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier's documents.

    Attributes:
        corrected: what may be learned from, in the order in which it is: the first three are part of the first five.
        scored: the same ones at every count.
    """

    name: str
    corrected: tuple[BenchmarkDocument, ...]
    scored: tuple[BenchmarkDocument, ...]


@dataclass(frozen=True, slots=True)
class Suppliers:
    """Those with enough documents, in file order, and the others: name to what is missing."""

    taken: tuple[Supplier, ...]
    left_out: Mapping[str, str]


def find_suppliers(benchmark: Benchmark, *, most: int) -> Suppliers:
    """The suppliers of a set, each with `most` documents to learn from and the rest to score.

    Where documents have a `role`, those to "correct" are learned from and those to "score" are scored; otherwise a
    supplier's first ones are learned from and all behind them are scored.

    Raises:
        DatasetError: no supplier has enough documents, or a role is none.
    """
    has_roles = any("role" in document.extra for document in benchmark.documents)
    by_name: dict[str, list[BenchmarkDocument]] = defaultdict(list)
    for document in benchmark.documents:
        by_name[document.supplier].append(document)
    left_out: dict[str, str] = {}
    if nameless := by_name.pop("", []):
        left_out["(no supplier stated)"] = f"{_documents(len(nameless))} cannot be told apart by supplier"
    taken = []
    largest = 0
    for name, documents in by_name.items():
        corrected, scored = _by_role(documents) if has_roles else (documents[:most], documents[most:])
        largest = max(largest, len(corrected) if has_roles else len(documents) - 1)
        if len(corrected) < most:
            left_out[name] = f"{_documents(len(corrected))} to learn from, {most} are needed"
        elif not scored:
            left_out[name] = f"none of its {_documents(len(documents))} is left to score"
        else:
            taken.append(Supplier(name, tuple(corrected[:most]), tuple(scored)))
    if not taken:
        raise DatasetError(
            f"{benchmark.name}: no supplier has {_documents(most)} to learn from and another to score; the most to "
            f"learn from is {largest}, so ask for fewer corrections (--counts)"
        )
    return Suppliers(tuple(taken), left_out)


def _by_role(documents: Sequence[BenchmarkDocument]) -> tuple[list[BenchmarkDocument], list[BenchmarkDocument]]:
    parts: dict[str, list[BenchmarkDocument]] = {CORRECT: [], SCORE: []}
    for document in documents:
        role = document.extra.get("role")
        if role not in parts:
            raise DatasetError(f"{document.document}: role is {role!r}, expected {CORRECT!r} or {SCORE!r}")
        parts[role].append(document)
    return parts[CORRECT], parts[SCORE]


def _documents(n: int) -> str:
    return "1 document" if n == 1 else f"{n} documents"
