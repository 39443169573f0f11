"""Where a value stands otherwise than it is stated: misread, mistyped, over two lines, or in two boxes.

Looked for only where the value itself is not found, and on scanned pages, where one mention may be read rightly and
the next not. A place must be the value but for characters that are taken for each other, or be so near to it that
nothing else on the page can be meant; how many characters differ is kept, so that a typing error shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import Levenshtein

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, attach_labels, make_candidate
from fakta.documents.lines import Segment
from fakta.errors import FieldError
from fakta.fields import KINDS, canonical, from_canonical
from fakta.schema import Field
from fakta_lab.dataset.alignment.forms import FORMLESS_KINDS, WORDED_KINDS, key, letters, printed_forms
from fakta_lab.dataset.alignment.occurrences import whole_words
from fakta_lab.dataset.alignment.runs import Run, runs
from fakta_lab.dataset.alignment.titles import misread_titles

# A label's bond with a place (0-1) from which it says that a value which is not quite right is meant.
EVIDENCE = 0.3
# Values of at least so many characters are told by themselves even with some of them wrong.
LONG = 8
# And of so many, if all that differs are look-alikes.
TELLING = 4
# The digits of an amount that rounding changes, öre and kronor.
LAST_DIGITS = 4
# No day on an invoice is so many years from another.
YEARS = 6
# Characters by which a code may be longer or shorter than the value.
MORE_OR_LESS = 1
# Of a day in digits no more: the days of a month are two characters apart.
ONE_OF_A_DAY = 1
# And of a value that goes on in the next line.
WRONG_AT_A_SEAM = 1
# Dust and frames are read as so few characters.
SPECK = 2
# How many of the characters of a value may be wrong: (at least so long, so many), on scans and in text layers.
WRONG_ON_SCANS = ((5, 1), (9, 2), (14, 3), (20, 4))
WRONG_IN_TEXT = ((5, 1), (14, 2))
WRONG_OF_NAMES_ON_SCANS, WRONG_OF_NAMES_IN_TEXT = 0.2, 0.1
# An address of the web or of mail.
_WEB = re.compile(r"@|www\.|[^\W\d_]{3,}\.[^\W\d_]|\w{3,}\.[a-z]{2,3}\b")
# Öre, and a part of them.
_DECIMALS = re.compile(r"[.,]\d{1,2}\D*$")


@dataclass(frozen=True, slots=True)
class Near:
    """A place that is nearly the value.

    Attributes:
        candidate: the place, with its labels.
        wrong: how many characters differ, blanks and marks aside.
        apart: it goes over two lines, or over two boxes of one line.
        look_alike: all that differs are characters that are taken for each other.
    """

    candidate: Candidate
    wrong: int
    apart: bool
    look_alike: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    """A run of words, the first and last perhaps without what was read together with them."""

    run: Run
    first: int
    last: int
    text: str
    form: str
    far: int
    wrong: int


class NearSearch:
    """Looks for values on the pages of one document; what it needs of a page is made at the first look."""

    def __init__(self, views: Sequence[PageView]) -> None:
        self._views = views
        self._runs: dict[int, list[Run]] = {}

    @property
    def scanned(self) -> bool:
        """Whether an OCR engine read any of the pages."""
        return any(view.page.source == "ocr" for view in self._views)

    def find(self, field: Field, value: str) -> list[Near]:
        """Every place that is nearly the value, and for which something speaks, in page order."""
        if field.kind == "currency":
            return [near for page, view in enumerate(self._views) for near in _glued_codes(view, page, value)]
        if field.kind == "document_type":
            return [
                Near(candidate, wrong, False)
                for page, view in enumerate(self._views)
                if view.page.source == "ocr"
                for candidate, wrong in misread_titles(view, page, value)
            ]
        if field.kind in FORMLESS_KINDS:
            return []
        found: list[Near] = []
        for page, view in enumerate(self._views):
            if page not in self._runs:
                self._runs[page] = runs(view)
            windows = _apart(_windows(self._runs[page], field.kind, value, scanned=view.page.source == "ocr"))
            near = [_near(view, page, window, field.kind, value) for window in windows]
            attach_labels(view, [each.candidate for each in near])
            for each in near:
                each.candidate.words = whole_words(view, each.candidate, value)
            found += [each for each in near if _speaks(each, field, value)]
        return found


def _glued_codes(view: PageView, page: int, code: str) -> Iterator[Near]:
    """The code of a currency read together with what stands before it ("MomsSEK", "29,00SEK"), or misread ("sEK")."""
    pattern = re.compile(rf"(?:[^\s(]({re.escape(code)})|^((?i:{re.escape(code)})))[).,:]*$")
    for line, segments in enumerate(view.lines):
        for segment in segments:
            for word, start in zip(segment.words, segment.starts, strict=True):
                if found := pattern.search(word.text):
                    at = start + max(found.start(1), found.start(2))
                    yield Near(make_candidate(page, line, segment, at, at + len(code), "currency", code), 0, False)


def _speaks(near: Near, field: Field, value: str) -> bool:
    """Whether the place can be taken for the value: it differs in nothing, or is long, or stands by its label."""
    if not near.wrong or near.candidate.labels.get(field.name, 0.0) >= EVIDENCE:
        return True
    if field.kind == "amount":
        return _long_amount(near.candidate.text, value)
    if field.kind == "date":
        return near.look_alike or _other_year(near.candidate.text, value)
    return len(letters(value)) >= (TELLING if near.look_alike else LONG)


def _long_amount(text: str, value: str) -> bool:
    """Whether a long amount differs in its first digits only: sums before and after rounding differ in the last."""
    digits, wanted = (re.sub(r"\D", "", each) for each in (text, value))
    return len(digits) == len(wanted) >= LONG and digits[-LAST_DIGITS:] == wanted[-LAST_DIGITS:]


def _other_year(text: str, value: str) -> bool:
    """Whether the text is the day but for a year that no invoice with that day has."""
    try:
        read = KINDS["date"].parse(text)
    except FieldError:
        return False
    day = date.fromisoformat(value)
    return isinstance(read, date) and f"{read:%m%d}" == f"{day:%m%d}" and abs(read.year - day.year) > YEARS


def _windows(page_runs: Iterable[Run], kind: str, value: str, *, scanned: bool) -> Iterator[_Window]:
    worded = kind in WORDED_KINDS
    forms = [(form, key(form, worded=worded)) for form in printed_forms(kind, value)]
    allowed = {form: _allowed(len(folded), worded=worded, scanned=scanned) for form, folded in forms}
    if kind == "date":
        allowed = {form: min(most, ONE_OF_A_DAY) if form.isdigit() else most for form, most in allowed.items()}
    shortest = min(len(folded) - allowed[form] for form, folded in forms)
    longest = max(len(folded) + allowed[form] for form, folded in forms)
    for run in page_runs:
        keys = run.worded_keys if worded else run.code_keys
        for first in range(len(keys)):
            if not keys[first] or (run.seam and first >= run.seam):
                continue
            length = 0
            for last in range(first, len(keys)):
                length += len(keys[last])
                if length - len(keys[first]) - len(keys[last]) > longest:
                    break
                if length < shortest or not keys[last] or (run.seam and last < run.seam):
                    continue
                for text, folded_text in run.readings(first, last, worded=worded):
                    if not shortest <= len(folded_text) <= longest:
                        continue
                    for form, folded in forms:
                        far = Levenshtein.distance(folded_text, folded, score_cutoff=allowed[form])
                        if run.seam and far > WRONG_AT_A_SEAM:
                            continue
                        if far <= allowed[form] and not _another(kind, text, value, folded_text, far):
                            wrong = Levenshtein.distance(letters(text), letters(form))
                            yield _Window(run, first, last, text, form, far, wrong)


def _allowed(length: int, *, worded: bool, scanned: bool) -> int:
    if worded:
        share = WRONG_OF_NAMES_ON_SCANS if scanned else WRONG_OF_NAMES_IN_TEXT
        return int(share * length)
    return max((n for least, n in (WRONG_ON_SCANS if scanned else WRONG_IN_TEXT) if length >= least), default=0)


def _another(kind: str, text: str, value: str, folded: str, far: int) -> bool:
    """Whether the text is something of its own, and no misreading of the value."""
    if kind in WORDED_KINDS:
        # An address of the web, or the name without its legal form, or a part of it.
        words = value.split()
        parts = [words[:-1], words[1:]] if len(words) > 1 else []
        return bool(_WEB.search(text)) or any(
            Levenshtein.distance(folded, key(" ".join(part), worded=True), score_cutoff=far) < far for part in parts
        )
    if kind == "amount" and len(folded) < len(letters(value)) - 1 and _DECIMALS.search(text):
        return True  # "377,9" is not 3779
    if kind == "date" and "/" not in text and _another_day(text, value):
        return True
    if not far:
        return False
    if abs(len(folded) - len(letters(value))) > MORE_OR_LESS and kind not in ("amount", "date"):
        return True  # a longer number holds it: an organisation number inside a VAT number
    try:
        parsed = KINDS[kind].parse(text)
    except FieldError:
        return False
    # Check digits that are right are no accident.
    checks = KINDS[kind].check(parsed)
    return canonical(parsed) != value and bool(checks) and all(check.passed for check in checks)


def _another_day(text: str, value: str) -> bool:
    """Whether the text is a day from which no single misread digit leads to the value."""
    try:
        read = KINDS["date"].parse(text)
    except FieldError:
        return False
    day = date.fromisoformat(value)
    return isinstance(read, date) and Levenshtein.distance(f"{read:%Y%m%d}", f"{day:%Y%m%d}") > 1


def _apart(windows: Iterable[_Window]) -> list[_Window]:
    """The nearest of windows that share words, and of equally near ones the shortest."""
    taken: set[int] = set()
    kept = []
    for window in sorted(windows, key=lambda w: (w.far, w.wrong, -len(w.form), w.last - w.first, w.run.seam > 0)):
        words = set(window.run.indices[window.first : window.last + 1])
        if not words & taken:
            taken |= words
            kept.append(window)
    return sorted(kept, key=lambda w: w.run.indices[w.first])


def _near(view: PageView, page: int, window: _Window, kind: str, value: str) -> Near:
    run = window.run
    indices = run.indices[window.first : window.last + 1]
    home = next((s for s in view.lines[run.line] if set(indices) <= set(s.indices)), None)
    segment = home or Segment(indices, run.words[window.first : window.last + 1])
    start = segment.starts[segment.indices.index(indices[0])]
    end = segment.starts[segment.indices.index(indices[-1])] + len(run.words[window.last].text)
    whole = segment.text[start:end]
    start += max(whole.find(window.text), 0)
    candidate = make_candidate(
        page, run.line, segment, start, start + len(window.text), kind, from_canonical(kind, value)
    )
    candidate.words = _own_words(window, candidate.words)
    return Near(candidate, window.wrong, home is None, look_alike=not window.far)


def _own_words(window: _Window, words: tuple[int, ...]) -> tuple[int, ...]:
    """The words without specks of dust read among them: the value is nearer without them."""
    texts = {index: word.text for index, word in zip(window.run.indices, window.run.words, strict=True)}
    wanted = letters(window.form)
    kept = words
    for word in words:
        rest = tuple(other for other in kept if other != word)
        if len(texts[word]) <= SPECK and rest:
            with_it, without = (letters("".join(texts[index] for index in some)) for some in (kept, rest))
            if Levenshtein.distance(without, wanted) < Levenshtein.distance(with_it, wanted):
                kept = rest
    return kept
