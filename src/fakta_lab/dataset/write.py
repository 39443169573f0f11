"""A dataset on disk: Arrow files that `datasets` loads, a card for people, `dataset.json` for programs."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta_lab.dataset.places import STATUSES

Row = Mapping[str, Any]


def write_dataset(
    out: Path, splits: Mapping[str, Sequence[Row]], *, report: Mapping[str, Any], lineage: Mapping[str, Any]
) -> None:
    """Writes a dataset folder, whole or not at all; a dataset that was there before is replaced.

    Args:
        out: the folder. `datasets.load_from_disk` opens it.
        splits: split name to rows, one per page: document, sha256, supplier, page (from 1), words, boxes (0-1 of the
            page), labels (one per word; "?" = unknown).
        report: counts for the card and `dataset.json`.
        lineage: what the dataset was built from.

    Raises:
        DatasetError: there is something else than a dataset at `out`.
    """
    if out.exists() and not (out / "dataset.json").is_file() and not _empty_folder(out):
        raise DatasetError(f"{out}: exists and is no dataset; name another folder, or remove it first")
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        _save(splits, temporary)
        content = {**report, "lineage": lineage}
        (temporary / "dataset.json").write_text(
            json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        (temporary / "README.md").write_text(_card(splits, report, lineage), encoding="utf-8")
        # mkdtemp makes folders that only their owner may read.
        temporary.chmod(0o755)
        _put_in_place(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _save(splits: Mapping[str, Sequence[Row]], folder: Path) -> None:
    import datasets

    features = datasets.Features(
        {
            "document": datasets.Value("string"),
            "sha256": datasets.Value("string"),
            "supplier": datasets.Value("string"),
            "page": datasets.Value("int32"),
            "words": datasets.List(datasets.Value("string")),
            "boxes": datasets.List(datasets.List(datasets.Value("float64"))),
            "labels": datasets.List(datasets.Value("string")),
        }
    )
    # `datasets` draws a progress bar of its own on stderr, and says nothing by it that the caller's does not.
    shown = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        parts = {name: datasets.Dataset.from_list(list(rows), features=features) for name, rows in splits.items()}
        datasets.DatasetDict(parts).save_to_disk(str(folder))
    finally:
        if shown:
            datasets.enable_progress_bars()


def _put_in_place(temporary: Path, out: Path) -> None:
    if not out.exists():
        os.replace(temporary, out)
        return
    # A folder that is not empty cannot be replaced in one step: the old one steps aside first.
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    os.replace(out, old)
    try:
        os.replace(temporary, out)
    except OSError:
        os.replace(old, out)
        raise
    shutil.rmtree(old)


def _empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _card(splits: Mapping[str, Sequence[Row]], report: Mapping[str, Any], lineage: Mapping[str, Any]) -> str:
    """The dataset's README: what it is, how much of it, what was left out and why."""
    lines = [
        "# Dataset of corrected documents",
        "",
        "One row a page: `document`, `sha256`, `supplier`, `page` (from 1), `words`, `boxes` (left, top, right,",
        "bottom, 0-1 of the page), `labels` (one a word: `O`, `B-<field>`, `I-<field>`, or `?` where nobody knows).",
        "It holds what the documents hold, personal data included; treat it as you treat them.",
        "",
        f"Built from `{lineage['corrections']['file']}` ({report['events']} events), split by supplier: no supplier",
        f"is on both sides. Content sha256 `{report['sha256']}`.",
        "",
        "| split | suppliers | documents | pages |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {report['suppliers'][name]} | {report['documents'][name]} | {report['pages'][name]} |"
        for name in splits
    ]
    lines += ["", "## Values", "", f"| field | {' | '.join(STATUSES)} |", f"| --- |{' ---: |' * len(STATUSES)}"]
    lines += [
        f"| {name} | {' | '.join(str(counts.get(status, 0)) for status in STATUSES)} |"
        for name, counts in report["alignments"].items()
    ]
    if report["not_aligned"]:
        lines += ["", "Not aligned, or not printed as stated, and why:", ""]
        lines += [f"- {each['field']}: {each['reason']} ({each['values']})" for each in report["not_aligned"]]
    if report["dropped"]:
        lines += ["", "## Documents left out", ""]
        lines += [f"- `{name}`: {reason}" for name, reason in report["dropped"].items()]
    if report["problems"]:
        lines += ["", "## Lines of the corrections that could not be used", ""]
        lines += [f"- {problem}" for problem in report["problems"]]
    return "\n".join(lines) + "\n"
