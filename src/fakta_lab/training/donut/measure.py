"""How well a model reads pages it was not trained on: what it writes by itself, against what is known of each page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from transformers import VisionEncoderDecoderModel

from fakta.donut.grammar import Grammar
from fakta.donut.image import FloatArray
from fakta.schema import Schema
from fakta_lab.evaluation.rows import score_table
from fakta_lab.evaluation.scoring import Counts, score_value
from fakta_lab.training.donut.generation import generate
from fakta_lab.training.donut.labels import PageLabel

# Pages that are read at once.
BATCH = 8


def written(
    model: VisionEncoderDecoderModel, pixels: Sequence[FloatArray], *, grammar: Grammar, max_length: int
) -> list[list[int]]:
    """What the model writes for each page, token by token the most probable one that the grammar allows.

    Args:
        pixels: (3, height, width) of each page.
        max_length: tokens that it may write, `</s>` included.
    """
    was_training = model.training
    model.eval()
    batch = torch.from_numpy(np.stack(pixels)).to(next(model.parameters()).device)
    sequences = generate(model, batch, grammar, max_length=max_length)
    model.train(was_training)
    return sequences


def written_scores(
    model: VisionEncoderDecoderModel,
    pages: Iterable[tuple[PageLabel, FloatArray]],
    *,
    grammar: Grammar,
    names: Sequence[str],
    max_length: int,
) -> dict[str, float]:
    """Exact-match scores of what is known of each page.

    Returns:
        `field_f1`, `field_precision`, `field_recall` over the fields of all pages; `exact_documents`, the share of
        documents with every known field and table cell right on each of its pages; `f1/<name>` for each field seen, and
        for tables over their cells, rows matched as well as they can be.
    """
    codec = grammar.codec
    counts: dict[str, Counts] = defaultdict(Counts)
    exact: dict[str, bool] = {}
    iterator = iter(pages)
    while batch := list(islice(iterator, BATCH)):
        sequences = written(model, [pixels for _, pixels in batch], grammar=grammar, max_length=max_length)
        for (label, _), ids in zip(batch, sequences, strict=True):
            gold, pred = codec.values(codec.encode(label.values)), codec.values(ids)
            known = [name for name in names if name not in label.unknown]
            of_page = {name: _counts(codec.schema, name, gold, pred) for name in known}
            for name, each in of_page.items():
                counts[name] += each
            right = all(each.fp == each.fn == 0 for each in of_page.values())
            exact[label.document] = exact.get(label.document, True) and right
    if not exact:
        return {}
    total = sum((each for name, each in counts.items() if name in codec.schema.fields), Counts())
    seen = {name: each.f1 for name, each in sorted(counts.items()) if each != Counts()}
    return {
        "field_f1": total.f1,
        "field_precision": total.precision,
        "field_recall": total.recall,
        "exact_documents": sum(exact.values()) / len(exact),
        **{f"f1/{name}": f1 for name, f1 in seen.items()},
    }


def _counts(schema: Schema, name: str, gold: Mapping[str, Any], pred: Mapping[str, Any]) -> Counts:
    if name in schema.fields:
        return score_value(gold.get(name), pred.get(name), kind=schema.fields[name].kind)
    kinds = {column.name: column.kind for column in schema.tables[name].values()}
    return score_table(name, gold.get(name, []), pred.get(name, []), kinds=kinds).cells
