"""Stores of other versions of fakta: older ones are brought up to date, newer ones are refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from tests.lab.store.writing import event, import_all, placed, start

from fakta.errors import InputError
from fakta_lab.store import Store, migrations
from fakta_lab.store.database import open_database
from fakta_lab.store.tables import metadata

VERSIONS = Path(migrations.__file__).parent / "versions"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("events", sa.Column("note", sa.Text(), nullable=False, server_default="none yet"))
    op.create_index("events_by_note", "events", ["note"])
    {failure}
"""


def next_step(folder: Path, *, failure: str = "") -> Path:
    """The steps there are, and one more, in a folder of their own."""
    folder.mkdir()
    for step in VERSIONS.glob("*.py"):
        (folder / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    text = NEXT.format(head=migrations.HEAD, failure=failure)
    (folder / "next.py").write_text(text, encoding="utf-8")
    return folder


def test_the_steps_lead_to_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert migrations.revision_of(connection) == migrations.HEAD


def test_texts_sort_by_bytes_in_every_column_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    database = open_database(tmp_path, postgres_url)
    with database.reading() as connection:
        query = (
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        )
        assert connection.exec_driver_sql(query).all() == []
    database.engine.dispose()


def test_the_last_step_is_head() -> None:
    scripts = ScriptDirectory(str(VERSIONS.parent), version_locations=[str(VERSIONS)])
    assert scripts.get_heads() == [migrations.HEAD]


def test_an_older_store_is_brought_up_to_date_with_all_it_holds(store_folder: Path, tmp_path: Path) -> None:
    import_all(store_folder, n_documents=5, n_events=1200)
    steps = next_step(tmp_path / "steps")
    with Store.open(store_folder) as store:
        before = list(store.dump())
        for _ in range(2):
            with store.database.writing() as connection:
                migrations.upgrade(connection, where="store", steps=steps, head="next")
        with store.engine.connect() as connection:
            assert migrations.revision_of(connection) == "next"
            assert connection.exec_driver_sql("SELECT DISTINCT note FROM events").scalars().all() == ["none yet"]
        assert list(store.dump()) == before


def test_a_step_that_fails_changes_nothing(store_folder: Path, tmp_path: Path) -> None:
    import_all(store_folder, n_documents=0, n_events=10)
    steps = next_step(tmp_path / "steps", failure="raise RuntimeError")
    with Store.open(store_folder) as store:
        with pytest.raises(RuntimeError), store.database.writing() as connection:
            migrations.upgrade(connection, where="store", steps=steps, head="next")
        with store.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            assert migrations.revision_of(connection) == migrations.HEAD


def test_a_newer_store_is_refused(store_folder: Path) -> None:
    with Store.open(store_folder, create=True) as store:
        store.add_events(placed([event(1)]), source="a.jsonl")
        before = list(store.dump())
        with store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(InputError) as caught:
            Store.open(store_folder)
        assert str(caught.value) == (
            f"{store.database.where}: made by a newer fakta (revision 9999; this one knows {migrations.HEAD}); "
            "upgrade fakta"
        )
        assert list(store.dump()) == before


def test_processes_that_make_a_store_at_once_make_one(store_folder: Path) -> None:
    processes = [start(import_all, store_folder, n_documents=2, n_events=20) for _ in range(6)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 6
    with Store.open(store_folder) as store:
        assert store.totals().events == 20


def test_migrations_are_silent(store_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Store.open(store_folder, create=True).close()
    assert capfd.readouterr() == ("", "")


def test_opening_a_store_that_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    code = (
        "import sys; from pathlib import Path; from fakta_lab.store import Store\n"
        "Store.open(Path(sys.argv[1])).close()\n"
        "assert not {'alembic', 'psycopg'} & set(sys.modules)"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, cwd=root / "src")
