"""The held-out part of a dataset as a benchmark set: what `fakta evaluate` and `fakta tune` measure on.

```
truth.jsonl        {"document": "documents/….pdf", "tenant": …, "supplier": …, "layout": "0-shot", "fields": {…}}
documents/         the documents themselves, named by their sha256
benchmark.yaml     the set's name
```

A document's `layout` is from how many documents in train its supplier is known ("0-shot", "1-3-shot", "4+-shot"), so
that the figures per layout are the figures per subset. A field that nobody looked at is left out, and is not scored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from fakta.errors import DatasetError
from fakta_lab.dataset.read import read_dataset
from fakta_lab.dataset.workplace import workplace
from fakta_lab.formats.suffixes import suffix_of
from fakta_lab.store import Store

Progress = Callable[[int, int], None]

COLUMNS = ("sha256", "tenant", "supplier", "subset", "language", "values")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: documents in all, and by subset ("" in splits other than test)."""

    documents: int
    subsets: Mapping[str, int]


def export_benchmark(
    dataset: Path, out: Path, *, store: Store, split: str = "test", progress: Progress = lambda done, total: None
) -> Exported:
    """Writes one split of a dataset as a benchmark set, whole or not at all.

    Args:
        dataset: folder that `build_dataset` made.
        out: folder to write.
        store: that the dataset was built from; it has the documents.
        split: which.
        progress: called with documents done and documents in all.

    Raises:
        DatasetError: there is no dataset or no such split, documents of it were erased, the store does not have one of
            them, or `out` is there already.
    """
    documents = _documents(dataset, split)
    subsets: dict[str, int] = {}
    with workplace(out, replaceable=lambda folder: False, kind="empty folder", keep=False) as place:
        (place.building / "documents").mkdir()
        with (place.building / "truth.jsonl").open("w", encoding="utf-8") as truth:
            for done, row in enumerate(documents, start=1):
                path = store.vault.path(row["sha256"])
                if not path.is_file():
                    raise DatasetError(f"{store.folder}: does not have document {row['sha256'][:12]}… of {dataset}")
                content = path.read_bytes()
                name = f"documents/{row['sha256']}{suffix_of(content)}"
                (place.building / name).write_bytes(content)
                line = {
                    "document": name,
                    **({"tenant": row["tenant"]} if row["tenant"] else {}),
                    "supplier": row["supplier"],
                    "layout": row["subset"],
                    "language": row["language"],
                    "fields": json.loads(row["values"]),
                }
                truth.write(json.dumps(line, ensure_ascii=False) + "\n")
                subsets[row["subset"]] = subsets.get(row["subset"], 0) + 1
                progress(done, len(documents))
        settings = {"name": f"{dataset.name} {split}"}
        (place.building / "benchmark.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        place.publish()
    return Exported(len(documents), subsets)


def _documents(dataset: Path, split: str) -> Sequence[Mapping[str, str]]:
    """The columns of each document of a split, from the first of its pages."""
    loaded = read_dataset(dataset, columns=COLUMNS)
    if split not in loaded:
        raise DatasetError(f"{dataset}: has no split {split!r}; it has {', '.join(loaded)}")
    found: dict[str, Mapping[str, str]] = {}
    for row in loaded[split].select_columns(list(COLUMNS)):
        found.setdefault(row["sha256"], row)
    return list(found.values())
