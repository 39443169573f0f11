"""Which of several places hold the field's value, by what is printed beside each of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fakta.candidates.search import Candidate
from fakta.schema import Field
from fakta_lab.dataset.alignment.occurrences import TITLE_WORDS

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
# A title is at least this many times as large as the other places of the same word.
TITLE_SIZE = 1.15
# Numbers at least this long are seldom two things on one document.
TELLING_NUMBER = 4
# The one amount that is printed again without its label: in a slip, a box, a sentence.
TOTAL = "amount_due"


def choose(
    field: Field, value: str, usable: Sequence[Candidate], *, block: Collection[tuple[int, tuple[int, ...]]] = ()
) -> tuple[Sequence[Candidate], str]:
    """The places that are the field's, or none, and why.

    Args:
        field: whose places are wanted.
        value: canonical.
        usable: places of the value, at least one; none in a table.
        block: page index and word positions of places among the document's other sums.
    """
    if field.kind not in CHANCE_KINDS or (field.kind in ("identifier", "text") and len(value) >= LONG_ENOUGH):
        return usable, "value found"
    if field.kind == "document_type":
        return _title(usable), "value found as the title"
    together = [c for c in usable if (c.page, c.words) in block]
    evidence = [0.0 if _rivalled(c, field.name) else c.labels.get(field.name, 0.0) for c in usable]
    best = max(evidence)
    if best >= EVIDENCE:
        chosen = [
            c
            for c, e in zip(usable, evidence, strict=True)
            if e >= NEARLY_AS_GOOD * best or _again(c, field, value, e) or (field.name == TOTAL and c in together)
        ]
        return chosen, "value found beside its label"
    if together and field.name != TOTAL:
        return together[-1:], "value found among the other sums"
    if len(usable) > 1:
        # House words that no lexicon knows: totals and due dates are printed in several places, each of them the value,
        # but not where something else is named.
        free = [c for c in usable if not foreign(c, field.name)]
        if field.kind == "amount" and field.name != TOTAL:
            free = free[-1:]  # sums stand below what they are sums of
        if free and field.kind in ("amount", "date", "identifier"):
            return free, "value found, without a known label"
        return [], "the value stands in several places and no label tells which is meant"
    # A lone date or number is the value, whatever the lexicon takes the words beside it for; a lone amount may be a
    # fee that happens to equal a total that is not printed.
    if field.kind == "amount" and foreign(usable[0], field.name) and not together:
        return [], "the value stands only where something else is named"
    return usable, "value found in one place"


def foreign(candidate: Candidate, name: str) -> bool:
    """Whether the place is surely something else's."""
    return _rivalled(candidate, name) and max(candidate.labels.values()) >= STRONG


def _rivalled(candidate: Candidate, name: str) -> bool:
    """Whether another label belongs to the place clearly better than the field's own."""
    rival = max((quality for other, quality in candidate.labels.items() if other != name), default=0.0)
    return candidate.labels.get(name, 0.0) < RIVALLED * rival


def _again(candidate: Candidate, field: Field, value: str, evidence: float) -> bool:
    """Whether a value that stands beside its label elsewhere is printed here once more."""
    rival = max((quality for name, quality in candidate.labels.items() if name != field.name), default=0.0)
    if field.kind == "amount" and field.name != TOTAL:
        # Of one rate, of one row: sums before the total recur in parts of the document that say what they are by lines
        # above them.
        return False
    if field.kind == "identifier" and len(value) < TELLING_NUMBER:
        return evidence >= EVIDENCE
    return evidence >= EVIDENCE or rival < EVIDENCE


def _title(usable: Sequence[Candidate]) -> Sequence[Candidate]:
    """The title is what is set largest; the word recurs in running text and in labels."""
    short = [c for c in usable if len(c.segment.words) <= TITLE_WORDS] or usable
    short = [c for c in short if c.page == min(c.page for c in short)]
    largest = max(c.box.height for c in short)
    large = [c for c in short if c.box.height > largest / TITLE_SIZE]
    return [min(large, key=lambda c: c.box.top)]
