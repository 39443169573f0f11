"""Words whose label nobody knows: masked, so that training neither learns nor unlearns on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from fakta.candidates.page import PageView
from fakta.candidates.search import attach_labels
from fakta.errors import FieldError
from fakta.fields import amount
from fakta.schema import Field
from fakta.tables.roles import VAT_RATES
from fakta_lab.dataset.alignment.occurrences import folded_words, possible

UNKNOWN = "?"

# Line heights without a row after which a table of line items has ended, unless a total ended it before.
TABLE_GAP = 7.0
# Kinds that nearly any word may be of: only a label says that one is.
LABELLED_KINDS = frozenset({"identifier", "text"})
# A label's bond with a value (0-1) from which the value may be the field's.
WEAK_EVIDENCE = 0.15
# What heads a VAT breakdown, and how many rows it has at most.
VAT_COLUMNS = frozenset({"taxable_amount", "tax_amount"})
RATE_COLUMNS = frozenset({"rate", "vat_rate"})
VAT_ROWS = 5
CENT = Decimal("0.01")
# A cell that holds a rate, though its sign, or even the rate, may be misread.
RATE_CELL = re.compile(r"(?:[01]?\d|2[0-7])(?:[.,]\d{1,2})? ?\S{0,2}")
NO_TAX = re.compile(r"0(?:[.,]0+)? ?%")
# Fields whose labels close a table of line items, and a word that is no currency.
TOTALS = frozenset({"net_amount", "vat_amount", "rounding_amount", "amount_due"})
LONG_WORD = re.compile(r"[^\W\d_]{4,}")
NUMBER_KINDS = ("amount", "quantity", "percent")
# Letters from which a word of a name is distinctive: "AB" and "i" stand everywhere.
DISTINCTIVE = 3


def mask_unknown(view: PageView, labels: list[str], *, fields: Iterable[Field]) -> None:
    """Masks everything on a page that may be the value of a field that nobody looked at.

    Nearly any word may be an identifier or a text. Of these only what stands beside the field's label is masked: with
    all of them masked, nothing on the page would be left to learn from.

    Args:
        view: the page.
        labels: of its words; changed in place.
        fields: those that are unknown.
    """
    by_kind: dict[str, list[Field]] = {}
    for field in fields:
        by_kind.setdefault(field.kind, []).append(field)
    for kind, unknown in by_kind.items():
        candidates = possible(view, kind)
        if kind in LABELLED_KINDS:
            attach_labels(view, candidates)
        for candidate in candidates:
            if kind in LABELLED_KINDS:
                hit = any(candidate.labels.get(field.name, 0.0) >= WEAK_EVIDENCE for field in unknown)
            else:
                hit = kind != "name" or candidate.passed("company_form")
            if hit:
                _mask(labels, candidate.words)


def mask_tables(view: PageView, labels: list[str]) -> None:
    """Masks what may be cells of a table: corrections say nothing about tables.

    That is every word under the head of a table of line items, and the numbers of any line that has several.
    """
    under_head = table_lines(view)
    for line, segments in enumerate(view.lines):
        if line in under_head:
            for segment in segments:
                _mask(labels, segment.indices)
    numbers_of_line: dict[int, set[int]] = {}
    for kind in NUMBER_KINDS:
        for candidate in possible(view, kind):
            numbers_of_line.setdefault(candidate.line, set()).update(candidate.words)
    for line, words in numbers_of_line.items():
        segments_with_numbers = sum(bool(words.intersection(segment.indices)) for segment in view.lines[line])
        if segments_with_numbers > 1:
            _mask(labels, words)


def mask_namesakes(view: PageView, labels: list[str], name: str) -> None:
    """Masks words of a name that does not stand on the page as it was corrected: it may be spelled differently."""
    distinctive = {word for word in folded_words(name) if len(word) >= DISTINCTIVE}
    for segments in view.lines:
        for segment in segments:
            words = [folded_words(word.text) for word in segment.words]
            if any(distinctive.intersection(parts) for parts in words):
                _mask(labels, segment.indices)


def table_lines(view: PageView) -> frozenset[int]:
    """Indices of the lines under the heads of tables of line items, heads themselves not among them."""
    lines: set[int] = set()
    for head in view.table_heads:
        bottom = view.bottoms[head]
        for line in range(head + 1, len(view.lines)):
            far = view.tops[line] - bottom > TABLE_GAP * view.line_height
            if line in view.table_heads or far or _opens_totals(view, line):
                break
            lines.add(line)
            bottom = view.bottoms[line]
    return frozenset(lines)


def vat_table_lines(view: PageView) -> frozenset[int]:
    """Indices of the lines that are rows of VAT breakdowns, by their head or by their tax being right."""
    return frozenset({*_lines_under_vat_heads(view), *_lines_of_right_tax(view)})


def _lines_under_vat_heads(view: PageView) -> Iterator[int]:
    """The lines under a taxable amount and a tax amount side by side."""
    for head, hits in enumerate(view.hits):
        columns = {meaning.name for hit in hits for meaning in hit.meanings if meaning.group == "column"}
        if not VAT_COLUMNS <= columns or head in view.table_heads:
            continue
        has_rates = bool(RATE_COLUMNS & columns)
        for line in range(head + 1, min(head + 1 + VAT_ROWS, len(view.lines))):
            texts = [segment.text for segment in view.lines[line]]
            if not any("%" in text for text in texts) and not (has_rates and any(map(_is_rate, texts))):
                break
            yield line


def _lines_of_right_tax(view: PageView) -> Iterator[int]:
    """The lines that hold a rate, a taxable amount and what the rate makes of it, each in a cell of its own."""
    for line, segments in enumerate(view.lines):
        if len(segments) < 3:
            continue
        texts = [segment.text for segment in segments]
        amounts = [(i, cell) for i, text in enumerate(texts) if (cell := _cell_amount(text)) is not None]
        if any(map(NO_TAX.fullmatch, texts)) and len({bool(cell) for _, cell in amounts}) > 1:
            yield line
            continue
        rates = [i for i, text in enumerate(texts) if _is_rate(text)]
        if any(
            taxable and abs(taxable * rate / 100 - tax) <= CENT and any(cell not in (i, k) for cell in rates)
            for rate in VAT_RATES
            if rate
            for i, taxable in amounts
            for k, tax in amounts
        ):
            yield line


def _cell_amount(text: str) -> Decimal | None:
    if not amount.has_decimals(text):
        return None
    try:
        return amount.parse(text)
    except FieldError:
        return None


def _is_rate(text: str) -> bool:
    """Whether a cell may hold a rate: with its sign, as a whole number, or with decimals one that is levied."""
    if not RATE_CELL.fullmatch(text):
        return False
    number = _cell_amount(text)
    return "%" in text or (text.strip("0") != "" if number is None else bool(number) and number in VAT_RATES)


def _mask(labels: list[str], words: Iterable[int]) -> None:
    for word in words:
        labels[word] = UNKNOWN


def _opens_totals(view: PageView, line: int) -> bool:
    """Whether a label of a total leads one of the line's segments, and hardly more than a figure follows it there."""
    return any(
        hit.leading
        and any(m.group == "end" or (m.group == "field" and m.name in TOTALS) for m in hit.meanings)
        and not LONG_WORD.search(hit.segment.text, hit.end)
        for hit in view.hits[line]
    )
