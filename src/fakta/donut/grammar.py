"""Which token may come next: an automaton that lets nothing through but whole, well-formed sequences of a schema.

Fields come in schema order, each at most once; tags open and close; inside a value stand only tokens that its kind's
form allows; `</s>` ends it. And a sequence always ends in time: a token that would leave too few of the remaining
ones to finish the value, close its tags and write `</s>` is not allowed.

    state = grammar.start
    while not state.ended:
        allowed = grammar.mask(state, remaining)     # of shape (vocabulary,)
        token = int(np.where(allowed, logits, -np.inf).argmax())
        state, remaining = grammar.advance(state, token), remaining - 1
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fakta.donut.forms import FORMS, Pattern
from fakta.donut.sequence import SequenceCodec, Values, closing, opening
from fakta.donut.value_tokens import FreeTokens, Mask, PatternTokens, ValueTokens, token_bytes
from fakta.errors import SchemaError
from fakta.schema.registry import Field

# With so many tokens left nothing has to be hurried: more than any typed value and all closing tags take.
PLENTY = 64


@dataclass(frozen=True, slots=True)
class State:
    """Where in a sequence one is.

    Attributes:
        part: fields and tables before this one are behind; inside a value or table it is the one that is open.
        column: -1 outside of tables; else columns before this one are behind, or it is the one that is open.
        filled: the table's row has a value.
        value: of the form of the open value; None outside of values.
        ended: `</s>` was written.
    """

    part: int = 0
    column: int = -1
    filled: bool = False
    value: Hashable | None = None
    ended: bool = False


@dataclass(frozen=True)
class _Slot:
    """A field or column: what a value is written between, and as what."""

    name: str
    opens: int
    closes: int
    tokens: ValueTokens


@dataclass(frozen=True)
class _Part:
    """A field, or a table with its columns."""

    name: str
    opens: int
    closes: int
    slot: _Slot | None
    columns: tuple[_Slot, ...] = ()


class Grammar:
    """The automaton of one schema and tokenizer.

    Args:
        codec: of the sequences.

    Raises:
        BundleError: the tokenizer is no byte-level one.
        SchemaError: a field of an unknown kind.

    Attributes:
        start: the state behind the prompt.
        vocabulary: number of tokens.
    """

    def __init__(self, codec: SequenceCodec) -> None:
        self.codec = codec
        self.start = State()
        pieces = token_bytes(codec.tokenizer)
        self.vocabulary = len(pieces)
        self._of_form: dict[int, ValueTokens] = {}
        fields = [
            _Part(field.name, *self._tags(field.name), slot=self._slot(field, pieces))
            for field in codec.schema.fields.values()
        ]
        tables = [
            _Part(
                name,
                *self._tags(name),
                slot=None,
                columns=tuple(self._slot(column, pieces) for column in columns.values()),
            )
            for name, columns in codec.schema.tables.items()
        ]
        self._parts: tuple[_Part, ...] = (*fields, *tables)
        self._masks: dict[tuple[State, int], Mask] = {}

    def mask(self, state: State, remaining: int) -> Mask:
        """(vocabulary,) which tokens may come next; do not write to it.

        Args:
            state: not ended.
            remaining: tokens that may still be written, `</s>` included, at least `shortest(state)`.
        """
        slot = self._slot_of(state)
        within = min(remaining, PLENTY)
        key = (replace(state, value=slot.tokens.key(state.value)) if slot else state, within)
        if key not in self._masks:
            self._masks[key] = self._built(state, within)
        return self._masks[key]

    def advance(self, state: State, token: int) -> State:
        """The state behind one more token.

        Raises:
            ValueError: the token may not come here.
        """
        successor = self._successor(state, token)
        if successor is None:
            raise ValueError(f"the token {self.codec.tokenizer.id_to_token(token)!r} may not come here: {state}")
        return successor

    def shortest(self, state: State) -> int:
        """Fewest tokens to the end, `</s>` included."""
        if state.ended:
            return 0
        if state.column < 0:
            slot = self._slot_of(state)
            return 1 if slot is None else slot.tokens.missing(state.value) + 2
        slot = self._slot_of(state)
        if slot is not None:
            return slot.tokens.missing(state.value) + 3
        if state.filled:
            return 2
        columns = self._parts[state.part].columns[state.column :]
        return min(column.tokens.missing(column.tokens.start) + 2 for column in columns) + 2

    def is_between(self, state: State) -> bool:
        """Whether one is outside of values and tables, where the next field is opened."""
        return not state.ended and state.value is None and state.column < 0

    def passed(self, state: State, token: int) -> list[tuple[str, int]]:
        """Name and opening tag of the fields and tables that a token leaves out.

        Args:
            state: between fields.
            token: an opening tag, or `</s>`, which leaves out all that are left.
        """
        names = []
        for part in self._parts[state.part :]:
            if part.opens == token:
                break
            names.append((part.name, part.opens))
        return names

    def closes(self, token: int) -> bool:
        """Whether a token is a closing tag."""
        return token in self._closing_ids

    def refused(self, ids: Sequence[int]) -> int | None:
        """Position of the first token that may not stand where it does; None where the sequence is whole.

        Args:
            ids: without prompt, `</s>` at the end.
        """
        state = self.start
        for position, token in enumerate(ids):
            successor = None if state.ended else self._successor(state, token)
            if successor is None:
                return position
            state = successor
        return None if state.ended else len(ids)

    def label_problems(self, values: Values, *, document: str, max_length: int) -> list[str]:
        """Why a document's values cannot be a label, in words; empty where nothing is wrong.

        Args:
            values: canonical.
            document: its name, for the messages.
            max_length: tokens that there is room for, `</s>` included.

        Raises:
            SchemaError, FormatError: as `SequenceCodec.encode`.
        """
        losses = [str(loss) for loss in self.codec.round_trip(values, document=document)]
        if losses:
            return losses
        ids = self.codec.encode(values)
        position = self.refused(ids)
        if position is not None:
            start = max(i for i in range(position + 1) if ids[i] in self._opening_ids)
            tag = self.codec.tokenizer.id_to_token(ids[start])
            text = self.codec.tokenizer.decode(ids[start + 1 : position + 1])
            return [f"{document}: {tag}: {text!r}… has not the form of such a value"]
        if len(ids) > max_length:
            return [f"{document}: {len(ids)} tokens, more than the {max_length} that there is room for"]
        return []

    @cached_property
    def _opening_ids(self) -> frozenset[int]:
        slots = [column for part in self._parts for column in part.columns]
        return frozenset([part.opens for part in self._parts] + [slot.opens for slot in slots])

    @cached_property
    def _closing_ids(self) -> frozenset[int]:
        slots = [column for part in self._parts for column in part.columns]
        return frozenset([part.closes for part in self._parts] + [slot.closes for slot in slots])

    def _built(self, state: State, remaining: int) -> Mask:
        mask = np.zeros(self.vocabulary, dtype=bool)
        slot = self._slot_of(state)
        if slot is not None:
            behind = 2 if state.column < 0 else 3
            mask |= slot.tokens.mask(state.value, remaining - behind)
        for token in self._tags_from(state):
            successor = self._successor(state, token)
            if successor is not None and self.shortest(successor) < remaining:
                mask[token] = True
        return mask

    def _tags_from(self, state: State) -> list[int]:
        slot = self._slot_of(state)
        if slot is not None:
            return [slot.closes]
        if state.column < 0:
            return [self.codec.end_id, *(part.opens for part in self._parts[state.part :])]
        part = self._parts[state.part]
        return [part.closes, self.codec.separator_id, *(column.opens for column in part.columns[state.column :])]

    def _successor(self, state: State, token: int) -> State | None:
        slot = self._slot_of(state)
        if slot is not None:
            return self._in_value(state, slot, token)
        if state.column >= 0:
            return self._in_table(state, token)
        if token == self.codec.end_id:
            return replace(state, ended=True)
        for number, part in enumerate(self._parts[state.part :], start=state.part):
            if part.opens == token:
                return State(number, value=part.slot.tokens.start) if part.slot else State(number, column=0)
        return None

    def _in_value(self, state: State, slot: _Slot, token: int) -> State | None:
        if token == slot.closes:
            if slot.tokens.missing(state.value):
                return None
            if state.column < 0:
                return State(state.part + 1)
            return State(state.part, column=state.column + 1, filled=True)
        value = slot.tokens.step(state.value, token)
        return None if value is None else replace(state, value=value)

    def _in_table(self, state: State, token: int) -> State | None:
        part = self._parts[state.part]
        if state.filled and token == part.closes:
            return State(state.part + 1)
        if state.filled and token == self.codec.separator_id:
            return State(state.part, column=0)
        for number, column in enumerate(part.columns[state.column :], start=state.column):
            if column.opens == token:
                return replace(state, column=number, value=column.tokens.start)
        return None

    def _slot_of(self, state: State) -> _Slot | None:
        if state.value is None:
            return None
        part = self._parts[state.part]
        return part.slot if state.column < 0 else part.columns[state.column]

    def _tags(self, name: str) -> tuple[int, int]:
        return self.codec.token_id(opening(name)), self.codec.token_id(closing(name))

    def _slot(self, field: Field, pieces: Sequence[bytes | None]) -> _Slot:
        form = FORMS.get(field.kind)
        if form is None:
            raise SchemaError(f"{field.name}: unknown kind {field.kind!r}: known are {', '.join(FORMS)}")
        if id(form) not in self._of_form:
            tokens = PatternTokens(form, pieces) if isinstance(form, Pattern) else FreeTokens(form, pieces)
            self._of_form[id(form)] = tokens
        return _Slot(field.name, *self._tags(field.name), tokens=self._of_form[id(form)])
