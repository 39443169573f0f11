"""Promotion, rollback and pruning: what an alias leads to, what the history says, and what is refused."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.lab.registry.bundles import FIGURES, variant

from fakta.bundle import Bundle
from fakta.errors import BundleError, GateFailed, InputError
from fakta_lab.evaluation import GateResult
from fakta_lab.registry import Registry
from fakta_lab.registry.verify import problems


def names(registry: Registry) -> list[str]:
    return sorted(path.name for path in registry.bundles.iterdir())


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models", smoke=lambda bundle: None)


@pytest.fixture
def promoted(registry: Registry, tmp_path: Path) -> Callable[[str], str]:
    """Promotes a bundle of that name and says what its copy is called."""

    def promote(name: str) -> str:
        return registry.promote(variant(tmp_path / name), figures=FIGURES, by="Maja").bundle

    return promote


def test_a_promoted_bundle_is_copied_and_pointed_to(tmp_path: Path, registry: Registry) -> None:
    source = variant(tmp_path / "base")
    assert registry.current() is None
    entry = registry.promote(source, figures=FIGURES, by="Maja")
    assert registry.current() == (registry.path / "bundles" / entry.bundle).resolve()
    assert registry.current("challenger") is None
    loaded = Bundle.load(registry.path / "champion")
    assert loaded.manifest == Bundle.load(source).manifest
    assert loaded.path.name == entry.bundle == f"base-{entry.digest[:12]}"
    assert (registry.path / "champion").readlink() == Path("bundles") / entry.bundle
    assert (entry.number, entry.action, entry.before, entry.by, entry.obstacles) == (1, "promote", "", "Maja", ())
    assert (entry.on, entry.figures) == ("held-out", {"documents": 40, "micro.f1": 0.9})
    assert registry.history() == [entry]


def test_a_rollback_goes_back_and_then_further_back(registry: Registry, promoted: Callable[[str], str]) -> None:
    first, second, third = promoted("first"), promoted("second"), promoted("third")
    assert registry.rollback(by="Maja", reason="wrong dates").bundle == second
    assert registry.rollback(by="Maja").bundle == first
    with pytest.raises(InputError, match="champion has led to no other bundle"):
        registry.rollback(by="Maja")
    assert registry.current() == (registry.bundles / first).resolve()
    assert [(entry.action, entry.bundle, entry.before) for entry in registry.history()] == [
        ("promote", first, ""),
        ("promote", second, first),
        ("promote", third, second),
        ("rollback", second, third),
        ("rollback", first, second),
    ]
    assert registry.history()[3].figures == {"documents": 40, "micro.f1": 0.9}


def test_after_a_rollback_a_promotion_forgets_what_was_rolled_back(
    registry: Registry, promoted: Callable[[str], str]
) -> None:
    first, _, third = promoted("first"), promoted("second"), ""
    registry.rollback(by="Maja")
    third = promoted("third")
    assert registry.current() == (registry.bundles / third).resolve()
    assert registry.rollback(by="Maja").bundle == first


def test_a_challenger_becomes_champion_without_another_copy(registry: Registry, tmp_path: Path) -> None:
    registry.promote(variant(tmp_path / "base"), figures=FIGURES, by="Maja")
    tried = registry.promote(variant(tmp_path / "ours"), alias="challenger", figures=FIGURES, by="Maja")
    assert registry.current() != registry.current("challenger")
    entry = registry.promote(registry.path / "challenger", figures=FIGURES, by="Nils")
    assert (entry.alias, entry.bundle) == ("champion", tried.bundle)
    assert registry.current() == registry.current("challenger")
    assert len(names(registry)) == 2


@pytest.mark.parametrize(
    ("figures", "value", "said"),
    [
        ({}, 1.0, "base: not promoted: there are no figures of it"),
        (FIGURES, 0.94999, "base: not promoted: micro.f1 0.9499 < 0.95 (wrong in maja.pdf)"),
        (FIGURES, None, "base: not promoted: micro.f1 (no value) < 0.95 (wrong in maja.pdf)"),
    ],
)
def test_what_does_not_meet_its_gates_needs_a_reason(
    tmp_path: Path, registry: Registry, figures: dict[str, object], value: float | None, said: str
) -> None:
    source = variant(tmp_path / "base")
    gates = [GateResult("micro.f1", 0.95, value, documents=("maja.pdf",)), GateResult("documents", 0.5, 40.0)]
    with pytest.raises(GateFailed) as refused:
        registry.promote(source, figures=figures, gates=gates, by="Maja")
    assert str(refused.value).startswith(said)
    assert not registry.path.exists()
    entry = registry.promote(source, figures=figures, gates=gates, by="Maja", reason="the set has wrong truth")
    assert entry.reason == "the set has wrong truth"
    assert len(entry.obstacles) == 1
    kept = {"figure": "micro.f1", "floor": 0.95, "ceiling": False, "value": value, "passed": value == 1.0}
    assert entry.gates[0] == kept
    assert "maja.pdf" not in (registry.path / "history.jsonl").read_text()
    assert registry.history() == [entry]


def test_a_reason_is_no_force_where_gates_are_met(tmp_path: Path, registry: Registry) -> None:
    gates = [GateResult("micro.f1", 0.9, 0.9)]
    entry = registry.promote(variant(tmp_path / "base"), figures=FIGURES, gates=gates, by="Maja", reason="November")
    assert (entry.obstacles, entry.reason) == ((), "November")


def test_a_licence_without_commercial_use_is_refused(tmp_path: Path, registry: Registry) -> None:
    source = variant(tmp_path / "base", license="CC-BY-NC-SA-4.0")
    with pytest.raises(GateFailed, match=r"under CC-BY-NC-SA-4\.0, which forbids commercial use"):
        registry.promote(source, figures=FIGURES, by="Maja", reason="we want it")
    assert registry.promote(source, figures=FIGURES, by="Maja", allow_non_commercial=True).bundle


def test_a_bundle_that_learned_from_erased_documents_is_refused(tmp_path: Path, registry: Registry) -> None:
    source = variant(tmp_path / "base", retrain={"documents": 3, "since": "2026-11-23T10:00:00+00:00"})
    with pytest.raises(GateFailed, match="base: learned from 3 documents that were erased since"):
        registry.promote(source, figures=FIGURES, by="Maja", reason="we want it")


def test_a_damaged_bundle_is_refused(tmp_path: Path, registry: Registry) -> None:
    source = variant(tmp_path / "base")
    (source / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(BundleError, match=r"model\.onnx is damaged"):
        registry.promote(source, figures=FIGURES, by="Maja", reason="we want it")


def test_a_bundle_that_cannot_read_an_invoice_is_refused(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    good = registry.promote(variant(tmp_path / "good"), figures=FIGURES, by="Maja")
    bad = variant(tmp_path / "bad", model=b"no graph")
    with pytest.raises(BundleError, match=r"bad: cannot read an invoice: bad: model\.onnx cannot be loaded"):
        registry.promote(bad, figures=FIGURES, by="Maja", reason="we want it")
    assert registry.current() == (registry.bundles / good.bundle).resolve()
    assert len(registry.history()) == 1
    assert names(registry) == [good.bundle]


def test_an_unknown_alias_is_refused(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(InputError, match="no alias 'champoin': champion or challenger; did you mean 'champion'"):
        registry.promote(variant(tmp_path / "base"), alias="champoin", figures=FIGURES, by="Maja")


def test_a_copy_that_was_changed_is_not_promoted_again(tmp_path: Path, registry: Registry) -> None:
    source = variant(tmp_path / "base")
    entry = registry.promote(source, figures=FIGURES, by="Maja")
    variant(tmp_path / "other").rename(tmp_path / "renamed")
    kept = registry.bundles / entry.bundle
    for path in kept.iterdir():
        path.write_bytes((tmp_path / "renamed" / path.name).read_bytes())
    with pytest.raises(BundleError, match=f"{entry.bundle}: the registry's copy was changed since it was promoted"):
        registry.promote(source, figures=FIGURES, by="Maja")


def test_pruning_keeps_what_rollbacks_need(registry: Registry, promoted: Callable[[str], str]) -> None:
    kept = [promoted(name) for name in ("a", "b", "c", "d", "e")]
    registry.promote(registry.bundles / kept[1], alias="challenger", figures=FIGURES, by="Maja")
    assert registry.prune(keep=2) == []  # all were left a moment ago
    assert registry.prune(keep=2, grace=timedelta(seconds=-1)) == [kept[0]]
    assert registry.rollback(by="Maja").bundle == kept[3]
    assert registry.rollback(by="Maja").bundle == kept[2]
    assert registry.rollback(by="Maja").bundle == kept[1]
    with pytest.raises(InputError, match=f"{kept[0]} is no longer there; promote it again"):
        registry.rollback(by="Maja")
    with pytest.raises(InputError, match="keep 0: at least 1"):
        registry.prune(keep=0)


def test_a_file_system_without_links_has_a_pointer_file(
    registry: Registry, promoted: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fakta_lab.registry.alias.os.symlink", refuse)
    first, second = promoted("first"), promoted("second")
    assert not (registry.path / "champion").is_symlink()
    assert Bundle.load(registry.path / "champion").path.name == second
    assert registry.rollback(by="Maja").bundle == first
    assert Bundle.load(registry.path / "champion").name == "first"


def test_a_zip_is_unpacked(tmp_path: Path, registry: Registry) -> None:
    source = variant(tmp_path / "base")
    archive = Path(shutil.make_archive(str(tmp_path / "zipped"), "zip", source))
    entry = registry.promote(archive, figures=FIGURES, by="Maja")
    assert registry.promote(source, figures=FIGURES, by="Maja").bundle == entry.bundle
    assert (registry.bundles / entry.bundle / "model.onnx").read_bytes() == (source / "model.onnx").read_bytes()
    assert registry.current() == (registry.bundles / entry.bundle).resolve()


def test_writers_take_turns(tmp_path: Path, registry: Registry) -> None:
    sources = [variant(tmp_path / f"bundle-{i}") for i in range(6)]

    def promote(source: Path) -> str:
        return Registry(registry.path, smoke=lambda bundle: None).promote(source, figures=FIGURES, by="Maja").bundle

    with ThreadPoolExecutor(6) as threads:
        promoted = set(threads.map(promote, sources))
    entries = registry.history()
    assert {entry.bundle for entry in entries} == promoted == set(names(registry))
    assert [entry.before for entry in entries[1:]] == [entry.bundle for entry in entries[:-1]]
    assert list(problems(registry)) == []


def test_a_writer_that_holds_on_is_not_waited_for_without_end(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fakta_lab.registry.registry.WAIT_S", 0.1)
    registry.path.mkdir()
    with (registry.path / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another process is changing it; try again"):
            registry.promote(variant(tmp_path / "base"), figures=FIGURES, by="Maja")
