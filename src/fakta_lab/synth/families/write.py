"""Writes invoices of the families as a benchmark set."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fakta.errors import DatasetError
from fakta_lab.synth.families.content import invent
from fakta_lab.synth.families.family import Family, family_names, load_family
from fakta_lab.synth.families.page import FamilyInvoice, make_family_invoice
from fakta_lab.synth.folder import new_folder
from fakta_lab.synth.scan import Severity, scan_pdf

_SETTINGS = "# Held-out page designs: for measuring, never for training or tuning.\nname: {name}\n"
# Draws of a vendor from every family after which one that brought no new name is taken for the last.
_ROUNDS = 20


def family_invoices(
    *, count: int, seed: int | str, families: Sequence[str] | None = None, suppliers: int | None = None
) -> Iterator[FamilyInvoice]:
    """That many invoices, the families taking turns.

    Args:
        count: of invoices.
        seed: the same seed gives the same invoices.
        families: names; None for all.
        suppliers: how many vendors share the invoices, taking turns, no two of them of the same name; None for a fresh
            vendor each.
    """
    designs = [load_family(name) for name in families or family_names()]
    if suppliers is None:
        for position in range(count):
            number, of = divmod(position, len(designs))
            yield make_family_invoice(designs[of], f"{seed}.{number}")
        return
    vendors = list(itertools.islice(_vendors(designs, seed), suppliers))
    for position in range(count):
        turn, number = divmod(position, len(vendors))
        family, vendor_seed = vendors[number]
        yield make_family_invoice(family, vendor_seed, turn)


def _vendors(designs: Sequence[Family], seed: int | str) -> Iterator[tuple[Family, str]]:
    """Families and seeds of vendors with different names, the families taking turns.

    Vendors abroad are few and come from lists: a family whose draw is a name that came before is passed over.
    """
    names: set[str] = set()
    known = 0
    for number in itertools.count():
        for family in designs:
            vendor_seed = f"{seed}.{number}"
            name = invent(family, vendor_seed).supplier.name
            if name not in names:
                names.add(name)
                yield family, vendor_seed
        if number % _ROUNDS == _ROUNDS - 1:
            if len(names) == known:
                raise DatasetError(f"suppliers: the chosen families have no more than {known} vendors")
            known = len(names)


def write_families(
    out_dir: str | Path,
    *,
    count: int,
    seed: int | str,
    families: Sequence[str] | None = None,
    suppliers: int | None = None,
    scan: Severity | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Writes `documents/*.pdf`, `truth.jsonl` and `benchmark.yaml`, and gives the folder back; all of it or nothing.

    Args:
        out_dir: must be missing or empty.
        count, seed, families, suppliers: see `family_invoices`.
        scan: how badly the pages are scanned; None for PDFs with text.
        progress: called with the number written so far and `count`.

    Raises:
        DatasetError: the folder already holds something, or the families have fewer vendors than are wanted.
    """
    with new_folder(out_dir) as partial:
        (partial / "documents").mkdir()
        (partial / "benchmark.yaml").write_text(_SETTINGS.format(name=Path(out_dir).name), encoding="utf-8")
        with (partial / "truth.jsonl").open("w", encoding="utf-8") as truth:
            source = family_invoices(count=count, seed=seed, families=families, suppliers=suppliers)
            for number, invoice in enumerate(source, 1):
                document = f"documents/{number:05d}-{invoice.family}.pdf"
                data = invoice.pdf if scan is None else scan_pdf(invoice.pdf, severity=scan, seed=f"{seed}/{number}")
                (partial / document).write_bytes(data)
                truth.write(json.dumps(truth_record(invoice, document), ensure_ascii=False) + "\n")
                if progress is not None:
                    progress(number, count)
    return Path(out_dir)


def truth_record(invoice: FamilyInvoice, document: str) -> dict[str, object]:
    """The line of `truth.jsonl` for one document."""
    return {
        "document": document,
        "layout": invoice.family,
        "supplier": invoice.supplier,
        "fields": invoice.fields,
        "line_items": invoice.line_items,
        "vat_breakdown": invoice.vat_breakdown,
    }
