"""Shadow mode: production never notices, lines are whole, and nothing of the page is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from fakta.errors import DamagedDocument
from fakta.extraction import ExtractedField, Extraction
from fakta.mapping import OutputMapping
from fakta.shadow import ShadowLog, append_line, set_aside

SRC = Path(__file__).parents[2] / "src"


class Reader:
    """Reads 100 kr and an invoice number out of anything, when it is let."""

    name = "fakta/test"

    def __init__(self) -> None:
        self.may_read = threading.Event()
        self.may_read.set()

    def extract(self, source: bytes, *, name: str | None = None) -> Extraction:
        self.may_read.wait()
        if source == b"damaged":
            raise DamagedDocument("SECRET stands on this page")
        if source == b"bug":
            raise ZeroDivisionError("SECRET")
        fields = {
            "amount_due": ExtractedField(
                "amount_due", Decimal("100.00"), "SECRET 100,00 kr", confidence=0.99, accepted=True, page=1,
                reasons=("SECRET",), explanation="SECRET",
            ),
            "iban": ExtractedField("iban", None, confidence=0.4),
        }  # fmt: skip
        return Extraction(
            document=name or "", sha256="0" * 64, pages=1, model=self.name, needs_review=True, fields=fields,
            explanation="SECRET", timings_ms={"read": 12.0},
        )  # fmt: skip


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_both_answers_stand_in_one_line(tmp_path: Path) -> None:
    mapping = OutputMapping.from_dict({"output": {"betalning": {"att_betala": "amount_due"}}})
    with ShadowLog(Reader(), tmp_path / "shadow.jsonl", mapping=mapping, production="gpt-4o") as shadow:
        assert shadow.record(b"pdf", {"betalning": {"att_betala": 125}, "annat": 1}, name="a.pdf", seconds=2.5)
    (line,) = lines(shadow.path)
    assert shadow.written == 1
    assert line["document"] == "a.pdf"
    assert line["production"] == {"fields": {"amount_due": 125}, "seconds": 2.5, "name": "gpt-4o"}
    assert line["fakta"]["fields"]["amount_due"] == {"value": "100.00", "confidence": 0.99, "accepted": True}
    assert line["fakta"]["model"] == "fakta/test"
    assert "SECRET" not in shadow.path.read_text(encoding="utf-8")
    assert shadow.path.stat().st_mode & 0o077 == 0  # values of invoices are nobody else's


def test_what_goes_wrong_stays_in_the_shadow(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with ShadowLog(Reader(), tmp_path / "shadow.jsonl") as shadow:
        shadow.record(b"damaged", None, name="a.pdf")
        shadow.record(b"bug", {"amount_due": "1"}, name="b.pdf")
        shadow.record(b"pdf", ["not", "an", "object"], name="c.pdf")  # type: ignore[arg-type]
        shadow.record(b"pdf", {"amount_due": Decimal("7.10"), "odd": object()}, name="d.pdf")
    first, second, *_, last = lines(shadow.path)
    assert first["production"] == {"fields": None}
    assert first["fakta"] == {"model": "fakta/test", "error": "DamagedDocument"}
    assert second["fakta"]["error"] == "ZeroDivisionError"
    assert last["production"]["fields"]["amount_due"] == "7.10"
    assert "SECRET" not in caplog.text


def test_a_disk_that_refuses_is_counted_not_raised(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with ShadowLog(Reader(), tmp_path / "file" / "shadow.jsonl") as shadow:
        assert shadow.record(b"pdf", {})
    assert (shadow.written, shadow.failed) == (0, 1)


def test_production_does_not_wait_and_what_is_too_much_is_left_out(tmp_path: Path) -> None:
    reader = Reader()
    reader.may_read.clear()
    shadow = ShadowLog(reader, tmp_path / "shadow.jsonl", waiting=2)
    started = time.monotonic()
    taken = [shadow.record(b"pdf", {"amount_due": "1"}, name=f"{number}.pdf") for number in range(50)]
    assert time.monotonic() - started < 1
    # Two wait, and the one that is being read may have made room for a third.
    assert 2 <= sum(taken) <= 3
    assert shadow.dropped == 50 - sum(taken)
    assert not shadow.flush(timeout=0.05)
    reader.may_read.set()
    assert shadow.close(timeout=10)
    assert shadow.written == sum(taken)


def test_a_closed_log_goes_on_with_the_next_document(tmp_path: Path) -> None:
    shadow = ShadowLog(Reader(), tmp_path / "shadow.jsonl")
    for _ in range(2):
        shadow.record(b"pdf", {})
        shadow.close()
    assert shadow.written == 2


def test_a_large_log_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "shadow.jsonl"
    for number in range(10):
        append_line(path, {"number": number}, max_bytes=30)
    files = [*set_aside(path), path]
    assert len(files) > 2
    assert [line["number"] for file in files for line in lines(file)] == list(range(10))


def test_half_a_line_takes_no_other_with_it(tmp_path: Path) -> None:
    path = tmp_path / "shadow.jsonl"
    path.write_bytes(b'{"number": 0}\n{"numb')
    append_line(path, {"number": 1})
    assert path.read_bytes().splitlines() == [b'{"number": 0}', b'{"numb', b'{"number":1}']


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_has_a_shadow_of_its_own(tmp_path: Path) -> None:
    shadow = ShadowLog(Reader(), tmp_path / "shadow.jsonl")
    shadow.record(b"pdf", {}, name="parent.pdf")
    shadow.flush()
    script = (
        "import os, sys; sys.path[:0] = sys.argv[1:3]\n"
        "from tests.fakta.test_shadow import Reader\n"
        "from fakta.shadow import ShadowLog\n"
        "shadow = ShadowLog(Reader(), sys.argv[3])\n"
        "shadow.record(b'pdf', {}, name='before'); shadow.flush()\n"
        "child = os.fork()\n"
        "shadow.record(b'pdf', {}, name='after'); ok = shadow.close(10)\n"
        "os._exit(not ok) if not child else sys.exit(os.waitpid(child, 0)[1] or not ok)\n"
    )
    arguments = [sys.executable, "-W", "ignore", "-c", script, str(SRC), str(SRC.parent), str(shadow.path)]
    subprocess.run(arguments, check=True, timeout=30)
    assert Counter(line["document"] for line in lines(shadow.path)) == {"parent.pdf": 1, "before": 1, "after": 2}


WRITER = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from fakta.shadow import append_line
path, who, n = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
for number in range(n):
    # Longer than what a pipe or a page takes at once.
    append_line(path, {"who": who, "number": number, "filler": "å" * 6000}, max_bytes=2_000_000)
    print(number, flush=True)
"""


def test_four_processes_write_at_once_and_one_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "shadow.jsonl"
    command = [sys.executable, "-c", WRITER, str(SRC), str(path)]
    writers = [subprocess.Popen([*command, str(who), "60"], stdout=subprocess.PIPE) for who in range(3)]
    victim = subprocess.Popen([*command, "victim", "100000"], stdout=subprocess.PIPE)
    assert victim.stdout is not None
    said = [victim.stdout.readline() for _ in range(20)]
    victim.send_signal(signal.SIGKILL)
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with victim:
        said += victim.stdout.readlines()
    whole, torn = Counter[str](), 0
    for file in [*set_aside(path), path]:
        for text in file.read_text(encoding="utf-8").splitlines():
            try:
                whole[json.loads(text)["who"]] += 1
            except ValueError:
                torn += 1
    assert torn <= 1
    assert {who: whole[who] for who in "012"} == {"0": 60, "1": 60, "2": 60}
    # Everything that was reported as written is there, and at most one line more.
    assert len(said) <= whole["victim"] <= len(said) + 1
