"""Net, VAT, rounding and amount due, chosen together: they have to add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, product

from fakta.resolve.choice import Choice, Option

FIELDS = ("net_amount", "vat_amount", "rounding_amount", "amount_due")
# How many values of each field are tried together, and the log-odds below which one is not worth trying.
_TRIED = {"net_amount": 8, "vat_amount": 8, "rounding_amount": 3, "amount_due": 8}
_FLOOR = -4.5
_PRINTED_VAT_FLOOR = -1.0
# From here on the memory of a supplier is sure of a place.
_KNOWN = 0.6
# From this strength on a label says that an amount was paid before or is deducted.
_DEDUCTED = 0.6
# VAT rates in Sweden (domain rule A6) and the neighbours', in per mille; a mix of them lies between.
_MOST_VAT = 256
_RATES = (250, 120, 60, 0, 190, 200, 70, 150, 240, 255, 140)


def choose_amounts(ranked: Mapping[str, Sequence[Option]]) -> tuple[dict[str, Choice], float]:
    """The likeliest combination of the four amounts.

    Args:
        ranked: per field of `FIELDS` its options, likeliest first.

    Returns:
        The choices, and 1.0 if net + VAT + rounding = due among them, 0.0 if they contradict, 0.5 if it cannot be said.
    """
    tried: list[list[Option | None]] = [[None, *_worth_trying(name, ranked.get(name, ()))] for name in FIELDS]
    tried[1] += _vat_totals(tried[1])
    labelled = [_ore(option) for option in tried[3] if option is not None and _label(option) > 0.3]
    totals = frozenset(amount for amount in labelled if amount is not None)
    printed = frozenset(amount for option in tried[3] if (amount := _ore(option)) is not None)
    deducted = frozenset(_deducted(ranked.get("amount_due", ())))
    possible = _sums_of(tried) if any(map(_is_known, tried[3])) else frozenset()
    best: tuple[float, tuple[Option | None, ...]] = (-1e9, (None, None, None, None))
    scored = [[(0.0 if option is None else option.score, option) for option in options] for options in tried]
    for (first, net), (second, vat), (third, rounding), (fourth, due) in product(*scored):
        total = first + second + third + fourth
        # An upper bound first: most combinations cannot win even if they add up.
        if total + 6.0 > best[0]:
            combination = (net, vat, rounding, due)
            ore = [_ore(option) for option in combination]
            if combination[1] is not None and not combination[1].candidates and _sums(*ore) != 1.0:
                continue  # a total that stands nowhere needs the sum as its witness
            known = _is_known(combination[3])
            lenient = known and ore[3] not in possible
            stated = printed if known else totals if _says_to_pay(combination[3]) else frozenset()
            total += _agreement(*ore, totals=stated, deducted=deducted, known=lenient)
            if total > best[0]:
                best = (total, combination)
    sums = _sums(*(_ore(option) for option in best[1]))
    choices = {}
    for name, option in zip(FIELDS, best[1], strict=True):
        choices[name] = Choice.among(name, option, ranked.get(name, ()), {"sums": sums})
        if option is not None and sums == 1.0:
            option.reasons.append("sums add up")
    return choices, sums


def _worth_trying(name: str, options: Sequence[Option]) -> list[Option]:
    kept = []
    for option in options:
        if option.score < _FLOOR or not isinstance(option.value, Decimal):
            continue
        if name == "rounding_amount" and abs(option.value) >= 1:
            continue
        kept.append(option)
    return kept[: _TRIED[name]]


def _vat_totals(options: Sequence[Option | None]) -> Iterator[Option]:
    """Totals of VAT that is printed per rate only: sums of two or three labelled amounts on lines of their own."""
    printed = [
        option for option in options if option is not None and option.score > _PRINTED_VAT_FLOOR and option.best
    ][:5]
    for count in (2, 3):
        for parts in combinations(printed, count):
            lines = {(part.best.page, part.best.line) for part in parts if part.best}
            if len(lines) == count:
                total = sum((Decimal(part.value) for part in parts), Decimal(0))  # type: ignore[arg-type]
                score = sum(part.score for part in parts) / count - 0.8
                yield Option(total, [], score, [f"sum of {count} VAT amounts"])


def _ore(option: Option | None) -> int | None:
    return None if option is None else int(Decimal(option.value) * 100)  # type: ignore[arg-type]


def _sums(net: int | None, vat: int | None, rounding: int | None, due: int | None) -> float:
    if net is None or vat is None or due is None:
        return 0.5
    return float(abs(net + vat + (rounding or 0) - due) <= 1)


def _label(option: Option) -> float:
    labels = (candidate.labels.get("amount_due", 0.0) for candidate in option.candidates)
    return max(option.evidence.get("memory_label", 0.0), *labels, 0.0)


def _says_to_pay(due: Option | None) -> bool:
    """Whether a label of the strongest sort ("Att betala") stands right at the amount."""
    return due is not None and (_label(due) > 0.86 or _is_known(due))


def _is_known(due: Option | None) -> bool:
    """Whether earlier invoices of the supplier have the amount due where this one stands, and it is no piece of one."""
    if due is None or due.evidence.get("memory_label", 0.0) <= _KNOWN or due.evidence.get("inside"):
        return False
    return bool(due.evidence.get("form") or due.evidence.get("alone"))


def _sums_of(tried: Sequence[Sequence[Option | None]]) -> frozenset[int]:
    """What a net amount, VAT at a possible rate and perhaps a rounding add up to, in öre, give or take one."""
    nets, vats, roundings, _ = ([_ore(option) for option in options] for options in tried)
    return frozenset(
        net + vat + (rounding or 0) + off
        for net, vat in product(nets, vats)
        if net and vat is not None and -1 <= 1000 * vat / net <= _MOST_VAT
        for rounding in roundings
        for off in (-1, 0, 1)
    )


def _deducted(options: Sequence[Option]) -> Iterator[int]:
    """Amounts, in öre, that a label calls paid in advance or deducted."""
    for option in options:
        labels = (candidate.labels.get(name, 0.0) for candidate in option.candidates for name in ("paid", "deduction"))
        if max(labels, default=0.0) > _DEDUCTED and (amount := _ore(option)) is not None:
            yield abs(amount)


def _is_partly_paid(gross: int, due: int, totals: frozenset[int]) -> bool:
    """Whether less is due than the invoice's own printed total: a deduction (ROT, RUT) or a payment in advance."""
    return 0 < due < gross and any(abs(gross - printed) <= 50 for printed in totals if printed != due)


def _agreement(
    net: int | None,
    vat: int | None,
    rounding: int | None,
    due: int | None,
    *,
    totals: frozenset[int],
    deducted: frozenset[int],
    known: bool = False,
) -> float:
    """Log-odds that a combination gains or loses by how its amounts fit.

    Args:
        net, vat, rounding, due: in öre.
        totals: in öre, amounts that a label calls a total, for combinations whose amount due has a label of its own;
            empty for the others; for a known one all amounts that may be totals.
        deducted: in öre, amounts that a label calls paid in advance or deducted.
        known: earlier invoices of the supplier have the amount due there and no amounts add up to it, so that what else
            they deduct or add, and say in words that nobody knows, speaks less against it.
    """
    total = 0.0
    if net is not None and vat is not None:
        if net == 0:
            total -= 1.0 if vat == 0 else 4.0
        else:
            rate = 1000 * vat / net
            if rate < -1 or rate > _MOST_VAT:
                total -= 5.0
            elif any(abs(vat - net * known / 1000) <= max(2, abs(net) * 0.0002) for known in _RATES):
                total += 1.0
    if due is not None and net is not None and vat is not None:
        gap = due - net - vat - (rounding or 0)
        if abs(gap) <= 1:
            total += 4.0
        elif rounding is None and abs(gap) < 100 and due % 100 == 0:
            total += 2.0  # rounded to whole kronor without saying so
        elif _is_partly_paid(net + vat, due, totals):
            # The amount between the two is printed as paid: then the label is as good a witness as the sum.
            total += 5.0 if net + vat - due in deducted else 3.5
        else:
            total -= 0.5 if known else 3.0 if rounding is None else 4.5
    elif due is not None and net is not None:
        if abs(net) > abs(due) + 100:
            total -= 3.0
    elif due is not None and vat is not None:
        if abs(vat) > 0.21 * abs(due) + 2 and not known:
            total -= 3.0
        elif abs(vat - 0.2 * due) <= 2:
            total += 1.0
    return total
