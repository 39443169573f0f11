"""Everything that was seen of a supplier, ordered for asking: which field has this label, or stands in this place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from fakta.documents.model import Box
from fakta.memory.learned import Learned, Sighting
from fakta.memory.likeness import APART, alike, growth, nearness
from fakta.memory.surroundings import Surroundings

# What a label is worth on each side: people look left and up for it first.
# In the order of `Surroundings`.
_WORTH = (1.0, 0.95, 0.85, 0.85)
# What is left of it where another side, on which the documents agree, has another label: it says little where they do
# not agree on its own side. A label to the left is not shaken as easily.
_BUT_AGREED = (0.9, 0.75, 0.7, 0.7)
_BUT = (0.7, 0.4, 0.25, 0.25)
_SIDES = range(len(_WORTH))
# Documents that disagree about a label weigh less than those that agree: a supplier may have two forms.
_DISAGREEING = 0.25


class LabelIndex:
    """Labels to the fields that they stood around.

    Args:
        documents: what each taught.
    """

    def __init__(self, documents: Sequence[Learned]) -> None:
        # Side, then label, then field to the documents (positions) that had it.
        self._seen: list[dict[str, dict[str, set[int]]]] = [{} for _ in _SIDES]
        self._documents: Counter[str] = Counter()
        for index, learned in enumerate(documents):
            for name, places in learned.places.items():
                self._documents[name] += 1
                for place in places:
                    for side in _SIDES:
                        if place.around[side]:
                            fields = self._seen[side].setdefault(place.around[side], {})
                            fields.setdefault(name, set()).add(index)
        self._agreed = [self._agreed_on(side) for side in _SIDES]
        self._known: dict[tuple[int, str], Mapping[str, float]] = {}

    def strengths(self, around: Surroundings) -> dict[str, float]:
        """Field to how surely these labels are its own, 0-1."""
        found: dict[str, float] = {}
        sides = [self._agreeing(side, around[side]) if around[side] else {} for side in _SIDES]
        for name in {name for agreeing in sides for name in agreeing}:
            count = self._documents[name]
            best, at = 0.0, 0
            for side in _SIDES:
                agree = sides[side].get(name, 0.0)
                strength = _WORTH[side] * growth(agree, _DISAGREEING * (count - agree))
                if strength > best:
                    best, at = strength, side
            for side in _SIDES:
                if side != at and name in self._agreed[side] and name not in sides[side]:
                    best *= (_BUT_AGREED if name in self._agreed[at] else _BUT)[at]
            found[name] = best
        return found

    def _agreeing(self, side: int, label: str) -> Mapping[str, float]:
        """Field to how many documents had the label on that side, one that reads a little otherwise counting less."""
        if (side, label) not in self._known:
            worth: dict[str, dict[int, float]] = defaultdict(dict)
            seen = self._seen[side]
            # Where a label is known as it stands, none that is like it is asked.
            for other, fields in ((label, seen[label]),) if label in seen else seen.items():
                if likeness := alike(label, other):
                    for name, indices in fields.items():
                        for index in indices:
                            worth[name][index] = max(likeness, worth[name].get(index, 0.0))
            self._known[side, label] = {name: sum(each.values()) for name, each in worth.items()}
        return self._known[side, label]

    def _agreed_on(self, side: int) -> set[str]:
        """The fields that all documents, at least two, had one label for on a side."""
        agreed = set()
        for fields in self._seen[side].values():
            agreed |= {name for name, indices in fields.items() if len(indices) == self._documents[name] > 1}
        return agreed


class PlaceIndex:
    """Places on a page to the fields that stood there.

    Args:
        documents: what each taught.
    """

    def __init__(self, documents: Sequence[Learned]) -> None:
        self._rows: dict[int, list[tuple[int, str, Sighting]]] = defaultdict(list)
        self._documents: Counter[str] = Counter()
        for index, learned in enumerate(documents):
            for name, places in learned.places.items():
                self._documents[name] += 1
                for place in places:
                    self._rows[int(place.box.middle / APART)].append((index, name, place))

    def strengths(self, page: int, back: int, box: Box) -> dict[str, float]:
        """Field to how surely it is what stands in a box, 0-1.

        Args:
            page, back: of the box, counted from the first and from the last page, both from 0.
            box: 0-1 of the page.
        """
        near: dict[str, dict[int, float]] = defaultdict(dict)
        row = int(box.middle / APART)
        for index, name, place in (each for i in (row - 1, row, row + 1) for each in self._rows.get(i, ())):
            there = place.box
            beyond = abs(there.left - box.left) > APART < abs(there.right - box.right)
            if not beyond and (place.page == page or place.back == back):
                nearest = max(nearness(there, box), near[name].get(index, 0.0))
                if nearest:
                    near[name][index] = nearest
        sums = {name: sum(each.values()) for name, each in near.items() if each}
        return {name: growth(total, self._documents[name] - total) for name, total in sums.items()}
