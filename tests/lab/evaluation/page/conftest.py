"""A small benchmark set with files, and answers that are wrong in known ways."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.evaluation.page.small_set import ANSWER, write_set

from fakta_lab.evaluation import Benchmark, Evaluation, evaluate


@pytest.fixture(scope="session")
def benchmark_with_files(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """One document that is on disk."""
    return Benchmark.load(write_set(tmp_path_factory.mktemp("sets") / "small"))


@pytest.fixture(scope="session")
def wrong_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers with a wrong date, a name in other letters, a missed amount, an invented account and wrong rows."""
    path = tmp_path_factory.mktemp("answers") / "answers.jsonl"
    path.write_text(json.dumps(ANSWER) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def evaluation(benchmark_with_files: Benchmark, wrong_answers: Path) -> Evaluation:
    """The set scored with these answers."""
    return evaluate(benchmark_with_files, predictions=wrong_answers)
