"""Bundles in memory: checked before they are written, or with other graphs than those on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.families import FAMILIES, expected_labels
from fakta.schema import Schema


@dataclass(frozen=True)
class HeldBundle(Bundle):
    """A bundle of which some files, or all, are held in memory instead of on disk.

    Attributes:
        held: name to content; the other files are read from `path`.
    """

    held: Mapping[str, bytes] = field(default_factory=dict)

    def read(self, name: str) -> bytes:
        """The bytes of one of its files.

        Raises:
            BundleError: the bundle has no such file.
        """
        return self.held[name] if name in self.held else super().read(name)


def held_bundle(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> HeldBundle:
    """A bundle that is nowhere on disk.

    Args:
        manifest: all of it but `files`, which is filled with names.
        files: name to content.
    """
    schema = Schema.from_dict(manifest["schema"], source=str(manifest["name"]))
    return HeldBundle(
        path=Path(str(manifest["name"])),
        manifest={**manifest, "files": dict.fromkeys(files, "")},
        schema=schema,
        labels=expected_labels(manifest["model"]["family"], schema),
        held=files,
    )


def with_graphs(bundle: Bundle, graphs: Mapping[str, bytes]) -> HeldBundle:
    """The same bundle with other graphs, by file name."""
    if isinstance(bundle, HeldBundle):
        return replace(bundle, held={**bundle.held, **graphs})
    return HeldBundle(bundle.path, bundle.manifest, bundle.schema, bundle.labels, held=graphs)


def graphs_of(bundle: Bundle) -> dict[str, bytes]:
    """The graphs of a bundle, by file name."""
    names = [str(bundle.model[key]) for key in FAMILIES[bundle.model["family"]].files]
    return {name: bundle.read(name) for name in names}
