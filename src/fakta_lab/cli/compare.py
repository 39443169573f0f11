"""`fakta compare`: may one reader take the place of another?"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import check_writable, error, notice, progress_bar, write_result

if TYPE_CHECKING:
    from fakta_lab.comparison import Comparison
    from fakta_lab.formats.jsonl import Problem

# A log of a million lines may be broken throughout.
SHOWN = 20


class Format(StrEnum):
    """How the result is printed."""

    table = "table"
    json = "json"
    markdown = "markdown"


class Require(StrEnum):
    """What every field must have for exit code 0."""

    safe = "safe"
    review = "review"


class Unit(StrEnum):
    """What counts as one look."""

    auto = "auto"
    supplier = "supplier"
    document = "document"


class Choice(StrEnum):
    """Which corrected documents are compared."""

    auto = "auto"
    audited = "audited"
    all = "all"


def compare(
    first: Annotated[
        Path,
        typer.Argument(
            metavar="A",
            help="What is used today: a bundle, logged answers (extractions, predictions, GPT-4 calls), a corrections "
            "file or store (what was extracted), or a shadow log.",
        ),
    ],
    on: Annotated[
        Path,
        typer.Option(
            "--on",
            metavar="SET",
            help="What is true: a benchmark set, a store of corrections or a corrections file; or a shadow log, with "
            "--corrections.",
        ),
    ],
    second: Annotated[
        Path | None,
        typer.Argument(
            metavar="B", help="What might replace it, the same; where A is a shadow log, by default its own."
        ),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(metavar="STORE-or-FILE", help="With a shadow log as --on: what people made of its documents."),
    ] = None,
    documents: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the documents of a corrections file are, for a bundle to read."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="How to read your application's JSON in logged calls.")
    ] = None,
    margin: Annotated[
        float, typer.Option(metavar="SHARE", help="How much more often B may be wrong; 0.01 is a percentage point.")
    ] = 0.01,
    level: Annotated[float, typer.Option(metavar="SHARE", help="Certainty of each verdict.")] = 0.95,
    enough: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of the documents that B has to accept to be called safe.")
    ] = 0.9,
    unit: Annotated[
        Unit, typer.Option(help="What counts as one look: every document, or all of a supplier together.")
    ] = Unit.auto,
    choice: Annotated[
        Choice,
        typer.Option("--choice", help="Which corrected documents: drawn at random, all, or the former if enough."),
    ] = Choice.auto,
    group_documents: Annotated[
        int,
        typer.Option(min=2, metavar="N", help="Documents from which a supplier, layout or language has its verdict."),
    ] = 30,
    costs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Prices in kronor (configs/costs.yaml), for what 1,000 invoices cost."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Also write one self-contained HTML page.")
    ] = None,
    require: Annotated[
        Require | None, typer.Option(help="Exit code 1 unless every field is safe, or at least safe with review.")
    ] = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", metavar="NAME", help="With --require: only these fields; repeatable.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
) -> None:
    """Can A be switched off? A verdict per field and supplier group.

    Both on the same documents: safe to switch, switch with review, not yet, or too few examples. See docs/compare.md.
    Exit code 0 whatever the verdicts, unless --require says otherwise; 2 where files cannot be used.
    """
    from fakta_lab import comparison

    if field and require is None:
        raise typer.BadParameter("--field goes with --require")
    if report is not None:
        check_writable(report)
    problems: list[Problem] = []
    if second is None:
        if comparison.kind_at(first) != "shadow":
            raise typer.BadParameter("B is missing; only a shadow log has both answers")
        second = first
    truth = comparison.load_truth(
        on, corrections=corrections, documents=documents, chosen=choice.value, on_problem=problems.append
    )
    schema = truth.benchmark.schema
    today = comparison.load_system(first, side="first", schema=schema, mapping=mapping)
    instead = comparison.load_system(second, side="second", schema=schema, mapping=mapping)
    prices = None
    if costs is not None:
        from fakta_lab.config import load_config
        from fakta_lab.tuning import CostsConfig

        prices = load_config(costs, CostsConfig).prices()
    with progress_bar(f"comparing on {truth.benchmark.name}") as progress:
        result = comparison.compare(
            today,
            instead,
            truth,
            terms=comparison.Terms(margin, level, enough),
            costs=prices,
            unit=unit.value,
            group_documents=group_documents,
            progress=progress,
        )
    write_result([_rendered(result, format)], None)
    for problem in problems[:SHOWN]:
        error(f"{on}: {problem}")
    if len(problems) > SHOWN:
        error(f"and {len(problems) - SHOWN} more lines that cannot be used")
    if report is not None:
        from fakta_lab.comparison.page import render_page

        write_result([render_page(result)], report)
        notice(f"report: {report}")
    if require is not None and not _fulfilled(result, require, field):
        raise typer.Exit(1)


def _rendered(result: Comparison, format: Format) -> str:
    from fakta_lab.cli.console import as_text
    from fakta_lab.comparison.render import render_markdown, render_tables

    if format is Format.json:
        return json.dumps(result.to_dict(), ensure_ascii=False, indent=2) + "\n"
    return render_markdown(result) if format is Format.markdown else as_text(render_tables(result))


def _fulfilled(result: Comparison, require: Require, fields: list[str] | None) -> bool:
    """Whether every field has what is required, and says on stderr which have not."""
    from fakta.errors import ConfigError
    from fakta.wording import suggestion
    from fakta_lab.comparison import Outcome

    found = {each.field: each.verdict.outcome for each in result.overall.fields}
    for name in fields or ():
        if name not in found:
            raise ConfigError(f"--field {name}: not among the fields that were compared{suggestion(name, found)}")
    wanted = {Outcome.safe} if require is Require.safe else {Outcome.safe, Outcome.review}
    lacking = {
        name: outcome for name, outcome in found.items() if (not fields or name in fields) and outcome not in wanted
    }
    for name, outcome in lacking.items():
        error(f"{name}: {outcome.value}, {require.value} is required")
    return not lacking
