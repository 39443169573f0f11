"""Logs of extractions, JSON Lines as `fakta extract --format jsonl` writes them, read line by line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from fakta.wording import type_name
from fakta_lab.formats.correction import parse_time
from fakta_lab.formats.jsonl import Problem, read_objects

SHA256 = re.compile(r"[0-9a-f]{64}")


class ReadField(NamedTuple):
    """What was read for one field.

    Attributes:
        value: canonical; None where nothing was found.
        confidence: 0-1.
        accepted: without a person's look.
    """

    value: str | None
    confidence: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of a log.

    Attributes:
        document: name or path as logged.
        sha256: of its bytes.
        model: that read it.
        passed: as a whole, without a person's look.
        fields: by name.
        at: when it was read, with time zone; None where the log does not say it, as those of older versions do not.
        timings_ms: stage to milliseconds.
    """

    document: str
    sha256: str
    model: str
    passed: bool
    fields: Mapping[str, ReadField]
    at: datetime | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)


def read_log(paths: Iterable[Path], *, on_problem: Callable[[Path, Problem], None]) -> Iterator[Reading]:
    """Every extraction of these files, in order; the files may be larger than the memory.

    Args:
        paths: of the files, the oldest first.
        on_problem: called for each line that is no extraction; the others are still read. A last line that is not
            whole, because it is being written or its writer was stopped, is called that.

    Raises:
        DatasetError: a file is missing or cannot be read.
    """
    for path in paths:
        held: Problem | None = None
        for number, data in read_objects(path):
            if held:
                on_problem(path, held)
                held = None
            if isinstance(data, Problem):
                held = data
                continue
            reading = _reading(data)
            if isinstance(reading, Reading):
                yield reading
            else:
                on_problem(path, Problem(number, reading))
        if held:
            on_problem(path, held if _ends_with_a_line(path) else Problem(held.place, TORN))


TORN = "the last line is not whole; it will be read once it is"


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _reading(data: Mapping[str, Any]) -> Reading | str:
    """The extraction that an object states, or what keeps it from being one."""
    for key, kind, words in (("sha256", str, "a text"), ("model", str, "a text"), ("fields", dict, "an object")):
        if not isinstance(data.get(key), kind):
            return f"{key}: expected {words}, found {type_name(data[key]) if key in data else 'nothing'}"
    if not SHA256.fullmatch(data["sha256"]):
        return "sha256: expected 64 hexadecimal digits"
    fields = {}
    for name, stated in data["fields"].items():
        field = _field(stated)
        if field is None:
            return f"fields.{name}: expected value (a text or null), confidence (0-1) and accepted (true or false)"
        fields[name] = field
    at = parse_time(data.get("extracted_at"))
    if at is None and data.get("extracted_at") is not None:
        return "extracted_at: expected an ISO 8601 time or null"
    passed = data.get("needs_review") is False
    timings = _timings(data.get("timings_ms"))
    return Reading(str(data.get("document", "")), data["sha256"], data["model"], passed, fields, at, timings)


def _timings(stated: Any) -> dict[str, float]:
    """The stages that have a time; what is none keeps no extraction out."""
    if not isinstance(stated, dict):
        return {}
    return {
        stage: float(ms)
        for stage, ms in stated.items()
        if isinstance(ms, int | float) and not isinstance(ms, bool) and math.isfinite(ms) and ms >= 0
    }


def _field(stated: Any) -> ReadField | None:
    if not isinstance(stated, dict):
        return None
    value, confidence, accepted = stated.get("value", ...), stated.get("confidence"), stated.get("accepted")
    if not isinstance(value, str | None) or not isinstance(accepted, bool):
        return None
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        return None
    return ReadField(value, float(confidence), accepted)
