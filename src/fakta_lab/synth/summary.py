"""What an invoice adds up to: the rows between the lines and the amount due, and the ways to set them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.facts import CENT
from fakta_lab.synth.plan import Plan
from fakta_lab.synth.typeface import Piece
from fakta_lab.synth.wording import wording


@dataclass
class Summary:
    """The rows of the totals.

    Attributes:
        rows: in printing order.
        breakdown: what the rows state about each VAT rate.
        in_table: the rows are the last ones of the line table.
        tabulated: the rates have a table of their own.
    """

    rows: list[Item] = field(default_factory=list)
    breakdown: list[dict[str, str]] = field(default_factory=list)
    in_table: bool = False
    tabulated: bool = False


def summarise(content: Content, plan: Plan) -> Summary:
    """Net, VAT, rounding and amount due in one of many orders."""
    keys, facts = content.keys, content.facts
    summary = Summary(
        in_table=keys.chance("totals_in_table", 0.16),
        tabulated=keys.chance("vat_table", 0.5 if len(facts.rates) > 1 else 0.18),
    )
    rows = summary.rows

    def add(key: str, share: float) -> None:
        if keys.chance(f"totals.{key}", share) and (item := content.item(key, place="totals")) is not None:
            rows.append(item)

    if facts.charges:
        rows.append(Item("subtotal", content.label("subtotal"), content.money(facts.subtotal, "", place="totals")))
        rows += [
            Item("charge", ((label, ""),), content.money(amount, "", place="totals")) for label, amount in facts.charges
        ]
    add("net_amount", 0.86)
    if len(facts.rates) > 1 and not summary.tabulated:
        _rates(content, summary)
        add("vat_amount", 0.45)
    elif any(facts.rates) or keys.chance("zero_vat", 0.4):
        if len(facts.rates) == 1 and keys.chance("rate_row", 0.08):
            rate = next(iter(facts.rates))
            rows.append(Item("vat_rate", content.label("vat_rate"), ((content.rate_text(rate), "vat_breakdown.rate"),)))
            summary.breakdown.append({"rate": f"{rate.normalize():f}"})
        add("vat_amount", 0.93)
        if rows and len(rows[-1].label) > 1 and rows[-1].key == "vat_amount" and not summary.breakdown:
            summary.breakdown.append({"rate": f"{next(iter(facts.rates)).normalize():f}"})
    if facts.deducted:
        rows.append(Item("gross", content.label("gross"), content.money(facts.gross, "", place="totals")))
        rows += [
            Item(key, content.label(key), content.money(amount, "", place="totals")) for key, amount in facts.deducted
        ]
    elif keys.chance("gross_row", 0.12):
        rows.append(Item("gross", content.label("gross"), content.money(facts.gross, "", place="totals")))
    add("rounding_amount", 0.9)
    if keys.chance("totals_mixed", 0.06):
        summary.rows = rows = keys.shuffled("totals_order", rows)
    for key in ("currency", "due_date"):
        if key in plan.at("totals") and (item := content.item(key)) is not None:
            rows.append(item)
    due = content.item("amount_due", place="totals", strong=keys.chance("due_strong", 0.7))
    if due is not None and ("amount_due" in plan.at("totals") or not rows):
        rows.insert(keys.integer("due_at", 0, len(rows)) if keys.chance("due_moved", 0.1) else len(rows), due)
    return summary


def _rates(content: Content, summary: Summary) -> None:
    """A row for the VAT of each rate, sometimes with one for the amount it is charged on before it."""
    bases = content.keys.chance("rate_bases", 0.2)
    for rate, (base, tax) in content.facts.rates.items():
        stated = {"rate": f"{rate.normalize():f}", "tax_amount": f"{tax:.2f}"}
        if bases:
            label: tuple[Piece, ...] = (*content.label("taxable_amount"), (content.rate_sign(rate), ""))
            value = content.money(base, "vat_breakdown.taxable_amount", place="totals")
            summary.rows.append(Item("base_at_rate", label, value))
            stated["taxable_amount"] = f"{base:.2f}"
        tax_value = content.money(tax, "vat_breakdown.tax_amount", place="totals")
        summary.rows.append(Item("vat_at_rate", content.rate_label(rate), tax_value))
        summary.breakdown.append(stated)


def in_kronor(content: Content) -> tuple[Piece, ...]:
    """The sentence that gives the VAT or the amount due in kronor: no amount of the invoice."""
    keys, formats, fields = content.keys, content.supplier.formats, content.facts.fields
    text = keys.pick("in_kronor.text", wording(content.supplier.language, "sek_value"))
    rate = Decimal(content.rng.randrange(90_000, 125_000)) / 10_000
    amount = fields["vat_amount" if _about_vat(text) else "amount_due"]
    assert isinstance(amount, Decimal)
    value = formats.amount((amount * rate).quantize(CENT, ROUND_HALF_UP))
    return content.fill(text.replace("{rate}", formats.number(rate, 4)).replace("{amount}", value))


def _about_vat(text: str) -> bool:
    return text.casefold().startswith(("vat", "moms"))
