"""What people have corrected so far, and what of it no model may have learned that is compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fakta.bundle import Bundle
from fakta.memory import Memory
from fakta.schema import Schema, invoice_schema
from fakta_lab.dataset import DatasetConfig
from fakta_lab.dataset.splitting.suppliers import supplier_groups
from fakta_lab.files import replacing
from fakta_lab.formats.memories import inherited_memory
from fakta_lab.improve.state import digest
from fakta_lab.labels import labelled_documents
from fakta_lab.store import Store
from fakta_lab.store.lineage import documents_of


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrected documents of a store.

    Attributes:
        documents: sha256 of each that the store has.
        suppliers: how many they come from.
        days: their invoice dates, as far as they are known.
        digest: of everything that people said about them; other corrections give another one.
    """

    documents: frozenset[str]
    suppliers: int
    days: tuple[date, ...]
    digest: str

    @classmethod
    def of(cls, store: Store, recipe: DatasetConfig) -> Corrected:
        """Those that a dataset of this recipe would be built from."""
        schema = Schema.load(recipe.schema_file) if recipe.schema_file else invoice_schema()
        events = store.events(schema=schema, tenant=recipe.tenant)
        found = [each for each in labelled_documents(events, policy=recipe.policy, schema=schema) if each.sha256]
        said = [(each.sha256, each.supplier, sorted(each.values.items()), each.events) for each in found]
        dates = (each.values.get("invoice_date") for each in found)
        return cls(
            documents=frozenset(each.sha256 for each in found),
            suppliers=len(set(supplier_groups([(each.name, each.supplier, each.values) for each in found]))),
            days=tuple(sorted(date.fromisoformat(day) for day in dates if day)),
            digest=digest(said),
        )


def first_day_held_out(days: Sequence[date], share: float) -> date | None:
    """The day from which at most this share of the documents is; None where not even the last day's are so few.

    Args:
        days: of all documents, ascending.
        share: 0-1.

    >>> days = [date(2026, 3, day) for day in (1, 2, 2, 3, 3, 3, 4, 5, 6, 6)]
    >>> first_day_held_out(days, 0.3)
    datetime.date(2026, 3, 5)
    >>> first_day_held_out(days, 0.1) is None
    True
    """
    fitting = [
        day for i, day in enumerate(days) if (i == 0 or days[i - 1] < day) and len(days) - i <= share * len(days)
    ]
    return fitting[0] if fitting else None


class History:
    """Which documents the datasets of earlier rounds had on which side: a folder with one `dataset.json` for each.

    Args:
        folder: of the history; made with the first entry.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, dataset: Path) -> None:
        """Remembers the sides of a dataset before it is replaced; nothing where there is none."""
        try:
            data = json.loads((dataset / "dataset.json").read_text(encoding="utf-8"))
            sha256, splits = data["sha256"], data["lineage"]["splits"]
        except (OSError, ValueError, KeyError, TypeError):
            return
        self._write(sha256, splits)

    def splits(self, sha256: str) -> Mapping[str, Sequence[str]]:
        """Split to documents of a dataset; empty where it is not known."""
        try:
            data = json.loads((self.path(sha256) / "dataset.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        splits: Mapping[str, Sequence[str]] = data["lineage"]["splits"]
        return splits

    def path(self, sha256: str) -> Path:
        """The folder that stands for a dataset, as the `previous` of another."""
        return self._folder / sha256[:16]

    def forget(self, *, but: frozenset[str]) -> None:
        """Drops what the store has no longer, because it was erased there.

        Args:
            but: documents that the store has.
        """
        for file in self._folder.glob("*/dataset.json"):
            data = json.loads(file.read_text(encoding="utf-8"))
            kept = {name: [each for each in part if each in but] for name, part in data["lineage"]["splits"].items()}
            if kept != data["lineage"]["splits"]:
                self._write(data["sha256"], kept)

    def _write(self, sha256: str, splits: Mapping[str, Sequence[str]]) -> None:
        folder = self.path(sha256)
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(folder / "dataset.json") as temporary:
            temporary.write_text(json.dumps({"sha256": sha256, "lineage": {"splits": splits}}), encoding="utf-8")


class Learned(NamedTuple):
    """What a bundle has learned from.

    Attributes:
        documents: sha256 of those of a store that its weights or thresholds may have been made with.
        unknown: datasets of which neither the history nor the store knows anything.
    """

    documents: frozenset[str]
    unknown: int


def learned_from(base: Bundle, store: Store, history: History) -> Learned:
    """What a bundle has learned from; of a dataset whose sides are not known, it may have been every document."""
    seen: set[str] = set()
    unknown = 0
    for sha256 in datasets_of(base):
        splits = history.splits(sha256)
        if splits:
            seen.update(document for name, part in splits.items() if name != "test" for document in part)
        else:
            with store.database.reading() as connection:
                members = documents_of(connection, sha256)
            seen |= members
            unknown += not members
    return Learned(frozenset(seen), unknown)


def datasets_of(bundle: Bundle) -> Sequence[str]:
    """The sha256 of each dataset that a bundle's weights learned from."""
    lineage: Mapping[str, Any] = bundle.manifest["lineage"]
    return tuple(lineage.get("datasets") or ())


def memory_without(bundle: Path, documents: frozenset[str]) -> Memory:
    """What a bundle remembers, but for these documents; an empty memory where it has none."""
    memory = inherited_memory(bundle) or Memory()
    for sha256 in documents & frozenset(memory.documents):
        memory.forget(sha256)
    return memory
