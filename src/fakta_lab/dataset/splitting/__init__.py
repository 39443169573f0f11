"""Which documents are one invoice or one supplier's, and on which side of a split each goes.

`suppliers` and `duplicates` (by `fingerprints`) say what belongs together, `splits` divides it, and `leaks` checks the
result by another method.
"""
