"""Writes generated invoices as a benchmark set: PDF files and their truth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from fakta_lab.synth.config import SynthConfig
from fakta_lab.synth.folder import new_folder
from fakta_lab.synth.invoice import ERROR_SHARE, SyntheticInvoice, make_invoice
from fakta_lab.synth.render import render_pdf
from fakta_lab.synth.scan import Severity, scan_pdf
from fakta_lab.synth.supplier import LANGUAGE_SHARES, Profile, make_supplier

__all__ = ["SynthConfig", "invoices", "truth_record", "write_set"]


def invoices(
    *,
    count: int,
    seed: int | str,
    profile: Profile = "train",
    suppliers: int | None = None,
    first_turn: int = 0,
    languages: Mapping[str, float] = LANGUAGE_SHARES,
    error_share: float = ERROR_SHARE,
) -> Iterator[SyntheticInvoice]:
    """That many invoices, the suppliers taking turns.

    Args:
        count: of invoices.
        seed: the same seed gives the same invoices.
        profile: of the suppliers.
        suppliers: how many there are; None for one each.
        first_turn: which of each supplier's invoices comes first; with another value the same suppliers go on.
        languages: how likely a supplier writes which language.
        error_share: probability that an invoice has a planted mistake.
    """
    number = count if suppliers is None else suppliers
    made = {}
    for position in range(count):
        turn, of = divmod(position, number)
        if of not in made:
            made[of] = make_supplier(f"{seed}.{of}", profile=profile, languages=languages)
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
    languages: Mapping[str, float] = LANGUAGE_SHARES,
    error_share: float = ERROR_SHARE,
    scan: Severity | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Writes `documents/*.pdf` and `truth.jsonl`, and gives the folder back; all of it or nothing.

    Args:
        out_dir: must be missing or empty.
        count, seed, profile, suppliers, first_turn, languages, error_share: see `invoices`.
        scan: how badly the pages are scanned; None for PDFs with text.
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
                languages=languages,
                error_share=error_share,
            )
            for number, invoice in enumerate(source, 1):
                document = f"documents/{number:05d}.pdf"
                data = render_pdf(invoice)
                if scan is not None:
                    data = scan_pdf(data, severity=scan, seed=f"{seed}/{number}")
                (partial / document).write_bytes(data)
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
