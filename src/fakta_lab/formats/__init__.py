"""The workshop's file formats, read with messages that say which line and which key is wrong.

Evaluation and tuning read benchmark sets, corrections and datasets read correction events; the readers stand here so
that these packages need not know each other.
"""
