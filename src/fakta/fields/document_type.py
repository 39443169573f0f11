"""Kind of document, from the words of its title: `invoice` or `credit_note`.

A credit note (Swedish law: *ändringsfaktura*, ML 2023:200 chapter 17, 22 §) changes an invoice. Reminders,
statements, pro forma invoices and collection notices are neither: they must not be booked.

>>> [parse(text) for text in ("Faktura", "FAKTURA", "Invoice", "Samlingsfaktura", "Hyresavi", "Rechnung", "Lasku")]
['invoice', 'invoice', 'invoice', 'invoice', 'invoice', 'invoice', 'invoice']
>>> [parse(text) for text in ("Kreditfaktura", "KREDIT", "Kreditnota", "Credit note", "Gutschrift", "Faktura (kredit)")]
['credit_note', 'credit_note', 'credit_note', 'credit_note', 'credit_note', 'credit_note']
>>> parse("Påminnelsefaktura")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: 'Påminnelsefaktura' is no document type: expected a title such as Faktura or Kreditfaktura
>>> [match.text for match in find("Kreditfaktura avser Fakturanummer 123")]
['Kreditfaktura']
>>> [match.text for match in find("Betala din faktura i tid")]
[]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.printed import match_at, refusal, squeezed

INVOICE, CREDIT_NOTE = "invoice", "credit_note"

_CREDIT = (
    r"kredit[ -]?faktura|kredit[ -]?nota|kredit|ändringsfaktura|credit[ -]?(?:note|memo|invoice)|gutschrift|"
    r"rechnungskorrektur|korrekturrechnung|storno(?:rechnung)?|kreditt?not[ae]|hyvityslasku|hyvitys|"
    r"facture d['’]avoir|avoir|note de crédit|credit_note"
)
_INVOICE = (
    r"(?:kontant|samlings|sam(?:le)?|del|slutt?|månads|själv|hyres|års|kvartals|förskotts|ränte|a(?:k|c)onto)?faktura|"
    r"fakturakopia|(?:hyres|avgifts|inbetalnings)?avi|räkning|regning|opkrævning|(?:tax |sales )?invoice|fee note|"
    r"(?:schluss|teil|abschlags|sammel|end|monats|anzahlungs|honorar|handels)?rechnung|honorarnote|"
    r"(?:koonti|loppu|osa|ennakko|käteis|vuokra)?lasku|facture|note d['’]honoraires"
)
_OTHER = re.compile(
    r"påminnelse|påmindelse|inkasso|krav|pro[ -]?forma|kontoutdrag|reminder|mahnung|zahlungserinnerung|statement|"
    r"purring|rykker|muistutus|kehotus|\brelance|\brappel",
    re.I,
)
_CREDIT_WORD = re.compile(rf"(?<![^\W_])(?:{_CREDIT})(?![^\W_])", re.I)
_INVOICE_WORD = re.compile(rf"(?<![^\W_])(?:{_INVOICE})(?![^\W_])", re.I)
_FIND = re.compile(rf"(?<![\w-])(?:{_CREDIT}|{_INVOICE})(?![\w-])", re.I)


def find(text: str) -> Iterator[Match]:
    """Every word of a title: it begins with a capital, or is all there is in the line."""
    for found in _FIND.finditer(text):
        if found[0][0].isupper() or found[0] == text.strip():
            yield match_at(text, found.start(), found.end())


def parse(text: str) -> str:
    """`invoice` or `credit_note`.

    Raises:
        FormatError: the title is that of another document, or of none.
    """
    title = squeezed(text)
    if not _OTHER.search(title):
        if _CREDIT_WORD.search(title):
            return CREDIT_NOTE
        if _INVOICE_WORD.search(title):
            return INVOICE
    raise refusal(text, "document type", expected="a title such as Faktura or Kreditfaktura")


def check(value: str) -> tuple[Check, ...]:
    """Nothing to check about a title; a credit note's sum is negative, which is compared between fields."""
    return ()


def format(value: str) -> str:
    """The Swedish title."""
    return "Kreditfaktura" if value == CREDIT_NOTE else "Faktura"
