"""The blocks over and under the line table."""

from __future__ import annotations

from collections.abc import Sequence

from fakta_lab.synth.block import Block
from fakta_lab.synth.classes import INVOICE
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.looks import payment_code, stamp
from fakta_lab.synth.notices import over_lines, under_lines, with_return_line
from fakta_lab.synth.parties import logo, recipient, sender
from fakta_lab.synth.plan import Plan
from fakta_lab.synth.rates import vat_table
from fakta_lab.synth.sections import delivery, facts_block, framed, panel, paragraph, stacked_paragraphs, title
from fakta_lab.synth.summary import Summary, in_kronor
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.wording import wording


def header_blocks(content: Content, theme: Theme, plan: Plan, width: float) -> list[Block]:
    """Everything that stands over the lines."""
    keys = content.keys
    blocks: list[Block] = []
    if keys.chance("title", 0.95) or content.facts.kind is not INVOICE:
        blocks.append(title(content, theme, numbered=keys.chance("title_numbered", 0.17)))
    if plan.name_places == ("brand",):
        blocks.append(logo(content, theme, full=False, labelled=True))
    elif "logo" in plan.name_places or keys.chance("brand_logo", 0.35):
        full = "logo" in plan.name_places
        blocks.append(logo(content, theme, full=full, labelled=full))
    named = "sender" in plan.name_places
    if named or plan.at("sender"):
        blocks.append(sender(content, theme, named=named, extras=_items(content, plan.at("sender"), "sender")))
    window = recipient(content, theme, extras=_items(content, plan.at("recipient"), "recipient"))
    blocks.append(with_return_line(window, content, theme) if keys.chance("return_line", 0.1) else window)
    if keys.chance("delivery", 0.14):
        blocks.append(delivery(content, theme))
    for name, items in _fact_groups(content, plan):
        heading = content.supplier.label("meta_heading") if name == "meta" and keys.chance("meta_heading", 0.06) else ""
        kind = "meta" if name.startswith("meta") else "small" if name in ("ids", "contact") else "refs"
        blocks.append(framed(facts_block(name, items, theme, keys, kind=kind, room=width), theme, keys, heading))
    if keys.chance("panel", 0.13) and content.facts.kind.payment:
        blocks.append(panel(content, theme))
    if content.rng.random() < 0.05:
        blocks.append(stamp(content, theme))
    if keys.chance("upright_watermark", 0.02):
        text = keys.pick("upright_watermark.text", content.supplier.phrases["watermark"])
        blocks.append(paragraph("stamp", ((text, ""),), theme.heading, width))
    if content.facts.kind is INVOICE:
        blocks += over_lines(content, theme, width)
    if keys.chance("payment_early", 0.28):
        blocks += _payment(content, theme, plan, width)
    if keys.chance("letter", 0.07) and content.facts.kind is INVOICE:
        text = content.fill(keys.pick("letter_text", content.usable(content.supplier.phrases["letter"])))
        blocks.append(paragraph("letter", text, theme.value, width))
    return blocks


def after_blocks(
    content: Content, theme: Theme, plan: Plan, width: float, summary: Summary
) -> tuple[list[Block], list[dict[str, str]]]:
    """Everything that stands under the lines, and what it and the totals state about each VAT rate."""
    keys, facts, phrases = content.keys, content.facts, content.supplier.phrases
    blocks: list[Block] = []
    breakdown = summary.breakdown
    if not summary.in_table and summary.rows:
        heading = content.supplier.label("totals_heading") if keys.chance("totals_heading", 0.08) else ""
        block = facts_block("totals", summary.rows, theme, keys, kind="totals", room=width)
        blocks.append(framed(block, theme, keys, heading))
    if summary.tabulated:
        block, breakdown = vat_table(content, theme)
        blocks.append(block)
    if not keys.chance("payment_early", 0.28):
        blocks += _payment(content, theme, plan, width)
    if facts.kind is INVOICE:
        if not facts.credit and keys.chance("qr", 0.1):
            blocks.append(payment_code(content, theme))
        if content.supplier.currency != "SEK" and keys.chance("in_kronor", 0.35):
            blocks.append(paragraph("vat.kronor", in_kronor(content), theme.value, width))
        blocks += under_lines(content, theme, width)
    text_width = keys.pick("text_width", (0.45, 0.5, 0.6, 1.0, 1.0)) * width
    texts = [content.fill(content.rng.choice(phrases["free"])) for _ in range(keys.pick("free", (0, 0, 1, 1, 2, 3)))]
    if facts.kind is not INVOICE:
        own = [content.fill(text) for text in facts.kind.texts(content.supplier.language)["texts"]]
        if facts.kind.body == "text":
            blocks.append(stacked_paragraphs("letter", own, theme.value, width * keys.pick("letter_width", (0.7, 1.0))))
        else:
            texts = [*own[:2], *texts]
    elif facts.reverse:
        texts.insert(0, content.fill(keys.pick("reverse_text", phrases["reverse"])))
    if facts.credit and keys.chance("credit_text", 0.8):
        texts.insert(0, content.fill(keys.pick("credit", phrases["credit"])))
    if all(rate == 0 for rate in facts.rates) and not facts.reverse:
        texts.append(content.fill(keys.pick("exempt_text", phrases["exempt"])))
    if keys.chance("joined_texts", 0.4) and len(texts) > 1:
        texts = [tuple(piece for text in texts for piece in text)]
    kind = theme.small if keys.chance("small_print", 0.6) else theme.value
    blocks += [paragraph(f"free.{n}", text, kind, text_width) for n, text in enumerate(texts)]
    for name, share in (("greeting", 0.05), ("identity", 0.07)):
        usable = content.usable(phrases[name])
        if usable and keys.chance(name, share):
            text = content.fill(keys.pick(f"{name}_text", usable))
            blocks.append(paragraph(name, text, kind, text_width))
    return blocks, breakdown


def _items(content: Content, names: Sequence[str], place: str) -> list[Item]:
    return [item for name in names if (item := content.item(name, place=place)) is not None]


def _fact_groups(content: Content, plan: Plan) -> list[tuple[str, list[Item]]]:
    keys = content.keys
    meta, refs = _items(content, plan.at("meta"), "meta"), _items(content, plan.at("refs"), "refs")
    if keys.chance("merged", 0.2) and len(meta) + len(refs) <= 14:
        merged = refs + meta if keys.chance("refs_first", 0.3) else meta + refs
        meta, refs = list({item.key: item for item in merged}.values()), []
    groups = [("meta", meta), ("refs", refs)]
    if keys.chance("meta_split", 0.16) and len(meta) > 3:
        half = keys.integer("meta_half", 1, 3)
        groups[0:1] = [("meta", meta[:half]), ("meta2", meta[half:])]
    if keys.chance("refs_split", 0.2) and len(refs) > 4:
        half = len(refs) // 2
        groups[-1:] = [("refs", refs[:half]), ("refs2", refs[half:])]
    groups += [
        ("ids", _items(content, plan.at("ids"), "ids")),
        ("contact", _items(content, plan.at("contact"), "contact")),
    ]
    return [(name, items) for name, items in groups if items]


def _payment(content: Content, theme: Theme, plan: Plan, width: float) -> list[Block]:
    keys = content.keys
    if not content.facts.kind.payment or (content.facts.credit and keys.chance("credit_without_payment", 0.6)):
        return []
    if keys.chance("payment_sentence", 0.1):
        phrases = [*content.supplier.phrases["payment"], *wording(content.supplier.language, "payment_sentences")]
        usable = content.usable(phrases)
        if usable:
            return [
                paragraph(
                    "payment.sentence",
                    content.fill(keys.pick("payment_text", usable)),
                    theme.value,
                    width * keys.pick("sentence_width", (0.5, 1.0)),
                )
            ]
    items = _items(content, plan.at("payment"), "payment")
    if "payment" in plan.name_places:
        items.insert(
            0,
            Item(
                "pay_to", ((content.supplier.label("pay_to"), ""),), ((content.supplier.party.name, "supplier_name"),)
            ),
        )
    if not items:
        return []
    heading = content.supplier.label("payment_heading") if keys.chance("payment_heading", 0.22) else ""
    return [framed(facts_block("payment", items, theme, keys, kind="payment", room=width), theme, keys, heading)]
