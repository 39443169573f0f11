"""Correction events on their way out: the formats that can be imported, written."""
