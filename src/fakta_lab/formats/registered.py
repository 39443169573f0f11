"""Bundles in a registry (`fakta_lab.registry`), as everything that writes bundles has to know them."""

from __future__ import annotations

from pathlib import Path

from fakta.bundle import followed
from fakta.errors import BundleError

BUNDLES = "bundles"
HISTORY = "history.jsonl"


def refuse_registered(bundle: Path) -> None:
    """Refuses to change a bundle that production may be loading, or that a rollback would bring back.

    Erasures alone may: what was erased must not stay in a copy.

    Raises:
        BundleError: the path is an alias of a registry, or one of its copies.
    """
    try:
        folder = followed(bundle).parent
    except BundleError:  # nothing is there yet
        return
    if folder.name == BUNDLES and (folder.parent / HISTORY).is_file():
        raise BundleError(
            f"{bundle}: is a registry's, whose bundles never change; change the bundle it was made of, or a copy, and "
            "promote that"
        )
