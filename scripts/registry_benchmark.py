"""Swaps the champion thousands of times under readers, and kills promotions: does anybody ever see half a bundle?

    python scripts/registry_benchmark.py                                 # 1,000 swaps under 8 readers, 300 kills
    python scripts/registry_benchmark.py --swaps 0 --kills 1000 --seed 3
    python scripts/registry_benchmark.py --kills 0 --by-copying          # the control: swaps as a shell script would

Readers are processes that load `champion` again and again, and check that manifest, model and tokenizer belong
together: each file of a bundle begins with the bundle's name. A writer promotes and rolls back meanwhile.

Kills are of a process that promotes new bundles, rolls back and prunes without end, each at a moment drawn at random
(SIGKILL). After each, the champion must load whole, the history must be unbroken, and the next promotion must work and
leave no garbage. Ends with 1 where anything was wrong. Power cuts are not tried: they are what the fsyncs are for.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from fakta import Extractor
from fakta.errors import FaktaError
from fakta.schema import Schema
from fakta_lab.export import write_bundle
from fakta_lab.registry import Registry
from fakta_lab.registry.verify import problems

SCHEMA = Schema.from_dict({"fields": {"total": {"kind": "amount"}}}, source="registry_benchmark.py")
MODEL = {"family": "layoutlmv3", "file": "model.onnx", "window": 32, "stride": 8}
# So that reading and writing a file takes a moment.
FILE_BYTES = 100_000
FIGURES = {"benchmark": "none", "micro.f1": 0.9}
VARIANTS = 4


@dataclass
class Seen:
    """What a reader saw: how often which bundle, and everything that was wrong."""

    bundles: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Runs both parts and prints what was counted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--swaps", type=int, default=1000)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600, help="stop swapping after this")
    parser.add_argument("--by-copying", action="store_true", help="swap by removing and copying folders: the control")
    settings = parser.parse_args()
    dice = random.Random(settings.seed)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        if settings.swaps:
            swap = by_copying if settings.by_copying else by_registry
            faults += swapped(Path(folder), swap, settings, dice=dice)
        if settings.kills:
            faults += killed(Path(folder) / "killed", kills=settings.kills, dice=dice)
    for fault in faults[:5]:
        print(f"  {fault}")
    return 1 if faults else 0


Swap = Callable[[Path, list[Path], random.Random], None]


def swapped(folder: Path, swap: Swap, settings: argparse.Namespace, *, dice: random.Random) -> list[str]:
    """Swaps the champion under readers; returns everything that any of them saw amiss."""
    bundles = [made(folder / f"bundle-{i}") for i in range(VARIANTS)]
    models = folder / "models"
    swap(models, bundles, dice)
    context = multiprocessing.get_context("fork")
    ended = context.Event()
    queue: Any = context.Queue()
    processes = [
        context.Process(target=read, args=(models / "champion", ended, queue)) for _ in range(settings.readers)
    ]
    for process in processes:
        process.start()
    start_s, swaps, seconds = time.perf_counter(), 0, 0.0
    while swaps < settings.swaps and seconds < settings.seconds:
        swap(models, bundles, dice)
        swaps += 1
        seconds = time.perf_counter() - start_s
    ended.set()
    seen: list[Seen] = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    loads = sum(sum(each.bundles.values()) for each in seen)
    faults = [fault for each in seen for fault in each.faults]
    different = len({name for each in seen for name in each.bundles})
    print(
        f"{swaps} swaps in {seconds:.1f} s under {settings.readers} readers: {loads} whole bundles loaded, "
        f"{different} different ones, {len(faults)} mixed, missing or damaged"
    )
    return faults


def by_registry(models: Path, bundles: list[Path], dice: random.Random) -> None:
    """A promotion, or a rollback where there is something to roll back to."""
    registry = Registry(models, smoke=lambda bundle: None)
    if dice.random() < 0.4 and (models / "champion").exists():
        try:
            registry.rollback(by="benchmark")
            return
        except FaktaError:
            pass
    registry.promote(dice.choice(bundles), figures=FIGURES, by="benchmark")


def by_copying(models: Path, bundles: list[Path], dice: random.Random) -> None:
    """The same as `rm -r champion; cp -r BUNDLE champion`."""
    shutil.rmtree(models / "champion", ignore_errors=True)
    shutil.copytree(dice.choice(bundles), models / "champion")


def read(champion: Path, ended: Event, queue: Any) -> None:
    """Loads the champion until the writer has ended."""
    os.nice(5)  # the writer is one among many
    seen = Seen()
    while not ended.is_set():
        try:
            name = whole(champion)
            seen.bundles[name] = seen.bundles.get(name, 0) + 1
        except (FaktaError, AssertionError) as error:
            seen.faults.append(str(error))
    queue.put(seen)


def whole(path: Path) -> str:
    """The name of the bundle at a path, after reading all of it as production does.

    Raises:
        FaktaError, AssertionError: it is not whole, or its parts are of different bundles.
    """
    bundle = Extractor.load(path).bundle
    assert bundle is not None
    for file in ("model.onnx", "tokenizer.json"):
        tag = bundle.read(file).split(b" ", 1)[0].decode()
        assert tag == bundle.name, f"{bundle.name} with the {file} of {tag}"
    return bundle.name


def made(folder: Path) -> Path:
    """A bundle called like its folder, each of whose files says whose it is."""
    content = f"{folder.name} ".encode().ljust(FILE_BYTES, b".")
    files = {"model.onnx": content, "tokenizer.json": content, "MODEL_CARD.md": content}
    return write_bundle(
        folder, name=folder.name, schema=SCHEMA, model=MODEL, files=files, license="Apache-2.0", lineage={}
    )


def killed(folder: Path, *, kills: int, dice: random.Random) -> list[str]:
    """Kills a process that changes a registry, again and again; returns everything that was amiss afterwards."""
    models = folder / "models"
    registry = Registry(models, smoke=lambda bundle: None)
    rescue = made(folder / "rescue")
    registry.promote(rescue, figures=FIGURES, by="benchmark")
    start_s = time.perf_counter()
    registry.promote(made(folder / "timed"), figures=FIGURES, by="benchmark")
    registry.rollback(by="benchmark")
    # Long enough for some to die in their second round, on a machine that others use, too.
    longest_s = 3 * (time.perf_counter() - start_s)
    faults: list[str] = []
    unfinished = garbage = 0
    for i in range(kills):
        process = os.fork()
        if not process:
            change_without_end(folder, random.Random(dice.random()))
        time.sleep(dice.uniform(0, longest_s))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        left = [path for place in (models, models / "bundles") for path in place.glob(".*.tmp")]
        garbage += bool(left)
        try:
            whole(models / "champion")
            before = len(registry.history())
            registry.promote(rescue, figures=FIGURES, by="benchmark")
            unfinished += len(registry.history()) - before - 1
            whole(models / "champion")
            faults += problems(registry)
            faults += [f"kill {i}: left {path}" for path in left if path.exists()]
        except (FaktaError, AssertionError) as error:
            faults.append(f"kill {i}: {error}")
    print(
        f"{kills} kills: {garbage} left something half made, {unfinished} changes were written down and not carried "
        f"out, {len(registry.history())} entries; {len(faults)} faults"
    )
    return faults


def change_without_end(folder: Path, dice: random.Random) -> None:
    """Promotes new bundles, rolls back and prunes until it is killed."""
    registry = Registry(folder / "models", smoke=lambda bundle: None)
    sources = folder / f"sources-{os.getpid()}"
    for i in range(1000):
        source = made(sources / f"bundle-{os.getpid()}-{i}")
        registry.promote(source, figures=FIGURES, by="benchmark")
        shutil.rmtree(sources)
        if dice.random() < 0.5:
            registry.rollback(by="benchmark")
        registry.prune(keep=1, grace=timedelta(seconds=-1))
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
