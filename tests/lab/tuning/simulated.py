"""Simulated tuning: what a verifier might say of a few thousand invoices, and the report that would come of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from fakta.schema import invoice_schema
from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.figures.comparison import compare
from fakta_lab.tuning.figures.curve import acceptance_curve, reliability
from fakta_lab.tuning.promise.bounds import best_promise, examples_needed

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
        "curve": _curve(judged),
        "curves": {name: _curve([j for j in judged if j.example.field == name]) for name in names},
        "document_curve": _curve(documents),
        "reliability": reliability([j.confidence for j in found], [j.example.right for j in found]),
        "sweep": [_swept(judged, documents, wanted) for wanted in TARGETS],
        "comparison": compare(judged, rounds=100).to_dict(),
        "policies": [
            _policy("fakta; what is held to a person", 7350.0, mistakes=650.0, review=6700.0, untouched=0.66),
            _policy("everything to a person", 21500.0, mistakes=0.0, review=21500.0, untouched=0.0),
        ],
        "costs": {"currency": "SEK", "review": {"document": 4.0}, "wrong": {"default": 90.0}},
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


def _swept(judged: Sequence[Judged], documents: Sequence[Judged], target: float) -> dict[str, Any]:
    fields: dict[str, list[Judged]] = {}
    for each in judged:
        fields.setdefault(each.example.field, []).append(each)
    kept = {name: _kept(own, target) for name, own in fields.items()}
    return {
        "target": target,
        "overall": _accepted(judged, [each for own in kept.values() for each in own]),
        "fields": {name: _accepted(own, kept[name]) for name, own in fields.items()},
        "documents": _accepted(documents, _kept(documents, target)),
    }


def _kept(judged: Sequence[Judged], target: float) -> list[Judged]:
    thresholds = {group: entry["threshold"] for group, entry in _groups(judged, target).items()}
    kept = []
    for each in judged:
        group = "absent" if not each.example.found else "known" if each.example.known else "unknown"
        threshold = thresholds.get(group)
        if threshold is not None and each.confidence >= threshold:
            kept.append(each)
    return kept


def _accepted(judged: Sequence[Judged], kept: Sequence[Judged]) -> dict[str, float | None]:
    right = sum(each.example.right for each in kept)
    return {"accepted_share": len(kept) / len(judged), "seen_precision": right / len(kept) if kept else None}


def _policy(
    description: str, per_thousand: float, *, mistakes: float, review: float, untouched: float
) -> dict[str, Any]:
    return {
        "description": description,
        "per_thousand": per_thousand,
        "low": 0.94 * per_thousand,
        "high": 1.06 * per_thousand,
        "mistakes": mistakes,
        "review": review,
        "second_reader": 0.0,
        "error_rate": 0.006,
        "missing_rate": 0.001,
        "untouched": untouched,
        "asked": 0.0,
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
