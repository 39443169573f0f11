"""Which split each document goes to: by supplier, with its copies, and if asked for by time.

Suppliers are told apart first: `dev` and `test` hold suppliers that `train` never sees. With a day `test_after`, `test`
also holds what the suppliers in `train` sent from that day on, as it is in use: read with what was learnt of the
supplier's earlier invoices. Why so, and what stable means, is in decision 9.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from fakta.errors import DatasetError
from fakta_lab.dataset.splitting.suppliers import share_of

Split = Literal["train", "dev", "test"]
Subset = Literal["0-shot", "1-3-shot", "4+-shot"]

# Where the members of a group were in several splits, the first of these wins: what was trained on can never be
# measured on, and what was selected on is no test.
SPLITS: tuple[Split, ...] = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document as it is split.

    Attributes:
        sha256: of its bytes, hex.
        supplier: name of its supplier as `supplier_groups` gives it.
        cluster: what may not be parted, as `find_duplicates` names it; "" for a document without copies.
        day: the invoice's date, or the best that is known instead; None where nothing is.
        keys: everything that names its supplier, as `supplier_keys` gives it; for `leaks`.
    """

    sha256: str
    supplier: str
    cluster: str = ""
    day: date | None = None
    keys: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where each document goes.

    Attributes:
        splits: sha256 to split.
        left_out: sha256 to why it is in none.
        moved: sha256 to why it is not where it was before.
    """

    splits: Mapping[str, Split]
    left_out: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)


def split_documents(
    documents: Sequence[SplitDocument],
    *,
    dev_share: float,
    test_share: float = 0.0,
    seed: int = 0,
    test_after: date | None = None,
    previous: Mapping[str, str] | None = None,
) -> Assignment:
    """Divides documents into train, dev and test; in which order they come does not matter.

    A group of suppliers goes where the hash of its name says, unless documents of it were placed before. Of a group in
    train, documents from `test_after` on go to test; those without a day stay in train. Documents that may not be
    parted and stand on both sides of that day stay in train as far as they are earlier, the rest is left out.

    Args:
        documents: each sha256 once; copies too, so that all are known by which a group was placed before.
        dev_share, test_share: shares of the suppliers, 0-1; together less than 1.
        seed: of the hash.
        test_after: first day of the invoices of known suppliers to measure on; None for none.
        previous: sha256 to split, as placed before. What is in train stays there.

    Raises:
        DatasetError: a document comes twice, the shares leave nothing to train on, or `previous` names another split.
    """
    if dev_share < 0 or test_share < 0 or dev_share + test_share >= 1:
        raise DatasetError(
            f"dev_share {dev_share} and test_share {test_share}: expected 0 or more, together less than 1"
        )
    previous = previous or {}
    if unknown := sorted(set(previous.values()) - set(SPLITS)):
        raise DatasetError(f"previous split {unknown[0]!r}: expected one of {', '.join(SPLITS)}")
    for sha256, times in Counter(document.sha256 for document in documents).items():
        if times > 1:
            raise DatasetError(f"document {sha256} comes {times} times; join what has the same bytes first")
    groups = _groups(documents)
    sides = _sides(groups, dev_share=dev_share, test_share=test_share, seed=seed, previous=previous)
    splits: dict[str, Split] = {}
    left_out: dict[str, str] = {}
    for name, members in groups.items():
        if sides[name] == "train" and test_after is not None:
            _by_time(members, test_after, previous, splits, left_out)
        else:
            splits |= {document.sha256: sides[name] for document in members}
    moved = {
        sha256: f"was in {before}, but its supplier is in {splits[sha256]}"
        for sha256, before in sorted(previous.items())
        if sha256 in splits and splits[sha256] != before
    }
    return Assignment(dict(sorted(splits.items())), dict(sorted(left_out.items())), moved)


def shot_subsets(
    documents: Sequence[SplitDocument], splits: Mapping[str, str], *, dropped: Container[str] = ()
) -> dict[str, Subset]:
    """Of each document in test, from how many documents in train its supplier is known.

    Args:
        documents: all that were split; also those that are dropped show which suppliers are one.
        splits: sha256 to split.
        dropped: sha256 of copies that are not in the dataset.
    """
    groups = _groups(documents)
    subsets: dict[str, Subset] = {}
    for members in groups.values():
        held = [document.sha256 for document in members if document.sha256 not in dropped]
        shots = sum(splits.get(sha256) == "train" for sha256 in held)
        subset: Subset = "0-shot" if shots == 0 else "1-3-shot" if shots <= 3 else "4+-shot"
        subsets |= {sha256: subset for sha256 in held if splits.get(sha256) == "test"}
    return subsets


def _groups(documents: Sequence[SplitDocument]) -> dict[str, list[SplitDocument]]:
    """Suppliers that share a document's copies are one group; its name is the smallest of theirs."""
    from scipy.cluster.hierarchy import DisjointSet

    joined = DisjointSet(("supplier", document.supplier) for document in documents)
    for document in documents:
        if document.cluster:
            joined.add(("cluster", document.cluster))
            joined.merge(("supplier", document.supplier), ("cluster", document.cluster))
    names = {node: min(name for kind, name in part if kind == "supplier") for part in joined.subsets() for node in part}
    groups: dict[str, list[SplitDocument]] = defaultdict(list)
    for document in documents:
        groups[names["supplier", document.supplier]].append(document)
    return dict(sorted(groups.items()))


def _sides(
    groups: Mapping[str, Sequence[SplitDocument]],
    *,
    dev_share: float,
    test_share: float,
    seed: int,
    previous: Mapping[str, str],
) -> dict[str, Split]:
    """The split of each group, before time."""
    wanted: dict[Split, float] = {"train": 1.0, "dev": dev_share, "test": test_share}
    shares = {name: share_of(name, seed=seed) for name in groups}
    sides: dict[str, Split] = {}
    free = []
    for name, members in groups.items():
        before = {previous.get(document.sha256) for document in members}
        placed = next((split for split in SPLITS if split in before), None)
        if placed is None:
            free.append(name)
        share = shares[name]
        sides[name] = placed or ("dev" if share < dev_share else "test" if share < dev_share + test_share else "train")
    # With few suppliers chance may leave a split empty; train is filled from above, the others from below.
    free.sort(key=lambda name: (shares[name], name))
    for split in SPLITS:
        sizes = Counter(sides.values())
        if wanted[split] and not sizes[split]:
            spare = [name for name in free if split == "train" or sizes[sides[name]] > 1]
            from_train = [name for name in spare if sides[name] == "train"]
            if spare:
                sides[spare[-1] if split == "train" else (from_train or spare)[0]] = split
    return sides


def _by_time(
    members: Sequence[SplitDocument],
    test_after: date,
    previous: Mapping[str, str],
    splits: dict[str, Split],
    left_out: dict[str, str],
) -> None:
    """Divides one group of suppliers that is in train."""
    trained = [document.day for document in members if previous.get(document.sha256) == "train" and document.day]
    # What was trained on stays, so that what is measured on has to be later than that too.
    cut = max([test_after, *(day + timedelta(days=1) for day in trained)])
    clusters: dict[tuple[str, str], list[SplitDocument]] = defaultdict(list)
    for document in members:
        key = ("cluster", document.cluster) if document.cluster else ("sha256", document.sha256)
        clusters[key].append(document)
    for cluster in clusters.values():
        late = {document.sha256 for document in cluster if document.day and document.day >= cut}
        dated = {document.sha256 for document in cluster if document.day}
        early = {document.sha256 for document in cluster} - late
        # Without a day of its own a document goes where its copies go.
        if late and not any(sha256 in dated or previous.get(sha256) == "train" for sha256 in early):
            late, early = late | early, set()
        splits |= dict.fromkeys(early, "train")
        for sha256 in late:
            if early:
                left_out[sha256] = "belongs with a document in train, but is as late as what is measured on"
            elif previous.get(sha256) == "dev":
                left_out[sha256] = "was in dev, and what was selected on is not measured on; too late for train"
            else:
                splits[sha256] = "test"
