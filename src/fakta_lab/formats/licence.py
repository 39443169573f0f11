"""What a licence of weights allows, by its SPDX identifier."""

from __future__ import annotations

import re


def is_non_commercial(license: str) -> bool:
    """Whether an SPDX identifier names a licence that forbids commercial use.

    >>> is_non_commercial("CC-BY-NC-SA-4.0"), is_non_commercial("Apache-2.0")
    (True, False)
    """
    return bool(re.search(r"(^|[-_ ])(NC|non-?commercial)($|[-_ ])", license, flags=re.IGNORECASE))
