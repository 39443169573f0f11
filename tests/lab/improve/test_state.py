"""Stages are done once, and again where they have to be."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakta.errors import InputError
from fakta_lab.improve.state import FILE, State


def run(folder: Path, inputs: dict[str, Any], work: Callable[[bool], Any], **more: Any) -> tuple[Any, list[str]]:
    said: list[str] = []
    with State.of(folder, said.append) as state:
        return state.carry_out("train", inputs=inputs, work=work, **more), said


def refuse(stopped: bool) -> Any:
    raise AssertionError("was done again")


def die(stopped: bool) -> Any:
    os._exit(9)


def test_what_is_done_is_taken_over(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    inputs = {"dataset": "abc", "settings": {"steps": (1, 2)}}
    assert run(tmp_path / "out", inputs, lambda stopped: {"steps": 3}, made=[made])[0] == {"steps": 3}
    result, said = run(tmp_path / "out", inputs, refuse, made=[made])
    assert result == {"steps": 3}
    assert "nothing has changed since" in said[0]
    made.rmdir()
    assert run(tmp_path / "out", inputs, lambda stopped: {"steps": 4}, made=[made])[0] == {"steps": 4}


def test_changed_inputs_are_named(tmp_path: Path) -> None:
    run(tmp_path, {"dataset": "abc", "base": "x"}, lambda stopped: {})
    _, said = run(tmp_path, {"dataset": "abd", "base": "x"}, lambda stopped: {"stopped": stopped})
    assert said == ["train: again, because of dataset"]


@pytest.mark.parametrize("inputs", [{"dataset": "abc"}, {"dataset": "abd"}])
def test_a_failure_is_kept_and_told(tmp_path: Path, inputs: dict[str, Any]) -> None:
    def fail(stopped: bool) -> Any:
        raise InputError("the disk is full")

    with pytest.raises(InputError, match="disk is full"):
        run(tmp_path, {"dataset": "abc"}, fail)
    assert '"why": "the disk is full"' in (tmp_path / FILE).read_text(encoding="utf-8")
    # Only the same thing can be gone on with.
    assert run(tmp_path, inputs, lambda stopped: {"stopped": stopped})[0] == {"stopped": inputs["dataset"] == "abc"}


def test_a_killed_stage_goes_on(tmp_path: Path) -> None:
    killed = multiprocessing.get_context("fork").Process(target=run, args=(tmp_path, {"dataset": "abc"}, die))
    killed.start()
    killed.join()
    assert killed.exitcode == 9
    result, said = run(tmp_path, {"dataset": "abc"}, lambda stopped: {"stopped": stopped})
    assert result == {"stopped": True}
    assert said == ["train: goes on"]


def test_a_stage_and_those_behind_it_are_forgotten(tmp_path: Path) -> None:
    with State.of(tmp_path, lambda message: None) as state:
        for stage in ("dataset", "train", "export"):
            state.carry_out(stage, inputs={}, work=lambda stopped: {})  # type: ignore[arg-type]
        state.note("promoted", {"bundle": "base-0123"})
        state.forget_from("train")
        assert state.carry_out("dataset", inputs={}, work=refuse) == {}
        assert list(state.seconds) == ["dataset"]
        assert state.noted("promoted") == {"bundle": "base-0123"}


def test_one_at_a_time(tmp_path: Path) -> None:
    with (
        State.of(tmp_path, lambda message: None),
        pytest.raises(InputError, match="another fakta improve works here"),
        State.of(tmp_path, lambda message: None),
    ):
        pass


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds something else"), State.of(tmp_path, lambda message: None):
        pass


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "other"}'])
def test_a_record_of_something_else(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no record of fakta improve's"), State.of(tmp_path, lambda message: None):
        pass
