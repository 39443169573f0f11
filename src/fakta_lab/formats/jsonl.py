"""JSON Lines, read so that one bad line neither hides the others nor takes them with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from fakta.errors import DatasetError
from fakta_lab.formats.json_text import parse_object

# A message stays one line that a person reads; a file with hundreds of bad lines has one cause.
SHOWN = 5

# A line may carry a document in base64, and a document may have 100 MB.
LINE_LIMIT = 200_000_000


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
        DatasetError: there is no such file, it cannot be read, or it is UTF-16 text.
    """
    for number, line in read_lines(path):
        if isinstance(line, Problem):
            yield number, line
            continue
        try:
            yield number, parse_object(line)
        except DatasetError as error:
            yield number, Problem(number, str(error))


def read_lines(path: Path) -> Iterator[tuple[int, str | Problem]]:
    """Each non-empty line's number (from 1) and text; a line that is not UTF-8 costs no other line.

    Raises:
        DatasetError: as `read_objects`.
    """
    try:
        with path.open("rb") as file:
            check_encoding(path, file.read(4))
            file.seek(0)
            yield from _lines(file)
    except (FileNotFoundError, NotADirectoryError):
        raise DatasetError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise DatasetError(f"{path}: is a folder, expected a file") from None
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from None


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        DatasetError: there is no such file, it cannot be read, or it is not UTF-8 text.
    """
    try:
        content = path.read_bytes()
        check_encoding(path, content[:4])
        return content.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise DatasetError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not UTF-8 text (byte {error.start + 1})") from None
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from None


def check_encoding(path: Path, head: bytes) -> None:
    """Refuses UTF-16 by a file's first four bytes, where it would otherwise be one bad line after the other.

    Raises:
        DatasetError: it is UTF-16 text.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(head) == 4 and head.count(b"\0") == 2):
        raise DatasetError(f"{path}: UTF-16 text, expected UTF-8; save the file again as UTF-8")


def _lines(file: BinaryIO) -> Iterator[tuple[int, str | Problem]]:
    # Bytes end lines at "\n" only: a JSON text may hold U+2028 and its like, which end no line of JSON Lines.
    for number in itertools.count(1):
        line = file.readline(LINE_LIMIT)
        if not line:
            return
        if len(line) == LINE_LIMIT:
            while (rest := file.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield number, Problem(number, f"a line of more than {LINE_LIMIT // 1_000_000} MB")
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            yield (
                number,
                Problem(number, f"not UTF-8 text (byte {error.start + 1} of the line is 0x{line[error.start]:02x})"),
            )
            continue
        if text.strip():
            yield number, text.rstrip("\r\n")


def summary(path: Path | str, problems: Sequence[Problem]) -> str:
    """One line that names the first problems of a file and counts the rest.

    >>> summary("truth.jsonl", [Problem(3, "document: missing")])
    'truth.jsonl: line 3: document: missing'
    """
    shown = "; ".join(str(problem) for problem in problems[:SHOWN])
    more = len(problems) - SHOWN
    return f"{path}: {shown}" + (f"; and {more} more" if more > 0 else "")
