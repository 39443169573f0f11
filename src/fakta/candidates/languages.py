"""Which languages a document's labels are in.

The same word means different things in different languages ("Total" an amount due here, a column there), so labels are
looked up only in the languages that the document speaks: those that together explain its labels, the one that explains
most first. A bilingual form has two.
"""

from __future__ import annotations

from collections.abc import Iterable

from fakta.candidates.labels import LabelHit, Lexicon

# Words of this language stand on invoices everywhere.
_EVERYWHERE = "en"
# A further language has to explain so many labels, and this share of all, that the ones before it do not.
_FEWEST = 3
_SHARE = 0.2


def spoken(hits: Iterable[LabelHit], lexicon: Lexicon) -> frozenset[str]:
    """Codes of the languages that labels found on a document are in; all of the lexicon's where too few were found.

    Args:
        hits: labels found with every language of the lexicon.
        lexicon: all languages.
    """
    found = {hit.segment.text[hit.start : hit.end].casefold() for hit in hits if hit.leading or hit.colon}
    unexplained = {phrase: languages for phrase in found if (languages := lexicon.languages_of(phrase))}
    total = len(unexplained)
    if total < _FEWEST:
        return lexicon.languages
    chosen: set[str] = set()
    while unexplained:
        explains = {code: sum(code in languages for languages in unexplained.values()) for code in lexicon.languages}
        best = max(sorted(explains), key=lambda code: (explains[code], code == "sv"))
        if chosen and explains[best] < max(_FEWEST, _SHARE * total):
            break
        chosen.add(best)
        unexplained = {phrase: languages for phrase, languages in unexplained.items() if best not in languages}
    return frozenset(chosen | {_EVERYWHERE} & lexicon.languages)
