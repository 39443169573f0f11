"""The check for leaks finds every kind of leak, and nothing in what is sound."""

from __future__ import annotations

from datetime import date

from fakta_lab.dataset.splitting.leaks import leaks
from fakta_lab.dataset.splitting.splits import SplitDocument

NAME = ("supplier_name", "exempel ab")
NUMBER = ("supplier_org_number", "5599941209")


def kinds(found: list[str]) -> list[str]:
    return [line.partition(":")[0] for line in found]


def test_sound_splits_have_no_leaks() -> None:
    parts = {
        "train": [SplitDocument("1", "a", "x", date(2026, 1, 1), frozenset([NAME])), SplitDocument("2", "a", "x")],
        "dev": [SplitDocument("3", "b", keys=frozenset([NUMBER]))],
        "test": [SplitDocument("4", "c", "y")],
    }
    assert leaks(parts, subsets={"4": "0-shot"}, previous={"1": "train", "3": "test"}) == []
    assert leaks({}) == []


def test_bytes_and_copies_in_two_splits_are_found() -> None:
    parts = {"train": [SplitDocument("1", "a")], "dev": [SplitDocument("1", "a")]}
    assert "document leak" in kinds(leaks(parts))
    parts = {"train": [SplitDocument("1", "a"), SplitDocument("1", "a")]}
    assert kinds(leaks(parts)) == ["document leak"]
    parts = {"train": [SplitDocument("1", "a", "x")], "test": [SplitDocument("2", "a", "x")]}
    assert kinds(leaks(parts, by_time=True)) == ["duplicate leak"]


def test_a_supplier_in_two_splits_is_found_by_any_key() -> None:
    parts = {
        "train": [SplitDocument("1", "a", keys=frozenset([NAME]))],
        "dev": [SplitDocument("2", "b", keys=frozenset([NAME]))],
    }
    assert leaks(parts) == ["supplier leak: supplier 'a' is in train and in dev"]
    assert kinds(leaks(parts, by_time=True)) == ["supplier leak"]


def test_a_supplier_is_one_through_a_document_that_is_in_no_split() -> None:
    parts = {
        "train": [SplitDocument("1", "a", keys=frozenset([NAME]))],
        "test": [SplitDocument("2", "b", keys=frozenset([NUMBER]))],
    }
    bridge = [SplitDocument("3", "c", keys=frozenset([NAME, NUMBER]))]
    assert leaks(parts) == []
    assert kinds(leaks(parts, elsewhere=bridge)) == ["supplier leak"]
    assert kinds(leaks(parts, elsewhere=bridge, by_time=True, subsets={"2": "0-shot"})) == ["zero-shot leak"]
    assert leaks(parts, elsewhere=bridge, by_time=True, subsets={"2": "1-3-shot"}) == []


def test_training_on_the_future_is_found() -> None:
    parts = {
        "train": [SplitDocument("1", "a", day=date(2026, 3, 2)), SplitDocument("2", "a", day=date(2026, 1, 1))],
        "test": [SplitDocument("3", "a", day=date(2026, 3, 1)), SplitDocument("4", "a", day=date(2026, 9, 1))],
    }
    assert leaks(parts, by_time=True) == [
        "time leak: supplier 'a' is trained on up to 2026-03-02 and tested on from 2026-03-01"
    ]
    parts["test"][0] = SplitDocument("3", "a", day=date(2026, 3, 2))
    assert leaks(parts, by_time=True) == []


def test_what_was_trained_or_selected_on_before_is_found() -> None:
    parts = {"dev": [SplitDocument("1", "a")], "test": [SplitDocument("2", "b"), SplitDocument("3", "c")]}
    found = leaks(parts, previous={"1": "train", "2": "train", "3": "dev"})
    assert kinds(found) == ["history leak"] * 3
    assert leaks(parts, previous={"1": "test", "2": "test"}) == []
