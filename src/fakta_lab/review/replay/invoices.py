"""A pool of generated invoices: many suppliers with house words, a few of which send most of the documents."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.documents.model import Document
from fakta.fields.base import canonical
from fakta.resolve import Option
from fakta_lab.formats.values import comparable
from fakta_lab.review.replay.case import Case, Question
from fakta_lab.review.replay.learner import SLOTS
from fakta_lab.review.sampling.glance import Reader
from fakta_lab.synth import SyntheticInvoice
from fakta_lab.synth.invoice import make_invoice
from fakta_lab.synth.supplier import make_supplier

# Options far down the list are never right and cost time.
_MOST_OPTIONS = 12
_WORD = re.compile(r"[^\W\d_]+|%")
# The scorer's log-odds are sure of what it knows; a learner could never outvote them as they are.
_TRUST = 0.5


@dataclass(frozen=True)
class Batch:
    """Generated invoices of one supplier.

    Attributes:
        pool: that strategies may choose.
        held_out: of the same supplier, to score on.
    """

    supplier: str
    pool: tuple[SyntheticInvoice, ...]
    held_out: tuple[SyntheticInvoice, ...]


def heavy_tailed(*, seed: str, suppliers: int, most: int, held_out: int) -> Iterator[Batch]:
    """Suppliers that send ever fewer documents: `most`, then a half, a third and so on of it, each at least one.

    Args:
        seed: of the suppliers; the same seed gives the same documents.
        suppliers: how many.
        most: documents of the largest one in the pool.
        held_out: documents of the largest one to score on.
    """
    for rank in range(suppliers):
        supplier = make_supplier(f"{seed}.{rank}", profile="demo")
        first, second = max(1, round(most / (rank + 1))), max(1, round(held_out / (rank + 1)))
        documents = tuple(make_invoice(supplier, turn, error_share=0.0) for turn in range(first + second))
        yield Batch(f"{seed}.{rank}", documents[:first], documents[first:])


def invoice_cases(
    invoices: Sequence[SyntheticInvoice], supplier: str, reader: Reader, *, progress: Callable[[], None] | None = None
) -> list[Case]:
    """The cases that invoices make, read by the reader's model."""
    cases = []
    for invoice in invoices:
        document = as_document(invoice)
        views, resolution = reader.resolve(document)
        questions = []
        for name, options in resolution.ranked.items():
            kind = reader.schema.fields[name].kind
            truth = invoice.fields.get(name)
            tried = options[:_MOST_OPTIONS]
            if not tried and truth is None:
                continue
            values = [comparable(canonical(option.value), kind) for option in tried]
            questions.append(
                Question(
                    field=name,
                    options=tuple(_slots(name, option, views) for option in tried),
                    prior=tuple(_TRUST * option.score for option in tried),
                    right=frozenset(
                        i for i, v in enumerate(values) if truth is not None and v == comparable(truth, kind)
                    ),
                    stated=truth is not None,
                )
            )
        cases.append(Case(reader.judge(document, views, resolution), supplier, tuple(questions)))
        if progress:
            progress()
    return cases


def as_document(invoice: SyntheticInvoice) -> Document:
    """The invoice as if it had been read from a file; its seed stands for its bytes."""
    pages = tuple(page.as_page(number) for number, page in enumerate(invoice.pages, start=1))
    return Document(invoice.seed, hashlib.sha256(invoice.seed.encode()).hexdigest(), pages)


def _slots(name: str, option: Option, views: Sequence[PageView]) -> tuple[int, ...]:
    found = {"bias"}
    for candidate in option.candidates[:3]:
        found |= set(_around(candidate, views[candidate.page]))
    return tuple(sorted({crc32(f"{name} {feature}".encode()) % SLOTS for feature in found}))


def _around(candidate: Candidate, view: PageView) -> Iterator[str]:
    """Words before and above an option, and its place."""
    box = candidate.box
    yield f"place {int(box.left * 6)} {int(box.top * 12)}"
    line = view.lines[candidate.line]
    before = " ".join(segment.text for segment in line if segment.box.right <= candidate.segment.box.left)
    yield f"before {' '.join(_letters(f'{before} {candidate.segment.text[: candidate.start]}')[-2:])}"
    for words in _letters(candidate.segment.text[: candidate.start])[-3:]:
        yield f"inside {words}"
    for back in (1, 2):
        if candidate.line >= back:
            over = [s for s in view.lines[candidate.line - back] if s.box.left < box.right and s.box.right > box.left]
            yield f"above {' '.join(_letters(' '.join(segment.text for segment in over))[-2:])}"


def _letters(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
