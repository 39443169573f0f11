"""The machine-read line at the foot of a payment slip: reference, amount and account, each with a check digit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, make_candidate
from fakta.documents.lines import Segment
from fakta.fields.base import Value
from fakta.fields.slip_line import SlipLine, find_slip_line
from fakta.resolve.choice import Option

# A line that parses with its check digits right is the strongest evidence on a page.
_AGREES = 4.0


def read_slip(views: Sequence[PageView]) -> tuple[SlipLine, int, int] | None:
    """The last slip line of the document with its page index and line index, or None."""
    for index in range(len(views) - 1, -1, -1):
        view = views[index]
        for line in range(len(view.lines) - 1, -1, -1):
            text = " ".join(segment.text for segment in view.lines[line])
            if "#" not in text and ">" not in text:
                continue
            slip = find_slip_line(text)
            if slip is not None:
                return slip, index, line
    return None


def apply_slip(
    slip: SlipLine, page: int, line: int, views: Sequence[PageView], ranked: Mapping[str, list[Option]]
) -> None:
    """Strengthens the options that the slip line confirms, and adds those that stand nowhere else."""
    stated: dict[str, Value | None] = {
        "payment_reference": slip.payment_reference,
        "amount_due": slip.amount,
        slip.account_kind: slip.account,
    }
    segments = views[page].lines[line]
    whole = Segment(tuple(i for s in segments for i in s.indices), tuple(w for s in segments for w in s.words))
    for name, value in stated.items():
        if value is None or name not in ranked:
            continue
        for option in ranked[name]:
            if option.value == value:
                option.score += _AGREES
                option.reasons.append("slip line")
                break
        else:
            kind = "amount" if name == "amount_due" else name
            ranked[name].append(Option(value, [_place(whole, page, line, kind, value)], 2.0, ["slip line"]))
        ranked[name].sort(key=lambda option: -option.score)


def _place(segment: Segment, page: int, line: int, kind: str, value: Value) -> Candidate:
    text = str(value)
    start = max(segment.text.find(text), 0) if isinstance(value, str) else 0
    end = start + len(text) if isinstance(value, str) and text in segment.text else len(segment.text)
    return make_candidate(page, line, segment, start, end, kind, value)
