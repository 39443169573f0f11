"""Labelled pages as another printer, scanner or OCR engine would have given them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from fakta_lab.synth import SyntheticPage
from fakta_lab.synth.alteration import AlteredImage
from fakta_lab.synth.augment import augment
from fakta_lab.synth.block import Block
from fakta_lab.training.layoutlmv3.examples import UNKNOWN, LabelledPage

# Share of altered pages that have no picture, so that a model does not depend on one: some cannot be drawn.
NO_PICTURE = 0.05

# While a page is altered "?" is written like other labels, so that both halves of a split word stay unknown.
_UNKNOWN_HERE = f"B-{UNKNOWN}"


def altered(labelled: LabelledPage, *, seed: str) -> LabelledPage:
    """The page moved, skewed, with words lost, split, merged or misread; labels stay with their words.

    Its picture is moved and skewed as its words are, once somebody looks at it.
    """
    page = labelled.page
    labels = tuple(_UNKNOWN_HERE if label == UNKNOWN else label for label in labelled.labels)
    drawn = SyntheticPage(page.width, page.height, page.words, labels, drawing=Block())
    changed = augment(drawn, Random(seed))
    if not changed.words:
        return labelled
    render = AlteredImage(page.render, changed.alteration) if page.render and changed.alteration else page.render
    if Random(f"{seed}/picture").random() < NO_PICTURE:
        render = None
    return replace(
        labelled,
        page=replace(page, words=changed.words, render=render),
        labels=tuple(UNKNOWN if label.endswith(f"-{UNKNOWN}") else label for label in changed.labels),
    )
