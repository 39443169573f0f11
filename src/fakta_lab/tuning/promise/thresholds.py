"""Thresholds that keep a promise: per field, apart for unknown and known suppliers, and for tenants of their own.

Three groups, each with a promise of its own:

- `unknown`: values of suppliers that no memory knows. Documents of one stranger are right or wrong together, so with
  the unit "supplier" one document of each counts, and the promise is about a stranger drawn at random.
- `known`: values of suppliers that the memory knows. The same suppliers will write again; documents count.
- `absent`: nothing was read, and the document states nothing, of known and unknown suppliers together. Strangers are
  among them, so they are counted as `unknown` is.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.promise.bounds import best_promise, examples_needed

Unit = Literal["supplier", "document"]


class Trial(NamedTuple):
    """What a promise counts: a reading that is right or not, with how sure its verifier was (0-1), and whose it is."""

    supplier: str
    document: str
    tenant: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """The outcome for one group.

    Attributes:
        threshold: what has at least this confidence is accepted; None where nothing can be promised.
        lower_bound: what the accepted examples by themselves say about the precision, at the confidence asked for; at
            least the target, which is what is promised. None like `threshold`.
        examples: how many were counted: with the unit "supplier" one of each supplier.
        right: how many of these are right.
        suppliers: how many suppliers they come from.
        needed: the fewest examples from which the target can be promised.
        accepted: how many of the examples are above the threshold.
        accepted_right: how many of the accepted are right.
        reason: why nothing can be promised; "" where something is.
    """

    threshold: float | None = None
    lower_bound: float | None = None
    examples: int = 0
    right: int = 0
    suppliers: int = 0
    needed: int = 0
    accepted: int = 0
    accepted_right: int = 0
    reason: str = ""

    @property
    def accepted_share(self) -> float:
        """Share of the examples above the threshold, 0-1."""
        return self.accepted / self.examples if self.examples else 0.0

    @property
    def seen_precision(self) -> float | None:
        """Share of the accepted examples that are right; None where none is accepted."""
        return self.accepted_right / self.accepted if self.accepted else None

    @property
    def enough(self) -> bool:
        """Whether there are examples enough to promise something, were they all right."""
        return self.examples >= self.needed

    def to_dict(self) -> dict[str, Any]:
        """What the manifest stores; the runtime reads `threshold` and `reason`."""
        return {
            "threshold": self.threshold,
            "lower_bound": self.lower_bound,
            "examples": self.examples,
            "right": self.right,
            "suppliers": self.suppliers,
            "needed": self.needed,
            "accepted_share": self.accepted_share,
            "seen_precision": self.seen_precision,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class GroupThresholds:
    """The thresholds of one field, or of whole documents.

    Attributes:
        groups: "unknown", "known" and, of a field, "absent", always all of them.
        tenants: tenant to those of its groups for which it alone has examples enough.
    """

    groups: Mapping[str, Threshold]
    tenants: Mapping[str, Mapping[str, Threshold]] = field(default_factory=dict)

    def for_reading(self, *, found: bool, known: bool, tenant: str = "") -> Threshold:
        """The threshold that decides about a reading.

        The tenant's own where it has examples enough, else the general one. A known supplier is held against "unknown"
        as long as known suppliers have too few examples.
        """
        own = self.tenants.get(tenant, {})
        for group in ("absent",) if not found else ("known", "unknown") if known else ("unknown",):
            chosen = own.get(group, self.groups[group])
            if chosen.enough:
                return chosen
        return chosen

    def to_dict(self) -> dict[str, Any]:
        """What the manifest stores under the field's name."""
        return {
            **{group: threshold.to_dict() for group, threshold in self.groups.items()},
            "tenants": {
                tenant: {group: threshold.to_dict() for group, threshold in groups.items()}
                for tenant, groups in self.tenants.items()
            },
        }


def choose_thresholds(
    judged: Sequence[Judged],
    *,
    target: float | Mapping[str, float],
    confidence: float,
    unit: Unit = "supplier",
    seed: int = 0,
) -> dict[str, GroupThresholds]:
    """For each field the lowest thresholds above which the target precision is certain enough.

    Each promise holds with the given confidence by itself: of a hundred of them at 95 %, five may be broken.

    Args:
        judged: examples with confidences from verifiers that have not seen their suppliers.
        target: precision to promise, 0-1; one for all fields, or field to its own.
        confidence: how sure each promise has to be, 0-1.
        unit: what is drawn independently: suppliers (one document of each is counted; known suppliers are counted by
            document all the same), or documents, which is right only where no two are of one supplier or where
            suppliers make no difference.
        seed: of the hash that says which of a supplier's documents is counted.

    Raises:
        ValueError: a field has no target, or two examples that have to be told apart have the same document.
    """
    fields: dict[str, dict[str, list[Trial]]] = {}
    for example, sure in judged:
        trials = fields.setdefault(example.field, {"unknown": [], "known": [], "absent": []})
        group = "absent" if not example.found else "known" if example.known else "unknown"
        trials[group].append(Trial(example.supplier, example.document, example.tenant, sure, example.right))
    chosen = {}
    for name, groups in fields.items():
        wanted = target.get(name) if isinstance(target, Mapping) else target
        if wanted is None:
            raise ValueError(f"no target for the field {name!r}")
        chosen[name] = group_thresholds(groups, target=wanted, confidence=confidence, unit=unit, seed=seed)
    return chosen


def group_thresholds(
    groups: Mapping[str, Sequence[Trial]], *, target: float, confidence: float, unit: Unit, seed: int
) -> GroupThresholds:
    """A threshold for each group, and for each tenant those for which it alone has examples enough.

    Args:
        groups: name to what is counted. "known" is counted by document, whatever the unit.
        target, confidence, unit, seed: as for `choose_thresholds`.
    """

    def choose(group: str, trials: Sequence[Trial]) -> Threshold:
        counted: Unit = "document" if group == "known" else unit
        return _threshold(trials, target=target, confidence=confidence, unit=counted, seed=seed)

    tenants: dict[str, dict[str, Threshold]] = {}
    for group, trials in groups.items():
        by_tenant = _grouped((trial.tenant, trial) for trial in trials if trial.tenant)
        for tenant, own in by_tenant.items():
            threshold = choose(group, own)
            if threshold.enough:
                tenants.setdefault(tenant, {})[group] = threshold
    return GroupThresholds(
        groups={group: choose(group, trials) for group, trials in groups.items()},
        tenants={tenant: tenants[tenant] for tenant in sorted(tenants)},
    )


def one_per_supplier(trials: Sequence[Trial], *, seed: int) -> list[Trial]:
    """One document of each supplier, the same whatever the order of the documents and whether they are right.

    Raises:
        ValueError: two trials have the same supplier and document, so nothing says which is which.
    """
    chosen = []
    for supplier, own in _grouped((trial.supplier, trial) for trial in trials).items():
        if len({trial.document for trial in own}) < len(own):
            raise ValueError(f"supplier {supplier!r}: two examples of one document, or of documents without a key")
        chosen.append(min(own, key=lambda trial: hashlib.sha256(f"{seed}:{trial.document}".encode()).digest()))
    return chosen


def _threshold(trials: Sequence[Trial], *, target: float, confidence: float, unit: Unit, seed: int) -> Threshold:
    counted = one_per_supplier(trials, seed=seed) if unit == "supplier" else list(trials)
    needed = examples_needed(target, confidence=confidence)
    n, right, suppliers = len(counted), sum(t.right for t in counted), len({t.supplier for t in counted})

    def without(reason: str) -> Threshold:
        return Threshold(
            examples=n, right=right, suppliers=suppliers, needed=needed, reason=f"cannot be promised: {reason}"
        )

    if n < needed:
        return without(f"{n} {'suppliers' if unit == 'supplier' else 'examples'}, {needed} needed")
    if suppliers < 2:
        return without("all examples are from one supplier")
    promise = best_promise(
        [t.confidence for t in counted], [t.right for t in counted], target=target, confidence=confidence
    )
    if promise is None:
        return without(f"{n - right} of {n} examples wrong, too many also among the surest")
    return Threshold(
        threshold=promise.threshold,
        lower_bound=promise.lower_bound,
        examples=n,
        right=right,
        suppliers=suppliers,
        needed=needed,
        accepted=promise.accepted,
        accepted_right=promise.right,
    )


def _grouped(pairs: Iterable[tuple[str, Trial]]) -> dict[str, list[Trial]]:
    groups: dict[str, list[Trial]] = defaultdict(list)
    for key, trial in pairs:
        groups[key].append(trial)
    return groups
