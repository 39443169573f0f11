"""Fit a bundle's scorer on generated documents and write it into the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from fakta.bundle import Bundle
from fakta.errors import BundleError
from fakta.resolve.scorer import Scorer
from fakta.session import Session
from fakta.verify import MANIFEST_KEYS
from fakta_lab.files import replacing
from fakta_lab.formats.registered import refuse_registered
from fakta_lab.ranking.choices import ChoiceSet, choice_sets
from fakta_lab.ranking.config import RankingConfig
from fakta_lab.ranking.fit import accuracy, fit_weights

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FieldFit:
    """What fitting did for one field.

    Attributes:
        sets: documents that offered options for it.
        by_hand, fitted: share of the documents kept apart on which the field's own ranking is right, before anything
            is chosen jointly, with the hand-set and the fitted weights.
    """

    field: str
    sets: int
    by_hand: float
    fitted: float


@dataclass(frozen=True)
class FitReport:
    """What fitting did.

    Attributes:
        documents: fitted on.
        measured_on: documents kept apart.
    """

    bundle: str
    documents: int
    measured_on: int
    fields: tuple[FieldFit, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types."""
        return asdict(self)


def fit_scorer(bundle_dir: Path, config: RankingConfig, *, progress: Progress | None = None) -> FitReport:
    """Fits the weights of every field and writes them into the bundle's manifest.

    Confidences and thresholds that were tuned with other weights go.

    Args:
        bundle_dir: a bundle's folder; its manifest is replaced.
        config: see `RankingConfig`.
        progress: called with documents done and documents in all.

    Raises:
        BundleError: the bundle cannot be used.
    """
    path = bundle_dir / "manifest.json"
    if not path.is_file():
        raise BundleError(f"{bundle_dir}: no bundle's folder (no manifest.json in it); a zip has to be unpacked first")
    refuse_registered(bundle_dir)
    session = Session(Bundle.load(bundle_dir))
    kept = max(config.documents // 10, 1)
    total = config.documents + kept
    learned: dict[str, list[ChoiceSet]] = {}
    apart: dict[str, list[ChoiceSet]] = {}
    for number in range(total):
        target = learned if number < config.documents else apart
        for choice in choice_sets(session, config, f"scorer/{config.seed}/{number}"):
            target.setdefault(choice.field, []).append(choice)
        if progress:
            progress(number + 1, total)
    by_hand = Scorer.by_hand(session.bundle.schema).weights
    weights = {name: fit_weights(sets, by_hand[name], strength=config.prior_strength) for name, sets in learned.items()}
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["scorer"] = weights
    for key in MANIFEST_KEYS:
        manifest.pop(key, None)
    manifest["lineage"]["scorer"] = config.model_dump(mode="json")
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fields = [
        FieldFit(name, len(sets), accuracy(apart.get(name, []), by_hand[name]), accuracy(apart.get(name, []), fitted))
        for (name, sets), fitted in zip(learned.items(), weights.values(), strict=True)
    ]
    return FitReport(bundle_dir.resolve().name, config.documents, kept, tuple(fields))


def render_table(report: FitReport) -> Table:
    """The report for a terminal."""
    table = Table(title=f"{report.bundle}: right by own evidence, {report.measured_on} documents kept apart")
    for head in ("field", "choice sets", "by hand", "fitted"):
        table.add_column(head, justify="left" if head == "field" else "right")
    for fit in report.fields:
        table.add_row(fit.field, str(fit.sets), f"{fit.by_hand:.3f}", f"{fit.fitted:.3f}")
    return table
