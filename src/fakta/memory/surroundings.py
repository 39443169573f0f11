"""What surrounds a value on its page: the labels on its four sides, and the form it is printed in.

Labels are compared by their letters alone, so `Ert kundnr:` and `ERT KUNDNR` are one. No lexicon is asked: a
supplier's house word is as good a label as any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from fakta.candidates.labels import compact
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.documents.model import Box

# A label is short; what is longer is running text, of which the words next to the value count.
MOST_WORDS = 5
MOST_LETTERS = 40
# How far a label may stand to the side, in page widths, and above or below, in line heights.
_REACH = 0.7
_REACH_LINES = 4.0
# Words that stand between a label and its value and name nothing.
_FILLERS = frozenset("sek kr eur usd nok dkk gbp chf".split())
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"([Aa0])\1+")
_LETTER = re.compile(r"[^\W\d_]")
# Texts of which it is remembered what they read as a label: a segment is the neighbour of many values, and the next
# invoice of a supplier has most of the same.
_TEXTS = 4096


class Surroundings(NamedTuple):
    """The labels around a place, as compact letters; "" where there is none.

    Attributes:
        beside: in front of it in its own segment, else the nearest segment to the left.
        above: the nearest segment above that shares some of its width.
        after: behind it in its own segment, else the next segment to the right on its line.
        below: the nearest segment below that shares some of its width.
    """

    beside: str
    above: str
    after: str
    below: str


def surroundings(view: PageView, line: int, segment: Segment, start: int, end: int, box: Box) -> Surroundings:
    """What surrounds the characters `start:end` of a segment.

    Args:
        view: its page.
        line: index of its line on the page.
        segment: where it stands.
        start, end: of the text in the segment's.
        box: of the text.
    """
    before = label_of(segment.text[:start])
    if before:
        # What stands in front of it in its own segment says enough; what is around that is another value's.
        return Surroundings(before, "", "", "")
    after = head_of(segment.text[end:]) or _right(view, line, segment)
    beside = _left(view, line, segment, box)
    return Surroundings(beside, _above(view, line, box), after, _below(view, line, box))


@lru_cache(maxsize=_TEXTS)
def label_of(text: str) -> str:
    """The letters of the words behind the last number of a text, at most the last `MOST_WORDS`.

    >>> label_of("Bankgiro 123-4567 Vår ref:"), label_of("Ert kundnr"), label_of("SEK"), label_of("Box 12")
    ('vårref', 'ertkundnr', '', '')
    """
    words: list[str] = []
    for word in reversed(text.split()):
        if _DIGIT.search(word) or len(words) == MOST_WORDS:
            break
        words.append(word)
    return _joined(reversed(words))[-MOST_LETTERS:]


@lru_cache(maxsize=_TEXTS)
def shape(text: str) -> str:
    """The form of a text: letters as A or a, digits as 0, the rest as it is.

    >>> shape("F-3084"), shape("Anna  Berg")
    ('A-0000', 'Aaaa Aaaa')
    """
    return "".join(
        "0" if character.isdigit() else ("A" if character.isupper() else "a") if character.isalpha() else character
        for character in " ".join(text.split())
    )


@lru_cache(maxsize=_TEXTS)
def collapsed(form: str) -> str:
    """A form without lengths: what the names of two people have in common.

    >>> collapsed(shape("Anna Berg")) == collapsed(shape("Oskar Lindqvist")), collapsed(shape("Kst 5333"))
    (True, 'Aa 0')
    """
    return _RUN.sub(r"\1", form)


@lru_cache(maxsize=_TEXTS)
def head_of(text: str) -> str:
    """The letters of the words in front of the first number of a text, at most the first `MOST_WORDS`.

    >>> head_of(" Ombud"), head_of("kr Netto 30"), head_of("SEK"), head_of("12 st")
    ('ombud', 'krnetto', '', '')
    """
    words: list[str] = []
    for word in text.split():
        if _DIGIT.search(word) or len(words) == MOST_WORDS:
            break
        words.append(word)
    return _joined(words)[:MOST_LETTERS]


def _joined(words: Iterable[str]) -> str:
    letters = [compact(word).replace("%", "") for word in words]
    return "" if all(word in _FILLERS for word in letters if word) else "".join(letters)


def _left(view: PageView, line: int, segment: Segment, box: Box) -> str:
    edge = segment.box.left
    for other in reversed(view.lines[line]):
        gap = edge - other.box.right
        if gap < -1e-6 or other is segment:
            continue
        if gap > _REACH:
            return ""
        label = label_of(other.text)
        if label:
            return label
        if _LETTER.search(other.text) and not _is_filler(other.text):
            return ""  # another value: what stands left of that is its label
    return _left_between(view, line, box)


def _left_between(view: PageView, line: int, box: Box) -> str:
    """The label of a form whose labels stand half a line higher or lower than their values."""
    for i in (line + 1, line - 1):
        if not 0 <= i < len(view.lines):
            continue
        for other in reversed(view.lines[i]):
            gap = box.left - other.box.right
            if 0 <= gap <= _REACH and abs(other.box.middle - box.middle) < view.line_height:
                return label_of(other.text)
    return ""


def _right(view: PageView, line: int, segment: Segment) -> str:
    edge = segment.box.right
    for other in view.lines[line]:
        if other.box.left >= edge - 1e-6 and other is not segment:
            if other.box.left - edge > _REACH:
                return ""
            label = head_of(other.text)
            if label or not _is_filler(other.text):
                return label
    return ""


@lru_cache(maxsize=_TEXTS)
def _is_filler(text: str) -> bool:
    return all(compact(word) in _FILLERS for word in text.split())


def _above(view: PageView, line: int, box: Box) -> str:
    reach = box.top - _REACH_LINES * view.line_height
    for i in range(line - 1, -1, -1):
        if view.bottoms[i] < reach:
            break
        if other := _in_column(view, i, box):
            return label_of(other.text) if other.box.middle < box.top else ""
    return ""


def _below(view: PageView, line: int, box: Box) -> str:
    reach = box.bottom + _REACH_LINES * view.line_height
    for i in range(line + 1, len(view.lines)):
        if view.tops[i] > reach:
            break
        if other := _in_column(view, i, box):
            return head_of(other.text) if other.box.middle > box.bottom else ""
    return ""


def _in_column(view: PageView, line: int, box: Box) -> Segment | None:
    """The segment of a line that shares the most of a box's width."""
    best, most = None, 0.0
    for other in view.lines[line]:
        shared = min(other.box.right, box.right) - max(other.box.left, box.left)
        if shared > most:
            best, most = other, shared
    return best
