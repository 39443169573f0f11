"""The dataset's README: what it is, how much of it, what was left out and why; in counts, without names.

The YAML at its head is that of the Hugging Face hub, so that tools which read such cards read this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from fakta_lab.dataset.alignment.places import STATUSES
from fakta_lab.dataset.report import BuildReport
from fakta_lab.dataset.rows import COLUMNS
from fakta_lab.formats.markdown import markdown_table

# What becomes of values, in the order in which a table shows it.
OUTCOMES = (*STATUSES, "not on the document")
# The hub's own classes of size: the first limit that is not reached names it.
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

INTRODUCTION = """
# Dataset of corrected documents

Pages of documents whose values people corrected or confirmed, one row a page, to train and measure models that read
such documents. Labels stand where a person's value was found on the page; what nobody looked at, and what cannot be
told apart, is `?` and is neither learned nor unlearned.

From {events} corrections; `dataset.json` lists the documents and the corrections behind each. Content sha256:
`{sha256}`.

## Intended use

Fine-tuning and measuring readers of the documents of the same organisation. The documents were not drawn evenly from
anything: people mostly look at what an extractor was unsure of, so shares and figures hold for such documents and not
for all that come in. `weight` says how to draw rows against that where it is known.

## Personal data

The rows hold what the documents hold: names, addresses, payment details of people and of sole traders, and page images.
Keep the dataset where the documents may be kept, for as long, and do not publish it. `fakta corrections erase` marks
the datasets that hold what it erases; a new build is without it.
"""

SPLITS = """
## Splits

No supplier of `dev` is in another split, and copies of a document never stand in two. `test` may hold later documents
of suppliers in `train`; `subset` tells them apart.

"""


def card(report: BuildReport, *, images: bool) -> str:
    """Markdown with the counts of a build.

    Args:
        report: of the build.
        images: whether the rows have page images.
    """
    parts = [
        _head(report),
        INTRODUCTION.format(sha256=report.sha256, events=report.events),
        "\n## Columns\n\n",
        *(f"- `{name}`: {meaning}\n" for name, meaning in COLUMNS.items() if images or name != "image"),
        SPLITS,
        *_splits(report),
        "\n## Languages\n\nOf the documents, by their labels:\n\n",
        *_counts("languages", report, unknown="unknown"),
    ]
    if any(counts.subsets for counts in report.splits.values()):
        parts += ["\n## Suppliers known from so many documents in train\n\n", *_counts("subsets", report, unknown="")]
    parts += ["\n## Values\n\n", *_values(report), *_left_out(report)]
    return "".join(parts)


def _head(report: BuildReport) -> str:
    languages = sorted(
        {code for counts in report.splits.values() for joined in counts.languages for code in joined.split("+") if code}
    )
    pages = sum(counts.pages for counts in report.splits.values())
    data: dict[str, Any] = {
        "pretty_name": "Corrected documents",
        "license": "other",
        "license_name": "not-for-distribution",
        "language": languages,
        "task_categories": ["token-classification", "image-to-text"],
        "tags": ["document-understanding", "invoices", "corrections"],
        "size_categories": [next((name for limit, name in SIZES if pages < limit), "n>1M")],
    }
    return f"---\n{yaml.safe_dump(data, sort_keys=False)}---\n"


def _splits(report: BuildReport) -> Iterator[str]:
    rows = [
        (name, str(len(each.suppliers)), str(each.documents), str(each.pages), f"{each.effective:.1f}")
        for name, each in report.splits.items()
    ]
    yield from _table(("split", "suppliers", "documents", "pages", "effective documents"), rows)
    yield "\nEffective documents: as many, drawn evenly, would say as much as these with their weights.\n"


def _counts(what: str, report: BuildReport, *, unknown: str) -> Iterator[str]:
    by_split: Mapping[str, Mapping[str, int]] = {name: getattr(each, what) for name, each in report.splits.items()}
    names = sorted({name for counts in by_split.values() for name in counts})
    rows = [(name or unknown, *(str(counts.get(name, 0)) for counts in by_split.values())) for name in names]
    yield from _table(("", *by_split), rows)


def _values(report: BuildReport) -> Iterator[str]:
    rows = [
        (field, source, *(str(counts.get(outcome, 0)) for outcome in OUTCOMES))
        for field, sources in report.values.items()
        for source, counts in sources.items()
    ]
    yield from _table(("field", "by", *OUTCOMES), rows, text=2)
    if report.reasons:
        yield "\nNot aligned, or not printed as stated, and why:\n\n"
        for (field, reason), n in sorted(report.reasons.items()):
            yield f"- {field}: {reason} ({n})\n"


def _left_out(report: BuildReport) -> Iterator[str]:
    if report.dropped:
        yield "\n## Documents left out\n\n"
        yield from _table(("why", "documents"), [(why, str(n)) for why, n in report.dropped_by_kind().items()])
        yield "\n`dataset.json` names them.\n"
    if report.kept_copies:
        yield f"\n{report.kept_copies} documents are kept beside another of the same supplier and invoice number.\n"
    if report.moved:
        yield f"\n{len(report.moved)} documents are in another split than before: `moved` in `dataset.json`.\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, text: int = 1) -> Iterator[str]:
    """A table whose first `text` columns are words and the others numbers."""
    return (f"{line}\n" for line in markdown_table(heads, rows, words=range(text)))
