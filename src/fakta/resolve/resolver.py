"""The order of decisions: amounts and dates first, then accounts and references, then who is who.

Groups of fields that constrain each other are chosen together (`amounts`, `dates`, `parties`); the rest by their own
evidence. A field of a schema that has no such group is simply given its likeliest candidate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.candidates.parties import find_parties
from fakta.candidates.search import Candidate, field_columns, search
from fakta.candidates.spans import model_candidates
from fakta.fields.base import Check
from fakta.memory import Memory, Recollection, recollect
from fakta.memory.propose import Proposer
from fakta.resolve import amounts, dates, parties
from fakta.resolve.choice import Choice, Option, choose, options
from fakta.resolve.document import choose_currency, choose_document_type
from fakta.resolve.evidence import Printed, own_form
from fakta.resolve.reference import number_as_reference
from fakta.resolve.scorer import Scorer
from fakta.resolve.slip import apply_slip, read_slip
from fakta.resolve.texts import text_candidates
from fakta.schema import Schema, is_own

_PARTY_NUMBERS = ("supplier_org_number", "customer_org_number", "supplier_vat_number")
_DATES = ("invoice_date", "due_date")
_NAMES = ("supplier_name", "customer_name")
# Every invoice has a number, so a weakly labelled one is taken where nothing better stands.
_REQUIRED_FLOOR = -1.6
# A value that stands right behind a label of its own is better shown with its doubts than left out.
_SURE_LABEL = 0.95


@dataclass(frozen=True)
class Resolution:
    """All choices of a document.

    Attributes:
        choices: by field name, in schema order.
        checks: what was compared across fields.
        ranked: the options that each field had, see `rank`; scores as the slip line left them.
        known_supplier: whether the memory knew whose document it is.
    """

    choices: Mapping[str, Choice]
    checks: tuple[Check, ...]
    ranked: Mapping[str, Sequence[Option]]
    known_supplier: bool = False


@dataclass(frozen=True)
class Ranking:
    """The options of a document's fields.

    Attributes:
        options: by field, likeliest first.
        recalled: what earlier invoices of its supplier say; None where they are not known.
    """

    options: dict[str, list[Option]]
    recalled: Recollection | None


def resolve(
    views: Sequence[PageView],
    schema: Schema,
    lexicon: Lexicon,
    label_names: Sequence[str],
    scorer: Scorer | None = None,
    *,
    memory: Memory | None = None,
) -> Resolution:
    """Chooses a value, or none, for every field of the schema.

    Args:
        views: the document's pages; with the model's probabilities where a model read them.
        schema: the fields.
        lexicon: the labels.
        label_names: what the columns of the probabilities stand for; empty without a model.
        scorer: weighs the evidence; by hand-set weights where none is given.
        memory: what corrected invoices taught about suppliers.
    """
    ranking = rank_with_memory(views, schema, lexicon, label_names, scorer or Scorer.by_hand(schema), memory)
    ranked, recalled = ranking.options, ranking.recalled
    slip = read_slip(views)
    if slip is not None:
        apply_slip(*slip, views, ranked)

    chosen: dict[str, Choice] = {}
    sums = 0.5
    if "amount_due" in ranked:
        some, sums = amounts.choose_amounts(ranked)
        chosen.update(some)
    if all(name in ranked for name in _DATES):
        terms = dates.stated_terms(segment.text for view in views for line in view.lines for segment in line)
        chosen.update(dates.choose_dates(ranked["invoice_date"], ranked["due_date"], terms=terms))
    if any(name in schema.fields for name in _NAMES):
        chosen.update(_who_is_who(schema, views, ranked))
    for name in schema.fields:
        if name not in chosen and name in ranked:
            best = ranked[name][0].best if ranked[name] else None
            # Of own fields nothing but the model speaks, so that its best guess has to do.
            named = best is not None and (name in best.labels or is_own(name))
            sure = best is not None and best.labels.get(name, 0.0) >= _SURE_LABEL
            lenient = named and (schema.fields[name].required or sure)
            chosen[name] = choose(name, ranked[name], floor=_REQUIRED_FLOOR if lenient else 0.0)
    if "payment_reference" in chosen and not (recalled and recalled.supplier.never("payment_reference")):
        chosen["payment_reference"] = number_as_reference(chosen)
    for name in schema.names_of_kind("document_type"):
        chosen[name] = choose_document_type(name, views, chosen)
    for name in schema.names_of_kind("currency"):
        chosen[name] = choose_currency(name, views, chosen)
    if slip is not None:
        for name in ("payment_reference", "amount_due", slip[0].account_kind):
            if name in chosen and chosen[name].option is not None:
                chosen[name].signals["slip"] = float("slip line" in chosen[name].option.reasons)  # type: ignore[union-attr]
    ordered = {name: chosen.get(name, Choice(name, None)) for name in schema.fields}
    return Resolution(ordered, _checks(ordered, sums, slip is not None), ranked, known_supplier=recalled is not None)


def rank(
    views: Sequence[PageView],
    schema: Schema,
    lexicon: Lexicon,
    label_names: Sequence[str],
    scorer: Scorer,
) -> dict[str, list[Option]]:
    """The options of every field by their own evidence, likeliest first, before anything is chosen jointly.

    Fields that are chosen by rules of their own (currency, document type) are left out.
    """
    return rank_with_memory(views, schema, lexicon, label_names, scorer, None).options


def rank_with_memory(
    views: Sequence[PageView],
    schema: Schema,
    lexicon: Lexicon,
    label_names: Sequence[str],
    scorer: Scorer,
    memory: Memory | None,
) -> Ranking:
    """The same as `rank`, with what a memory knows about the supplier as evidence."""
    columns = field_columns(schema, label_names)
    found = search(views, schema, columns)
    recalled = None if memory is None else recollect(memory, views, found)
    proposer = None if recalled is None else Proposer(recalled)
    found += model_candidates(views, schema, label_names, columns, found)
    by_kind: dict[str, list[Candidate]] = {}
    for candidate in found:
        by_kind.setdefault(candidate.kind, []).append(candidate)
    printed = Printed.of(found, pages=len(views), read_by_model=any(v.probabilities is not None for v in views))
    elsewhere = {
        (c.page, c.words)
        for kind in ("date", "amount", "bankgiro", "plusgiro", "org_number")
        for c in by_kind.get(kind, [])
        if kind == "date" or own_form(c)
    }
    names = [name for name in _NAMES if name in schema.fields]
    parties_found = find_parties(views, lexicon, columns) if names else []
    ranked: dict[str, list[Option]] = {}
    for field in schema.fields.values():
        if field.kind in ("document_type", "currency"):
            continue
        if field.name in names:
            ranked[field.name] = parties.rank_names(field.name, parties_found, scorer, recalled=recalled)
            continue
        pool = by_kind.get(field.kind, [])
        if field.kind == "text":
            pool = [*pool, *text_candidates(field.name, views, lexicon, columns)]
        if proposer is not None:
            pool = [*pool, *proposer.proposals(field.name, field.kind, pool, columns)]
        confusable = elsewhere if field.kind in ("identifier", "payment_reference") else ()
        ranked[field.name] = options(field.name, pool, scorer, printed, elsewhere=confusable, recalled=recalled)
    return Ranking(ranked, recalled)


def _who_is_who(schema: Schema, views: Sequence[PageView], ranked: Mapping[str, list[Option]]) -> dict[str, Choice]:
    chosen = parties.choose_names(ranked.get("supplier_name", []), ranked.get("customer_name", []))
    if all(name in ranked for name in _PARTY_NUMBERS):
        height = median(view.line_height for view in views)
        chosen.update(
            parties.choose_numbers(
                ranked["supplier_org_number"],
                ranked["customer_org_number"],
                ranked["supplier_vat_number"],
                chosen["customer_name"],
                line_height=height,
            )
        )
    return {name: choice for name, choice in chosen.items() if name in schema.fields}


def _checks(chosen: Mapping[str, Choice], sums: float, has_slip: bool) -> tuple[Check, ...]:
    """The cross-field checks that could be made."""
    checks = []
    if sums != 0.5:
        parts = " + ".join(_shown(chosen, name) for name in amounts.FIELDS[:2])
        if _shown(chosen, "rounding_amount") != "?":
            parts += f" + {_shown(chosen, 'rounding_amount')}"
        checks.append(
            Check("sums", sums == 1.0, f"{parts} {'=' if sums == 1.0 else '!='} {_shown(chosen, 'amount_due')}")
        )
    first, second = (chosen[name].option if name in chosen else None for name in _DATES)
    if first is not None and second is not None and isinstance(first.value, date) and isinstance(second.value, date):
        days = (second.value - first.value).days
        checks.append(Check("dates in order", days >= 0, f"due {days} days after the invoice date"))
    agree = chosen["supplier_vat_number"].signals.get("numbers_agree", 0.5) if "supplier_vat_number" in chosen else 0.5
    if agree != 0.5:
        checks.append(Check("VAT number holds org number", agree == 1.0, ""))
    if has_slip:
        agrees = all(choice.signals.get("slip", 1.0) == 1.0 for choice in chosen.values())
        checks.append(Check("slip line", agrees, "reference, amount and account compared with the page"))
    return tuple(checks)


def _shown(chosen: Mapping[str, Choice], name: str) -> str:
    option = chosen[name].option if name in chosen else None
    return "?" if option is None else f"{option.value:.2f}"
