"""MLflow's copy of a registry: a model version for each bundle that an alias leads to, and the same aliases.

The folder is the truth and needs none of it. What could not be sent goes with the next promotion, or `fakta models
sync`; the other way, `pull` brings what another machine has promoted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fakta.bundle import Bundle
from fakta.errors import InputError
from fakta_lab.registry.alias import ALIASES, checked_alias
from fakta_lab.registry.copies import digest_of
from fakta_lab.registry.entry import Entry
from fakta_lab.registry.figures import MAIN
from fakta_lab.registry.registry import Registry
from fakta_lab.tracking.later import tracked_at
from fakta_lab.tracking.model_versions import DEFAULT_NAME, DIGEST_TAG, SENT_TAG, ModelVersions, Version, sent_manifest

_FIGURES_TAG = "fakta.figures"


def publish(registry: Registry) -> str | None:
    """Tells MLflow where each alias leads; what it knows already is not sent again.

    Returns:
        Where the bundles are tracked, without a password; None where they are not.

    Raises:
        TrackingError: MLflow cannot be used now.
    """
    where = None
    for alias in ALIASES:
        folder = registry.current(alias)
        if folder is None:
            continue
        bundle = Bundle.load(folder)
        uri = tracked_at(bundle)
        if uri is None:
            continue
        versions = ModelVersions(uri, name=_model_name(bundle))
        digest = digest_of(bundle.manifest)
        known = next((version for version in versions.all() if digest in version.digests), None)
        tags = _tags(bundle, registry.promotion_of(folder.name))
        version = known or versions.add(bundle, folder=folder.name, tags=tags)
        if alias not in version.aliases:
            versions.point(alias, version)
        where = versions.uri
    return where


def pull(
    registry: Registry,
    *,
    uri: str,
    alias: str = "champion",
    name: str = DEFAULT_NAME,
    by: str,
    allow_non_commercial: bool = False,
) -> Entry | None:
    """Brings the bundle that an alias leads to in MLflow into the folder, and moves the folder's alias to it.

    It comes without what was learned of single suppliers, which is never sent. Its gates are those that it passed when
    it was promoted; here it has to load and read an invoice.

    Returns:
        The entry in the history; None where the folder's alias leads to that bundle already.

    Raises:
        InputError: MLflow has no such model or alias.
        TrackingError: MLflow cannot be used now.
        BundleError, GateFailed: see `Registry.promote`.
    """
    checked_alias(alias)
    versions = ModelVersions(uri, name=name)
    version = next((each for each in versions.all() if alias in each.aliases), None)
    if version is None:
        raise InputError(f"{versions.uri}: model {name!r} has no {alias}; fakta models sync sends one there")
    current = registry.current(alias)
    if current and digest_of(Bundle.load(current).manifest) in version.digests:
        return None
    with TemporaryDirectory() as folder:
        fetched = versions.download(version, Path(folder))
        figures = json.loads(version.tags.get(_FIGURES_TAG, "{}"))
        reason = f"pulled from {versions.uri}, version {version.number} of {name}"
        return registry.promote(
            fetched, alias=alias, figures=figures, by=by, reason=reason, allow_non_commercial=allow_non_commercial
        )


def _model_name(bundle: Bundle) -> str:
    origin = bundle.manifest["lineage"].get("tracking") or {}
    return str(origin.get("experiment", DEFAULT_NAME))


def _tags(bundle: Bundle, promotion: Entry | None) -> dict[str, str]:
    """What MLflow is told of a bundle: never who promoted it, nor why, which may name people."""
    tags = {
        DIGEST_TAG: digest_of(bundle.manifest),
        SENT_TAG: digest_of(sent_manifest(bundle)),
        "fakta.name": bundle.name,
        "license": bundle.license,
    }
    if promotion is None:
        return tags
    figures = dict(promotion.figures)
    shown = {f"figure.{name}": f"{figures[name]:g}" for name in MAIN if name in figures}
    # The hash of the history's entry: whoever writes that file anew cannot write this.
    tags |= {"fakta.entry": promotion.sha256, "fakta.set": promotion.on, **shown}
    return tags | {_FIGURES_TAG: json.dumps({"benchmark": promotion.on, **figures})}


def version_facts(versions: Sequence[Version]) -> list[dict[str, str]]:
    """What MLflow says of versions, one mapping each, for a table or JSON."""
    return [
        {
            "version": each.number,
            "aliases": ", ".join(each.aliases),
            "name": each.tags.get("fakta.name", ""),
            "digest": each.tags.get(DIGEST_TAG, ""),
            "set": each.tags.get("fakta.set", ""),
            "f1": each.tags.get("figure.micro.f1", ""),
        }
        for each in versions
    ]
