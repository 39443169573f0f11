"""Corrections that users made: in from other systems and out again, counted, masked, erased; and simulated ones."""

from fakta_lab.corrections.simulate import simulate_events, write_events
from fakta_lab.formats.correction import Correction, read_corrections

__all__ = ["Correction", "read_corrections", "simulate_events", "write_events"]
