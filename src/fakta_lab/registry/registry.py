"""The registry: which bundle production uses, which one is tried beside it, and how it came to that.

```
models/
  champion -> bundles/base-0123456789ab       what production loads: Extractor.load("models/champion")
  challenger -> bundles/ours-ba9876543210     what is tried beside it
  bundles/                                    copies, each named by its content, never written to again
  history.jsonl                               who moved which alias, when, on which figures; only added to
  gates.yaml                                  optional: floors that every champion must reach
```

A change is first written into the history, then carried out by moving one link. Killed in between, the alias is the old
one; the next change notes that as "found". Readers need no lock: they see the old bundle or the new one, whole. Writers
take turns.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from fakta.bundle import Bundle
from fakta.errors import BundleError, GateFailed, InputError
from fakta.extract import MEMORY_FILE
from fakta_lab.evaluation import GateResult
from fakta_lab.formats.registered import BUNDLES, HISTORY
from fakta_lab.registry.alias import ALIASES, checked_alias, point, remove_half_moved, target_of
from fakta_lab.registry.copies import digest_of, is_copy, keep_copy, remove_copy, remove_garbage
from fakta_lab.registry.entry import Entry
from fakta_lab.registry.figures import kept_figures
from fakta_lab.registry.history import History, earlier
from fakta_lab.registry.requirements import check_bundle, obstacles, without_documents
from fakta_lab.registry.smoke import read_one_invoice

GATES = "gates.yaml"
_LOCK = ".lock"
# Seconds that a writer waits for another one; copying a large bundle and trying it out takes some of them.
WAIT_S = 120.0
# Of `prune`: rollbacks that remain possible, and how long a bundle that was in use stays in any case.
KEPT = 3
GRACE = timedelta(days=1)


class Registry:
    """A folder of bundles with two aliases and a history.

    Args:
        path: the folder; made with the first promotion.
        smoke: tries a bundle out before an alias moves to it; raises `BundleError` where it does not work.
    """

    def __init__(self, path: Path, *, smoke: Callable[[Bundle], None] = read_one_invoice) -> None:
        self.path = path
        self._smoke = smoke
        self._history = History(path / HISTORY)

    @property
    def bundles(self) -> Path:
        """Folder of the copies."""
        return self.path / BUNDLES

    def current(self, alias: str = "champion") -> Path | None:
        """The folder of the bundle that an alias leads to now, links resolved; None where it leads nowhere."""
        return target_of(self.path / checked_alias(alias))

    def copies(self) -> list[Path]:
        """The folders of all bundles in the registry, by name."""
        if not self.bundles.is_dir():
            return []
        return sorted(path for path in self.bundles.iterdir() if path.is_dir() and is_copy(path.name))

    def chain_breaks(self) -> list[str]:
        """What shows that the history is not as it was written, a sentence each."""
        return [f"{HISTORY}: {each}" for each in self._history.breaks()]

    def history(self) -> list[Entry]:
        """Every change, the oldest first.

        Raises:
            InputError: the file holds something else.
        """
        return self._history.read()

    def promote(
        self,
        bundle: Path,
        *,
        alias: str = "champion",
        figures: Mapping[str, Any],
        gates: Sequence[GateResult] = (),
        against: Sequence[str] = (),
        by: str,
        reason: str | None = None,
        allow_non_commercial: bool = False,
    ) -> Entry:
        """Copies a bundle into the registry, tries it out, and moves an alias to it.

        Args:
            bundle: a folder or a zip, or one that is in the registry already.
            alias: "champion" or "challenger".
            figures: JSON form of an `Evaluation`, or names and numbers; numbers are kept, what tells of documents is
                not.
            gates: what was required of them.
            against: what else speaks against it, without names of documents.
            by: who promotes.
            reason: why; with one, the bundle is promoted in spite of what speaks against it, which is kept as well.
            allow_non_commercial: also where the licence forbids commercial use.

        Returns:
            The entry in the history.

        Raises:
            BundleError: the bundle is damaged, or cannot read an invoice.
            GateFailed: figures are missing, a gate is not met or something else speaks against it, and there is no
                reason; or the bundle must not be used.
            InputError: the registry cannot be written, or another process keeps it.
        """
        checked_alias(alias)
        loaded = Bundle.load(bundle)
        check_bundle(loaded, allow_non_commercial=allow_non_commercial)
        if not reason and (found := [*obstacles(figures, gates), *against]):
            raise GateFailed(f"{loaded.name}: not promoted: {'; '.join(found)}")
        gates = without_documents(gates)
        self._smoke(loaded)
        with self._writing():
            return self._move(
                alias,
                Bundle.load(keep_copy(loaded, self.bundles)),
                action="promote",
                by=by,
                reason=reason or "",
                obstacles=(*obstacles(figures, gates), *against),
                on=str(figures.get("benchmark", "")),
                figures=kept_figures(figures),
                gates=tuple(
                    {
                        "figure": gate.figure,
                        "floor": gate.floor,
                        "ceiling": gate.ceiling,
                        "value": gate.value,
                        "passed": gate.passed,
                    }
                    for gate in gates
                ),
            )

    def rollback(self, *, alias: str = "champion", by: str, reason: str = "") -> Entry:
        """Moves an alias back to the bundle that it led to before; again, to the one before that.

        Nothing is measured or tried: this bundle was in use, and rollbacks are for haste. Its files are checked.

        Raises:
            InputError: there is none to go back to, or it was pruned.
            BundleError: it is damaged.
        """
        with self._writing():
            *before, current = earlier(self.history(), checked_alias(alias)) or [""]
            targets = [name for name in before if name not in ("", current)]
            if not targets:
                raise InputError(f"{self.path}: {alias} has led to no other bundle, so there is none to go back to")
            target = self.bundles / targets[-1]
            if not target.is_dir():
                raise InputError(f"{self.path}: {target.name} is no longer there; promote it again")
            known = self.promotion_of(target.name)
            told = {"on": known.on, "figures": known.figures, "gates": known.gates} if known else {}
            return self._move(alias, Bundle.load(target), action="rollback", by=by, reason=reason, **told)

    def promotion_of(self, name: str) -> Entry | None:
        """The newest promotion of a bundle, by the name of its folder, which has its figures; None without any."""
        return next(
            (each for each in reversed(self.history()) if (each.bundle, each.action) == (name, "promote")), None
        )

    def prune(self, *, keep: int = KEPT, grace: timedelta = GRACE) -> list[str]:
        """Removes copies that nothing leads to any more.

        Kept are the bundles that aliases lead to, as many before each as rollbacks are to remain possible, and those
        that an alias led to until a moment ago: whoever has just loaded one reads its model at the first document.

        Args:
            keep: rollbacks that remain possible, of each alias; at least 1.
            grace: how long a bundle stays after an alias left it.

        Returns:
            The names of the folders removed.

        Raises:
            InputError: `keep` is below 1.
        """
        if keep < 1:
            raise InputError(f"keep {keep}: at least 1, which is what a rollback needs")
        with self._writing():
            entries = self.history()
            needed = {_name(self.current(alias)) for alias in ALIASES}
            for alias in ALIASES:
                stack = list(dict.fromkeys(reversed(earlier(entries, alias))))
                needed.update([name for name in stack if name][: keep + 1])
            since = (datetime.now(UTC) - grace).isoformat(timespec="seconds")
            needed.update(entry.before for entry in entries if entry.at > since)
            gone = [path for path in self.copies() if path.name not in needed]
            for path in gone:
                remove_copy(path)
            return [path.name for path in gone]

    def _move(self, alias: str, kept: Bundle, **told: Any) -> Entry:
        """Writes a change down, then carries it out."""
        entry = Entry(
            number=0,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            alias=alias,
            bundle=kept.path.name,
            digest=digest_of(kept.manifest),
            memory=kept.manifest["files"].get(MEMORY_FILE, ""),
            before=_name(self.current(alias)),
            **told,
        )
        entry = self._history.append(entry)
        point(self.path / alias, f"{BUNDLES}/{entry.bundle}")
        return entry

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keeps other writers out, and begins with what killed ones left."""
        try:
            self.bundles.mkdir(parents=True, exist_ok=True)
            with (self.path / _LOCK).open("a", encoding="utf-8") as lock:
                self._wait_for(lock)
                remove_half_moved(self.path)
                remove_garbage(self.bundles)
                self._note_found()
                yield
        except OSError as error:
            raise InputError(f"{error.filename or self.path}: cannot be written: {error.strerror or error}") from error

    def _wait_for(self, lock: TextIO) -> None:
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise InputError(f"{self.path}: another process is changing it; try again") from None
                time.sleep(0.05)
            else:
                return

    def _note_found(self) -> None:
        """Writes down where aliases lead, if that is not what the history says."""
        entries = self.history()
        for alias in ALIASES:
            found, said = self.current(alias), (earlier(entries, alias) or [""])[-1]
            if _name(found) == said:
                continue
            try:
                digest = digest_of(Bundle.load(found).manifest) if found else ""
            except BundleError:
                digest = ""
            self._history.append(
                Entry(
                    number=0,
                    at=datetime.now(UTC).isoformat(timespec="seconds"),
                    action="found",
                    alias=alias,
                    bundle=_name(found),
                    digest=digest,
                    before=said,
                    reason="a change was stopped half-way, or made by hand",
                )
            )


def _name(bundle: Path | None) -> str:
    return bundle.name if bundle else ""
