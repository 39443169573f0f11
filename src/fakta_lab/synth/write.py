"""Writes generated invoices as a benchmark set: PDF files and their truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from fakta_lab.synth.config import SynthConfig
from fakta_lab.synth.folder import new_folder
from fakta_lab.synth.invoice import ERROR_SHARE, SyntheticInvoice, make_invoice
from fakta_lab.synth.render import render_pdf
from fakta_lab.synth.supplier import ENGLISH_SHARE, Profile, make_supplier

__all__ = ["SynthConfig", "invoices", "truth_record", "write_set"]


def invoices(
    *,
    count: int,
    seed: int | str,
    profile: Profile = "train",
    suppliers: int | None = None,
    first_turn: int = 0,
    english_share: float = ENGLISH_SHARE,
    error_share: float = ERROR_SHARE,
) -> Iterator[SyntheticInvoice]:
    """That many invoices, the suppliers taking turns.

    Args:
        count: of invoices.
        seed: the same seed gives the same invoices.
        profile: of the suppliers.
        suppliers: how many there are; None for one each.
        first_turn: which of each supplier's invoices comes first; with another value the same suppliers go on.
        english_share: probability that a supplier writes English.
        error_share: probability that an invoice has a planted mistake.
    """
    number = count if suppliers is None else suppliers
    made = {}
    for position in range(count):
        turn, of = divmod(position, number)
        if of not in made:
            made[of] = make_supplier(f"{seed}.{of}", profile=profile, english_share=english_share)
        yield make_invoice(made[of], first_turn + turn, error_share=error_share)
        if suppliers is None:
            del made[of]


def write_set(
    out_dir: str | Path,
    *,
    count: int,
    seed: int | str,
    profile: Profile = "train",
    suppliers: int | None = None,
    first_turn: int = 0,
    english_share: float = ENGLISH_SHARE,
    error_share: float = ERROR_SHARE,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Writes `documents/*.pdf` and `truth.jsonl`, and gives the folder back; all of it or nothing.

    Args:
        out_dir: must be missing or empty.
        count, seed, profile, suppliers, first_turn, english_share, error_share: see `invoices`.
        progress: called with the number written so far and `count`.

    Raises:
        DatasetError: the folder already holds something.
    """
    with new_folder(out_dir) as partial:
        (partial / "documents").mkdir()
        with (partial / "truth.jsonl").open("w", encoding="utf-8") as truth:
            source = invoices(
                count=count,
                seed=seed,
                profile=profile,
                suppliers=suppliers,
                first_turn=first_turn,
                english_share=english_share,
                error_share=error_share,
            )
            for number, invoice in enumerate(source, 1):
                document = f"documents/{number:05d}.pdf"
                (partial / document).write_bytes(render_pdf(invoice))
                truth.write(json.dumps(truth_record(invoice, document), ensure_ascii=False) + "\n")
                if progress is not None:
                    progress(number, count)
    return Path(out_dir)


def truth_record(invoice: SyntheticInvoice, document: str) -> dict[str, object]:
    """The line of `truth.jsonl` for one document."""
    return {
        "document": document,
        "layout": invoice.layout,
        "supplier": invoice.supplier,
        "fields": invoice.fields,
        "line_items": invoice.line_items,
    }
