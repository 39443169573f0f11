"""What can be chosen together works together: adapters, page images, accumulation, the best weights, interruptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("peft", reason="needs the lab extra")

from safetensors.torch import load_file  # noqa: E402
from tests.lab.training.test_distributed import launched, losses  # noqa: E402
from tests.lab.training.test_stopping import scripted  # noqa: E402
from tests.lab.training.tiny_run import tiny_config  # noqa: E402

from fakta_lab.config import save_resolved  # noqa: E402
from fakta_lab.training import TrainConfig, train  # noqa: E402
from fakta_lab.training.checkpoints import Checkpoints  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch

MODEL = {"hidden": 48, "layers": 2, "heads": 6, "intermediate": 96, "image_size": 32}
ADAPTER = {"name": "kommun-a", "rank": 4, "dropout": 0.1}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a model that looks at pages."""
    out = tmp_path_factory.mktemp("runs") / "base"
    return train(tiny_config(out, images=True, model=MODEL, max_steps=1, eval_invoices=0), progress=False).path


def adapting(out: Path, base: Path, **changes: Any) -> TrainConfig:
    """An adapter over it, learned from pages with pictures."""
    return tiny_config(out, **{"start": str(base), "images": True, "adapter": ADAPTER, "eval_invoices": 0, **changes})


def adapter_of(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "adapter_model.safetensors")


def far_apart(one: Path, other: Path) -> float:
    ones, others = adapter_of(one), adapter_of(other)
    assert ones.keys() == others.keys()
    return max(float((ones[name] - others[name]).abs().max()) for name in ones)


def test_adapter_learns_from_parts_of_a_batch_of_pictures_what_it_learns_from_the_whole(
    base: Path, tmp_path: Path
) -> None:
    # Dropout falls otherwise where a batch is cut otherwise.
    still = {"adapter": {**ADAPTER, "dropout": 0.0}, "max_steps": 3}
    whole = train(adapting(tmp_path / "whole", base, **still), progress=False).path
    parts = train(adapting(tmp_path / "parts", base, gradient_accumulation=3, **still), progress=False).path
    assert far_apart(whole, parts) < 1e-4
    assert losses(parts) == pytest.approx(losses(whole), abs=1e-5)


def test_adapter_is_saved_as_it_was_at_its_best_however_often_it_was_interrupted(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"eval_every": 1, "keep_best": True, "early_stopping": {"patience": 2}, "eval_invoices": 1}
    values = [0.1, 0.5, 0.8, 0.7, 0.6]
    scripted(monkeypatch, values)
    whole = train(adapting(tmp_path / "whole", base, **rule), progress=False)
    assert (whole.steps, whole.metrics["field_f1"]) == (4, 0.8)
    assert RunInfo.load(whole.path).lineage["weights_of_step"] == 2
    best = Checkpoints(whole.path / "checkpoints").load_best(2)
    saved = adapter_of(whole.path)
    for name, tensor in saved.items():
        if "lora" in name:
            assert torch.equal(tensor, best[name.replace(".weight", ".default.weight")]), name

    scripted(monkeypatch, values)
    config, starts = adapting(tmp_path / "parts", base, **rule), 1
    while not train(config, resume=starts > 1, progress=False, max_minutes=0).finished:
        starts += 1
    assert starts == 4
    assert far_apart(whole.path, config.out) == 0.0


@pytest.mark.slow
def test_two_processes_adapt_as_one_does(base: Path, tmp_path: Path) -> None:
    changes = {"adapter": {**ADAPTER, "dropout": 0.0}, "batch_size": 5, "gradient_accumulation": 2}
    one = train(adapting(tmp_path / "one", base, **changes), progress=False).path
    two = tmp_path / "two"
    save_resolved(adapting(two, base, **changes), tmp_path / "two.yaml")
    launched([str(tmp_path / "two.yaml")], processes=2)
    assert losses(two) == pytest.approx(losses(one), abs=1e-4)
    assert far_apart(one, two) < 1e-3
