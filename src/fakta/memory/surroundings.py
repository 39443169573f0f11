"""What surrounds a value on its page: the label beside it, the label above it, and the form it is printed in.

Labels are compared by their letters alone, so `Ert kundnr:` and `ERT KUNDNR` are one. No lexicon is asked: a
supplier's house word is as good a label as any.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from fakta.candidates.labels import compact
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.documents.model import Box

# A label is short; what is longer is running text, of which the words next to the value count.
MOST_WORDS = 5
MOST_LETTERS = 40
# How far a label may stand to the left, in page widths, and above, in line heights.
_REACH_LEFT = 0.45
_REACH_ABOVE = 4.0
# Words that stand between a label and its value and name nothing.
_FILLERS = frozenset("sek kr eur usd nok dkk gbp chf".split())
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")


class Surroundings(NamedTuple):
    """The labels around a place, as compact letters; "" where there is none.

    Attributes:
        beside: in front of it in its own segment, else the nearest segment to the left on its line.
        above: the nearest segment above that shares some of its width.
    """

    beside: str
    above: str


def surroundings(view: PageView, line: int, segment: Segment, start: int, box: Box) -> Surroundings:
    """What surrounds the text that begins at character `start` of a segment.

    Args:
        view: its page.
        line: index of its line on the page.
        segment: where it stands.
        start: its first character.
        box: of the text.
    """
    before = label_of(segment.text[:start])
    # What stands in front of it in its own segment says enough; what is above that is another value's.
    return Surroundings(before, "") if before else Surroundings(_left(view, line, segment), _above(view, line, box))


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
    letters = [compact(word).replace("%", "") for word in reversed(words)]
    if all(word in _FILLERS for word in letters if word):
        return ""
    return "".join(letters)[-MOST_LETTERS:]


def shape(text: str) -> str:
    """The form of a text: letters as A or a, digits as 0, the rest as it is, blanks single.

    >>> shape("F-3084"), shape("Anna Berg")
    ('A-0000', 'Aaaa Aaaa')
    """
    return "".join(
        "0" if character.isdigit() else ("A" if character.isupper() else "a") if character.isalpha() else character
        for character in " ".join(text.split())
    )


def _left(view: PageView, line: int, segment: Segment) -> str:
    edge = segment.box.left
    nearer = [other for other in view.lines[line] if other.box.right <= edge + 1e-6 and other is not segment]
    for other in reversed(nearer):
        if edge - other.box.right > _REACH_LEFT:
            break
        label = label_of(other.text)
        if label:
            return label
        if _LETTER.search(other.text) and not _is_filler(other.text):
            break  # another value: what stands left of that is its label
    return ""


def _is_filler(text: str) -> bool:
    return all(compact(word) in _FILLERS for word in text.split())


def _above(view: PageView, line: int, box: Box) -> str:
    reach = box.top - _REACH_ABOVE * view.line_height
    for i in range(line - 1, -1, -1):
        if view.bottoms[i] < reach:
            break
        best, most = None, 0.0
        for other in view.lines[i]:
            shared = min(other.box.right, box.right) - max(other.box.left, box.left)
            if shared > most and other.box.middle < box.top:
                best, most = other, shared
        if best is not None:
            return label_of(best.text)
    return ""
