"""What a bundle was measured on, in its manifest and on its card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import BundleError
from fakta_lab.export.bundles import replace_bundle
from fakta_lab.export.card import CARD, model_card
from fakta_lab.formats.registered import refuse_registered


def record_measurement(bundle_dir: Path, evaluation: Mapping[str, Any]) -> None:
    """Adds the figures of an evaluation to a bundle; those of the same set that were there before are replaced.

    Args:
        bundle_dir: a bundle's folder; it is replaced as a whole.
        evaluation: the JSON form of an `Evaluation`.

    Raises:
        BundleError: it is no bundle's folder.
    """
    if not bundle_dir.is_dir():
        raise BundleError(f"{bundle_dir}: no bundle's folder; a zip has to be unpacked first")
    refuse_registered(bundle_dir)
    bundle = Bundle.load(bundle_dir)
    layouts = {name: figures["f1"] for name, figures in evaluation["layouts"].items()}
    worst = min(layouts, key=layouts.__getitem__)
    figures = {
        "documents": evaluation["documents"],
        **evaluation["micro"],
        "worst_layout": {"name": worst, "f1": layouts[worst]},
    }
    measurements = {**bundle.manifest.get("measurements", {}), str(evaluation["benchmark"]): figures}
    manifest = {**bundle.manifest, "measurements": measurements}
    files = {name: bundle.read(name) for name in bundle.manifest["files"]}
    files[CARD] = model_card(
        name=bundle.name,
        license=bundle.license,
        schema=bundle.schema,
        model=bundle.model,
        lineage=manifest["lineage"],
        measurements=measurements,
    ).encode()
    replace_bundle(bundle_dir, manifest, files)
