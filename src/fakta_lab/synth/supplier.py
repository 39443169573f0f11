"""A supplier: who it is, what it sells, whom it sells to, and its habits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any, Literal

from fakta_lab.synth import identifiers
from fakta_lab.synth.formats import Formats, formats
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.material import Labels, labels, load_yaml
from fakta_lab.synth.party import Party, make_party

Profile = Literal["train", "demo"]
ENGLISH_SHARE = 0.16
FOREIGN_SHARE = 0.3  # of the English ones


@dataclass(frozen=True)
class Customer:
    """A customer and what the supplier knows it by."""

    party: Party
    number: str
    reference: str
    contract: str


@dataclass(frozen=True)
class Supplier:
    """Everything that stays the same from one invoice to the next.

    Attributes:
        seed: of this supplier, with its profile.
        keys: every habit is drawn from it by name.
        language: "sv" or "en".
        accounts: bankgiro, plusgiro, iban, bic, swish, bank_account: canonical; absent where it has none.
        sector: what it sells.
    """

    seed: str
    profile: Profile
    keys: Keyed = field(repr=False)
    language: Literal["sv", "en"]
    currency: str
    party: Party
    accounts: dict[str, str]
    sector: dict[str, Any] = field(repr=False)
    formats: Formats = field(repr=False)
    customers: tuple[Customer, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """As registered."""
        return self.party.name

    @property
    def layout(self) -> str:
        """A name for the look that all its invoices share."""
        return f"synthetic-{self.seed.replace(':', '-')}"

    @cached_property
    def vocabulary(self) -> Labels:
        """All label texts that suppliers of its language and profile choose from."""
        return labels(self.language, self.profile)

    @cached_property
    def phrases(self) -> dict[str, Any]:
        """Free texts in its language."""
        phrases: dict[str, Any] = load_yaml("phrases")[self.language]
        return phrases

    def label(self, key: str) -> str:
        """The one label text this supplier uses for a thing."""
        return self.keys.pick(f"label.{key}", self.vocabulary[key])


def make_supplier(seed: int | str, *, profile: Profile = "train", english_share: float = ENGLISH_SHARE) -> Supplier:
    """The supplier of that seed.

    Args:
        seed: the same seed gives the same supplier.
        profile: "demo" gives house words that no other supplier uses, and odd layouts.
        english_share: probability that it writes English.

    >>> make_supplier(1).name == make_supplier(1).name
    True
    """
    name = f"{profile}:{seed}"
    rng = Random(name)
    keys = Keyed(name)
    language: Literal["sv", "en"] = "en" if profile == "train" and keys.chance("english", english_share) else "sv"
    country = "SE"
    if language == "en" and keys.chance("foreign", FOREIGN_SHARE):
        country = keys.pick("country", ("DE", "DK", "NO", "FI"))
    party = make_party(rng, role="supplier", country=country)
    local = {"DE": "EUR", "DK": "DKK", "NO": "NOK", "FI": "EUR", "SE": "SEK"}[country]
    foreign_currency = keys.weighted("currency", {"EUR": 6, "USD": 2, "NOK": 1, "DKK": 1})
    currency = foreign_currency if keys.chance("foreign_currency", 0.35 if language == "en" else 0.02) else local
    sector = rng.choice(
        [
            s
            for s in load_yaml("sectors")[language]
            if s["rates"] != [0] or party.kind != "company" or rng.random() < 0.5
        ]
    )
    count = 3 if profile == "demo" else 2
    customers = tuple(_customer(rng, keys) for _ in range(count))
    return Supplier(
        seed=name,
        profile=profile,
        keys=keys,
        language=language,
        currency=currency,
        party=party,
        accounts=_accounts(rng, keys, country),
        sector=sector,
        formats=formats(keys, language),
        customers=customers,
    )


def _accounts(rng: Random, keys: Keyed, country: str) -> dict[str, str]:
    iban, bic = identifiers.iban_and_bic(rng, country)
    if country != "SE":
        return {"iban": iban, "bic": bic}
    accounts = {}
    kind = keys.weighted("accounts", {"bg": 60, "pg": 8, "both": 9, "bank": 13, "bg+iban": 26})
    if kind in ("bg", "both", "bg+iban"):
        accounts["bankgiro"] = identifiers.bankgiro(rng)
    if kind in ("pg", "both"):
        accounts["plusgiro"] = identifiers.plusgiro(rng)
    if kind in ("bank", "bg+iban") or keys.chance("iban", 0.12):
        accounts["iban"] = iban
        if keys.chance("bic", 0.85):
            accounts["bic"] = bic
    if keys.chance("swish", 0.12):
        accounts["swish"] = f"123 {rng.randrange(100, 999)} {rng.randrange(10, 99)} {rng.randrange(10, 99)}"
    if keys.chance("bank_account", 0.1):
        accounts["bank_account"] = f"{rng.randrange(3000, 9999)}-{identifiers.digits(rng, 9)}"
    return accounts


def _customer(rng: Random, keys: Keyed) -> Customer:
    party = make_party(rng, role="customer")
    style = keys.pick("customer_number", ("4", "5", "6", "K", "8", "dash"))
    if style == "K":
        number = f"K{identifiers.digits(rng, 5)}"
    elif style == "dash":
        number = f"{identifiers.digits(rng, 3)}-{identifiers.digits(rng, 4)}"
    else:
        number = identifiers.digits(rng, int(style))
    return Customer(party, number, _reference(rng, party), _contract(rng))


def _reference(rng: Random, party: Party) -> str:
    n = identifiers.digits(rng, 7)
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTU") for _ in range(4))
    codes = (
        f"ZZ{n[:4]}",
        f"G{n[:5]}",
        n,
        n[:5],
        n[:6],
        f"{n[:3]}{letters}",
        f"{n[:2]}{letters[:2]}{n[2:5]}",
        f"{n[:5]} {party.contact}",
        f"Kst {n[:4]}",
        f"{party.contact.split()[0]} {party.contact.split()[-1][0]}",
        f"{party.contact}/{n[:4]}",
        f"FM{n[:4]}",
    )
    return rng.choice(codes) if rng.random() < (0.55 if party.kind == "municipality" else 0.25) else party.contact


def _contract(rng: Random) -> str:
    n = identifiers.digits(rng, 8)
    return rng.choice(
        (
            f"A-{n[:5]}",
            n[:6],
            f"RA{n[:4]}-{n[4:6]}",
            f"20{rng.randrange(20, 27)}-{n[:3]}",
            f"{n[:4]}/{n[4:6]}",
            f"AVT{n[:5]}",
        )
    )
