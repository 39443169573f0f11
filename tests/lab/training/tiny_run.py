"""A recipe that trains in seconds, and pages to try it on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fakta_lab.training import TrainConfig
from fakta_lab.training.layoutlmv3.examples import LabelledPage

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


def generated_pages(n: int, *, first: int = 0) -> list[LabelledPage]:
    """The pages of n generated invoices."""
    from fakta_lab.synth import generate
    from fakta_lab.training.layoutlmv3.pages import labelled_pages

    return [labelled for seed in range(first, first + n) for labelled in labelled_pages(generate(seed))]


def write_dataset(
    folder: Path, pages: list[LabelledPage], *, splits: dict[str, list[LabelledPage]] | None = None
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
