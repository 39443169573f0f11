"""The cascade of a bundle: which policy, which agreements count, and what all policies would cost.

By costs, thresholds and policy go for the lowest sum; by promise, thresholds are given, and agreement counts where its
precision can be promised too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakta_lab.tuning.cascade.agreement import Agreement, cascade_section, promised_agreement
from fakta_lab.tuning.cascade.cost_thresholds import rules_by_cost
from fakta_lab.tuning.cascade.costs import CostsConfig
from fakta_lab.tuning.cascade.documents import JudgedDocument
from fakta_lab.tuning.cascade.policies import CASCADES, POLICIES, PolicyCost, Rules, compare
from fakta_lab.tuning.examples import Judged

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class CascadeTuning:
    """What was chosen, and what it was chosen from.

    Attributes:
        policy: "person", "trust", "agree" or "routed": the cheapest that the runtime can carry out.
        policies: what each would cost, the cheapest first; empty without costs.
        section: what the manifest stores under `cascade`.
        thresholds: what it stores under `thresholds`; empty where these keep a promise and are chosen elsewhere.
    """

    policy: str
    policies: Sequence[PolicyCost]
    section: Mapping[str, Any]
    thresholds: Mapping[str, Mapping[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form for reports: the policy and what each costs."""
        return {"policy": self.policy, "policies": [row.to_dict() for row in self.policies]}


def cascade_by_cost(
    documents: Sequence[JudgedDocument],
    *,
    costs: CostsConfig,
    required: frozenset[str],
    seed: int,
    confidence: float = 0.95,
) -> CascadeTuning:
    """Thresholds, agreements and policy for the lowest expected cost.

    What the policies are reported to cost is measured with rules chosen on other suppliers; what is written was chosen
    on all documents.

    Args:
        documents: whose truth is known; with a second reader's answers where these were logged.
        costs: prices.
        required: fields that have to be accepted, or a person opens the document.
        seed: of the folds, of the resampling, and of what is counted for lower bounds.
        confidence: how sure the lower bounds of the thresholds are, 0-1.

    Raises:
        ValueError: there are no documents.
    """
    prices = costs.prices()
    choose = rules_by_cost(costs=prices, required=required, confidence=confidence, seed=seed)
    rows = compare(documents, costs=prices, required=required, choose=choose, seed=seed)
    policy = next(row.policy for row in rows if row.policy in CASCADES)
    rules = choose(documents, policy)
    section = cascade_section(policy, rules.agreement, costs=costs.to_manifest())
    return CascadeTuning(policy, rows, section, rules.thresholds)


def cascade_by_promise(
    documents: Sequence[JudgedDocument],
    *,
    accepts: Callable[[Judged], bool],
    target: float,
    confidence: float,
    required: frozenset[str],
    costs: CostsConfig | None = None,
    seed: int = 0,
) -> CascadeTuning:
    """The cascade beside thresholds that keep a promise.

    Without costs, the second reader is asked if agreement counts for at least one required field. With costs, the
    cheapest of the policies that keep the promise is taken, so never "trust".

    Args:
        documents: whose truth is known; with a second reader's answers where these were logged.
        accepts: whether an answer is accepted by those thresholds.
        target: precision to promise, 0-1.
        confidence: how sure the promise has to be, 0-1.
        required: fields that have to be accepted, or a person opens the document.
        costs: prices, for the comparison; none by default.
        seed: of the folds and of the resampling.
    """

    def choose(rest: Sequence[JudgedDocument], policy: str) -> Rules:
        return Rules(accepts, promised_agreement(rest, accepts, target=target, confidence=confidence, seed=seed))

    agreement: Agreement = choose(documents, "agree").agreement
    rows: list[PolicyCost] = []
    policy = "agree" if any(entry.agree and name in required for (name, _), entry in agreement.items()) else "person"
    if costs is not None:
        rows = compare(documents, costs=costs.prices(), required=required, choose=choose, seed=seed)
        policy = next(row.policy for row in rows if row.policy in CASCADES and row.policy != "trust")
    section = cascade_section(policy, agreement, costs=costs.to_manifest() if costs else None)
    return CascadeTuning(policy, rows, section, {})


def policy_table(tuning: CascadeTuning) -> Table:
    """What each policy costs, as a `rich` table."""
    from rich.table import Table

    table = Table(title="kronor for 1,000 invoices", caption=f"chosen: {POLICIES[tuning.policy]}")
    table.add_column("policy")
    for column in ("kr", "95 %", "mistakes", "review", "2nd reader", "wrong", "missing", "untouched"):
        table.add_column(column, justify="right")
    for row in tuning.policies:
        table.add_row(
            POLICIES[row.policy],
            f"{row.per_thousand:,.0f}",
            f"{row.low:,.0f}-{row.high:,.0f}",
            f"{row.mistakes:,.0f}",
            f"{row.review:,.0f}",
            f"{row.second_reader:,.0f}",
            f"{row.error_rate:.2%}",
            f"{row.missing_rate:.2%}",
            f"{row.untouched:.0%}",
        )
    return table
