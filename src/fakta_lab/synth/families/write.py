"""Writes invoices of the families as a benchmark set."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fakta_lab.synth.families.family import family_names, load_family
from fakta_lab.synth.families.page import FamilyInvoice, make_family_invoice
from fakta_lab.synth.folder import new_folder

_SETTINGS = "# Held-out page designs: for measuring, never for training or tuning.\nname: {name}\n"


def family_invoices(*, count: int, seed: int | str, families: Sequence[str] | None = None) -> Iterator[FamilyInvoice]:
    """That many invoices, the families taking turns, each of a fresh vendor.

    Args:
        count: of invoices.
        seed: the same seed gives the same invoices.
        families: names; None for all.
    """
    designs = [load_family(name) for name in families or family_names()]
    for position in range(count):
        turn, of = divmod(position, len(designs))
        yield make_family_invoice(designs[of], f"{seed}.{turn}")


def write_families(
    out_dir: str | Path,
    *,
    count: int,
    seed: int | str,
    families: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Writes `documents/*.pdf`, `truth.jsonl` and `benchmark.yaml`, and gives the folder back; all of it or nothing.

    Args:
        out_dir: must be missing or empty.
        count, seed, families: see `family_invoices`.
        progress: called with the number written so far and `count`.

    Raises:
        DatasetError: the folder already holds something.
    """
    with new_folder(out_dir) as partial:
        (partial / "documents").mkdir()
        (partial / "benchmark.yaml").write_text(_SETTINGS.format(name=Path(out_dir).name), encoding="utf-8")
        with (partial / "truth.jsonl").open("w", encoding="utf-8") as truth:
            for number, invoice in enumerate(family_invoices(count=count, seed=seed, families=families), 1):
                document = f"documents/{number:05d}-{invoice.family}.pdf"
                (partial / document).write_bytes(invoice.pdf)
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
