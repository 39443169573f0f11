"""The tuning report as one HTML file that needs nothing else, its numbers as JSON and its pictures as PNG beside it.

The page is made from the JSON form of the report alone, so that `report.json` can be rendered again later. All keys are
optional: what is missing is left out of the page. Shares, precisions and targets are 0-1.

| key | what it holds |
|---|---|
| `bundle` | name |
| `documents`, `suppliers` | how many were read |
| `failures` | documents that could not be read; the page has only their number |
| `target_precision`, `document_target`, `confidence` | what was asked for |
| `thresholds` | field → group (`unknown`, `known`, `absent`) → entry; under `tenants` tenant → group → entry |
| `document_thresholds` | the same without a field |
| `curve`, `document_curve`, `curves` | see `fakta_lab.tuning.figures.curve.acceptance_curve`; `curves` by field |
| `reliability` | see `fakta_lab.tuning.figures.curve.reliability`; for a report without `comparison` |
| `sweep` | what changes with the target, see below |
| `comparison` | see `fakta_lab.tuning.figures.comparison.Comparison.to_dict` |
| `policies` | what documents cost under each, see below |
| `costs` | the prices that these rest on: name → kronor, or name → such an object |

An answer is a value, or that the document states none; the curves and the sweep are about answers.

An entry has `threshold` (null where nothing is promised), `lower_bound`, `examples`, `right`, `suppliers`,
`accepted_share`, `seen_precision` and `reason`.

A row of the sweep has `target`, `overall` (an object with `accepted_share` and `seen_precision`, of all answers),
`fields` (field → the same two) and, if need be, `documents` (the same two of whole documents). Where one of the rows is
for `target_precision`, the summary takes its numbers from there.

A policy has `description`, `per_thousand` (kronor for a thousand documents), `low` and `high` (its interval),
`mistakes`, `review` and `second_reader` (its parts), `error_rate`, `missing_rate`, `untouched` and `asked` (shares).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta_lab.files import replacing
from fakta_lab.pages import NO_BREAK, NONE, template_environment
from fakta_lab.tuning.page.plots import acceptance_svg, comparison_svg, field_svgs, reliability_svgs, write_pictures
from fakta_lab.tuning.page.summary import GROUPS, summarise

if TYPE_CHECKING:
    from jinja2 import Environment

# What the template asks the report for itself.
_KEYS = (
    "bundle",
    "comparison",
    "confidence",
    "document_target",
    "documents",
    "failures",
    "policies",
    "suppliers",
    "target_precision",
)

# How the page names the measures, which way is better (1: more, -1: less), and what they say.
MEASURES = {
    "auroc": ("AUROC", 1, "chance that a right value is surer than a wrong one"),
    "aurc": ("AURC", -1, "mean error rate while more and more is accepted, the surest first"),
    "excess_aurc": ("excess AURC", -1, "how much of that a perfect order would save"),
    "ece": ("ECE", -1, "how far confidence and share right are apart; bins of equal mass"),
    "ece_equal_width": ("ECE, equal width", -1, "the same in bins of equal width"),
    "brier": ("Brier", -1, "mean squared distance of confidence from outcome"),
    "log_loss": ("log loss", -1, "penalty that grows without end for being sure and wrong"),
}


def write_report(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes `report.html`, `report.json` and the pictures that there are numbers for.

    Args:
        report: the JSON form of a tuning report, see above.
        folder: made where it is not there; files in it are replaced.

    Returns:
        What was written.

    Raises:
        ValueError: the report has a number that JSON has not, such as NaN.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "report.json": json.dumps(report, ensure_ascii=False, indent=2, allow_nan=False) + "\n",
        "report.html": render_page(report),
    }
    for name, text in texts.items():
        with replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return [folder / name for name in texts] + write_pictures(report, folder)


def render_page(report: Mapping[str, Any]) -> str:
    """The HTML of a report; it holds counts and shares, and nothing that a document says.

    Args:
        report: the JSON form of a tuning report, see above.
    """
    from markupsafe import Markup

    thresholds = report.get("thresholds") or {}
    sweep = sorted(report.get("sweep") or (), key=lambda row: row["target"])
    return (
        _environment()
        .get_template("report.html")
        .render(
            report={**dict.fromkeys(_KEYS), **report},
            summary=summarise(report),
            rows=[row for field, groups in thresholds.items() for row in _rows(groups, field=field)],
            document_rows=list(_rows(report.get("document_thresholds") or {}, field="")),
            sweep=[{"fields": {}, "documents": {}, **row} for row in sweep],
            prices=list(_prices(report.get("costs") or {})),
            comparison=_comparison_rows(report.get("comparison") or {}),
            answers_svg=Markup(acceptance_svg(report)),
            documents_svg=Markup(acceptance_svg(report, whole_documents=True)),
            sources_svg=Markup(comparison_svg(report)),
            field_svgs={field: Markup(svg) for field, svg in field_svgs(report).items()},
            reliability_svgs={source: Markup(svg) for source, svg in reliability_svgs(report).items()},
        )
    )


@cache
def _environment() -> Environment:
    environment = template_environment("fakta_lab.tuning.page")
    environment.filters |= {
        "figure": _figure,
        "of": _of,
        "reason": _reason,
        "target": _target,
    }
    return environment


def _rows(groups: Mapping[str, Any], *, field: str) -> Iterator[dict[str, Any]]:
    """The lines of a table of thresholds: groups that have examples, of all together, then those of each tenant."""
    for tenant, own in {"": groups, **(groups.get("tenants") or {})}.items():
        for group in GROUPS:
            if (own.get(group) or {}).get("examples"):
                yield {"threshold": None, **own[group], "field": field, "tenant": tenant, "group": group}


def _prices(costs: Mapping[str, Any], *, within: str = "") -> Iterator[tuple[str, float]]:
    """Every price under its full name.

    >>> list(_prices({"currency": "SEK", "wrong": {"default": 90.0, "iban": 400.0}}))
    [('wrong default', 90.0), ('wrong iban', 400.0)]
    """
    for name, price in costs.items():
        full = f"{within} {name}".strip()
        if isinstance(price, Mapping):
            yield from _prices(price, within=full)
        elif isinstance(price, int | float):
            yield full, price


def _comparison_rows(comparison: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One line for each measure: every source's estimate, and what the difference to the others says."""
    scores = comparison.get("scores") or {}
    if not scores:
        return []
    return [
        {
            "label": label,
            "meaning": meaning,
            "better": "higher" if direction > 0 else "lower",
            "estimates": {source: score["measures"][name] for source, score in scores.items()},
            "differences": {
                other: {**measures[name], "verdict": _verdict(measures[name], direction)}
                for other, measures in comparison["differences"].items()
            },
        }
        for name, (label, direction, meaning) in MEASURES.items()
    ]


def _verdict(difference: Mapping[str, Any], direction: int) -> str:
    if difference["low"] is None or difference["high"] is None:
        return ""
    if difference["low"] <= 0 <= difference["high"]:
        return "no clear difference"
    return "better" if difference["value"] * direction > 0 else "worse"


def _target(share: float) -> str:
    """As it was asked for: as many digits as it has.

    >>> _target(0.99), _target(0.985)
    ('99\\xa0%', '98.5\\xa0%')
    """
    return f"{100 * share:.6g}{NO_BREAK}%"


def _of(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return fields.get(name) or {}


def _reason(reason: str | None) -> str:
    """Without the words that the column above it says already."""
    return (reason or "").removeprefix("cannot be promised: ")


def _figure(number: float | None) -> str:
    """A measure with as many digits as matter.

    >>> _figure(0.93362), _figure(0.004278), _figure(-0.0041), _figure(None)
    ('0.934', '0.0043', '−0.0041', '–')
    """
    if number is None:
        return NONE
    return f"{number:.3f}".replace("-", "−") if abs(number) >= 0.0995 else f"{number:.4f}".replace("-", "−")
