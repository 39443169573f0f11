"""Recalling: the supplier of a document, and what its corrected invoices say for or against a candidate.

Every number grows with the documents that agree and shrinks with those that do not. What each is worth is said by the
scorer (`fakta.resolve.weights.MEMORY`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.documents.lines import Segment
from fakta.documents.model import Box
from fakta.fields.base import canonical
from fakta.memory.identity import ACCOUNTS, kind_of, printed_identifiers, printed_names, stated_accounts, stated_numbers
from fakta.memory.learned import CONSTANTS
from fakta.memory.memory import Memory
from fakta.memory.supplier import Supplier
from fakta.memory.surroundings import surroundings

# Kinds whose values have no form but the one that their supplier gives them.
_SHAPED = frozenset({"identifier", "payment_reference", "text"})
# From here on evidence is worth a word.
_TELLING = 0.4


def recollect(memory: Memory, views: Sequence[PageView], candidates: Sequence[Candidate]) -> Recollection | None:
    """What a memory knows about the supplier of a document; None where it does not know the supplier for sure.

    Args:
        memory: of all suppliers.
        views: the document's pages.
        candidates: of typed search.
    """
    number = _supplier(memory, views, candidates)
    return None if number is None else Recollection(memory.supplier(number), views)


def _supplier(memory: Memory, views: Sequence[PageView], candidates: Sequence[Candidate]) -> int | None:
    printed = printed_identifiers(candidates)
    votes: dict[int, float] = defaultdict(float)
    for found, weight in printed.items():
        for number in memory.knows(found):
            votes[number] += weight
    votes = {number: weight for number, weight in votes.items() if weight > 0}
    if votes:
        (best, most), *others = sorted(votes.items(), key=lambda pair: -pair[1])
        if others and others[0][1] >= most:
            return None
        return None if _account_differs(memory, best, printed, stated_accounts(candidates)) else best
    texts = (segment.text for view in views for line in view.lines for segment in line)
    named = {number for found in printed_names(texts) for number in memory.knows(found)}
    if len(named) != 1:
        return None
    [best] = named
    return None if _numbers_differ(memory, best, candidates) else best


def _account_differs(memory: Memory, number: int, printed: Mapping[str, float], stated: set[str]) -> bool:
    """Whether a supplier known by its organisation number alone has another account than the page prints.

    A customer that is a supplier elsewhere looks like that: its number is printed, and the account is the sender's.
    """
    known = memory.supplier(number).identifiers()
    if any(kind_of(found) in ACCOUNTS and found in printed for found in known):
        return False
    accounts = {kind_of(found) for found in known if kind_of(found) in ACCOUNTS}
    return any(kind_of(found) in accounts for found in stated)


def _numbers_differ(memory: Memory, number: int, candidates: Sequence[Candidate]) -> bool:
    """Whether the page states numbers of a kind that a supplier known by name has others of."""
    known = {kind_of(found) for found in memory.supplier(number).identifiers()}
    return any(kind_of(found) in known for found in stated_numbers(candidates))


class Standing(NamedTuple):
    """How well a text stands where fields do, 0-1 each.

    Attributes:
        fields: for each field that it may be by where it stands: its label, its place, and both together.
        first: the field of which that is said most.
        most, next: how much is said of that field, and of the one after it.
    """

    fields: Mapping[str, tuple[float, float, float]]
    first: str
    most: float
    next: float

    @classmethod
    def of(cls, labels: Mapping[str, float], places: Mapping[str, float]) -> Standing:
        """The standing of a text by the strength of its labels and of its place for each field."""
        fields = {}
        first, most, after = "", 0.0, 0.0
        for name in labels.keys() | places.keys():
            label, place = labels.get(name, 0.0), places.get(name, 0.0)
            own = max(label, 0.6 * place)
            fields[name] = label, place, own
            if own > most:
                first, most, after = name, own, most
            elif own > after:
                after = own
        return cls(fields, first, most, after)

    def rival(self, name: str) -> float:
        """How much is said of the likeliest other field."""
        return self.next if name == self.first else self.most


_NOWHERE = Standing({}, "", 0.0, 0.0)


class Recollection:
    """What the corrected documents of one supplier say about another one of its documents.

    Args:
        supplier: what they taught.
        views: the pages of the other one.
    """

    def __init__(self, supplier: Supplier, views: Sequence[PageView]) -> None:
        self.supplier = supplier
        self.views = views
        self._standings: dict[tuple[int, tuple[int, ...], int, int], Standing] = {}

    def standing(
        self, page: int, line: int, segment: Segment, start: int, end: int, box: Box | None = None
    ) -> Standing:
        """How well the characters `start:end` of a segment stand where each field does.

        Args:
            page, line: indices of where the segment stands.
            segment: of the page.
            start, end: characters of its text.
            box: of them, where it is known.
        """
        key = page, segment.indices, start, end
        found = self._standings.get(key)
        if found is None:
            box = box or segment.stretch(start, end).box
            around = surroundings(self.views[page], line, segment, start, end, box)
            labels = self.supplier.labels.strengths(around)
            places = self.supplier.places.strengths(page, len(self.views) - 1 - page, box)
            found = self._standings[key] = Standing.of(labels, places) if labels or places else _NOWHERE
        return found

    def evidence(self, name: str, candidate: Candidate) -> dict[str, float]:
        """The evidence for a candidate being a field's value, 0-1 each; what is 0 is left out.

        Args:
            name: of the field.
            candidate: of the field's kind.
        """
        start = candidate.start
        end = start + len(candidate.text)
        standing = self.standing(candidate.page, candidate.line, candidate.segment, start, end, candidate.box)
        found = dict(self.supplier.against(name))
        if standing.fields:
            label, place, own = standing.fields.get(name, (0.0, 0.0, 0.0))
            if own and "memory_miss" in found:
                found["memory_miss"] *= max(0.0, 1.0 - 2.5 * own)
            found["memory_label"] = label
            found["memory_place"] = place
            found["memory_rival"] = standing.rival(name) - own
        if candidate.kind in _SHAPED:
            found |= self.supplier.form(name, candidate.text, is_code=candidate.kind != "text")
        if name in CONSTANTS:
            found |= self.supplier.value(name, canonical(candidate.value))
        return {feature: number for feature, number in found.items() if number > 0.0}

    def reason(self, evidence: Mapping[str, float]) -> str:
        """Evidence in words; "" where it says nothing for the candidate."""
        if all(evidence.get(feature, 0.0) < _TELLING for feature in ("memory_label", "memory_place", "memory_value")):
            return ""
        count = len(self.supplier.documents)
        return f"as on {count} earlier invoice{'s' if count > 1 else ''} of this supplier"
