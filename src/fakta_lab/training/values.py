"""How many values a model reads rightly: what an early stop, a choice of weights and a comparison of runs go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from fakta.schema import Schema
from fakta_lab.evaluation.scoring import Counts, score_value

# Field name to canonical value. In truths None means that it is not on the document, and absent that nobody knows.
Values = Mapping[str, str | None]


def field_scores(documents: Iterable[tuple[Values, Values]], schema: Schema) -> dict[str, float]:
    """`field_f1` over all values of all documents, and `f1/<field>`; counted as `fakta evaluate` counts.

    Args:
        documents: the truth about each, and what was read.

    >>> from fakta.schema import invoice_schema
    >>> truth = {"amount_due": "100.00", "iban": None}
    >>> field_scores([(truth, {"amount_due": "100.00", "iban": "SE1", "bic": "ignored"})], invoice_schema())
    {'field_f1': 0.6666666666666666, 'f1/iban': 0.0, 'f1/amount_due': 1.0}
    """
    counts: defaultdict[str, Counts] = defaultdict(Counts)
    for truth, read in documents:
        for name, value in truth.items():
            if name in schema.fields:
                counts[name] += score_value(value, read.get(name), kind=schema.fields[name].kind)
    if not counts:
        return {}
    by_field = {f"f1/{name}": counts[name].f1 for name in schema.fields if name in counts}
    return {"field_f1": sum(counts.values(), Counts()).f1, **by_field}
