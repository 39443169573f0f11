"""`fakta parity`: does a bundle read documents as the weights that it was made of do?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, write_result
from fakta_lab.cli.options import Format

if TYPE_CHECKING:
    from rich.table import Table

    from fakta_lab.export.levels import Parity


def parity(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of the bundle.")],
    run: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Its training run; by default the weights that the bundle itself holds."),
    ] = None,
    on: Annotated[
        Path | None,
        typer.Option(metavar="SET", help="Benchmark set to compare on; by default invented invoices."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also write JSON with what both sides read where they differ, values too."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
) -> None:
    """Compare a bundle with the weights that it was made of.

    The same documents are read by the bundle and by the weights in transformers on torch. Outputs, extracted values and
    decisions to accept or review have to be equal; exit code 1 where one is not. Of a bundle with 8-bit integers only
    values and decisions have to be.
    """
    from fakta_lab.export import check_parity

    checked = check_parity(bundle, run=run, on=on)
    if format is Format.json:
        text = json.dumps(checked.parity.to_dict(), indent=2, ensure_ascii=False) + "\n"
    else:
        text = as_text([_table(checked.parity)])
    write_result([text], None)
    if report is not None:
        write_result([checked.report()], report)
        notice(f"report written to {report}; it holds values of the documents")
    checked.parity.check()


def _table(parity: Parity) -> Table:
    from rich.table import Table

    logits = parity.logits
    table = Table("level", "compared", "different", "detail", title=f"{parity.values.documents} documents")
    where = f"largest difference {logits.difference:.2g} in {logits.output!r} on {logits.place}"
    judged = f"tolerance {logits.tolerance:g}" if parity.same_weights else "not judged: 8-bit integers"
    kept = f"{logits.agreement:.2%} of the {logits.unit} alike"
    table.add_row("outputs", str(len(logits.differences)), "", f"{where}; {judged}; {kept}")
    values, decisions = parity.values, parity.decisions
    table.add_row("values", str(values.compared), str(values.differences), values.failure or "all equal")
    detail = f"{decisions.failure or 'all equal'}; by {parity.decided_by}"
    table.add_row("decisions", str(decisions.compared), str(decisions.differences), detail)
    return table
