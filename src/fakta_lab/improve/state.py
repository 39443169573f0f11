"""What of a round is done: `state.json`, one entry a stage, so that a round that was stopped goes on where it was.

An entry has what the stage began with (names to digests or values), its result, when it began and how long it took. A
stage whose inputs are the same and whose files are still there is not done again; one that began and did not end, by a
kill or a failure, is told so.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from fakta.errors import InputError
from fakta_lab.files import replacing

Stage = Literal["import", "dataset", "train", "export", "choose", "memory", "tune", "read", "deliver"]
# In their order; each builds on those before it.
STAGES: tuple[Stage, ...] = (
    "import",
    "dataset",
    "train",
    "export",
    "choose",
    "memory",
    "tune",
    "read",
    "deliver",
)

Result = Mapping[str, Any]
FILE = "state.json"


class State:
    """The stages of a round in its folder.

    Args:
        folder: of the round.
        notice: told which stages are taken over, and why others are done again.
    """

    def __init__(self, folder: Path, notice: Callable[[str], None]) -> None:
        self._file = folder / FILE
        self._notice = notice
        self._stages: dict[str, dict[str, Any]] = _read(self._file)

    @classmethod
    @contextmanager
    def of(cls, folder: Path, notice: Callable[[str], None]) -> Iterator[State]:
        """The state of a round; nobody else works on it meanwhile.

        Raises:
            InputError: somebody does, the folder cannot be written, or it holds something else.
        """
        if (
            folder.is_dir()
            and any(not each.name.startswith(".") for each in folder.iterdir())
            and not (folder / FILE).is_file()
        ):
            raise InputError(f"{folder}: holds something else than rounds of fakta improve; name another folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / f".{FILE}.lock").open("w", encoding="utf-8")
        except OSError as error:
            raise InputError(f"{folder}: cannot be written: {error.strerror or error}") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(f"{folder}: another fakta improve works here; wait until it is done") from None
            state = cls(folder, notice)
            state._save()
            yield state

    def carry_out(
        self,
        stage: Stage,
        *,
        inputs: Mapping[str, Any],
        work: Callable[[bool], Result],
        made: Sequence[Path] = (),
    ) -> Result:
        """The result of a stage, from the last time where nothing that it depends on has changed.

        Args:
            stage: which.
            inputs: all that decides what comes out: name to a digest, or to anything that JSON has.
            work: does it; told whether it began with the same inputs before and was stopped.
            made: files and folders that have to be there for the stage to count as done.

        Raises:
            FaktaError: what `work` raises; the entry then says why it failed.
        """
        given = json.loads(json.dumps(inputs))
        entry = self._stages.get(stage)
        same = entry is not None and entry["inputs"] == given
        if entry is not None and same and entry["state"] == "done" and all(path.exists() for path in made):
            self._notice(f"{stage}: done {entry['began'][:16].replace('T', ' ')}, nothing has changed since")
            done: Result = entry["result"]
            return done
        if entry is not None and not same:
            changed = [name for name in {**entry["inputs"], **given} if entry["inputs"].get(name) != given.get(name)]
            self._notice(f"{stage}: again, because of {', '.join(changed)}")
        else:
            self._notice(f"{stage}: {'goes on' if same and entry and entry['state'] != 'done' else 'begins'}")
        stopped = entry is not None and same and entry["state"] != "done"
        entry = {"state": "begun", "inputs": given, "began": datetime.now(UTC).isoformat(timespec="seconds")}
        self._put(stage, entry)
        clock = time.monotonic()
        try:
            result = json.loads(json.dumps(work(stopped)))
        except Exception as error:
            self._put(stage, {**entry, "state": "failed", "why": str(error)})
            raise
        self._put(stage, {**entry, "state": "done", "seconds": round(time.monotonic() - clock, 1), "result": result})
        return result

    def skip(self, stage: Stage) -> None:
        """Drops what an earlier round says of a stage that this one does not need."""
        if self._stages.pop(stage, None) is not None:
            self._save()

    def forget_from(self, stage: Stage) -> None:
        """Has a stage and all behind it done again."""
        for later in STAGES[STAGES.index(stage) :]:
            self._stages.pop(later, None)
        self._save()

    def note(self, key: str, value: Result) -> None:
        """Keeps something that is no stage, such as what was promoted."""
        self._put(key, dict(value))

    def noted(self, key: str) -> Result:
        """What `note` kept; empty where it kept nothing."""
        return self._stages.get(key, {})

    def began(self, stage: Stage) -> str:
        """When a stage began that is done, ISO 8601; "" for one that is not."""
        return str(self._stages.get(stage, {}).get("began", ""))

    @property
    def seconds(self) -> dict[str, float]:
        """How long each stage that is done took."""
        return {name: self._stages[name]["seconds"] for name in STAGES if "seconds" in self._stages.get(name, {})}

    def _put(self, key: str, entry: dict[str, Any]) -> None:
        self._stages[key] = entry
        self._save()

    def _save(self) -> None:
        text = json.dumps({"format": "fakta-improve", "stages": self._stages}, ensure_ascii=False, indent=2) + "\n"
        with replacing(self._file) as temporary:
            temporary.write_text(text, encoding="utf-8")


def digest(value: Any) -> str:
    """The sha256 of a value's JSON form."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _read(file: Path) -> dict[str, dict[str, Any]]:
    if not file.is_file():
        return {}
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != "fakta-improve":
            raise KeyError("format")
        stages: dict[str, dict[str, Any]] = data["stages"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{file}: no record of fakta improve's; name another folder, or remove the file") from None
    return stages
