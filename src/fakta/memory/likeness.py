"""How alike two labels or two places are, and how far a number of documents is trusted."""

from __future__ import annotations

from fakta.documents.model import Box

# Letters from which a label that ends another one is still it, and from which one or two letters may be misread.
_TAIL = 5
_MISREAD = ((6, 1), (12, 2))
_MOST_MISREAD = 2
_MISREAD_WORTH = 0.85
_TAIL_WORTH = 0.8
_BARE = str.maketrans("åäöüøæéèà", "aaouoaeea")
# Page widths or heights within which two edges are one, and beyond which they have nothing in common.
_SAME, APART = 0.006, 0.03
# So many documents are worth half of endless many.
_HALF_TRUST = 0.5


def growth(agreeing: float, against: float) -> float:
    """How far documents are trusted, 0-1: more with each that agrees, less with each that does not.

    >>> [round(growth(n, 0), 2) for n in (0, 1, 2, 3, 10)], round(growth(2, 2), 2)
    ([0.0, 0.67, 0.8, 0.86, 0.95], 0.44)
    """
    return agreeing / (agreeing + _HALF_TRUST + against) if agreeing > 0 else 0.0


def nearness(first: Box, second: Box) -> float:
    """How near two boxes are to being one place, 0-1: flush left or right, and on one height."""
    across = min(abs(first.left - second.left), abs(first.right - second.right))
    return closeness(across) * closeness(abs(first.middle - second.middle))


def letters_of(label: str) -> int:
    """The letters that a label has, as a set of bits, without accents: for `may_be_alike`."""
    found = 0
    for letter in label.translate(_BARE):
        found |= 1 << (ord(letter) & 63)
    return found


def may_be_alike(first: str, letters: int, second: str, others: int) -> bool:
    """Whether `alike` has to be asked: it is costly, and two labels with quite other letters are not.

    Args:
        first, second: the labels.
        letters, others: of each, see `letters_of`.
    """
    # Every letter that is inserted, deleted or replaced changes two bits at most.
    if abs(len(first) - len(second)) <= _MOST_MISREAD and (letters ^ others).bit_count() <= 2 * _MOST_MISREAD:
        return True
    return first.endswith(second) or second.endswith(first)


def closeness(distance: float) -> float:
    """How near two edges are to being one, 0-1, by their distance in page widths or heights."""
    return min(1.0, max(0.0, (APART - distance) / (APART - _SAME)))


def alike(first: str, second: str) -> float:
    """How surely two labels, as compact letters, are one, 0-1; empty ones never are.

    >>> alike("ertkundnr", "ertkundnr"), alike("ertkundnr", "ertkumdnr"), alike("ertkundnr", "datum")
    (1.0, 0.85, 0.0)
    """
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    if min(len(first), len(second)) >= _TAIL and (first.endswith(second) or second.endswith(first)):
        return _TAIL_WORTH
    if abs(len(first) - len(second)) > _MOST_MISREAD:
        return 0.0
    allowed = max((letters for length, letters in _MISREAD if min(len(first), len(second)) >= length), default=0)
    if abs(len(first) - len(second)) > allowed:
        return 0.0
    bare = first.translate(_BARE), second.translate(_BARE)
    if bare[0] == bare[1]:
        return _MISREAD_WORTH
    return _MISREAD_WORTH if allowed and _distance(*bare, most=allowed) <= allowed else 0.0


def _distance(first: str, second: str, *, most: int) -> int:
    """Letters inserted, deleted or replaced between two words; `most` + 1 where there are more."""
    head = 0
    while head < min(len(first), len(second)) and first[head] == second[head]:
        head += 1
    first, second = first[head:], second[head:]
    tail = 0
    while tail < min(len(first), len(second)) and first[-1 - tail] == second[-1 - tail]:
        tail += 1
    if tail:
        first, second = first[:-tail], second[:-tail]
    if not first or not second:
        return len(first) + len(second)
    if max(len(first), len(second)) > 3 * most:
        return most + 1
    previous = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        current = [i]
        for j, other in enumerate(second, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (letter != other)))
        previous = current
    return previous[-1]
