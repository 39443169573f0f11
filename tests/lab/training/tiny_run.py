"""A recipe that trains in seconds, and pages to try it on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta_lab.training import TrainConfig
from fakta_lab.training.layoutlmv3.examples import LabelledPage

if TYPE_CHECKING:
    import torch

TINY: dict[str, Any] = {
    "model": {"hidden": 48, "layers": 2, "heads": 6, "intermediate": 96},
    "tokenizer": {"vocabulary": 600, "invoices": 20},
    "batch_size": 4,
    "learning_rate": 0.003,
    "warmup": 0.1,
    "max_steps": 6,
    "checkpoint_every": 3,
    "log_every": 1,
    "eval_invoices": 2,
    "threads": 1,
    "workers": 0,
}


def tiny_config(out: Path, **changes: Any) -> TrainConfig:
    """The recipe, with changes."""
    return TrainConfig.model_validate({"out": out, **TINY, **changes})


def weights(run: Path) -> dict[str, torch.Tensor]:
    """The weights in a run folder."""
    from safetensors.torch import load_file

    return load_file(run / "model.safetensors")


def same_weights(one: Path, other: Path) -> bool:
    """Whether two run folders hold the same weights, bit by bit."""
    ones, others = weights(one), weights(other)
    return ones.keys() == others.keys() and all(ones[name].equal(others[name]) for name in ones)


def generated_pages(n: int, *, first: int = 0) -> list[LabelledPage]:
    """The pages of n generated invoices."""
    from fakta_lab.synth import generate
    from fakta_lab.training.layoutlmv3.pages import labelled_pages

    return [labelled for seed in range(first, first + n) for labelled in labelled_pages(generate(seed))]


def write_dataset(
    folder: Path,
    pages: list[LabelledPage],
    *,
    splits: dict[str, list[LabelledPage]] | None = None,
) -> Path:
    """A dataset folder with one row a page, pictures included where pages have them; with `splits`, one split each."""
    import datasets

    if splits is None:
        datasets.Dataset.from_list(_rows(pages)).save_to_disk(str(folder))
    else:
        parts = {name: datasets.Dataset.from_list(_rows(part)) for name, part in splits.items()}
        datasets.DatasetDict(parts).save_to_disk(str(folder))
    return folder


def _rows(pages: list[LabelledPage]) -> list[dict[str, Any]]:
    return [
        {
            "words": [word.text for word in labelled.page.words],
            "boxes": [list(word.box) for word in labelled.page.words],
            "labels": list(labelled.labels),
            "page": labelled.page.number,
            "document": labelled.document or f"documents/{number}.pdf",
            "supplier": "Bolaget AB",
            **({"image": labelled.page.render(40)} if labelled.page.render else {}),
        }
        for number, labelled in enumerate(pages)
    ]


def documents_dataset(
    benchmark: Path,
    folder: Path,
    *,
    values: Callable[[Mapping[str, str | None]], str] = json.dumps,
) -> Path:
    """The documents of a benchmark set, read as the runtime reads them, as the development split of a dataset.

    Args:
        values: what the rows say about a document's fields.
    """
    import datasets

    from fakta import documents
    from fakta_lab.formats.benchmark import Benchmark

    rows = [
        {
            "words": [word.text for word in page.words],
            "boxes": [list(word.box) for word in page.words],
            "labels": ["O"] * len(page.words),
            "page": page.number,
            "document": document.document,
            "supplier": "Bolaget AB",
            "values": values(document.fields),
        }
        for document in Benchmark.load(benchmark).documents
        for page in documents.read(document.path).pages
        if page.words
    ]
    datasets.DatasetDict(
        {"train": datasets.Dataset.from_list(rows[:1]), "dev": datasets.Dataset.from_list(rows)}
    ).save_to_disk(str(folder))
    return folder
