"""The log counted in one pass: what is kept grows with suppliers and periods, not with documents.

Only documents that people looked at are kept one by one, and of the others a few numbers: sixty-four bits of the
sha256, so that a document that is read again is not counted again, and how long it took.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from fakta.schema import Schema
from fakta_lab.analytics.people import Vouched
from fakta_lab.analytics.periods import Unit, period_of
from fakta_lab.formats.values import same_value
from fakta_lab.monitoring.log import ReadField, Reading

# Of a reading's timings: a result that was found in the cache has this one alone.
CACHE = "cache"


class Outcome(NamedTuple):
    """What became of one field that a person looked at.

    Attributes:
        field: name.
        read: whether a value was read.
        stated: whether the document states one.
        accepted: without a person's look.
        right: what was read is what the person vouches for, none included.
    """

    field: str
    read: bool
    stated: bool
    accepted: bool
    right: bool

    @property
    def at_stake(self) -> bool:
        """Whether there is a value; that both sides see none would make every figure look better."""
        return self.read or self.stated


@dataclass(frozen=True, slots=True)
class Judged:
    """A document of the log that people looked at.

    Attributes:
        audited: because it was drawn at random.
        passed: as a whole, without a person's look.
        period: in which it was read; None where the log does not say when.
        supplier: key, see `Tally`.
        outcomes: of each field that a person vouches for.
    """

    audited: bool
    passed: bool
    period: str | None
    supplier: str
    outcomes: tuple[Outcome, ...]


@dataclass
class Counted:
    """How much of something needed no person.

    Attributes:
        documents, passed: all, and those that passed as a whole.
        values, accepted: values that were read, and those accepted without a look.
    """

    documents: int = 0
    passed: int = 0
    values: int = 0
    accepted: int = 0

    def add(self, *, passed: bool, values: int, accepted: int) -> None:
        """Counts one document."""
        self.documents += 1
        self.passed += passed
        self.values += values
        self.accepted += accepted


@dataclass
class Model:
    """What one model read.

    Attributes:
        documents: how many.
        first, last: when; None where the log does not say.
    """

    documents: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass
class Tally:
    """What a log comes to.

    Attributes:
        all: of every document, each counted once, as it was first read.
        repeated: further readings of the same documents.
        untimed: documents of which the log does not say when they were read.
        earlier: documents left out because they were read before `since`, or the log does not say when.
        periods: by period; those without a time are in none.
        suppliers: by key, which is the name that was read in small letters, or the number where no name was read; ""
            where neither was.
        names: key to the name as it was first read.
        models: by name, in order of appearance.
        fields: by name: values read and accepted.
        held: values that a person has to look at, in documents that a person has to open.
        left: field to values that were held in documents that nobody has to open.
        stages: milliseconds of each document by stage; "" is the sum, of those that were not in the cache.
        durations: the same sums by period.
        cached: documents whose result was known.
        judged: documents that people looked at.
        ambiguous: names that people spoke of and that several documents have.
    """

    all: Counted = field(default_factory=Counted)
    repeated: int = 0
    untimed: int = 0
    earlier: int = 0
    periods: dict[str, Counted] = field(default_factory=dict)
    suppliers: dict[str, Counted] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    fields: dict[str, Counted] = field(default_factory=dict)
    held: int = 0
    left: Counter[str] = field(default_factory=Counter)
    stages: dict[str, array[float]] = field(default_factory=dict)
    durations: dict[str, array[float]] = field(default_factory=dict)
    cached: int = 0
    judged: list[Judged] = field(default_factory=list)
    ambiguous: int = 0


def tally(
    readings: Iterable[Reading],
    vouched: Mapping[str, Vouched],
    *,
    schema: Schema,
    unit: Unit,
    since: datetime | None = None,
) -> Tally:
    """Counts a log.

    Args:
        readings: of the log, in order; taken one by one.
        vouched: what people vouch for, by a document's sha256 or name.
        schema: of the fields.
        unit: of the periods.
        since: leave out what was read before, or nobody knows when.
    """
    found = Tally()
    known: set[int] = set()
    judged: dict[str, Judged] = {}
    ambiguous: set[str] = set()
    for reading in readings:
        short = int(reading.sha256[:16], 16)
        if short in known:
            found.repeated += 1
            continue
        known.add(short)
        if since is not None and (reading.at is None or reading.at < since):
            found.earlier += 1
            continue
        key = reading.sha256 if reading.sha256 in vouched else reading.document
        said = vouched.get(key)
        supplier = _supplier(found.names, reading.fields, said.values if said else {})
        period = None if reading.at is None else period_of(reading.at, unit)
        _count(found, reading, period, supplier)
        if said is None:
            continue
        if key in judged or key in ambiguous:
            judged.pop(key, None)
            ambiguous.add(key)
            continue
        outcomes = _outcomes(reading.fields, said.values, schema)
        judged[key] = Judged(said.audited, reading.passed, period, supplier, outcomes)
    found.judged, found.ambiguous = list(judged.values()), len(ambiguous)
    return found


def _count(found: Tally, reading: Reading, period: str | None, supplier: str) -> None:
    values = accepted = 0
    for name, read in reading.fields.items():
        if read.value is None:
            continue
        values += 1
        accepted += read.accepted
        found.fields.setdefault(name, Counted()).add(passed=False, values=1, accepted=read.accepted)
        if reading.passed and not read.accepted:
            found.left[name] += 1
    if not reading.passed:
        found.held += values - accepted
    counted = [found.all, found.suppliers.setdefault(supplier, Counted())]
    if period is None:
        found.untimed += 1
    else:
        counted.append(found.periods.setdefault(period, Counted()))
    for each in counted:
        each.add(passed=reading.passed, values=values, accepted=accepted)
    _count_model(found.models.setdefault(reading.model, Model()), reading.at)
    _count_time(found, reading.timings_ms, period)


def _count_model(model: Model, at: datetime | None) -> None:
    model.documents += 1
    if at is not None:
        model.first = at if model.first is None else min(model.first, at)
        model.last = at if model.last is None else max(model.last, at)


def _count_time(found: Tally, timings_ms: Mapping[str, float], period: str | None) -> None:
    if CACHE in timings_ms:
        found.cached += 1
        return
    if not timings_ms:
        return
    total = sum(timings_ms.values())
    for stage, ms in (*timings_ms.items(), ("", total)):
        found.stages.setdefault(stage, array("d")).append(ms)
    if period is not None:
        found.durations.setdefault(period, array("d")).append(total)


def _supplier(names: dict[str, str], fields: Mapping[str, ReadField], said: Mapping[str, str | None]) -> str:
    """The key of a document's supplier: by what a person said, else by what was read."""
    for name in ("supplier_name", "supplier_org_number"):
        read = fields.get(name)
        printed = said.get(name) or (read.value if read else None)
        if printed and (words := " ".join(printed.split())):
            key = words.casefold()
            names.setdefault(key, words)
            return key
    return ""


def _outcomes(fields: Mapping[str, ReadField], said: Mapping[str, str | None], schema: Schema) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            field=name,
            read=fields[name].value is not None,
            stated=truth is not None,
            accepted=fields[name].accepted,
            right=same_value(fields[name].value, truth, schema.fields[name].kind),
        )
        for name, truth in said.items()
        if name in fields and name in schema.fields
    )
