"""What is in a registry is changed by nothing that changes bundles, but for an erasure."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.lab.registry.bundles import FIGURES, variant

from fakta.bundle import Bundle
from fakta.errors import BundleError
from fakta.memory import Memory
from fakta_lab.corrections.erasure import Covered, erase
from fakta_lab.corrections.erasure.erase import find_artifacts
from fakta_lab.export import record_measurement
from fakta_lab.formats.memories import write_memory
from fakta_lab.formats.registered import refuse_registered
from fakta_lab.registry import Registry, aliases_of
from fakta_lab.registry.verify import problems
from fakta_lab.store import Store, lineage

DATASET, DOCUMENT = "d" * 64, "e" * 64


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(tmp_path / "models", smoke=lambda bundle: None)
    source = variant(tmp_path / "base", lineage={"datasets": [DATASET]})
    write_memory(source, Memory())
    made.promote(source, figures=FIGURES, by="Maja")
    return made


def test_a_copy_and_its_alias_are_refused(registry: Registry, tmp_path: Path) -> None:
    entry = registry.history()[0]
    for path in (registry.path / "champion", registry.bundles / entry.bundle):
        with pytest.raises(BundleError, match=f"{path}: is a registry's, whose bundles never change"):
            refuse_registered(path)
        with pytest.raises(BundleError, match="is a registry's"):
            record_measurement(path, FIGURES)
    refuse_registered(tmp_path / "base")
    refuse_registered(tmp_path / "new")


def test_an_erasure_marks_the_copy(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    registry.path.rename(tmp_path / "search" / "models")
    moved = Registry(tmp_path / "search" / "models")
    name = moved.history()[0].bundle
    with Store.open(tmp_path / "store", create=True) as store:
        with store.database.writing() as connection:
            lineage.record_dataset(connection, sha256=DATASET, name="ours", documents=[DOCUMENT])
        covered = Covered(documents=frozenset({DOCUMENT}))
        report = erase(store, covered, scope="document", search=[tmp_path / "search"])
    [marked] = report.artifacts
    assert (marked.kind, marked.path.name) == ("bundle", name)
    assert json.loads((marked.path / "manifest.json").read_text(encoding="utf-8"))["retrain"]["documents"] == 1
    assert [each.path.name for each in find_artifacts([tmp_path / "search"])] == [name]  # once, not by its alias
    assert aliases_of(marked.path) == ("champion",)
    assert Bundle.load(moved.path / "champion").name == "base"
    assert list(problems(moved)) == []


def test_a_memory_that_an_erasure_changed_is_told_from_another_change(registry: Registry) -> None:
    current = registry.current()
    assert current is not None
    memory = Memory()
    text = memory.to_text().replace("}", " }", 1)
    assert text != memory.to_text()
    (current / "memory.json").write_text(text, encoding="utf-8")
    manifest = json.loads((current / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["memory.json"] = hashlib.sha256(text.encode()).hexdigest()
    (current / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert list(problems(registry)) == [
        f"{current.name}: its supplier memory was changed since it was promoted, as an erasure does"
    ]
