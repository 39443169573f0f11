"""What a value of each kind may look like in canonical form, character by character.

Two sorts: a `Pattern` spells a form out ("4 digits, hyphen, …"), `FreeText` only limits length and characters. They are
as strict as canonical forms are, and never stricter: check digits are evidence, not grammar.

>>> date = FORMS["date"]
>>> date.accepts("2026-04-15"), date.accepts("2026-4-15"), date.accepts("2026-13-01")
(True, False, False)
>>> FORMS["amount"].accepts("-1.50"), FORMS["amount"].accepts("1 250")
(True, False)
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from types import MappingProxyType

from fakta.fields.currency import CODES
from fakta.fields.document_type import CREDIT_NOTE, INVOICE

_DIGIT = "0123456789"
_CAPITAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EITHER = _CAPITAL + _DIGIT

# One way to write a value: runs of (characters, fewest, most), one behind the other.
Run = tuple[str, int, int]
Way = tuple[Run, ...]


@dataclass(frozen=True)
class Pattern:
    """A form with several ways to be written.

    A state is the set of all (way, run, characters in that run) that what is written so far may stand at.
    """

    ways: tuple[Way, ...]

    @cached_property
    def start(self) -> Hashable:
        """The state in which nothing is written."""
        return self._closed((way, 0, 0) for way in range(len(self.ways)))

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character that may stand in such a value."""
        return frozenset(character for way in self.ways for characters, _, _ in way for character in characters)

    def step(self, state: Hashable, text: str) -> Hashable | None:
        """The state after some more characters; None where they may not stand there."""
        assert isinstance(state, frozenset)
        for character in text:
            state = self._closed(
                (way, run, count + 1)
                for way, run, count in state
                if run < len(self.ways[way]) and character in self.ways[way][run][0] and count < self.ways[way][run][2]
            )
            if not state:
                return None
        return state

    def missing(self, state: Hashable) -> int:
        """Fewest characters until the value may end; 0 where it may."""
        assert isinstance(state, frozenset)
        return min(
            sum(least for _, least, _ in self.ways[way][run:]) - min(count, self.ways[way][run][1])
            if run < len(self.ways[way])
            else 0
            for way, run, count in state
        )

    def accepts(self, text: str) -> bool:
        """Whether the text is a whole value."""
        state = self.step(self.start, text)
        return state is not None and self.missing(state) == 0

    def _closed(self, places: Iterable[tuple[int, int, int]]) -> frozenset[tuple[int, int, int]]:
        """The places, and those behind runs that may end there."""
        found = set()
        for way, run, count in places:
            found.add((way, run, count))
            while run < len(self.ways[way]) and count >= self.ways[way][run][1]:
                run, count = run + 1, 0
                found.add((way, run, count))
        return frozenset(found)


@dataclass(frozen=True)
class FreeText:
    """Any printable text of at most so many characters that does not begin with a blank.

    Attributes:
        longest: in characters.
        blanks: whether it may have them inside.
    """

    longest: int
    blanks: bool = True

    def accepts(self, text: str) -> bool:
        """Whether the text is a whole value."""
        return 1 <= len(text) <= self.longest and not text.startswith(" ") and self.allows(text)

    def allows(self, text: str) -> bool:
        """Whether these characters may stand anywhere in it."""
        return all(character.isprintable() for character in text) and (self.blanks or " " not in text)


def _run(characters: str, least: int, most: int | None = None) -> tuple[Way, ...]:
    return (((characters, least, most or least),),)


def _either(*forms: tuple[Way, ...]) -> tuple[Way, ...]:
    return tuple(way for form in forms for way in form)


def _then(*forms: tuple[Way, ...]) -> tuple[Way, ...]:
    return tuple(tuple(run for way in ways for run in way) for ways in product(*forms))


def _words(words: Iterable[str]) -> tuple[Way, ...]:
    return tuple(tuple((character, 1, 1) for character in word) for word in sorted(words))


_NUMBER = Pattern(_then(_either(_run("-", 1), ((),)), _run(_DIGIT, 1, 15), _run(".", 1), _run(_DIGIT, 2, 6)))
_MONTH = _either(_then(_run("0", 1), _run("123456789", 1)), _then(_run("1", 1), _run("012", 1)))
_DAY = _either(
    _then(_run("0", 1), _run("123456789", 1)), _then(_run("12", 1), _run(_DIGIT, 1)), _then(_run("3", 1), _run("01", 1))
)

# By kind of field; lengths of free text are those that the kinds parse.
FORMS: Mapping[str, Pattern | FreeText] = MappingProxyType(
    {
        "date": Pattern(_then(_run("12", 1), _run(_DIGIT, 3), _run("-", 1), _MONTH, _run("-", 1), _DAY)),
        "amount": _NUMBER,
        "percent": _NUMBER,
        "quantity": _NUMBER,
        "currency": Pattern(_words(CODES)),
        "document_type": Pattern(_words((INVOICE, CREDIT_NOTE))),
        "bankgiro": Pattern(_run(_DIGIT, 7, 8)),
        "plusgiro": Pattern(_run(_DIGIT, 2, 8)),
        "iban": Pattern(_then(_run(_CAPITAL, 2), _run(_DIGIT, 2), _run(_EITHER, 11, 30))),
        "bic": Pattern(_then(_run(_CAPITAL, 6), _run(_EITHER, 2), _either(((),), _run(_EITHER, 3)))),
        "org_number": Pattern(_run(_EITHER, 5, 16)),
        "vat_number": Pattern(_then(_run(_CAPITAL, 2), _run(_EITHER, 2, 16))),
        "payment_reference": FreeText(40, blanks=False),
        "identifier": FreeText(40),
        "name": FreeText(100),
        "text": FreeText(500),
    }
)
