"""How often `fakta compare` is wrong, and how many documents it takes to be any use: simulated logs.

    python scripts/compare_simulation.py                             # tables
    python scripts/compare_simulation.py --log SET --out calls.jsonl # a log like GPT-4's, to try the command with

In the first table the second reader is truly worse by just the margin, so every "safe to switch" is a mistake: 5 % are
allowed. In the second it is as good, or better, and every other verdict costs a municipality more documents. Suppliers
that fail as a whole (a page design that is always misread) are what makes documents of one supplier count as one look.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from fakta_lab.comparison.verdict import Outcome, Trial, decide
from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import Benchmark

# Share of documents whose field a large language model has wrong, before the supplier makes it easier or harder.
# Assumed: amounts and dates are read best, references worst.
MISTAKES = {"default": 0.02, "amount_due": 0.01, "invoice_date": 0.005, "currency": 0.002, "document_type": 0.004}
REFERENCES = ("purchase_order", "buyer_reference", "contract_reference", "customer_number", "payment_reference")
REFERENCE_MISTAKES = 0.05


@dataclass(frozen=True, slots=True)
class World:
    """Where logs come from.

    Attributes:
        name: in words.
        loss, gain: share of the documents that only the first, only the second reader has right, stray ones.
        failing: share of the suppliers that the second reader has wrong always, and the first right.
        suppliers, each: how many, and documents of each.
        by_document: whether every document counts as a look.
    """

    name: str
    loss: float
    gain: float
    failing: float
    suppliers: int
    each: int
    by_document: bool = False

    def draw(self, rng: np.random.Generator) -> list[Trial]:
        """A log."""
        trials = []
        for supplier in range(self.suppliers):
            fails = rng.random() < self.failing
            for document, chance in enumerate(rng.random(self.each)):
                lost = fails or chance < self.loss
                gained = not lost and chance > 1 - self.gain
                cluster = (supplier, document) if self.by_document else supplier
                trials.append(Trial(cluster, first=not gained, second=not lost))
        return trials


# The true difference of these is the margin: 1 point worse.
WORSE = (
    World("stray mistakes", 0.01, 0.0, 0.0, 400, 1),
    World("stray mistakes on both sides", 0.03, 0.02, 0.0, 2000, 1),
    World("stray mistakes, each document a look", 0.02, 0.01, 0.0, 40, 50, by_document=True),
    World("whole suppliers fail", 0.0, 0.0, 0.01, 400, 5),
    World("whole suppliers fail among stray mistakes", 0.005, 0.0, 0.00503, 600, 5),
    World("the same, each document a look (not allowed)", 0.005, 0.0, 0.00503, 600, 5, by_document=True),
)
USEFUL = (
    World("never differing", 0.0, 0.0, 0.0, 300, 1),
    World("never differing", 0.0, 0.0, 0.0, 60, 5),
    World("never differing, each document a look", 0.0, 0.0, 0.0, 60, 5, by_document=True),
    World("as good, 1 % differ", 0.005, 0.005, 0.0, 300, 1),
    World("as good, 1 % differ", 0.005, 0.005, 0.0, 1000, 1),
    World("2 points better", 0.005, 0.025, 0.0, 100, 1),
    World("2 points better", 0.005, 0.025, 0.0, 300, 1),
    World("5 points better", 0.01, 0.06, 0.0, 100, 1),
    World("5 points worse", 0.06, 0.01, 0.0, 100, 1),
    World("5 points worse", 0.06, 0.01, 0.0, 300, 1),
)


def verdicts(world: World, *, logs: int, seed: int = 0) -> dict[Outcome, float]:
    """Share of the logs of a world with each verdict."""
    rng = np.random.default_rng(seed)
    counts = Counter(decide(world.draw(rng)).outcome for _ in range(logs))
    return {outcome: counts[outcome] / logs for outcome in Outcome}


def simulated_log(benchmark: Benchmark, *, seed: int = 7) -> list[dict[str, object]]:
    """Chat completions as a language model might have given them: the truth with mistakes, more at hard suppliers."""
    rng = np.random.default_rng(seed)
    hard: dict[str, float] = {}
    lines: list[dict[str, object]] = []
    for number, document in enumerate(benchmark.documents):
        factor = hard.setdefault(document.supplier, float(rng.lognormal(0, 0.9)))
        answer = {
            name: _mistaken(value, rng) if rng.random() < min(0.6, factor * _rate(name)) else value
            for name, value in document.fields.items()
        }
        message = {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)}
        lines.append(
            {
                "metadata": {"document": document.document},
                "latency_ms": round(1000 * rng.lognormal(1.2, 0.4)),
                "response": {
                    "id": f"simulated-{number}",
                    "model": "simulated-gpt",
                    "choices": [{"finish_reason": "stop", "message": message}],
                },
            }
        )
    return lines


def _rate(name: str) -> float:
    return REFERENCE_MISTAKES if name in REFERENCES else MISTAKES.get(name, MISTAKES["default"])


def _mistaken(value: str | None, rng: np.random.Generator) -> str | None:
    """Lost, or another digit, or cut off; invented where there is none."""
    if value is None:
        return "123456" if rng.random() < 0.3 else None
    digits = [place for place, character in enumerate(value) if character.isdigit()]
    chance = rng.random()
    if chance < 0.35:
        return None
    if chance < 0.8 and digits:
        place = int(rng.choice(digits))
        return value[:place] + str((int(value[place]) + 1) % 10) + value[place + 1 :]
    return value[:-1] or None


def main() -> None:
    """Prints the tables, or writes a log."""
    parser = argparse.ArgumentParser(description="How often verdicts are wrong, simulated.")
    parser.add_argument("--logs", type=int, default=1000, help="simulated logs of each kind")
    parser.add_argument(
        "--log", type=Path, metavar="SET", help="write a log of answers about this benchmark set instead"
    )
    parser.add_argument("--out", type=Path, default=Path("calls.jsonl"), help="with --log: where to")
    settings = parser.parse_args()
    console = Console(width=140)
    if settings.log:
        lines: list[Mapping[str, object]] = [*simulated_log(Benchmark.load(settings.log))]
        with replacing(settings.out) as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        console.print(f"{len(lines)} answers written to {settings.out}")
        return
    for title, worlds in (("worse by the margin: “safe” is a mistake (5 % allowed)", WORSE), ("what it takes", USEFUL)):
        table = Table(title=title)
        for column in ("logs of", "suppliers × documents", *(outcome.value for outcome in Outcome)):
            table.add_column(column, justify="left" if column == "logs of" else "right")
        for world in worlds:
            shares = verdicts(world, logs=settings.logs)
            cells = (f"{100 * shares[outcome]:.1f} %" for outcome in Outcome)
            table.add_row(world.name, f"{world.suppliers} × {world.each}", *cells)
        console.print(table)


if __name__ == "__main__":
    main()
