"""Gates as written in a YAML file: figures and the floors that they have to reach.

```yaml
micro.f1: 0.95
fields.amount_due.f1: 0.98
layouts.*.f1: 0.90          # every layout
accepted.precision: 0.99
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fakta.errors import ConfigError
from fakta.wording import type_name


def gates_from(data: Any, *, source: str) -> dict[str, float]:
    """Floors by figure from parsed YAML; nesting replaces the dots.

    >>> gates_from({"micro": {"f1": 0.9}, "layouts.*.f1": 0.8}, source="gates.yaml")
    {'micro.f1': 0.9, 'layouts.*.f1': 0.8}

    Args:
        data: a mapping.
        source: file name for messages.

    Raises:
        ConfigError: naming the gate that is no number from 0 to 1.
    """
    if not isinstance(data, dict) or not data:
        raise ConfigError(f"{source}: expected gates like 'micro.f1: 0.95', found {type_name(data)}")
    gates = {}
    for figure, floor in flat(data):
        if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 <= floor <= 1:
            raise ConfigError(f"{source}: {figure}: expected a floor from 0 to 1, found {floor!r}")
        gates[figure] = float(floor)
    return gates


def flat(data: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings, each with its dotted path.

    >>> list(flat({"micro": {"f1": 0.9}}))
    [('micro.f1', 0.9)]
    """
    for key, value in data.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
