"""A pool of receipts: lines of text with boxes and the truth, in the form of the ICDAR 2019 SROIE set.

One JSON object a line: `{"document", "fields": {"company", "date", "address", "total"}, "lines": [{"text", "box"}]}`.
Nothing of fakta's own model reads them: the options for a field are the lines, and right is a line that prints it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from rapidfuzz import fuzz

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.documents.model import Box, Page, Word
from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.formats.jsonl import Problem, read_objects, summary
from fakta_lab.review.replay.case import Case, Question
from fakta_lab.review.replay.learner import SLOTS
from fakta_lab.review.sampling.glance import Glance
from fakta_lab.review.sampling.layouts import signature

RECEIPTS = Schema.from_dict(
    {
        "name": "receipt",
        "fields": {
            "company": {"kind": "name", "required": True},
            "date": {"kind": "date", "required": True},
            "address": {"kind": "text", "required": True},
            "total": {"kind": "amount", "required": True},
        },
    },
    source="receipts.py",
)
_TOKEN = re.compile(r"[^\W_]+|[%$:#]")
# Of the truth and a line, in per cent: from here on the line prints (part of) it.
_PRINTS = 80.0
_BIAS = -3.0


def receipt_cases(path: Path) -> list[Case]:
    """The receipts of a truth file.

    Raises:
        DatasetError: there is no such file, or a line is no receipt.
    """
    cases, problems = [], []
    for line, data in read_objects(path):
        if isinstance(data, Problem):
            problems.append(data)
        elif not isinstance(data.get("lines"), list) or not isinstance(data.get("fields"), dict):
            problems.append(Problem(line, "expected the keys document, fields and lines"))
        else:
            cases.append(_case(data))
    if problems:
        raise DatasetError(summary(path, problems))
    return cases


def _case(data: Mapping[str, Any]) -> Case:
    texts = [str(line["text"]) for line in data["lines"]]
    boxes = [Box(*line["box"]) for line in data["lines"]]
    features = [tuple(_features(i, texts, boxes)) for i in range(len(texts))]
    questions = tuple(
        Question(
            field=name,
            options=_options(name, features),
            prior=(_BIAS,) * len(texts),
            right=frozenset(i for i, text in enumerate(texts) if prints(name, str(data["fields"][name]), text)),
            stated=True,
            kinds=(
                _options(name, [[each for each in found if _by_itself(each)] for found in features]),
                _options(name, [[each for each in found if not _by_itself(each)] for found in features]),
            ),
        )
        for name in RECEIPTS.fields
        if data["fields"].get(name)
    )
    page = Page(1, 595, 842, tuple(_words(texts, boxes)), source="ocr")
    glance = Glance(
        name=str(data["document"]),
        sha256=hashlib.sha256(str(data["document"]).encode()).hexdigest(),
        wrong={question.field: 1.0 for question in questions},
        apart={},
        missing=(),
        amounts={},
        layout=signature(PageView.of(page, Lexicon.shipped(), None)),
    )
    return Case(glance, str(data["fields"].get("company", "")), questions)


def prints(name: str, truth: str, line: str) -> bool:
    """Whether a line prints a field's value, or for names and addresses a telling part of it.

    >>> prints("total", "9.00", "TOTAL RM 9.00"), prints("total", "9.00", "19.00")
    (True, False)
    >>> prints("company", "NORTH STAR TRADING", "NORTH STAR TRADlNG"), prints("company", "NORTH STAR TRADING", "STAR")
    (True, False)
    """
    if name in ("date", "total"):
        return re.search(rf"(?<![\d.,]){re.escape(truth)}(?![\d])", line) is not None
    return len(line) >= 0.3 * len(truth) and fuzz.partial_ratio(line.casefold(), truth.casefold()) >= _PRINTS


def _options(name: str, features: Sequence[Sequence[str]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(sorted({_slot(name, each) for each in found})) for found in features)


def _by_itself(feature: str) -> bool:
    """Whether it is about the line's own words, not about where it stands and what is around it."""
    return feature.startswith("own")


def _features(i: int, texts: Sequence[str], boxes: Sequence[Box]) -> Iterator[str]:
    """What a line says by itself ("own"), and what stands around it."""
    box = boxes[i]
    for token in _shapes(texts[i]):
        yield f"own {token}"
    yield f"own length {min(len(texts[i]) // 6, 8)}"
    yield "bias"
    yield f"place {int(box.middle * 12)}"
    yield f"place {int(box.left * 4)} {int(box.right * 4)}"
    yield f"place from top {min(i, 9)}"
    yield f"place high {int(min(box.height / 0.008, 6))}"
    beside = [
        j for j in range(len(texts)) if j != i and _overlap(boxes[j], box) > 0.5 and boxes[j].right <= box.left + 0.02
    ]
    for token in (token for j in beside for token in _shapes(texts[j])):
        yield f"beside {token}"
    for name, j in (("before", i - 1), ("after", i + 1)):
        if 0 <= j < len(texts):
            for token in _shapes(texts[j])[:4]:
                yield f"{name} {token}"


def _shapes(text: str) -> list[str]:
    """Words in one case, digits as 0."""
    return [re.sub(r"\d", "0", token) for token in _TOKEN.findall(text.casefold())]


def _overlap(first: Box, second: Box) -> float:
    shared = min(first.bottom, second.bottom) - max(first.top, second.top)
    return shared / max(min(first.height, second.height), 1e-6)


def _words(texts: Sequence[str], boxes: Sequence[Box]) -> Iterator[Word]:
    """The words of lines, each as wide as its share of the line's letters."""
    for text, box in zip(texts, boxes, strict=True):
        at = 0
        for part in text.split():
            start = text.index(part, at)
            at = start + len(part)
            left, right = (box.left + box.width * k / len(text) for k in (start, at))
            yield Word(part, Box(left, box.top, right, box.bottom))


def _slot(name: str, feature: str) -> int:
    return crc32(f"{name} {feature}".encode()) % SLOTS
