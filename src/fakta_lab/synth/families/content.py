"""What one invoice of a family says: parties, rows, sums, dates, numbers, before anything is written as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from fakta_lab.synth.abroad import person_in
from fakta_lab.synth.families.family import Family, Item
from fakta_lab.synth.families.numbers import account, company_numbers, from_pattern, payment_reference
from fakta_lab.synth.identifiers import bankgiro, plusgiro
from fakta_lab.synth.party import Party, make_party, person_name

Value = str | Decimal | date


@dataclass(frozen=True)
class Line:
    """One row; amounts without VAT."""

    group: str
    description: str
    more: str
    article_number: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_places: int
    discount: int
    vat_rate: Decimal
    line_amount: Decimal


@dataclass(frozen=True)
class Content:
    """One invoice.

    Attributes:
        fields: canonical value by schema field; absent where this invoice has none.
        extras: what stands beside it and is no field of the schema.
        rates: rate, taxable amount and VAT amount, highest rate first.
        charges: label and amount of what is added below the rows.
        options: the vendor's choice of what the design may vary.
    """

    supplier: Party
    customer: Party
    fields: dict[str, Value]
    extras: dict[str, Value]
    lines: list[Line]
    rates: list[tuple[Decimal, Decimal, Decimal]]
    charges: list[tuple[str, Decimal]]
    options: Mapping[str, object]


def invent(family: Family, seed: str, turn: int = 0) -> Content:
    """An invoice of the seed's vendor.

    Args:
        family: of the vendor.
        seed: the same family, seed and turn give the same invoice.
        turn: which of the vendor's invoices. They share vendor, accounts and what the design may vary; customer,
            rows, dates and numbers are each invoice's own.
    """
    first = _invent(family, Random(f"{family.name}/{seed}"))
    return first if not turn else _invent(family, Random(f"{family.name}/{seed}/{turn}"), like=first)


def _invent(family: Family, rng: Random, *, like: Content | None = None) -> Content:
    """An invoice, of a fresh vendor or of the one that another invoice is of."""
    supplier = like.supplier if like else _supplier(family, rng)
    customer = make_party(rng, role="customer")
    options: Mapping[str, object] = (
        like.options if like else {name: rng.choice(values) for name, values in family.options.items()}
    )
    issued = date(2024, 1, 2) + timedelta(days=rng.randrange(1000))
    credit = rng.random() < family.credit_share
    sign = -1 if credit and family.credit_sign == "-" else 1
    lines = _lines(family, rng, sign)
    charges = [
        (label, sign * Decimal(rng.randint(*bounds))) for label, bounds in family.charges.items() if rng.random() < 0.6
    ]
    rates = _rates(family, lines, charges)
    net = sum((base for _, base, _ in rates), Decimal(0))
    vat = sum((tax for _, _, tax in rates), Decimal(0))
    due = net + vat
    rounding = _round(due, 0) - due if family.rounds else Decimal(0)
    number = from_pattern(rng, family.invoice_number, year=issued.year)
    customer_number = from_pattern(rng, family.customer_number, year=issued.year)
    reference = from_pattern(rng, rng.choice(family.references), year=issued.year) or customer.contact
    terms = rng.choice(family.terms)
    fields: dict[str, Value] = {
        "invoice_number": number,
        "invoice_date": issued,
        "due_date": issued + timedelta(days=terms),
        "document_type": "credit_note" if credit else "invoice",
        "currency": family.currency,
        "purchase_order": from_pattern(rng, family.purchase_order, year=issued.year),
        "buyer_reference": reference,
        "contract_reference": from_pattern(rng, family.contract_reference, year=issued.year),
        "customer_number": customer_number,
        "supplier_name": supplier.name,
        "supplier_org_number": supplier.org_number if family.country == "SE" else "",
        "supplier_vat_number": supplier.vat_number,
        "customer_name": customer.name,
        "customer_org_number": customer.org_number,
        **({name: like.fields[name] for name in family.accounts} if like else _accounts(family, rng)),
        "payment_reference": payment_reference(
            rng, family.payment_reference, invoice_number=number, customer_number=customer_number
        ),
        "net_amount": net,
        "vat_amount": vat,
        "amount_due": due + rounding,
    }
    if family.rounds:
        fields["rounding_amount"] = rounding
    extras: dict[str, Value] = {
        "company_number": supplier.org_number,
        "customer_vat_number": customer.vat_number,
        "delivery_date": issued - timedelta(days=rng.randrange(1, 9)),
        "order_date": issued - timedelta(days=rng.randrange(10, 30)),
        "period_start": (issued.replace(day=1) - timedelta(days=1)).replace(day=1),
        "period_end": issued.replace(day=1) - timedelta(days=1),
        "reminder_date": issued + timedelta(days=terms + 10),
        "terms": str(terms),
        "our_reference": supplier.contact,
        "salesman": person_name(rng),
        "delivery_note": from_pattern(rng, "#######", year=issued.year),
        "project": from_pattern(rng, "#####", year=issued.year),
        "gross": due,
        "subtotal": sum((line.line_amount for line in lines), Decimal(0)),
    }
    return Content(
        supplier, customer, {k: v for k, v in fields.items() if v != ""}, extras, lines, rates, charges, options
    )


def _supplier(family: Family, rng: Random) -> Party:
    if not family.vendors:
        return make_party(rng, role="supplier")
    vendor = rng.choice(family.vendors)
    org_number, vat_number = company_numbers(rng, family.country)
    return Party(
        name=vendor.name,
        brand=vendor.brand,
        kind="company",
        org_number=org_number,
        vat_number=vat_number,
        country=family.country,
        address=tuple(vendor.address),
        town="",
        contact=person_in(rng, family.country),
        phone=vendor.phone,
        mobile="",
        email=vendor.email,
        web=vendor.web,
    )


def _accounts(family: Family, rng: Random) -> dict[str, Value]:
    iban, bic = account(rng, family.country)
    made: dict[str, Value] = {"bankgiro": bankgiro(rng), "plusgiro": plusgiro(rng), "iban": iban, "bic": bic}
    return {name: made[name] for name in family.accounts}


def _lines(family: Family, rng: Random, sign: int) -> list[Line]:
    bounds = family.long_lines if rng.random() < family.long_share else family.lines
    count = rng.randint(*bounds)
    groups = sorted(rng.choices(family.groups, k=count), key=family.groups.index) if family.groups else [""] * count
    return [_line(family, rng, rng.choice(family.items), group, sign) for group in groups]


def _line(family: Family, rng: Random, item: Item, group: str, sign: int) -> Line:
    price = _round(Decimal(str(rng.uniform(*item.price))), item.places)
    quantity = sign * Decimal(rng.randint(item.quantity[0] * item.steps, item.quantity[1] * item.steps)) / item.steps
    discount = rng.choice(family.discounts) if family.discounts else 0
    rate = family.rates[0] if item.rate is None else item.rate
    return Line(
        group=group,
        description=item.text,
        more=item.more,
        article_number=from_pattern(rng, family.article_number, year=2026),
        quantity=quantity,
        unit=item.unit,
        unit_price=price,
        price_places=item.places,
        discount=discount,
        vat_rate=Decimal(str(rate)),
        line_amount=_round(quantity * price * (100 - discount) / 100, 2),
    )


def _rates(
    family: Family, lines: list[Line], charges: list[tuple[str, Decimal]]
) -> list[tuple[Decimal, Decimal, Decimal]]:
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        bases[line.vat_rate] = bases.get(line.vat_rate, Decimal(0)) + line.line_amount
    for _, amount in charges:
        rate = Decimal(str(family.rates[0]))
        bases[rate] = bases.get(rate, Decimal(0)) + amount
    return [(rate, base, _round(base * rate / 100, 2)) for rate, base in sorted(bases.items(), reverse=True)]


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(10) ** -places, ROUND_HALF_UP)
