"""Nothing is sent anywhere: whole extractions, alone and in worker processes, where no socket can be made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fakta_lab.synth import SyntheticInvoice

SCRIPT = Path(__file__).with_name("offline.py")


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket()",
        "import socket; socket.socketpair()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://localhost:9')",
        "import multiprocessing; multiprocessing.Pipe()",
    ],
)
def test_the_hook_refuses(code: str) -> None:
    # Without this the test below could pass because the hook does nothing.
    done = subprocess.run(
        [sys.executable, "-c", f"import offline, sys; sys.addaudithook(offline.refuse); {code}"],
        cwd=SCRIPT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "must not happen" in done.stderr


def test_documents_are_read_without_a_socket(
    root: Path, invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path
) -> None:
    paths = [invoice_pdf, *(Path(shutil.copy(invoice_pdf, tmp_path / f"{number}.pdf")) for number in range(3))]
    done = subprocess.run(
        [sys.executable, SCRIPT, *paths],
        env=os.environ | {"PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    extractions = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(extractions) == 1 + len(paths)
    assert {extraction["fields"]["amount_due"]["value"] for extraction in extractions} == {invoice.fields["amount_due"]}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_not_even_a_library_opens_a_socket(root: Path, invoice_pdf: Path, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    command = ["strace", "-f", "-e", "trace=socket,socketpair,connect", "-o", log, sys.executable, SCRIPT, invoice_pdf]
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip("this system forbids tracing")
    assert done.returncode == 0, done.stderr
    calls = [line for line in log.read_text().splitlines() if "socket(" in line or "connect(" in line]
    assert calls == []


def test_the_hook_is_in_force_in_worker_processes(tmp_path: Path) -> None:
    # The script as it is, with work that wants a socket in place of a document.
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.read_text(encoding="utf-8").partition("def main")[0]
        + "import socket\n"
        + "from fakta.batch import Limits, run\n"
        + "def prepare(): return lambda task: socket.socket()\n"
        + "if __name__ == '__main__':\n"
        + "    print(*(outcome.error for outcome in run(prepare, ['a'], workers=1, limits=Limits())))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert "PermissionError: socket.__new__" in done.stdout
