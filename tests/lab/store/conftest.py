"""Stores on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fakta_lab.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder for a store: with nothing in it, or settings that name an empty PostgreSQL database."""
    folder = tmp_path / "store"
    if request.param == "postgresql":
        on_postgres(folder, request.getfixturevalue("postgres_url"))
    return folder


@pytest.fixture
def store(store_folder: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(store_folder, create=True) as store:
        yield store


def on_postgres(folder: Path, url: str) -> Path:
    """Writes settings that name a database; returns the folder."""
    folder.mkdir(parents=True)
    (folder / "store.yaml").write_text(yaml.safe_dump({"database": url}), encoding="utf-8")
    return folder
