"""Cheap changes to a generated page for training: place, scale, skew, broken words and the errors of OCR."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from fakta.documents.lines import group_lines
from fakta.documents.model import Word
from fakta_lab.synth.alteration import Alteration
from fakta_lab.synth.invoice import SyntheticPage
from fakta_lab.synth.recognise import recognised
from fakta_lab.synth.words import Labelled, clipped, cut_at, gap, join

# Share of pages that are read as if they had been scanned.
SCANNED = 0.3


def augment(page: SyntheticPage, rng: Random, *, strength: float = 1.0) -> SyntheticPage:
    """The page as another printer, scanner or text extraction might have given it.

    Labels stay with their words; a word that is split carries its label on both parts.

    Args:
        page: stays as it is; the result's `alteration` says what became of its drawing.
        rng: decides everything.
        strength: scales the probability of each change; 0 changes nothing.
    """
    words = list(zip(page.words, page.labels, strict=True))
    alteration = Alteration()
    if rng.random() < 0.9 * strength:
        words, alteration = _moved(words, rng)
    if rng.random() < 0.4 * strength:
        words = _dropped(words, rng, share=rng.uniform(0, 0.08))
    aspect = page.height / page.width
    if rng.random() < SCANNED * strength:
        alteration = replace(alteration, scanned=True)
        if rng.random() < 0.5:
            words, alteration = _skewed(words, rng, alteration)
        words = recognised(words, rng, aspect=aspect)
    elif rng.random() < 0.3 * strength:
        words = _rejoined(words, rng, share=rng.uniform(0, 0.04), aspect=aspect)
    order = [i for line in group_lines([word for word, _ in words]) for i in line]
    return replace(
        page,
        words=tuple(words[i][0] for i in order),
        labels=tuple(words[i][1] for i in order),
        alteration=alteration if alteration != Alteration() else None,
    )


def _moved(words: Labelled, rng: Random) -> tuple[Labelled, Alteration]:
    """The whole page scaled and shifted as far as its margins allow, and every box a little off."""
    scale_x = rng.uniform(0.86, 1.05)
    scale_y = scale_x * rng.uniform(0.96, 1.04)
    left, right = min(w.box.left for w, _ in words) * scale_x, max(w.box.right for w, _ in words) * scale_x
    top, bottom = min(w.box.top for w, _ in words) * scale_y, max(w.box.bottom for w, _ in words) * scale_y
    shift_x = rng.uniform(0.01 - left, max(0.01 - left, 0.99 - right))
    shift_y = rng.uniform(0.01 - top, max(0.01 - top, 0.99 - bottom))
    noise = rng.choice((0.0, 0.0, 0.0005, 0.0015))
    moved = []
    for word, label in words:
        dx, dy = (rng.uniform(-noise, noise), rng.uniform(-noise, noise)) if noise else (0.0, 0.0)
        dx, dy = shift_x + dx, shift_y + dy
        left, top, right, bottom = word.box
        box = clipped(left * scale_x + dx, top * scale_y + dy, right * scale_x + dx, bottom * scale_y + dy)
        moved.append((Word(word.text, box, word.confidence), label))
    return moved, Alteration(scale_x, scale_y, shift_x, shift_y)


def _skewed(words: Labelled, rng: Random, alteration: Alteration) -> tuple[Labelled, Alteration]:
    """Lines that are not level, and not quite parallel: what straightening leaves of a photo."""
    slope, more = rng.uniform(-0.006, 0.006), rng.uniform(-0.012, 0.012)
    skewed = []
    for word, label in words:
        left, top, right, bottom = word.box
        up = (slope + more * (top - 0.5)) * ((left + right) / 2 - 0.5)
        skewed.append((Word(word.text, clipped(left, top + up, right, bottom + up), word.confidence), label))
    return skewed, replace(alteration, slope=slope, fan=more)


def _dropped(words: Labelled, rng: Random, *, share: float) -> Labelled:
    """Some words without label are gone, so that a value must be known without its caption."""
    return [(word, label) for word, label in words if label != "O" or rng.random() >= share]


def _rejoined(words: Labelled, rng: Random, *, share: float, aspect: float) -> Labelled:
    """Blanks lost and put in, as programs do that place letters one by one."""
    result: Labelled = []
    for word, label in words:
        if result and rng.random() < share and 0 <= gap(result[-1][0].box, word.box, aspect=aspect) < 0.35:
            joined = join(result[-1], (word, label))
            if joined is not None:
                result[-1] = joined
                continue
        if len(word.text) > 3 and rng.random() < share:
            result += cut_at((word, label), rng.randrange(1, len(word.text)))
        else:
            result.append((word, label))
    return result
