"""The thresholds that cost least: what is wrongly accepted weighed against looking at it.

A person opens a document once, however many of its fields are held, so the thresholds of the fields depend on each
other. They are found by coordinate descent: one threshold after the other goes where the expected cost of all documents
is least, until none moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fakta.costs import Costs
from fakta_lab.evaluation.intervals import exact_low
from fakta_lab.tuning.cascade.agreement import Agreement, cheap_agreement
from fakta_lab.tuning.cascade.documents import JudgedDocument, group_of, trial_of
from fakta_lab.tuning.cascade.ledger import Bools, Ledger, ledger
from fakta_lab.tuning.cascade.policies import Choose, Rules, accepted_by
from fakta_lab.tuning.cascade.recalibration import mistake_probabilities
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.promise.thresholds import one_per_supplier

# Rounds over all thresholds; descent on real sets ends after three to five.
ROUNDS = 20


def cheapest_thresholds(
    documents: Sequence[JudgedDocument],
    *,
    costs: Costs,
    required: frozenset[str],
    confidence: float = 0.95,
    policy: str = "person",
    agreement: Agreement | None = None,
    seed: int = 0,
) -> dict[str, dict[str, Any]]:
    """The thresholds with the least expected cost under a cascade: field to group to the manifest's entry.

    The threshold of an entry is None where nothing is worth accepting.

    Args:
        documents: whose truth is known, with confidences from verifiers that have not seen their suppliers.
        costs: prices.
        required: fields for which a person opens the document.
        confidence: how sure the lower bounds are, 0-1.
        policy: "person", "trust", "agree" or "routed"; the last counts as "agree".
        agreement: rules of the second reader.
        seed: says which document of a supplier is counted for the lower bounds.
    """
    book = ledger(
        documents,
        costs=costs,
        required=required,
        mistake=mistake_probabilities(documents),
        policy=policy,
        agreement=agreement,
    )
    held = descend(book)
    flat = [each for document in documents for each in document.fields]
    thresholds: dict[str, dict[str, Any]] = {}
    for i, (name, group) in enumerate(book.cell_names):
        own = np.flatnonzero(book.cell == i)
        entry = _entry([(flat[j], bool(held[j])) for j in own], confidence=confidence, seed=seed)
        thresholds.setdefault(name, {})[group] = entry
    return thresholds


def rules_by_cost(*, costs: Costs, required: frozenset[str], confidence: float = 0.95, seed: int = 0) -> Choose:
    """Chooses the thresholds, and what agreement is worth, by cost; for `policies.compare`."""

    def choose(documents: Sequence[JudgedDocument], policy: str) -> Rules:
        settings: dict[str, Any] = {"costs": costs, "required": required, "confidence": confidence, "seed": seed}
        thresholds = cheapest_thresholds(documents, **settings)
        if policy == "person":
            return Rules(accepted_by(thresholds), {}, thresholds)
        # What the second reader is worth is measured on what is held, and what is held depends on what it is worth.
        agreement = cheap_agreement(documents, accepted_by(thresholds), costs=costs, required=required)
        thresholds = cheapest_thresholds(documents, **settings, policy=policy, agreement=agreement)
        agreement = cheap_agreement(documents, accepted_by(thresholds), costs=costs, required=required)
        return Rules(accepted_by(thresholds), agreement, thresholds)

    return choose


def _entry(answers: Sequence[tuple[Judged, bool]], *, confidence: float, seed: int) -> dict[str, Any]:
    """The manifest's entry of one cell, from its answers and whether each is held.

    The lower bound holds for whichever of the possible thresholds was chosen: it is exact for each, at a certainty that
    is divided among them. Answers of one supplier are not independent where it is unknown, so one of each counts.
    """
    accepted = [each for each, held in answers if not held]
    right = sum(each.example.right for each in accepted)
    known = group_of(answers[0][0].example) == "known"
    trials = [trial_of(each) for each in accepted]
    counted = [trial.right for trial in (trials if known else one_per_supplier(trials, seed=seed))]
    possible = len({each.confidence for each, _ in answers})
    sure = 1 - (1 - confidence) / possible
    return {
        "threshold": min((each.confidence for each in accepted), default=None),
        "lower_bound": exact_low(sum(counted), len(counted), level=sure) if counted else None,
        "examples": len(answers),
        "right": sum(each.example.right for each, _ in answers),
        "suppliers": len({each.example.supplier for each, _ in answers}),
        "accepted_share": len(accepted) / len(answers),
        "seen_precision": right / len(accepted) if accepted else None,
        "reason": "" if accepted else "a look costs less than the mistakes that are expected, also among the surest",
    }


def descend(book: Ledger) -> Bools:
    """Which answers to hold, above or below one threshold in each cell, for the least expected cost.

    From several starts, because a document that is opened anyway makes holding its other fields cheap: both "open
    everything" and "open nothing" can be where no single threshold wants to move.
    """
    order = [_by_confidence(book, cell) for cell in range(len(book.cell_names))]
    alone = book.use > book.look + np.where(book.required, book.open_cost, 0.0)
    starts = [np.zeros(len(book.cell), bool), np.ones(len(book.cell), bool), _monotone(book, order, alone)]
    return min((_descend_from(book, order, start) for start in starts), key=book.total)


def _descend_from(book: Ledger, order: Sequence[tuple[Any, Any]], held: Bools) -> Bools:
    held = held.copy()
    sums = book.sums(held)
    for _ in range(ROUNDS):
        moved = False
        for ranked, cuts in order:
            documents = book.document[ranked]
            own = book.contributions(ranked)
            without = sums[documents] - own * held[ranked, None]
            accepted = book.document_costs(without) + book.use[ranked]
            looked = book.document_costs(without + own)
            # Cost with the first n of the ranked answers accepted, for n from none to all.
            by_n = np.concatenate([[0.0], np.cumsum(accepted - looked)])
            n = int(cuts[np.argmin(by_n[cuts])])
            now = np.arange(len(ranked)) >= n
            before = int((~held[ranked]).sum())
            if n != before and by_n[n] < by_n[before] - 1e-9:
                sums[documents] = without + own * now[:, None]
                held[ranked] = now
                moved = True
        if not moved:
            break
    return held


def _by_confidence(book: Ledger, cell: int) -> tuple[Any, Any]:
    """The answers of a cell from the surest down, and after how many a threshold can cut; ties stay together."""
    own = np.flatnonzero(book.cell == cell)
    ranked = own[np.argsort(-book.confidence[own], kind="stable")]
    falls = np.flatnonzero(np.diff(book.confidence[ranked]) < 0) + 1
    return ranked, np.concatenate([[0], falls, [len(ranked)]])


def _monotone(book: Ledger, order: Sequence[tuple[Any, Any]], wanted: Bools) -> Bools:
    """Held answers by one threshold a cell, so many as are wanted."""
    held = np.zeros(len(book.cell), bool)
    for ranked, cuts in order:
        n = int(cuts[np.searchsorted(cuts, len(ranked) - int(wanted[ranked].sum()), side="right") - 1])
        held[ranked[n:]] = True
    return held
