"""The history is a chain: edits and missing lines show, and what was not carried out counts for nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.registry.bundles import FIGURES, variant

from fakta.errors import InputError
from fakta_lab.registry import Registry
from fakta_lab.registry.alias import point
from fakta_lab.registry.entry import hash_of
from fakta_lab.registry.verify import problems


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """Three promotions and a rollback: first, second."""
    made = Registry(tmp_path / "models", smoke=lambda bundle: None)
    for name in ("first", "second", "third"):
        made.promote(variant(tmp_path / name), figures=FIGURES, by="Maja")
    made.rollback(by="Nils", reason="wrong dates")
    return made


def rewrite(registry: Registry, line: int, **changes: object) -> None:
    path = registry.path / "history.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = json.dumps(json.loads(lines[line - 1]) | changes)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_an_untouched_registry_has_no_problems(registry: Registry) -> None:
    assert list(problems(registry)) == []


def test_an_edited_line_shows(registry: Registry) -> None:
    rewrite(registry, 2, by="Nobody")
    assert list(problems(registry)) == ["history.jsonl: line 2 was changed after it was written"]


def test_an_edited_last_line_shows(registry: Registry) -> None:
    rewrite(registry, 4, figures={"micro.f1": 0.99})
    assert list(problems(registry)) == ["history.jsonl: line 4 was changed after it was written"]


def test_an_edited_line_with_a_new_hash_breaks_the_chain(registry: Registry) -> None:
    entry = registry.history()[1].to_dict() | {"by": "Nobody"}
    rewrite(registry, 2, **entry | {"sha256": hash_of(entry)})
    assert list(problems(registry)) == ["history.jsonl: line 3 does not follow the line before it"]


def test_a_removed_line_shows(registry: Registry) -> None:
    path = registry.path / "history.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))
    assert "history.jsonl: line 2 does not follow the line before it" in list(problems(registry))


def test_removed_last_lines_show_by_where_the_alias_leads(registry: Registry) -> None:
    path = registry.path / "history.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    [problem] = problems(registry)
    assert problem.startswith("champion leads to second-")
    assert "and the history says first-" in problem


def test_a_line_that_is_no_entry_is_named(registry: Registry) -> None:
    path = registry.path / "history.jsonl"
    path.write_bytes(path.read_bytes() + b"by hand\n")
    assert list(problems(registry)) == ["history.jsonl: line 5 is no entry"]
    with pytest.raises(InputError, match="a line is no entry of a history"):
        registry.rollback(by="Maja")


def test_an_unfinished_line_is_ignored_and_then_replaced(registry: Registry) -> None:
    path = registry.path / "history.jsonl"
    path.write_bytes(path.read_bytes() + b'{"number": 5, "at": "2026')
    assert len(registry.history()) == 4
    registry.rollback(by="Maja")
    assert len(registry.history()) == 5
    assert list(problems(registry)) == []


def test_a_change_that_was_not_carried_out_is_noted_and_counts_for_nothing(registry: Registry) -> None:
    second = registry.history()[-1].bundle
    registry.rollback(by="Maja")
    point(registry.path / "champion", f"bundles/{second}")  # as if killed before the alias was moved
    assert len(list(problems(registry))) == 1
    entry = registry.rollback(by="Maja")
    *_, found, again = registry.history()
    assert (found.action, found.alias, found.bundle, found.by) == ("found", "champion", second, "")
    assert again == entry
    assert entry.bundle.startswith("first-")
    assert list(problems(registry)) == []


def test_a_first_promotion_that_was_not_carried_out_is_none_to_go_back_to(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models", smoke=lambda bundle: None)
    registry.promote(variant(tmp_path / "first"), figures=FIGURES, by="Maja")
    (registry.path / "champion").unlink()
    with pytest.raises(InputError, match="champion has led to no other bundle"):
        registry.rollback(by="Maja")
    assert registry.promote(tmp_path / "first", figures=FIGURES, by="Maja").before == ""
    assert [entry.action for entry in registry.history()] == ["promote", "found", "promote"]
    assert list(problems(registry)) == []


def test_a_changed_copy_shows(registry: Registry) -> None:
    current = registry.current()
    assert current is not None
    manifest = current / "manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(data | {"retrain": {"documents": 1}}), encoding="utf-8")
    assert list(problems(registry)) == []  # the mark of an erasure is no part of a bundle
    manifest.write_text(json.dumps(data | {"license": "MIT"}), encoding="utf-8")
    assert list(problems(registry)) == [f"{current.name}: was changed since it was promoted"]
    (current / "model.onnx").write_bytes(b"")
    assert next(problems(registry)).startswith(f"{current.name}: model.onnx is damaged")


def test_garbage_of_killed_processes_is_removed(registry: Registry) -> None:
    half = registry.bundles / ".half-0123456789ab.4711.tmp"
    half.mkdir()
    (half / "model.onnx").write_bytes(b"half")
    (registry.path / ".champion.4711.tmp").symlink_to("bundles/nothing")
    (registry.path / ".exported.4711.tmp").mkdir()  # somebody else's, who may be writing to it
    registry.rollback(by="Maja")
    assert [path.name for path in registry.path.glob(".*.tmp")] == [".exported.4711.tmp"]
    assert [path.name for path in registry.bundles.glob(".*")] == []
