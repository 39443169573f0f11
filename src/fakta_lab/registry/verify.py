"""Whether a registry is what its history says: the chain of entries, the aliases, and every copy."""

from __future__ import annotations

from collections.abc import Iterator

from fakta.bundle import Bundle
from fakta.errors import BundleError
from fakta.extract import MEMORY_FILE
from fakta_lab.registry.alias import ALIASES
from fakta_lab.registry.copies import digest_of, folder_name
from fakta_lab.registry.entry import Entry
from fakta_lab.registry.history import earlier
from fakta_lab.registry.registry import Registry


def problems(registry: Registry) -> Iterator[str]:
    """What is not as it should be, a sentence each. Every file of every bundle is read."""
    broken = registry.chain_breaks()
    yield from broken
    if broken:
        return
    entries = registry.history()
    for alias in ALIASES:
        said, found = (earlier(entries, alias) or [""])[-1], registry.current(alias)
        name = found.name if found else ""
        if name != said:
            yield f"{alias} leads to {name or 'nothing'}, and the history says {said or 'nothing'}"
    known = {entry.bundle: entry for entry in entries if entry.digest}
    for folder in registry.copies():
        try:
            bundle = Bundle.load(folder)
        except BundleError as error:
            yield str(error)
            continue
        entry = known.get(folder.name)
        if entry is not None:
            yield from _changes(bundle, entry)
        elif folder.name != folder_name(bundle.name, digest_of(bundle.manifest)):
            yield f"{folder.name}: is not what its name says, and the history does not know it"


def _changes(bundle: Bundle, entry: Entry) -> Iterator[str]:
    if digest_of(bundle.manifest) == entry.digest:
        return
    if MEMORY_FILE in bundle.manifest["files"] and digest_of(bundle.manifest, memory=entry.memory) == entry.digest:
        yield f"{bundle.path.name}: its supplier memory was changed since it was promoted, as an erasure does"
    else:
        yield f"{bundle.path.name}: was changed since it was promoted"
