"""Why a label may be wrong: the reasons by name, and what each says to a person."""

from __future__ import annotations

from enum import StrEnum


class Doubt(StrEnum):
    """A reason to doubt a label.

    The text is the reason's name in policies and datasets; `words` is what a person reads. Neither holds a value.

    >>> Doubt("undone").words
    'was changed and changed back'
    """

    # What people said about the field.
    undone = "undone"
    disputed = "disputed"
    outvoted = "outvoted"
    unshown = "unshown"
    rubber_stamp = "rubber_stamp"
    # What the value and the document's other labels say.
    check_fails = "check_fails"
    sums_differ = "sums_differ"
    due_before_invoice = "due_before_invoice"
    same_party = "same_party"
    vat_number_differs = "vat_number_differs"
    # What the supplier's other documents say.
    rare_for_supplier = "rare_for_supplier"
    number_reused = "number_reused"
    # What the pages say.
    not_on_page = "not_on_page"
    nearly_on_page = "nearly_on_page"
    place_unclear = "place_unclear"

    @property
    def words(self) -> str:
        """The reason as a clause about the label."""
        return _WORDS[self]


_WORDS = {
    Doubt.undone: "was changed and changed back",
    Doubt.disputed: "two people disagree, and neither saw the other's answer",
    Doubt.outvoted: "one person says otherwise, most agree on this",
    Doubt.unshown: "was confirmed, but the event does not say what was shown",
    Doubt.rubber_stamp: "was confirmed by someone who confirms without looking",
    Doubt.check_fails: "its check digits are wrong",
    Doubt.sums_differ: "net, VAT and rounding do not add up to the amount due",
    Doubt.due_before_invoice: "the due date is before the invoice date",
    Doubt.same_party: "supplier and customer have the same number",
    Doubt.vat_number_differs: "the VAT number does not hold the organisation number",
    Doubt.rare_for_supplier: "all other documents of the supplier say otherwise",
    Doubt.number_reused: "another document of the supplier has the same number",
    Doubt.not_on_page: "stands nowhere on the pages",
    Doubt.nearly_on_page: "the pages have a value that differs by a character or two",
    Doubt.place_unclear: "stands on the pages only where it seems to be something else",
}
