"""The store on both databases: what is added comes back, once, in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab.store.conftest import on_postgres
from tests.lab.store.writing import document, event, import_all, placed

from fakta.errors import DatasetError
from fakta_lab.store import Added, Store, Totals


def numbers(store: Store, **options: str) -> list[str | None]:
    return [stored.correction.extracted["invoice_number"] for stored in store.events(**options)]


def test_events_come_back_as_they_were_once_each(store: Store) -> None:
    events = [event(2), event(1), event(3, corrected_at=None)]
    assert store.add_events(placed(events), source="a.jsonl") == Added(new=3, known=0)
    assert store.add_events(placed([*events, event(4)]), source="b.jsonl") == Added(new=1, known=3)
    first, *_, last = store.events()
    # Without a time first, then by time.
    assert numbers(store) == ["F3", "F1", "F2", "F4"]
    assert (first.source, first.place, first.correction.tenant) == ("a.jsonl", "line 3", "åkeri")
    assert (last.source, last.place, last.correction.labels) == (
        "b.jsonl",
        "line 4",
        {"invoice_number": "F4", "amount_due": "4.00"},
    )


def test_times_are_compared_as_times_and_equal_ones_by_import(store: Store) -> None:
    times = ["2026-03-01T09:00:00+01:00", "2026-03-01T07:59:59Z", "2026-03-01T08:00:00", "2026-03-01T08:00:00.000001Z"]
    store.add_events(placed(event(i, corrected_at=time) for i, time in enumerate(times)), source="a.jsonl")
    assert numbers(store) == ["F1", "F0", "F2", "F3"]


def test_the_last_version_of_an_event_counts(store: Store) -> None:
    store.add_events(placed([event(1, id="a"), event(2, id="b")]), source="monday")
    store.add_events(placed([event(3, id="a"), event(4, id="a", tenant="other")]), source="tuesday")
    assert numbers(store) == ["F2", "F3", "F4"]
    assert numbers(store, tenant="åkeri") == ["F2", "F3"]
    assert store.totals().superseded == 1
    # A version that was there before is not a newer one.
    store.add_events(placed([event(1, id="a")]), source="wednesday")
    assert numbers(store) == ["F2", "F3", "F4"]


def test_events_of_one_document_however_they_name_it(store: Store) -> None:
    sha256 = store.add_document(b"one", name="1.pdf", tenant="åkeri")
    assert store.add_document(b"one", name="copy of 1.pdf", tenant="other") == sha256
    store.add_document(b"two", name="1.pdf", tenant="other")
    about = [
        event(1, document="1.pdf"),
        event(2, document="1.pdf", tenant="other"),
        event(3, document="copy of 1.pdf", tenant="other"),
        event(4, document=sha256, tenant="third"),
        event(5, document="unknown.pdf"),
        event(6, document="copy of 1.pdf"),
    ]
    store.add_events(placed(about), source="a.jsonl")
    assert numbers(store, document=sha256) == ["F1", "F3", "F4"]
    assert numbers(store, document="1.pdf", tenant="åkeri") == ["F1"]
    # Of any tenant: each tenant's document of that name.
    assert numbers(store, document="1.pdf") == ["F1", "F2", "F3", "F4"]
    assert numbers(store, document="unknown.pdf") == ["F5"]
    assert numbers(store, document="nothing.pdf") == []
    assert [stored.document_sha256 == sha256 for stored in store.events()] == [True, False, True, True, False, False]


def test_one_name_stands_for_one_document_of_a_tenant(store: Store) -> None:
    sha256 = store.add_document(b"one", name="a.pdf")
    assert store.add_document(b"one", name="a.pdf") == sha256
    store.add_document(b"two", name="a.pdf", tenant="t")
    with pytest.raises(DatasetError) as caught:
        store.add_document(b"two", name="a.pdf")
    assert str(caught.value) == (
        "a.pdf: other bytes were stored under that name before (sha256 7692c3ad3540…, now 3fc4ccfe7458…); rename the "
        "document, or name it by its sha256"
    )
    assert store.names()[sha256] == [("", "a.pdf")]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("a\0.pdf", "'a\\x00.pdf': no name for a document: has a character U+0000: 'a\\x00.pdf'"),
        ("a\udce4.pdf", "'a\\udce4.pdf': no name for a document: not a text that UTF-8 can hold: 'a\\udce4.pdf'"),
        ("å" * 1001, f"'{'å' * 1001}': no name for a document: 2002 bytes long, at most 2000 are possible"),
    ],
)
def test_a_name_that_a_database_cannot_hold_is_refused(store: Store, name: str, wrong: str) -> None:
    with pytest.raises(DatasetError) as caught:
        store.add_document(b"one", name=name)
    assert str(caught.value) == wrong
    assert list(store.vault) == []


def test_texts_of_every_kind_come_back(store: Store) -> None:
    corrected = {"supplier_name": "Ångström & Söner\u2028 AB 🧾"}
    extracted = {"half": "\ud83e", "nul": "a\0b", "not a number": float("nan"), "long": "x" * 100_000}
    longest = "å" * 1000
    data = event(1, document=longest, tenant="t" * 500, id="i" * 500, corrected=corrected, extracted=extracted)
    assert store.add_events(placed([data, data]), source="a.jsonl") == Added(new=1, known=1)
    assert store.add_events(placed([data]), source="a.jsonl") == Added(new=0, known=1)
    [stored] = store.events(document=longest)
    assert stored.correction.corrected == {"supplier_name": "Ångström & Söner AB 🧾"}
    assert stored.correction.extracted["half"] == "\ud83e"
    assert stored.correction.extracted["nul"] == "a\0b"
    assert store.check() == []


def test_names_and_counts_sort_by_their_bytes(store: Store) -> None:
    tenants = ["ö", "ä", "å", "a", "B", "b", "Z", "-", "é"]
    for tenant in tenants:
        store.add_document(b"one", name="a.pdf", tenant=tenant)
    [names] = store.names().values()
    assert [tenant for tenant, _ in names] == sorted(tenants, key=str.encode)
    store.add_events(placed(event(i, tenant=tenant) for i, tenant in enumerate([*tenants, "ö"])), source="a.jsonl")
    counted = store.counts("tenant")
    assert list(counted) == sorted(tenants, key=str.encode)
    assert (counted["ö"], counted["-"]) == (2, 1)


def test_counts_are_of_last_versions(store: Store) -> None:
    store.add_document(b"one", name="1.pdf", tenant="t")
    store.add_document(b"three", name="3.pdf")
    assert store.totals() == Totals(0, 0, 2, 8, "", "")
    events = [
        event(1, id="a", tenant="t", extractor="x"),
        event(2, id="a", tenant="t", extractor="y"),
        event(3, tenant="t", selection="audit"),
        event(4, corrected_at=None),
    ]
    store.add_events(placed(events), source="a.jsonl")
    assert store.counts("extractor") == {"": 2, "y": 1}
    assert store.counts("selection", tenant="t") == {"": 1, "audit": 1}
    assert store.counts("source") == {"a.jsonl": 3}
    assert store.totals(tenant="t") == Totals(
        events=2,
        superseded=1,
        documents=1,
        document_bytes=3,
        first="2026-03-02T07:00:00.000000+00:00",
        last="2026-03-04T07:00:00.000000+00:00",
    )


def test_both_databases_give_the_same_dump(tmp_path: Path, postgres_url: str) -> None:
    folders = (tmp_path / "sqlite", on_postgres(tmp_path / "postgresql", postgres_url))
    dumps = []
    for folder in folders:
        import_all(folder, n_documents=60, n_events=1500)
        with Store.open(folder) as store:
            store.add_events(placed(event(i, tenant=t) for i, t in enumerate("öäåBb")), source="b.jsonl")
            dumps.append(list(store.dump()))
    assert len(dumps[0]) == 1505 + 60 + 60
    assert dumps[0] == dumps[1]


def test_a_damaged_document_is_found_and_mended_by_adding_it_again(store: Store) -> None:
    kept, damaged, missing = (store.add_document(document(i), name=f"{i}.pdf") for i in range(3))
    assert store.check() == []
    store.vault.path(damaged).write_bytes(b"x")
    store.vault.path(missing).unlink()
    orphan = store.vault.add(b"of nobody")
    found = {(damage.kind, damage.subject): damage.message for damage in store.check()}
    assert found == {
        (
            "damaged",
            str(store.vault.path(damaged)),
        ): "other bytes than were stored; remove the file and import it again",
        ("missing", str(store.vault.path(missing))): "the document is not there; import it again",
        ("orphaned", str(store.vault.path(orphan))): "no document of this store; import it again, or remove it",
    }
    for i in range(3):
        store.add_document(document(i), name=f"{i}.pdf")
    store.add_document(b"of nobody", name="orphan.pdf")
    assert store.check() == []
    assert store.vault.path(kept).read_bytes() == document(0)


def test_a_changed_event_is_found(store: Store) -> None:
    store.add_events(placed([event(1)]), source="a.jsonl")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET payload = replace(payload, '100.00', '900.00')")
    [damage] = store.check()
    assert damage.kind == "damaged"
    assert damage.message == "other than was stored (from a.jsonl, line 1)"


def test_known_events_and_cursors(store: Store) -> None:
    store.add_events(placed(event(number) for number in range(1500)), source="a.jsonl")
    asked = [event(number) for number in range(1200, 2700)]
    assert store.states(asked) == ["known"] * 300 + ["new"] * 1200
    assert store.cursor("db") is None
    store.set_cursor("db", "17")
    store.set_cursor("db", "18")
    assert (store.cursor("db"), store.cursor("other")) == ("18", None)
