"""Which of the places where a value stands are its field's: told apart by the labels beside them.

An amount or a date recurs by chance (a line amount that equals the total, a delivery on the invoice date), so a place
of one is taken only with a reason; a place that nobody can be sure about is masked rather than guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.fields.slip_line import find_slip_line
from fakta.schema import Field
from fakta_lab.dataset.masks import LONG_WORD, table_lines, vat_table_lines

# Page index and word positions.
Place = tuple[int, tuple[int, ...]]

# Values of these kinds recur by chance; the others say by themselves what they are.
CHANCE_KINDS = frozenset({"amount", "date", "identifier", "currency", "document_type", "text"})
# Identifiers and texts at least this long do not recur by chance.
LONG_ENOUGH = 6
# A label's bond with a value (0-1) from which it counts as evidence, and from which it settles what a value is.
EVIDENCE, STRONG = 0.3, 0.6
# Places nearly as well labelled as the best one hold the value too: totals are often printed twice.
NEARLY_AS_GOOD = 0.9
# What else a label may name may be this much better than the field itself; more, and the place is the other's.
RIVALLED = 0.75
# A line of so few segments under a table's head is a total with its label, not a row.
TOTAL_CELLS = 2
# A title is at least this many times as large as the other places of the same word.
TITLE_SIZE = 1.15


@dataclass(frozen=True, slots=True)
class Alignment:
    """What became of one known value.

    Attributes:
        field: name.
        status: "aligned" to words; "ambiguous": it stands in places that cannot be told apart; "absent": it does not
            stand on the pages.
        reason: in words, for the dataset's card.
        places: whose words carry the field's label.
        masked: other places of the value whose words may or may not be the field's.
    """

    field: str
    status: Literal["aligned", "ambiguous", "absent"]
    reason: str
    places: tuple[Place, ...] = ()
    masked: tuple[Place, ...] = ()


def place_values(found: Sequence[tuple[Field, str, Sequence[Candidate]]], views: Sequence[PageView]) -> list[Alignment]:
    """What becomes of each value.

    Args:
        found: each field, its canonical value, and every place where that value stands.
        views: the pages.
    """
    found = _without_parts(found)
    owners = _owners(found)
    alignments = [_place(field, value, candidates, owners, views) for field, value, candidates in found]
    # Currencies stand with amounts, so the amounts have to be placed first.
    amounts = {
        place
        for alignment, (field, _, _) in zip(alignments, found, strict=True)
        for place in alignment.places
        if field.kind == "amount"
    }
    return [
        _beside(candidates, amounts, alignment) if field.kind == "currency" else alignment
        for alignment, (field, _, candidates) in zip(alignments, found, strict=True)
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


def _owners(found: Sequence[tuple[Field, str, Sequence[Candidate]]]) -> dict[Place, str | None]:
    """For places where several fields have their value, the field whose label is best there; None for a tie."""
    claims: dict[Place, dict[str, float]] = defaultdict(dict)
    for field, _, candidates in found:
        for candidate in candidates:
            claims[_place_of(candidate)][field.name] = candidate.labels.get(field.name, 0.0)
    owners: dict[Place, str | None] = {}
    for place, evidence in claims.items():
        if len(evidence) > 1:
            best = max(evidence, key=lambda name: evidence[name])
            tie = sorted(evidence.values())[-2] == evidence[best]
            owners[place] = None if tie else best
    return owners


def _place(
    field: Field,
    value: str,
    candidates: Sequence[Candidate],
    owners: Mapping[Place, str | None],
    views: Sequence[PageView],
) -> Alignment:
    if not candidates:
        return Alignment(field.name, "absent", "the value does not stand on the pages")
    mine = [c for c in candidates if owners.get(_place_of(c), field.name) == field.name]
    contested = [c for c in candidates if owners.get(_place_of(c), field.name) is None]
    if not mine and not contested:
        return Alignment(field.name, "absent", "its only places belong to another field with the same value")
    if not mine:
        reason = "another field has the same value, and no label tells whose place it is"
        return Alignment(field.name, "ambiguous", reason, masked=_places(contested))
    # The machine-read line is read by its own rules, and tables have labels of their own.
    usable = [
        c
        for c in mine
        if not _machine_read(views[c.page], c.line)
        and (not _in_table(views[c.page], c) or _captioned(views[c.page], c, field.name))
    ]
    if not usable:
        reason = "the value stands only in a table or in the machine-read line"
        return Alignment(field.name, "ambiguous", reason, masked=_places([*mine, *contested]))
    chosen, reason = _choose(field, value, usable)
    unsure = [c for c in [*mine, *contested] if c not in chosen and not _foreign(c, field.name)]
    if chosen:
        return Alignment(field.name, "aligned", reason, _places(chosen), _places(unsure))
    return Alignment(field.name, "ambiguous", reason, masked=_places([*mine, *contested]))


def _choose(field: Field, value: str, usable: Sequence[Candidate]) -> tuple[Sequence[Candidate], str]:
    """The places that are the field's, or none, and why."""
    if field.kind not in CHANCE_KINDS or (field.kind in ("identifier", "text") and len(value) >= LONG_ENOUGH):
        return usable, "value found"
    evidence = [c.labels.get(field.name, 0.0) if not _rivalled(c, field.name) else 0.0 for c in usable]
    best = max(evidence)
    if best >= EVIDENCE:
        chosen = [c for c, e in zip(usable, evidence, strict=True) if e >= NEARLY_AS_GOOD * best]
        return chosen, "value found beside its label"
    if field.kind == "document_type":
        # The title is what is set largest; the word recurs in running text.
        largest = max(c.box.height for c in usable)
        titles = [c for c in usable if c.box.height > largest / TITLE_SIZE]
        if len(titles) == 1:
            return titles, "value found as the title"
    if len(usable) > 1:
        # House words that no lexicon knows: totals and due dates are printed in several places, each of them the value,
        # but not where something else is named.
        free = [c for c in usable if not _foreign(c, field.name)]
        if free and field.kind in ("amount", "date", "identifier"):
            return free, "value found, without a known label"
        return [], "the value stands in several places and no label tells which is meant"
    # A lone date or number is the value, whatever the lexicon takes the words beside it for; a lone amount may be a
    # fee that happens to equal a total that is not printed.
    if field.kind == "amount" and _foreign(usable[0], field.name):
        return [], "the value stands only where something else is named"
    return usable, "value found in one place"


def _beside(candidates: Sequence[Candidate], amounts: set[Place], alignment: Alignment) -> Alignment:
    """A currency's places: those that share a segment with one of these amounts."""
    chosen = [
        candidate
        for candidate in candidates
        if any(page == candidate.page and set(words) <= set(candidate.segment.indices) for page, words in amounts)
    ]
    if not chosen:
        return alignment
    unsure = [candidate for candidate in candidates if candidate not in chosen]
    reason = "value found beside an amount of the document"
    return Alignment(alignment.field, "aligned", reason, _places(chosen), _places(unsure))


def _rivalled(candidate: Candidate, name: str) -> bool:
    """Whether another label belongs to the place clearly better than the field's own."""
    rival = max((quality for other, quality in candidate.labels.items() if other != name), default=0.0)
    return candidate.labels.get(name, 0.0) < RIVALLED * rival


def _foreign(candidate: Candidate, name: str) -> bool:
    """Whether the place is surely something else's."""
    return _rivalled(candidate, name) and max(candidate.labels.values()) >= STRONG


def _in_table(view: PageView, candidate: Candidate) -> bool:
    if candidate.kind not in ("amount", "date", "identifier"):
        return False
    if candidate.line in vat_table_lines(view):
        return True
    # A row of items has more cells than a label and its total.
    return candidate.line in table_lines(view) and len(view.lines[candidate.line]) > TOTAL_CELLS


def _captioned(view: PageView, candidate: Candidate, name: str) -> bool:
    """Whether the field's label is what stands left of the place: a total beside a table, not a cell of it."""
    if candidate.labels.get(name, 0.0) < EVIDENCE:
        return False
    before = candidate.segment.text[: candidate.start]
    if not before.strip():
        left = [segment for segment in view.lines[candidate.line] if segment.box.right <= candidate.segment.box.left]
        before = left[-1].text if left else ""
    return LONG_WORD.search(before) is not None


def _machine_read(view: PageView, line: int) -> bool:
    return find_slip_line(" ".join(segment.text for segment in view.lines[line])) is not None


def _place_of(candidate: Candidate) -> Place:
    return candidate.page, candidate.words


def _places(candidates: Sequence[Candidate]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(_place_of(candidate) for candidate in candidates))
