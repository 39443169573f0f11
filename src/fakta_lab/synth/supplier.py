"""A supplier: who it is, what it sells, whom it sells to, and its habits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any, Literal

from fakta_lab.synth import identifiers
from fakta_lab.synth.abroad import account, party_in
from fakta_lab.synth.formats import Formats, formats
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.material import Labels, country, labels, load_yaml, texts
from fakta_lab.synth.party import Party

Profile = Literal["train", "demo"]
# How many suppliers of a training corpus write which language. Swedish comes first because the documents are received
# in Sweden; the others follow Sweden's trade, each with enough documents to be learnt. Where they sit is in
# texts_*.yaml (`countries`). A language is added by its data files and one number here: see docs/languages.md.
LANGUAGE_SHARES: Mapping[str, float] = {
    "sv": 0.62,
    "en": 0.12,
    "de": 0.08,
    "fr": 0.06,
    "no": 0.05,
    "da": 0.04,
    "fi": 0.03,
}
# Suppliers that print every label in two languages, "Rechnungsnummer / Invoice no.": few at home, more abroad.
BILINGUAL_SHARE = {"sv": 0.02}
BILINGUAL_SHARE_ABROAD = 0.14
# Customers of a supplier abroad that sit in Sweden; the others are in its own country.
SWEDISH_CUSTOMERS = 0.2


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
        language: one of `LANGUAGE_SHARES`.
        accounts: bankgiro, plusgiro, iban, bic, swish, bank_account: canonical; absent where it has none.
        sector: what it sells.
    """

    seed: str
    profile: Profile
    keys: Keyed = field(repr=False)
    language: str
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
        phrases: dict[str, Any] = texts(self.language)["phrases"]
        return phrases

    @cached_property
    def titles(self) -> dict[str, list[str]]:
        """Document titles in its language."""
        titles: dict[str, list[str]] = texts(self.language)["titles"]
        return titles

    @cached_property
    def bilingual(self) -> bool:
        """Whether it prints the English word behind every label."""
        share = BILINGUAL_SHARE.get(self.language, BILINGUAL_SHARE_ABROAD)
        return self.profile == "train" and self.language != "en" and self.keys.chance("bilingual", share)

    def label(self, key: str) -> str:
        """The one label text this supplier uses for a thing."""
        return self.keys.pick(f"label.{key}", self.vocabulary[key])


def make_supplier(
    seed: int | str, *, profile: Profile = "train", languages: Mapping[str, float] = LANGUAGE_SHARES
) -> Supplier:
    """The supplier of that seed.

    Args:
        seed: the same seed gives the same supplier.
        profile: "demo" gives house words that no other supplier uses, and odd layouts.
        languages: how likely it writes which language; "demo" suppliers write Swedish.

    >>> make_supplier(1).name == make_supplier(1).name
    True
    """
    name = f"{profile}:{seed}"
    rng = Random(name)
    keys = Keyed(name)
    language = keys.weighted("language", languages) if profile == "train" else "sv"
    place = keys.weighted("country", texts(language)["countries"])
    party = party_in(rng, place, role="supplier", language=language)
    foreign_currency = keys.weighted("currency", {"EUR": 6, "USD": 2, "NOK": 1, "DKK": 1})
    share = 0.02 if language == "sv" else 0.25 if place == "SE" else 0.08
    # Suppliers abroad bill Sweden in kronor, too.
    if place != "SE" and keys.chance("bills_in_kronor", 0.25):
        foreign_currency = "SEK"
    currency = foreign_currency if keys.chance("foreign_currency", share) else country(place)["currency"]
    sector = rng.choice(
        [
            s
            for s in load_yaml(f"sectors_{language}")["sectors"]
            if s["rates"] != ["none"] or party.kind != "company" or rng.random() < 0.5
        ]
    )
    count = 3 if profile == "demo" else 2
    customers = tuple(_customer(rng, keys, place, language) for _ in range(count))
    return Supplier(
        seed=name,
        profile=profile,
        keys=keys,
        language=language,
        currency=currency,
        party=party,
        accounts=_accounts(rng, keys, place),
        sector={**sector, "rates": [_rate(keys, place, rate) for rate in sector["rates"]]},
        formats=formats(keys, language, place),
        customers=customers,
    )


def _rate(keys: Keyed, place: str, name: str) -> str:
    """The VAT rate in per cent that the country has under that name; one of several where it changed of late."""
    if name == "none":
        return "0"
    rate = country(place)["rates"][name]
    return str(keys.pick(f"rate.{name}", rate) if isinstance(rate, list) else rate)


def _accounts(rng: Random, keys: Keyed, place: str) -> dict[str, str]:
    if place != "SE":
        iban, bic = account(rng, place)
        return {"iban": iban, "bic": bic}
    iban, bic = identifiers.iban_and_bic(rng)
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


def _customer(rng: Random, keys: Keyed, place: str, language: str) -> Customer:
    at_home = place == "SE" or rng.random() >= SWEDISH_CUSTOMERS
    party = party_in(rng, place if at_home else "SE", role="customer", language=language)
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
    codes: tuple[str, ...] = (
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
    if party.country != "SE":
        # Accounts that only Swedish public bodies have.
        codes = tuple(code for code in codes if not code.startswith(("ZZ", "Kst")))
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
