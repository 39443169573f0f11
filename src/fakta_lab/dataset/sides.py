"""Which documents a dataset holds and in which split: copies out, suppliers apart, and a check that nothing leaks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fakta.errors import DatasetError
from fakta_lab.dataset.config import DatasetConfig
from fakta_lab.dataset.report import Dropped
from fakta_lab.dataset.splitting.duplicates import Candidate, Standing, find_duplicates
from fakta_lab.dataset.splitting.leaks import leaks
from fakta_lab.dataset.splitting.splits import SPLITS, SplitDocument, shot_subsets, split_documents
from fakta_lab.dataset.splitting.suppliers import supplier_groups, supplier_keys
from fakta_lab.labels import LabelledDocument


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document with words.

    Attributes:
        labelled: what is known of it.
        pages: of each page the words.
        ocr: whether any page was read by OCR.
    """

    labelled: LabelledDocument
    pages: Sequence[Sequence[str]]
    ocr: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """Where each document goes.

    Attributes:
        suppliers: sha256 to the name of its supplier, of all documents.
        splits: split to the sha256 of its documents, in their order; no split is empty.
        subsets: sha256 of a document in test to how well its supplier is known.
        dropped: sha256 to why it is in none.
        kept_copies: how many are kept though another has the same supplier and invoice number.
        moved: sha256 to why it is not where it was before.
    """

    suppliers: Mapping[str, str]
    splits: Mapping[str, Sequence[str]]
    subsets: Mapping[str, str]
    dropped: Mapping[str, Dropped]
    kept_copies: int
    moved: Mapping[str, str]


def choose_sides(documents: Sequence[ReadDocument], config: DatasetConfig) -> Sides:
    """Where each document goes.

    Args:
        documents: each sha256 once.
        config: shares, seed and day of the split.

    Raises:
        DatasetError: the shares leave nothing to train on, the earlier dataset cannot be used, or the splits leak.
    """
    labelled = [document.labelled for document in documents]
    values = [each.values for each in labelled]
    named = [(each.name, each.supplier, known) for each, known in zip(labelled, values, strict=True)]
    suppliers = supplier_groups(named)
    standings = find_duplicates(
        [
            Candidate(document.labelled.sha256, document.pages, supplier, known, ocr=document.ocr)
            for document, supplier, known in zip(documents, suppliers, values, strict=True)
        ]
    )
    all_documents = [
        SplitDocument(
            sha256=each.sha256,
            supplier=supplier,
            cluster=standing.cluster,
            day=_day(known.get("invoice_date")),
            keys=frozenset(supplier_keys(each.supplier, known)),
        )
        for each, supplier, known, standing in zip(labelled, suppliers, values, standings, strict=True)
    ]
    previous = _previous(config.previous) if config.previous else None
    assignment = split_documents(
        all_documents,
        dev_share=config.dev_share,
        test_share=config.test_share,
        seed=config.seed,
        test_after=config.test_after,
        previous=previous,
    )
    dropped = _copies(labelled, standings)
    dropped |= {
        sha256: Dropped("it fits in no split", reason)
        for sha256, reason in assignment.left_out.items()
        if sha256 not in dropped
    }
    subsets = shot_subsets(all_documents, assignment.splits, dropped=dropped)
    parts: dict[str, list[SplitDocument]] = {
        split: [
            each for each in all_documents if each.sha256 not in dropped and assignment.splits[each.sha256] == split
        ]
        for split in SPLITS
    }
    found = leaks(
        parts,
        by_time=config.test_after is not None,
        subsets=subsets,
        previous=previous,
        elsewhere=[each for each in all_documents if each.sha256 in dropped],
    )
    if found:
        raise DatasetError(f"the splits leak and are not written: {found[0]}; {len(found)} such in all")
    return Sides(
        suppliers=dict(zip((each.sha256 for each in labelled), suppliers, strict=True)),
        splits={split: [each.sha256 for each in part] for split, part in parts.items() if part},
        subsets=subsets,
        dropped=dropped,
        kept_copies=sum(standing.relation == "same invoice number" for standing in standings),
        moved=assignment.moved,
    )


def _copies(documents: Sequence[LabelledDocument], standings: Sequence[Standing]) -> dict[str, Dropped]:
    return {
        document.sha256: Dropped(
            "it is a copy of another document", f"a copy ({standing.relation}) of {documents[standing.kept].name}"
        )
        for i, (document, standing) in enumerate(zip(documents, standings, strict=True))
        if standing.kept != i
    }


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _previous(path: Path) -> dict[str, str]:
    """The split of each document of an earlier dataset."""
    try:
        splits = json.loads((path / "dataset.json").read_text(encoding="utf-8"))["lineage"]["splits"]
    except FileNotFoundError:
        raise DatasetError(f"{path}: no dataset folder, so there are no earlier splits to keep") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path}: the earlier splits cannot be read ({error!r})") from None
    return {sha256: split for split, documents in splits.items() for sha256 in documents}
