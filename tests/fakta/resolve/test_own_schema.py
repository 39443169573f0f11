"""Documents with a schema of their own: what a model labels is what is read, over line ends, and no invoice is seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.decode import label_names
from fakta.fields import canonical
from fakta.resolve import Resolution, resolve
from fakta.schema import Schema

SCHEMA = Schema.from_dict(
    {
        "name": "receipt",
        "fields": {
            "company": {"kind": "text", "required": True, "multiline": True},
            "address": {"kind": "text", "multiline": True},
            "total": {"kind": "amount", "required": True},
        },
    },
    source="receipt.yaml",
)
LABELS = label_names(SCHEMA)

RECEIPT = """
    NORDLY BAGERI
    7 HAMNGATAN,
    REG 99
    12345 EXEMPELSTAD.
    Total excl        7.20
    Amount due        9.00
    Cash             10.00
"""


def read(labels: Mapping[str, str], *, chance: float = 0.9, hints: Mapping[str, float] | None = None) -> Resolution:
    """The receipt with a model that gives these words these labels, and these the hint that they begin a company."""
    page = typed_page(RECEIPT)
    probabilities = np.zeros((len(page.words), len(LABELS)), dtype=np.float32)
    for row, word in zip(probabilities, page.words, strict=True):
        label, hint = labels.get(word.text, "O"), (hints or {}).get(word.text, 0.0)
        row[LABELS.index(label)] = 1.0 if label == "O" else chance
        row[0] += 1.0 - row.sum() - hint
        row[LABELS.index("B-company")] += hint
    lexicon = Lexicon.shipped().for_fields(SCHEMA.fields)
    return resolve([PageView.of(page, lexicon, probabilities)], SCHEMA, lexicon, LABELS)


def values(resolution: Resolution) -> dict[str, str]:
    return {name: canonical(c.option.value) for name, c in resolution.choices.items() if c.option is not None}


ADDRESS = {"7": "B-address", "HAMNGATAN,": "I-address", "12345": "I-address", "EXEMPELSTAD.": "I-address"}
COMPANY = {"NORDLY": "B-company", "BAGERI": "I-company"}


def test_a_multiline_value_is_joined_over_line_ends_and_one_line_between() -> None:
    resolution = read({**COMPANY, **ADDRESS})
    assert values(resolution) == {"company": "NORDLY BAGERI", "address": "7 HAMNGATAN, 12345 EXEMPELSTAD."}
    option = resolution.choices["address"].option
    assert option is not None
    assert option.best is not None
    page = typed_page(RECEIPT)
    first, last = (next(w.box for w in page.words if w.text == text) for text in ("7", "EXEMPELSTAD."))
    assert option.best.box == (first.left, first.top, last.right, last.bottom)


def test_most_of_a_line_decides_about_all_of_it_where_a_value_has_several() -> None:
    # "12345" is missed in a line of two words, and of "REG 99 ..." nothing is taken.
    some = {name: label for name, label in ADDRESS.items() if name != "12345"}
    assert values(read(some))["address"] == "7 HAMNGATAN, 12345 EXEMPELSTAD."
    # A value of one line may be a part of it.
    assert values(read({"BAGERI": "B-company"}))["company"] == "BAGERI"


def test_two_beginnings_in_one_line_are_one_value() -> None:
    assert values(read({"NORDLY": "B-company", "BAGERI": "B-company"}))["company"] == "NORDLY BAGERI"


def test_a_field_of_one_line_ends_with_its_line() -> None:
    one_line = Schema.from_dict(
        {
            "name": "own",
            "fields": {"address": {"kind": "text"}, "company": {"kind": "text"}, "total": {"kind": "text"}},
        },
        source="own.yaml",
    )
    page = typed_page(RECEIPT)
    names = label_names(one_line)
    probabilities = np.zeros((len(page.words), len(names)), dtype=np.float32)
    for row, word in zip(probabilities, page.words, strict=True):
        row[names.index(ADDRESS.get(word.text, "O"))] = 1.0
    views = [PageView.of(page, Lexicon([]), probabilities)]
    assert values(resolve(views, one_line, Lexicon([]), names))["address"] in ("7 HAMNGATAN,", "12345 EXEMPELSTAD.")


def test_labels_of_invoices_say_nothing_about_other_documents() -> None:
    # The lexicon takes "Amount due" for an invoice's label and "Total excl" for another's: no evidence here.
    assert values(read({"10.00": "B-total"}))["total"] == "10.00"


def test_a_required_field_gets_the_best_guess_and_others_none() -> None:
    hints = {"NORDLY": 0.3, "BAGERI": 0.2, "Cash": 0.1}
    resolution = read({"9.00": "B-total"}, hints=hints)
    assert values(resolution) == {"company": "NORDLY BAGERI", "total": "9.00"}


def test_no_guess_is_made_where_the_model_has_none() -> None:
    assert values(read({})) == {}


TEXTS = Schema.from_dict(
    {"name": "receipt", "fields": {"date": {"kind": "text"}, "total": {"kind": "text"}}}, source="texts.yaml"
)
TEXT_LABELS = label_names(TEXTS)


def read_texts(text: str, labels: Mapping[str, tuple[str, float]]) -> dict[str, str]:
    """What is read of a page whose words have these labels with these probabilities, all others none."""
    page = typed_page(text)
    probabilities = np.zeros((len(page.words), len(TEXT_LABELS)), dtype=np.float32)
    for row, word in zip(probabilities, page.words, strict=True):
        label, chance = labels.get(word.text, ("O", 1.0))
        row[TEXT_LABELS.index(label)] = chance
        row[0] += 1.0 - row.sum()
    lexicon = Lexicon.shipped().for_fields(TEXTS.fields)
    return values(resolve([PageView.of(page, lexicon, probabilities)], TEXTS, lexicon, TEXT_LABELS))


def test_no_text_ends_inside_a_date() -> None:
    begun = {"05": ("B-date", 0.9), "JAN": ("B-date", 0.9), "2017": ("B-date", 0.4)}
    assert read_texts("Printed 05 JAN 2017 10:12", begun)["date"] == "05 JAN 2017"
    # What holds more than the date is left as it is.
    more = {"05": ("B-date", 0.9), "JAN": ("I-date", 0.9), "2017": ("I-date", 0.9), "10:12": ("I-date", 0.9)}
    assert read_texts("Printed 05 JAN 2017 10:12", more)["date"] == "05 JAN 2017 10:12"


ROUNDED = """
    Subtotal      98.37
    Sum           98.37
    To pay       {paid}
"""


def test_a_sum_after_rounding_is_taken_before_the_one_that_is_printed_more_often() -> None:
    liked = {"98.37": ("B-total", 0.8), "98.35": ("B-total", 0.48), "RM98.35": ("B-total", 0.48)}
    assert read_texts(ROUNDED.format(paid="98.35"), liked)["total"] == "98.35"
    assert read_texts(ROUNDED.format(paid="RM98.35"), liked)["total"] == "RM98.35"


def test_a_model_that_is_sure_of_the_sum_before_rounding_has_its_way() -> None:
    sure = {"98.37": ("B-total", 0.95), "98.35": ("B-total", 0.15)}
    assert read_texts(ROUNDED.format(paid="98.35"), sure)["total"] == "98.37"


def test_an_amount_near_to_another_is_no_rounded_one() -> None:
    liked = {"98.37": ("B-total", 0.8), "98.40": ("B-total", 0.45)}
    assert read_texts(ROUNDED.format(paid="98.40"), liked)["total"] == "98.37"
