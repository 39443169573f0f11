"""Words with their labels, joined and cut: what alterations of a page have in common."""

from __future__ import annotations

from math import inf

from fakta.documents.model import Box, Word

Labelled = list[tuple[Word, str]]


def clipped(left: float, top: float, right: float, bottom: float) -> Box:
    """The box with its edges on the page and some width and height left."""
    if 0.0 <= left < right - 0.0005 and right <= 1.0 and 0.0 <= top < bottom - 0.0005 and bottom <= 1.0:
        return Box(left, top, right, bottom)  # nearly all: training waits for this
    left, top = min(max(left, 0.0), 0.999), min(max(top, 0.0), 0.999)
    return Box(left, top, min(max(right, left + 0.0005), 1.0), min(max(bottom, top + 0.0005), 1.0))


def gap(before: Box, box: Box, *, aspect: float) -> float:
    """The blank between two words of a line in heights of the lower one; infinite for words of other lines.

    Args:
        before, box: the left and the right word.
        aspect: the page's height over its width.
    """
    height = min(before.bottom - before.top, box.bottom - box.top)
    if abs(before.top + before.bottom - box.top - box.bottom) > 0.4 * height:
        return inf
    return (box.left - before.right) / (height * aspect)


def join(before: tuple[Word, str], after: tuple[Word, str]) -> tuple[Word, str] | None:
    """Two neighbours as one word, or None where that would mix two values.

    >>> label, value = Word("Nr:", Box(0.1, 0.1, 0.2, 0.12)), Word("12", Box(0.2, 0.1, 0.3, 0.12))
    >>> joined = join((label, "O"), (value, "B-invoice_number"))
    >>> joined and (joined[0].text, joined[1])
    ('Nr:12', 'B-invoice_number')
    >>> join((value, "B-invoice_number"), (value, "B-customer_number"))
    """
    (one, kept), (other, label) = before, after
    if kept != "O" and label != "O" and not (label[0] == "I" and kept[2:] == label[2:]):
        return None
    return Word(one.text + other.text, one.box.union(other.box), one.confidence), label if kept == "O" else kept


def cut_at(labelled: tuple[Word, str], cut: int) -> Labelled:
    """A word as two, the first of `cut` characters; the label goes on in the second."""
    word, label = labelled
    at = word.box.left + word.box.width * cut / len(word.text)
    return [
        (Word(word.text[:cut], word.box._replace(right=at), word.confidence), label),
        (Word(word.text[cut:], word.box._replace(left=at), word.confidence), "I" + label[1:] if label != "O" else "O"),
    ]
