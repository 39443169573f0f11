"""A PostgreSQL server for one test run, from the system's packages: own data folder, own socket, no port.

    with running_server() as server:
        engine = create_engine(server.new_database())

PostgreSQL refuses to run as root, so there it runs as `postgres` (or `nobody`).
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

USER = "fakta"
START_TIMEOUT_S = 60.0
# Durability costs time and protects against power failures only, which no test causes.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
}
# Trust for all but one user, who needs a password that nobody has.
HBA = "local all locked scram-sha-256\nlocal all all trust\n"


class PostgresMissing(RuntimeError):
    """There is no PostgreSQL server to start."""


@dataclass
class PostgresServer:
    """A running server.

    Attributes:
        sockets: folder of its socket.
    """

    sockets: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self) -> str:
        """SQLAlchemy URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url(name)

    def url(self, database: str, *, user: str = USER) -> str:
        """SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.sockets}"

    def drop(self, url: str) -> None:
        """Drops a database that `new_database` made, whoever is still connected to it."""
        name = url.rpartition("/test_")[2].partition("?")[0]
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE test_{int(name)} WITH (FORCE)".encode())

    def _conninfo(self, database: str) -> str:
        return f"host={self.sockets} user={USER} dbname={database}"


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Starts a server, and stops it and removes its data at the end, whatever happens in between.

    Raises:
        PostgresMissing: PostgreSQL is not installed.
    """
    binaries = find_binaries()
    account = _account()
    # Under /tmp, not in pytest's folders: those are closed to other users, and a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="fakta-postgres-"))
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _initdb(binaries, folder / "data", account)
        (folder / "data" / "pg_hba.conf").write_text(HBA, encoding="utf-8")
        settings = SETTINGS | {"unix_socket_directories": str(folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            command = [binaries / "postgres", "-D", folder / "data", *options]
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **_run_as(account))
        try:
            server = PostgresServer(folder)
            _wait(server, process, folder / "log")
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres`: Debian keeps them out of the PATH.

    Raises:
        PostgresMissing: there is none.
    """
    found = [Path(path).parent for path in (shutil.which("initdb"),) if path]
    # The newest version first.
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    for folder in found:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise PostgresMissing("PostgreSQL is not installed (no initdb); `make setup` installs it where it can")


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as; None for the user of the tests."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _run_as(account: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _initdb(binaries: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    """Makes the data folder. Texts sort the Swedish way by default: a store that relies on the default fails."""
    command = [binaries / "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync"]
    icu = ["--locale=C", "--locale-provider=icu", "--icu-locale=sv-SE"]
    for options in (icu, ["--locale=C"]):
        done = subprocess.run(
            [*command, *options], cwd=data.parent, capture_output=True, text=True, check=False, **_run_as(account)
        )
        if done.returncode == 0:
            return
        # Before version 15, and without ICU, the default order is that of C.
        shutil.rmtree(data, ignore_errors=True)
    raise RuntimeError(f"initdb failed: {done.stderr}")


def _wait(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            psycopg.connect(server._conninfo("postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(encoding='utf-8')}") from None
            time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    # SIGINT: open connections are closed; SIGQUIT: at once.
    for stop in (signal.SIGINT, signal.SIGQUIT):
        process.send_signal(stop)
        try:
            process.wait(timeout=20)
            return
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()
