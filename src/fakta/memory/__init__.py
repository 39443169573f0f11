"""The supplier memory: what corrected invoices of a supplier taught about where it prints what.

A memory is one JSON file in or beside a bundle; nothing is trained. When a page names a known supplier by its numbers,
what its corrected invoices showed becomes evidence for the same scorer that weighs labels and model: the label that
stands beside a field, its place, the form of its values, the values that never change, and what the supplier's
invoices never state. It is evidence and no veto, so a new layout is still read by everything else.

What is stored, and what is not: `fakta.memory.learned`. How a supplier is known again: `fakta.memory.identity`.
"""

from fakta.memory.learned import Learned, Sighting
from fakta.memory.memory import VERSION, Memory
from fakta.memory.recall import Recollection, recollect

__all__ = ["VERSION", "Learned", "Memory", "Recollection", "Sighting", "recollect"]
