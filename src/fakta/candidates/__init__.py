"""Candidates: every value on the pages that may be a field's, each with its evidence."""
