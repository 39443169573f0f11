"""A family's way of writing: the texts that its design sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from fakta_lab.synth.families.content import Content, Line
from fakta_lab.synth.families.family import Family
from fakta_lab.synth.party import Party


class Printing:
    """How one family writes days, numbers and identifiers."""

    def __init__(self, family: Family) -> None:
        self.family = family

    def day(self, value: date) -> str:
        """A date."""
        months = self.family.months
        month = months[value.month - 1] if months else ""
        return self.family.date.format(
            d=value.day, m=value.month, y=value.year, yy=value.year % 100, month=month, short=month[:3]
        )

    def number(self, value: Decimal, places: int = 2) -> str:
        """A number with that many decimals."""
        whole, _, fraction = f"{abs(value):,.{places}f}".partition(".")
        text = whole.replace(",", self.family.thousands) + (f"{self.family.decimal}{fraction}" if fraction else "")
        if value >= 0:
            return text
        return f"{text}-" if self.family.minus == "after" else f"{self.family.minus}{text}"

    def quantity(self, value: Decimal) -> str:
        """A number with the decimals that it has."""
        return self.number(value, max(0, -int(value.normalize().as_tuple().exponent)))

    def rate(self, value: Decimal) -> str:
        """A VAT rate."""
        return self.family.rate.format(rate=self.quantity(value))

    def field(self, name: str, value: str | Decimal | date) -> str:
        """The value of a field as it stands on the page."""
        if isinstance(value, Decimal):
            return self.number(value)
        if isinstance(value, date):
            return self.day(value)
        match name:
            case "supplier_org_number" | "customer_org_number":
                return f"{value[:6]}-{value[6:]}"
            case "bankgiro":
                return f"{value[:-4]}-{value[-4:]}"
            case "plusgiro":
                head = len(value[:-1]) % 2
                pairs = [value[:head]] * bool(head) + [value[i : i + 2] for i in range(head, len(value) - 1, 2)]
                return f"{' '.join(pairs)}-{value[-1]}"
            case "iban":
                return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
            case "supplier_vat_number" if value.startswith("NO"):
                return f"NO {value[2:5]} {value[5:8]} {value[8:11]} MVA"
        return value


def page_data(family: Family, content: Content) -> dict[str, Any]:
    """Everything a design needs, as text."""
    printing = Printing(family)
    return {
        "credit": content.fields["document_type"] == "credit_note",
        "currency": family.currency,
        "fields": {name: printing.field(name, value) for name, value in content.fields.items()},
        "extras": {name: printing.field(name, value) for name, value in content.extras.items()},
        "supplier": _party(content.supplier),
        "customer": _party(content.customer),
        "lines": [
            {**_line(printing, index, line), **sums}
            for index, (line, sums) in enumerate(zip(content.lines, _sums(printing, content.lines), strict=True))
        ],
        "rates": [
            {
                "index": index,
                "rate": printing.rate(rate),
                "taxable_amount": printing.number(base),
                "tax_amount": printing.number(tax),
                "gross": printing.number(base + tax),
            }
            for index, (rate, base, tax) in enumerate(content.rates)
        ],
        "charges": [{"label": label, "amount": printing.number(amount)} for label, amount in content.charges],
        "options": content.options,
    }


def _sums(printing: Printing, lines: list[Line]) -> Iterator[dict[str, str]]:
    """What the rows come to so far, as is carried to the next page, and since the heading above."""
    running = group = Decimal(0)
    for before, line in zip([None, *lines], lines, strict=False):
        running += line.line_amount
        group = line.line_amount if before is None or before.group != line.group else group + line.line_amount
        yield {"running": printing.number(running), "group_sum": printing.number(group)}


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "brand": party.brand,
        "address": list(party.address),
        "town": party.town,
        "contact": party.contact,
        "phone": party.phone,
        "email": party.email,
        "web": party.web,
    }


def _line(printing: Printing, index: int, line: Line) -> dict[str, Any]:
    return {
        "index": index,
        "group": line.group,
        "description": line.description,
        "more": line.more,
        "article_number": line.article_number,
        "quantity": printing.quantity(line.quantity),
        "unit": line.unit,
        "unit_price": printing.number(line.unit_price, line.price_places),
        "discount": f"{line.discount} %" if line.discount else "",
        "vat_rate": printing.rate(line.vat_rate),
        "line_amount": printing.number(line.line_amount),
    }
