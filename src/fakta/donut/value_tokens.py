"""Forms of values over tokens: which token goes on with a value, and which may when time is short.

Tokens of a byte-level tokenizer are runs of bytes, so a letter such as "ö" may be two of them. Free text is followed
byte by byte: a letter that was begun is finished before anything else may come.
"""

from __future__ import annotations

import codecs
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, pre_tokenizers

from fakta.donut.forms import FreeText, Pattern
from fakta.errors import BundleError

Mask = npt.NDArray[np.bool_]

# Bytes of UTF-8 that only go on with a letter.
_GOES_ON = range(0x80, 0xC0)


class ValueTokens(Protocol):
    """A form as an automaton over tokens; states are the form's own business."""

    @property
    def start(self) -> Hashable:
        """The state in which nothing is written."""
        ...

    def step(self, state: Hashable, token: int) -> Hashable | None:
        """The state behind one more token; None where it may not come."""
        ...

    def missing(self, state: Hashable) -> int:
        """Fewest tokens until the value may end, single characters at worst; 0 where it may."""
        ...

    def key(self, state: Hashable) -> Hashable:
        """What a mask depends on."""
        ...

    def mask(self, state: Hashable, room: int) -> Mask:
        """Which tokens may come, so that the value can end within `room` tokens."""
        ...


class PatternTokens:
    """A pattern over the tokens that hold nothing but its characters.

    Args:
        form: the pattern.
        pieces: bytes of each token, see `token_bytes`.

    Raises:
        BundleError: a character has no token to itself, so that values with it could not always be finished.
    """

    def __init__(self, form: Pattern, pieces: Sequence[bytes | None]) -> None:
        self._form = form
        self._size = len(pieces)
        allowed = {ord(character) for character in form.characters}
        self._texts = {i: piece.decode() for i, piece in enumerate(pieces) if piece and allowed.issuperset(piece)}
        lacking = sorted(form.characters - set(self._texts.values()))
        if lacking:
            raise BundleError(
                f"tokenizer.json: no token for {lacking[0]!r} alone, so values with it cannot always be written; "
                "train a byte-level tokenizer"
            )

    @property
    def start(self) -> Hashable:
        return self._form.start

    def step(self, state: Hashable, token: int) -> Hashable | None:
        text = self._texts.get(token)
        return self._form.step(state, text) if text else None

    def missing(self, state: Hashable) -> int:
        return self._form.missing(state)

    def key(self, state: Hashable) -> Hashable:
        return state

    def mask(self, state: Hashable, room: int) -> Mask:
        mask = np.zeros(self._size, dtype=bool)
        for token in self._texts:
            successor = self.step(state, token)
            mask[token] = successor is not None and self.missing(successor) < room
        return mask


@dataclass(frozen=True, slots=True)
class _Written:
    """How much of a free text is written.

    Attributes:
        letters: begun.
        pending: bytes that the last one still needs.
    """

    letters: int = 0
    pending: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token as part of a free text.

    Attributes:
        finishes: bytes at its start that go on with a letter that is already begun.
        begins: letters that begin in it; 0 where all of it goes on with one letter.
        leaves: bytes that its last letter still needs.
        blank: its text begins with a blank.
    """

    finishes: int
    begins: int
    leaves: int
    blank: bool


class FreeTokens:
    """Free text over all tokens whose letters it allows.

    Args:
        form: the free text.
        pieces: bytes of each token, see `token_bytes`.
    """

    def __init__(self, form: FreeText, pieces: Sequence[bytes | None]) -> None:
        self._form = form
        self._pieces = [_piece(piece, form) if piece else None for piece in pieces]
        self._usable = np.array([piece is not None for piece in self._pieces])
        self._finishes, self._begins, self._leaves = (
            np.array([getattr(piece, name) if piece else 0 for piece in self._pieces])
            for name in ("finishes", "begins", "leaves")
        )
        self._blank = np.array([piece is not None and piece.blank for piece in self._pieces])
        self._widest = int(self._begins.max())

    @property
    def start(self) -> Hashable:
        return _Written()

    def step(self, state: Hashable, token: int) -> Hashable | None:
        assert isinstance(state, _Written)
        if not self._fitting(state, slice(token, token + 1))[0]:
            return None
        piece = self._pieces[token]
        assert piece is not None
        return _Written(state.letters + piece.begins, piece.leaves if piece.begins else state.pending - piece.finishes)

    def missing(self, state: Hashable) -> int:
        assert isinstance(state, _Written)
        return state.pending if state.letters else 1

    def key(self, state: Hashable) -> Hashable:
        assert isinstance(state, _Written)
        # In the middle of a text all places are alike.
        near_end = max(1, 1 + state.letters - (self._form.longest - self._widest))
        return _Written(near_end if state.letters else 0, state.pending)

    def mask(self, state: Hashable, room: int) -> Mask:
        assert isinstance(state, _Written)
        left = np.where(self._begins > 0, self._leaves, state.pending - self._finishes)
        return np.asarray(self._fitting(state, slice(None)) & (left < room))

    def _fitting(self, state: _Written, tokens: slice) -> Mask:
        finishes, begins = self._finishes[tokens], self._begins[tokens]
        joins = np.where(begins > 0, finishes == state.pending, finishes <= state.pending)
        fits = self._usable[tokens] & joins & (begins <= self._form.longest - state.letters)
        return fits if state.letters else fits & ~self._blank[tokens]


def token_bytes(tokenizer: Tokenizer) -> list[bytes | None]:
    """What each token adds to a text; None for special tokens.

    Raises:
        BundleError: the tokenizer is not a byte-level one.
    """
    if not isinstance(tokenizer.decoder, decoders.ByteLevel):
        raise BundleError("tokenizer.json: Donut needs a byte-level tokenizer here; others cannot write every text")
    byte_of = _byte_of_letter()
    size = 1 + max(tokenizer.get_vocab(with_added_tokens=True).values())
    added = {number: token for number, token in tokenizer.get_added_tokens_decoder().items()}
    pieces: list[bytes | None] = []
    for number in range(size):
        token = tokenizer.id_to_token(number)
        if token is None or (number in added and added[number].special):
            pieces.append(None)
        elif number in added:
            pieces.append(token.encode())
        else:
            pieces.append(bytes(byte_of[letter] for letter in token))
    return pieces


def _byte_of_letter() -> dict[str, int]:
    """Byte-level tokenizers write a byte as a letter: itself where it is printable, else one from U+0100 on."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    own = {letter: ord(letter) for letter in letters if ord(letter) < 0x100}
    others = sorted(set(range(0x100)) - set(own.values()))
    return own | dict(zip(letters[len(own) :], others, strict=True))


def _piece(piece: bytes, form: FreeText) -> _Piece | None:
    """A token as part of a free text; None where it may not be."""
    finishes = next((i for i, byte in enumerate(piece) if byte not in _GOES_ON), len(piece))
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(piece[finishes:])
    except UnicodeDecodeError:
        return None
    begun, _ = decoder.getstate()
    if not form.allows(text):
        return None
    leaves = (2 + (begun[0] >= 0xE0) + (begun[0] >= 0xF0) - len(begun)) if begun else 0
    return _Piece(finishes, len(text) + bool(begun), leaves, text.startswith(" ") and not finishes)
