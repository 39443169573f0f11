"""A comparison as tables for a terminal and as Markdown for a pull request; the page for deciders is `page`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fakta_lab.comparison.result import Comparison, FieldResult, GroupResult, Share
from fakta_lab.comparison.verdict import Outcome
from fakta_lab.formats.markdown import markdown_table, markdown_text
from fakta_lab.pages import ENGLISH

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

STYLES = {
    Outcome.safe: "green",
    Outcome.review: "cyan",
    Outcome.not_yet: "bold red",
    Outcome.too_few: "yellow",
}
COLUMNS = ("documents", "suppliers", "A right", "B right", "B accepts", "of these right", "difference", "p")
# A terminal has no room for every interval: the figures alone, and the interval that the verdict rests on.
SHORT = ("documents", "A right", "B right", "accepts", "right", "difference (points)", "p")


def render_tables(comparison: Comparison) -> Iterator[RenderableType]:
    """The outcome as `rich` renderables: headline, warnings, fields, groups, costs, notes."""
    from rich.text import Text

    yield Text(f"{comparison.headline}.", style="bold")
    if comparison.among_these:
        yield f"If only these {comparison.overall.suppliers} suppliers came: {comparison.among_these}."
    yield _readers(comparison)
    for warning in comparison.warnings:
        yield Text(f"! {warning}", style="yellow")
    table = _table("field", *SHORT)
    table.add_column("verdict", no_wrap=True)
    for result in comparison.overall.fields:
        verdict = Text(result.verdict.outcome.value, style=STYLES[result.verdict.outcome])
        table.add_row(result.field, *_short_cells(result), verdict)
    yield table
    yield from _reasons(comparison)
    if len(comparison.groups) > 1:
        groups = _table("group", "documents", "suppliers", "one look is a", *(outcome.value for outcome in Outcome))
        for group in comparison.groups:
            groups.add_row(*_group_cells(group))
        yield groups
    if comparison.costs:
        costs = _table(
            "kronor for 1,000 invoices", "kr", "95 %", "mistakes", "looks", "calls", "wrong", "lost", "opened"
        )
        for row in _cost_rows(comparison):
            costs.add_row(*row)
        yield costs
        yield _saved(comparison)
    yield _times(comparison)
    yield from (Text(note, style="dim") for note in (_meaning(comparison), *comparison.notes))


def render_markdown(comparison: Comparison) -> str:
    """The outcome as a Markdown page."""
    parts = [f"# Can {comparison.first} be switched off?", "", f"**{comparison.headline}.**", ""]
    if comparison.among_these:
        parts += [f"If only these {comparison.overall.suppliers} suppliers came: {comparison.among_these}.", ""]
    parts += [_readers(comparison), ""]
    parts += [f"> **Careful:** {warning}\n" for warning in comparison.warnings]
    rows = [
        (result.field, f"**{result.verdict.outcome.value}**", *_cells(result), _why(result))
        for result in comparison.overall.fields
    ]
    parts += markdown_table(("field", "verdict", *COLUMNS, "why"), rows, words=(0, 1, 10))
    if len(comparison.groups) > 1:
        parts += ["", "## Groups of documents", ""]
        header = ("group", "documents", "suppliers", "one look is a", *(outcome.value for outcome in Outcome))
        groups = (_group_cells(group) for group in comparison.groups)
        parts += markdown_table(header, [(markdown_text(name), *cells) for name, *cells in groups], words=(0, 3))
    if comparison.costs:
        parts += ["", "## Kronor for 1,000 invoices", ""]
        header = (
            "way of working",
            "kr",
            "95 %",
            "mistakes",
            "looks",
            "calls",
            "wrong values",
            "lost values",
            "documents opened",
        )
        parts += markdown_table(header, _cost_rows(comparison))
        parts += ["", _saved(comparison), "", *(f"- {each}" for each in comparison.costs.assumptions)]
    parts += ["", _times(comparison), "", *(f"- {note}" for note in (_meaning(comparison), *comparison.notes))]
    return "\n".join(parts) + "\n"


def p_value(result: FieldResult) -> str:
    """The p-value of the paired test, with a star where it holds among all fields."""
    return ("< 0.001" if result.p < 0.001 else f"{result.p:.3f}") + "*" * result.significant


def more_of(result: FieldResult) -> str:
    """How many more documents would decide, in words; "" where none are missing."""
    if result.verdict.outcome is not Outcome.too_few:
        return ""
    if result.more_documents is None:
        return "more documents like these would not decide"
    suppliers = f" from {_about(result.more_suppliers)} other suppliers" if result.more_suppliers else ""
    return f"about {_about(result.more_documents)} more{suppliers} would decide"


def _about(number: int) -> str:
    """Two digits say all that such an estimate knows."""
    digits = max(len(str(number)) - 2, 0)
    return f"{-(-number // 10**digits) * 10**digits:,}"


def _readers(comparison: Comparison) -> str:
    return (
        f"A, today: {comparison.first} · B: {comparison.second} · {comparison.documents} documents of {comparison.on}"
    )


def _why(result: FieldResult) -> str:
    return "; ".join(part for part in (result.verdict.reason, more_of(result)) if part)


def _reasons(comparison: Comparison) -> Iterator[str]:
    for result in comparison.overall.fields:
        if result.verdict.outcome is not Outcome.safe:
            yield f"  {result.field}: {_why(result)}"


def _cells(result: FieldResult) -> tuple[str, ...]:
    return (
        str(result.at_stake),
        str(result.suppliers),
        _share(result.first.right),
        _share(result.second.right),
        ENGLISH.percent(result.second.used.value, 0),
        _share(result.second.used_right),
        _difference(result),
        p_value(result),
    )


def _short_cells(result: FieldResult) -> tuple[str, ...]:
    return (
        str(result.at_stake),
        ENGLISH.percent(result.first.right.value),
        ENGLISH.percent(result.second.right.value),
        ENGLISH.percent(result.second.used.value, 0),
        ENGLISH.percent(result.second.used_right.value),
        _difference(result),
        p_value(result),
    )


def _difference(result: FieldResult) -> str:
    measured = result.verdict.measured
    if measured.difference is None:
        return "–"
    low, high = map(ENGLISH.points, measured.bounds)
    return f"{ENGLISH.points(measured.difference)} ({low} to {high})"


def _share(share: Share) -> str:
    return f"{ENGLISH.percent(share.value)} ({100 * share.low:.0f}-{100 * share.high:.0f})" if share.of else "–"


def _group_cells(group: GroupResult) -> tuple[str, ...]:
    name = group.name if group.kind in {"all", "known", "these"} else f"{group.kind} {group.name}"
    counts = (str(group.outcomes[outcome]) for outcome in Outcome)
    return (name, str(group.documents), str(group.suppliers), group.unit, *counts)


def _cost_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    return [
        (
            way.name,
            f"{way.kronor:,.0f}",
            f"{way.low:,.0f} to {way.high:,.0f}",
            f"{way.mistakes:,.0f}",
            f"{way.looks:,.0f}",
            f"{way.calls:,.0f}",
            f"{way.wrong:,.0f}",
            f"{way.lost:,.0f}",
            f"{way.opened:,.0f}",
        )
        for way in (comparison.costs.ways if comparison.costs else ())
    ]


def _saved(comparison: Comparison) -> str:
    costs = comparison.costs
    if costs is None:
        return ""
    word, kronor, low, high = costs.compared
    span = f"{ENGLISH.number(low)} to {ENGLISH.number(high)}"
    return (
        f"{comparison.second} with review costs {kronor:,.0f} kr {word} than today for 1,000 invoices "
        f"(95 %: {span}), by the prices assumed."
    )


def _times(comparison: Comparison) -> str:
    def shown(name: str, median: float | None, p95: float | None) -> str:
        if median is None or p95 is None:
            return f"{name}: not measured"
        return f"{name}: {median:.2g} s a document (95 % within {p95:.2g} s), {median * 1000 / 60:.0f} min for 1,000"

    first, second = comparison.first_times, comparison.second_times
    return (
        "Time. "
        f"{shown(comparison.first, first.median, first.p95)}. {shown(comparison.second, second.median, second.p95)}."
    )


def _meaning(comparison: Comparison) -> str:
    terms = comparison.terms
    return (
        "Figures are of documents on which a field is at stake; the difference is on those that B accepts. Each bound "
        f"holds at {terms.level:.0%} by itself: fields are switched one by one, and of 20 that are really worse by "
        f"more than {100 * terms.margin:g} points one would be called safe by chance. p: exact McNemar test, documents "
        "by themselves; * holds among all fields (Holm). How many more documents would decide supposes that all goes "
        "on as in these."
    )


def _table(first: str, *numbers: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for column in numbers:
        table.add_column(column, justify="right", no_wrap=column.startswith("difference"))
    return table
