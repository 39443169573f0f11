"""Titles as an OCR engine reads them: a letter wrong, two words run together or torn apart."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, make_candidate
from fakta.documents.lines import Segment
from fakta_lab.dataset.alignment.forms import key, letters
from fakta_lab.dataset.alignment.occurrences import whole_words

# A title has at most so many words, set in large type, so that their gaps are wide: in line heights.
LONGEST_TITLE = 3
WIDEST_GAP = 1.5
# What is smaller by so much is no part of a title.
SAME_SIZE = 0.75
# A title of so many letters may have one of them wrong.
LONG_ENOUGH = 6


def misread_titles(view: PageView, page: int, value: str) -> Iterator[tuple[Candidate, int]]:
    """Where a line begins with a title of the kind, though not as the lexicon spells it; and how many letters differ.

    Args:
        view: the page.
        page: its index.
        value: canonical document type.
    """
    titles = {key(phrase, worded=True): phrase for phrase in Lexicon.shipped().phrases("title", value)}
    for line, segments in enumerate(view.lines):
        for index, first in enumerate(segments):
            before = segments[index - 1] if index else None
            if (
                before is not None
                and _beside(before, first, view)
                and before.box.height >= SAME_SIZE * first.box.height
            ):
                continue  # goes on from what stands before
            whole = _joined(segments[index:], view)
            for count in range(min(LONGEST_TITLE, len(whole.words)), 0, -1):
                end = whole.starts[count - 1] + len(whole.words[count - 1].text)
                wrong = _nearest(whole.text[:end], titles)
                if wrong is not None:
                    candidate = make_candidate(page, line, whole, 0, end, "document_type", value)
                    candidate.words = whole_words(view, candidate, value)
                    yield candidate, wrong
                    break


def _joined(segments: list[Segment], view: PageView) -> Segment:
    """The first segment with those that follow it closely."""
    joined = [segments[0]]
    for segment in segments[1:]:
        if not _beside(joined[-1], segment, view):
            break
        joined.append(segment)
    return Segment(
        tuple(i for segment in joined for i in segment.indices), tuple(w for segment in joined for w in segment.words)
    )


def _beside(left: Segment, right: Segment, view: PageView) -> bool:
    limit = WIDEST_GAP * view.page.height / view.page.width * min(left.words[-1].box.height, right.words[0].box.height)
    return right.box.left - left.box.right <= limit and any(map(str.isalpha, left.text))


def _nearest(text: str, titles: dict[str, str]) -> int | None:
    """How many letters of the text differ from the nearest title; None where none is near."""
    folded = key(text, worded=True)
    if phrase := titles.get(folded):
        return Levenshtein.distance(letters(text), letters(phrase))
    if len(folded) < LONG_ENOUGH:
        return None
    near = any(
        Levenshtein.distance(folded, title, score_cutoff=1) <= 1 for title in titles if len(title) >= LONG_ENOUGH
    )
    return 1 if near else None
