"""A folder of documents, each with its events as JSON beside it.

Loses events whose document the store does not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from fakta_lab.corrections.exports.base import Event, Exported, file_name, new_folder
from fakta_lab.corrections.exports.jsonl import in_order
from fakta_lab.store.vault import Vault


def write_folder(events: Iterable[tuple[Event, str]], out: Path, *, vault: Vault) -> Exported:
    """Writes documents and events.

    Args:
        events: each with the sha256 of its document; "" where the store does not have it.
        out: new folder.
        vault: of the documents.
    """
    of_document: dict[str, list[Event]] = {}
    left_out: dict[str, None] = {}
    for event, sha256 in events:
        if sha256:
            of_document.setdefault(sha256, []).append(event)
        else:
            left_out[event["document"]] = None
    taken: set[str] = set()
    with new_folder(out) as folder:
        for sha256, about in of_document.items():
            content = vault.path(sha256).read_bytes()
            name = file_name(about[0]["document"], sha256, content)
            if name.rpartition(".")[0] in taken:
                name = file_name("", sha256, content)
            stem = name.rpartition(".")[0]
            taken.add(stem)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            found = [in_order(event) for event in about]
            text = json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2)
            (folder / f"{stem}.json").write_text(text + "\n", encoding="utf-8")
    return Exported(sum(map(len, of_document.values())), len(of_document), tuple(left_out))
