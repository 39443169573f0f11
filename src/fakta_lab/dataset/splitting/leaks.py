"""Whether anything stands on both sides of a split: a second look at what is about to be written.

`split_documents` makes splits by merging sets. This looks at the result by another method and from the documents' own
keys, so that a mistake there, or between there and the files, is found before anyone trusts a figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fakta_lab.dataset.splitting.splits import SplitDocument


def leaks(
    parts: Mapping[str, Sequence[SplitDocument]],
    *,
    by_time: bool = False,
    subsets: Mapping[str, str] | None = None,
    previous: Mapping[str, str] | None = None,
    elsewhere: Sequence[SplitDocument] = (),
) -> list[str]:
    """What is wrong with a split, one line for each thing; the line begins with the kind of leak.

    - "document leak": the same bytes in two splits, or twice in one.
    - "duplicate leak": members of one cluster in two splits.
    - "supplier leak": a supplier in two splits; with `by_time`, train and test may share one.
    - "time leak": a document to train on is later than one of the same supplier to test on.
    - "zero-shot leak": a document that is said to be of an unknown supplier, whose supplier is in train.
    - "history leak": a document to measure on that was trained on before, or one to test on that was selected on.

    Args:
        parts: split to the documents in it.
        by_time: whether test may hold later documents of suppliers in train.
        subsets: of documents in test by sha256: "0-shot", "1-3-shot", "4+-shot".
        previous: sha256 to split, as placed before.
        elsewhere: documents that are in no split; they too show which suppliers are one and the same.
    """
    suppliers = _suppliers([*_all(parts), *elsewhere])
    clusters = {document.sha256: document.cluster for document in _all(parts)}
    shared = {"train", "test"} if by_time else set()
    return [
        *_twice(parts),
        *_across("duplicate leak: cluster", parts, clusters, but=set()),
        *_across("supplier leak: supplier", parts, suppliers, but=shared),
        *(_out_of_time(parts, suppliers) if by_time else ()),
        *_zero_shot(parts, subsets or {}, suppliers),
        *_moved_over(parts, previous or {}),
    ]


def _all(parts: Mapping[str, Sequence[SplitDocument]]) -> list[SplitDocument]:
    return [document for part in parts.values() for document in part]


def _twice(parts: Mapping[str, Sequence[SplitDocument]]) -> list[str]:
    places = defaultdict(list)
    for name, part in parts.items():
        for document in part:
            places[document.sha256].append(name)
    return [
        f"document leak: {sha256} is in {' and '.join(names)}" for sha256, names in places.items() if len(names) > 1
    ]


def _suppliers(documents: Sequence[SplitDocument]) -> dict[str, str]:
    """Of each document a name of its supplier: the parts of a graph of documents and all that they share."""
    ends: dict[tuple[str, str], int] = {}
    rows, columns = [], []
    for at, document in enumerate(documents):
        keys = {*document.keys, ("group", document.supplier)}
        if document.cluster:
            keys.add(("cluster", document.cluster))
        for key in sorted(keys):
            rows.append(at)
            columns.append(len(documents) + ends.setdefault(key, len(ends)))
    size = len(documents) + len(ends)
    edges = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
    _, parts = connected_components(edges, directed=False)
    names: dict[int, str] = {}
    for at, document in enumerate(documents):
        names[parts[at]] = min(names.get(parts[at], document.supplier), document.supplier)
    return {document.sha256: names[parts[at]] for at, document in enumerate(documents)}


def _across(
    what: str, parts: Mapping[str, Sequence[SplitDocument]], names: Mapping[str, str], *, but: set[str]
) -> list[str]:
    """Names that occur in two parts, except in the two of `but`."""
    held = {part: {names[document.sha256] for document in documents} - {""} for part, documents in parts.items()}
    return [
        f"{what} {name!r} is in {one} and in {other}"
        for one, other in combinations(held, 2)
        if {one, other} != but
        for name in sorted(held[one] & held[other])
    ]


def _out_of_time(parts: Mapping[str, Sequence[SplitDocument]], suppliers: Mapping[str, str]) -> list[str]:
    days = {
        name: [(suppliers[d.sha256], d.day) for d in parts.get(name, ()) if d.day is not None]
        for name in ("train", "test")
    }
    # Ascending days to train on and descending ones to test on: the last that is written is the one that counts.
    last = dict(sorted(days["train"], key=lambda pair: pair[1]))
    first = dict(sorted(days["test"], key=lambda pair: pair[1], reverse=True))
    return [
        f"time leak: supplier {name!r} is trained on up to {last[name]} and tested on from {first[name]}"
        for name in sorted(last.keys() & first.keys())
        if last[name] > first[name]
    ]


def _zero_shot(
    parts: Mapping[str, Sequence[SplitDocument]], subsets: Mapping[str, str], suppliers: Mapping[str, str]
) -> list[str]:
    trained = {suppliers[document.sha256] for document in parts.get("train", ())}
    return [
        f"zero-shot leak: {document.sha256} is called 0-shot; {suppliers[document.sha256]!r} is in train"
        for document in parts.get("test", ())
        if subsets.get(document.sha256) == "0-shot" and suppliers[document.sha256] in trained
    ]


def _moved_over(parts: Mapping[str, Sequence[SplitDocument]], previous: Mapping[str, str]) -> list[str]:
    wrong = {("train", "dev"), ("train", "test"), ("dev", "test")}
    return [
        f"history leak: {document.sha256} was in {previous[document.sha256]} and is in {name}"
        for name, part in parts.items()
        for document in part
        if (previous.get(document.sha256), name) in wrong
    ]
