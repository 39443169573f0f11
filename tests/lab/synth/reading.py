"""What the labels of a generated invoice say."""

from __future__ import annotations

from collections import defaultdict

from fakta_lab.synth import SyntheticInvoice


def printed_values(invoice: SyntheticInvoice) -> dict[str, list[str]]:
    """The texts that the labels mark, by label name."""
    values: dict[str, list[str]] = defaultdict(list)
    for page in invoice.pages:
        before = "O"
        for word, label in zip(page.words, page.labels, strict=True):
            if label == "O":
                pass
            elif label.startswith("B-") or before[2:] != label[2:]:
                values[label[2:]].append(word.text)
            else:
                values[label[2:]][-1] += f" {word.text}"
            before = label
    return values
