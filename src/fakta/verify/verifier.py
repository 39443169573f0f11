"""Confidence and acceptance for every field of a bundle, and for the whole document.

The numbers come from a bundle's manifest, where `fakta tune` wrote them: the models (`fakta.verify.model`) and, for
each field, thresholds for suppliers that the memory does not know, for those that it does, and for "nothing found":

```json
{"verifier": {"found": {…}, "absent": {…}},
 "thresholds": {"amount_due": {"unknown": {"threshold": 0.93}, "known": {"threshold": 0.9},
                               "absent": {"threshold": 0.97},
                               "tenants": {"kommun-a": {"unknown": {"threshold": 0.91}}}},
                "iban": {"unknown": {"threshold": null, "reason": "cannot be promised: …"}}},
 "document_thresholds": {"unknown": {"threshold": 0.9}}}
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fakta.errors import BundleError
from fakta.verify.model import VerifierModel

GROUPS = ("unknown", "known", "absent")
# What tuning writes into a manifest; it is about the very model and scorer that it was tuned with.
MANIFEST_KEYS = ("verifier", "thresholds", "document_thresholds", "cascade", "tuning")
UNTUNED = "no threshold tuned for this field"
UNTUNED_DOCUMENT = "no threshold tuned for whole documents"


class Decision(NamedTuple):
    """Whether something may be used without a person's look.

    Attributes:
        accepted: whether it may.
        reason: why, in words.
        threshold: of the confidence; None where there is none to be above.
    """

    accepted: bool
    reason: str
    threshold: float | None = None


class Verifier:
    """The models and thresholds of a bundle.

    Args:
        found: of values; None where the bundle was never tuned.
        absent: of fields where nothing was found; None like `found`.
        thresholds: by field, in the manifest's form.
        document_thresholds: of whole documents, in the manifest's form.

    >>> verifier = Verifier.from_manifest(None)
    >>> verifier.decide("amount_due", 0.999)
    Decision(accepted=False, reason='no threshold tuned for this field', threshold=None)
    """

    def __init__(
        self,
        found: VerifierModel | None = None,
        absent: VerifierModel | None = None,
        thresholds: Mapping[str, Mapping[str, Any]] | None = None,
        document_thresholds: Mapping[str, Any] | None = None,
    ) -> None:
        self.found = found
        self.absent = absent
        self.thresholds = thresholds or {}
        self.document_thresholds = document_thresholds or {}

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any] | None) -> Verifier:
        """The verifier of a bundle; None or a manifest that was never tuned gives one that accepts nothing.

        Raises:
            BundleError: the manifest's numbers are damaged.
        """
        parts = {}
        for key in ("verifier", "thresholds", "document_thresholds"):
            part = (manifest or {}).get(key)
            parts[key] = {} if part is None else part
            if not isinstance(parts[key], Mapping):
                raise BundleError(f"manifest.json: {key} has to be an object; tune the bundle again")
        models, thresholds, document = parts["verifier"], parts["thresholds"], parts["document_thresholds"]
        unknown = sorted(set(models) - {"found", "absent"})
        if unknown:
            raise BundleError(f"manifest.json: verifier.{unknown[0]}: not known here; tune the bundle again")
        for name, entries in (*thresholds.items(), ("document_thresholds", document)):
            _check(name, entries)
        found, absent = (
            VerifierModel.from_dict(models[name], name=name) if name in models else None for name in ("found", "absent")
        )
        return cls(found, absent, thresholds, document)

    @property
    def tuned(self) -> bool:
        """Whether there is a model, so that confidences are probabilities that were checked."""
        return self.found is not None

    def confidence(self, field: str, features: Mapping[str, float]) -> float:
        """Probability that what was read for a field is right, 0-1; see `weigh`."""
        return self.weigh(field, features)[0]

    def weigh(self, field: str, features: Mapping[str, float]) -> tuple[float, dict[str, float] | None]:
        """How likely what was read for a field is right, and why.

        Where nothing was found (`found` is 0) it is the probability that the document does not state the field.
        Without a model the feature `score`, log-odds by hand-set weights, is turned into a probability as it is: it
        ranks values, but nobody has checked how often they are right. For "nothing found" it is then the feature
        `absent`, which a model that writes gives, else 0.

        Args:
            field: of the schema.
            features: name to number; which names count is the model's business.

        Returns:
            The probability, 0-1, and what each feature adds to its log-odds; None where no model was fitted.
        """
        found = features.get("found", 1.0) != 0.0
        model = self.found if found else self.absent
        if model is not None:
            return model.weigh(field, features)
        if not found:
            return features.get("absent", 0.0), None
        return 0.5 + 0.5 * math.tanh(features.get("score", 0.0) / 2), None  # the logistic function, without overflow

    def decide(
        self, field: str, confidence: float, *, found: bool = True, known_supplier: bool = False, tenant: str = ""
    ) -> Decision:
        """Whether what was read for a field may be used without a person's look, and why.

        Args:
            field: of the schema.
            confidence: of the reading.
            found: whether there is a value; otherwise it is asked whether "nothing" may be believed.
            known_supplier: whether a memory knew the supplier. Where there are too few examples of known ones, what
                is promised for strangers counts.
            tenant: whose document it is; one without thresholds of its own has the general ones.
        """
        groups = (("known", "unknown") if known_supplier else ("unknown",)) if found else ("absent",)
        return _decide(self.thresholds.get(field, {}), groups, confidence, tenant=tenant, untuned=UNTUNED)

    def decide_document(self, confidence: float, *, known_supplier: bool = False, tenant: str = "") -> Decision:
        """Whether a document with that confidence may pass without a person's look, see `decide`."""
        groups = ("known", "unknown") if known_supplier else ("unknown",)
        return _decide(self.document_thresholds, groups, confidence, tenant=tenant, untuned=UNTUNED_DOCUMENT)


def _decide(
    entries: Mapping[str, Any], groups: tuple[str, ...], confidence: float, *, tenant: str, untuned: str
) -> Decision:
    """By the first group that was measured on examples enough, the tenant's own entry before the general one."""
    own = entries.get("tenants", {}).get(tenant, {})
    entry: Mapping[str, Any] | None = None
    for group in groups:
        entry = own.get(group) or entries.get(group) or entry
        if entry is not None and (entry["threshold"] is not None or _measured(entry)):
            break
    threshold = entry["threshold"] if entry else None
    if threshold is None:
        return Decision(False, str(entry.get("reason") or untuned) if entry else untuned)
    accepted = confidence >= threshold
    return Decision(accepted, f"{'above' if accepted else 'below'} threshold {threshold:.4g}", float(threshold))


def _measured(entry: Mapping[str, Any]) -> bool:
    """Whether an entry without a threshold says that too much was wrong, and not that there were too few examples."""
    return bool(entry.get("needed")) and entry.get("examples", 0) >= entry["needed"]


def _check(name: str, entries: Any) -> None:
    """Raises BundleError where thresholds are not in the manifest's form."""
    for where, entry in _entries(name, entries):
        number = entry.get("threshold", ()) if isinstance(entry, Mapping) else ()
        if not (number is None or (isinstance(number, int | float) and not isinstance(number, bool))):
            raise BundleError(f"manifest.json: thresholds.{where}: no threshold in it; tune the bundle again")


def _entries(name: str, entries: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(entries, Mapping) or not isinstance(entries.get("tenants", {}), Mapping):
        yield name, None
        return
    for group, entry in entries.items():
        if group == "tenants":
            for tenant, own in entry.items():
                yield from _entries(f"{name}.tenants.{tenant}", own)
        elif group in GROUPS:
            yield f"{name}.{group}", entry
        else:
            yield f"{name}.{group}", None
