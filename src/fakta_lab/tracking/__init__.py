"""Tracking: what a run did and reached, kept where runs can be compared.

```
training ──writes──► run folder ◄──reads── a process of its own ──► MLflow: a SQLite file, or a server
                          ▲
                 fakta runs list|show|compare|report
```

The run folder is the truth and the buffer: training writes it and waits for nobody, and a second process copies what
is new into MLflow (`follow`). A server that is slow or down costs training nothing, and what did not arrive is sent
when the run goes on, at its end, or by `fakta runs publish`. Exports, evaluations and tunings of a bundle add their
figures to the run that the bundle came from (`later`).

Nothing that stands on a document leaves the run folder: names of fields and figures do, values and file names do not.
Importing this package is cheap; mlflow and matplotlib are imported where they are used.
"""

from __future__ import annotations

from fakta_lab.tracking.config import TrackingConfig
from fakta_lab.tracking.errors import TrackingError
from fakta_lab.tracking.follow import Follower
from fakta_lab.tracking.later import track_evaluation, track_export, track_tuning
from fakta_lab.tracking.record import RunRecord

__all__ = [
    "Follower",
    "RunRecord",
    "TrackingConfig",
    "TrackingError",
    "track_evaluation",
    "track_export",
    "track_tuning",
]
