"""An evaluation as Markdown for a pull request: what has to be known first, everything else folded away.

GitHub refuses comments above 65,536 characters, so lists are cut where the whole would become too long, and say so.
Everything that a document says is escaped: a value must not become a heading, a link or a mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fakta_lab.evaluation.documents import Mistake
from fakta_lab.evaluation.error_kinds import ErrorKind
from fakta_lab.evaluation.gates import GateResult
from fakta_lab.evaluation.regressions import ComparedFigure
from fakta_lab.evaluation.render.figures import Line, field_lines, layout_lines, notes, table_lines
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.formats.markdown import markdown_code, markdown_table, markdown_text

# GitHub's limit is 65,536; what surrounds the text in a comment needs some of it.
LONGEST = 64_000
# What stands around the lines of a fold.
_AROUND = 200
# Longer values say no more.
_LONGEST_VALUE = 120
# Rows of failed gates and worse figures that stand above the folds.
_SHOWN = 20
# Documents that a line names.
_NAMED = 3


def render_markdown(evaluation: Evaluation, gates: Sequence[GateResult] = ()) -> str:
    """The evaluation as Markdown.

    Args:
        evaluation: with its `baseline` where it was compared with one.
        gates: what was measured against limits.
    """
    head = "\n".join(_head(evaluation, gates)) + "\n"
    return head + _folded(list(_folds(evaluation)), room=LONGEST - len(head))


@dataclass(frozen=True, slots=True)
class _Fold:
    """What is folded away under a summary: lines, of which the first `kept` are no rows and stay in any case."""

    summary: str
    lines: Sequence[str]
    kept: int = 0


def _folded(folds: Sequence[_Fold], *, room: int) -> str:
    """The folds in so many characters: each gets half of what the ones before it leave, the last one all of it."""
    parts = []
    for fold in folds:
        share = room if fold is folds[-1] else room // 2
        lines = _within(fold.lines, share - _AROUND, least=fold.kept)
        left = len(fold.lines) - len(lines)
        said = ["", f"{left:,} more are left out here; `evaluation.html` and `evaluation.json` have them."]
        # Markdown inside HTML begins after an empty line.
        body = ("", "<details>", f"<summary>{fold.summary}</summary>", "", *lines, *(said if left else ()))
        parts.append("\n".join((*body, "", "</details>", "")))
        room -= len(parts[-1])
    return "".join(parts)


def _head(evaluation: Evaluation, gates: Sequence[GateResult]) -> Iterator[str]:
    yield f"## {_verdict(evaluation, gates)}"
    yield ""
    micro = field_lines(evaluation)[-1]
    interval = f" ({micro.range} %)" if micro.range else ""
    model = f" by {_text(evaluation.model)}" if evaluation.model else ""
    yield (
        f"**{_text(evaluation.benchmark)}**{model}: {evaluation.documents} documents, "
        f"F1 **{100 * micro.counts.f1:.1f} %**{interval}"
    )
    failed = [gate for gate in gates if not gate.passed]
    if failed:
        yield ""
        rows: list[tuple[str, ...]] = [
            (_code(gate.figure), f"{'≤' if gate.ceiling else '≥'} {gate.floor:g}", _value(gate), _documents(gate))
            for gate in failed[:_SHOWN]
        ]
        yield from markdown_table(("failed gate", "limit", "measured", "wrong in"), rows, words=(0, 3))
        yield from _more(len(failed), "gates that failed")
    if evaluation.baseline:
        changed = sorted(
            (figure for figure in evaluation.baseline.figures if figure.value != figure.before),
            key=lambda figure: (figure.passed, figure.adjusted),
        )
        yield ""
        if changed:
            rows = [_changed(figure) for figure in changed[:_SHOWN]]
            yield from markdown_table(("figure", "before", "now", "", "worse in"), rows, words=(0, 3, 4))
            yield from _more(len(changed), "figures that changed")
        else:
            yield "No figure differs from the baseline."
        yield from ("", *(f"- {_text(notice)}" for notice in evaluation.baseline.notices))
    # What is worse than the baseline stands in the table above.
    said = [note for note in notes(evaluation) if not note.startswith("worse than the baseline")]
    if said:
        yield ""
        yield from (f"- {_text(note)}" for note in said)


def _verdict(evaluation: Evaluation, gates: Sequence[GateResult]) -> str:
    """The outcome in one line.

    >>> _verdict(Evaluation("set", 1, {}, {}), [])
    'Evaluation of set'
    >>> _verdict(Evaluation("set", 1, {}, {}), [GateResult("micro.f1", 0.9, 0.8)])
    '❌ 1 of 1 gates failed'
    """
    failed = sum(not gate.passed for gate in gates)
    worse = sum(not figure.passed for figure in evaluation.baseline.figures) if evaluation.baseline else 0
    parts = []
    if gates:
        parts.append(f"{failed} of {len(gates)} gates failed" if failed else f"{len(gates)} of {len(gates)} gates met")
    if evaluation.baseline:
        noun = "figure" if worse == 1 else "figures"
        parts.append(f"{worse or 'no'} {noun} significantly worse than the baseline")
    if not parts:
        return f"Evaluation of {_text(evaluation.benchmark)}"
    return f"{'❌' if failed or worse else '✅'} {', '.join(parts)}"


def _changed(figure: ComparedFigure) -> tuple[str, ...]:
    before, now = ("–" if share is None else f"{100 * share:.1f} %" for share in (figure.before, figure.value))
    if not figure.passed:
        arrow = "🔻 worse"
    else:
        arrow = "↓" if (figure.value or 0) < (figure.before or 0) else "↑"
    return _code(figure.figure), before, now, arrow, _documents(figure) if not figure.passed else ""


def _documents(check: GateResult | ComparedFigure) -> str:
    more = len(check.documents) - _NAMED
    return ", ".join(map(_code, check.documents[:_NAMED])) + (f" and {more} more" if more > 0 else "")


def _value(gate: GateResult) -> str:
    return "no value" if gate.value is None else f"{gate.value:.4g}"


def _folds(evaluation: Evaluation) -> Iterator[_Fold]:
    header = ("field", "precision", "recall", "F1", "95 %", "values")
    yield _fold("Fields", header, map(_figures_row, field_lines(evaluation)))
    tables = [line for lines in table_lines(evaluation) for line in lines]
    if tables:
        yield _fold("Tables", header, map(_figures_row, tables))
    layouts = map(_figures_row, layout_lines(evaluation))
    if evaluation.layouts:
        yield _fold(f"Layouts ({len(evaluation.layouts)})", ("layout", *header[1:]), layouts)
    if evaluation.failures:
        unread = [f"- {_code(name)}: {_text(reason)}" for name, reason in evaluation.failures.items()]
        yield _Fold(f"Documents that could not be read ({len(unread)})", unread)
    if evaluation.errors:
        columns = ("document", "field", "truth", "read", "kind")
        yield _fold(f"Errors ({len(evaluation.errors)})", columns, map(_error, evaluation.errors), words=range(5))


def _fold(summary: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, words: Iterable[int] = (0,)) -> _Fold:
    return _Fold(summary, markdown_table(header, rows, words=words), kept=2)


def _figures_row(line: Line) -> tuple[str, ...]:
    counts = line.counts
    shares = (f"{share:.3f}" for share in (counts.precision, counts.recall, counts.f1))
    indent = "&nbsp;&nbsp;" if line.name.startswith("  ") else ""
    return indent + _text(line.name), *shares, line.range, str(counts.support)


def _error(mistake: Mistake) -> tuple[str, ...]:
    kind = ErrorKind.missed if mistake.predicted is None else ErrorKind.invented
    kind = kind if None in (mistake.truth, mistake.predicted) else ErrorKind.wrong
    shown = ("–" if value is None else _code(value) for value in (mistake.truth, mistake.predicted))
    return _code(mistake.document), _text(mistake.field), *shown, kind.value + ", accepted" * mistake.accepted


def _within(lines: Sequence[str], room: int, *, least: int) -> Sequence[str]:
    """The first lines that fit in so many characters, but `least` of them in any case."""
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0 and count >= least:
            return lines[:count]
    return lines


def _more(count: int, what: str) -> list[str]:
    return ["", f"The first {_SHOWN} of {count} {what}; `evaluation.html` has them all."] if count > _SHOWN else []


def _short(text: str) -> str:
    """On one line, without what no one reads to the end of."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_VALUE else line[: _LONGEST_VALUE - 1] + "…"


def _text(text: str) -> str:
    return markdown_text(_short(text))


def _code(text: str) -> str:
    return markdown_code(_short(text))
