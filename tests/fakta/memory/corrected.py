"""Corrected invoices of an invented supplier, typed as they look, and what they teach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.fields import canonical
from fakta.memory import Learned, Memory, Sighting
from fakta.memory.identity import identifiers_of
from fakta.memory.learned import CONSTANTS
from fakta.memory.surroundings import shape, surroundings
from fakta.resolve import Resolution, resolve
from fakta.schema import invoice_schema

# House words that no lexicon has: "Talongnr" is the invoice's number, "Medlem" the customer's, "Regleras den" when to
# pay and "Kvarstår" what.
HOUSE = """
    Norrvik Bygg AB
    {customer}
    Gjuterigatan 7                                              Skapad           2026-01-02
    590 38 Kisa                                                 Talongnr         {number}
                                                                Medlem           {member}
                                                                Regleras den     {due}

    Grundvärde     {net}
    Skattedel      {vat}
    Kvarstår       {total}

    Bankgiro 5997-4105      Org.nr 559999-0008      Momsreg.nr SE559999000801
"""
# The same supplier's next form: other words, other places.
NEW_FORM = """
    FAKTURA                                                     Norrvik Bygg AB

    Fakturanummer: {number}
    Kundnummer: {member}
    Fakturadatum: 2026-01-02
    Förfallodatum: {due}

                                                                Summa exkl. moms      {net}
                                                                Moms 25 %             {vat}
                                                                Att betala            {total}

    Bankgiro 5997-4105      Org.nr 559999-0008      Momsreg.nr SE559999000801
"""
# Another supplier, which nobody corrected, with the same words.
STRANGER = (
    HOUSE.replace("5997-4105", "5402-9681")
    .replace("559999-0008", "559994-1209")
    .replace("SE559999000801", "SE559994120901")
    .replace("Norrvik Bygg AB", "Söderäng El AB")
)

OWN = {
    "supplier_name": "Norrvik Bygg AB",
    "supplier_org_number": "5599990008",
    "supplier_vat_number": "SE559999000801",
    "bankgiro": "59974105",
}
INVOICES = [
    {"customer": "Kisa Trä AB", "number": "81734", "member": "K4410", "due": "2026-02-03", "net": "1 000,00",
     "vat": "250,00", "total": "1 250,00"},
    {"customer": "Ekholms Kök AB", "number": "81911", "member": "K2093", "due": "2026-02-14", "net": "2 400,00",
     "vat": "600,00", "total": "3 000,00"},
    {"customer": "Ydre Plåt AB", "number": "82006", "member": "K3358", "due": "2026-02-21", "net": "360,00",
     "vat": "90,00", "total": "450,00"},
    {"customer": "Tranås Färg AB", "number": "82417", "member": "K1776", "due": "2026-03-09", "net": "5 200,00",
     "vat": "1 300,00", "total": "6 500,00"},
]  # fmt: skip
FIELDS = {
    "number": "invoice_number",
    "member": "customer_number",
    "due": "due_date",
    "net": "net_amount",
    "vat": "vat_amount",
    "total": "amount_due",
}


def views_of(*sheets: str) -> list[PageView]:
    """The views of pages."""
    return [PageView.of(typed_page(sheet, number=i + 1), Lexicon.shipped(), None) for i, sheet in enumerate(sheets)]


def sighting(view: PageView, text: str) -> Sighting:
    """Where a page prints a text."""
    for line, segments in enumerate(view.lines):
        for segment in segments:
            start = segment.text.find(text)
            if start >= 0:
                end = start + len(text)
                box = segment.stretch(start, end).box
                return Sighting(0, 0, box, surroundings(view, line, segment, start, end, box), shape(text))
    raise AssertionError(f"{text!r} stands nowhere")


def learned(
    invoice: Mapping[str, str], *, sheet: str = HOUSE, own: Mapping[str, str] = OWN, absent: Sequence[str] = ()
) -> Learned:
    """What a corrected invoice teaches."""
    [view] = views_of(sheet.format(**invoice))
    places = {field: (sighting(view, invoice[key]),) for key, field in FIELDS.items()}
    constants = {name: value for name, value in own.items() if name in CONSTANTS}
    return Learned(identifiers_of(own), places, constants, absent=frozenset(absent))


def key(number: int) -> str:
    """A sha256 for a document."""
    return sha256(str(number).encode()).hexdigest()


def memory_of(count: int, **how: object) -> Memory:
    """A memory of that many corrected invoices of the supplier."""
    memory = Memory()
    for number, invoice in enumerate(INVOICES[:count]):
        memory.add(key(number), learned(invoice, **how))  # type: ignore[arg-type]
    return memory


def read(sheet: str, memory: Memory | None) -> Resolution:
    """What is read of a page without a model."""
    return resolve(views_of(sheet), invoice_schema(), Lexicon.shipped(), (), memory=memory)


def values(resolution: Resolution) -> dict[str, str]:
    """The values that were chosen."""
    return {name: canonical(c.option.value) for name, c in resolution.choices.items() if c.option is not None}
