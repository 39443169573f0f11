"""Which labels of a public set say what our fields say: data in a YAML file beside the reader.

```yaml
fields:
  amount_due: {from: [amount_due], unless: [amount_total_gross]}
tables:
  line_items:
    unit_price: [line_item_unit_price_net, line_item_unit_price_gross]
```

Of several labels the first that the document states is taken. A field whose labels it does not state is not on the
document (null), but unknown where the document states a label of `unless`, and always with `absent: unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from fakta_lab.formats.sets.truth import Stated, Truth


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a field's value comes from.

    Attributes:
        labels: of the set, best first.
        unless: labels beside which the field's absence says nothing.
        absence_known: whether a document without any of `labels` does not state the field.
    """

    labels: tuple[str, ...]
    unless: tuple[str, ...] = ()
    absence_known: bool = True


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """The labels of one set.

    Attributes:
        fields: by field.
        tables: table to column to labels, best first.
        words: field to what the set's words for its values are in ours.
    """

    fields: Mapping[str, FieldSource]
    tables: Mapping[str, Mapping[str, tuple[str, ...]]]
    words: Mapping[str, Mapping[str, str]]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LabelMapping:
        """The mapping in the structure that the module's text shows."""
        return cls(
            fields={
                name: FieldSource(
                    tuple(each["from"]), tuple(each.get("unless", ())), absence_known=each.get("absent") != "unknown"
                )
                for name, each in data["fields"].items()
            },
            tables={
                table: {column: tuple(labels) for column, labels in columns.items()}
                for table, columns in data.get("tables", {}).items()
            },
            words=data.get("words", {}),
        )

    def state_fields(self, truth: Truth, stated: Mapping[str, Sequence[Stated]]) -> None:
        """Says to the truth what a document's labels say of its fields; a label that no field takes is counted."""
        taken: set[str] = set()
        for name, source in self.fields.items():
            taken.update(source.labels)
            label = next((label for label in source.labels if stated.get(label)), None)
            if label is not None:
                words = self.words.get(name, {})
                truth.state(name, [each._replace(text=words.get(each.text or "", each.text)) for each in stated[label]])
            elif source.absence_known and not any(stated.get(other) for other in source.unless):
                truth.state(name, [])
        for label, values in stated.items():
            if values and label not in taken:
                truth.account.unmapped[label] += len(values)

    def add_table(self, truth: Truth, name: str, rows: Sequence[Mapping[str, Sequence[str | None]]]) -> None:
        """Says to the truth what rows of labels say of a table."""
        columns = self.tables[name]
        taken = {label for labels in columns.values() for label in labels}
        read = []
        for row in rows:
            found = ((column, next((label for label in columns[column] if row.get(label)), None)) for column in columns)
            read.append({column: row[label] for column, label in found if label is not None})
            for label, texts in row.items():
                if texts and label not in taken:
                    truth.account.unmapped[label] += len(texts)
        truth.add_table(name, read)


def packaged(name: str) -> dict[str, Any]:
    """A YAML file of this package."""
    data = yaml.safe_load(resources.files("fakta_lab.formats.sets").joinpath(name).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data
