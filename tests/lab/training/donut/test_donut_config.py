"""What a recipe for Donut may say, and what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pydantic", reason="needs the lab extra")

from fakta_lab.config import load_config
from fakta_lab.training import TrainConfig

RECIPES = {"donut": "scratch", "donut-base": "naver-clova-ix/donut-base"}


def recipe(**changes: Any) -> TrainConfig:
    return TrainConfig.model_validate({"out": "run", "family": "donut", "max_steps": 1, **changes})


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_in_the_repository_are_valid(root: Path, name: str) -> None:
    path = root / "configs" / f"{name}.yaml"
    config = load_config(path, TrainConfig)
    assert path.read_text(encoding="utf-8").startswith(f"# fakta train configs/{name}.yaml")
    assert (config.family, config.start) == ("donut", RECIPES[name])
    assert config.donut is not None
    assert config.donut.image is not None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window": 256, "model": {"hidden": 96}}, "window, model: not for family: donut"),
        ({"images": True}, "images: not for family: donut"),
        ({"family": "layoutlmv3", "donut": {}}, "the section donut is for family: donut, and this is layoutlmv3"),
        ({"donut": {"depths": [2, 2]}}, "2 depths need as many encoder_heads, not 4"),
        ({"donut": {"encoder_heads": [2, 4, 8, 48]}}, "48 encoder_heads of stage 4 do not divide its 512 channels"),
        ({"donut": {"decoder_heads": 7}}, "width 512 is not a multiple of decoder_heads 7"),
        ({"donut": {"image": [640, 300]}}, "image 640 x 300 is not a multiple of 32 both ways"),
        ({"donut": {"image": [640, 224]}}, "the last stage sees 20 x 7, which is less than the window 8"),
        ({"donut": {"heigth": 640}}, "Extra inputs are not permitted"),
    ],
)
def test_impossible_recipes_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        recipe(**changes)


def test_keys_of_another_family_may_stand_at_their_defaults() -> None:
    """As they do in the resolved recipe of a run."""
    assert recipe(window=512, stride=128).family == "donut"
