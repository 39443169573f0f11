"""Aliases: `champion` and `challenger`, each a name that leads to one bundle and is moved in one step.

An alias is a relative symbolic link, so that the folder can be copied and mounted anywhere; where the file system has
none, a small JSON file that `fakta.bundle` follows. Both are made beside and renamed onto the old one: a reader finds
the old or the new, and never nothing.
"""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

from fakta.bundle import ALIAS_FORMAT, followed
from fakta.errors import BundleError, InputError
from fakta.wording import suggestion
from fakta_lab.registry.copies import temporary_beside
from fakta_lab.registry.disk import sync_folder, write_synced

ALIASES = ("champion", "challenger")
# What file systems without symbolic links say.
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}


def checked_alias(alias: str) -> str:
    """The alias, if it is one.

    Raises:
        InputError: it is none.
    """
    if alias not in ALIASES:
        raise InputError(f"no alias {alias!r}: {' or '.join(ALIASES)}{suggestion(alias, ALIASES)}")
    return alias


def point(alias: Path, target: str) -> None:
    """Moves an alias; on disk when this returns.

    Args:
        alias: its path.
        target: the bundle, relative to the alias's folder, with forward slashes.

    Raises:
        OSError: it cannot be written.
    """
    temporary = temporary_beside(alias)
    temporary.unlink(missing_ok=True)
    try:
        os.symlink(target, temporary, target_is_directory=True)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        write_synced(temporary, json.dumps({"format": ALIAS_FORMAT, "bundle": target}).encode())
    os.replace(temporary, alias)
    sync_folder(alias.parent)


def remove_half_moved(registry: Path) -> None:
    """Removes what a killed process was about to rename onto an alias. The caller has the lock."""
    for alias in ALIASES:
        for path in registry.glob(f".{alias}.*.tmp"):
            path.unlink()


def aliases_of(bundle: Path) -> tuple[str, ...]:
    """The aliases that lead to a registry's copy of a bundle now; none for any other folder."""
    found = bundle.resolve()
    return tuple(alias for alias in ALIASES if target_of(found.parent.parent / alias) == found)


def target_of(alias: Path) -> Path | None:
    """The bundle's folder that an alias leads to now; None where it leads nowhere."""
    try:
        return followed(alias)
    except BundleError:
        return None
