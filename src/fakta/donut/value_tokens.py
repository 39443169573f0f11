"""Forms of values over tokens: which token goes on with a value, and which may when time is short."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders

from fakta.donut.forms import Form, FreeText, Pattern
from fakta.errors import BundleError

Mask = npt.NDArray[np.bool_]


class ValueTokens:
    """A form as an automaton over tokens."""

    form: Form

    def __init__(self, form: Form, texts: Sequence[str | None]) -> None:
        self.form = form
        self._texts = texts

    def step(self, state: Hashable, token: int) -> Hashable | None:
        """The state behind one more token; None where it may not come."""
        text = self._texts[token]
        return self.form.step(state, text) if text else None

    def missing(self, state: Hashable) -> int:
        """Fewest tokens until the value may end: single characters at worst."""
        return self.form.missing(state)

    def key(self, state: Hashable) -> Hashable:
        """What a mask depends on."""
        return state

    def mask(self, state: Hashable, room: int) -> Mask:
        """Which tokens may come, so that the value can end within `room` tokens."""
        raise NotImplementedError


class PatternTokens(ValueTokens):
    """A pattern over the tokens that hold nothing but its characters.

    Raises:
        BundleError: a character has no token to itself, so that values with it could not always be finished.
    """

    def __init__(self, form: Pattern, texts: Sequence[str | None]) -> None:
        super().__init__(form, texts)
        allowed = form.characters
        self._candidates = [i for i, text in enumerate(texts) if text and allowed.issuperset(text)]
        single = {texts[i] for i in self._candidates}
        lacking = sorted(allowed - single)
        if lacking:
            raise BundleError(
                f"tokenizer.json: no token for {lacking[0]!r} alone, so values with it cannot always be written; "
                "train a byte-level tokenizer"
            )

    def mask(self, state: Hashable, room: int) -> Mask:
        mask = np.zeros(len(self._texts), dtype=bool)
        for token in self._candidates:
            successor = self.step(state, token)
            mask[token] = successor is not None and self.missing(successor) < room
        return mask


class FreeTokens(ValueTokens):
    """Free text over all tokens; `lengths` are those of the texts."""

    def __init__(self, form: FreeText, texts: Sequence[str | None], lengths: npt.NDArray[np.int_]) -> None:
        super().__init__(form, texts)
        self._longest = form.longest
        self._lengths = lengths
        self._inside = np.array([bool(text) and form.allows(text or "") for text in texts])
        self._first = self._inside & np.array([not (text or " ").startswith(" ") for text in texts])
        self._widest = int(lengths.max())

    def key(self, state: Hashable) -> Hashable:
        assert isinstance(state, int)
        # In the middle of a text all states are alike.
        return state if state == 0 else max(1, 1 + state - (self._longest - self._widest))

    def mask(self, state: Hashable, room: int) -> Mask:
        assert isinstance(state, int)
        if room < 1:
            return np.zeros(len(self._texts), dtype=bool)
        usable = self._first if state == 0 else self._inside
        return np.asarray(usable & (self._lengths <= self._longest - state))


def token_texts(tokenizer: Tokenizer) -> list[str | None]:
    """What each token adds to a text; None for special tokens, U+FFFD for each part of a character.

    Raises:
        BundleError: the tokenizer is not a byte-level one.
    """
    if not isinstance(tokenizer.decoder, decoders.ByteLevel):
        raise BundleError("tokenizer.json: Donut needs a byte-level tokenizer here; others cannot write every text")
    size = 1 + max(tokenizer.get_vocab(with_added_tokens=True).values())
    special = {number for number, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    texts: list[str | None] = []
    for number in range(size):
        token = tokenizer.id_to_token(number)
        texts.append(None if token is None or number in special else tokenizer.decoder.decode([token]))
    return texts
