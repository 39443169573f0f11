"""Recalling: the supplier of a document, and what its corrected invoices say for or against a candidate.

Every number grows with the documents that agree and shrinks with those that do not. What each is worth is said by the
scorer (`fakta.resolve.weights.MEMORY`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from fakta.candidates.labels import char_box
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.documents.lines import Segment
from fakta.documents.model import Box
from fakta.fields.base import canonical
from fakta.memory.identity import ACCOUNTS, kind_of, printed_identifiers, printed_names, stated_accounts, stated_numbers
from fakta.memory.learned import CONSTANTS, OCCASIONAL, Learned
from fakta.memory.likeness import growth
from fakta.memory.memory import Documents, Memory, identifiers
from fakta.memory.sightings import LabelIndex, PlaceIndex
from fakta.memory.surroundings import collapsed, shape, surroundings

# Kinds whose values have no form but the one that their supplier gives them.
_SHAPED = frozenset({"identifier", "payment_reference", "text"})
# What the absence of an occasional field is worth, of that of a field of the supplier's form.
_OCCASIONAL = 0.4
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
    return None if number is None else Recollection(memory.numbered(number), views)


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
    known = identifiers(memory.numbered(number))
    if any(kind_of(found) in ACCOUNTS and found in printed for found in known):
        return False
    accounts = {kind_of(found) for found in known if kind_of(found) in ACCOUNTS}
    return any(kind_of(found) in accounts for found in stated)


def _numbers_differ(memory: Memory, number: int, candidates: Sequence[Candidate]) -> bool:
    """Whether the page states numbers of a kind that a supplier known by name has others of."""
    known = {kind_of(found) for found in identifiers(memory.numbered(number))}
    return any(kind_of(found) in known for found in stated_numbers(candidates))


class Recollection:
    """What the corrected documents of one supplier say about another one of its documents.

    Args:
        documents: what they taught.
        views: the pages of the other one.
    """

    def __init__(self, documents: Documents, views: Sequence[PageView]) -> None:
        self.views = views
        self._documents: list[Learned] = list(documents.values())
        fields = {name for learned in self._documents for name in (*learned.places, *learned.absent)}
        self._placed = {name: sum(name in learned.places for learned in self._documents) for name in fields}
        self._absent = {name: sum(name in learned.absent for learned in self._documents) for name in fields}
        self._labels = LabelIndex(self._documents)
        self._places = PlaceIndex(self._documents)
        self._strengths: dict[tuple[int, tuple[int, ...], int, int], dict[str, tuple[float, float]]] = {}
        self._forms: dict[str, list[set[str]]] = {}
        self._against: dict[str, Mapping[str, float]] = {}

    def never(self, name: str) -> bool:
        """Whether the supplier's documents never had a field, as people saw."""
        return not self._placed.get(name) and self._absent.get(name, 0) > 0

    def constant(self, name: str) -> tuple[str, float]:
        """A field's value on all the supplier's invoices, and how far it is trusted; "", 0 where it varies."""
        values = {learned.values[name] for learned in self._documents if name in learned.values}
        if len(values) != 1 or self._absent.get(name):
            return "", 0.0
        return values.pop(), growth(sum(name in learned.values for learned in self._documents), 0)

    def is_unprinted(self, name: str) -> bool:
        """Whether people stated a field on the supplier's invoices that no page printed, such as a name in a logo."""
        stated = [learned for learned in self._documents if name in learned.values]
        return bool(stated) and all(name in learned.unprinted for learned in stated)

    def labels(self) -> frozenset[str]:
        """The labels that stood beside any field."""
        seen = (place for learned in self._documents for places in learned.places.values() for place in places)
        return frozenset(place.around.beside for place in seen if place.around.beside)

    def strengths_at(self, page: int, line: int, segment: Segment, start: int, end: int) -> dict[str, float]:
        """Field to how well the characters `start:end` of a segment stand where it does, 0-1.

        Args:
            page, line: indices of where the segment stands.
            segment: of the page.
            start, end: characters of its text.
        """
        found = self._strengths_at(page, line, segment, start, end, char_box(segment, start, end))
        return {name: _strength(*pair) for name, pair in found.items()}

    def evidence(self, name: str, candidate: Candidate) -> dict[str, float]:
        """The evidence for a candidate being a field's value, 0-1 each; what is 0 is left out.

        Args:
            name: of the field.
            candidate: of the field's kind.
        """
        end = candidate.start + len(candidate.text)
        strengths = self._strengths_at(
            candidate.page, candidate.line, candidate.segment, candidate.start, end, candidate.box
        )
        found = dict(self._anywhere(name))
        if strengths:
            label, place = strengths.get(name, (0.0, 0.0))
            own = _strength(label, place)
            rival = max((_strength(*pair) for field, pair in strengths.items() if field != name), default=0.0)
            found |= {"memory_label": label, "memory_place": place, "memory_rival": max(0.0, rival - own)}
            found["memory_miss"] *= max(0.0, 1.0 - 2.5 * own)
        if candidate.kind in _SHAPED:
            found["memory_form"] = self._form(name, candidate)
        if name in CONSTANTS:
            found |= self._constant(name, canonical(candidate.value))
        return {feature: number for feature, number in found.items() if number > 0.0}

    def reason(self, evidence: Mapping[str, float]) -> str:
        """Evidence in words; "" where it says nothing for the candidate."""
        if max(evidence.get(feature, 0.0) for feature in ("memory_label", "memory_place", "memory_value")) < _TELLING:
            return ""
        count = len(self._documents)
        return f"as on {count} earlier invoice{'s' if count > 1 else ''} of this supplier"

    def _anywhere(self, name: str) -> Mapping[str, float]:
        """What is against every candidate of a field that stands where nothing was seen."""
        if name not in self._against:
            placed, absent = self._placed.get(name, 0), self._absent.get(name, 0)
            worth = _OCCASIONAL if name in OCCASIONAL else 1.0
            self._against[name] = {
                "memory_miss": growth(placed, absent),
                "memory_absent": growth(absent, 4 * placed) * worth,
            }
        return self._against[name]

    def _strengths_at(
        self, page: int, line: int, segment: Segment, start: int, end: int, box: Box
    ) -> dict[str, tuple[float, float]]:
        """Field to how well labels and place of a text are those of the field."""
        key = page, segment.indices, start, end
        if key not in self._strengths:
            around = surroundings(self.views[page], line, segment, start, end, box)
            labels = self._labels.strengths(around)
            places = self._places.strengths(page, len(self.views) - 1 - page, box)
            self._strengths[key] = {
                name: (labels.get(name, 0.0), places.get(name, 0.0)) for name in labels.keys() | places.keys()
            }
        return self._strengths[key]

    def _form(self, name: str, candidate: Candidate) -> float:
        brief = collapsed if candidate.kind == "text" else str
        if name not in self._forms:
            seen = (learned.places[name] for learned in self._documents if name in learned.places)
            self._forms[name] = [{brief(place.form) for place in places} for places in seen]
        forms = self._forms[name]
        if not forms:
            return 0.0
        own = brief(shape(candidate.text))
        agree = sum(own in known for known in forms)
        return growth(agree, len(forms) - agree)

    def _constant(self, name: str, value: str) -> dict[str, float]:
        values = [learned.values[name] for learned in self._documents if name in learned.values]
        agree = sum(known == value for known in values)
        return {
            "memory_value": growth(agree, len(values) - agree),
            "memory_other_value": growth(len(values), 0) if values and not agree else 0.0,
        }


def _strength(label: float, place: float) -> float:
    return max(label, 0.6 * place)
