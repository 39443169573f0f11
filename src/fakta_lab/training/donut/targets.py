"""A page's label as the tokens to write, and where the loss must not look.

At each place between two fields the decoder chooses which one comes next. Where a field is unknown, choosing it is
neither right nor wrong: its tag is taken out of that choice, so that the loss is the probability of the right tag
*given that* no unknown field comes. Its gradient leaves unknown tags alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fakta.donut.sequence import SequenceCodec, opening
from fakta_lab.training.donut.labels import PageLabel


@dataclass(frozen=True, slots=True)
class Target:
    """What to write for a page, L tokens.

    Attributes:
        ids: (L,) int64, `</s>` at the end, the prompt not included.
        unknown: (L, n_names) bool, the names whose tag is out of the choice at each token.
        weights: (L,) float32, how much each token counts in the loss.
    """

    ids: npt.NDArray[np.int64]
    unknown: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, length: int) -> Target:
        """The beginning, of at most so many tokens."""
        return Target(self.ids[:length], self.unknown[:length], self.weights[:length])


class Targets:
    """Makes targets for one tokenizer.

    Args:
        codec: of the sequences.
        names: fields and tables that are written, in the order of the schema.
        weights: name of a field, or of a column as `table.column`, to how much its tokens count; 1 where nothing is
            said.

    Attributes:
        tags: (n_names,) token numbers of the opening tags.
    """

    def __init__(self, codec: SequenceCodec, names: tuple[str, ...], *, weights: Mapping[str, float]) -> None:
        self.codec = codec
        self._names = names
        self._weights = weights
        self.tags = np.array([codec.token_id(opening(name)) for name in names], dtype=np.int64)

    def of(self, label: PageLabel) -> Target:
        """The target of a page.

        Raises:
            SchemaError, FormatError: the label does not fit the schema, see `SequenceCodec.encode`.
        """
        ids: list[int] = []
        choices: list[tuple[int, list[int]]] = []
        passed: list[int] = []
        for number, name in enumerate(self._names):
            written = self.codec.encode({name: label.values[name]})[:-1] if name in label.values else []
            if name in label.unknown:
                passed.append(number)
            if not written:
                continue
            choices.append((len(ids), passed))
            passed = []
            ids += written
        choices.append((len(ids), passed))
        ids.append(self.codec.end_id)
        unknown = np.zeros((len(ids), len(self._names)), dtype=bool)
        for place, names in choices:
            unknown[place, names] = True
        return Target(np.array(ids, dtype=np.int64), unknown, self._weighted(ids))

    def _weighted(self, ids: list[int]) -> npt.NDArray[np.float32]:
        weights = np.ones(len(ids), dtype=np.float32)
        for value in self.codec.read(ids) if self._weights else ():
            name = f"{value.table}.{value.name}" if value.table else value.name
            weights[value.start - 1 : value.stop + 1] = self._weights.get(name, 1.0)  # its tags included
        return weights

    def within(self, label: PageLabel, *, tables: frozenset[str], max_length: int) -> Target | None:
        """The target if it fits, else that of a page whose tables nobody knows; None where that is too long."""
        target = self.of(label)
        if len(target) > max_length:
            fields = {name: value for name, value in label.values.items() if name not in tables}
            target = self.of(replace(label, values=fields, unknown=label.unknown | tables))
        return target if len(target) <= max_length else None
