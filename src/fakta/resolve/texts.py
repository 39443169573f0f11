"""Fields of free text, which nothing but a label announces: the rest of the segment, the one beside, the one below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fakta.candidates.labels import LabelHit, Lexicon
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, Columns, attach_model, make_candidate
from fakta.documents.lines import Segment

_NEAR = 0.35  # of the page width
_LINES_BELOW = 2.4
_MAX_LENGTH = 60
# "Er märkning 4711. Avser städning i maj" ends behind the number, "Er referens Anna K. Ek" and "Ekon. avd. 3" do not.
_SENTENCE_END = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=[0-9]))\. (?=[A-ZÅÄÖÉÜ][^\W\d_]+ \S+ \S)")


def text_candidates(name: str, views: Sequence[PageView], lexicon: Lexicon, columns: Columns) -> list[Candidate]:
    """Candidates for a text field: what its labels point to."""
    found: list[Candidate] = []
    for index, view in enumerate(views):
        on_page: list[Candidate] = []
        for hits in view.hits:
            for hit in hits:
                strength = max((m.strength for m in hit.meanings if m.group == "field" and m.name == name), default=0.0)
                if not strength or not (hit.leading or hit.colon):
                    continue
                for line, segment, start, end, quality in _pointed_at(view, hit):
                    text = _SENTENCE_END.split(segment.text[start:], 1)[0][: end - start].rstrip(" :,")
                    if not 1 < len(text) <= _MAX_LENGTH or any(m.group != "party" for m in lexicon.meanings(text)):
                        continue
                    candidate = make_candidate(index, line, segment, start, start + len(text), "text", text)
                    candidate.labels[name] = strength * quality
                    on_page.append(candidate)
                    break
        attach_model(view, on_page, columns)
        found += on_page
    return found


def _pointed_at(view: PageView, hit: LabelHit) -> Iterator[tuple[int, Segment, int, int, float]]:
    """Where a label's text may stand, the likeliest place first: line, segment, start, end, quality."""
    rest = hit.segment.text[hit.end :]
    inline = rest.lstrip(" .:-")
    if inline[:1].islower() and not rest.lstrip(" .").startswith(":"):
        return  # "Kontakt hos oss: ...": the label goes on, so it is another one
    later = [other.start for other in view.hits[hit.line] if other.segment is hit.segment and other.start > hit.end]
    start, end = hit.end + len(rest) - len(inline), min(later, default=len(hit.segment.text))
    # Between two labels stands the value of the first, or what makes one head of both: "Er referens / Kst".
    if inline and (not later or len(hit.segment.text[start:end].strip(" /,;|&+")) > 1):
        yield hit.line, hit.segment, start, end, 1.0
        return
    labelled = {id(other.segment) for hits in view.hits for other in hits if other.leading}
    for segment in view.lines[hit.line]:
        gap = segment.box.left - hit.box.right
        if 0 < gap < _NEAR and id(segment) not in labelled:
            yield hit.line, segment, 0, len(segment.text), 0.9
            break
    for line in range(hit.line + 1, len(view.lines)):
        if view.tops[line] - hit.box.bottom > _LINES_BELOW * view.line_height:
            break
        for segment in view.lines[line]:
            if abs(segment.box.left - hit.box.left) < 0.012 and id(segment) not in labelled:
                yield line, segment, 0, len(segment.text), 0.85
                return
