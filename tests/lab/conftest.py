"""Fixtures for the tests of the workshop: PostgreSQL databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.lab.postgres import PostgresMissing, PostgresServer, running_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server of this test run's own; skips the test where PostgreSQL is not installed."""
    try:
        with running_server() as server:
            yield server
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of an empty database of the test's own."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop(url)
