"""Names of one party, told from others though they are written otherwise: misread, shortened, of another branch.

What a set's many names have in common (legal forms, trades, towns) says little and what few have says much, so names
are compared by their runs of three letters, each weighed by how rare it is. A dataset that is to be split by company
would leak if `ACME (NORTH) SDN BHD` and `ACM3 SDN. BHD.` counted as two.
"""

from __future__ import annotations

from collections.abc import Sequence

# Cosine of the weighed runs from which two names are one party's. Joining two parties costs nothing but a less even
# split, and parting one is a leak, so it is set low.
ALIKE = 0.4


def name_groups(names: Sequence[str]) -> list[str]:
    """For each name the smallest name of its group; names that are alike are in one, and what is alike to these.

    >>> name_groups(["NORDLY BAGERI A/S", "Granvik VVS A/S", "NORDLY BAGERI (HAVN) A/S", "Solbacka A/S"])
    ['nordly bageri (havn) a/s', 'granvik vvs a/s', 'nordly bageri (havn) a/s', 'solbacka a/s']
    """
    from scipy.cluster.hierarchy import DisjointSet
    from sklearn.feature_extraction.text import TfidfVectorizer

    plain = [" ".join(name.split()).casefold() for name in names]
    distinct = sorted(set(plain))
    letters = ["".join(filter(str.isalnum, name)) or name for name in distinct]
    joined = DisjointSet(distinct)
    if len(distinct) > 1:
        weighed = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), sublinear_tf=True).fit_transform(
            [f"  {text} " for text in letters]
        )
        alike = (weighed @ weighed.T).tocoo()
        for first, second, cosine in zip(alike.row, alike.col, alike.data, strict=True):
            if first < second and cosine >= ALIKE:
                joined.merge(distinct[first], distinct[second])
    smallest = {name: min(part) for part in joined.subsets() for name in part}
    return [smallest[name] for name in plain]
