"""What a bundle promises, and what its confidences looked like at tuning time: read from its manifest."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import BundleError, SchemaError
from fakta.schema import Schema
from fakta_lab.monitoring.inputs import FEWEST_EXAMPLES

QUANTILES = 101


@dataclass(frozen=True, slots=True)
class Decision:
    """What can be accepted: a field's value, or that the document does not state the field.

    Attributes:
        field: name.
        found: whether there is a value.
    """

    field: str
    found: bool = True

    def __str__(self) -> str:
        return self.field if self.found else f"no {self.field}"


# A document that passes whole: every required field right.
DOCUMENT = Decision("whole document")


@dataclass(frozen=True, slots=True)
class Promises:
    """The part of a manifest that the monitor needs.

    Attributes:
        model: name with which the bundle signs its extractions.
        schema: of its fields.
        errors: each decision with a threshold, to the share of accepted ones that may be wrong, 0-1.
        references: field to the quantiles of its confidences at tuning time and how many examples they are of; empty
            where the bundle was tuned without keeping them.
    """

    model: str
    schema: Schema
    errors: Mapping[Decision, float]
    references: Mapping[str, tuple[Sequence[float], int]]

    @classmethod
    def load(cls, path: Path) -> Promises:
        """From a bundle, a folder or a zip, or from a `manifest.json` alone.

        Raises:
            BundleError: it cannot be used, was never tuned, or promises nothing.
        """
        if path.suffix == ".json" and path.is_file():
            try:
                manifest = json.loads(path.read_text(encoding="utf-8"))
            except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
                raise BundleError(f"{path}: not valid JSON ({error})") from None
            return cls.from_manifest(manifest, where=str(path))
        return cls.from_manifest(Bundle.load(path).manifest, where=str(path))

    @classmethod
    def from_manifest(cls, manifest: Any, *, where: str) -> Promises:
        """From a parsed manifest; `where` names it in messages.

        Raises:
            BundleError: as `load`.
        """
        if not isinstance(manifest, Mapping) or not isinstance(manifest.get("name"), str):
            raise BundleError(f"{where}: no manifest of a bundle")
        tuning, thresholds = manifest.get("tuning"), manifest.get("thresholds")
        if not isinstance(tuning, Mapping) or not isinstance(thresholds, Mapping):
            raise BundleError(f"{where}: was never tuned, so it promises nothing to keep; `fakta tune` tunes it")
        documents = manifest.get("document_thresholds") or {}
        try:
            schema = Schema.from_dict(manifest.get("schema"), source=where)
            errors = dict(_errors(thresholds, tuning))
            if any(group.get("threshold") is not None for group in _groups(documents, found=True)):
                errors[DOCUMENT] = 1 - float(tuning["document_target"])
            references = _references(tuning)
        except (SchemaError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BundleError(f"{where}: damaged ({error}); tune the bundle again") from None
        if not errors:
            raise BundleError(f"{where}: tuned, but no field got a threshold, so nothing is promised")
        return cls(f"fakta/{manifest['name']}", schema, errors, references)


def _errors(thresholds: Mapping[str, Any], tuning: Mapping[str, Any]) -> Iterator[tuple[Decision, float]]:
    # Thresholds chosen by costs aim at no precision; what they promise is the bound that each was found to have.
    target = tuning.get("target_precision") if tuning.get("mode", "target") == "target" else None
    for name, entry in thresholds.items():
        for found in (True, False):
            groups = [group for group in _groups(entry, found=found) if group.get("threshold") is not None]
            bounds = [float(group["lower_bound"] if target is None else target) for group in groups]
            if bounds and 0 < min(bounds) < 1:
                yield Decision(name, found), 1 - min(bounds)


def _groups(entry: Mapping[str, Any], *, found: bool) -> Iterator[Mapping[str, Any]]:
    """Every group's part of a field's entry, tenants' too."""
    for part in (entry, *entry.get("tenants", {}).values()):
        yield from (part[name] for name in (("unknown", "known") if found else ("absent",)) if name in part)


def _references(tuning: Mapping[str, Any]) -> dict[str, tuple[Sequence[float], int]]:
    counts = tuning.get("confidence_examples", {})
    references: dict[str, tuple[Sequence[float], int]] = {}
    for name, quantiles in tuning.get("confidence_quantiles", {}).items():
        numbers = [float(number) for number in quantiles]
        if len(numbers) != QUANTILES or not all(map(math.isfinite, numbers)) or numbers != sorted(numbers):
            raise ValueError(f"tuning.confidence_quantiles.{name}: expected {QUANTILES} ascending numbers")
        references[name] = numbers, int(counts.get(name, FEWEST_EXAMPLES))
    return references
