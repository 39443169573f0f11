"""PDFs whose text is hostile to whoever reads it: scripts, invisible characters, and far too much of everything."""

from __future__ import annotations

import io

from tests.hostile.chance import Chance
from tests.hostile.writing import document, mapped, typed

_LETTERS = {
    "Arabic": "فاتورة رقم المبلغ المستحق ١٢٤٥٠",
    "Hebrew": "חשבונית מספר סכום לתשלום",
    "Thai": "ใบแจ้งหนี้ยอดชำระ",
    "digits": "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０１２３４５６７８９²³¹½",
    "joined": "ﬁﬂﬀﬃĳ㎏㏄№℅™",
    "signs": "−–—\u2010\u2011\u2012―·•…\u201a„“”«»€£¥¤",
    "emoji": "🧾💶👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "private": "\ue000\uf8ff\U000f0000\U0010fffd",
    "noncharacters": "\ufffe\uffff\ufdd0\ufffd",
    "surrogates": "\ud800\udfff\udc00",
    "control": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "casing": "İıſßẞΣςΌ",
}
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u180e\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2069"
_MARKS = "".join(map(chr, range(0x300, 0x370)))
_INVOICE = ("Faktura 1042", "Fakturadatum 2026-04-15", "Att betala 12 450,00 kr", "Bankgiro 5997-4105")


def foreign_letters(chance: Chance) -> bytes:
    """Right to left, other digits, private and impossible characters."""
    letters = chance.pick(*_LETTERS.values())
    drawn = "".join(chance.rng.choice(letters) for _ in range(chance.size(5, 3000)))
    return mapped(chance.pick(letters, drawn, _INVOICE[2] + drawn, drawn + _INVOICE[2], " ".join(drawn)))


def invisible_characters(chance: Chance) -> bytes:
    """Characters of no width and turns of direction between the letters of an invoice."""
    every = chance.size(1, 20)
    text = " ".join(_INVOICE) * chance.size(1, 10)
    extra = chance.pick(_INVISIBLE, _INVISIBLE[0], _INVISIBLE[10], "\u00a0\u2007\u202f\u3000")
    return mapped("".join(c + (chance.rng.choice(extra) if at % every == 0 else "") for at, c in enumerate(text)))


def stacked_marks(chance: Chance) -> bytes:
    """Letters with hundreds of accents each."""
    marks = "".join(chance.rng.choice(_MARKS) for _ in range(chance.size(1, 2000)))
    return mapped("Faktura" + marks + " 1042 a" + marks + " 12 450,00" + marks)


def endless_words(chance: Chance) -> bytes:
    """Lines that patterns may try in many ways: thousands of digits, separators, letters, brackets."""
    piece = chance.pick(
        "1", "1 ", "1.", "1,", "12 450,00", "2026-", "-", "1-", "SE", "aA1", "A-", "/", "0" * 9, " ", ".", "x@", "kr",
        "559994-1209", "#", "1 2", "%", "S E 1", "://", "Nr:", "a:", "IBAN SE", "9 9.9,",
    )  # fmt: skip
    lines = [piece * chance.size(5, 3000)] * chance.size(1, 30)
    return document(typed(lines, size=chance.pick(0.01, 1, 8)), packed=True)


def too_many_candidates(chance: Chance) -> bytes:
    """A page on which everything may be anything: thousands of amounts, dates, numbers, labels."""
    n_lines, n_words = chance.size(20, 1500), chance.size(2, 30)
    kinds = {
        "amounts": lambda: f"{chance.rng.randrange(10**6)},{chance.rng.randrange(100):02}",
        "same": lambda: "100,00",
        "dates": lambda: f"20{chance.rng.randrange(10, 99)}-0{chance.rng.randrange(1, 9)}-1{chance.rng.randrange(9)}",
        "numbers": lambda: str(chance.rng.randrange(10**8)),
        "accounts": lambda: chance.rng.choice(("5997-4105", "SE4550000000058398257466", "559994-1225", "25-1")),
        "labels": lambda: chance.rng.choice(
            ("Fakturanr", "Att betala", "Summa", "Moms 25%", "Bankgiro", "Förfallodatum", "OCR", "Netto", "Artikel")
        ),
        "names": lambda: chance.rng.choice(("Åkerlunds", "Måleri", "AB", "HB", "Storgatan 1", "123 45", "Örebro")),
    }
    wanted = chance.pick([*kinds], [chance.rng.choice([*kinds])], ["amounts", "labels"], ["same", "labels"])
    lines = [" ".join(kinds[chance.rng.choice(wanted)]() for _ in range(n_words)) for _ in range(n_lines)]
    return document(typed(lines, size=min(10.0, 660 / n_lines)), packed=True)


def protected(chance: Chance) -> bytes:
    """With a password, with one that is empty, or only said to be encrypted."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    if chance.pick(True, False):
        said = chance.pick(
            b"/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -1/O(x)/U(x)>>",
            b"/Encrypt<</Filter/Nonsense>>",
            b"/Encrypt 1 0 R",
            b"/Encrypt<</Filter/Standard/V 4/R 4/Length 999999/P 1/O()/U()/CF<</StdCF<</CFM/AESV2>>>>/StmF/StdCF>>",
        )
        return document().replace(b"trailer<<", b"trailer<<" + said)
    buffer = io.BytesIO()
    locked = StandardEncryption(chance.pick("", "hemligt"), ownerPassword="hemligt", strength=chance.pick(40, 128))
    canvas = Canvas(buffer, invariant=1, encrypt=locked)
    for at, line in enumerate(_INVOICE * 4):
        canvas.drawString(50, 800 - 20 * at, line)
    canvas.save()
    return buffer.getvalue()


def hardly_anything(chance: Chance) -> bytes:
    """No byte, one byte, a header, another file's header, a document behind rubbish, two documents in one."""
    good = document()
    return chance.pick(
        b"",
        b"%",
        b"%PDF-1.7",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-" + chance.noise(chance.size(1, 10_000)),
        chance.noise(chance.size(1, 10_000)),
        chance.noise(1000) + good,
        b"\0" * chance.size(1, 10_000_000),
        b"\x89PNG\r\n\x1a\n" + good,
        b"\xff\xd8\xff" + good,
        b"II*\0" + good,
        b"RIFF\0\0\0\0WEBP" + good,
        b"PK\x03\x04" + good,
        good + good,
        good.replace(b"\n", b"\r"),
        good.decode("latin-1").encode("utf-16"),
    )
