"""Gates: floors from YAML against measured figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakta.errors import ConfigError, GateFailed
from fakta_lab.evaluation import (
    Acceptance,
    Counts,
    DocumentScore,
    Evaluation,
    GateFile,
    check_gates,
    load_gate_file,
    load_gates,
    measure_gates,
)

EVALUATION = Evaluation(
    benchmark="set",
    documents=3,
    fields={"bankgiro": Counts(tp=9, fp=1, fn=1), "iban": Counts(tp=1)},
    layouts={"one": Counts(tp=9), "two": Counts(tp=3, fn=1)},
)


def test_gates_are_read_flat_or_nested(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("gates:\n  micro.f1: 0.9\n  fields: {bankgiro: {f1: 1}}\n", encoding="utf-8")
    assert load_gates(path) == {"micro.f1": 0.9, "fields.bankgiro.f1": 1.0}


def test_a_gate_file_names_its_baseline_beside_itself(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("baseline: kept/baseline.json\n", encoding="utf-8")
    assert load_gate_file(path) == GateFile({}, tmp_path / "kept" / "baseline.json")
    path.write_text("baseline: b.json\ngates: {micro.f1: 0.9}\n", encoding="utf-8")
    assert load_gate_file(path) == GateFile({"micro.f1": 0.9}, tmp_path / "b.json")


def test_ceilings_are_for_what_should_be_small(tmp_path: Path) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text("touchless.error.max: 0.1\nlatency.p95_ms.max: 400\n", encoding="utf-8")
    score = DocumentScore("a.pdf", fields={"iban": Counts(fp=1, fn=1)}, released=True, milliseconds=300.0)
    evaluation = Evaluation("set", 1, fields={}, layouts={}, touchless=Acceptance(1, 1, 0), scores=(score,))
    error, latency = measure_gates(evaluation, load_gates(path))
    assert (error.figure, error.value, error.passed) == ("touchless.error", 1.0, False)
    assert error.message == "touchless.error 1.0000 > 0.1"
    assert (latency.value, latency.passed) == (300.0, True)


def test_what_nobody_released_has_no_error_to_be_too_large() -> None:
    score = DocumentScore("a.pdf", fields={"iban": Counts(tp=1)}, released=False)
    evaluation = Evaluation("set", 1, fields={}, layouts={}, touchless=Acceptance(1, 0, 0), scores=(score,))
    [error] = measure_gates(evaluation, {"touchless.error.max": 0.0})
    assert (error.value, error.passed) == (None, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("micro.f1: yes", "micro.f1: expected a floor from 0 to 1, found True"),
        ("micro.f1: 1.2", "micro.f1: expected a floor from 0 to 1, found 1.2"),
        ("[]", "expected gates like 'micro.f1: 0.95', found a list"),
        ("a: [", "not valid YAML"),
        ("latency.p95_ms.max: -1", "latency.p95_ms.max: expected a ceiling from 0, found -1"),
        ("baseline: 3", "baseline: expected the path of a stored evaluation, found a number"),
        ("micro.f1: .nan", "micro.f1: expected a floor from 0 to 1, found nan"),
    ],
)
def test_bad_gate_files_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_gates(path)
    assert message in str(caught.value)
    with pytest.raises(ConfigError, match="no such gate file"):
        load_gates(tmp_path / "none.yaml")


def test_all_floors_that_are_not_reached_are_listed() -> None:
    gates = {"micro.f1": 0.9, "fields.bankgiro.f1": 0.95, "layouts.*.f1": 0.9}
    with pytest.raises(GateFailed) as caught:
        check_gates(EVALUATION, gates)
    assert str(caught.value) == (
        "set: 2 of 4 gates not met: fields.bankgiro.f1 0.9000 < 0.95, layouts.two.f1 0.8571 < 0.9"
    )


def test_a_figure_just_below_its_floor_is_not_shown_as_the_floor() -> None:
    evaluation = Evaluation("set", 1, fields={"iban": Counts(tp=89_999, fp=10_001)}, layouts={})
    with pytest.raises(GateFailed, match=r"fields.iban.precision 0.8999 < 0.9"):
        check_gates(evaluation, {"fields.iban.precision": 0.9})


def test_reached_floors_pass_with_what_was_measured() -> None:
    [result] = check_gates(EVALUATION, {"fields.iban.f1": 1.0})
    assert (result.figure, result.value, result.passed) == ("fields.iban.f1", 1.0, True)


def test_a_star_stays_between_dots_and_a_gate_without_figure_is_a_mistake() -> None:
    assert {r.figure for r in measure_gates(EVALUATION, {"*.f1": 0.0})} == {"micro.f1"}
    with pytest.raises(ConfigError, match=r"no such figure; did you mean 'fields.bankgiro.f1'\?"):
        measure_gates(EVALUATION, {"fields.bankgrio.f1": 0.5})
    with pytest.raises(ConfigError, match="no such figure"):
        measure_gates(EVALUATION, {"benchmark": 0.5})
