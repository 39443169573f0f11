"""Training Donut: a page image to the sequence of its values."""
