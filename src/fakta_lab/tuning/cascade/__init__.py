"""Thresholds by cost, a second reader, and what each way of working costs."""
