"""What lies where in a round's folder.

```
state.json          what is done, see `fakta_lab.improve.state`
dataset/            labelled pages, as `fakta dataset build` writes them
selection/ test/    benchmark sets: to choose and tune on, and to compare on
run/ exported/      the training run, and the bundle that comes of it
invented-800-1/     invented invoices to tune on
measured/           the new model as it is compared: it remembers no document that it is compared on
answers/            what both read of the test set
bundle/             the new model as it is delivered: the same, and it remembers every corrected document
history/            which documents earlier datasets had on which side
summary.html summary.md summary.json
```
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from fakta.bundle import MANIFEST
from fakta.errors import BundleError
from fakta_lab.files import sha256_of


@dataclass(frozen=True, slots=True)
class Folders:
    """The places in a round's folder."""

    out: Path

    @property
    def dataset(self) -> Path:
        """Labelled pages."""
        return self.out / "dataset"

    @property
    def selection(self) -> Path:
        """Benchmark set to choose and tune on."""
        return self.out / "selection"

    @property
    def test(self) -> Path:
        """Benchmark set to compare on."""
        return self.out / "test"

    @property
    def run(self) -> Path:
        """Training run."""
        return self.out / "run"

    @property
    def exported(self) -> Path:
        """The run's bundle."""
        return self.out / "exported"

    @property
    def measured(self) -> Path:
        """The new bundle as it is compared."""
        return self.out / "measured"

    @property
    def bundle(self) -> Path:
        """The new bundle as it is delivered."""
        return self.out / "bundle"

    @property
    def history(self) -> Path:
        """Sides of earlier datasets."""
        return self.out / "history"

    @property
    def old_answers(self) -> Path:
        """What the base read of the test set."""
        return self.out / "answers" / "old.jsonl"

    @property
    def new_answers(self) -> Path:
        """What the new model read of it."""
        return self.out / "answers" / "new.jsonl"

    def invented(self, count: int, seed: int) -> Path:
        """Invented invoices to tune on."""
        return self.out / f"invented-{count}-{seed}"


def copied(bundle: Path, out: Path) -> Path:
    """A copy of a bundle's folder; what was at `out` is replaced."""
    shutil.rmtree(out, ignore_errors=True)
    return Path(shutil.copytree(bundle, out))


def bundle_digest(bundle: Path) -> str:
    """The sha256 of a bundle's manifest, which has that of each of its files.

    Raises:
        BundleError: it is no bundle's folder.
    """
    try:
        return sha256_of(bundle / MANIFEST)
    except OSError:
        raise BundleError(
            f"{bundle}: no bundle's folder (no {MANIFEST} in it); a zip has to be unpacked first"
        ) from None
