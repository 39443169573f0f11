"""An evaluation as one HTML file that needs nothing else: figures first, then every error with its picture.

Everything that a document or an answer says is escaped: neither is to be trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from fakta.documents import Ocr
from fakta_lab.evaluation.error_kinds import ErrorKind
from fakta_lab.evaluation.gates import GateResult
from fakta_lab.evaluation.page import summary
from fakta_lab.evaluation.page.cards import Card, Progress, cards_of, compared
from fakta_lab.evaluation.page.scenes import read_document
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.pages import ENGLISH, NO_BREAK, template_environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from fakta.documents.ocr import Engine

# Some 5 kB each: a file that browsers open at once and that mail and build servers take.
MOST_CROPS = 1000


def write_page(
    evaluation: Evaluation,
    benchmark: Benchmark,
    path: Path,
    *,
    gates: Sequence[GateResult] = (),
    most_crops: int = MOST_CROPS,
    ocr: Ocr | Engine = "auto",
    progress: Progress | None = None,
) -> int:
    """Writes the page; documents with errors are read once more, for the pictures.

    Args:
        evaluation: with the answers that were scored.
        benchmark: the set; documents that are not on this disk have no pictures.
        path: of the file, which is replaced whole.
        gates: what was measured against floors.
        most_crops: errors that get pictures at most; 0 reads no document.
        ocr: reads pages without a text layer, see `fakta.documents.read`.
        progress: called with documents done and documents in all.

    Returns:
        How many errors have no picture because of `most_crops`.
    """
    cards = cards_of(
        evaluation, benchmark, read=partial(read_document, ocr=ocr), most_crops=most_crops, progress=progress
    )
    with replacing(path) as temporary:
        temporary.write_text(render_page(evaluation, cards, gates=gates), encoding="utf-8")
    return max(0, len(cards) - most_crops)


def render_page(evaluation: Evaluation, cards: Sequence[Card], *, gates: Sequence[GateResult] = ()) -> str:
    """The HTML.

    Args:
        evaluation: with the answers that were scored.
        cards: its errors.
        gates: what was measured against floors.
    """
    fields = summary.field_figures(evaluation, cards)
    layouts = summary.layout_figures(evaluation, cards)
    tables = summary.table_figures(evaluation)
    compared_figures = evaluation.baseline.figures if evaluation.baseline else ()
    return (
        _environment()
        .get_template("evaluation.html")
        .render(
            evaluation=evaluation,
            cards=cards,
            gates=sorted(gates, key=lambda gate: gate.passed),
            failed=sum(not gate.passed for gate in gates),
            worse=[figure for figure in compared_figures if not figure.passed],
            total=summary.all_fields(evaluation),
            figures=evaluation.document_figures,
            baseline=evaluation.baseline,
            fields=fields,
            layouts=layouts,
            tables=tables,
            table_errors={name: sum(card.field == name for card in cards) for name in tables},
            Scale=summary.Scale,
            kinds=_by_kind(cards),
            accepted_errors=sum(card.accepted for card in cards),
            without_crops=sum(not card.crops for card in cards),
            reliability=summary.reliability(evaluation),
            sure_ticks=summary.sure_ticks(),
        )
    )


def _by_kind(cards: Sequence[Card]) -> dict[str, int]:
    found = Counter(card.diagnosis.kind for card in cards)
    return {kind.value: found[kind] for kind in ErrorKind if found[kind]}


@cache
def _environment() -> Environment:
    environment = template_environment("fakta_lab.evaluation.page")
    environment.filters["figure"] = _figure
    environment.globals |= {"compared": compared, "interval": _interval}
    return environment


def _interval(low: float, high: float) -> str:
    """Both ends of an interval.

    >>> _interval(0.94, 1.0)
    '94.0 – 100\\xa0%'
    """
    return f"{ENGLISH.percent(low).removesuffix(f'{NO_BREAK}%')} – {ENGLISH.percent(high)}"


def _figure(value: float | None) -> str:
    """A gate's figure, which may be a share or milliseconds.

    >>> _figure(0.98), _figure(0.98765), _figure(412.5), _figure(None)
    ('0.98', '0.9877', '412.5', 'no value')
    """
    return "no value" if value is None else f"{value:.4g}" if value >= 1 else f"{value:.4f}".rstrip("0").rstrip(".")
