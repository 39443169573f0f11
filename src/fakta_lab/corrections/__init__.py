"""Corrections that users made: reading them, and simulating them for demonstrations."""

from fakta_lab.corrections.simulate import simulate_events, write_events
from fakta_lab.formats.correction import Correction, latest_labels, read_corrections

__all__ = ["Correction", "latest_labels", "read_corrections", "simulate_events", "write_events"]
