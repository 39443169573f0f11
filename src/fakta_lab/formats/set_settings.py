"""`benchmark.yaml`: what somebody settled for a benchmark set, beside its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fakta.errors import DatasetError
from fakta.wording import suggestion, type_name
from fakta_lab.formats.gates import gates_from

KEYS = ("name", "schema", "gates", "baseline")


@dataclass(frozen=True, slots=True)
class SetSettings:
    """The settings of a set.

    Attributes:
        name: "" where none is given.
        schema: file of the set's schema; None for the format's own.
        gates: floors and ceilings by figure.
        baseline: file of the stored evaluation that no figure may be significantly worse than; None for none.
    """

    name: str = ""
    schema: Path | None = None
    gates: Mapping[str, float] = field(default_factory=dict)
    baseline: Path | None = None

    @classmethod
    def load(cls, path: Path) -> SetSettings:
        """The settings in a file, those of no file where there is none; paths in it are relative to its folder.

        Raises:
            DatasetError: it is no mapping of the known keys.
            ConfigError: a gate is no floor.
        """
        if not path.is_file():
            return cls()
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise DatasetError(f"{path}: not valid YAML ({str(error).splitlines()[0]})") from None
        if data is None:
            return cls()
        if not isinstance(data, dict):
            raise DatasetError(f"{path}: expected a mapping with {', '.join(KEYS)}, found {type_name(data)}")
        for key in data:
            if key not in KEYS:
                raise DatasetError(f"{path}: unknown key {key!r}; known are {', '.join(KEYS)}{suggestion(key, KEYS)}")
        return cls(
            name=str(data.get("name") or ""),
            schema=_beside(path, "schema", data),
            gates=gates_from(data["gates"], source=f"{path}: gates") if "gates" in data else {},
            baseline=_beside(path, "baseline", data),
        )


def _beside(path: Path, key: str, data: Mapping[str, Any]) -> Path | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise DatasetError(f"{path}: {key}: expected the path of a file, found {type_name(value)}")
    return path.parent / value
