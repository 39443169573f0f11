"""Blocks of text around the facts: notices, legal text, advertisements, contacts, other addresses."""

from __future__ import annotations

from random import Random

from fakta_lab.synth.abroad import person_in, street_in
from fakta_lab.synth.block import Block
from fakta_lab.synth.cells import rate_codes, with_codes
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.parties import address
from fakta_lab.synth.sections import framed, paragraph
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import GLUE, Piece, Words, words_of
from fakta_lab.synth.wording import wording


def over_lines(content: Content, theme: Theme, width: float) -> list[Block]:
    """What may stand among the blocks over the lines."""
    keys, language = content.keys, content.supplier.language
    blocks = []
    if keys.chance("meta_sentence", 0.035):
        usable = content.usable(wording(language, "meta_sentences"))
        text = content.fill(keys.pick("meta_sentence.text", usable))
        blocks.append(paragraph("meta.sentence", text, theme.value, width))
    if keys.chance("visiting", 0.07):
        blocks.append(_other_address(content, theme))
    if keys.chance("invoice_address", 0.06):
        customer = content.facts.customer.party
        lines = [words_of([(customer.name, "customer_name")]), *(words_of([(line, "")]) for line in customer.address)]
        heading = keys.pick("invoice_address.label", wording(language, "invoice_address"))
        blocks.append(address("delivery.invoice", lines, theme, theme.value, heading=heading))
    if keys.chance("contact_block", 0.08):
        blocks.append(_contacts(content, theme))
    if keys.chance("advert_over", 0.03):
        blocks.append(_advert(content, theme, width * 0.5))
    return blocks


def under_lines(content: Content, theme: Theme, width: float) -> list[Block]:
    """What may stand among the blocks under the lines."""
    keys, language = content.keys, content.supplier.language
    blocks = []
    if with_codes(content):
        codes = (f"{code} = {content.rate_sign(rate)}" for rate, code in rate_codes(content).items())
        text = keys.pick("rate_legend", wording(language, "rate_legend")).format(codes=", ".join(codes))
        blocks.append(paragraph("vat.codes", ((text, ""),), theme.small, width))
    if keys.chance("factoring", 0.05):
        usable = content.usable(wording(language, "factoring"))
        if usable:
            text = content.fill(keys.pick("factoring.text", usable))
            kind = theme.strong if keys.chance("factoring_strong", 0.3) else theme.value
            blocks.append(framed(paragraph("factoring", text, kind, width * 0.9), theme, keys))
    if keys.chance("notes_under", 0.2):
        for number in range(keys.pick("notes_count", (1, 1, 2))):
            text = content.fill(content.rng.choice(wording(language, "notes")))
            blocks.append(paragraph(f"note.{number}", text, theme.value, width * keys.pick("note_width", (0.5, 1.0))))
    if keys.chance("advert_under", 0.08):
        blocks.append(_advert(content, theme, width * keys.pick("advert_width", (0.45, 0.7, 1.0))))
    if keys.chance("legal", 0.1):
        kind = theme.small.sized(keys.pick("legal_size", (0.8, 0.9, 1.0)))
        texts = keys.shuffled("legal.texts", wording(language, "legal"))[: keys.pick("legal_count", (1, 1, 2, 3))]
        share = keys.pick("legal_width", (0.48, 1.0, 1.0))
        blocks += [
            paragraph(f"legal.{number}", content.fill(text), kind, width * share) for number, text in enumerate(texts)
        ]
    if keys.chance("brand_line", 0.05):
        text = content.fill(keys.pick("brand_line.text", wording(language, "brands")))
        blocks.append(paragraph("legal.brand", text, theme.small, width))
    return blocks


def with_return_line(block: Block, content: Content, theme: Theme) -> Block:
    """The recipient's block with the sender in one small line over it, as in the window of an envelope."""
    party, keys = content.supplier.party, content.keys
    mark = keys.pick("return_mark", (",", ",", "·", "|"))
    pieces: list[Piece] = [(party.name, "supplier_name")]
    for line in party.address[:2]:
        pieces += [((GLUE if mark == "," else "") + mark, ""), (line, "")]
    kind = theme.small.sized(keys.between("return_size", 0.75, 1.0))
    outer = Block(block.name)
    bottom = outer.put(0, 0, words_of(pieces), kind)
    if keys.chance("return_rule", 0.4):
        outer.box(0, bottom, outer.width, 0, stroke=theme.rule)
    outer.add(block, 0, bottom + keys.between("return_gap", 3, 12))
    return outer


def _advert(content: Content, theme: Theme, width: float) -> Block:
    keys = content.keys
    text = content.fill(content.rng.choice(wording(content.supplier.language, "adverts")))
    kind = theme.value.sized(keys.between("advert_size", 0.85, 1.25))
    return framed(paragraph("advert", text, kind, width), theme, keys)


def _other_address(content: Content, theme: Theme) -> Block:
    """Where the supplier can be visited, or its warehouse or head office."""
    keys, party = content.keys, content.supplier.party
    street = street_in(Random(keys.integer("visiting.street", 0, 10**9)), party.place)
    lines: list[Words] = [words_of([(street, "")]), words_of([(party.address[-1], "")])]
    heading = keys.pick("visiting.label", wording(content.supplier.language, "visiting"))
    return address("contact.visiting", lines, theme, theme.small, heading=heading)


def _contacts(content: Content, theme: Theme) -> Block:
    """People and numbers to turn to."""
    keys = content.keys
    lines: list[Words] = []
    for number in range(keys.pick("contacts", (1, 1, 2))):
        lines.append(words_of([(person_in(content.rng, content.supplier.party.place), "")]))
        items = [
            content.item(name, place="contact")
            for name in keys.pick(f"contacts.{number}", (("phone",), ("mobile", "email"), ("email",)))
        ]
        lines += [(*item.label_words(theme), *item.value_words()) for item in items if isinstance(item, Item)]
    heading = keys.pick("contacts.label", wording(content.supplier.language, "contact_heading"))
    return address("contact.people", lines, theme, theme.value, heading=heading)
