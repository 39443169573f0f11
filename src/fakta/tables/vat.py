"""VAT breakdown: taxable amount and tax of each rate, known by the tax being right.

A line that holds a rate, an amount and what that rate makes of it states one part of the breakdown, whether it is a
row of a table or a sentence ("Moms 25 % av 1 000,00: 250,00"), in any language. Which of several such lines belong
together follows from their sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import product as combinations

from fakta.candidates.page import PageView
from fakta.fields import amount as money
from fakta.fields.base import Value
from fakta.fields.printed import has_digit, plain
from fakta.schema import Schema
from fakta.tables.cells import readings
from fakta.tables.roles import VAT_RATES
from fakta.tables.vat_apart import parts_apart

Row = Mapping[str, Value]

_CENT = Decimal("0.01")
_SUMS = Decimal("0.05")  # what rounding part by part may come to
_SWEDISH = (Decimal(25), Decimal(12), Decimal(6), Decimal(0))
_PERCENT = re.compile(
    r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?) ?(?:%|(?:procent|prosent\w*|per ?cent|prozent|pour ?cent|pct)\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\d[.,:]\d\d")
_BARE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?")
_NEAR = 2  # lines between parts of one breakdown, at most
_MOST_RATES = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """One rate's part as a line may state it; the taxable amount is None where only the tax is printed."""

    line: int
    rate: Decimal
    taxable: Decimal | None
    tax: Decimal
    signed: bool

    def row(self) -> Row:
        row: dict[str, Value] = {"rate": self.rate, "tax_amount": self.tax}
        return (
            row if self.taxable is None else {"rate": self.rate, "taxable_amount": self.taxable, "tax_amount": self.tax}
        )


def read_vat_breakdown(
    views: Sequence[PageView], schema: Schema, net: Value | None, vat: Value | None
) -> tuple[Row, ...]:
    """Rate, taxable amount and tax amount of each VAT rate.

    Read where it is printed; else the single rate that net and VAT amount imply, if it is one of the Swedish rates or
    a page prints it.

    Args:
        views: the pages.
        schema: with the table's columns.
        net, vat: the amounts that the parts should come to, where they are known.
    """
    if not schema.tables.get("vat_breakdown"):
        return ()
    known_net, known_vat = (value if isinstance(value, Decimal) else None for value in (net, vat))
    found: list[tuple[float, tuple[_Part, ...]]] = []
    for view in views:
        parts = list(_parts(view))
        printed = _money(view) if len({part.rate for part in parts}) > 1 else set()
        for block in _blocks(parts):
            found += [(_agreement(choice, known_net, known_vat, printed), choice) for choice in _choices(block)]
    best = max(found, key=lambda each: each[0], default=(0.0, ()))
    whole = best[0] >= 1.0
    if known_net and known_vat is not None and not (whole and all(part.taxable is not None for part in best[1])):
        apart = parts_apart(views, _signed, _sums, known_net, known_vat, tolerance=_SUMS)
        if apart:
            return tuple(apart)
    if whole:
        return tuple(part.row() for part in best[1])
    return _implied(views, known_net, known_vat)


def _implied(views: Sequence[PageView], net: Decimal | None, vat: Decimal | None) -> tuple[Row, ...]:
    if not net or vat is None:
        return ()
    printed = {rate for view in views for line in view.lines for segment in line for rate in _signed(segment.text)}
    for rate in (*_SWEDISH, *sorted(printed - set(_SWEDISH), reverse=True)):
        if abs(net * rate / 100 - vat) <= _SUMS:
            return ({"rate": rate, "taxable_amount": net, "tax_amount": vat},)
    return ()


def _parts(view: PageView) -> Iterator[_Part]:
    """Every way in which a line states a rate with its tax."""
    for line, segments in enumerate(view.lines):
        texts = [plain(segment.text) for segment in segments]
        if not any(map(_MONEY.search, texts)):
            continue
        signed = {rate for text in texts for rate in _signed(text)}
        rates = signed or {rate for text in texts for rate in _rates(text, bare=True)}
        sums = [value for text in texts for value in _sums(text)]
        for rate in rates:
            for i, tax in enumerate(sums):
                if rate in signed:
                    yield _Part(line, rate, None, tax, signed=True)
                for j, taxable in enumerate(sums):
                    if i != j and taxable and abs(taxable * rate / 100 - tax) <= _CENT:
                        yield _Part(line, rate, taxable, tax, rate in signed)


def _rates(text: str, *, bare: bool) -> Iterator[Decimal]:
    found = [match[1] for match in _PERCENT.finditer(text)]
    if bare and not found and _BARE.fullmatch(text):
        found = [text]
    for number in found:
        rate = Decimal(number.replace(",", ".")).normalize()
        if rate in VAT_RATES:
            yield rate.quantize(Decimal(1)) if rate == int(rate) else rate


@lru_cache(maxsize=2048)
def _signed(text: str) -> tuple[Decimal, ...]:
    """The rates in a text that a percent sign, or the word, tells from other numbers."""
    return tuple(_rates(text, bare=False)) if has_digit(text) else ()


@lru_cache(maxsize=2048)
def _sums(text: str) -> tuple[Decimal, ...]:
    """The amounts in a text that are printed to the cent."""
    if not _MONEY.search(text):
        return ()
    return tuple(
        read[0] for match in money.find(text) if money.has_decimals(match.text) and (read := readings(match.text))
    )


def _money(view: PageView) -> set[Decimal]:
    return {value for line in view.lines for segment in line for value in _sums(plain(segment.text))}


def _blocks(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Parts on lines that follow each other, and each line's parts alone."""
    block: list[_Part] = []
    for part in parts:
        if block and part.line - block[-1].line > _NEAR:
            yield block
            block = []
        block.append(part)
    if block:
        yield block


def _choices(block: Sequence[_Part]) -> Iterator[tuple[_Part, ...]]:
    """Ways to take one part a rate: all with their taxable amounts, or all without."""
    for with_taxable in (True, False):
        by_rate: dict[Decimal, list[_Part]] = {}
        for part in block:
            if (part.taxable is not None) == with_taxable and part not in by_rate.get(part.rate, []):
                by_rate.setdefault(part.rate, []).append(part)
        lists = list(by_rate.values())[:_MOST_RATES]
        if lists:
            yield from combinations(*(parts[:6] for parts in lists))
        if len(lists) > 1:
            yield from ((part,) for parts in lists for part in parts[:6])


def _agreement(parts: tuple[_Part, ...], net: Decimal | None, vat: Decimal | None, printed: set[Decimal]) -> float:
    """How surely these are the whole breakdown; below 1 they are not taken for it."""
    taxes = sum((part.tax for part in parts), Decimal(0))
    bases = [part.taxable for part in parts if part.taxable is not None]
    agrees_vat = vat is not None and abs(taxes - vat) <= _SUMS
    if not bases:
        # A rate beside any sum at all: only the total of the tax makes it a breakdown.
        return 1.5 if agrees_vat and len(parts) > 1 else 0.0
    agrees_net = net is not None and abs(sum(bases) - net) <= _SUMS
    whole = {sum(bases), taxes, sum(bases) + taxes} & printed if len(parts) > 1 else set()
    score = 2.0 * agrees_net + 2.0 * agrees_vat + 1.5 * len(whole) + 0.5 * all(part.signed for part in parts)
    if len(parts) > 1 and all(part.tax or part.rate == 0 for part in parts):
        score += 0.5
    return score if any(part.tax for part in parts) or agrees_net else 0.0
