"""What Donut writes: the values of a document as one sequence of tokens, and back.

```
<s_invoice>                                                             the prompt: which schema to read by
<s_invoice_number>F-1200</s_invoice_number>                             a field, in schema order
<s_amount_due>12450.00</s_amount_due>                                   values in canonical form
<s_line_items>                                                          a table, behind the fields
<s_description>Timmer</s_description><s_line_amount>90.00</s_line_amount>
<sep/>                                                                  between rows
<s_description>Frakt</s_description>
</s_line_items>
</s>
```

without the line breaks. What is absent is left out: fields, columns, tables without rows. This is the form of Donut's
authors, `<sep/>` included, so their `token2json` reads it and checkpoints that know it need not unlearn it. Tags are
special tokens, made from the schema in a fixed order; a text that spells one out is text all the same. Columns of
different tables may share a name and then share its tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.encode import load_tokenizer
from fakta.errors import BundleError, FormatError, SchemaError
from fakta.fields import canonical, from_canonical
from fakta.fields.base import Value
from fakta.schema import Schema

# As MBart, Donut's decoder, has them.
BEGIN, PAD, END, UNKNOWN = "<s>", "<pad>", "</s>", "<unk>"
BASE_TOKENS = (BEGIN, PAD, END, UNKNOWN)
SEPARATOR = "<sep/>"

# A document's values: field to value, table to rows of column to value; None, "" and [] are absence.
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """One value in a sequence of tokens: `ids[start:stop]`, the tags not included.

    Attributes:
        name: of the field, or of the column.
        table: whose column it is; "" for a field.
        row: of the table, from 0.
        start, stop: positions in the sequence.
        text: the decoded tokens.
    """

    name: str
    table: str
    row: int
    start: int
    stop: int
    text: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A value that does not survive being written and read again.

    >>> print(Loss("a.pdf", "invoice_number", "A1", "A<unk>"))
    a.pdf: invoice_number: 'A1' comes back as 'A<unk>'
    """

    document: str
    field: str
    written: str
    read: str | None

    def __str__(self) -> str:
        back = "is lost" if self.read is None else f"comes back as {self.read!r}"
        return f"{self.document}: {self.field}: {self.written!r} {back}"


def prompt_token(schema: Schema) -> str:
    """What the decoder starts from.

    >>> from fakta.schema import invoice_schema
    >>> prompt_token(invoice_schema())
    '<s_invoice>'
    """
    return opening(schema.name)


def opening(name: str) -> str:
    """The tag in front of a field, table or column."""
    return f"<s_{name}>"


def closing(name: str) -> str:
    """The tag behind a field, table or column."""
    return f"</s_{name}>"


def special_tokens(schema: Schema) -> tuple[str, ...]:
    """The tokens that a tokenizer needs for the schema: separator, prompt, then the tags; each once, in fixed order.

    >>> from fakta.schema import invoice_schema
    >>> special_tokens(invoice_schema())[:4]
    ('<sep/>', '<s_invoice>', '<s_invoice_number>', '</s_invoice_number>')
    """
    names = [*schema.fields, *schema.tables, *(column for columns in schema.tables.values() for column in columns)]
    tags = (tag for name in names for tag in (opening(name), closing(name)))
    return tuple(dict.fromkeys((SEPARATOR, prompt_token(schema), *tags)))


class SequenceCodec:
    """Values to tokens and back, with one tokenizer and one schema.

    Args:
        tokenizer_json: the file or its bytes; any kind of tokenizer that has the special tokens.
        schema: of the documents.

    Raises:
        BundleError: the tokenizer is damaged or lacks a token.
        SchemaError: a field and a table have the same name.

    Attributes:
        schema: as given.
        tokenizer: without padding and truncation; text that looks like a special token is text to it.
        prompt_id, end_id, pad_id, separator_id: token numbers.
    """

    def __init__(self, tokenizer_json: Path | bytes, schema: Schema) -> None:
        for name in schema.tables:
            if name in schema.fields:
                raise SchemaError(f"schema {schema.name}: {name} is a field and a table; Donut needs a name for each")
        self.schema = schema
        self.tokenizer = load_tokenizer(tokenizer_json)
        self.tokenizer.encode_special_tokens = True
        self.prompt_id = self.token_id(prompt_token(schema))
        self.pad_id, self.end_id, self.separator_id = (self.token_id(token) for token in (PAD, END, SEPARATOR))
        self._openings: dict[int, str] = {}
        self._closings: dict[int, str] = {}
        columns = (column for table in schema.tables.values() for column in table)
        for name in (*schema.fields, *schema.tables, *columns):
            self._openings[self.token_id(opening(name))] = name
            self._closings[self.token_id(closing(name))] = name

    def token_id(self, token: str) -> int:
        """The number of a special token.

        Raises:
            BundleError: the tokenizer has no such token.
        """
        number = self.tokenizer.token_to_id(token)
        if number is None:
            raise BundleError(
                f"tokenizer.json: the special token {token} is missing, so it was not made for the schema "
                f"{self.schema.name!r}"
            )
        return int(number)

    def encode(self, values: Values) -> list[int]:
        """The token numbers of a document's values, `</s>` at the end; the prompt is not part of them.

        Args:
            values: canonical, as in truth files or as `Value`s; None is absence.

        Raises:
            SchemaError: a name that the schema does not have.
            FormatError: a value is not in canonical form.
        """
        ids: list[int] = []
        for name, table, rows in self._parts(values):
            if not table:
                ids += self._tagged(name, rows[0][name])
                continue
            ids.append(self.token_id(opening(name)))
            for number, row in enumerate(rows):
                if number:
                    ids.append(self.separator_id)
                for column, text in row.items():
                    ids += self._tagged(column, text)
            ids.append(self.token_id(closing(name)))
        return [*ids, self.end_id]

    def text(self, values: Values) -> str:
        """The sequence as people read it, prompt and end included."""
        parts = [prompt_token(self.schema)]
        for name, table, rows in self._parts(values):
            written = SEPARATOR.join(
                "".join(f"{opening(column)}{text}{closing(column)}" for column, text in row.items()) for row in rows
            )
            parts.append(f"{opening(name)}{written}{closing(name)}" if table else written)
        return "".join([*parts, END])

    def read(self, ids: Sequence[int]) -> list[Written]:
        """The values in a sequence; what is not well formed is passed over, the first of two is kept.

        Args:
            ids: with or without prompt; what stands behind the first `</s>` does not count.
        """
        found: dict[tuple[str, int, str], Written] = {}
        table, row = "", 0
        name, start = "", -1
        for position, number in enumerate(ids):
            if number == self.end_id:
                break
            columns = self.schema.tables[table] if table else {}
            opened, closed = self._openings.get(number), self._closings.get(number)
            if closed is not None and closed == name and start >= 0:
                key = (table, row, name)
                text = self.tokenizer.decode(list(ids[start:position]), skip_special_tokens=False)
                found.setdefault(key, Written(name, table, row, start, position, text))
                name, start = "", -1
            elif closed is not None and closed == table:
                table, row, name, start = "", 0, "", -1
            elif number == self.separator_id and table:
                row, name, start = row + 1, "", -1
            elif opened is not None and opened in (columns if table else self.schema.fields):
                name, start = opened, position + 1
            elif opened is not None and not table and opened in self.schema.tables:
                table, row, name, start = opened, 0, "", -1
            elif opened is not None or closed is not None:
                name, start = "", -1
        return list(found.values())

    def values(self, ids: Sequence[int]) -> dict[str, Any]:
        """The values in a sequence as text, tables as lists of rows; what `encode` was given, without absences."""
        values: dict[str, Any] = {}
        rows: dict[tuple[str, int], dict[str, str]] = {}
        for written in self.read(ids):
            if not written.table:
                values[written.name] = written.text
                continue
            key = (written.table, written.row)
            if key not in rows:
                rows[key] = {}
                values.setdefault(written.table, []).append(rows[key])
            rows[key][written.name] = written.text
        return values

    def round_trip(self, values: Values, *, document: str) -> list[Loss]:
        """The values that the tokenizer cannot write: to be empty for every label before anything is trained.

        Args:
            values: of one document, see `encode`.
            document: its name, for the message.
        """
        back = {(w.table, w.row, w.name): w.text for w in self.read(self.encode(values))}
        losses = []
        for name, table, rows in self._parts(values):
            for number, row in enumerate(rows):
                for column, text in row.items():
                    read = back.get((table, number, column))
                    if read != text:
                        place = f"{name}[{number + 1}].{column}" if table else column
                        losses.append(Loss(document, place, text, read))
        return losses

    def _tagged(self, name: str, text: str) -> list[int]:
        inside = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [self.token_id(opening(name)), *inside, self.token_id(closing(name))]

    def _parts(self, values: Values) -> Iterator[tuple[str, str, list[dict[str, str]]]]:
        """What there is to write, in order: (name, "", [{name: text}]) for a field, (name, name, rows) for a table."""
        unknown = sorted(set(values) - set(self.schema.fields) - set(self.schema.tables))
        if unknown:
            raise SchemaError(f"schema {self.schema.name} has neither field nor table {unknown[0]!r}")
        for name, field in self.schema.fields.items():
            text = _text(field.kind, values.get(name), where=name)
            if text:
                yield name, "", [{name: text}]
        for table, columns in self.schema.tables.items():
            rows = []
            for number, row in enumerate(values.get(table) or ()):
                where = f"{table}[{number + 1}]"
                foreign = sorted(set(row) - set(columns))
                if foreign:
                    raise SchemaError(f"schema {self.schema.name}: {where} has no column {foreign[0]!r}")
                texts = {
                    name: _text(column.kind, row.get(name), where=f"{where}.{name}") for name, column in columns.items()
                }
                rows.append({name: text for name, text in texts.items() if text})
            rows = [row for row in rows if row]
            if rows:
                yield table, table, rows


def _text(kind: str, value: Value | None, *, where: str) -> str:
    """A value's canonical form; "" for absence."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        return canonical(value)
    try:
        # A number may have been noted as "25": as "25.00" it is written like all others.
        return canonical(from_canonical(kind, value))
    except FormatError as error:
        raise FormatError(f"{where}: {error}") from None
