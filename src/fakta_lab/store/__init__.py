"""What users did, kept: correction events and the documents they are about.

A store is a folder: `store.yaml` (settings, optional), `corrections.db` (SQLite, unless the settings name another
database) and `documents/` (each document's bytes under their sha256). Events are only ever added; what removes them is
erasure alone.
"""

from fakta_lab.store.check import Damage
from fakta_lab.store.counts import CountedBy, Totals
from fakta_lab.store.settings import StoreSettings
from fakta_lab.store.store import Added, Store, StoredEvent

__all__ = ["Added", "CountedBy", "Damage", "Store", "StoreSettings", "StoredEvent", "Totals"]
