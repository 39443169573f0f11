"""Phrases found by what a page prints instead of them: one letter more, less or other, or two neighbours exchanged.

Such an error leaves the first third of a phrase whole or the last. So phrases are looked up by these two, and only the
few that share one are compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable


class Misspelt:
    """An index of phrases.

    Args:
        phrases: letters only; where a text is one error away from several, the first of them is found.
        shortest: phrases with fewer letters are left out, for one letter makes another word of them.

    >>> index = Misspelt(["fakturanummer", "förfallodatum"], shortest=9)
    >>> [index.find(text) for text in ("fakturanumer", "fakturanunmer", "förfallodatmu", "förfallodatum", "faktura")]
    ['fakturanummer', 'fakturanummer', 'förfallodatum', 'förfallodatum', None]
    """

    def __init__(self, phrases: Iterable[str], *, shortest: int) -> None:
        self._shortest = shortest
        self._beginning: dict[tuple[int, str], list[tuple[int, str]]] = {}
        self._ending: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for rank, phrase in enumerate(phrases):
            length = len(phrase)
            if length >= shortest:
                third = length // 3
                self._beginning.setdefault((length, phrase[:third]), []).append((rank, phrase))
                self._ending.setdefault((length, phrase[-third:]), []).append((rank, phrase))

    def find(self, text: str) -> str | None:
        """The first phrase that is the text or one error away from it; None where there is none."""
        if len(text) < self._shortest:
            return None
        near: list[tuple[int, str]] = []
        for length in range(max(self._shortest, len(text) - 1), len(text) + 2):
            third = length // 3
            near += self._beginning.get((length, text[:third]), ())
            near += self._ending.get((length, text[-third:]), ())
        return min(((rank, phrase) for rank, phrase in near if one_error_apart(text, phrase)), default=(0, None))[1]


def one_error_apart(first: str, second: str) -> bool:
    """Whether two texts are equal once one letter is taken out of each, or of the longer one.

    >>> [one_error_apart("summa", other) for other in ("summa", "suma", "sunma", "smuma", "summor")]
    [True, True, True, True, False]
    """
    if len(first) < len(second):
        first, second = second, first
    if len(first) - len(second) > 1:
        return False
    start, end = 0, len(second)
    while start < end and first[start] == second[start]:
        start += 1
    shift = len(first) - len(second)
    while end > start and first[end + shift - 1] == second[end - 1]:
        end -= 1
    ours, theirs = first[start : end + shift], second[start:end]
    return ours[1:] == theirs if shift else ours[1:] == theirs[:-1] or ours[:-1] == theirs[1:]
