"""Measures a learning curve: every learner, every number of corrections, every supplier."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta_lab.evaluation import Extracts, evaluate
from fakta_lab.fewshot.config import CurveConfig
from fakta_lab.fewshot.figures import Curve
from fakta_lab.fewshot.learners import Learner
from fakta_lab.fewshot.points import Point, PointFile, Score
from fakta_lab.fewshot.suppliers import Supplier, find_suppliers
from fakta_lab.files import sha256_of
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument

Progress = Callable[[int, int], None]

POINTS = "points.jsonl"


def measure_curve(
    benchmark: Benchmark,
    baseline: Learner,
    learners: Sequence[Learner],
    config: CurveConfig,
    *,
    out: Path,
    others: Benchmark | None = None,
    progress: Progress = lambda done, total: None,
) -> Curve:
    """Measures what is not in `out` yet, and gives the whole curve.

    One model is in memory at a time. Points are kept as they are measured, so a second call goes on where the first
    one stopped.

    Args:
        benchmark: whose documents state their supplier, and perhaps their role.
        baseline: reads without any correction, for all learners.
        learners: that are compared; the baseline may be one of them.
        config: counts, and what is learned from together.
        out: folder for the points.
        others: other layouts; what is learned is not to cost anything there.
        progress: called with steps done and steps in all; a step is a model learned, read with and scored.

    Raises:
        DatasetError: no supplier has enough documents, or one of them is both learned from and scored.
    """
    suppliers = find_suppliers(benchmark, most=config.most)
    _check_apart(suppliers.taken)
    groups = [suppliers.taken] if config.together else [(supplier,) for supplier in suppliers.taken]
    steps = [_Step(baseline, 0, (supplier,)) for supplier in suppliers.taken]
    if others is not None:
        steps.insert(0, _Step(baseline, 0, ()))
    # Supplier by supplier: what a learner read and kept of one's documents serves it for all counts.
    steps += [
        _Step(learner, count, group)
        for group in groups
        for learner in learners
        if learner.name != baseline.name
        for count in config.counts
        if count
    ]
    measuring = _Measuring(benchmark, others, PointFile(out / POINTS))
    points: list[Point] = []
    for done, step in enumerate(steps):
        progress(done, len(steps))
        points += measuring.carry_out(step)
    progress(len(steps), len(steps))
    return Curve(
        benchmark=benchmark.name,
        others=others.name if others else None,
        counts=config.counts,
        together=config.together,
        learners=tuple(learner.name for learner in learners),
        suppliers=tuple(supplier.name for supplier in suppliers.taken),
        left_out=suppliers.left_out,
        points=tuple(points),
    )


@dataclass(frozen=True)
class _Step:
    """Learn so many corrections of each of these suppliers, then read; no suppliers: read the other layouts alone."""

    learner: Learner
    corrections: int
    suppliers: tuple[Supplier, ...]

    @property
    def corrected(self) -> list[BenchmarkDocument]:
        return [document for supplier in self.suppliers for document in supplier.corrected[: self.corrections]]

    @property
    def reads_others(self) -> bool:
        """Before any correction all suppliers' readers are the same: the other layouts are then read once."""
        return bool(self.corrections) or not self.suppliers


class _Measuring:
    """Carries out steps, each once."""

    def __init__(self, benchmark: Benchmark, others: Benchmark | None, file: PointFile) -> None:
        self._benchmark = benchmark
        self._others = others
        self._file = file
        self._others_key = _content(others.documents) if others else ""

    def carry_out(self, step: _Step) -> list[Point]:
        """The step's points, those of its suppliers in their order."""
        keys = list(self._keys(step))
        known = [self._file.find(key) for key in keys]
        found = [point for point in known if point is not None]
        if len(found) == len(keys):
            return found
        points = list(self._measured(step))
        self._file.add(zip(keys, points, strict=True))
        return points

    def _measured(self, step: _Step) -> Iterator[Point]:
        began, cpu_began = time.monotonic(), _cpu_seconds()
        reader = step.learner.learn(step.corrected)
        seconds, cpu_seconds = time.monotonic() - began, _cpu_seconds() - cpu_began
        name = step.learner.name
        others = None
        if self._others is not None and step.reads_others:
            others = _score(reader, self._others, self._others.documents)
        if not step.suppliers and others is not None:
            yield Point(name, "", 0, others)
        for supplier in step.suppliers:
            score = _score(reader, self._benchmark, supplier.scored)
            yield Point(name, supplier.name, step.corrections, score, others, round(seconds, 2), round(cpu_seconds, 2))

    def _keys(self, step: _Step) -> Iterator[str]:
        made_of: dict[str, Any] = {
            "learner": step.learner.name,
            "settings": dict(step.learner.settings),
            "corrected": _content(step.corrected),
        }
        if step.reads_others:
            made_of["others"] = self._others_key
        for scored in [supplier.scored for supplier in step.suppliers] or [()]:
            text = json.dumps({**made_of, "scored": _content(scored)}, sort_keys=True)
            yield hashlib.sha256(text.encode()).hexdigest()


def _score(reader: Extracts, benchmark: Benchmark, documents: Sequence[BenchmarkDocument]) -> Score:
    result = evaluate(replace(benchmark, documents=tuple(documents)), extractor=reader)
    return Score(result.documents, result.micro, dict(Counter(error.field for error in result.errors)))


def _check_apart(suppliers: Sequence[Supplier]) -> None:
    learned = {_digest(d.path): d.document for supplier in suppliers for d in supplier.corrected}
    for supplier in suppliers:
        for document in supplier.scored:
            if twin := learned.get(_digest(document.path)):
                raise DatasetError(f"{document.document}: is scored, and the same bytes are learned from as {twin}")


def _content(documents: Sequence[BenchmarkDocument]) -> str:
    """A digest of documents and what is known about them."""
    known = [[_digest(document.path), dict(document.fields)] for document in documents]
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def _digest(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from None


def _cpu_seconds() -> float:
    """Of this process and the children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
