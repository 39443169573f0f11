"""The payment slip at the foot of a page, with its machine-read line.

The words of the machine-read line carry no labels: the runtime reads that line with `fakta.fields.slip_line`. The same
holds for an amount in separate boxes for kronor and öre, which is no readable amount.
"""

from __future__ import annotations

from decimal import Decimal

from fakta_lab.synth.block import Block
from fakta_lab.synth.content import Content
from fakta_lab.synth.identifiers import with_luhn
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import Type, Words, face, words_of


def slip(content: Content, theme: Theme, width: float, kind: str) -> Block:
    """A bankgiro or plusgiro slip, or a looser tear-off part."""
    keys, facts = content.keys, content.facts
    block = Block("slip")
    small = Type(face("Helvetica"), 6.2)
    value = Type(face(keys.pick("slip_font", ("Helvetica", "Helvetica", "Courier"))), keys.between("slip_size", 8, 11))
    block.box(0, 0, width, 0, stroke=(0, 0, 0), weight=0.8)
    heads = {
        "bankgiro": ("bankgirot", "INBETALNING/GIRERING AVI"),
        "plusgiro": ("PlusGirot", "INBETALNING/GIRERING CK"),
    }[kind]
    if keys.chance("slip_plain", 0.25):
        heads = (keys.pick("slip_title", ("Inbetalningskort", "Betalningsavi", "Avi", "Talong")), "")
    block.put(4, 6, words_of([(heads[0], "")]), Type(face("Times-Bold"), 12))
    block.put(width * 0.5, 7, words_of([(heads[1], "")]), small.sized(1.2))
    top = 26.0
    cells = _cells(content, kind)
    swapped = keys.chance("slip_swapped", 0.3)
    sides = ([0, 1] if not swapped else [1, 0]) * len(cells)
    heights = [top, top]
    columns = (4.0, width * keys.between("slip_split", 0.48, 0.6))
    for (caption, words), side in zip(cells, sides, strict=False):
        y = heights[side]
        block.put(columns[side], y, words_of([(caption, "")]), small)
        block.put(columns[side], y + 8.5, words, value)
        heights[side] = y + 8.5 + value.size * 1.25 + keys.between("slip_air", 2, 9)
    customer = facts.customer.party
    y = heights[0]
    block.put(4, y, words_of([("Betalningsavsändare" if content.supplier.language == "sv" else "Payer", "")]), small)
    lines: list[Words] = [
        words_of([(customer.name, "customer_name")]),
        *(words_of([(text, "")]) for text in customer.address),
    ]
    for number, address_line in enumerate(lines):
        block.put(4, y + 8.5 + number * value.size * 1.25, address_line, value)
    y = max(y + 8.5 + len(lines) * value.size * 1.25, heights[1]) + 6
    if keys.chance("slip_warning", 0.6):
        block.put(width * 0.25, y, words_of([("VAR GOD GÖR INGA ÄNDRINGAR", "")]), small)
        block.put(width * 0.6, y, words_of([("DEN AVLÄSES MASKINELLT", "")]), small)
        y += 11
    if keys.chance("machine_line", 0.8):
        line = _machine_line(content, kind)
        if line:
            block.put(6, y, words_of([(line, "")]), Type(face("Courier"), 10))
            y += 16
    block.width, block.height = width, y
    return block


def _cells(content: Content, kind: str) -> list[tuple[str, Words]]:
    keys, supplier, facts = content.keys, content.supplier, content.facts
    cells: list[tuple[str, Words]] = []
    if content.value(kind):
        caption = {"bankgiro": "Till bankgironr", "plusgiro": "Till PlusGirokonto nr"}[kind]
        cells.append(
            (caption if keys.chance("slip_caption", 0.7) else supplier.label(kind), words_of(content.value(kind)))
        )
    cells.append((supplier.label("pay_to"), words_of([(supplier.party.name, "supplier_name")])))
    if content.value("due_date"):
        cells.append((supplier.label("due_date"), words_of(content.value("due_date"))))
    if content.value("payment_reference"):
        cells.append((supplier.label("payment_reference"), words_of(content.value("payment_reference"))))
    elif keys.chance("slip_number", 0.7):
        cells.append((supplier.label("invoice_number"), words_of(content.value("invoice_number"))))
    due = facts.fields["amount_due"]
    assert isinstance(due, Decimal)
    if keys.chance("slip_boxes", 0.3) and due >= 0:
        kronor, _, ore = f"{due:.2f}".partition(".")
        cells += [("Kronor", words_of([(kronor, "")])), ("öre", words_of([(ore, "")]))]
    else:
        cells.append((supplier.label("amount_due"), words_of(content.value("amount_due", place="slip"))))
    if keys.chance("slip_customer", 0.3):
        cells.append((supplier.label("customer_number"), words_of(content.value("customer_number"))))
    return keys.shuffled("slip_order", cells) if keys.chance("slip_mixed", 0.5) else cells


def _machine_line(content: Content, kind: str) -> str:
    fields = content.facts.fields
    due, account = fields["amount_due"], fields.get(kind)
    reference = str(fields.get("payment_reference", ""))
    if not account or not reference.isdigit():
        return ""
    assert isinstance(due, Decimal)
    if due < 0:
        return ""
    kronor, _, ore = f"{due:.2f}".partition(".")
    check = with_luhn(kronor + ore)[-1]
    if kind == "bankgiro":
        return f"H # {reference} # {kronor} {ore} {check} > {account}#41#"
    return f"# {reference} # {kronor} {ore} {check} > {account} #14#"
