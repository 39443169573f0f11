"""Splits: attempts to find a document, a copy, a supplier or a later invoice on the wrong side."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakta.errors import DatasetError
from fakta_lab.dataset.splitting.leaks import leaks
from fakta_lab.dataset.splitting.splits import Assignment, SplitDocument, shot_subsets, split_documents
from fakta_lab.dataset.splitting.suppliers import SUPPLIER_FIELDS, supplier_groups, supplier_keys

CUT = date(2026, 6, 1)
# Few different keys, clusters and days, so that documents are joined by chance, in chains too.
STATED = st.fixed_dictionaries({}, optional=dict.fromkeys(SUPPLIER_FIELDS, st.sampled_from([*"123456", None])))
DAYS = st.none() | st.integers(-4, 4).map(lambda days: CUT + timedelta(days=days))
RAW = st.tuples(
    st.sampled_from(["", "", "", "a", "b", "c"]), STATED, st.sampled_from(["", "", "", "x", "y", "z"]), DAYS
)
RAWS = st.lists(RAW, min_size=1, max_size=16)
Raw = tuple[str, dict[str, str | None], str, date | None]


def made(raws: list[Raw]) -> list[SplitDocument]:
    names = [f"{i:03}" for i in range(len(raws))]
    groups = supplier_groups([(name, key, values) for name, (key, values, _, _) in zip(names, raws, strict=True)])
    return [
        SplitDocument(name, group, cluster, day, frozenset(supplier_keys(key, values)))
        for name, group, (key, values, cluster, day) in zip(names, groups, raws, strict=True)
    ]


def parts(documents: list[SplitDocument], assignment: Assignment) -> dict[str, list[SplitDocument]]:
    found: dict[str, list[SplitDocument]] = {"train": [], "dev": [], "test": []}
    for document in documents:
        if document.sha256 in assignment.splits:
            found[assignment.splits[document.sha256]].append(document)
    return found


def found_leaks(
    documents: list[SplitDocument],
    assignment: Assignment,
    *,
    by_time: bool,
    previous: dict[str, Any] | None = None,
) -> list[str]:
    return leaks(
        parts(documents, assignment),
        by_time=by_time,
        subsets=shot_subsets(documents, assignment.splits),
        previous=previous,
        elsewhere=[document for document in documents if document.sha256 in assignment.left_out],
    )


@given(RAWS, st.integers(0, 5), st.sampled_from([None, CUT]))
@settings(max_examples=100)
def test_nothing_leaks(raws: list[Raw], seed: int, test_after: date | None) -> None:
    documents = made(raws)
    found = split_documents(documents, dev_share=0.3, test_share=0.3, seed=seed, test_after=test_after)
    assert found_leaks(documents, found, by_time=test_after is not None) == []
    assert found.splits.keys() | found.left_out.keys() == {document.sha256 for document in documents}
    assert not found.splits.keys() & found.left_out.keys()
    assert not found.moved
    if test_after is None:
        assert not found.left_out
    # By hand, in case the check for leaks overlooks something.
    for one in documents:
        for other in documents:
            sides = found.splits.get(one.sha256), found.splits.get(other.sha256)
            if None not in sides and one.cluster == other.cluster != "":
                assert sides[0] == sides[1]
            if one.supplier == other.supplier and sides == ("train", "dev"):
                pytest.fail(f"{one} and {other} are of one supplier")
            if one.supplier == other.supplier and sides == ("train", "test"):
                assert test_after
                assert other.day is None or other.day >= CUT
                assert one.day is None or one.day < CUT


@given(RAWS, st.randoms(use_true_random=False), st.sampled_from([None, CUT]))
def test_the_order_of_documents_does_not_matter(raws: list[Raw], rng: Random, test_after: date | None) -> None:
    documents = made(raws)
    shuffled = list(documents)
    rng.shuffle(shuffled)
    options: dict[str, Any] = {"dev_share": 0.3, "test_share": 0.3, "test_after": test_after}
    assert split_documents(shuffled, **options) == split_documents(documents, **options)


@given(RAWS, RAWS, st.sampled_from([None, CUT]), st.sampled_from([None, CUT]))
@settings(max_examples=100)
def test_what_was_trained_on_stays_whatever_is_added(
    raws: list[Raw], more: list[Raw], first_cut: date | None, second_cut: date | None
) -> None:
    before = split_documents(made(raws), dev_share=0.3, test_share=0.3, test_after=first_cut).splits
    documents = made([*raws, *more])
    after = split_documents(documents, dev_share=0.3, test_share=0.3, test_after=second_cut, previous=before)
    assert found_leaks(documents, after, by_time=second_cut is not None, previous=dict(before)) == []
    for sha256, split in before.items():
        now = after.splits.get(sha256)
        assert split != "train" or now == "train"
        assert split != "dev" or now != "test"
        assert now == split or sha256 in after.moved or sha256 in after.left_out


@given(RAWS, RAWS, st.sampled_from([None, CUT]))
def test_new_suppliers_move_nothing(raws: list[Raw], more: list[Raw], test_after: date | None) -> None:
    strangers: list[Raw] = [
        (f"new {key}", {name: value and f"new {value}" for name, value in values.items()}, cluster and "new", day)
        for key, values, cluster, day in more
    ]
    options: dict[str, Any] = {"dev_share": 0.3, "test_share": 0.3, "test_after": test_after}
    before = split_documents(made(raws), **options)
    after = split_documents(made([*raws, *strangers]), **options, previous=before.splits)
    assert before.splits.items() <= after.splits.items()
    assert before.left_out.items() <= after.left_out.items()
    assert not after.moved


def test_suppliers_far_from_the_limits_stay_without_being_told() -> None:
    first = [SplitDocument(str(i), f"supplier {i}") for i in range(200)]
    before = split_documents(first, dev_share=0.2, test_share=0.1).splits
    after = split_documents(
        [*first, *(SplitDocument(f"n{i}", f"new {i}") for i in range(200))], dev_share=0.2, test_share=0.1
    )
    assert before.items() <= after.splits.items()
    sizes = Counter(before.values())
    assert 25 <= sizes["dev"] <= 55
    assert 8 <= sizes["test"] <= 35
    # The test set is taken from train: dev is the one there was without it.
    alone = split_documents(first, dev_share=0.2).splits
    assert {name for name in alone if alone[name] == "dev"} == {name for name in before if before[name] == "dev"}


def test_suppliers_that_turn_out_to_be_one_are_trained_on() -> None:
    first = [SplitDocument("1", "a"), SplitDocument("2", "b")]
    before = {"1": "train", "2": "test"}
    assert split_documents(first, dev_share=0, test_share=0.2, previous=before).splits == before
    # A third document names both, so all three are one supplier's.
    joined = [SplitDocument(name, "a") for name in "123"]
    found = split_documents(joined, dev_share=0, test_share=0.2, previous=before)
    assert found.splits == dict.fromkeys("123", "train")
    assert found.moved == {"2": "was in test, but its supplier is in train"}
    # By a copy that came under two names, too.
    copied = [SplitDocument("1", "a", "x"), SplitDocument("2", "b", "x")]
    assert split_documents(copied, dev_share=0, test_share=0.2, previous=before).moved.keys() == {"2"}
    measured = split_documents(joined, dev_share=0.2, test_share=0.2, previous={"1": "dev", "2": "test"})
    assert measured.splits == dict.fromkeys("123", "dev")


def test_what_was_selected_on_is_no_test_when_its_supplier_is_trained_on() -> None:
    documents = [
        SplitDocument("1", "a", day=date(2026, 1, 1)),
        SplitDocument("2", "a", day=CUT),
        SplitDocument("3", "a"),
    ]
    found = split_documents(documents, dev_share=0.2, test_after=CUT, previous={"1": "train", "2": "dev", "3": "dev"})
    assert found.splits == {"1": "train", "3": "train"}
    assert found.left_out.keys() == {"2"}
    assert found.moved.keys() == {"3"}


def test_later_invoices_of_known_suppliers_are_measured_on() -> None:
    days = {"1": date(2026, 1, 1), "2": date(2026, 5, 31), "3": CUT, "4": date(2026, 8, 1), "5": None}
    documents = [SplitDocument(name, "a", day=day) for name, day in days.items()]
    found = split_documents(documents, dev_share=0, test_after=CUT)
    assert found.splits == {"1": "train", "2": "train", "3": "test", "4": "test", "5": "train"}
    assert shot_subsets(documents, found.splits) == {"3": "1-3-shot", "4": "1-3-shot"}
    assert shot_subsets(documents, found.splits, dropped={"1", "2", "5", "4"}) == {"3": "0-shot"}
    more = [*documents, SplitDocument("6", "a", day=date(2026, 2, 1))]
    assert shot_subsets(more, split_documents(more, dev_share=0, test_after=CUT).splits)["3"] == "4+-shot"
    # What was trained on is as late as 3: only what is later still can be measured on.
    before = {"1": "train", "3": "train", "4": "test"}
    found = split_documents(documents, dev_share=0, test_after=CUT, previous=before)
    assert found.splits == {"1": "train", "2": "train", "3": "train", "4": "test", "5": "train"}


def test_copies_on_both_sides_of_the_day_are_not_parted() -> None:
    documents = [
        SplitDocument("1", "a", "x", date(2026, 5, 1)),
        SplitDocument("2", "a", "x", date(2026, 7, 1)),
        SplitDocument("3", "a", "y", date(2026, 7, 1)),
        SplitDocument("4", "a", "y"),
    ]
    found = split_documents(documents, dev_share=0, test_after=CUT)
    assert found.splits == {"1": "train", "3": "test", "4": "test"}
    assert found.left_out.keys() == {"2"}


@pytest.mark.parametrize("suppliers", [1, 2, 3])
def test_few_suppliers_fill_train_first_and_as_many_splits_as_they_can(suppliers: int) -> None:
    for seed in range(20):
        documents = [SplitDocument(str(i), f"s{i}") for i in range(suppliers)]
        found = split_documents(documents, dev_share=0.45, test_share=0.45, seed=seed)
        assert "train" in found.splits.values()
        assert len(set(found.splits.values())) == suppliers


def test_what_cannot_be_split_is_refused() -> None:
    documents = [SplitDocument("1", "a")]
    with pytest.raises(DatasetError, match="together less than 1"):
        split_documents(documents, dev_share=0.5, test_share=0.5)
    with pytest.raises(DatasetError, match="comes 2 times"):
        split_documents(documents * 2, dev_share=0.5)
    with pytest.raises(DatasetError, match="previous split 'validation'"):
        split_documents(documents, dev_share=0.5, previous={"1": "validation"})
