"""One label from all that was said about a field: who answered whom, who disagrees, and what was taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fakta_lab.labels.doubts import Doubt
from fakta_lab.labels.label import Label
from fakta_lab.labels.statements import Statement

# From so many people on, most of them outweigh the rest.
_QUORUM = 3


def settle(said: Sequence[Statement]) -> Label:
    """The label that statements about one field of one document leave.

    A person's later word replaces the earlier one, and it replaces another person's where it answers it: where the
    value that was shown is what the other had said. Words that are left then either agree, or one value has most of
    at least three people behind it, or the field is disputed and its label is the last word with that doubt.

    Args:
        said: oldest first, at least one.
    """
    standing: dict[str, Statement] = {}
    for statement in said:
        standing = {
            person: other
            for person, other in standing.items()
            if person != statement.person and not _answers(statement, other)
        }
        standing[statement.person] = statement
    votes = Counter(statement.value for statement in standing.values())
    value, most = votes.most_common(1)[0]
    doubts = []
    if len(votes) == 1:
        decided = said[-1]
    elif len(standing) >= _QUORUM and 2 * most > len(standing):
        decided = [statement for statement in standing.values() if statement.value == value][-1]
        doubts.append(Doubt.outvoted)
    else:
        decided = said[-1]
        doubts.append(Doubt.disputed)
    if _returned(said[: said.index(decided) + 1]):
        doubts.append(Doubt.undone)
    if not decided.shown_known and decided.source == "confirmed":
        doubts.append(Doubt.unshown)
    return Label(decided.field, decided.value, decided.source, decided.event, tuple(doubts))


def _answers(statement: Statement, earlier: Statement) -> bool:
    return statement.shown_known and statement.shown == earlier.value


def _returned(said: Sequence[Statement]) -> bool:
    """Whether the last value had been left for another one before."""
    values = [said[0].shown] if said[0].shown_known else []
    for statement in said:
        if not values or values[-1] != statement.value:
            values.append(statement.value)
    return values[-1] in values[:-1]
