"""A dataset in the form that Donut is fine-tuned on: page images, and the values to write for each as JSON.

```
README.md
train/metadata.jsonl     {"file_name": "….png", "ground_truth": "{\\"gt_parse\\": {\\"invoice_number\\": \\"17\\", …}}"}
train/<sha256>-<page>.png
dev/…, test/…
```

Donut reads one image, so there is one entry a page, with the fields whose value stands on that page. It needs no place:
values that stand where nobody can tell which place is meant count as well. What is unknown is left out, and so is what
is known not to be on the document: absence is no text on the page. A page without any value teaches nothing and is left
out. Values are canonical, fields in the order of the schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta_lab.dataset.read import read_dataset
from fakta_lab.dataset.workplace import workplace
from fakta_lab.formats.retraining import artifact_at

Progress = Callable[[int, int], None]

COLUMNS = ("image", "fields", "values", "sha256", "page")

README = """# Page images and their values

{origin}One entry a page; `ground_truth` is Donut's: `{{"gt_parse": {{field: value}}}}` as JSON text, with the fields
whose value stands on the page. Fields that nobody looked at are left out, and so are those that are not on the page;
pages without any value are left out. `datasets.load_dataset("imagefolder", data_dir=…)` opens it (`dev` as
"validation").

The images show what the documents hold, personal data included; treat them as you treat the documents.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: split to pages, and split to pages left out for want of a value."""

    pages: Mapping[str, int]
    empty: Mapping[str, int]


def export_donut(dataset: Path, out: Path, *, progress: Progress = lambda done, total: None) -> Exported:
    """Writes a dataset in Donut's form, whole or not at all.

    Args:
        dataset: folder that `build_dataset` made, with images.
        out: folder to write.
        progress: called with pages done and pages in all.

    Raises:
        DatasetError: there is no dataset, it has no images, documents of it were erased, or `out` is there already.
    """
    import datasets

    # The stored PNGs as they are, rather than decoded.
    loaded = read_dataset(dataset, columns=COLUMNS).cast_column("image", datasets.Image(decode=False))
    total = sum(len(rows) for rows in loaded.values())
    pages: dict[str, int] = {}
    empty: dict[str, int] = {}
    done = 0
    with workplace(out, replaceable=lambda folder: False, kind="empty folder", keep=False) as place:
        for split, rows in loaded.items():
            folder = place.building / str(split)
            folder.mkdir()
            with (folder / "metadata.jsonl").open("w", encoding="utf-8") as metadata:
                written = 0
                for row in rows:
                    entry = _write_page(row, folder)
                    if entry:
                        metadata.write(json.dumps(entry, ensure_ascii=False) + "\n")
                        written += 1
                    done += 1
                    progress(done, total)
            pages[str(split)], empty[str(split)] = written, len(rows) - written
        built = artifact_at(dataset)
        origin = f"Made from the dataset with content sha256 `{built.datasets[0]}`.\n\n" if built else ""
        (place.building / "README.md").write_text(README.format(origin=origin), encoding="utf-8")
        place.publish()
    return Exported(pages, empty)


def _write_page(row: Mapping[str, Any], folder: Path) -> dict[str, str] | None:
    """Writes a page's image and returns its entry; None where no value stands on it."""
    values = json.loads(row["values"])
    parse = {name: values[name] for name in row["fields"]}
    if not parse:
        return None
    name = f"{row['sha256']}-{row['page']}.png"
    (folder / name).write_bytes(row["image"]["bytes"])
    return {"file_name": name, "ground_truth": json.dumps({"gt_parse": parse}, ensure_ascii=False)}
