"""What a large language model typically gets wrong on invoices, and the corrections that users make of it.

For demonstrations and tests: the mistakes are invented, but each is of a kind that is seen in practice. The same seed
gives the same mistakes for a document, whatever other documents there are.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import BenchmarkDocument

Answers = dict[str, str | None]

EXTRACTOR = "gpt-4o-2024-08-06"
FIRST_EVENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BETWEEN_EVENTS = timedelta(minutes=4)
CHECK_DIGIT_FIELDS = ("bankgiro", "plusgiro", "payment_reference", "supplier_org_number", "iban")
OFTEN_MISSED = (
    "payment_reference",
    "plusgiro",
    "bic",
    "rounding_amount",
    "buyer_reference",
    "contract_reference",
    "customer_number",
    "customer_org_number",
    "purchase_order",
    "supplier_vat_number",
)


def simulate_events(
    documents: Sequence[BenchmarkDocument],
    *,
    seed: int,
    mistakes_per_document: float = 1.5,
    looked_at: float = 0.9,
    tenant: str = "",
) -> list[dict[str, Any]]:
    """One correction event per document, as the corrections file holds them.

    Args:
        documents: with the truth about them.
        seed: of the mistakes.
        mistakes_per_document: how many are tried on average; some find nothing to act on.
        looked_at: share of the fields, right and wrong, that the user looks at. A wrong one among the others stays
            uncorrected and unconfirmed, so it is no label.
        tenant: written into every event.
    """
    return [
        _event(
            document,
            random.Random(f"{seed}:{document.document}"),
            mistakes=mistakes_per_document,
            looked_at=looked_at,
            corrected_at=FIRST_EVENT + i * BETWEEN_EVENTS,
            tenant=tenant,
        )
        for i, document in enumerate(documents)
    ]


def write_events(events: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Writes events as JSON Lines; a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def _event(
    document: BenchmarkDocument,
    rng: random.Random,
    *,
    mistakes: float,
    looked_at: float,
    corrected_at: datetime,
    tenant: str,
) -> dict[str, Any]:
    extracted = dict(document.fields)
    # Two chances for each expected mistake, so that documents differ in how many they get.
    tries = int(2 * mistakes)
    for make_mistake in rng.sample(MISTAKES, k=min(tries, len(MISTAKES))):
        if rng.random() < mistakes / max(tries, 1):
            make_mistake(extracted, rng)
    seen = [name for name in document.fields if rng.random() < looked_at]
    event: dict[str, Any] = {
        "document": document.document,
        "extracted": extracted,
        "corrected": {name: document.fields[name] for name in seen if extracted[name] != document.fields[name]},
        "confirmed": [name for name in seen if extracted[name] == document.fields[name]],
        "extractor": EXTRACTOR,
        "corrected_at": corrected_at.isoformat(),
        "corrected_by": rng.choice(("anna", "erik", "maria")),
    }
    if tenant:
        event["tenant"] = tenant
    if document.supplier:
        event["supplier"] = document.supplier
    return event


def swap_dates(answers: Answers, rng: random.Random) -> None:
    """The due date as invoice date and the other way round."""
    if answers.get("invoice_date") and answers.get("due_date"):
        answers["invoice_date"], answers["due_date"] = answers["due_date"], answers["invoice_date"]


def customer_as_supplier(answers: Answers, rng: random.Random) -> None:
    """The customer's organisation number as the supplier's."""
    if answers.get("customer_org_number") and "supplier_org_number" in answers:
        answers["supplier_org_number"] = answers["customer_org_number"]


def total_without_vat(answers: Answers, rng: random.Random) -> None:
    """The total before VAT as the amount due."""
    if answers.get("net_amount") and answers.get("amount_due"):
        answers["amount_due"] = answers["net_amount"]


def mixed_references(answers: Answers, rng: random.Random) -> None:
    """The OCR number as invoice number, or the invoice number as OCR number."""
    number, reference = answers.get("invoice_number"), answers.get("payment_reference")
    if number and reference:
        if rng.random() < 0.5:
            answers["invoice_number"] = reference
        else:
            answers["payment_reference"] = number


def wrong_digit(answers: Answers, rng: random.Random) -> None:
    """One digit of a number with a check digit misread."""
    names = [name for name in CHECK_DIGIT_FIELDS if answers.get(name)]
    if names:
        name = rng.choice(names)
        value = answers[name] or ""
        place = rng.choice([i for i, character in enumerate(value) if character.isdigit()] or [0])
        digit = rng.choice([d for d in "0123456789" if d != value[place]])
        answers[name] = value[:place] + digit + value[place + 1 :]


def missed(answers: Answers, rng: random.Random) -> None:
    """One of the less prominent fields not found."""
    names = [name for name in OFTEN_MISSED if answers.get(name)]
    if names:
        answers[rng.choice(names)] = None


def lost_thousands(answers: Answers, rng: random.Random) -> None:
    """`12.450,00` read as 12.45, or `12 450,00` as 450.00."""
    names = [name for name in ("amount_due", "net_amount", "vat_amount") if len(answers.get(name) or "") > 6]
    if names:
        name = rng.choice(names)
        amount = Decimal(answers[name] or "0")
        # Towards zero with the sign kept, as a person would read a cut-off figure.
        answers[name] = f"{amount / 1000 if rng.random() < 0.5 else amount % 1000:.2f}"


MISTAKES: tuple[Callable[[Answers, random.Random], None], ...] = (
    swap_dates,
    customer_as_supplier,
    total_without_vat,
    mixed_references,
    wrong_digit,
    missed,
    lost_thousands,
)
