"""How likely each label is wrong: what a model reads instead, how often it is right there, and what else speaks.

Two witnesses are heard. The model, which has not learned from these labels: how often its answers agree with people's
is learned from the labels of other suppliers only (a logistic regression over the evidence, cross-fitted), and where
it would answer otherwise, its probability is shared among the other values that the pages offer. And the person, who
slips with a rate that is estimated from all labels (expectation maximisation, one rate for what was confirmed and one
for what was corrected). Each doubt multiplies the odds. Constants were chosen on other planted mistakes than those that
docs/label-hygiene.md reports.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakta_lab.labels import Doubt, Label
from fakta_lab.review.evidence import FieldEvidence

Floats = NDArray[np.float64]

FOLDS = 5
# With fewer agreements or disagreements there is nothing to fit.
FEWEST = 10
# Log-odds of values that the pages do not seem to offer, beside options that are weighed by the scorer.
ELSEWHERE = -4.0
# The scorer is too sure of its order on pages of foreign suppliers: its shares count by this power.
TEMPER = 0.5
# Where a person slips, how much of it falls on one wrong value that another witness would also name.
PLAUSIBLE = 0.3
# The share of wrong labels before anything is known, and as if from how many labels that were known.
SLIPS, SLIPS_WEIGHT = 0.03, 50.0
ROUNDS = 20
# Log-odds that a doubt adds, as measured on planted mistakes (scripts/label_noise_benchmark.py).
WEIGHTS: Mapping[Doubt, float] = {
    Doubt.undone: 0.5,
    Doubt.disputed: 2.0,
    Doubt.outvoted: 1.0,
    Doubt.unshown: 1.0,
    Doubt.rubber_stamp: 1.0,
    Doubt.check_fails: 2.5,
    Doubt.sums_differ: 0.7,
    Doubt.due_before_invoice: 1.5,
    Doubt.same_party: 1.5,
    Doubt.vat_number_differs: 0.7,
    Doubt.rare_for_supplier: 3.0,
    Doubt.number_reused: 1.0,
    Doubt.not_on_page: 2.0,
    Doubt.nearly_on_page: 3.0,
    Doubt.place_unclear: 1.0,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A label and what is known about it.

    Attributes:
        label: with the doubts of rules and pages.
        evidence: what the model reads for the field; None where the document is not there to be read.
        supplier: whose document it is; what is learned of the model never comes from the same supplier's labels.
    """

    label: Label
    evidence: FieldEvidence | None
    supplier: str


def probabilities_wrong(cases: Sequence[Case]) -> Floats:
    """For each label the probability that it is wrong, 0-1; shape (cases,)."""
    if not cases:
        return np.zeros(0)
    # A document that cannot be read leaves the doubts alone to speak.
    log_ratio = np.array([sum(WEIGHTS[doubt] for doubt in case.label.doubts) for case in cases], dtype=np.float64)
    read = np.array([case.evidence is not None for case in cases])
    if read.any():
        likelihood = label_likelihoods([case for case in cases if case.evidence is not None])
        log_ratio[read] += math.log(PLAUSIBLE) + np.log1p(-likelihood) - np.log(likelihood)
    return _posterior(log_ratio, np.array([case.label.source == "confirmed" for case in cases]))


def label_likelihoods(cases: Sequence[Case]) -> Floats:
    """For each label the probability that the model gives to its value, strictly between 0 and 1.

    Args:
        cases: with evidence.
    """
    agreement = agreements(cases)
    found = []
    for case, probability in zip(cases, agreement, strict=True):
        evidence = _evidence(case)
        same = case.label.value == evidence.chosen
        found.append(
            probability if same else (1 - probability) * alternative_share(case.label.value, evidence) ** TEMPER
        )
    return np.clip(np.array(found), 1e-6, 1 - 1e-6)


def agreements(cases: Sequence[Case]) -> Floats:
    """For each field that was read the probability that a person agrees, by a model fitted on other suppliers.

    With one supplier, or hardly any agreement or disagreement to learn from, the plain rate of agreement.

    Args:
        cases: with evidence.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    agrees = np.array([case.label.value == _evidence(case).chosen for case in cases])
    groups = [case.supplier for case in cases]
    folds = min(FOLDS, len(set(groups)))
    rarer = min(agrees.sum(), (~agrees).sum())
    if folds < 2 or rarer < FEWEST:
        return np.full(len(cases), (agrees.sum() + 1) / (len(agrees) + 2))
    model = make_pipeline(DictVectorizer(), StandardScaler(with_mean=False), LogisticRegression(max_iter=1000, C=0.1))
    features = [_features(case) for case in cases]
    splits = [
        (train, test)
        for train, test in GroupKFold(folds).split(features, agrees, groups)
        if 0 < agrees[train].sum() < len(train)
    ]
    if len(splits) < folds:
        return np.full(len(cases), (agrees.sum() + 1) / (len(agrees) + 2))
    found = cross_val_predict(model, features, agrees, cv=splits, method="predict_proba")
    return np.asarray(found[:, 1], dtype=np.float64)


def _evidence(case: Case) -> FieldEvidence:
    if case.evidence is None:
        raise ValueError("a case without evidence has no likelihood")
    return case.evidence


def _features(case: Case) -> dict[str, Any]:
    name, features = case.label.field, _evidence(case).features
    own = {f"{name}.{key}": features.get(key, 0.0) for key in ("found", "score", "runner_up")}
    return {**features, **own, "field": name}


def alternative_share(value: str | None, evidence: FieldEvidence) -> float:
    """A value's share among those that the model did not choose: its options, none, and anything else."""
    odds: dict[str | None, float] = {None: 0.0}
    odds.update(evidence.options)
    odds.pop(evidence.chosen, None)
    total = math.exp(ELSEWHERE) + sum(map(math.exp, odds.values()))
    return math.exp(odds.get(value, ELSEWHERE)) / total


def _posterior(log_ratio: Floats, confirmed: NDArray[np.bool_]) -> Floats:
    """Probability of each label being wrong, the people's rates of slips estimated with it."""
    wrong = np.zeros(len(log_ratio))
    for group in (confirmed, ~confirmed):
        if not group.any():
            continue
        rate = SLIPS
        for _ in range(ROUNDS):
            own = 1 / (1 + np.exp(-np.clip(log_ratio[group] + math.log(rate / (1 - rate)), -700, 700)))
            rate = float((own.sum() + SLIPS * SLIPS_WEIGHT) / (len(own) + SLIPS_WEIGHT))
        wrong[group] = own
    return wrong
