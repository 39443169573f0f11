"""Cheap changes to a generated page for training: place, scale, skew, broken words and the errors of OCR."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from fakta.documents.lines import group_lines
from fakta.documents.model import Box, Word
from fakta_lab.synth.invoice import SyntheticPage

# What OCR engines make of a character.
_MISREAD = {
    "å": "aä",
    "ä": "aå",
    "ö": "o",
    "Å": "A",
    "Ä": "A",
    "Ö": "O",
    "0": "O",
    "O": "0",
    "1": "lI",
    "l": "1I",
    "I": "l1",
    "8": "B",
    "B": "8",
    "5": "S",
    "S": "5",
    "-": "–",
    ":": ".;",
    ".": ",",
    ",": ".",
    "m": "rn",
    "t": "f",
    "c": "e",
    "e": "c",
    "g": "q",
}


def augment(page: SyntheticPage, rng: Random, *, strength: float = 1.0) -> SyntheticPage:
    """The page as another printer, scanner or text extraction might have given it.

    Labels stay with their words; a word that is split carries its label on both parts.

    Args:
        page: stays as it is; its drawing no longer fits the result.
        rng: decides everything.
        strength: scales the probability of each change; 0 changes nothing.
    """
    words = list(zip(page.words, page.labels, strict=True))
    if rng.random() < 0.9 * strength:
        words = _moved(words, rng)
    if rng.random() < 0.15 * strength:
        words = _skewed(words, rng)
    if rng.random() < 0.4 * strength:
        words = _dropped(words, rng, share=rng.uniform(0, 0.08))
    if rng.random() < 0.3 * strength:
        words = _merged(words, rng, share=rng.uniform(0, 0.04))
    if rng.random() < 0.3 * strength:
        words = _split(words, rng, share=rng.uniform(0, 0.04))
    if rng.random() < 0.25 * strength:
        words = _misread(words, rng, share=rng.uniform(0, 0.06))
    order = [i for line in group_lines([word for word, _ in words]) for i in line]
    return replace(page, words=tuple(words[i][0] for i in order), labels=tuple(words[i][1] for i in order))


Labelled = list[tuple[Word, str]]


def _clip(left: float, top: float, right: float, bottom: float) -> Box:
    left, top = min(max(left, 0.0), 0.999), min(max(top, 0.0), 0.999)
    return Box(left, top, min(max(right, left + 0.0005), 1.0), min(max(bottom, top + 0.0005), 1.0))


def _moved(words: Labelled, rng: Random) -> Labelled:
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
        box = word.box
        moved.append(
            (
                replace(
                    word,
                    box=_clip(
                        box.left * scale_x + shift_x + dx,
                        box.top * scale_y + shift_y + dy,
                        box.right * scale_x + shift_x + dx,
                        box.bottom * scale_y + shift_y + dy,
                    ),
                ),
                label,
            )
        )
    return moved


def _skewed(words: Labelled, rng: Random) -> Labelled:
    slope = rng.uniform(-0.012, 0.012)
    return [
        (
            replace(
                w,
                box=_clip(
                    w.box.left,
                    w.box.top + slope * (w.box.center - 0.5),
                    w.box.right,
                    w.box.bottom + slope * (w.box.center - 0.5),
                ),
            ),
            label,
        )
        for w, label in words
    ]


def _dropped(words: Labelled, rng: Random, *, share: float) -> Labelled:
    """Some words without label are gone, so that a value must be known without its caption."""
    return [(word, label) for word, label in words if label != "O" or rng.random() >= share]


def _split(words: Labelled, rng: Random, *, share: float) -> Labelled:
    result: Labelled = []
    for word, label in words:
        if len(word.text) < 4 or rng.random() >= share:
            result.append((word, label))
            continue
        cut = rng.randrange(1, len(word.text))
        at = word.box.left + word.box.width * cut / len(word.text)
        rest = "I" + label[1:] if label != "O" else "O"
        result.append((replace(word, text=word.text[:cut], box=word.box._replace(right=at)), label))
        result.append((replace(word, text=word.text[cut:], box=word.box._replace(left=at)), rest))
    return result


def _merged(words: Labelled, rng: Random, *, share: float) -> Labelled:
    """Neighbours that stand close become one word; two different values never do."""
    result: Labelled = []
    for word, label in words:
        if result and rng.random() < share:
            before, kept = result[-1]
            close = (
                0 <= word.box.left - before.box.right < 0.5 * word.box.height
                and abs(word.box.middle - before.box.middle) < 0.2 * word.box.height
            )
            if close and (kept == "O" or label == "O" or (label[:2] == "I-" and kept[2:] == label[2:])):
                merged = label if kept == "O" else kept
                result[-1] = (replace(before, text=before.text + word.text, box=before.box.union(word.box)), merged)
                continue
        result.append((word, label))
    return result


def _misread(words: Labelled, rng: Random, *, share: float) -> Labelled:
    def read(character: str) -> str:
        options = _MISREAD.get(character)
        return rng.choice(options) if options and rng.random() < 0.3 else character

    return [(replace(w, text="".join(map(read, w.text))) if rng.random() < share else w, label) for w, label in words]
