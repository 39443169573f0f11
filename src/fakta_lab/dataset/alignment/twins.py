"""Whose place it is where two fields have one value: told by labels, by captions, and by what stands around.

A Swedish invoice number is often its payment reference too. Where no label says which of its places is which, places
under one caption are one field's, and the reference stands with what a payment needs (account, day, sum), the number
with the date of the invoice and its title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.documents.lines import Segment
from fakta_lab.dataset.alignment.choose import EVIDENCE, TOTAL
from fakta_lab.dataset.alignment.forms import key
from fakta_lab.dataset.alignment.masks import LONG_WORD
from fakta_lab.dataset.alignment.sums import REACH, Found, Spot, flush, named

NUMBER, REFERENCE = "invoice_number", "payment_reference"
NET = "net_amount"
MADE, DUE = "invoice_date", "due_date"
# What stands around a payment reference, and around the number of an invoice.
PAYMENT = ("bankgiro", "plusgiro", "iban", "bic", "due_date", "amount_due")
ISSUE = ("invoice_date", "customer_number", "document_type", "buyer_reference")
# Farther off than so many line heights, nothing says what a place is; nor farther aside, in page widths.
NEAR, ASIDE = 5.0, 0.3
# A caption stands right above its value, in line heights, or left of it, in page widths.
ABOVE, LEFT = 2.0, 0.25
# One label may name both; the better one must be better by so much to tell.
BOTH = 0.4
_OCR = key("OCR", worded=True)
# What stands around is told apart from chance by so much.
TELLING = 0.15


@dataclass
class _Cluster:
    """Places under one caption.

    Attributes:
        places: of one value.
        owner: whose they are by their labels, if these tell.
        payment: how much more of a payment than of an issue stands around them.
    """

    places: list[Candidate]
    owner: str | None = None
    payment: float = 0.0
    captions: set[str] = field(default_factory=set)


def owners(found: Found, views: Sequence[PageView]) -> dict[Spot, str | None]:
    """For places where several fields have their value, the field whose place it is; None where nobody can tell.

    Args:
        found: each field, its canonical value, and every place where it stands.
        views: the pages.
    """
    by_label = _by_label(found)
    by_label |= _sums(found, views, by_label) | _days(found, by_label)
    number, reference = (_places(found, name) for name in (NUMBER, REFERENCE))
    shared = [spot for spot in number if spot in reference]
    if not shared:
        return by_label
    # A place has its labels once for each of the fields.
    for spot in shared:
        labels = reference[spot].labels
        number[spot].labels.update({name: max(q, number[spot].labels.get(name, 0.0)) for name, q in labels.items()})
    clusters = _clusters([number[spot] for spot in shared], views)
    around = _around(found)
    for cluster in clusters:
        cluster.owner = _named_by(cluster)
        cluster.payment = sum(_payment(c, around, views[c.page]) for c in cluster.places) / len(cluster.places)
    _share_out(clusters)
    return by_label | {_spot(place): cluster.owner for cluster in clusters for place in cluster.places}


def _sums(found: Found, views: Sequence[PageView], by_label: Mapping[Spot, str | None]) -> dict[Spot, str | None]:
    """Places of a net amount that is all that is due, where no label tells: the upper one of two is its own."""
    net, due = (_places(found, name) for name in (NET, TOTAL))
    shared = [spot for spot in net if spot in due]
    owner = {spot: by_label[spot] for spot in shared}
    pairs = [
        (abs(net[second].box.top - net[first].box.top), first, second)
        for first in shared
        for second in shared
        if _before(net[first], net[second], views)
    ]
    if NET not in owner.values() and len(net) == len(shared) and pairs:
        _, first, second = min(pairs)
        owner |= {first: NET, second: TOTAL}
    for _, first, second in pairs:
        if owner[first] is None and owner[second] in (None, TOTAL):
            owner[first] = NET
    return {spot: name or TOTAL for spot, name in owner.items()}


def _days(found: Found, by_label: Mapping[Spot, str | None]) -> dict[Spot, str | None]:
    """Places of a day on which the invoice is made and due: the second is printed again, the first is not."""
    made, due = (_places(found, name) for name in (MADE, DUE))
    if MADE not in (by_label.get(spot) for spot in made):
        return {}
    return {spot: DUE for spot in made if spot in due and by_label[spot] is None}


def _before(first: Candidate, second: Candidate, views: Sequence[PageView]) -> bool:
    """Whether the second place stands under the first, or after it in a line, and neither in the row of an item."""
    view = views[first.page]
    if flush(first, second, REACH * view.line_height):
        return first.box.top < second.box.top and named(view, first) and named(view, second)
    beside = (first.page, first.line) == (second.page, second.line) and first.box.right < second.box.left
    return beside and not any(LONG_WORD.search(segment.text) for segment in view.lines[first.line])


def _places(found: Found, name: str) -> dict[Spot, Candidate]:
    return {_spot(c): c for each, _, candidates in found if each.name == name for c in candidates}


def _by_label(found: Found) -> dict[Spot, str | None]:
    claims: dict[Spot, dict[str, float]] = defaultdict(dict)
    for each, _, candidates in found:
        for candidate in candidates:
            claims[_spot(candidate)][each.name] = candidate.labels.get(each.name, 0.0)
    best: dict[Spot, str | None] = {}
    for spot, evidence in claims.items():
        if len(evidence) > 1:
            name = max(evidence, key=lambda name: evidence[name])
            best[spot] = None if sorted(evidence.values())[-2] == evidence[name] else name
    return best


def _share_out(clusters: Sequence[_Cluster]) -> None:
    """Gives clusters that no label names to the two fields, the likeliest first."""
    untold = sorted((cluster for cluster in clusters if not cluster.owner), key=lambda cluster: cluster.payment)
    named = {cluster.owner for cluster in clusters} - {None}
    if not named and len(untold) > 1 and untold[-1].payment - untold[0].payment > TELLING:
        untold[0].owner, untold[-1].owner = NUMBER, REFERENCE
    elif untold and named == {NUMBER}:
        untold[-1].owner = REFERENCE
    sides = [_mean([cluster.payment for cluster in clusters if cluster.owner == name]) for name in (NUMBER, REFERENCE)]
    middle = _mean([side for side in sides if side is not None]) if None not in sides else 0.0
    for cluster in untold:
        if not cluster.owner and middle is not None and abs(cluster.payment - middle) > TELLING:
            cluster.owner = REFERENCE if cluster.payment > middle else NUMBER


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _named_by(cluster: _Cluster) -> str | None:
    """The field that the labels of a cluster name; of two in one ("Fakturanr/OCR", "OCR/Fakturanr") the first."""
    number, reference = (max(c.labels.get(name, 0.0) for c in cluster.places) for name in (NUMBER, REFERENCE))
    if max(number, reference) < EVIDENCE:
        return None
    if min(number, reference) >= BOTH * max(number, reference):
        return REFERENCE if any(caption.startswith(_OCR) for caption in cluster.captions) else NUMBER
    return NUMBER if number > reference else REFERENCE


def _clusters(places: Sequence[Candidate], views: Sequence[PageView]) -> list[_Cluster]:
    clusters: list[_Cluster] = []
    for place in places:
        captions = _captions(place, views[place.page])
        joined = [cluster for cluster in clusters if cluster.captions & captions]
        merged = _Cluster(
            [*(c for cluster in joined for c in cluster.places), place],
            captions=captions.union(*(cluster.captions for cluster in joined)),
        )
        clusters = [*(cluster for cluster in clusters if cluster not in joined), merged]
    return clusters


def _captions(place: Candidate, view: PageView) -> set[str]:
    """What stands before and above the place, if it is words."""
    own = place.segment.text[: place.start]
    if any(map(str.isalpha, own)):
        return _keys([own])
    line = view.lines[place.line]
    left = [s for s in line if s.box.right <= place.box.left and place.box.left - s.box.right <= LEFT]
    reach = ABOVE * view.line_height
    above = [
        s
        for i in range(max(place.line - 2, 0), place.line)
        for s in view.lines[i]
        if 0 <= place.box.top - s.box.bottom + view.line_height / 2 <= reach and _over(s, place)
    ]
    return _keys([segment.text for segment in (*left[-1:], *above[-1:])])


def _keys(texts: Sequence[str]) -> set[str]:
    return {key(text, worded=True) for text in texts if any(map(str.isalpha, text)) and not any(map(str.isdigit, text))}


def _over(segment: Segment, place: Candidate) -> bool:
    return segment.box.left <= place.box.right and place.box.left <= segment.box.right


def _around(found: Found) -> list[tuple[int, str, Candidate]]:
    """What speaks of a payment (1) or of an issue (-1), where it stands."""
    return [
        (1 if each.name in PAYMENT else -1, each.name, candidate)
        for each, _, candidates in found
        if each.name in (*PAYMENT, *ISSUE)
        for candidate in candidates
    ]


def _payment(place: Candidate, around: Sequence[tuple[int, str, Candidate]], view: PageView) -> float:
    """How much more of a payment than of an issue stands around a place."""
    nearest: dict[tuple[int, str], float] = defaultdict(float)
    for side, name, other in around:
        if other.page != place.page:
            continue
        far = abs(other.box.top + other.box.bottom - place.box.top - place.box.bottom) / 2 / view.line_height
        aside = max(other.box.left - place.box.right, place.box.left - other.box.right, 0.0)
        if far <= NEAR and aside <= ASIDE:
            nearest[side, name] = max(nearest[side, name], 1 / (1 + far) - aside)
    return sum(side * weight for (side, _), weight in nearest.items())


def _spot(candidate: Candidate) -> Spot:
    return candidate.page, candidate.words
