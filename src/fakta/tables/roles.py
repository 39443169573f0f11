"""What each column of a table holds: by its head, by its cells, and by quantity times price being the amount."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, permutations

from fakta.tables.cells import is_date, is_money, letters, multiplies, readings
from fakta.tables.grid import Grid, GridLine

# Rates of VAT in the European Union, Norway, Switzerland and the United Kingdom, 2026: what a column of bare numbers
# has to hold to be taken for one of rates.
VAT_RATES = frozenset(
    map(
        Decimal,
        "0 2.1 2.6 3 3.8 4 4.8 5 5.5 6 7 8 8.1 9 9.5 10 12 13 13.5 14 15 16 17 18 19 20 21 22 23 24 25 25.5 27".split(),
    )
)
_RATE = re.compile(r"-?\d{1,2}(?:[.,]\d{1,2})? ?%?")
_MOST_LINES = 16  # that are looked at to tell what the columns of a long table hold
_LONGEST_UNIT = 8
_HEADED = 5.0  # letters of another text that one under the head of descriptions is worth


@dataclass(frozen=True, slots=True)
class Roles:
    """Positions of the columns by what they hold.

    Attributes:
        columns: role to position; "discount" beside the names of the schema. Where descriptions stand under the
            numbers of articles both have one position.
        multiplies: quantity times price was found to be the amount.
    """

    columns: Mapping[str, int]
    multiplies: bool

    def cell(self, line: GridLine, role: str) -> str:
        """The cell of a line in that role; "" where there is no such column."""
        position = self.columns.get(role)
        return line.cells[position] if position is not None else ""

    def contradicts(self, line: GridLine) -> bool:
        """Whether a line has numbers where units stand, or sums in place of rates: another table below this one."""
        unit, rate = self.cell(line, "unit"), self.cell(line, "vat_rate")
        return bool(readings(unit) and not letters(unit)) or bool(is_money(rate) and not _RATE.fullmatch(rate))


Preference = Callable[[int, str], float]


def assign_roles(grid: Grid, votes: Sequence[Mapping[str, float]]) -> Roles:
    """What the columns of a grid hold.

    Args:
        grid: the table.
        votes: per column, the share of its words that the model takes for each column of the schema.
    """
    anchors = [line for line in grid.lines if line.anchor][:_MOST_LINES]
    columns = [[line.cells[i] for line in anchors if line.cells[i]] for i in range(len(grid.heads))]

    def prefer(position: int, role: str) -> float:
        names = grid.heads[position].names
        named = 1.0 if role in names[:1] else 0.8 if role in names else 0.0
        return named + votes[position].get(role, 0.0)

    numeric = [
        i
        for i, cells in enumerate(columns)
        if _share(cells, lambda cell: bool(readings(cell))) >= 0.5 and _filled(cells, anchors)
    ]
    found, multiplies = _by_product(anchors, numeric, columns, prefer)
    _by_head(found, numeric, columns, prefer)
    headed = frozenset(i for i, head in enumerate(grid.heads) if head.names[:1] == ("description",))
    _by_content(found, columns, anchors, prefer, headed)
    _told_below(found, grid, columns)
    return Roles(found, multiplies)


def _by_product(
    anchors: Sequence[GridLine], numeric: Sequence[int], columns: Sequence[Sequence[str]], prefer: Preference
) -> tuple[dict[str, int], bool]:
    """Quantity, price, amount and discount as the columns that multiply in most lines."""
    best: tuple[float, dict[str, int]] = (0.0, {})
    sums = [i for i in numeric if not _share(columns[i], lambda cell: "%" in cell) > 0.5]
    for quantity, price, amount in permutations(sums, 3):
        if amount not in sums[-2:] and not prefer(amount, "line_amount"):
            continue
        others = [i for i in range(len(columns)) if i not in (quantity, price, amount) and columns[i]]
        for discount in (None, *(i for i in others if prefer(i, "discount") or _looks_like_discount(columns[i]))):
            lines = [line for line in anchors if line.cells[quantity] and line.cells[price] and line.cells[amount]]
            fits = 0
            for tried, line in enumerate(lines):
                fits += multiplies(line.cells[quantity], line.cells[price], line.cells[amount], _at(line, discount))
                if 2 * (tried + 1 - fits) > len(lines):
                    break
            if not fits or 2 * fits < len(lines):
                continue
            score = (
                fits
                + 0.6 * (prefer(quantity, "quantity") + prefer(price, "unit_price") + prefer(amount, "line_amount"))
                + 0.3 * (amount == max(sums))
                + 0.2 * (quantity < price)
                - (0.1 if discount is not None else 0.0)
            )
            if score > best[0]:
                roles = {"quantity": quantity, "unit_price": price, "line_amount": amount}
                best = (score, roles if discount is None else {**roles, "discount": discount})
    return dict(best[1]), bool(best[1])


def _at(line: GridLine, position: int | None) -> str:
    return line.cells[position] if position is not None else ""


def _looks_like_discount(cells: Sequence[str]) -> bool:
    return _share(cells, lambda cell: bool(_RATE.fullmatch(cell))) == 1.0


def _by_head(
    found: dict[str, int], numeric: Sequence[int], columns: Sequence[Sequence[str]], prefer: Preference
) -> None:
    """Columns that a head or the model names; an amount is the last column of sums where none is named."""
    free = [i for i in numeric if i not in found.values()]
    if "line_amount" not in found:
        sums = [i for i in free if _share(columns[i], is_money) > 0.5]
        # Amounts may be whole where prices are not: "1 360,00" for one, "1 360" in all.
        named = [i for i in free if prefer(i, "line_amount") >= 0.8]
        if named or sums:
            found["line_amount"] = max(named or sums)
    for role in ("quantity", "unit_price"):
        free = [i for i in numeric if i not in found.values()]
        best = max(free, key=lambda i: prefer(i, role), default=None)
        if role not in found and best is not None and prefer(best, role) >= 0.5:
            found[role] = best
    for role in ("vat_rate", "unit", "article_number", "description", "discount"):
        free = [i for i, cells in enumerate(columns) if i not in found.values() and cells]
        if role == "article_number":
            # "Item" heads names as often as numbers.
            free = [i for i in free if prefer(i, role) > prefer(i, "description") or _are_codes(columns[i])]
        best = max(free, key=lambda i: prefer(i, role), default=None)
        if role not in found and best is not None and prefer(best, role) >= 0.5 and _may_be(role, columns[best]):
            found[role] = best


def _may_be(role: str, cells: Sequence[str]) -> bool:
    if role == "vat_rate":
        return _share(cells, lambda cell: bool(_RATE.fullmatch(cell))) > 0.5
    if role == "unit":
        return _share(cells, _is_unit) > 0.5
    if role == "article_number":
        return not _are_positions(cells)
    if role == "description":
        return _share(cells, lambda cell: letters(cell) > 1) > 0.5
    return True


def _by_content(
    found: dict[str, int],
    columns: Sequence[Sequence[str]],
    anchors: Sequence[GridLine],
    prefer: Preference,
    headed: frozenset[int],
) -> None:
    """Columns that no head names: the text is the longest, rates are rates, codes hold digits."""
    texts = {
        i: sum(map(letters, cells)) * _weight(cells, prefer(i, "description"), headed=i in headed)
        for i, cells in enumerate(columns)
        if i not in found.values() or found.get("description") == i
    }
    longest = max(texts, key=texts.__getitem__, default=None)
    if longest is not None and texts[longest]:
        # A head such as "Artikel" may stand over numbers or over names.
        former = found.get("description")
        found["description"] = longest
        if former not in (None, longest) and "article_number" not in found and _are_codes(columns[former or 0]):
            found["article_number"] = former or 0
    # From the right: a number of the article stands nearer to the text than the position.
    for i, cells in reversed(list(enumerate(columns))):
        if i in found.values() or not _filled(cells, anchors):
            continue
        if "unit" not in found and _share(cells, _is_unit) > 0.8 and found.get("quantity", -2) in (i - 1, i + 1):
            found["unit"] = i
        elif "vat_rate" not in found and _are_rates(cells):
            found["vat_rate"] = i
        elif "article_number" not in found and i < found.get("description", 0) and _are_codes(cells):
            found["article_number"] = i


def _told_below(found: dict[str, int], grid: Grid, columns: Sequence[Sequence[str]]) -> None:
    """Codes with the text that they stand for under them are both: the article's number, and its description."""
    for i, cells in enumerate(columns):
        if i in found.values() and i not in (found.get("description"), found.get("article_number")):
            continue
        below = sum(
            one.anchor and not other.anchor and all(bool(cell) == (j == i) for j, cell in enumerate(other.cells))
            for one, other in pairwise(grid.lines)
        )
        if found.get("description", i) == i and 2 * below > len(cells) and _are_codes(cells):
            found["description"] = found["article_number"] = i
            return


def _weight(cells: Sequence[str], preference: float, *, headed: bool) -> float:
    """What a letter of a column counts for when the longest is looked for as the descriptions.

    Places, projects and names of people may be longer, and the model takes them for descriptions too, but not the head.
    """
    if headed and not _are_codes(cells) and not all(map(str.isupper, cells)):
        return _HEADED
    return 1.3 if preference else 1.0


def _is_unit(cell: str) -> bool:
    return len(cell) <= _LONGEST_UNIT and cell[:1].isalpha() and " " not in cell


def _are_rates(cells: Sequence[str]) -> bool:
    return all(_RATE.fullmatch(cell) and _rate(cell) in VAT_RATES for cell in cells)


def _rate(cell: str) -> Decimal:
    return Decimal(cell.strip("% ").replace(",", ".")).normalize()


def _are_codes(cells: Sequence[str]) -> bool:
    """Whether cells are numbers of articles: words with digits, neither days nor a running count."""
    codes = [cell for cell in cells if " " not in cell and any(map(str.isdigit, cell)) and not is_date(cell)]
    if not codes or len(codes) < 0.6 * len(cells) or any(is_money(cell) for cell in codes):
        return False
    return not _are_positions(cells) and max(map(len, codes)) > 2


def _are_positions(cells: Sequence[str]) -> bool:
    """Whether cells count the rows, from 1 or in steps of 10."""
    counts = [int(cell.strip(".")) for cell in cells if cell.strip(".").isdigit()]
    if len(counts) < len(cells) or counts[0] not in (1, 10):
        return False
    return all(later - earlier == counts[0] for earlier, later in pairwise(counts))


def _filled(cells: Sequence[str], anchors: Sequence[GridLine]) -> bool:
    return 3 * len(cells) >= len(anchors)


def _share(cells: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, cells)) / len(cells) if cells else 0.0
