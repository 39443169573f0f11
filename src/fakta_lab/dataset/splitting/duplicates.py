"""Which documents are the same invoice: copies to train on once, and what may never stand on two sides of a split.

Three things make documents one, from sure to loose:

- "same bytes": the file came twice.
- "rescan": other bytes, the same invoice: scanned again, sent again, stamped, printed anew as a copy.
- "same invoice number": the same supplier and number on another document, such as a reminder. Both are kept, on one
  side of a split.

What a person has vouched for outweighs what is printed: documents with different known numbers, dates or amounts are
no copies of each other. The limits were measured on generated invoices as they are and as simulated OCR reads them,
against the same supplier's next invoice, and against one that differs in nothing but number, reference and dates;
decision 9 has the figures.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from fakta.documents.model import Document
from fakta_lab.dataset.splitting.fingerprints import Fingerprint, Resemblance, fingerprint, resemblance

if TYPE_CHECKING:
    from scipy.cluster.hierarchy import DisjointSet

Relation = Literal["", "same bytes", "rescan", "same invoice number"]

# Known on both documents and different, these say that they are not copies of one.
_VOUCHED = ("supplier_org_number", "document_type", "invoice_number", "invoice_date", "amount_due")

# A number in so few documents makes each two of them candidates ...
_FEW = 8
# ... in up to so many it links each to the next ones in order of their sha256, and in more it says nothing.
_MANY = 64
_NEXT = 3
# Of each document so many numbers are looked up, those in the fewest documents first.
_RAREST = 10

# Documents with fewer printed numbers are copies only byte by byte.
_FEWEST_NUMBERS = 8
# A known invoice number of so many digits is looked for among the digits of a document whose number is unknown.
_FEWEST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Limits:
    """How alike two documents must be to be one invoice; see `Resemblance`."""

    numbers: float
    amounts: float
    dates: float = 0.0
    words: float = 0.0
    changed_dates: float = math.inf
    changed_numbers: float = math.inf
    changed_exactly: float = math.inf

    def hold(self, found: Resemblance) -> bool:
        return (
            found.numbers >= self.numbers
            and found.amounts >= self.amounts
            and found.dates >= self.dates
            and found.words >= self.words
            and found.changed_dates <= self.changed_dates
            and found.changed_numbers <= self.changed_numbers
            and found.changed_exactly <= self.changed_exactly
        )


# With the same invoice number: a reminder of the invoice prints few of its amounts.
_SAME_NUMBER = _Limits(numbers=0.65, amounts=0.6)
# Else, where one is a scan: a misread number is common, a misread date is not. Dates that are only missing may have
# been lost by OCR, but more than half must be there to show that it is not next month's invoice.
_SCANNED = _Limits(numbers=0.65, amounts=0.6, dates=0.6, changed_dates=0, changed_numbers=1)
# Nothing is misread in a text layer: no number may differ, and of the dates only one beside two that agree, as that of
# printing does.
_TEXT_LAYERS = _Limits(numbers=0.85, amounts=0.93, dates=0.6, words=0.85, changed_dates=1, changed_exactly=0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document as copies are looked for.

    Attributes:
        sha256: of the bytes, hex.
        pages: of each the words in reading order.
        supplier: name of its supplier as `supplier_groups` gives it.
        values: canonical values that a person vouched for, None = not on the document; absent = unknown.
        ocr: whether any page was read by OCR.
    """

    sha256: str
    pages: Sequence[Sequence[str]]
    supplier: str
    values: Mapping[str, str | None]
    ocr: bool = False

    @classmethod
    def of(cls, document: Document, *, supplier: str, values: Mapping[str, str | None]) -> Candidate:
        """The document as read, and what is known of it."""
        return cls(
            sha256=document.sha256,
            pages=[[word.text for word in page.words] for page in document.pages],
            supplier=supplier,
            values=values,
            ocr=any(page.source == "ocr" for page in document.pages),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """What a document is among the others.

    Attributes:
        cluster: the same for all that must stay on one side of a split: the smallest sha256 among them.
        kept: position of the document to keep for this one; its own position where it is the one.
        relation: "same bytes" or "rescan" to the one that is kept; "same invoice number" where it is kept, but not the
            first of its cluster; else "".
    """

    cluster: str
    kept: int
    relation: Relation


def find_duplicates(documents: Sequence[Candidate]) -> list[Standing]:
    """What each document is among the others, in the order given; which order does not matter for what they are.

    Of copies the one is kept that has a text layer, then the one with most known values, then the smallest sha256.
    Time and memory grow with the number of documents, not with its square.
    """
    from scipy.cluster.hierarchy import DisjointSet

    by_bytes: dict[str, list[int]] = defaultdict(list)
    for i, document in enumerate(documents):
        by_bytes[document.sha256].append(i)
    # One for each file, and in the order of their bytes, so that the order of the documents does not matter.
    unique = [min(by_bytes[sha256], key=lambda i: _rank(documents[i])) for sha256 in sorted(by_bytes)]
    prints = {i: fingerprint(documents[i].pages) for i in unique}
    copies, cluster = _Copies(documents), DisjointSet(range(len(documents)))
    numbered = _numbered(documents, unique)
    for block in (*by_bytes.values(), *numbered):
        for i in block[1:]:
            cluster.merge(block[0], i)
    alike = []
    for i, j in _pairs(unique, prints, numbered):
        found = resemblance(prints[i], prints[j])
        if _is_rescan(documents[i], documents[j], (prints[i], prints[j]), found):
            alike.append((-found.numbers, documents[i].sha256, documents[j].sha256, i, j))
    # The surest first: what is merged may not hold two known numbers, and it should be the better one that is.
    for *_, i, j in sorted(alike):
        copies.merge(i, j)
        cluster.merge(i, j)
    for i in unique:
        for j in by_bytes[documents[i].sha256]:
            copies.sets.merge(i, j)
    return _standings(documents, copies.sets, cluster)


class _Copies:
    """Sets of copies; no set holds documents of which people vouched for different things."""

    def __init__(self, documents: Sequence[Candidate]) -> None:
        from scipy.cluster.hierarchy import DisjointSet

        self.sets = DisjointSet(range(len(documents)))
        self._known: dict[int, dict[str, str | None]] = {
            i: {name: document.values.get(name) for name in _VOUCHED} for i, document in enumerate(documents)
        }

    def merge(self, i: int, j: int) -> None:
        """Makes the two one set, if what is known of both sets allows it."""
        one, other = self._known[self.sets[i]], self._known[self.sets[j]]
        if not _contradict(one, other):
            self.sets.merge(i, j)
            self._known[self.sets[i]] = {name: one[name] or other[name] for name in _VOUCHED}


def _rank(document: Candidate) -> tuple[bool, int, str, str]:
    """Of copies the one with the smallest is kept."""
    return document.ocr, -len(document.values), document.sha256, repr(sorted(document.values.items()))


def _contradict(one: Mapping[str, str | None], other: Mapping[str, str | None]) -> bool:
    return any(
        one.get(name) and other.get(name) and _plain(one.get(name)) != _plain(other.get(name)) for name in _VOUCHED
    )


def _plain(value: str | None) -> str:
    """Letters and digits only: what two people write differently in a number is mostly the rest."""
    return "".join(char for char in value or "" if char.isalnum()).casefold().lstrip("0")


def _is_rescan(one: Candidate, other: Candidate, prints: tuple[Fingerprint, Fingerprint], found: Resemblance) -> bool:
    """Whether two documents that resemble each other so are the same invoice."""
    if _contradict(one.values, other.values) or min(each.size for each in prints) < _FEWEST_NUMBERS:
        return False
    if _same_number(one, other, prints):
        return _SAME_NUMBER.hold(found)
    return (_SCANNED if one.ocr or other.ocr else _TEXT_LAYERS).hold(found)


def _same_number(one: Candidate, other: Candidate, prints: tuple[Fingerprint, Fingerprint]) -> bool:
    """Whether both are known to have one invoice number, or the one prints that of the other."""
    known = [_plain(each.values.get("invoice_number")) for each in (one, other)]
    if all(known) or not any(known):
        return known[0] == known[1] != ""
    number = "".join(char for char in "".join(known) if char.isdigit())
    return len(number) >= _FEWEST_DIGITS and number in prints[0 if known[1] else 1].digits


def _numbered(documents: Sequence[Candidate], positions: Iterable[int]) -> list[list[int]]:
    """Documents with the same supplier and invoice number."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i in positions:
        number = _plain(documents[i].values.get("invoice_number"))
        if number:
            blocks[documents[i].supplier, number].append(i)
    return [block for block in blocks.values() if len(block) > 1]


def _pairs(
    order: Sequence[int], prints: Mapping[int, Fingerprint], numbered: Sequence[Sequence[int]]
) -> set[tuple[int, int]]:
    """Documents that are worth comparing: those that share numbers which few others print."""
    printed = {i: prints[i].amounts | prints[i].numbers for i in order}
    spread = Counter(number for numbers in printed.values() for number in numbers)
    with_number: dict[str, list[int]] = defaultdict(list)
    same: dict[frozenset[str], list[int]] = defaultdict(list)
    for i in order:
        shared = [number for number in printed[i] if 1 < spread[number] <= _MANY]
        for number in sorted(shared, key=lambda number: (spread[number], number))[:_RAREST]:
            with_number[number].append(i)
        same[printed[i]].append(i)
    return {pair for block in (*with_number.values(), *same.values(), *numbered) for pair in _linked(block)}


def _linked(block: Sequence[int]) -> Iterator[tuple[int, int]]:
    if len(block) <= _FEW:
        yield from combinations(block, 2)
    else:
        for at, i in enumerate(block):
            yield from ((i, j) for j in block[at + 1 : at + 1 + _NEXT])


def _standings(documents: Sequence[Candidate], copies: DisjointSet, cluster: DisjointSet) -> list[Standing]:
    def rank(i: int) -> tuple[bool, int, str, str]:
        return _rank(documents[i])

    standings: dict[int, Standing] = {}
    kept = {i: min(part, key=rank) for part in copies.subsets() for i in part}
    for part in cluster.subsets():
        name = min(documents[i].sha256 for i in part)
        first = min((kept[i] for i in part), key=rank)
        for i in part:
            relation: Relation = ""
            if kept[i] != i:
                relation = "same bytes" if documents[i].sha256 == documents[kept[i]].sha256 else "rescan"
            elif i != first:
                relation = "same invoice number"
            standings[i] = Standing(name, kept[i], relation)
    return [standings[i] for i in range(len(documents))]
