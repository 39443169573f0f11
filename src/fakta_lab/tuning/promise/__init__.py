"""Thresholds that keep a promise: exact bounds, groups of readings, whole documents, and how the target moves them."""
