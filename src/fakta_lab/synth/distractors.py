"""Values that look like fields and are none: other numbers, dates and amounts of the same shapes."""

from __future__ import annotations

from random import Random

from fakta_lab.synth import identifiers
from fakta_lab.synth.abroad import person_in, phone_in
from fakta_lab.synth.party import host_name

# Where each may stand, as in `plan`.
PLACES: dict[str, dict[str, float]] = {
    "bank_name": {"payment": 0.06, "footer": 0.04},
    "quote_number": {"refs": 0.05, "meta": 0.02},
    "tracking": {"refs": 0.04, "meta": 0.01},
    "agreement_date": {"refs": 0.03, "meta": 0.01},
    "reading_date": {"refs": 0.02, "meta": 0.01},
    "next_invoice": {"refs": 0.02, "payment": 0.01},
    "delivery_week": {"refs": 0.02},
    "year_to_date": {"refs": 0.02},
    "budget": {"refs": 0.03},
    "instalment": {"payment": 0.02, "refs": 0.01},
    "discount_given": {"refs": 0.01, "payment": 0.01},
    "exchange_rate": {"refs": 0.02, "payment": 0.01},
    "customer_email": {"recipient": 0.03, "refs": 0.02},
    "article_count": {"refs": 0.03},
    "user_id": {"refs": 0.03, "payment": 0.01},
    "seller_id": {"refs": 0.03, "meta": 0.01},
    "warehouse": {"refs": 0.03},
    "contact_phone": {"refs": 0.06, "contact": 0.1},
    "autogiro": {"payment": 0.04},
    "voucher": {"refs": 0.03, "meta": 0.01},
    "customer_gln": {"recipient": 0.03, "refs": 0.02},
    "property": {"refs": 0.03, "recipient": 0.01},
}
_BANKS = (
    "Handelsbanken",
    "Swedbank",
    "SEB",
    "Nordea",
    "Sparbanken",
    "Danske Bank",
    "Länsförsäkringar Bank",
    "ICA Banken",
)


def text_of(key: str, rng: Random, *, place: str, day: str, amount: str) -> str:
    """What stands under a label of `PLACES`; "" for a key that is not there.

    Args:
        key: of the distractor.
        rng: draws the value.
        place: the supplier's country.
        day, amount: printed as this supplier prints them, for keys that need one.
    """
    n = identifiers.digits(rng, 12)
    match key:
        case "agreement_date" | "reading_date" | "next_invoice":
            return day
        case "year_to_date" | "budget" | "instalment" | "discount_given":
            return amount
        case "bank_name":
            return rng.choice(_BANKS) if place == "SE" else ""
        case "delivery_week":
            return rng.choice(
                (f"v. {rng.randrange(1, 53)}", f"v{n[:2]}{rng.randrange(10, 53)}", str(rng.randrange(1, 53)))
            )
        case "exchange_rate":
            return f"{rng.randrange(8, 13)},{n[:4]}"
        case "customer_email":
            return f"faktura@{host_name(person_in(rng, place).split()[1])}.{place.lower()[:2]}"
        case "article_count":
            return str(rng.randrange(1, 60))
        case "warehouse":
            return rng.choice((n[:2], n[:3], f"{n[:2]} Centrallager", "Huvudlager"))
        case "contact_phone":
            return phone_in(rng, place)
        case "customer_gln":
            return identifiers.gln(rng)
        case "autogiro":
            return rng.choice((n[:9], n, identifiers.with_luhn(n[:7])))
        case "tracking":
            return rng.choice((f"{n[:9]}SE", n, f"3733{n}"))
        case "property":
            return rng.choice((f"{n[:4]}-{n[4:6]}-{n[6:9]}", f"Kvarnen {n[:1]}:{n[1:3]}", n[:5]))
        case "quote_number" | "user_id" | "seller_id" | "voucher":
            return rng.choice((n[: rng.randrange(3, 9)], f"{rng.choice('ABKOSV')}{n[:5]}", f"{n[:4]}-{n[4:6]}"))
        case _:
            return ""
