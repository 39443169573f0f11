"""What one invoice says: consistent numbers, dates and amounts before anything is placed on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from fakta.fields import org_number
from fakta_lab.synth import identifiers
from fakta_lab.synth.abroad import payment_reference, person_in
from fakta_lab.synth.classes import INVOICE, DocumentClass
from fakta_lab.synth.material import load_yaml
from fakta_lab.synth.party import Party
from fakta_lab.synth.supplier import Customer, Supplier

CENT = Decimal("0.01")
Value = str | Decimal | date
_SEK_PER = {
    "SEK": Decimal(1),
    "EUR": Decimal(11),
    "USD": Decimal(10),
    "NOK": Decimal(1),
    "DKK": Decimal("1.5"),
    "CHF": Decimal(12),
    "GBP": Decimal(13),
}


@dataclass
class Line:
    """One thing that was sold; amounts without VAT."""

    description: str
    continuation: str
    article_number: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount: Decimal
    vat_rate: Decimal
    amount: Decimal
    note: str = ""


@dataclass
class Facts:
    """The content of one invoice.

    Attributes:
        fields: canonical values by schema field, money as `Decimal`; absent where this invoice has no such value.
        rates: VAT rate to (taxable amount, VAT amount).
        charges: names of charges in the totals and their amounts; part of the net amount.
        deducted: what is taken off before the amount due, by label key.
        error: which inconsistency was planted, "" for none.
        kind: of document; others than the invoice print these values under other names.
    """

    fields: dict[str, Value]
    lines: list[Line]
    rates: dict[Decimal, tuple[Decimal, Decimal]]
    customer: Customer
    credit: bool
    reverse: bool
    terms_days: int
    gross: Decimal
    subtotal: Decimal
    charges: list[tuple[str, Decimal]] = field(default_factory=list)
    deducted: list[tuple[str, Decimal]] = field(default_factory=list)
    error: str = ""
    kind: DocumentClass = INVOICE


def make_facts(supplier: Supplier, rng: Random) -> Facts:
    """Consistent values for one invoice of the supplier."""
    keys = supplier.keys
    customer = rng.choice(supplier.customers)
    credit = rng.random() < 0.06
    reverse = bool(supplier.sector.get("reverse")) and keys.chance("reverse", 0.3)
    # Sold across a border: the buyer accounts for the VAT.
    reverse = reverse or (supplier.party.country != customer.party.country and rng.random() < 0.85)
    issued = date(2023, 1, 1) + timedelta(days=rng.randrange(1460))
    terms = int(keys.weighted("terms", {30: 60, 20: 8, 14: 7, 10: 12, 15: 3, 45: 2, 60: 3, 8: 1, 25: 1, 28: 2, 0: 1}))
    lines = _lines(supplier, rng, credit=credit, reverse=reverse)
    # Most amounts are ordinary; the sign is what a credit note changes.
    subtotal = sum((line.amount for line in lines), Decimal(0))
    main_rate = max(line.vat_rate for line in lines)
    charges = []
    if keys.chance("charges", 0.22) and not credit:
        label = keys.pick("charge", supplier.vocabulary["freight"])
        charges.append((label, Decimal(rng.choice((29, 39, 45, 49, 59, 75, 95, 120, 150, 195, 250, 490)))))
    if keys.chance("header_discount", 0.05) and not credit:
        charges.append((supplier.label("discount"), -_cents(subtotal * Decimal(rng.choice((5, 10, 15))) / 100)))
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        bases[line.vat_rate] = bases.get(line.vat_rate, Decimal(0)) + line.amount
    for _, amount in charges:
        bases[main_rate] += amount
    rates = {rate: (base, _cents(base * rate / 100)) for rate, base in sorted(bases.items(), reverse=True)}
    net = sum((base for base, _ in rates.values()), Decimal(0))
    vat = sum((tax for _, tax in rates.values()), Decimal(0))
    gross = net + vat
    facts = Facts({}, lines, rates, customer, credit, reverse, terms, gross, subtotal, charges)
    _deduct(facts, supplier, rng)
    due_before = gross + sum((amount for _, amount in facts.deducted), Decimal(0))
    rounds = supplier.currency == "SEK" and keys.chance("rounds", 0.62)
    rounding = _whole(due_before) - due_before if rounds else Decimal(0)
    values: dict[str, Value] = {
        "invoice_number": _invoice_number(supplier, rng, issued),
        "invoice_date": issued,
        "document_type": "credit_note" if credit else "invoice",
        "currency": supplier.currency,
        "supplier_name": supplier.party.name,
        "customer_name": customer.party.name,
        "net_amount": net,
        "vat_amount": vat,
        "amount_due": due_before + rounding,
        "customer_number": customer.number,
        "buyer_reference": customer.reference if rng.random() < 0.75 else person_in(rng, customer.party.place),
        "contract_reference": customer.contract,
        "purchase_order": _purchase_order(rng),
    }
    if not credit or rng.random() < 0.5:
        values["due_date"] = issued + timedelta(days=terms)
    if rounds:
        values["rounding_amount"] = rounding
    values["supplier_org_number"] = _registration(supplier.party)
    if not (supplier.party.kind in ("sole", "plain") and vat == 0):
        values["supplier_vat_number"] = supplier.party.vat_number
    values["customer_org_number"] = _registration(customer.party)
    for account in ("bankgiro", "plusgiro", "iban", "bic"):
        if account in supplier.accounts:
            values[account] = supplier.accounts[account]
    reference = _payment_reference(supplier, rng, str(values["invoice_number"]), customer.number)
    if reference:
        values["payment_reference"] = reference
    facts.fields = {name: value for name, value in values.items() if value != ""}
    return facts


def _registration(party: Party) -> str:
    """The party's number in its country's register of companies, canonical; "" for a person without one."""
    if not party.org_number or party.country == "SE":
        return party.org_number
    return org_number.parse(party.org_number)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP).quantize(CENT)


def _lines(supplier: Supplier, rng: Random, *, credit: bool, reverse: bool) -> list[Line]:
    lengths = (1, rng.randrange(2, 6), rng.randrange(6, 15), rng.randrange(15, 40), rng.randrange(40, 100))
    count = rng.choices(lengths, (33, 42, 20, 4, 1))[0]
    keys, sector = supplier.keys, supplier.sector
    sign = -1 if credit and keys.chance("negative_credit", 0.7) else 1
    articles = keys.pick("articles", ("number", "code", "dash", "long", "short"))
    discounts = keys.chance("discounts", 0.12)
    texts, more = sector_texts(supplier)
    lines: list[Line] = []
    for position in range(count):
        text, unit, low, high = rng.choice(sector["items"])
        price = Decimal(str(low + (high - low) * rng.random() ** 2)) / _SEK_PER[supplier.currency]
        places = 4 if high < 5 else 2
        if places == 2 and rng.random() < 0.45:
            price = price.quantize(Decimal(1), ROUND_HALF_UP)
        price = max(price.quantize(Decimal(10) ** -places, ROUND_HALF_UP), Decimal("0.01"))
        quantity = _quantity(
            rng, unit, high, fine=supplier.formats.decimal == "," and supplier.formats.thousands != ","
        )
        discount = Decimal(rng.choice((0, 0, 5, 10, 15, 20))) if discounts else Decimal(0)
        rate = Decimal(0) if reverse else Decimal(rng.choices(sector["rates"], (5, 2, 1)[: len(sector["rates"])])[0])
        if position and len(sector["rates"]) > 1 and keys.chance("single_rate", 0.5):
            rate = lines[0].vat_rate
        if sign > 0 and position and rng.random() < 0.02:
            quantity = -quantity
        lines.append(
            Line(
                description=text,
                continuation=rng.choice(more) if keys.chance("continues", 0.25) and rng.random() < 0.4 else "",
                article_number=_article(rng, articles),
                quantity=quantity * sign,
                unit=unit,
                unit_price=price,
                discount=discount,
                vat_rate=rate,
                amount=_cents(quantity * sign * price * (100 - discount) / 100),
                note=rng.choice(texts) if keys.chance("notes", 0.3) and rng.random() < 0.25 else "",
            )
        )
    if sum(line.amount for line in lines) * sign < 1:
        # Returns outweigh the rest: make it one sale that is worth an invoice.
        first = lines[0]
        first.quantity, first.unit_price, first.discount = Decimal(sign), Decimal("1450.00"), Decimal(0)
        first.amount = sign * first.unit_price
        return [first]
    return lines


def sector_texts(supplier: Supplier) -> tuple[list[str], list[str]]:
    """Row texts and continuations in the supplier's language."""
    sectors = load_yaml(f"sectors_{supplier.language}")
    return sectors["row_texts"], sectors["continuations"]


def _quantity(rng: Random, unit: str, high: float, *, fine: bool) -> Decimal:
    if (
        unit in ("tim", "hrs", "h", "Std", "time", "kg", "ton", "l", "m", "m²", "m³", "MWh", "mil", "km")
        and rng.random() < 0.6
    ):
        # Three decimals after a point would read as thousands.
        places = rng.choice((1, 1, 2, 3 if fine else 2)) if unit in ("kg", "ton", "MWh", "m³") else rng.choice((1, 2))
        return (Decimal(rng.randrange(50, 4000)) / Decimal(rng.choice((100, 100, 100, 10)))).quantize(
            Decimal(10) ** -places
        ) or Decimal(1)
    if unit in ("kWh", "ord"):
        return Decimal(rng.randrange(120, 25000))
    if high > 3000:
        return Decimal(1)
    return Decimal(
        rng.choice((1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20, rng.randrange(1, 200) if high < 300 else 2))
    )


def _article(rng: Random, style: str) -> str:
    n = identifiers.digits(rng, 9)
    return {
        "number": n[:5],
        "code": f"{rng.choice('ABCKLMST')}{rng.choice('AERT')}{n[:4]}",
        "dash": f"{n[:3]}-{n[3:6]}",
        "long": n,
        "short": n[:3],
    }[style]


def _deduct(facts: Facts, supplier: Supplier, rng: Random) -> None:
    if facts.credit:
        return
    if supplier.sector.get("reverse") and facts.customer.party.kind == "private" and not facts.reverse:
        facts.deducted.append(("rot", -_whole(facts.gross * Decimal("0.3") * Decimal(rng.choice(("0.5", "0.7", "1"))))))
    elif rng.random() < 0.07:
        facts.deducted.append(("paid", -_whole(facts.gross * Decimal(rng.choice(("0.1", "0.3", "0.5", "1"))))))
    elif rng.random() < 0.03:
        facts.deducted.append(("previous_balance", _cents(Decimal(rng.randrange(1000, 500000)) / 100)))


def _invoice_number(supplier: Supplier, rng: Random, issued: date) -> str:
    style = supplier.keys.weighted(
        "invoice_number",
        {
            "5": 18,
            "6": 14,
            "8": 8,
            "4": 10,
            "year": 12,
            "yeardash": 8,
            "letter": 8,
            "word": 4,
            "10": 4,
            "3": 6,
            "slash": 2,
            "mixed": 4,
            "12": 2,
        },
    )
    n = identifiers.digits(rng, 12)
    match style:
        case "year":
            return f"{issued.year}{n[:4]}"
        case "yeardash":
            return f"{issued.year}-{n[: rng.choice((3, 4))]}"
        case "letter":
            return f"{supplier.keys.pick('series', 'ABEFIKS')}{n[:6]}"
        case "word":
            return f"{supplier.keys.pick('series', ('INV-', 'F-', 'FA', 'KF-', 'SF', 'RE-'))}{n[:5]}"
        case "slash":
            return f"{n[:4]}/{issued.year % 100:02d}"
        case "mixed":
            return f"{issued.year % 100:02d}{supplier.keys.pick('series', 'ABCDX')}{n[:5]}"
        case _:
            return n[: int(style)]


def _purchase_order(rng: Random) -> str:
    n = identifiers.digits(rng, 8)
    return rng.choice(
        (
            f"45{n}",
            n[:6],
            n[:5],
            f"PO-{n}",
            f"PO{n[:6]}",
            f"BEST-{n[:3]}",
            f"I-2026-{n[:5]}",
            f"IN{n[:6]}-{n[6]}",
            f"DLL0{n[:6]}",
            f"K06{n}",
            f"P09-N{n[:3]}-{n[3:7]}",
            f"{n[:4]}-{n[4:7]}",
        )
    )


def _payment_reference(supplier: Supplier, rng: Random, number: str, customer: str) -> str:
    style = supplier.keys.weighted(
        "ocr", {"none": 24, "same": 16, "check": 22, "length": 14, "customer": 8, "random": 10, "rf": 1, "free": 5}
    )
    if supplier.party.country != "SE" and style not in ("none", "same"):
        return payment_reference(rng, supplier.party.place) or _free_reference(supplier, rng)
    body = "".join(c for c in number if c.isdigit())
    match style:
        case "none":
            return ""
        case "same":
            return number
        case "check":
            return identifiers.with_luhn(body)
        case "length":
            return identifiers.reference_with_length(body)
        case "customer":
            return identifiers.with_luhn("".join(c for c in customer if c.isdigit()) + body)
        case "random":
            return identifiers.with_luhn(identifiers.digits(rng, supplier.keys.integer("ocr.length", 7, 18)))
        case "rf":
            return f"RF{98 - int(body + '271500') % 97:02d}{body}"
        case _:
            return _free_reference(supplier, rng)


def _free_reference(supplier: Supplier, rng: Random) -> str:
    return f"{supplier.keys.pick('ocr.prefix', ('F', 'K', 'REF', 'B'))}{identifiers.digits(rng, 7)}"
