"""Simulated tuning: what a verifier might say of a few thousand invoices, and the report that would come of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from fakta.schema import invoice_schema
from fakta_lab.tuning.bounds import best_promise, examples_needed
from fakta_lab.tuning.comparison import compare
from fakta_lab.tuning.curve import acceptance_curve, reliability
from fakta_lab.tuning.examples import Example, Judged

# How often an invoice states a field, where it is not nearly always.
STATED = {"bic": 0.3, "contract_reference": 0.12, "iban": 0.3, "plusgiro": 0.25, "purchase_order": 0.35}
TARGETS = (0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999)


def judged_invoices(*, suppliers: int = 500, fields: Sequence[str] = (), seed: int = 0) -> list[Judged]:
    """Examples of these fields, or of all of the invoice schema: calibrated confidences, and a softmax too sure."""
    rng = np.random.default_rng(seed)
    names = list(fields or invoice_schema().fields)
    ease = dict(zip(names, rng.uniform(2.5, 7.5, len(names)), strict=True))
    made = []
    for supplier in range(suppliers):
        layout = dict(zip(names, rng.normal(0, 1.3, len(names)), strict=True))
        for nth in range(1 + min(int(rng.pareto(1.2)), 8)):
            known = nth >= 2
            for name in names:
                share = STATED.get(name, 0.93)
                stated = rng.random() < share
                found = bool(rng.random() < (0.97 if stated else 0.03))
                if found:
                    log_odds = ease[name] + layout[name] + 1.5 * known + rng.normal(0, 1.2) - 4 * (not stated)
                else:
                    log_odds = math.log((1 - share) * 0.97 / (share * 0.03))
                probability = 1 / (1 + math.exp(-log_odds))
                right = bool(rng.random() < probability) if found else not stated
                softmax = 1 / (1 + math.exp(-(1.7 * log_odds + rng.normal(0, 2.5))))
                features = {"model": softmax if rng.random() < 0.96 else 0.0} if found else {}
                document = f"s{supplier}-{nth}"
                example = Example(name, f"s{supplier}", features, found, right, document, known=known)
                made.append(Judged(example, probability))
    return made


def tuning_report(judged: Sequence[Judged], *, target: float = 0.99, document_target: float = 0.95) -> dict[str, Any]:
    """The JSON form of a tuning report over these examples, with every optional part."""
    names = list(dict.fromkeys(each.example.field for each in judged))
    found = [each for each in judged if each.example.found]
    documents = _documents(judged)
    return {
        "bundle": "base",
        "documents": len({each.example.document for each in judged}),
        "suppliers": len({each.example.supplier for each in judged}),
        "target_precision": target,
        "document_target": document_target,
        "confidence": 0.95,
        "thresholds": {name: _groups([j for j in judged if j.example.field == name], target) for name in names},
        "document_thresholds": _groups(documents, document_target),
        "curve": _curve(found),
        "curves": {name: _curve([j for j in found if j.example.field == name]) for name in names},
        "document_curve": _curve(documents),
        "reliability": reliability([j.confidence for j in found], [j.example.right for j in found]),
        "sweep": [_swept(judged, documents, names, wanted) for wanted in TARGETS],
        "comparison": compare(judged, rounds=100).to_dict(),
        "policies": [
            {
                "name": "a person looks at everything",
                "cost_per_1000": 21500.0,
                "low": 21500.0,
                "high": 21500.0,
                "error_rate": 0.004,
                "untouched_share": 0.0,
            },
            {
                "name": "these thresholds, then a person",
                "cost_per_1000": 7350.0,
                "low": 6900.0,
                "high": 7820.0,
                "error_rate": 0.006,
                "untouched_share": 0.66,
            },
        ],
        "costs": {"wrong value": 90.0, "a person's look": 4.0},
        "failures": {"hidden.pdf": "no pages"},
    }


def _groups(judged: Sequence[Judged], target: float) -> dict[str, dict[str, Any]]:
    unknown = [j for j in judged if j.example.found and not j.example.known]
    first = list({j.example.supplier: j for j in reversed(unknown)}.values())
    known = [j for j in judged if j.example.found and j.example.known]
    absent = list({j.example.supplier: j for j in judged if not j.example.found}.values())
    made = {"unknown": _entry(first, target), "known": _entry(known, target), "absent": _entry(absent, target)}
    return {group: entry for group, entry in made.items() if entry["examples"]}


def _entry(judged: Sequence[Judged], target: float) -> dict[str, Any]:
    confidences = [j.confidence for j in judged]
    right = [j.example.right for j in judged]
    needed = examples_needed(target, confidence=0.95)
    promise = best_promise(confidences, right, target=target, confidence=0.95) if len(judged) >= needed else None
    reason = f"cannot be promised: {len(judged)} examples, {needed} needed"
    if len(judged) >= needed:
        wrong = right.count(False)
        reason = f"cannot be promised: {wrong} of {len(right)} examples wrong, too many also among the surest"
    return {
        "threshold": promise.threshold if promise else None,
        "lower_bound": promise.lower_bound if promise else None,
        "examples": len(judged),
        "right": sum(right),
        "suppliers": len({j.example.supplier for j in judged}),
        "accepted_share": promise.accepted / len(judged) if promise else 0.0,
        "seen_precision": promise.right / promise.accepted if promise else None,
        "reason": "" if promise else reason,
    }


def _swept(
    judged: Sequence[Judged], documents: Sequence[Judged], names: Sequence[str], target: float
) -> dict[str, Any]:
    taken = {}
    accepted = right = 0.0
    for name in names:
        own = [j for j in judged if j.example.field == name and j.example.found]
        entry = _groups(own, target).get("unknown")
        if entry is None:
            continue
        kept = [j for j in own if entry["threshold"] is not None and j.confidence >= entry["threshold"]]
        hits = sum(j.example.right for j in kept)
        accepted, right = accepted + len(kept), right + hits
        taken[name] = {
            "accepted_share": len(kept) / len(own),
            "seen_precision": hits / len(kept) if kept else None,
        }
    whole = _groups(documents, target)["unknown"]
    return {
        "target": target,
        "accepted_share": accepted / sum(j.example.found for j in judged),
        "seen_precision": right / accepted if accepted else None,
        "fields": taken,
        "documents": {key: whole[key] for key in ("accepted_share", "seen_precision")},
    }


def _documents(judged: Sequence[Judged]) -> list[Judged]:
    required = {name for name, field in invoice_schema().fields.items() if field.required}
    parts: dict[str, list[Judged]] = {}
    for each in judged:
        if each.example.field in required:
            parts.setdefault(each.example.document, []).append(each)
    made = []
    for document, own in parts.items():
        first = own[0].example
        right = all(j.example.right for j in own)
        example = Example("", first.supplier, {}, True, right, document, known=first.known)
        made.append(Judged(example, math.prod(j.confidence for j in own)))
    return made


def _curve(judged: Sequence[Judged]) -> list[dict[str, float]]:
    return acceptance_curve([j.confidence for j in judged], [j.example.right for j in judged])
