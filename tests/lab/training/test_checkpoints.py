"""Checkpoints are whole or passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")

from fakta_lab.training.checkpoints import Checkpoints, progress_of, step_of  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture
def checkpoints(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path)


def write(checkpoints: Checkpoints, step: int, *, best: int | None = None) -> Path:
    """Publishes a checkpoint with two files, as transformers would have written them."""
    folder = checkpoints.writing / f"checkpoint-{step}"
    (folder / "parts").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights" * step)
    (folder / "parts" / "rng_state.pth").write_bytes(b"dice")
    if best is not None:
        checkpoints.save_best(best, {"a": torch.full((2,), float(best))})
    remembered = None if best is None else {"step": best, "kept": True}
    checkpoints.publish(step, {"elapsed_s": float(step), "best": remembered})
    return checkpoints.folder / f"checkpoint-{step}"


def newest(checkpoints: Checkpoints) -> tuple[int, list[str]]:
    notices: list[str] = []
    return step_of(checkpoints.newest(notices.append)), notices


def test_the_newest_one_is_found(checkpoints: Checkpoints) -> None:
    assert newest(checkpoints) == (0, [])
    for step in (90, 100):
        write(checkpoints, step)
    assert newest(checkpoints) == (100, [])
    assert progress_of(checkpoints.folder / "checkpoint-100") == {"elapsed_s": 100.0, "best": None}


def test_one_that_is_being_written_is_invisible(checkpoints: Checkpoints) -> None:
    write(checkpoints, 1)
    (checkpoints.writing / "checkpoint-2").mkdir(parents=True)
    assert newest(checkpoints) == (1, [])
    checkpoints.clean(up_to=1)
    assert not checkpoints.writing.exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "lost", "unlisted"])
def test_a_damaged_one_is_passed_over_with_a_notice(checkpoints: Checkpoints, damage: str) -> None:
    write(checkpoints, 1)
    path = write(checkpoints, 2)
    weights = path / "model.safetensors"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-1])
    elif damage == "changed":
        weights.write_bytes(b"x" + weights.read_bytes()[1:])
    elif damage == "lost":
        weights.unlink()
    else:
        (path / "complete.json").write_text('{"model.safe')
    step, notices = newest(checkpoints)
    assert step == 1
    assert len(notices) == 1
    assert notices[0].startswith(f"{path}: ")
    assert notices[0].endswith("; the checkpoint before it is taken")
    checkpoints.clean(up_to=1)
    assert not path.exists()


def test_a_damaged_one_is_replaced_by_the_same_step(checkpoints: Checkpoints) -> None:
    path = write(checkpoints, 1)
    (path / "model.safetensors").unlink()
    write(checkpoints, 1)
    assert newest(checkpoints) == (1, [])


def test_old_ones_are_dropped_with_the_best_weights_that_only_they_remember(checkpoints: Checkpoints) -> None:
    write(checkpoints, 1, best=1)
    write(checkpoints, 2, best=1)
    write(checkpoints, 3, best=3)
    write(checkpoints, 4, best=3)
    names = {path.name for path in checkpoints.folder.iterdir()}
    assert names == {"checkpoint-3", "checkpoint-4", "best-3.safetensors", ".writing"}
    assert checkpoints.load_best(3)["a"].tolist() == [3.0, 3.0]


def test_one_whose_best_weights_are_gone_is_passed_over(checkpoints: Checkpoints) -> None:
    write(checkpoints, 1, best=1)
    write(checkpoints, 2, best=2)
    (checkpoints.folder / "best-2.safetensors").unlink()
    step, notices = newest(checkpoints)
    assert step == 1
    assert "the best weights of step 2 are missing" in notices[0]


def test_tensors_with_two_names_are_kept_under_both(checkpoints: Checkpoints) -> None:
    tied = torch.ones(3)
    checkpoints.save_best(5, {"one": tied, "other": tied, "turned": torch.ones(2, 3).T})
    assert set(checkpoints.load_best(5)) == {"one", "other", "turned"}


def test_what_is_complete_is_listed(checkpoints: Checkpoints) -> None:
    path = write(checkpoints, 7)
    listed = json.loads((path / "complete.json").read_text())
    assert set(listed) == {"model.safetensors", "parts/rng_state.pth", "progress.json"}
