"""`fakta extract --out results.jsonl`: stopped at any moment and gone on with, and with results that are known."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fakta_lab.cli import main
from fakta_lab.cli.batch_progress import batch_progress

# What differs from run to run.
TIMES = ("timings_ms", "extracted_at")
COMMAND = [sys.executable, "-c", "import sys; from fakta_lab.cli import main; sys.exit(main())", "extract"]


@pytest.fixture(scope="module")
def invoices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of invoices, one of which is damaged."""
    from fakta_lab.synth import generate, render_pdf

    folder = tmp_path_factory.mktemp("invoices")
    for number in range(8):
        (folder / f"{number}.pdf").write_bytes(render_pdf(generate(number)))
    (folder / "4-damaged.pdf").write_bytes(b"%PDF-1.7\nno more of it")
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    """The results in a file, but for when they were read and how long it took."""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{key: value for key, value in line.items() if key not in TIMES} for line in found]


def extract(folder: Path, *options: str) -> int:
    return main(["extract", str(folder), *options])


def killed(options: Sequence[str], *, out: Path, more_lines: int, after_s: float) -> bool:
    """Runs the command and kills it, with its workers, some time after it has written some lines; False if it ended."""
    n_before = out.read_bytes().count(b"\n") if out.exists() else 0
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None and (
        more_lines and (out.read_bytes().count(b"\n") if out.exists() else 0) < n_before + more_lines
    ):
        time.sleep(0.002)
    time.sleep(after_s)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_there_twice(
    workers: str, invoices: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    undisturbed, out, cache = tmp_path / "undisturbed.jsonl", tmp_path / "results.jsonl", tmp_path / "results.cache"
    assert extract(invoices, "--out", str(undisturbed)) == 2
    chance = random.Random(int(workers))
    options = [str(invoices), "--out", str(out), "--resume", "--workers", workers, "--cache", str(cache)]
    kills = [
        killed(options, out=out, more_lines=more_lines, after_s=chance.uniform(0, 0.3)) for more_lines in (0, 1, 2, 1)
    ]
    assert sum(kills) >= 2
    capfd.readouterr()
    assert main(["extract", *options]) == 2
    assert lines(out) == lines(undisturbed)
    assert lines(tmp_path / "results.errors.jsonl") == lines(tmp_path / "undisturbed.errors.jsonl")
    names = ["results", "results.errors", "undisturbed", "undisturbed.errors"]
    assert sorted(path.stem for path in tmp_path.glob("*.json*")) == names


def test_results_are_there_before_all_is_done(invoices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fakta import Extractor

    out = tmp_path / "results.jsonl"
    read = Extractor.extract_with_features
    counts = []

    def watched(self: Extractor, source: Any, *, name: str | None = None) -> Any:
        counts.append(len(lines(out)))
        if len(counts) == 4:
            raise KeyboardInterrupt
        return read(self, source, name=name)

    monkeypatch.setattr(Extractor, "extract_with_features", watched)
    assert extract(invoices, "--out", str(out)) != 0
    assert counts == [0, 1, 2, 3]


def test_a_stopped_run_says_how_to_go_on(
    invoices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from fakta import Extractor

    out = tmp_path / "results.jsonl"
    read = Extractor.extract_with_features

    def interrupted(self: Extractor, source: Any, *, name: str | None = None) -> Any:
        if str(source).endswith("2.pdf"):
            raise KeyboardInterrupt
        return read(self, source, name=name)

    with monkeypatch.context() as patched:
        patched.setattr(Extractor, "extract_with_features", interrupted)
        assert extract(invoices, "--out", str(out)) != 0
    assert "stopped with 2 of 9 documents; --resume goes on" in capsys.readouterr().err
    assert extract(invoices, "--out", str(out)) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"error: {out}: the run that wrote it was stopped before its end; go on with --resume")
    assert extract(invoices, "--out", str(out), "--resume") == 2
    said_lines = capsys.readouterr().err.splitlines()
    assert said_lines[0] == f"2 documents have a result in {out}, 7 are read"
    assert len(said_lines) == 2  # and the damaged one
    # What could not be read is known now, and still counts.
    assert extract(invoices, "--out", str(out), "--resume") == 2
    said_lines = capsys.readouterr().err.splitlines()
    assert said_lines == [
        f"8 documents have a result in {out}, 0 are read",
        f"1 could not be read before ({tmp_path / 'results.errors.jsonl'}); --retry-failed reads them again",
    ]
    assert extract(invoices, "--out", str(out), "--resume", "--retry-failed") == 2
    assert "4-damaged.pdf" in capsys.readouterr().err.splitlines()[-1]


def test_known_results_are_not_read_again(invoices: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "results.cache")
    for name in ("first", "again"):
        assert extract(invoices, "--out", str(tmp_path / f"{name}.jsonl"), "--cache", cache) == 2
    assert lines(tmp_path / "first.jsonl") == lines(tmp_path / "again.jsonl")
    for line in (tmp_path / "again.jsonl").read_text(encoding="utf-8").splitlines():
        assert list(json.loads(line)["timings_ms"]) == ["cache"]


@pytest.mark.parametrize(("name", "begins"), [("a.json", "["), ("a.csv", "document,"), ("a.txt", "")])
def test_the_file_name_says_the_format(name: str, begins: str, invoice_pdf: Path, tmp_path: Path) -> None:
    out = tmp_path / name
    assert main(["extract", str(invoice_pdf), "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith(begins or str(invoice_pdf))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--resume"], "--resume goes on with a file of JSON Lines"),
        (["--resume", "--out", "a.csv"], "--resume goes on with a file of JSON Lines"),
        (["--retry-failed", "--out", "a.jsonl"], "--retry-failed goes with --resume"),
        (["-", "--resume", "--out", "a.jsonl"], "- (stdin) cannot be read again"),
    ],
)
def test_what_cannot_be_resumed_is_said(
    options: list[str], says: str, invoice_pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(invoice_pdf), *options]) == 2
    assert says in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("out", "shown"), [(Path("a.jsonl"), True), (None, False)])
def test_progress_is_shown_on_a_terminal_that_has_no_results(
    out: Path | None, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", Terminal())
    with batch_progress(200, known=50, out=out) as progress:
        progress.done()
        time.sleep(0.15)
        progress.done(failed=True)
        time.sleep(0.15)
    said = screen.getvalue()
    assert ("52/200" in said) == shown
    assert ("1 failed" in said) == shown
    assert ("/s" in said or "/min" in said) == shown


def test_progress_is_silent_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with batch_progress(2, out=Path("a.jsonl")) as progress:
        progress.done()
    assert capsys.readouterr() == ("", "")
