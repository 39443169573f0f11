"""Which of the places where a value stands are its field's: told apart by the labels beside them.

An amount or a date recurs by chance (a line amount that equals the total, a delivery on the invoice date), so a place
of one is taken only with a reason; a place that nobody can be sure about is masked rather than guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.fields import amount
from fakta.schema import Field
from fakta_lab.dataset.alignment.choose import EVIDENCE, TOTAL, choose, foreign
from fakta_lab.dataset.alignment.masks import LONG_WORD
from fakta_lab.dataset.alignment.sheets import Sheet, captioned, lines_of_numbers
from fakta_lab.dataset.alignment.sums import lines_of_sums, lines_of_total, lone_in, stacked, sums_of
from fakta_lab.dataset.alignment.twins import owners

Status = Literal["aligned", "ambiguous", "derived", "absent"]
STATUSES: tuple[Status, ...] = get_args(Status)

# Page index and word positions.
Place = tuple[int, tuple[int, ...]]

# An item's price, or how many there are of it: "114.00", "1 pcs".
QUANTITY = re.compile(r"\W*\d[\d.,: ]*(?:[^\W\d_]{1,4}\.?|%)?[^\w:]*")
# A currency and its amount stand so near to each other, in page widths.
NEXT_TO = 0.03
# What stands around the code of a currency: "Belopp (SEK):".
AROUND_CODE = "():,."


# Of what the lexicon knows besides fields, what may be an amount or a date: no amount is named by "25 %".
OTHERS_OF_KIND = {
    "amount": frozenset({"fee", "interest", "paid", "deduction", "old_invoice"}),
    "date": frozenset({"delivery_date", "order_date", "period", "other_date", "old_invoice", "paid"}),
}


@dataclass(frozen=True, slots=True)
class Alignment:
    """What became of one known value.

    Attributes:
        field: name.
        status: "aligned" to words; "ambiguous": it stands in places that cannot be told apart; "derived": it stands
            nowhere, and other values say it; "absent": it does not stand on the pages.
        reason: in words, for the dataset's card.
        places: whose words carry the field's label.
        masked: other places of the value whose words may or may not be the field's.
        similarity: how much of the value is printed as it was stated, 0-1; below 1 it is misread, or mistyped.
    """

    field: str
    status: Status
    reason: str
    places: tuple[Place, ...] = ()
    masked: tuple[Place, ...] = ()
    similarity: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; pages count from 1, words from 0."""
        return {
            "field": self.field,
            "status": self.status,
            "reason": self.reason,
            "similarity": round(self.similarity, 3),
            "places": [{"page": page + 1, "words": list(words)} for page, words in self.places],
            "masked": [{"page": page + 1, "words": list(words)} for page, words in self.masked],
        }


@dataclass(frozen=True, slots=True)
class _Around:
    """What the places of one field are told by, besides their labels.

    Attributes:
        views: the pages.
        sheets: of the same pages.
        owner_of: places of several fields to the one whose they are, or None.
        block: places among the document's other sums, and among how many of them.
        told: page and position of every word that some known value stands in.
        taxed: there is VAT.
        beside: page to the lines where several sums stand.
    """

    views: Sequence[PageView]
    sheets: Sequence[Sheet]
    owner_of: Mapping[Place, str | None]
    block: Mapping[Place, int]
    told: frozenset[tuple[int, int]]
    taxed: bool
    beside: Mapping[int, frozenset[int]]

    def in_row(self, candidate: Candidate) -> bool:
        """Whether a number that nobody stated stands right before the place: an item's price, or how many."""
        line = self.views[candidate.page].lines[candidate.line]
        before = [s for s in line if s.box.right <= candidate.segment.box.left and any(map(str.isalnum, s.text))]
        beside = candidate.line in self.beside[candidate.page]
        if beside or _place_of(candidate) in self.block or not before or LONG_WORD.search(before[-1].text):
            return False
        own = before[-1:] if any(map(str.isdigit, before[-1].text)) else before[-2:]
        told = any((candidate.page, word) in self.told for segment in own for word in segment.indices)
        return not told and QUANTITY.fullmatch(" ".join(segment.text for segment in own)) is not None


def place_values(
    found: Sequence[tuple[Field, str, Sequence[Candidate]]],
    views: Sequence[PageView],
    *,
    known: Mapping[str, str | None],
) -> list[Alignment]:
    """What becomes of each value.

    Args:
        found: each field, its canonical value, and every place where that value stands; labels that cannot be right
            are removed from the places.
        views: the pages.
        known: canonical values by field; None = not on the document.
    """
    found = _without_parts(found)
    _disprove(found, known)
    owner_of = owners(found, views)
    sums = sums_of(found)
    beside, total = lines_of_sums(sums), lines_of_total(sums, known, views)
    block = stacked(sums, views) | lone_in(sums, total)
    stated = lines_of_numbers(found, block)
    sheets = [Sheet.of(view, sums=beside[page] | stated[page], total=total[page]) for page, view in enumerate(views)]
    told = frozenset(
        (c.page, word) for _, _, candidates in found for c in candidates if len(c.text) > 1 for word in c.words
    )
    taxed = bool(Decimal(known.get("vat_amount") or "0"))
    around = _Around(views, sheets, owner_of, block, told, taxed, beside)
    alignments = [_place(field, value, candidates, around) for field, value, candidates in found]
    # Currencies stand with amounts, so the amounts have to be placed first.
    amounts = {
        place
        for alignment, (field, _, _) in zip(alignments, found, strict=True)
        for place in alignment.places or alignment.masked
        if field.kind == "amount"
    }
    return [
        _currency(field.name, value, candidates, amounts, views, sheets) if field.kind == "currency" else alignment
        for alignment, (field, value, candidates) in zip(alignments, found, strict=True)
    ]


def _without_parts(
    found: Sequence[tuple[Field, str, Sequence[Candidate]]],
) -> list[tuple[Field, str, Sequence[Candidate]]]:
    """The same without places inside a longer value: the organisation number inside a VAT number is none."""
    longest: dict[tuple[int, int], int] = defaultdict(int)
    for _, _, candidates in found:
        for candidate in candidates:
            for word in candidate.words:
                key = candidate.page, word
                longest[key] = max(longest[key], len(candidate.words))
    return [
        (field, value, [c for c in candidates if all(longest[c.page, word] <= len(c.words) for word in c.words)])
        for field, value, candidates in found
    ]


def _disprove(found: Sequence[tuple[Field, str, Sequence[Candidate]]], known: Mapping[str, str | None]) -> None:
    """Takes labels away that name something else than stands there: a field with another value, no amount at all.

    "Att betala senast" is no due date's label where an amount stands behind it.
    """
    for field, value, candidates in found:
        others = OTHERS_OF_KIND.get(field.kind)
        for candidate in candidates:
            candidate.labels = {
                name: quality
                for name, quality in candidate.labels.items()
                if (known[name] == value if name in known else others is None or name in others)
            }


def _place(
    field: Field,
    value: str,
    candidates: Sequence[Candidate],
    around: _Around,
) -> Alignment:
    if not candidates:
        return Alignment(field.name, "absent", "the value does not stand on the pages")
    owner_of, sheets = around.owner_of, around.sheets
    mine = [c for c in candidates if owner_of.get(_place_of(c), field.name) == field.name]
    contested = [c for c in candidates if owner_of.get(_place_of(c), field.name) is None]
    if not mine and not contested:
        return Alignment(field.name, "absent", "its only places belong to another field with the same value")
    if not mine:
        reason = "another field has the same value, and no label tells whose place it is"
        return Alignment(field.name, "ambiguous", reason, masked=_places(contested))
    # The machine-read line is read by its own rules, and tables have labels of their own.
    outside = [c for c in mine if c.line not in sheets[c.page].machine_read]
    together = [c for c in outside if _place_of(c) in around.block]
    usable = [
        c
        for c in outside
        if c in together
        or not sheets[c.page].is_cell(c)
        or (not together and captioned(around.views[c.page], c, field.name))
    ]
    if together and field.name != TOTAL:
        labelled = any(c.labels.get(field.name, 0.0) >= EVIDENCE for c in together)
        # Where nothing is added, what is under the net amount is the sum of both.
        if around.taxed:
            usable = _closest(together, around.block)
        else:
            usable = together if labelled else together[-2:][:1]
    elif field.kind == "amount":
        usable = [c for c in usable if c.labels.get(field.name, 0.0) >= EVIDENCE or not around.in_row(c)] or usable
    if not usable:
        reason = "the value stands only in a table or in the machine-read line"
        return Alignment(field.name, "ambiguous", reason, masked=_places([*mine, *contested]))
    chosen, reason = choose(field, value, usable, block=around.block)
    unsure = [c for c in [*mine, *contested] if c not in chosen and not foreign(c, field.name)]
    if chosen:
        return Alignment(field.name, "aligned", reason, _places(chosen), _places(unsure))
    return Alignment(field.name, "ambiguous", reason, masked=_places([*mine, *contested]))


def _closest(candidates: Sequence[Candidate], block: Mapping[Place, int]) -> list[Candidate]:
    """Those that stand among the most of the other sums."""
    most = max(block[_place_of(c)] for c in candidates)
    return [c for c in candidates if block[_place_of(c)] == most]


def _currency(
    name: str,
    value: str,
    candidates: Sequence[Candidate],
    amounts: set[Place],
    views: Sequence[PageView],
    sheets: Sequence[Sheet],
) -> Alignment:
    """The currency of a document stands where its code does, and as "kr" or a symbol beside the document's amounts."""
    if not candidates:
        return Alignment(name, "absent", "the value does not stand on the pages")
    alone = [c for c in candidates if not any(map(str.isdigit, _printed(c)))]
    chosen = [
        c
        for c in alone
        if _printed(c).strip(AROUND_CODE).upper().endswith(value)
        or any(page == c.page and _beside(c, words, views[page]) for page, words in amounts)
        or _behind_total(c, sheets[c.page])
    ]
    unsure = [candidate for candidate in alone if candidate not in chosen]
    if chosen:
        return Alignment(name, "aligned", "value found as code or beside an amount", _places(chosen), _places(unsure))
    if len(alone) == 1:
        return Alignment(name, "aligned", "value found in one place", _places(alone))
    reason = "the value stands in several places, none of them beside an amount of the document"
    return Alignment(name, "ambiguous", reason, masked=_places(alone))


def _beside(candidate: Candidate, words: Sequence[int], view: PageView) -> bool:
    """Whether a currency stands with an amount: in its segment, or as the next thing in its line."""
    if set(words) <= set(candidate.segment.indices):
        return True
    boxes = [view.page.words[word].box for word in words]
    box = candidate.box
    gap = max(box.left - max(b.right for b in boxes), min(b.left for b in boxes) - box.right)
    level = min(box.bottom, boxes[0].bottom) - max(box.top, boxes[0].top)
    return gap <= NEXT_TO and level >= box.height / 2


def _behind_total(candidate: Candidate, sheet: Sheet) -> bool:
    """Whether nothing but an amount stands with the currency, and no item's: a subtotal, the tax of one rate."""
    rest = candidate.segment.text.replace(_printed(candidate), "", 1)
    return candidate.line not in sheet.rows and amount.has_decimals(rest) and not any(map(str.isalpha, rest))


def _printed(candidate: Candidate) -> str:
    """The words that hold the place, whole: "(SEK):" for "SEK"."""
    positions = dict(zip(candidate.segment.indices, candidate.segment.words, strict=True))
    return " ".join(positions[word].text for word in candidate.words)


def _place_of(candidate: Candidate) -> Place:
    return candidate.page, candidate.words


def _places(candidates: Sequence[Candidate]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(_place_of(candidate) for candidate in candidates))
