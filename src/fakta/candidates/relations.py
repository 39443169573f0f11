"""How well a label and a value belong together, by where they stand: beside, above, or in one run of text.

Every function gives a quality, 0-1. The numbers are set by hand from how forms are read: a value stands right of its
label or under it, and what stands between them breaks the bond.
"""

from __future__ import annotations

import re

from fakta.candidates.labels import LabelHit, telling_words
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.documents.model import Box

_ALIGNED = 0.012  # of the page width: about 2.5 mm on A4
_REACH = 5.0  # lines below a label that are still searched


def beside_in_text(hit: LabelHit, segment: Segment, start: int) -> float:
    """Label and value in one segment, the label first: `Fakturanr: 12345`."""
    between = segment.text[hit.end : start]
    telling = len(telling_words(between))
    quality = (1.0, 0.6, 0.4)[telling] if telling < 3 else 0.12
    digits = re.findall(r"\d[\d.,-]*\s*%?", between)
    if any(not number.endswith("%") for number in digits):
        quality *= 0.65
    if not hit.leading and not hit.colon:
        quality *= 0.8
    return quality


def beside_on_line(view: PageView, hit: LabelHit, segment: Segment, box: Box) -> float:
    """Label and value on one line, in different segments, the label to the left."""
    quality = 0.95 * (1.0 - 0.3 * max(0.0, box.left - hit.box.right))
    quality *= hit.openness
    for between in view.lines[hit.line]:
        if between is hit.segment or between is segment:
            continue
        if hit.segment.box.right - 1e-6 <= between.box.left and between.box.right <= segment.box.left + 1e-6:
            quality *= _barrier(view, hit.line, between)
    return quality


def beside_wrapped(view: PageView, hit: LabelHit, line: int, segment: Segment) -> float:
    """The label is centred beside a cell of two lines, so the value stands half a line higher or lower than it."""
    box = segment.box
    if abs(box.middle - hit.box.middle) > view.line_height or box.left < hit.segment.box.right:
        return 0.0
    if any(other.box.left >= hit.segment.box.right for other in view.lines[hit.line]):
        return 0.0  # something stands beside the label on its own line
    return 0.7 * (1.0 - 0.3 * (box.left - hit.box.right)) * hit.openness


def below(view: PageView, hit: LabelHit, line: int, box: Box) -> float:
    """The value under its label, aligned left, right or centred with it."""
    alignment = _alignment(hit.box, box)
    if alignment == 0.0:
        return 0.0
    distance = (box.top - hit.box.bottom) / view.line_height
    if not -0.6 <= distance <= _REACH:
        return 0.0
    quality = (
        0.92 * alignment * (1.0 - 0.03 * max(0.0, distance) - (0.12 * (distance - 1.2) if distance > 1.2 else 0.0))
    )
    quality *= hit.openness
    for i in range(hit.line + 1, line):
        if any(segment.box.left < box.right and box.left < segment.box.right for segment in view.lines[i]):
            quality *= 0.5
    return max(quality, 0.0)


def above(view: PageView, hit: LabelHit, box: Box) -> float:
    """The value over its label: rare, so weak."""
    distance = (hit.box.top - box.bottom) / view.line_height
    if not -0.5 <= distance <= 0.9 or _alignment(hit.box, box) < 0.95 or not hit.leading:
        return 0.0
    return 0.3 * hit.openness


def _alignment(label: Box, value: Box) -> float:
    if abs(label.left - value.left) <= _ALIGNED or abs(label.right - value.right) <= _ALIGNED:
        return 1.0
    if abs(label.center - value.center) <= _ALIGNED:
        return 0.97
    overlap = min(label.right, value.right) - max(label.left, value.left)
    if overlap <= 0:
        return 0.0
    return 0.7 if overlap >= 0.5 * min(label.width, value.width) else 0.45


def _barrier(view: PageView, line: int, segment: Segment) -> float:
    if any(
        hit.segment is segment and any(m.group in ("field", "other") for m in hit.meanings) for hit in view.hits[line]
    ):
        return 0.15
    text = segment.text
    if telling_words(text):
        return 0.35
    if not re.search(r"\d", text) or text.rstrip().endswith("%"):
        return 1.0
    return 0.65
