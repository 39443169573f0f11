"""Held-out families: hand-written page designs, set by typst, for measuring only and never for training.

The block generator (`fakta_lab.synth.compose` and its neighbours) is what models learn from, so its own documents
cannot say how well unseen layouts are read. The designs here were written without looking at it: each is one vendor's
whole page with its own words, tables, fonts and habits, and another typesetter breaks its lines and pages. Nothing that
trains or tunes may import this package; `tests/lab/synth/test_families.py` and import-linter guard that.

The families come in two groups. The second was written after the first had been measured and mended by, and blind to
both the measurements and the mending; it is chosen alone with `configs/families-second.yaml`.

A family is two files in `designs/`: `NAME.yaml` says what is sold, in which language and how numbers are written;
`NAME.typ` is the page. Truth is what a page prints: every value is set through `put` or `cell` of `lib.typ`, which
leave a mark beside it, and the marks are asked for after typesetting. What stands in the cell of the description
belongs to it, the second line too; headings over groups of rows do not.
"""

from fakta_lab.synth.families.family import Family, family_names, load_family
from fakta_lab.synth.families.page import FamilyInvoice, make_family_invoice
from fakta_lab.synth.families.write import family_invoices, write_families

__all__ = [
    "Family",
    "FamilyInvoice",
    "family_invoices",
    "family_names",
    "load_family",
    "make_family_invoice",
    "write_families",
]
