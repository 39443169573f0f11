"""Tables scored by row and by cell: rows of truth and answer are paired one to one, then compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import Indel

from fakta_lab.evaluation.scoring import Counts
from fakta_lab.formats.values import comparable_cell

Row = Mapping[str, str]

# What a row of line items has to say rightly; the other columns count as cells only. Other tables: every column.
ROW_COLUMNS = {"line_items": frozenset({"description", "quantity", "unit_price", "line_amount"})}

# Descriptions are free text: from this `_similarity` on (case and spaces aside) a row says what is meant
# although a character is lost. Cells are compared exactly.
SAME_DESCRIPTION = 0.9


@dataclass(frozen=True, slots=True)
class TableCounts:
    """How well one table was read.

    Attributes:
        rows: a row is right when each of its columns in `ROW_COLUMNS` that the truth states is right.
        cells: over all columns that the truth states in some row of the document.
        columns: the cells by column.
    """

    rows: Counts = field(default_factory=Counts)
    cells: Counts = field(default_factory=Counts)
    columns: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: TableCounts) -> TableCounts:
        columns = dict(self.columns)
        for name, counts in other.columns.items():
            columns[name] = columns.get(name, Counts()) + counts
        return TableCounts(self.rows + other.rows, self.cells + other.cells, columns)


def score_table(table: str, truth: Sequence[Row], pred: Sequence[Row], *, kinds: Mapping[str, str]) -> TableCounts:
    """One table of one document.

    Rows are paired one to one so that as many cells as possible are equal; among such pairings one with more right
    rows and more similar descriptions is taken. A column that no row of the truth states is not scored, for the
    truth of a table may leave columns out.

    Args:
        table: its name in the schema.
        truth, pred: rows, column name to canonical value.
        kinds: column name to kind.

    >>> rows = [{"quantity": "2", "unit": "st"}, {"quantity": "1", "unit": "tim"}]
    >>> counts = score_table("line_items", rows, [{"quantity": "1.00", "unit": "tim"}], kinds={"quantity": "quantity"})
    >>> counts.rows, counts.columns["unit"]
    (Counts(tp=1, fp=0, fn=1), Counts(tp=1, fp=0, fn=1))
    """
    gold, given, pairs = _paired(table, truth, pred, kinds)
    right = sum(_is_right(table, gold[i], given[j]) for i, j in pairs)
    columns: dict[str, Counts] = {}
    for name in sorted({column for row in [*gold, *given] for column in row}):
        tp = sum(name in gold[i] and gold[i][name] == given[j].get(name) for i, j in pairs)
        n_given, n_gold = sum(name in row for row in given), sum(name in row for row in gold)
        columns[name] = Counts(tp=tp, fp=n_given - tp, fn=n_gold - tp)
    return TableCounts(
        rows=Counts(tp=right, fp=len(given) - right, fn=len(gold) - right),
        cells=sum(columns.values(), Counts()),
        columns=columns,
    )


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row of the truth and the row that was read for it, of which at least one is there.

    Attributes:
        truth, predicted: column name to canonical value; None where the other has no partner.
        differing: columns whose cells are not the same; all columns of a row without a partner.
        right: whether the row counts as right, see `TableCounts.rows`.
    """

    truth: Row | None
    predicted: Row | None
    differing: frozenset[str]
    right: bool


def row_pairs(table: str, truth: Sequence[Row], pred: Sequence[Row], *, kinds: Mapping[str, str]) -> list[RowPair]:
    """Every row of one table of one document, paired as `score_table` does: rows of the truth, then what is too many.

    Args:
        table, truth, pred, kinds: see `score_table`.
    """
    gold, given, pairs = _paired(table, truth, pred, kinds)
    partner = dict(pairs)
    rows = []
    for i, row in enumerate(truth):
        j = partner.get(i)
        other = given[j] if j is not None else {}
        differing = frozenset(name for name in {*gold[i], *other} if gold[i].get(name) != other.get(name))
        right = j is not None and _is_right(table, gold[i], other)
        rows.append(RowPair(row, None if j is None else pred[j], differing, right))
    extra = set(range(len(pred))) - set(partner.values())
    return rows + [RowPair(None, pred[j], frozenset(given[j]), False) for j in sorted(extra)]


def _paired(
    table: str, truth: Sequence[Row], pred: Sequence[Row], kinds: Mapping[str, str]
) -> tuple[list[dict[str, str]], list[dict[str, str]], list[tuple[int, int]]]:
    """Both sides in comparable form, with the columns that are scored, and which rows belong together."""
    stated = {column for row in truth for column in row}
    gold = [_comparable(row, stated, kinds) for row in truth]
    given = [_comparable(row, stated, kinds) for row in pred] if stated else [dict(row) for row in pred]
    return gold, given, _pairs(table, gold, given)


def _comparable(row: Row, columns: set[str], kinds: Mapping[str, str]) -> dict[str, str]:
    return {name: comparable_cell(cell, kinds.get(name, "text")) for name, cell in row.items() if name in columns}


def _pairs(table: str, gold: Sequence[Row], given: Sequence[Row]) -> list[tuple[int, int]]:
    # Half a second, which `fakta models list` and the other commands that import this have no use for.
    from scipy.optimize import linear_sum_assignment

    if not gold or not given:
        return []
    equal = np.array([[len(row.items() & other.items()) for other in given] for row in gold], dtype=float)
    # Less than one equal cell in all, so that it decides between pairings with the same number of equal cells only.
    share = 0.4 / min(len(gold), len(given))
    for i, j in zip(*np.nonzero(equal), strict=True):
        right = _is_right(table, gold[i], given[j])
        equal[i, j] += share * (right + _similarity(gold[i].get("description", ""), given[j].get("description", "")))
    rows, columns = linear_sum_assignment(equal, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _is_right(table: str, gold: Row, given: Row) -> bool:
    wanted = ROW_COLUMNS.get(table, frozenset(gold)) & gold.keys()
    return all(_is_same(name, gold[name], given.get(name, "")) for name in wanted)


def _is_same(name: str, gold: str, given: str) -> bool:
    return gold == given or (name == "description" and _similarity(gold, given) >= SAME_DESCRIPTION)


def _similarity(first: str, second: str) -> float:
    # Edits without replacing: 2·(letters in common, in order) / length of both.
    return Indel.normalized_similarity(_folded(first), _folded(second))


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
