"""What the labels around digits say about them: a person's number, or something that only looks like one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from fakta.candidates import relations
from fakta.candidates.labels import LabelHit, Lexicon
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta_lab.privacy.identity_numbers import IdentityNumber

# A label that belongs to the number less than this says nothing about it.
_BELONGS = 0.3


def says_otherwise(name: str) -> bool:
    """Whether a field of that name, or what stands under its label, is no person's number.

    >>> says_otherwise("payment_reference"), says_otherwise("supplier_org_number")
    (True, False)
    """
    return name in _labels()["otherwise"]


@cache
def personal_labels() -> Lexicon:
    """The labels that name a person's number."""
    return Lexicon(_labels()["personal"])


def may_be_a_persons(
    number: IdentityNumber, view: PageView, claiming: PageView, *, line: int, segment: Segment
) -> bool:
    """Whether the labels around digits let them be a person's number.

    Args:
        number: "bare" needs that no label speaks against it, "unproven" that one speaks for it.
        view, claiming: the page with the shipped lexicon's labels, and with `personal_labels`.
        line, segment: where the number stands.
    """
    claimed = max((quality for _, quality in _belonging(claiming, line, segment, number)), default=0.0)
    if claimed >= _BELONGS or number.form == "unproven":
        return claimed >= _BELONGS
    best = max(_belonging(view, line, segment, number), key=lambda named: named[1], default=("", 0.0))
    return best[1] < _BELONGS or not says_otherwise(best[0])


def _belonging(view: PageView, line: int, segment: Segment, number: IdentityNumber) -> Iterator[tuple[str, float]]:
    """What each label near the number names, and how well it belongs to the number, 0-1."""
    for hits in view.hits[: line + 1]:
        for hit in hits:
            quality = _quality(view, hit, line, segment, number)
            if quality > 0.0:
                for meaning in hit.meanings:
                    yield meaning.name, quality * meaning.strength


def _quality(view: PageView, hit: LabelHit, line: int, segment: Segment, number: IdentityNumber) -> float:
    if hit.segment is segment:
        return relations.beside_in_text(hit, segment, number.start) if hit.end <= number.start else 0.0
    box = segment.stretch(number.start, number.end).box
    if hit.line == line:
        return relations.beside_on_line(view, hit, segment, box) if hit.box.right <= box.left else 0.0
    return relations.below(view, hit, line, box)


@cache
def _labels() -> Mapping[str, Any]:
    text = resources.files("fakta_lab.privacy").joinpath("labels.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data
