"""Tables: line items and VAT breakdown, read from column heads, from alignment, and from what adds up.

    line ─ cells.py ─► cells ─ heads.py ─► a table's head ─ grid.py, columns.py ─► columns ─ roles.py ─► what they hold
                                                                                      └─ rows.py, wrapping.py ─► rows

Heads are known by the lexicon, or by standing over numbers that are aligned under them, so a language without a
lexicon is read too. What a column holds follows from its head, from its cells, and from quantity times price being
the amount. `line_items.py` compares that reading with the model's; `in_words.py` reads what stands in words instead of
columns. `vat.py` finds rates whose tax is right, `vat_apart.py` those whose sums stand apart.
"""

from fakta.tables.line_items import Row, read_line_items
from fakta.tables.vat import read_vat_breakdown

__all__ = ["Row", "read_line_items", "read_vat_breakdown"]
