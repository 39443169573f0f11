"""The workshop around `fakta`: command line, corrections, synthesis, datasets, training, tuning, export, evaluation.

Production imports `fakta` and never this package.
"""
