"""What the document is and which currency it is in: read from titles, codes and signs, not from labelled values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, make_candidate
from fakta.fields import KINDS
from fakta.resolve.choice import Choice, Option

# "kr" is the crown of whoever sells.
_CROWN = frozenset(("kr", "kr."))
_CROWNS = {"NO": "NOK", "DK": "DKK"}
# A title stands in the upper part of the first page.
_TITLE_DEPTH = 0.45


def choose_document_type(name: str, views: Sequence[PageView], chosen: Mapping[str, Choice]) -> Choice:
    """Invoice or credit note, from the title; a negative amount due says credit note too.

    Not where something was sold: an invoice that was paid too much in advance has money to give back.

    Args:
        name: of the field.
        views: the document's pages.
        chosen: of the other fields, amounts among them.
    """
    titles: list[tuple[float, str, Candidate]] = []
    for index, view in enumerate(views[:1]):
        for line, hits in enumerate(view.hits):
            for hit in hits:
                for meaning in hit.meanings:
                    if meaning.group == "title" and hit.leading and hit.box.top < _TITLE_DEPTH:
                        size = hit.box.height / view.line_height
                        candidate = make_candidate(
                            index, line, hit.segment, hit.start, hit.end, "document_type", meaning.name
                        )
                        titles.append((size, meaning.name, candidate))
    credits = [title for title in titles if title[1] == "credit_note" and title[0] >= 0.9]
    negative = _sign(chosen, "amount_due") < 0 and _sign(chosen, "net_amount") <= 0
    if credits or negative:
        places = [max(credits, key=lambda title: title[0])[2]] if credits else []
        reasons = ["title"] if credits else ["negative amount due"]
        return Choice(name, Option("credit_note", places, 2.5 + float(negative and bool(credits)), reasons))
    if titles:
        return Choice(name, Option("invoice", [max(titles, key=lambda title: title[0])[2]], 3.0, ["title"]))
    return Choice(name, Option("invoice", [], 0.5, ["no title says otherwise"]))


def _sign(chosen: Mapping[str, Choice], name: str) -> int:
    """-1, 0 or 1; 0 where there is no such amount."""
    option = chosen[name].option if name in chosen else None
    amount = Decimal(0) if option is None else Decimal(str(option.value))
    return (amount > 0) - (amount < 0)


def choose_currency(name: str, views: Sequence[PageView], chosen: Mapping[str, Choice]) -> Choice:
    """The currency printed most, one beside the amount due counting most; SEK where only Swedish accounts speak."""
    crown = _crown(chosen)
    places: dict[str, list[Candidate]] = {}
    weight: Counter[str] = Counter()
    due = chosen["amount_due"].option if "amount_due" in chosen else None
    for index, view in enumerate(views):
        for line, line_segments in enumerate(view.lines):
            for segment in line_segments:
                for match in KINDS["currency"].find(segment.text):
                    code = crown if match.text.casefold() in _CROWN else str(KINDS["currency"].parse(match.text))
                    candidate = make_candidate(index, line, segment, match.start, match.end, "currency", code)
                    places.setdefault(code, []).append(candidate)
                    beside_due = due is not None and any(c.page == index and c.line == line for c in due.candidates)
                    labelled = any(
                        m.name == "currency" for hit in view.hits[line] if hit.end <= match.start for m in hit.meanings
                    )
                    weight[code] += 1 + 5 * beside_due + 5 * labelled
    if weight:
        (code, top), *rest = weight.most_common(2)
        share = top / (top + sum(count for _, count in rest))
        return Choice(
            name, Option(code, places[code], 4.0 * share - 1.0, ["printed"]), -10.0 if not rest else -4.0 * share + 2.0
        )
    if any(
        chosen[field].option is not None for field in ("bankgiro", "plusgiro", "supplier_org_number") if field in chosen
    ):
        return Choice(name, Option("SEK", [], 1.5, ["Swedish account or org number, no currency printed"]))
    return Choice(name, None)


def _crown(chosen: Mapping[str, Choice]) -> str:
    """Which currency "kr" is: Norwegian or Danish where the supplier is registered or banks there, else Swedish."""
    for field in ("supplier_vat_number", "iban"):
        option = chosen[field].option if field in chosen else None
        if option is not None:
            return _CROWNS.get(str(option.value)[:2], "SEK")
    return "SEK"
