"""`tracking.json`: a run's name for itself, what it began with, and what of it has been sent.

The id is drawn when the run begins and is the run's own: bundles carry it, and MLflow's run is found by it. So a run
that was trained while the server was down, and sent later, is still the run that its bundles belong to.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from fakta.errors import InputError
from fakta_lab.files import replacing

RECORD_FILE = "tracking.json"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as tracking knows it.

    Attributes:
        id: 32 hexadecimal digits, drawn at random.
        started: seconds since 1970.
        uri: where it is tracked, without a password; None where it is not.
        experiment: name under which it is tracked.
        facts: what it began with: commit, versions, device, dataset.
        sent: metric to the last step that has arrived.
    """

    id: str
    started: float
    uri: str | None
    experiment: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    sent: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def begin(cls, run_dir: Path, *, uri: str | None, experiment: str, facts: Mapping[str, Any]) -> RunRecord:
        """Writes the record of a run that begins, or goes on: it then stays the run it was.

        Another `uri` or `experiment` than before is a new place, to which everything is sent.
        """
        facts = {**facts, "cores": len(os.sched_getaffinity(0))}
        path = run_dir / RECORD_FILE
        if path.is_file():
            known = cls.load(run_dir)
            moved = (known.uri, known.experiment) != (uri, experiment)
            record = replace(known, uri=uri, experiment=experiment, facts=facts, sent={} if moved else known.sent)
        else:
            record = cls(id=uuid.uuid4().hex, started=time.time(), uri=uri, experiment=experiment, facts=facts)
        record.save(run_dir)
        return record

    @classmethod
    def load(cls, run_dir: Path) -> RunRecord:
        """Reads the record of a run.

        Raises:
            InputError: there is none.
        """
        path = run_dir / RECORD_FILE
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InputError(f"{run_dir}: no {RECORD_FILE}, so this is no run, or one of an older version") from None
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}: not what fakta wrote ({error})") from None

    def save(self, run_dir: Path) -> None:
        """Writes the record."""
        path = run_dir / RECORD_FILE
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    @property
    def lineage(self) -> dict[str, str]:
        """What a bundle says of the run it came from; empty where that is tracked nowhere.

        A database under an absolute path is left out: it would tell about this machine and be of no use on another.
        """
        if self.uri is None:
            return {}
        said = {"run_id": self.id, "experiment": self.experiment}
        return said if ":////" in self.uri else {**said, "uri": self.uri}
