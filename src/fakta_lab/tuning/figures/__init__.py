"""How confidence relates to being right, in numbers."""
