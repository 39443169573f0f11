"""Kills a command again and again, and checks that running it once more gives what an undisturbed run gives.

    python scripts/kill_test.py --out DIR -- fakta corrections import corrections.jsonl --store {out}
    python scripts/kill_test.py --out DIR -- fakta dataset build configs/dataset.yaml --set out={out}
    python scripts/kill_test.py --out DIR --database URL -- fakta corrections import corrections.jsonl --store {out}
    python scripts/kill_test.py --out DIR --only model.safetensors -- fakta train CONFIG --resume --set out={out}
    python scripts/kill_test.py --out DIR --ignore timings_ms --ignore extracted_at -- \
        sh -c "mkdir -p {out} && fakta extract INVOICES --resume --out {out}/results.jsonl"

The command writes into the folder that stands for `{out}`, a new one for every few kills. It is killed (SIGKILL, with
all processes that it started) at moments drawn at random from the time that an undisturbed run takes, then run to its
end. Two folders are the same if they hold the same files, byte for byte; two stores, if they hold the same events and
documents. With `--only` only files of that name are compared: a training run also records how long it took. With
`--ignore` files of JSON Lines are compared but for these keys. Ends with 1 and the first differences where they do not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count, zip_longest
from pathlib import Path

import yaml
from sqlalchemy import create_engine, text

from fakta_lab.store import Store
from fakta_lab.store.tables import metadata

# Kills of one folder before the command is run to its end: later ones meet what earlier ones left.
KILLS_IN_A_ROW = 5
SHOWN = 5


def main() -> None:
    """Runs, kills, compares, and prints how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for what the runs write; must not exist")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="PostgreSQL URL for stores; FAKTA'S TABLES THERE ARE DROPPED for every run")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="names of the files to compare")
    parser.add_argument(
        "--ignore", metavar="KEY", action="append", default=[], help="of the objects in *.jsonl files: not compared"
    )
    parser.add_argument("command", nargs="+", help="with {out} for the folder that it writes into")
    settings = parser.parse_args()
    if not any("{out}" in part for part in settings.command):
        parser.error("the command does not say where it writes: {out}")
    if settings.out.exists():
        parser.error(f"{settings.out} exists")
    settings.out.mkdir(parents=True)
    print(f"$ {shlex.join(settings.command)}")

    folder = new_folder(settings.out / "undisturbed", settings.database)
    start_s = time.perf_counter()
    finish(settings.command, folder)
    duration_s = time.perf_counter() - start_s
    expected = list(contents(folder, settings.only, ignored=settings.ignore))
    print(f"undisturbed: {duration_s:.1f} s, {len(expected):,} things to compare")

    rng = random.Random(settings.seed)
    n_killed = 0
    for number in count():
        if n_killed >= settings.kills:
            break
        folder = new_folder(settings.out / f"killed-{number}", settings.database)
        n_before = n_killed
        for _ in range(min(KILLS_IN_A_ROW, settings.kills - n_killed)):
            ended_s = killed(settings.command, folder, after_s=rng.uniform(0, duration_s))
            if ended_s is None:
                n_killed += 1
            else:
                # What a killed run got done makes the next one shorter.
                duration_s = ended_s
        finish(settings.command, folder)
        found = differences(expected, list(contents(folder, settings.only, ignored=settings.ignore)))
        if found:
            print(f"{folder}: other than undisturbed after {n_killed - n_before} kills:", *found[:SHOWN], sep="\n  ")
            sys.exit(1)
        print(f"{folder.name}: {n_killed - n_before} kills, then the same as undisturbed")
        shutil.rmtree(folder)
    print(f"{n_killed} kills: no difference")


def new_folder(folder: Path, database: str | None) -> Path:
    """A folder that the command has never written to; with `database`, settings of a store in it that name it."""
    if database:
        engine = create_engine(database)
        with engine.begin() as connection:
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        engine.dispose()
        folder.mkdir()
        (folder / "store.yaml").write_text(yaml.safe_dump({"database": database}), encoding="utf-8")
    return folder


def finish(command: Sequence[str], folder: Path) -> None:
    """Runs the command to its end."""
    done = subprocess.run(_filled(command, folder), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the command ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def killed(command: Sequence[str], folder: Path, *, after_s: float) -> float | None:
    """Starts the command and kills it, and whatever it started; returns after how long it ended if that was before."""
    start_s = time.perf_counter()
    process = subprocess.Popen(
        _filled(command, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None
    return time.perf_counter() - start_s


def contents(folder: Path, pattern: str = "*", *, ignored: Sequence[str] = ()) -> Iterator[str]:
    """What a folder holds: of a store its events and documents, otherwise its files."""
    if (folder / "corrections.db").is_file() or (folder / "store.yaml").is_file():
        with Store.open(folder) as store:
            yield from store.dump()
        return
    for path in sorted(path for path in folder.rglob(pattern) if not path.is_dir()):
        if ignored and path.suffix == ".jsonl":
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield f"{path.relative_to(folder)} {json.loads(line) | dict.fromkeys(ignored)}"
            continue
        yield f"{path.relative_to(folder)} sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


def differences(expected: Sequence[str], found: Sequence[str]) -> list[str]:
    """Each thing that is other than expected, missing or too much, cut to one line."""
    return [
        f"expected {str(one)[:200]}, found {str(other)[:200]}"
        for one, other in zip_longest(expected, found, fillvalue="nothing")
        if one != other
    ]


def _filled(command: Sequence[str], folder: Path) -> list[str]:
    return [part.replace("{out}", str(folder)) for part in command]


if __name__ == "__main__":
    main()
