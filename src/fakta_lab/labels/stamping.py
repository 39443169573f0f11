"""People who confirm without looking: told by how much less they correct than others do, or by their pace.

A confirmation says that somebody compared the value with the document. Where nobody did, it repeats the extractor's
answer, and learning from it would teach the model its own mistakes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from fakta_lab.labels.policy import LabelPolicy
from fakta_lab.store import StoredEvent

Person = tuple[str, str]
# Something that was looked at: in which stratum, by whom, and whether it was corrected.
Look = tuple[Hashable, Person, bool]
# Share of a person's events, above which the pace is the habit; and of the others', above which it is the log's.
HASTY = 0.8
_PACED = 0.5


def person_of(event: StoredEvent) -> Person:
    """Tenant and name of the person; the name is "" where it is not stated."""
    return event.correction.tenant, event.correction.corrected_by


def rubber_stamps(events: Sequence[StoredEvent], policy: LabelPolicy) -> frozenset[Person]:
    """The people whose confirmations say nothing.

    Someone who corrects far less than the others, of the same extractor's answers, and less than chance explains: a
    one-sided binomial test of whole documents and one of single fields, both against the others' rates. Mistakes come
    several to a document, so the test of fields alone would accuse people who had easy documents. Or someone who
    confirms everything faster than it can be read, unless everybody's events are logged at that pace.

    Args:
        events: of all documents.
        policy: see `LabelPolicy`.
    """
    judged: dict[Person, list[StoredEvent]] = defaultdict(list)
    for event in events:
        if event.correction.corrected_by and event.correction.labels:
            judged[person_of(event)].append(event)
    candidates = [person for person, own in judged.items() if len(own) >= policy.stamp_events]
    found = set()
    if candidates:
        alpha = policy.stamp_probability / len(candidates)
        documents = _less_than_others(_documents(events), policy, alpha)
        fields = _less_than_others(_fields(events), policy, alpha)
        found = {person for person in candidates if documents(person) and fields(person)}
    hasty = {person: _hasty_share(own, policy.stamp_seconds) for person, own in judged.items()}
    for person in candidates:
        others = [share for other, share in hasty.items() if other != person]
        if hasty[person] >= HASTY and others and sum(others) / len(others) < _PACED:
            found.add(person)
    return frozenset(found)


def _documents(events: Iterable[StoredEvent]) -> list[Look]:
    looks: list[Look] = []
    for event in events:
        if event.correction.labels:
            looks.append((event.correction.extractor, person_of(event), bool(event.correction.corrected)))
    return looks


def _fields(events: Iterable[StoredEvent]) -> list[Look]:
    looks: list[Look] = []
    for event in events:
        correction, person = event.correction, person_of(event)
        looks += [((correction.extractor, name), person, False) for name in correction.confirmed]
        looks += [((correction.extractor, name), person, True) for name in correction.corrected]
    return looks


def _less_than_others(looks: Sequence[Look], policy: LabelPolicy, alpha: float) -> Callable[[Person], bool]:
    """Whether a person's corrections are too few, given the others' rate in each stratum."""
    from scipy.stats import binomtest

    seen: dict[Hashable, int] = defaultdict(int)
    corrected: dict[Hashable, int] = defaultdict(int)
    own: dict[Person, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for stratum, person, changed in looks:
        seen[stratum] += 1
        corrected[stratum] += changed
        counts = own[person][stratum]
        counts[0] += 1
        counts[1] += changed

    def judge(person: Person) -> bool:
        looked = changed = 0
        expected = 0.0
        for stratum, (n, k) in own[person].items():
            by_others = seen[stratum] - n
            if by_others:
                looked, changed = looked + n, changed + k
                # One look more, without a correction: a rate from few looks is not taken at its word.
                expected += n * (corrected[stratum] - k) / (by_others + 1)
        if not expected or changed > policy.stamp_share * expected:
            return False
        return bool(binomtest(changed, looked, expected / looked, alternative="less").pvalue < alpha)

    return judge


def _hasty_share(own: Sequence[StoredEvent], seconds: float) -> float:
    """Share of a person's events that confirm everything within so many seconds after the one before."""
    times: list[tuple[datetime, bool]] = []
    for event in own:
        if event.correction.corrected_at is not None:
            times.append((event.correction.corrected_at, not event.correction.corrected))
    times.sort()
    hasty = [
        all_confirmed and (at - before).total_seconds() < seconds
        for (before, _), (at, all_confirmed) in pairwise(times)
    ]
    return sum(hasty) / len(hasty) if hasty else 0.0
