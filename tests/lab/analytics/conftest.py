"""Figures of the ten invoices, and of fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.lab.analytics.ten import COSTS, event, extraction, write

from fakta_lab.analytics import analyse

Analysed = Callable[..., dict[str, Any]]


@pytest.fixture
def analysed(tmp_path: Path) -> Analysed:
    """The figures of lines of a log and of events; other settings as `analyse` has them."""

    def run(
        log: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]] | None = None, **settings: Any
    ) -> dict[str, Any]:
        corrections = None if events is None else write(tmp_path / "corrections.jsonl", events)
        settings = {"on_problem": lambda path, problem: pytest.fail(f"{path}: {problem}"), **settings}
        return analyse([write(tmp_path / "log.jsonl", log)], corrections=corrections, **settings)

    return run


@pytest.fixture(scope="session")
def ten(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All ten, all of them drawn at random and checked."""
    folder = tmp_path_factory.mktemp("ten")
    log = write(folder / "log.jsonl", [extraction(i) for i in range(10)])
    events = write(folder / "corrections.jsonl", [event(i) for i in range(10)])
    return analyse([log], corrections=events, costs=COSTS, on_problem=lambda path, problem: pytest.fail(str(problem)))
