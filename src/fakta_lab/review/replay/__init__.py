"""Would choosing documents have helped? Corrections of labelled pools, replayed in the order of different strategies.

A learner starts with nothing corrected, a strategy chooses documents, the learner gets their truth, is scored on
documents that no strategy may choose, and so on. `scripts/sampling_replay.py` runs it.
"""
