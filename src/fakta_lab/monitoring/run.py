"""One look at production: the logs and the audits from the beginning, the same result however often one looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from fakta.errors import ConfigError, DatasetError
from fakta.schema import Schema
from fakta_lab.formats.jsonl import Problem
from fakta_lab.formats.values import same_value
from fakta_lab.monitoring.audits import Audit, read_audits
from fakta_lab.monitoring.error_rate import ErrorRateTest, error_rate_interval
from fakta_lab.monitoring.inputs import InputTest
from fakta_lab.monitoring.log import Reading, read_log
from fakta_lab.monitoring.promises import DOCUMENT, Decision, Promises
from fakta_lab.monitoring.report import FACTORS, InputStatus, MonitorReport, PromiseStatus, Unused


def monitor(
    logs: Sequence[Path],
    promises: Promises,
    *,
    audits: Path | None = None,
    since: datetime | None = None,
    alpha: float = 0.05,
    on_problem: Callable[[Path, Problem], None],
) -> MonitorReport:
    """Whether what a bundle promised is kept, and whether documents look as they did when it was tuned.

    Both questions have their own bound: with probability `alpha` at most there is ever a false alarm that a promise is
    broken, over all fields and looks; and likewise a false warning that inputs changed. Fields share it equally.

    Args:
        logs: files of extractions, the oldest first.
        promises: of the bundle that made them; extractions of other models are left out.
        audits: see `read_audits`; None asks about the inputs only.
        since: leave out older audits, of an earlier bundle for instance.
        alpha: 0-1, both excluded.
        on_problem: called for each line that cannot be used.

    Raises:
        ConfigError: alpha is out of its range.
        DatasetError: a file cannot be used, or no line of the logs is an extraction of this bundle.
        InputError: the store cannot be used.
    """
    if not 0 < alpha < 1:
        raise ConfigError(f"alpha {alpha}: expected a number between 0 and 1")
    sample: list[Audit] = []
    if audits is not None:
        sample = read_audits(
            audits, schema=promises.schema, since=since, on_problem=lambda problem: on_problem(audits, problem)
        )
    inputs = InputTest(promises.references, alarm=len(promises.references) / alpha)
    seen = _Seen({audit.document for audit in sample})
    for reading in read_log(logs, on_problem=on_problem):
        if reading.model != promises.model:
            seen.others[reading.model] += 1
        elif seen.is_new(reading):
            inputs.see({name: each.confidence for name, each in reading.fields.items()}, reading.sha256)
    if not seen.documents:
        files = ", ".join(map(str, logs))
        others = f"; they are of {', '.join(sorted(seen.others))}" if seen.others else ""
        raise DatasetError(f"{files}: no extraction by {promises.model} in it{others}")
    outcomes = _outcomes(sample, seen, promises.schema)
    outcomes[DOCUMENT] = _whole_documents(sample, seen, promises.schema)
    audited = {audit.document for audit in sample}
    return MonitorReport(
        model=promises.model,
        documents=seen.documents,
        audited=len(audited & seen.audited.keys()),
        alpha=alpha,
        promises=_statuses(promises.errors, seen, outcomes, alpha=alpha),
        inputs=_input_statuses(inputs),
        unused=Unused(
            repeated=seen.repeated,
            others=dict(seen.others),
            audited_elsewhere=len(audited - seen.audited.keys() - seen.ambiguous),
            ambiguous=len(seen.ambiguous),
            without_promise=sorted(
                str(decision) for decision in seen.accepted if decision not in promises.errors and decision != DOCUMENT
            ),
        ),
    )


@dataclass
class _Seen:
    """What of the logs is needed later: counts, and the readings of audited documents.

    Attributes:
        wanted: audited documents, by sha256 or by name.
        audited: of these, the readings that were found.
        ambiguous: names that are wanted and that several documents have.
        accepted: how often each decision was accepted without a look.
    """

    wanted: set[str]
    documents: int = 0
    repeated: int = 0
    others: Counter[str] = field(default_factory=Counter)
    audited: dict[str, Reading] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    accepted: Counter[Decision] = field(default_factory=Counter)
    # Sixty-four bits of each sha256: less memory, and no two of a billion documents are likely to share them.
    _known: set[int] = field(default_factory=set)

    def is_new(self, reading: Reading) -> bool:
        """Takes note of a reading; False for a document that was read before, which says nothing new."""
        known = int(reading.sha256[:16], 16)
        if known in self._known:
            self.repeated += 1
            return False
        self._known.add(known)
        self.documents += 1
        self.accepted.update(
            Decision(name, each.value is not None) for name, each in reading.fields.items() if each.accepted
        )
        if reading.passed:
            self.accepted[DOCUMENT] += 1
        if reading.sha256 in self.wanted:
            self.audited[reading.sha256] = reading
        if reading.document in self.audited:
            del self.audited[reading.document]
            self.ambiguous.add(reading.document)
        elif reading.document in self.wanted and reading.document not in self.ambiguous:
            self.audited[reading.document] = reading
        return True


def _outcomes(sample: Sequence[Audit], seen: _Seen, schema: Schema) -> dict[Decision, list[tuple[bool, Audit]]]:
    """Whether each audited decision was wrong, oldest first; only decisions that nobody looked at before."""
    outcomes: dict[Decision, list[tuple[bool, Audit]]] = {}
    for audit in sample:
        reading = seen.audited.get(audit.document)
        read = reading.fields.get(audit.field) if reading else None
        if read is None or not read.accepted:
            continue
        wrong = not same_value(read.value, audit.truth, schema.fields[audit.field].kind)
        outcomes.setdefault(Decision(audit.field, read.value is not None), []).append((wrong, audit))
    return outcomes


def _whole_documents(sample: Sequence[Audit], seen: _Seen, schema: Schema) -> list[tuple[bool, Audit]]:
    """Whether each document that passed had a required field wrong; with the audit that completes it, oldest first."""
    required = {name for name, each in schema.fields.items() if each.required}
    right: dict[str, dict[str, bool]] = {}
    outcomes = []
    for audit in sample:
        reading = seen.audited.get(audit.document)
        read = reading.fields.get(audit.field) if reading and reading.passed and audit.field in required else None
        if read is None:
            continue
        known = right.setdefault(audit.document, {})
        known[audit.field] = same_value(read.value, audit.truth, schema.fields[audit.field].kind)
        if len(known) == len(required):
            outcomes.append((not all(known.values()), audit))
    return outcomes


def _statuses(
    promised: Mapping[Decision, float],
    seen: _Seen,
    outcomes: Mapping[Decision, Sequence[tuple[bool, Audit]]],
    *,
    alpha: float,
) -> list[PromiseStatus]:
    alarm = len(promised) / alpha
    notices: dict[tuple[float, int, float], dict[int, float | None]] = {}
    statuses = []
    for decision, error in promised.items():
        test = ErrorRateTest(error)
        since: datetime | None = None
        broken_after = None
        audits = outcomes.get(decision, ())
        for count, (wrong, audit) in enumerate(audits, start=1):
            test.audit(np.array(wrong))
            if broken_after is None and test.capital.highest >= alarm:
                broken_after, since = count, audit.at
        n_wrong = sum(wrong for wrong, _ in audits)
        # Fields that nobody audited yet are all in the same state, and simulating takes a moment.
        state = (error, test.capital.steps, float(test.capital.value))
        if state not in notices:
            notices[state] = {factor: test.audits_to_notice(factor, alarm=alarm) for factor in FACTORS}
        low, high = error_rate_interval(n_wrong, len(audits), alpha=alpha / len(promised))
        statuses.append(
            PromiseStatus(
                decision=decision,
                accepted=seen.accepted[decision],
                audited=len(audits),
                wrong=n_wrong,
                low=low,
                high=high,
                promised=error,
                e_value=float(test.capital.value),
                highest=float(test.capital.highest),
                alarm=alarm,
                broken_after=broken_after,
                broken_since=since,
                notices=notices[state],
            )
        )
    return statuses


def _input_statuses(inputs: InputTest) -> list[InputStatus]:
    return [
        InputStatus(
            field=name,
            documents=int(inputs.seen[i]),
            place=float(inputs.places[i] / inputs.seen[i]) if inputs.seen[i] else 0.5,
            e_value=float(inputs.capital.value[i]),
            highest=float(inputs.capital.highest[i]),
            alarm=inputs.alarm,
            changed_after=inputs.changed_after.get(name),
        )
        for i, name in enumerate(inputs.fields)
    ]
