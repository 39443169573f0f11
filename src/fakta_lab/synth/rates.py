"""The table of VAT rates, with the amounts at each."""

from __future__ import annotations

from fakta_lab.synth.block import Block
from fakta_lab.synth.cells import plain
from fakta_lab.synth.content import Content
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import words_of


def vat_table(content: Content, theme: Theme) -> tuple[Block, list[dict[str, str]]]:
    """Rate, taxable amount and tax for each rate, and what it states."""
    keys, formats = content.keys, content.supplier.formats
    names = ["vat_rate", "taxable_amount", "tax_amount"]
    if keys.chance("vat_gross", 0.3):
        names.append("vat_gross")
    if keys.chance("vat_order", 0.25):
        names[0], names[1] = names[1], names[0]
    rows, truth = [], []
    for rate, (base, tax) in content.facts.rates.items():
        values = {
            "vat_rate": (formats.rate(rate), "vat_breakdown.rate"),
            "taxable_amount": (formats.amount(base), "vat_breakdown.taxable_amount"),
            "tax_amount": (formats.amount(tax), "vat_breakdown.tax_amount"),
            "vat_gross": (formats.amount(base + tax), ""),
        }
        rows.append([words_of([values[name]]) for name in names])
        truth.append({"rate": plain(rate), "taxable_amount": f"{base:.2f}", "tax_amount": f"{tax:.2f}"})
    captions = [words_of([(theme.caption(content.supplier.label(name), colon=False), "")]) for name in names]
    block = Block("vat")
    pad = keys.between("vat_pad", 6, 26)
    top = 0.0
    if keys.chance("vat_heading", 0.4):
        block.put(0, 0, words_of([(content.supplier.label("vat_heading"), "")]), theme.heading)
        top = theme.line(theme.heading)
    x = 0.0
    for column, caption in enumerate(captions):
        width = max([theme.label.width(caption), *(theme.value.width(row[column]) for row in rows)])
        block.put(x + width, top, caption, theme.label, align="right")
        for position, row in enumerate(rows):
            block.put(
                x + width,
                top + theme.line(theme.label) + position * theme.line(theme.value) + 2,
                row[column],
                theme.value,
                align="right",
            )
        x += width + pad
    if keys.chance("vat_rule", 0.4):
        block.box(0, top + theme.line(theme.label), x - pad, 0, stroke=theme.rule)
    return block, truth
