"""JSON Lines, read so that one bad line neither hides the others nor takes them with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta_lab.formats.wording import type_name

# A message stays one line that a person reads; a file with hundreds of bad lines has one cause.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that cannot be used.

    Attributes:
        place: number of the line, from 1; or the place in words, where a source has no lines ("a.json", "row 3").
        message: which key, which value, what was expected.
    """

    place: int | str
    message: str

    def __str__(self) -> str:
        return f"{f'line {self.place}' if isinstance(self.place, int) else self.place}: {self.message}"


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Each non-empty line's number (from 1) and its object, or what is wrong with it.

    Raises:
        DatasetError: there is no such file, or it is not UTF-8 text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise DatasetError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise DatasetError(f"{path}: is a folder, expected a JSON Lines file") from None
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not UTF-8 text (byte {error.start})") from None
    # Not splitlines(): a JSON text may hold U+2028 and its like, which do not end a line of JSON Lines.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            yield number, Problem(number, f"not valid JSON ({error.msg} at column {error.colno})")
            continue
        except RecursionError:
            yield number, Problem(number, "not valid JSON (nested too deeply)")
            continue
        if isinstance(data, dict):
            yield number, data
        else:
            yield number, Problem(number, f"expected a JSON object, found {type_name(data)}")


def summary(path: Path | str, problems: Sequence[Problem]) -> str:
    """One line that names the first problems of a file and counts the rest.

    >>> summary("truth.jsonl", [Problem(3, "document: missing")])
    'truth.jsonl: line 3: document: missing'
    """
    shown = "; ".join(str(problem) for problem in problems[:SHOWN])
    more = len(problems) - SHOWN
    return f"{path}: {shown}" + (f"; and {more} more" if more > 0 else "")
