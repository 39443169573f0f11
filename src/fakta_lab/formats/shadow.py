"""Shadow logs: what production used and what fakta read beside it, as `fakta.shadow.ShadowLog` writes them.

One object a line, in one file or in several that were set aside when they became large (`shadow.jsonl`,
`shadow-20260415T080000Z-….jsonl`). A process that was killed leaves half a line; the others stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.shadow import FORMAT, set_aside
from fakta.wording import type_name
from fakta_lab.formats.jsonl import Problem, read_objects

KEY = "shadow"


@dataclass(frozen=True, slots=True)
class Shadowed:
    """One line.

    Attributes:
        document: name by which production speaks of it.
        sha256: of its bytes.
        production: what production used: field name to value as it was handed over; None where it had no answer.
        production_name: who gave that; "" where not stated.
        production_seconds: that it took; None where not stated.
        extraction: what fakta read, the parts of its JSON form that a log keeps; None where it could not read it.
        model: that read it.
        error: why fakta could not read it; "" where it could.
    """

    document: str
    sha256: str
    production: Mapping[str, Any] | None
    production_name: str
    production_seconds: float | None
    extraction: Mapping[str, Any] | None
    model: str
    error: str


def is_shadow(data: Mapping[str, Any]) -> bool:
    """Whether an object is a line of a shadow log."""
    return KEY in data


def read_shadow(path: Path, *, on_problem: Callable[[Problem], None]) -> Iterator[Shadowed]:
    """Every line, those of files that were set aside first, in the order of these files' names.

    Args:
        path: of the log.
        on_problem: called for each line that cannot be used.

    Raises:
        DatasetError: there is no such file, or it cannot be read.
    """
    for file in [*sorted(set_aside(path)), path]:
        for number, data in read_objects(file):
            if isinstance(data, Problem):
                on_problem(Problem(f"{file.name} line {number}", data.message))
                continue
            read = _read(data)
            if isinstance(read, str):
                on_problem(Problem(f"{file.name} line {number}", read))
            else:
                yield read


def _read(data: Mapping[str, Any]) -> Shadowed | str:
    if data.get(KEY) != FORMAT:
        return f"{KEY}: expected {FORMAT}, found {data.get(KEY)!r}; was it written by a newer fakta?"
    document, sha256, production, fakta = (data.get(key) for key in ("document", "sha256", "production", "fakta"))
    if not isinstance(document, str) or not isinstance(sha256, str):
        return "document and sha256: expected texts"
    if not isinstance(production, Mapping) or not isinstance(fakta, Mapping):
        return f"production and fakta: expected objects, found {type_name(production)} and {type_name(fakta)}"
    fields, seconds = production.get("fields"), production.get("seconds")
    if not isinstance(fields, Mapping | None):
        return f"production.fields: expected an object or null, found {type_name(fields)}"
    read = isinstance(fakta.get("fields"), Mapping)
    return Shadowed(
        document=document,
        sha256=sha256,
        production=fields,
        production_name=str(production.get("name") or ""),
        production_seconds=float(seconds) if isinstance(seconds, int | float) else None,
        extraction=fakta if read else None,
        model=str(fakta.get("model") or ""),
        error="" if read else str(fakta.get("error") or "not read"),
    )
