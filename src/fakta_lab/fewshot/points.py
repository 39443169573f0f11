"""What was measured so far, on disk: a curve takes minutes to hours, and goes on where it was stopped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fakta.errors import InputError
from fakta_lab.evaluation import Counts
from fakta_lab.files import replacing


@dataclass(frozen=True, slots=True)
class Score:
    """How documents were read.

    Attributes:
        documents: how many.
        counts: over all their fields.
        wrong: field to how many of its values were wrong, missed or invented; without fields that were never so.
    """

    documents: int
    counts: Counts
    wrong: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """Values that were wrong, missed or invented; each counts once."""
        return sum(self.wrong.values())

    def __add__(self, other: Score) -> Score:
        names = {**self.wrong, **other.wrong}
        wrong = {name: self.wrong.get(name, 0) + other.wrong.get(name, 0) for name in names}
        return Score(self.documents + other.documents, self.counts + other.counts, wrong)


@dataclass(frozen=True, slots=True)
class Point:
    """One supplier's documents, read after so many corrections.

    Attributes:
        learner: name.
        supplier: whose documents were scored; "" for the other layouts before any correction.
        corrections: of each supplier that was learned from.
        score: on the supplier's documents.
        others: on the other layouts; None where there are none.
        seconds, cpu_seconds: that learning took, to something that reads; the processors' time in all threads.
    """

    learner: str
    supplier: str
    corrections: int
    score: Score
    others: Score | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0


class PointFile:
    """Points by what they were made of, in a file of JSON Lines.

    A point is found again only for the same settings, documents and truth: with others it is measured anew.

    Raises:
        InputError: the file holds something else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._points: dict[str, Point] = {}
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        try:
            for line in lines:
                data = json.loads(line)
                key = data.pop("key")
                self._points[key] = _point(data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: holds no points of a learning curve ({error}); choose another folder") from None

    def find(self, key: str) -> Point | None:
        """The point that was made of this, if it was measured before."""
        return self._points.get(key)

    def add(self, points: Iterable[tuple[str, Point]]) -> None:
        """Keeps points with what they were made of; all of them or none."""
        self._points.update(points)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self._path) as temporary, temporary.open("w", encoding="utf-8") as file:
            for key, point in self._points.items():
                file.write(json.dumps({"key": key, **asdict(point)}, ensure_ascii=False) + "\n")


def _point(data: Mapping[str, Any]) -> Point:
    others = data["others"]
    return Point(**{**data, "score": _score(data["score"]), "others": None if others is None else _score(others)})


def _score(data: Mapping[str, Any]) -> Score:
    return Score(data["documents"], Counts(**data["counts"]), data["wrong"])
