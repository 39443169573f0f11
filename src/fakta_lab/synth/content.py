"""The values of one invoice as its supplier prints them, with the labels it puts in front."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from fakta.fields import org_number
from fakta_lab.synth import distractors, identifiers
from fakta_lab.synth.abroad import mobile_in, party_in, person_in, phone_in
from fakta_lab.synth.facets import Item
from fakta_lab.synth.facts import Facts, Value
from fakta_lab.synth.material import FALLBACK, labels
from fakta_lab.synth.supplier import Supplier
from fakta_lab.synth.typeface import GLUE, Piece
from fakta_lab.synth.wording import fitting, wording

MONEY = ("net_amount", "vat_amount", "rounding_amount", "amount_due")
Pieces = tuple[Piece, ...]
# Ways of printing an amount besides with and without the currency's code, and how often.
_CURRENCY_STYLES = {
    "SEK": {"kr": 15.0, "glued": 2.0, "dash": 1.0},
    "EUR": {"sign": 5.0, "sign_behind": 18.0},
    "GBP": {"sign": 22.0},
    "USD": {"sign": 8.0},
    "NOK": {"crowns": 8.0},
    "DKK": {"crowns_behind": 8.0},
}
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
# Where an invoice number may be written "nr 123" or "#123".
_PREFIXED = ("meta", "refs", "payment")
# Amounts that stand together and are not the same, so that one label for both would be wrong.
_NOT_ALIKE = {"gross": "amount_due", "subtotal": "net_amount"}
# How often a value stands without a label.
_BARE = {
    "email": 0.4,
    "web": 0.5,
    "phone": 0.12,
    "mobile": 0.1,
    "supplier_name": 0.5,
    "invoice_number": 0.02,
    "invoice_date": 0.03,
    "buyer_reference": 0.0,
    "currency": 0.0,
}


class Content:
    """Printed values and labels of one invoice.

    Args:
        supplier: whose habits decide the form.
        facts: what to print.
        rng: for what changes from one invoice to the next.
    """

    def __init__(self, supplier: Supplier, facts: Facts, rng: Random) -> None:
        self.supplier = supplier
        self.facts = facts
        self.rng = rng
        self.keys = supplier.keys
        self._noise: dict[str, str] = {}

    def has(self, field: str) -> bool:
        """Whether this invoice has a value for the field."""
        return field in self.facts.fields

    def value(self, field: str, *, place: str = "") -> Pieces:
        """The value as printed, labelled with the field's name; empty where there is none."""
        if field not in self.facts.fields:
            return ()
        value = self.facts.fields[field]
        if field in MONEY:
            assert isinstance(value, Decimal)
            return self.money(value, field, place=place)
        text = self._text(field, value)
        if text.startswith("den "):
            return (("den", ""), (text.removeprefix("den "), field))
        if field == "invoice_number" and place in _PREFIXED and self.keys.chance("number_prefix", 0.06):
            prefix = self.keys.pick("number_prefix_text", wording(self.supplier.language, "number_prefix"))
            return ((prefix, ""), ((GLUE if prefix == "#" else "") + text, field))
        return ((text, field),)

    def money(self, amount: Decimal, field: str, *, place: str) -> Pieces:
        """An amount with the currency as this supplier adds it in that place."""
        text = self.supplier.formats.amount(amount)
        currency = self.supplier.currency
        options = {"": 62.0, "code": 16.0, "before": 5.0, **_CURRENCY_STYLES.get(currency, {})}
        style = self.keys.weighted(f"money.{place}", options)
        known = "currency" if field else ""
        match style:
            case "code":
                return ((text, field), (currency, known))
            case "before":
                return ((currency, known), (text, field))
            case "kr":
                return ((text, field), ("kr", known))
            case "glued":
                return ((f"{text}kr", field),)
            case "dash" if amount == amount.to_integral_value():
                return ((f"{self.supplier.formats.number(amount, 0)}:-", field),)
            case "sign":
                return ((_SIGNS[currency], known), (text, field))
            case "sign_behind":
                return ((text, field), (_SIGNS[currency], known))
            case "crowns":
                # "kr" alone would be read as Swedish kronor.
                return (("kr", ""), (text, field))
            case "crowns_behind":
                return ((text, field), ("kr.", ""))
            case _:
                return ((text, field),)

    def item(self, key: str, *, place: str = "", strong: bool = False) -> Item | None:
        """Label and value of a field or a distractor; None where there is nothing to print."""
        if key in self.facts.kind.dropped:
            return None
        if key in ("invoice_or_ocr", "number_and_date", "org_and_vat"):
            return self._combined(key)
        value = self.value(key, place=place) if key in self.facts.fields else self.noise(key)
        if not value:
            return None
        bare = self.keys.chance(f"bare.{place}.{key}", _BARE.get(key, 0.005))
        return Item(key, () if bare else self.label(key), value, strong)

    def label(self, key: str) -> Pieces:
        """The supplier's label for a thing; a currency code inside carries its field."""
        supplier, keys = self.supplier, self.keys
        if others := self.facts.kind.texts(supplier.language).get("labels", {}).get(key):
            return ((keys.pick(f"label.{self.facts.kind.name}.{key}", others), ""),)
        pieces = self._usual_label(key)
        if supplier.profile != "train" or pieces != ((supplier.label(key), ""),):
            return pieces
        text = self._distinct_label(key)
        if keys.chance(f"explained.{key}", 0.3 if keys.chance("explains", 0.12) else 0.01):
            remarks = wording(supplier.language, "explanations").get(key, ())
            text += f" ({keys.pick(f'explanation.{key}', remarks)})" if remarks and not text.endswith(")") else ""
        return ((text, ""),)

    def _usual_label(self, key: str) -> Pieces:
        supplier, keys = self.supplier, self.keys
        if key == "amount_due" and self.facts.credit and keys.chance("credit_label", 0.5):
            return ((supplier.label("amount_due_credit"), ""),)
        if key == "amount_due" and supplier.profile == "train" and keys.chance("due_with_currency", 0.17):
            return self._slotted(supplier.label("amount_due_with_currency"), "{cur}", supplier.currency, "currency")
        if (
            key == "vat_amount"
            and len(self.facts.rates) == 1
            and supplier.profile == "train"
            and keys.chance("vat_with_rate", 0.5)
        ):
            return self.rate_label(next(iter(self.facts.rates)))
        text = supplier.label(key)
        both = supplier.bilingual or (supplier.profile == "train" and keys.chance(f"bilingual.{key}", 0.012))
        if both and supplier.language != FALLBACK:
            english = keys.pick(f"english.{key}", labels(FALLBACK, "train").get(key, [text]))
            if english != text:
                text += keys.weighted("bilingual.mark", {" / ": 60, "/": 30, " - ": 10}) + english
        return ((text, ""),)

    def _distinct_label(self, key: str) -> str:
        """The supplier's label, another one where it would say the same of two different amounts."""
        text = self.supplier.label(key)
        others = [self.supplier.label(_NOT_ALIKE[key])] if key in _NOT_ALIKE else []
        if key == "amount_due" and self.facts.deducted:
            # What is left to pay is not the total with VAT.
            others = [*self.supplier.vocabulary["gross"], *(t for t in self.supplier.vocabulary[key] if "inc" in t)]
            others += [t for t in self.supplier.vocabulary[key] if "inkl" in t]
        if text not in others:
            return text
        return self.keys.pick(f"label.{key}", [t for t in self.supplier.vocabulary[key] if t not in others])

    def rate_label(self, rate: Decimal) -> Pieces:
        """The label of the VAT at one rate."""
        return self._slotted(self.supplier.label("vat_at_rate"), "{rate}", self.rate_sign(rate), "vat_breakdown.rate")

    def rate_text(self, rate: Decimal) -> str:
        """A VAT rate as this supplier prints it in a column."""
        return self.supplier.formats.rate(rate)

    def rate_sign(self, rate: Decimal) -> str:
        """A VAT rate as it stands in a label, always with a percent sign."""
        text = self.supplier.formats.rate(rate)
        return text if text.endswith("%") else f"{text} %"

    @staticmethod
    def _slotted(template: str, slot: str, text: str, field: str) -> Pieces:
        before, _, after = template.partition(slot)
        pieces = [(before.strip(), "")] if before.strip() else []
        stuck_before = bool(before) and not before.endswith(" ")
        pieces.append(((GLUE if stuck_before else "") + text, field))
        if after.strip():
            pieces.append(((GLUE if not after.startswith(" ") else "") + after.strip(), ""))
        return tuple(pieces)

    def _combined(self, key: str) -> Item | None:
        """Two values under one label.

        One number that serves as invoice number and as payment reference carries the name that the label says first.
        """
        fields, formats = self.facts.fields, self.supplier.formats
        text = self.supplier.label(key)
        if key == "invoice_or_ocr":
            if "payment_reference" not in fields or fields["payment_reference"] != fields["invoice_number"]:
                return None
            field = "payment_reference" if text.startswith("OCR") else "invoice_number"
            return Item(key, ((text, ""),), ((str(fields["invoice_number"]), field),))
        first, second = (
            ("invoice_number", "invoice_date")
            if key == "number_and_date"
            else ("supplier_org_number", "supplier_vat_number")
        )
        if first not in fields or second not in fields:
            return None
        mark = self.keys.pick(f"{key}.mark", ("/", "/", "-", ","))
        value = ((self._text(first, fields[first]), first), (mark, ""), (self._text(second, fields[second]), second))
        assert formats
        return Item(key, ((text, ""),), value)

    def _text(self, field: str, value: Value) -> str:
        formats = self.supplier.formats
        if isinstance(value, date):
            return formats.date(value)
        text = str(value)
        match field:
            case "supplier_org_number" | "customer_org_number":
                owner = self.supplier.party if field == "supplier_org_number" else self.facts.customer.party
                if owner.country == "SE":
                    return formats.org_number(text)
                # Other countries' numbers have forms of their own; one with a planted mistake is printed compact.
                return owner.org_number if org_number.parse(owner.org_number) == text else text
            case "supplier_vat_number":
                return formats.vat_number(text)
            case "bankgiro":
                return formats.bankgiro(text)
            case "plusgiro":
                return formats.plusgiro(text)
            case "iban":
                return formats.iban(text)
            case "payment_reference":
                return formats.reference(text)
            case _:
                return text

    # ---- things that are no field -------------------------------------------------------------------------------

    def noise(self, key: str) -> Pieces:
        """A value that is no field: the same text each time it is printed on this invoice."""
        if key not in self._noise:
            self._noise[key] = self._make_noise(key)
        text = self._noise[key]
        return ((text, ""),) if text else ()

    def other_date(self, low: int = -60, high: int = 40) -> str:
        """A date near the invoice date that is neither issue nor due date."""
        issued = self.facts.fields["invoice_date"]
        assert isinstance(issued, date)
        return self.supplier.formats.date(issued + timedelta(days=self.rng.randrange(low, high)))

    def other_amount(self) -> str:
        """An amount that is no total of this invoice."""
        return self.supplier.formats.amount(Decimal(self.rng.randrange(1000, 3000000)) / 100)

    def _make_noise(self, key: str) -> str:
        rng, supplier, party = self.rng, self.supplier, self.supplier.party
        customer = self.facts.customer.party
        phrases, formats = supplier.phrases, supplier.formats
        n = identifiers.digits(rng, 9)
        match key:
            case "our_reference":
                return party.contact if rng.random() < 0.6 else person_in(rng, party.place)
            case "our_order":
                return rng.choice((n[:5], n[:6], f"SO{n[:5]}", f"AO-{n[:4]}"))
            case "delivery_date" | "order_date" | "print_date" | "line_date":
                return self.other_date()
            case "period":
                return f"{self.other_date(-60, -20)} - {self.other_date(-19, 0)}"
            case "terms":
                if self.facts.terms_days == 0:
                    return str(phrases["immediate"])
                return supplier.keys.pick("terms.text", phrases["terms"]).format(n=self.facts.terms_days)
            case "interest":
                return str(supplier.keys.pick("interest.text", phrases["interest"]))
            case "delivery_terms" | "delivery_method":
                return str(supplier.keys.pick(f"{key}.text", phrases[key]))
            case "delivery_note" | "case":
                return n[: rng.choice((5, 6, 7, 9))]
            case "project" | "mark":
                names = (
                    n[:4],
                    f"P{n[:4]}",
                    f"{n[:4]}-{n[4:6]}",
                    person_in(rng, party.place),
                    f"{customer.town} {n[:2]}",
                    "Etapp 2",
                )
                return rng.choice(names)
            case "gln":
                return identifiers.gln(rng)
            case "meter":
                return rng.choice((f"735999{identifiers.digits(rng, 12)}", n[:8]))
            case "phone" | "fax":
                return party.phone if key == "phone" else phone_in(rng, party.place)
            case "mobile":
                return party.mobile
            case "email" | "web":
                return party.email if key == "email" else party.web
            case "swish" | "bank_account":
                return supplier.accounts.get(key, "")
            case "seat":
                return party.town
            case "supplier_number":
                return n[:5]
            case "plate":
                return "".join(rng.choice("ABCDEFGHJKLMNOPRSTUWXYZ") for _ in range(3)) + f" {n[:3]}"
            case "original_invoice":
                return n[: max(3, min(9, len(str(self.facts.fields["invoice_number"]))))]
            case "credit_limit" | "paid" | "previous_balance":
                return self.other_amount()
            case "customer_seat":
                return rng.choice((phone_in, mobile_in))(rng, customer.place)
            case "weight":
                return f"{rng.randrange(1, 900)} kg"
            case "customer_vat_number":
                return formats.vat_number(customer.vat_number) if customer.vat_number else ""
            case _:
                day, amount = self.other_date(-400, 90), self.other_amount()
                return distractors.text_of(key, rng, place=party.place, day=day, amount=amount)

    def usable(self, templates: Sequence[str]) -> list[str]:
        """The phrases that name no field which this invoice has not."""
        return fitting(templates, self.facts.fields)

    def fill(self, template: str) -> Pieces:
        """A phrase with its slots filled: fields carry labels, everything else is noise."""
        pieces: list[Piece] = []
        rest = template
        while rest:
            before, brace, tail = rest.partition("{")
            if before:
                pieces.append(((GLUE if pieces and before[0] in ".,;:)!?" else "") + before.strip(), ""))
            if not brace:
                break
            slot, _, rest = tail.partition("}")
            stuck = GLUE if before and before[-1] in "(" else ""
            value = self.value(slot, place="sentence") or ((self._slot(slot), ""),)
            pieces.append((stuck + value[0][0], value[0][1]))
            pieces += value[1:]
        return tuple(piece for piece in pieces if piece[0].removeprefix(GLUE))

    def _slot(self, slot: str) -> str:
        rng = self.rng
        match slot:
            case "date" | "date2":
                return self.other_date(-120, 90)
            case "amount" | "amount2":
                return self.other_amount()
            case "digits":
                return identifiers.digits(rng, rng.randrange(4, 10))
            case "code":
                return f"{rng.choice('ABCDEFGH')}{identifiers.digits(rng, 5)}"
            case "small":
                return str(rng.choice((8, 8, 10, 14, 30, 45, 60)))
            case "percent":
                return str(rng.choice(self.supplier.phrases["interest"][:3]))
            case "week":
                return str(rng.randrange(1, 53))
            case "person":
                return person_in(rng, self.supplier.party.place)
            case "phone" | "email" | "web" | "plate" | "seat" | "supplier_org_number":
                text = self.noise(slot)
                return text[0][0] if text else ""
            case "customer_vat":
                text = self.noise("customer_vat_number")
                return text[0][0] if text else ""
            case "other_bankgiro":
                return self.supplier.formats.bankgiro(identifiers.bankgiro(rng))
            case "other_org":
                return self.supplier.formats.org_number(identifiers.org_number(rng, "company"))
            case "other_company":
                return party_in(rng, self.supplier.party.place, role="supplier").name
            case "brand":
                return self.supplier.party.brand
            case "town":
                return self.supplier.party.town
            case "subject":
                return str(rng.choice(self.supplier.phrases["subjects"]))
            case _:
                return ""
