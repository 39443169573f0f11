"""Things on a page beside its text: codes to scan, stamps, watermarks, fine print along the edge."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from fakta_lab.synth.block import Block, Code, Mark
from fakta_lab.synth.captions import put_lines
from fakta_lab.synth.content import Content
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import Type, words_of
from fakta_lab.synth.wording import wording

_ACCOUNT_CODES = {"bankgiro": "BG", "plusgiro": "PG", "iban": "IBAN"}
_INK = ((0.75, 0.1, 0.1), (0.1, 0.15, 0.55), (0.1, 0.1, 0.1))


def payment_code(content: Content, theme: Theme) -> Block:
    """A QR code with its caption; it says what the page says about the payment."""
    keys = content.keys
    size = keys.between("qr_size", 48, 84)
    block = Block("qr")
    block.codes.append(Code(0, 0, size, _payload(content)))
    block.width = block.height = size
    caption = words_of([(keys.pick("qr_text", wording(content.supplier.language, "qr")), "")])
    kind = theme.small
    lines = [caption[: len(caption) // 2], caption[len(caption) // 2 :]]
    if keys.chance("qr_beside", 0.4):
        put_lines(block, size + 6, size * 0.3, lines, kind, kind.size * 1.25)
    else:
        put_lines(block, 0, size + 2, lines, kind, kind.size * 1.2)
    return block


def _payload(content: Content) -> str:
    """The form of UsingQR, which Swedish bank apps read."""
    fields, party = content.facts.fields, content.supplier.party
    kind, account = next(
        (
            (code, str(fields[name]))
            for name, code in (("bankgiro", "BG"), ("plusgiro", "PG"), ("iban", "IBAN"))
            if name in fields
        ),
        ("BG", ""),
    )
    issued, due, amount = fields["invoice_date"], fields.get("due_date"), fields["amount_due"]
    assert isinstance(issued, date)
    assert isinstance(amount, Decimal)
    code = {
        "uqr": 1,
        "tp": 1,
        "nme": party.name[:35],
        "cid": party.org_number,
        "iref": str(fields.get("payment_reference", fields["invoice_number"]))[:25],
        "idt": f"{issued:%Y%m%d}",
        "ddt": f"{due if isinstance(due, date) else issued:%Y%m%d}",
        "due": float(amount),
        "cur": content.supplier.currency,
        "pt": kind,
        "acc": account,
    }
    return json.dumps(code, ensure_ascii=False, separators=(",", ":"))


def stamp(content: Content, theme: Theme) -> Block:
    """A receiver's stamp: a word in a frame, with lines that were filled in."""
    rng, language = content.rng, content.supplier.language
    kind = Type(theme.strong.face, rng.uniform(9, 15), 1.0, rng.choice(_INK))
    block = Block("stamp")
    top = block.put(6, 4, words_of([(rng.choice(wording(language, "stamps")), "")]), kind)
    small = kind.sized(0.62)
    for line in rng.sample(list(wording(language, "stamp_lines")), rng.randrange(0, 4)):
        top = block.put(6, top + 2, words_of(content.fill(line)), small)
    block.box(0, 0, block.width + 6, block.height + 4, stroke=kind.colour, weight=1.2)
    return block


def marks(content: Content, theme: Theme, size: tuple[float, float]) -> list[Mark]:
    """Slanted watermarks and lines along the edge. Readers leave such text out, so they are no words of the page."""
    keys, language = content.keys, content.supplier.language
    found = []
    if keys.chance("watermark", 0.03):
        text = keys.pick("watermark_text", wording(language, "watermarks"))
        kind = Type(theme.strong.face, 300 / max(4, len(text)) + 20, 1.0, (0.9, 0.9, 0.9))
        found.append(Mark(size[0] * 0.22, size[1] * 0.68, text, kind, 48))
    if keys.chance("edge_text", 0.06):
        template = keys.pick("edge_text.text", wording(language, "edge"))
        text = " ".join(word for word, _ in words_of(content.fill(template)))
        kind = Type(theme.small.face, keys.between("edge_size", 4, 5.5), 1.0, (0.4, 0.4, 0.4))
        found.append(Mark(keys.between("edge_x", 9, 14), size[1] * keys.between("edge_y", 0.6, 0.9), text, kind, 90))
    return found
