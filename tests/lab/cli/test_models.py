"""`fakta models`: promote, refuse, take back, list, and what each says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.lab.registry.bundles import FIGURES, variant

from fakta_lab.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command of `fakta models` in an empty folder; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKTA_BY", "Maja")
    monkeypatch.setattr("fakta_lab.registry.smoke.Extractor.extract", lambda *arguments, **options: None)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["models", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def evaluation(micro_f1: float, **further: Any) -> str:
    path = Path("evaluation.json")
    path.write_text(json.dumps(FIGURES | {"micro": {"f1": micro_f1}} | further), encoding="utf-8")
    return str(path)


def test_the_whole_way(run: Run, tmp_path: Path) -> None:
    base, ours = (str(variant(tmp_path / name)) for name in ("base", "ours"))
    assert run("list") == (2, "", "error: models: no registry there yet; fakta models promote BUNDLE makes one\n")
    code, _, said = run("promote", base, "--evaluation", evaluation(0.9))
    assert (code, said.splitlines()[0]) == (0, "nothing was required of it: models/gates.yaml or --gate says what is")
    Path("models/gates.yaml").write_text("micro.f1: 0.92\n", encoding="utf-8")
    code, out, said = run("promote", ours, "--alias", "challenger", "--evaluation", evaluation(0.95))
    assert (code, len(said.splitlines())) == (0, 1)
    # Its figures are known from then on.
    code, out, said = run("promote", "challenger")
    assert code == 0
    [shown] = [line for line in out.splitlines() if "micro.f1" in line]
    assert "0.9000" in shown
    assert "0.9500" in shown
    assert said.startswith("models/champion is now ours-")
    listed = json.loads(run("list", "--format", "json")[1])
    assert [(each["name"], each["aliases"]) for each in listed] == [("ours", ["champion", "challenger"]), ("base", [])]
    assert listed[0]["figures"] == {"documents": 40, "micro.f1": 0.95}
    code, out, said = run("rollback", "--reason", "wrong dates")
    assert (code, said.partition("-")[0]) == (0, "models/champion is now base")
    assert run("rollback")[0] == 2
    history = json.loads(run("history", "--alias", "champion", "--format", "json")[1])
    assert [(each["action"], each["by"], each["reason"]) for each in history] == [
        ("promote", "Maja", ""),
        ("promote", "Maja", ""),
        ("rollback", "Maja", "wrong dates"),
    ]
    assert run("verify") == (0, "", "models: 4 entries and 2 bundles are as they were written\n")
    assert run("prune") == (0, "", "0 bundles removed\n")
    for table in (run("list"), run("show", "ours"), run("history")):
        assert table[0] == 0
        assert "ours-" in table[1]


def test_a_gate_that_is_not_met_needs_force_and_a_reason(run: Run, tmp_path: Path) -> None:
    base = str(variant(tmp_path / "base"))
    asked = ("promote", base, "--evaluation", evaluation(0.9), "--gate", "gates.yaml")
    Path("gates.yaml").write_text("micro.f1: 0.92\n", encoding="utf-8")
    hint = " (--force --reason TEXT promotes it in spite of that)"
    assert run(*asked) == (1, "", f"error: {base}: not promoted: micro.f1 0.9000 < 0.92{hint}\n")
    assert run(*asked, "--reason", "urgent")[0] == 1
    code, _, said = run(*asked, "--force")
    assert (code, said.partition(" (see")[0]) == (
        2, "error: Invalid value: --force needs --reason: it is kept in the history",
    )  # fmt: skip
    assert not Path("models").exists()
    code, _, said = run(*asked, "--force", "--reason", "the set has wrong truth")
    assert (code, said.splitlines()[0]) == (0, "promoted in spite of: micro.f1 0.9000 < 0.92")
    # What was forced once stands against it the next time.
    assert run("promote", "champion", "--alias", "challenger")[0] == 1


def test_without_figures_there_is_no_promotion(run: Run, tmp_path: Path) -> None:
    base = str(variant(tmp_path / "base"))
    code, _, said = run("promote", base)
    assert code == 1
    assert said.startswith(f"error: {base}: not promoted: there are no figures of it; measure it with --on SET")


def test_figures_that_are_worse_than_a_baseline_are_refused(run: Run, tmp_path: Path) -> None:
    base = str(variant(tmp_path / "base"))
    Path("gates.yaml").write_text("baseline: stored.json\n", encoding="utf-8")
    asked = ("promote", base, "--gate", "gates.yaml", "--evaluation")
    assert "was not compared with the baseline stored.json" in run(*asked, evaluation(0.9))[2]
    compared = {"figures": [{"figure": "fields.total.f1", "worse": True}, {"figure": "micro.f1", "worse": False}]}
    code, _, said = run(*asked, evaluation(0.9, baseline=compared))
    refused = f"error: {base}: not promoted: fields.total.f1 is significantly worse than the baseline ("
    assert (code, said.startswith(refused)) == (1, True)


def test_figures_that_are_not_kept_have_to_be_measured_again(run: Run, tmp_path: Path) -> None:
    layouts = {"layouts": {"a": {"f1": 0.9}}}
    run("promote", str(variant(tmp_path / "base")), "--evaluation", evaluation(0.9, **layouts), "--alias", "challenger")
    Path("models/gates.yaml").write_text("layouts.*.f1: 0.8\n", encoding="utf-8")
    code, _, said = run("promote", "challenger")
    assert code == 2
    assert "among those of its last promotion; measure it with --on or --evaluation" in said
    assert run("promote", "challenger", "--evaluation", evaluation(0.9, **layouts))[0] == 0


def test_a_rollback_to_what_must_be_trained_anew_says_so(run: Run, tmp_path: Path) -> None:
    for name in ("base", "ours"):
        run("promote", str(variant(tmp_path / name)), "--evaluation", evaluation(0.9))
    [marked] = Path("models/bundles").glob("base-*")
    manifest = json.loads((marked / "manifest.json").read_text(encoding="utf-8"))
    (marked / "manifest.json").write_text(json.dumps(manifest | {"retrain": {"documents": 2}}), encoding="utf-8")
    code, _, said = run("rollback")
    assert (code, said.splitlines()[1]) == (
        0, f"{marked.name} learned from 2 documents that were erased since; do not keep it in use",
    )  # fmt: skip
    assert run("promote", "champion", "--alias", "challenger")[0] == 1


def test_a_tampered_history_fails_verification(run: Run, tmp_path: Path) -> None:
    run("promote", str(variant(tmp_path / "base")), "--evaluation", evaluation(0.9))
    path = Path("models/history.jsonl")
    path.write_text(path.read_text(encoding="utf-8").replace("Maja", "Nils"), encoding="utf-8")
    code, _, said = run("verify")
    assert (code, said.splitlines()) == (1, [
        "history.jsonl: line 1 was changed after it was written",
        "error: models: is not as it was written, see above",
    ])  # fmt: skip
    assert "history.jsonl: line 1 was changed" in run("list")[2]


def test_an_unknown_bundle_is_named(run: Run, tmp_path: Path) -> None:
    run("promote", str(variant(tmp_path / "base")), "--evaluation", evaluation(0.9))
    assert run("show", "bsae")[2] == (
        "error: bsae: no bundle there, nor one in models; fakta models list shows those\n"
    )
    assert run("promote", "challenger")[2].startswith("error: models: no challenger yet")


def test_brackets_in_what_people_write_are_no_markup(run: Run, tmp_path: Path) -> None:
    asked = ("promote", str(variant(tmp_path / "base")), "--evaluation", evaluation(0.9, benchmark="[/set]"))
    assert run(*asked, "--reason", "a [/x] [red]b", "--by", "[/Maja]")[0] == 0
    for table in (run("history"), run("show", "champion"), run("list")):
        assert table[0] == 0
        assert "[/" in table[1]


def test_a_licence_is_looked_at_before_anything_is_measured(run: Run, tmp_path: Path) -> None:
    base = variant(tmp_path / "base")
    manifest = json.loads((base / "manifest.json").read_text(encoding="utf-8"))
    (base / "manifest.json").write_text(json.dumps(manifest | {"license": "CC-BY-NC-4.0"}), encoding="utf-8")
    code, _, said = run("promote", str(base), "--on", "no-such-set")
    assert (code, "forbids commercial use" in said) == (1, True)


def test_another_folder_is_no_registry(run: Run, tmp_path: Path) -> None:
    Path("invoices").mkdir()
    for command in ("list", "history", "verify", "prune", "rollback"):
        code, _, said = run(command, "--registry", "invoices")
        assert (code, said.partition(";")[0]) == (2, "error: invoices: is no registry (it has no bundles/)")


@pytest.mark.parametrize(
    ("name", "says"),
    [("nowhere.json", "cannot be read (No such file"), ("gates.yaml", "no evaluation, not valid JSON")],
)
def test_a_file_that_is_no_evaluation_is_named(run: Run, tmp_path: Path, name: str, says: str) -> None:
    Path("gates.yaml").write_text("micro.f1: 0.92\n", encoding="utf-8")
    code, _, said = run("promote", str(variant(tmp_path / "base")), "--evaluation", name)
    assert (code, said.startswith(f"error: {name}: {says}")) == (2, True)
    assert "--format json prints one" in said
