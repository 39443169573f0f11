"""What thresholds by costs and the policies of a cascade are worth, where the truth about them is known.

    python scripts/cascade_simulation.py

Invented documents: each of eight fields has log-odds of being right that depend on the supplier and the document, and
the confidence is these log-odds, or a distortion of them. A second reader is right independently of the first, but hard
documents are harder for both, and some of its mistakes are the same. So the cost that thresholds really have can be
computed on other suppliers, and so can the least possible cost.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fakta.costs import Costs
from fakta_lab.config import load_config
from fakta_lab.evaluation.intervals import exact_low
from fakta_lab.tuning.cascade.choice import cascade_by_cost, policy_table
from fakta_lab.tuning.cascade.cost_thresholds import descend
from fakta_lab.tuning.cascade.costs import CostsConfig
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, documents_of
from fakta_lab.tuning.cascade.ledger import ledger
from fakta_lab.tuning.cascade.recalibration import mistake_probabilities
from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.promise.bounds import best_promise

CONFIG = Path(__file__).parents[1] / "configs" / "costs.yaml"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Documents, and of each of their answers the probability that it is wrong, in their order."""

    documents: list[JudgedDocument]
    wrong: Floats


# Field to mean log-odds of being right; the first four are required.
FIELDS = {
    "amount_due": 6.5,
    "invoice_number": 6.2,
    "invoice_date": 6.8,
    "supplier_name": 5.2,
    "bankgiro": 6.6,
    "due_date": 6.0,
    "vat_amount": 5.6,
    "payment_reference": 5.4,
}
REQUIRED = frozenset(list(FIELDS)[:4])


def simulate(n_suppliers: int, *, seed: int, slope: float = 1.0, per_supplier: int = 2) -> Simulation:
    """Documents of so many suppliers.

    Args:
        n_suppliers: how many.
        seed: of everything.
        slope: of the confidence's log-odds over the true ones; above 1 it is too sure of itself.
        per_supplier: documents of each.
    """
    rng = np.random.default_rng(seed)
    shape = (n_suppliers, per_supplier, len(FIELDS))
    hard = rng.normal(size=(n_suppliers, 1, 1)) + 0.7 * rng.normal(size=(n_suppliers, per_supplier, 1))
    log_odds = np.array(list(FIELDS.values())) + 1.8 * rng.normal(size=shape) - hard
    wrong = 1 / (1 + np.exp(log_odds))
    confidence = 1 / (1 + np.exp(-slope * log_odds))
    right = rng.random(shape) >= wrong
    second = rng.random(shape) < 1 / (1 + np.exp(-(2.6 - 0.3 * hard)))
    agrees = np.where(right, second, ~second & (rng.random(shape) < 0.15))
    judged, answers = [], {}
    for s, d, f in np.ndindex(shape):
        name, document = list(FIELDS)[f], f"{s}-{d}"
        example = Example(name, str(s), {}, found=True, right=bool(right[s, d, f]), document=document)
        judged.append(Judged(example, float(confidence[s, d, f])))
        answers[document, name] = SecondAnswer(agrees=bool(agrees[s, d, f]), right=bool(second[s, d, f]))
    return Simulation(documents_of(judged, answers), wrong.ravel())


def outcomes(documents: Sequence[JudgedDocument]) -> Floats:
    """What happened: 1 where an answer is wrong."""
    return np.array([float(not each.example.right) for document in documents for each in document.fields])


def confidences(documents: Sequence[JudgedDocument]) -> Floats:
    """What the verifier says: the probability that each answer is wrong."""
    return np.array([1 - each.confidence for document in documents for each in document.fields])


METHODS: dict[str, Callable[[Sequence[JudgedDocument]], Floats]] = {
    "outcomes": outcomes,
    "confidences": confidences,
    "confidences, recalibrated": mistake_probabilities,
}


def true_cost(train: Simulation, test: Simulation, mistake: Floats, costs: Costs) -> tuple[float, float]:
    """Kronor for 1,000 invoices that thresholds seem to cost where they were chosen, and what they cost elsewhere."""
    book = ledger(train.documents, costs=costs, required=REQUIRED, mistake=mistake)
    held = descend(book)
    lowest = [book.confidence[(book.cell == i) & ~held].min(initial=np.inf) for i in range(len(book.cell_names))]
    seen = ledger(train.documents, costs=costs, required=REQUIRED, mistake=outcomes(train.documents)).total(held)
    truth = ledger(test.documents, costs=costs, required=REQUIRED, mistake=test.wrong)
    really = truth.total(truth.confidence < np.array(lowest)[truth.cell])
    return 1000 * seen / len(train.documents), 1000 * really / len(test.documents)


def agreement_bound_kept(n: int, *, repeats: int, target: float = 0.99) -> tuple[int, int]:
    """How often the bound on held answers that both readers agree on held on a million others, and of how many tries.

    The threshold that holds them was chosen on the same documents as the bound.

    Args:
        n: documents of the tuning set, each of a supplier of its own; one field.
        repeats: tuning sets.
        target: precision that the threshold promises.
    """

    def draw(seed: int, size: int) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
        rng = np.random.default_rng(seed)
        hard = rng.normal(size=size)
        confidence = 1 / (1 + np.exp(-(4 + 1.8 * rng.normal(size=size) - hard)))
        right = rng.random(size) < confidence
        second = rng.random(size) < 1 / (1 + np.exp(-(2.6 - 0.3 * hard)))
        return confidence, right, np.where(right, second, ~second & (rng.random(size) < 0.15))

    others = draw(repeats, 1_000_000)
    kept = tries = 0
    for seed in range(repeats):
        confidence, right, agrees = draw(seed, n)
        promise = best_promise(list(confidence), list(right), target=target, confidence=0.95)
        threshold = promise.threshold if promise else np.inf
        held = agrees & (confidence < threshold)
        bound = exact_low(int(right[held].sum()), int(held.sum()), level=0.95)
        elsewhere = others[2] & (others[0] < threshold)
        tries += 1
        kept += bool(others[1][elsewhere].mean() >= bound)
    return kept, tries


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description="Thresholds by costs and policies of a cascade, simulated.")
    parser.add_argument("--costs", type=Path, default=CONFIG, help="prices")
    parser.add_argument("--repeats", type=int, default=5, help="tuning sets of each size")
    parser.add_argument("--suppliers", type=int, default=300, help="of the set that the policies are compared on")
    settings = parser.parse_args()
    config = load_config(settings.costs, CostsConfig)
    costs = config.prices()
    console = Console(width=160)

    table = Table(title="thresholds: kronor for 1,000 invoices on other suppliers (on the tuning set)")
    for column in ("confidences", "documents", *METHODS, "hold all", "least possible"):
        table.add_column(column, justify="right")
    for slope, label in ((1.0, "calibrated"), (1.4, "too sure")):
        test = simulate(2000, seed=10_000, slope=slope)
        book = ledger(test.documents, costs=costs, required=REQUIRED, mistake=test.wrong)
        least = 1000 * book.total(descend(book)) / len(test.documents)
        all_held = 1000 * book.total(np.ones(len(test.wrong), bool)) / len(test.documents)
        for n_suppliers in (50, 150, 500):
            trains = [simulate(n_suppliers, seed=seed, slope=slope) for seed in range(settings.repeats)]
            cells = []
            for method in METHODS.values():
                pairs = [true_cost(train, test, method(train.documents), costs) for train in trains]
                seen, really = np.mean(pairs, axis=0)
                cells.append(f"{really:,.0f} ({seen:,.0f})")
            table.add_row(label, str(2 * n_suppliers), *cells, f"{all_held:,.0f}", f"{least:,.0f}")
    console.print(table)

    tuned = cascade_by_cost(simulate(settings.suppliers, seed=1).documents, costs=config, required=REQUIRED, seed=0)
    console.print(policy_table(tuned))

    for n in (800, 2000):
        kept, tries = agreement_bound_kept(n, repeats=60 * settings.repeats)
        console.print(f"bound on agreement, {n} documents: kept in {kept} of {tries} tuning sets (95 % asked for)")


if __name__ == "__main__":
    main()
