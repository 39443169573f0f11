"""Everything that was seen of a supplier, ordered for asking: which field has this label, or stands in this place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from fakta.documents.model import Box
from fakta.memory.learned import Learned
from fakta.memory.likeness import APART, alike, closeness, growth, letters_of, may_be_alike
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
# Labels on a page of which it is remembered what they are alike to.
_MOST_KNOWN = 4096


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
        self._letters = {label: letters_of(label) for seen in self._seen for label in seen}
        self._known: dict[tuple[int, str], Mapping[str, float]] = {}
        self._alike: dict[str, list[str]] = {}

    def strengths(self, around: Surroundings) -> dict[str, float]:
        """Field to how surely these labels are its own, 0-1."""
        sides = [self._agreeing(side, around[side]) if around[side] else {} for side in _SIDES]
        if not any(sides):
            return {}
        found: dict[str, float] = {}
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
        known = self._known.get((side, label))
        if known is None:
            worth: dict[str, dict[int, float]] = defaultdict(dict)
            seen = self._seen[side]
            # Where a label is known as it stands, none that is like it is asked.
            for other in (label,) if label in seen else self._resembling(label):
                fields = seen.get(other)
                if fields and (likeness := alike(label, other)):
                    for name, indices in fields.items():
                        for index in indices:
                            worth[name][index] = max(likeness, worth[name].get(index, 0.0))
            known = {name: sum(each.values()) for name, each in worth.items()}
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[side, label] = known
        return known

    def _resembling(self, label: str) -> list[str]:
        """The labels on any side that are alike to one, which is rarely more than none."""
        found = self._alike.get(label)
        if found is None:
            letters = letters_of(label)
            found = [other for other, own in self._letters.items() if may_be_alike(label, letters, other, own)]
            if len(self._alike) >= _MOST_KNOWN:
                self._alike.clear()
            self._alike[label] = found
        return found

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
        # By height on the page: left and right edge, middle, page from the front and from the back, field, document.
        self._rows: dict[int, list[tuple[float, float, float, int, int, str, int]]] = defaultdict(list)
        self._documents: Counter[str] = Counter()
        for index, learned in enumerate(documents):
            for name, places in learned.places.items():
                self._documents[name] += 1
                for place in places:
                    box, row = place.box, int(place.box.middle / APART)
                    seen = box.left, box.right, box.middle, place.page, place.back, name, index
                    for near in (row - 1, row, row + 1):
                        self._rows[near].append(seen)

    def strengths(self, page: int, back: int, box: Box) -> dict[str, float]:
        """Field to how surely it is what stands in a box, 0-1.

        Args:
            page, back: of the box, counted from the first and from the last page, both from 0.
            box: 0-1 of the page.
        """
        near: dict[str, dict[int, float]] = {}
        left, right, middle = box.left, box.right, box.middle
        for one, other, height, at, behind, name, index in self._rows.get(int(middle / APART), ()):
            across = abs(one - left)
            if across >= APART:
                across = abs(other - right)
            elif abs(other - right) < across:
                across = abs(other - right)
            if across >= APART or not (at == page or behind == back):
                continue
            # As in `nearness`, which this is all about.
            nearest = closeness(across) * closeness(abs(height - middle))
            if nearest > 0.0:
                each = near.setdefault(name, {})
                each[index] = max(nearest, each.get(index, 0.0))
        return {
            name: growth(total, self._documents[name] - total)
            for name, total in ((name, sum(each.values())) for name, each in near.items())
        }
