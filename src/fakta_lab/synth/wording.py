"""Wording of blocks that not every language has: what is missing in one is said in English."""

from __future__ import annotations

from typing import Any

from fakta_lab.synth.material import load_yaml

_FALLBACK = "en"


def wording(language: str, key: str) -> Any:
    """What `wording.yaml` has under the key in that language, else in English; shared, so not to be changed."""
    data = load_yaml("wording")
    return data.get(language, {}).get(key) or data[_FALLBACK][key]


def all_languages(key: str) -> list[Any]:
    """What each language has under the key."""
    return [texts[key] for texts in load_yaml("wording").values() if key in texts]
