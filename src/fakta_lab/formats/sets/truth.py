"""From what a public set prints to canonical values: what is known, what is unknown, and an account of the rest.

A value that no parser reads, or that stands twice and differs, is *unknown*: it is left out of the truth, is not
scored, and is counted. Only what the set itself calls absent is null.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fakta.documents import Box
from fakta.errors import FieldError
from fakta.fields import DECIMAL_KINDS, KINDS, canonical
from fakta.schema import Schema
from fakta_lab.formats.values import comparable

# A currency set tight before its number, and the x of a count behind it; and what may stand around a number.
_TIGHT = re.compile(r"(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[xX](?!\w))")
_IN_FRONT = re.compile(r"(?:[^\W\d_]{1,4}\.?)?[\s@:]*")
_BEHIND = re.compile(r"\s*[xX]?\s*")

# As many names as a notice gives before it counts the rest.
SHOWN = 6


class Stated(NamedTuple):
    """A value as the set has it: its text (None where it only says where it stands), page (from 1) and box."""

    text: str | None
    page: int | None = None
    box: Box | None = None


@dataclass(slots=True)
class Account:
    """What a set says that its truth does not, counted by name.

    Attributes:
        unreadable: values that the parser of their field's kind refuses.
        ambiguous: fields of which one document states several different values.
        unmapped: values under names that no field of the schema stands for.
        left_out: documents, by why they are no part of the set.
    """

    unreadable: Counter[str] = field(default_factory=Counter)
    ambiguous: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def notices(self) -> Iterator[str]:
        """A line for each kind of thing that was counted.

        >>> account = Account()
        >>> account.unreadable.update(total=2, date=1)
        >>> list(account.notices())
        ['unknown, as no parser reads them: total 2, date 1']
        """
        kinds = (
            (self.unreadable, "unknown, as no parser reads them"),
            (self.ambiguous, "unknown, as one document states several values"),
            (self.unmapped, "not scored, as the schema has no field for them"),
        )
        for counts, what in kinds:
            if counts:
                yield f"{what}: {_listed(counts)}"
        for why, count in self.left_out.items():
            yield f"{documents(count)} left out: {why}"


class Truth:
    """The fields and tables of one document, as they are found in a set.

    Args:
        schema: says of which kind each field is; None for texts under whatever name they have.
        account: takes note of what becomes of the values.

    Attributes:
        fields, tables: as `BenchmarkDocument` has them.
        places: field to where its value stands, `{"page": 1, "box": [left, top, right, bottom]}`, 0-1 of the page.
    """

    def __init__(self, schema: Schema | None, account: Account) -> None:
        self.account = account
        self._schema = schema
        self.fields: dict[str, str | None] = {}
        self.tables: dict[str, tuple[Mapping[str, str], ...]] = {}
        self.places: dict[str, list[dict[str, Any]]] = {}

    def state(self, name: str, values: Sequence[Stated]) -> None:
        """Says what a field is: one value, which may stand several times, or null where there are none."""
        values = [value for value in values if value.text is None or value.text.strip()]
        if self._schema and name not in self._schema.fields:
            if values:
                self.account.unmapped[name] += len(values)
            return
        if not values:
            self.fields[name] = None
            return
        kind = self._schema.fields[name].kind if self._schema else "text"
        read = self._one(name, [value.text for value in values], kind)
        if read is not None:
            self.fields[name] = read
            self.places[name] = [
                {"page": page, "box": list(box)} for _, page, box in values if page is not None and box is not None
            ]

    def add_table(self, name: str, rows: Sequence[Mapping[str, Sequence[str | None]]]) -> None:
        """Says what a table's rows are, each the texts by column; pieces of a text are one cell.

        A cell cannot be unknown by itself, for a column that other rows state is scored in all: one unknown cell takes
        its column out of the document's truth.
        """
        columns = self._schema.tables.get(name, {}) if self._schema else {}
        unknown: set[str] = set()
        read: list[dict[str, str]] = []
        for row in rows:
            cells: dict[str, str] = {}
            for column, pieces in row.items():
                texts = [text for text in pieces if text is None or text.strip()]
                if not texts:
                    continue
                if column not in columns:
                    self.account.unmapped[f"{name}.{column}"] += len(texts)
                    continue
                cell = self._one(f"{name}.{column}", _joined(texts, columns[column].kind), columns[column].kind)
                if cell is None:
                    unknown.add(column)
                else:
                    cells[column] = cell
            read.append(cells)
        if columns:
            self.tables[name] = tuple(
                {column: cell for column, cell in row.items() if column not in unknown} for row in read
            )

    def extra(self, **more: Any) -> dict[str, Any]:
        """The other keys of the document's line: `places` where there are any, and `more`."""
        places = {name: places for name, places in self.places.items() if places}
        return {**({"places": places} if places else {}), **more}

    def _one(self, name: str, texts: Sequence[str | None], kind: str) -> str | None:
        """The canonical value of texts that all say the same, or None."""
        try:
            values = [canonical_text(text or "", kind) for text in texts]
        except FieldError:
            self.account.unreadable[name] += 1
            return None
        if len({comparable(value, kind) for value in values}) > 1:
            self.account.ambiguous[name] += 1
            return None
        return values[0]


def canonical_text(text: str, kind: str) -> str:
    """The canonical form of a printed value, or of the only one that stands in the text.

    Around a number may stand a currency or the x of a count (`Rp 60.000`, `2x`), and nothing that could be part of it.

    Args:
        text: as printed.
        kind: a key of `KINDS`.

    Raises:
        FieldError: the text holds no value of that kind, or more than it.

    >>> canonical_text("Rp60.000", "amount"), canonical_text("2x", "quantity")
    ('60000.00', '2.00')
    >>> canonical_text("25/12/2018 8:13:39 PM", "date")
    '2018-12-25'
    """
    reader = KINDS[kind]
    try:
        return canonical(reader.parse(text))
    except FieldError:
        if kind != "date" and kind not in DECIMAL_KINDS:
            raise
        apart = text if kind == "date" else _TIGHT.sub(" ", text)
        found = list(reader.find(apart))
        widest = max(found, key=lambda match: match.end - match.start, default=None)
        if widest is None or any(match.start < widest.start or match.end > widest.end for match in found):
            raise
        bare = _IN_FRONT.fullmatch(apart[: widest.start]) and _BEHIND.fullmatch(apart[widest.end :])
        if kind != "date" and not bare:
            raise
        return canonical(reader.parse(widest.text))


def text_schema(name: str, fields: Iterable[str]) -> Schema:
    """A schema of text fields.

    Raises:
        SchemaError: there are no fields.
    """
    return Schema.from_dict({"name": name, "fields": {field: {"kind": "text"} for field in fields}}, source=name)


def documents(count: int) -> str:
    """That many documents, in words."""
    return f"{count} document{'' if count == 1 else 's'}"


def _joined(texts: Sequence[str | None], kind: str) -> Sequence[str | None]:
    return texts if kind != "text" or None in texts else [" ".join(text for text in texts if text)]


def _listed(counts: Counter[str]) -> str:
    shown = ", ".join(f"{name} {count}" for name, count in counts.most_common(SHOWN))
    more = len(counts) - SHOWN
    return shown + (f" and {more} more" if more > 0 else "")
