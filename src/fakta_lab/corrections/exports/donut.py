"""Donut's `metadata.jsonl` with the documents beside it.

Holds the labels alone: loses what was extracted, who corrected it and when, which labels are confirmed ones, and
documents that the store does not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from fakta_lab.corrections.exports.base import Exported, file_name, new_folder
from fakta_lab.labels import LabelledDocument
from fakta_lab.store.vault import Vault


def write_donut(documents: Iterable[LabelledDocument], out: Path, *, vault: Vault) -> Exported:
    """Writes a line a document, with its labels in canonical form.

    Args:
        documents: those without bytes are left out.
        out: new folder.
        vault: of the documents.
    """
    n_events, left_out = 0, []
    lines: list[tuple[str, str]] = []
    taken: set[str] = set()
    with new_folder(out) as folder:
        for document in documents:
            if not document.sha256:
                left_out.append(document.name)
                continue
            content = vault.path(document.sha256).read_bytes()
            name = file_name(document.name, document.sha256, content)
            if name in taken:
                name = file_name("", document.sha256, content)
            taken.add(name)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            truth = json.dumps({"gt_parse": dict(sorted(document.values.items()))}, ensure_ascii=False)
            lines.append((name, json.dumps({"file_name": name, "ground_truth": truth}, ensure_ascii=False)))
            n_events += len(document.events)
        text = "".join(f"{line}\n" for _, line in sorted(lines))
        (folder / "metadata.jsonl").write_text(text, encoding="utf-8")
    return Exported(n_events, len(lines), tuple(left_out))
