"""Web and mail addresses: what of a page's hosts a name explains."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from fakta.candidates.page import PageView

_DOMAIN = re.compile(r"(?:@|www\.|https?://)([a-z0-9åäöéü.-]+\.[a-z]{2,})", re.IGNORECASE)
_MAIL_HOSTS = frozenset("gmail hotmail outlook live telia yahoo icloud msn".split())


def domains(views: Sequence[PageView]) -> set[str]:
    """The telling part of every web and mail address on the pages: `info@norrvik-bygg.se` -> `norrvikbygg`."""
    found = set()
    for view in views:
        for line in view.lines:
            for segment in line:
                for match in _DOMAIN.finditer(segment.text):
                    host = match.group(1).casefold().removeprefix("www.").rsplit(".", 1)[0].split(".")[-1]
                    if host not in _MAIL_HOSTS and len(host) > 2:
                        found.add(_ascii(host.replace("-", "")))
    return found


def resemblance(letters: str, known: Collection[str]) -> float:
    """How much of the web address that resembles it most a name explains, 0-1.

    Args:
        letters: of the name, without its company form.
        known: hosts, see `domains`.

    >>> resemblance("norrvikbygg", {"norrvik-bygg.se", "norrvikbygg"}), resemblance("norrvik", {"norrvikbygg"})
    (1.0, 0.6363636363636364)
    """
    plain = _ascii(letters)
    best = 0.0
    for domain in known:
        if len(plain) < 3:
            continue
        if plain == domain:
            return 1.0
        shared = 0
        while shared < min(len(plain), len(domain)) and plain[shared] == domain[shared]:
            shared += 1
        if shared >= 4:
            best = max(best, shared / max(len(domain), min(len(plain), len(domain))))
    return best


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
