"""From what both models read to figures, gates and a verdict; it takes seconds and is done anew each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fakta_lab.evaluation import Evaluation, evaluate, measure_gates
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.improve.figures import figures_of
from fakta_lab.improve.pairs import paired_documents
from fakta_lab.improve.stages import Stages
from fakta_lab.improve.verdict import Verdict, judge


def compared(stages: Stages, test: Benchmark | None, gates: Mapping[str, float]) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on a round's new model, and the facts that it rests on, as JSON types.

    Args:
        stages: of the round; both models' answers are there.
        test: documents to compare on; None where there are none.
        gates: floors for the new model, by figure.

    Raises:
        ConfigError: a gate names a figure that the evaluation does not have.
    """
    config, folders, schema = stages.config, stages.folders, stages.schema
    documents, results, scored = [], [], None
    if test is not None:
        names = _names(folders.dataset)
        documents = paired_documents(test, folders.old_answers, folders.new_answers, names=names)
        scored = evaluate(test, predictions=folders.new_answers)
        results = measure_gates(scored, gates)
    figures = figures_of(
        documents,
        costs=stages.costs,
        required=frozenset(each.name for each in schema.fields.values() if each.required),
        order=list(schema.fields),
        examples=config.examples,
        seed=config.seed,
    )
    verdict = judge(figures, results, tolerance=config.tolerance)
    return verdict, {
        "figures": figures.to_dict(),
        "verdict": verdict.to_dict(),
        "gates": [asdict(replace(each, documents=())) for each in results],
        "evaluation": _numbers(scored) if scored else {},
        "costs": stages.costs.model_dump(mode="json"),
        "tolerance": config.tolerance,
    }


def _names(dataset: Path) -> dict[str, str]:
    """sha256 of each document of a dataset to the name by which people know it."""
    lineage = json.loads((dataset / "dataset.json").read_text(encoding="utf-8"))["lineage"]
    names: dict[str, str] = lineage["documents"]
    return names


def _numbers(evaluation: Evaluation) -> dict[str, Any]:
    """The figures of an evaluation, without what stands on the documents."""
    return {name: value for name, value in evaluation.to_dict().items() if name not in ("errors", "failures")}
