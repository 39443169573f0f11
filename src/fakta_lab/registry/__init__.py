"""Which bundle production uses: a folder with copies of bundles, two aliases, and the history of both.

A plain folder is all of it, so that production needs nothing but the runtime: `Extractor.load("models/champion")`.
MLflow's model registry, where runs are tracked, is told as well and is never needed.
"""

from __future__ import annotations

from fakta_lab.registry.alias import ALIASES, aliases_of
from fakta_lab.registry.entry import Entry
from fakta_lab.registry.registry import Registry

__all__ = ["ALIASES", "Entry", "Registry", "aliases_of"]
