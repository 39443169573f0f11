"""Gates as written in a YAML file: figures and the floors that they have to reach, or ceilings with `.max`.

```yaml
micro.f1: 0.95
fields.amount_due.f1: 0.98
layouts.*.f1: 0.90          # every layout
accepted.precision: 0.99
touchless.error.max: 0.005  # a ceiling
latency.p95_ms.max: 400
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from fakta.errors import ConfigError
from fakta.wording import type_name

# Ends the name of a figure whose limit is the largest value that passes.
CEILING = ".max"


def gates_from(data: Any, *, source: str) -> dict[str, float]:
    """Floors by figure from parsed YAML; nesting replaces the dots.

    >>> gates_from({"micro": {"f1": 0.9}, "layouts.*.f1": 0.8}, source="gates.yaml")
    {'micro.f1': 0.9, 'layouts.*.f1': 0.8}

    Args:
        data: a mapping.
        source: file name for messages.

    Raises:
        ConfigError: naming the gate that is no number from 0 to 1, or the ceiling that is no number from 0.
    """
    if not isinstance(data, dict) or not data:
        raise ConfigError(f"{source}: expected gates like 'micro.f1: 0.95', found {type_name(data)}")
    gates = {}
    for figure, floor in flat(data):
        ceiling = str(figure).endswith(CEILING)
        is_number = isinstance(floor, int | float) and not isinstance(floor, bool)
        if not is_number or not 0 <= floor <= (math.inf if ceiling else 1):
            expected = "a ceiling from 0" if ceiling else "a floor from 0 to 1"
            raise ConfigError(f"{source}: {figure}: expected {expected}, found {floor!r}")
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
