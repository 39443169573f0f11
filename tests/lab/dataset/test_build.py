"""From a store of corrections and real PDFs to a dataset on disk."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import datasets
import pytest
from tests.lab.dataset.stores import INVOICES, SUPPLIERS, files, fill, invoices

from fakta.errors import ConfigError, DatasetError, InputError
from fakta_lab.config import load_config
from fakta_lab.corrections.erasure import erase, of_document
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.store import Store
from fakta_lab.store.lineage import datasets_with

Contents = dict[str, bytes]
Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> tuple[Contents, Events]:
    """Twelve generated invoices of six suppliers, and simulated corrections of them."""
    return invoices()


@pytest.fixture(scope="module")
def store(made: tuple[Contents, Events], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that holds them; read it, never change it."""
    return fill(tmp_path_factory.mktemp("store"), *made)


def config(store: Path, out: Path, **changes: Any) -> DatasetConfig:
    # Small images keep the tests quick; one test has the default size.
    return DatasetConfig(**{"store": store, "out": out, "image_height": 64, "test_share": 0.0, **changes})


def rows_of(folder: Path) -> list[dict[str, Any]]:
    return [row for split in datasets.load_from_disk(str(folder)).values() for row in split]


def test_rows_hold_words_boxes_labels_and_images_of_every_page(
    made: tuple[Contents, Events], store: Path, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    changes: dict[str, Any] = {"image_height": 1000, "test_share": 0.1}
    report = build_dataset(config(store, tmp_path / "data", **changes), progress=lambda *each: seen.append(each))
    assert set(datasets.load_from_disk(str(tmp_path / "data"))) == {"train", "dev", "test"}
    rows = rows_of(tmp_path / "data")
    assert {row["document"] for row in rows} == {f"{i}-{k}.pdf" for i in range(SUPPLIERS) for k in range(INVOICES)}
    assert seen == [(n, 12) for n in range(1, 13)]
    for row in rows:
        assert len(row["words"]) == len(row["boxes"]) == len(row["labels"]) > 10
        assert all(0 <= edge <= 1 for box in row["boxes"] for edge in box)
        assert row["sha256"] == hashlib.sha256(made[0][row["document"]]).hexdigest()
        assert (max(row["image"].size), row["image"].mode) == (1000, "L")
        assert row["language"]
        assert row["weight"] == 1.0
    labels = {label for row in rows for label in row["labels"]}
    assert {"O", "?", "B-amount_due", "B-supplier_name"} <= labels
    assert sum(counts.documents for counts in report.splits.values()) == 12


def test_a_row_leads_back_to_its_corrections(made: tuple[Contents, Events], store: Path, tmp_path: Path) -> None:
    build_dataset(config(store, tmp_path / "data"))
    events = {event["document"]: event for event in made[1]}
    with Store.open(store) as opened:
        digests = {event.correction.document: event.digest for event in opened.events()}
    for row in rows_of(tmp_path / "data"):
        event = events[row["document"]]
        values, sources = json.loads(row["values"]), json.loads(row["label_sources"])
        assert row["events"] == [digests[row["document"]]]
        assert set(values) == set(sources) == {*event["confirmed"], *event["corrected"]}
        assert {name for name, source in sources.items() if source == "corrected"} == set(event["corrected"])
        # Every field that is labelled on the page is among those that stand on it, with its value.
        labelled = {label[2:] for label in row["labels"] if label.startswith("B-")}
        assert labelled <= set(row["fields"])
        assert all(values[name] is not None for name in row["fields"])


def test_no_supplier_is_on_two_sides(store: Path, tmp_path: Path) -> None:
    for seed in range(2):
        build_dataset(config(store, tmp_path / "data", seed=seed, dev_share=0.3, test_share=0.3, images=False))
        loaded = datasets.load_from_disk(str(tmp_path / "data"))
        suppliers = [set(loaded[split]["supplier"]) for split in ("train", "dev", "test")]
        assert all(suppliers)
        assert sum(map(len, suppliers)) == len(set.union(*suppliers)) == SUPPLIERS


def test_the_card_and_the_lineage_say_what_is_in_it(made: tuple[Contents, Events], store: Path, tmp_path: Path) -> None:
    report = build_dataset(config(store, tmp_path / "data", images=False))
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    train = report.splits["train"]
    assert f"| train | {len(train.suppliers)} | {train.documents} | {train.pages} | {train.documents}.0 |" in card
    assert report.sha256 in card
    assert card.startswith("---\npretty_name:")
    corrected = report.values["amount_due"]["corrected"]["aligned"]
    assert f"| amount_due | corrected | {corrected} |" in card
    # Names of documents and suppliers are the dataset's, not its card's.
    assert ".pdf" not in card
    content = json.loads((tmp_path / "data" / "dataset.json").read_text(encoding="utf-8"))
    shas = {hashlib.sha256(data).hexdigest(): name for name, data in made[0].items()}
    assert content["lineage"]["documents"] == shas
    assert {len(events) for events in content["lineage"]["events"].values()} == {1}
    assert sorted(sha256 for part in content["lineage"]["splits"].values() for sha256 in part) == sorted(shas)
    assert str(tmp_path) not in json.dumps(content) + card
    with Store.open(store) as opened, opened.database.reading() as connection:
        assert datasets_with(connection, shas)[report.sha256] == 12


def test_equal_stores_give_equal_bytes_in_any_order_of_import_and_with_any_number_of_workers(
    made: tuple[Contents, Events], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents, events = made
    build_dataset(config(store, tmp_path / "one", workers=1))
    # So few documents are not worth a process else.
    monkeypatch.setattr("fakta_lab.dataset.prepare.DOCUMENTS_A_PROCESS", 6)
    other = fill(tmp_path / "store", dict(reversed(contents.items())), events[::-1])
    build_dataset(config(other, tmp_path / "two", workers=2))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_rebuild_takes_over_what_did_not_change_and_equals_a_build_from_nothing(
    made: tuple[Contents, Events], tmp_path: Path
) -> None:
    contents, events = made
    store = fill(tmp_path / "store", contents, events)
    first = build_dataset(config(store, tmp_path / "data"))
    assert (first.reuse.read, first.reuse.aligned, first.reuse.reused) == (12, 12, 0)
    # One document is corrected anew, one comes in.
    later = {"corrected_at": "2026-12-01T00:00:00Z"}
    more = [
        {"document": "0-0.pdf", "corrected": {"customer_number": "K-1"}, **later},
        {"document": "new.pdf", "corrected": {"amount_due": "100.00"}, "supplier": "supplier 9", **later},
    ]
    fill(store, {"new.pdf": contents["1-0.pdf"] + b"\n"}, more)
    second = build_dataset(config(store, tmp_path / "data"))
    assert (second.reuse.read, second.reuse.aligned, second.reuse.reused) == (1, 2, 11)
    assert second.sha256 != first.sha256
    build_dataset(config(store, tmp_path / "fresh"))
    assert files(tmp_path / "data") == files(tmp_path / "fresh")


def test_other_code_reads_and_aligns_anew(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_dataset(config(store, tmp_path / "data", images=False))
    monkeypatch.setattr("fakta_lab.dataset.prepare.aligning_fingerprint", lambda schema: "another aligner")
    assert build_dataset(config(store, tmp_path / "data", images=False)).reuse.read == 0
    monkeypatch.setattr("fakta_lab.dataset.prepare.reading_fingerprint", lambda **_: "another reader")
    assert build_dataset(config(store, tmp_path / "data", images=False)).reuse.read == 12


def test_the_cache_may_be_damaged_or_deleted_and_holds_nothing_that_is_not_in_use(
    made: tuple[Contents, Events], store: Path, tmp_path: Path
) -> None:
    build_dataset(config(store, tmp_path / "data"))
    whole = files(tmp_path / "data")
    cache = tmp_path / ".data.build"
    kept = sorted(path for path in cache.rglob("*") if path.is_file() and path.name != "lock")
    assert len(kept) == 24
    for path in kept:
        path.write_bytes(path.read_bytes()[:200])
    build_dataset(config(store, tmp_path / "data"))
    assert files(tmp_path / "data") == whole
    fewer = fill(tmp_path / "store", made[0], [event for event in made[1] if event["document"] != "0-0.pdf"])
    build_dataset(config(fewer, tmp_path / "data"))
    gone = hashlib.sha256(made[0]["0-0.pdf"]).hexdigest()
    assert not list(cache.rglob(f"{gone}*"))


def test_documents_that_cannot_be_used_are_left_out_and_named(made: tuple[Contents, Events], tmp_path: Path) -> None:
    contents, [good, *_] = made
    pdf = contents[good["document"]]
    bad = [{**good, "document": name, "supplier": name} for name in ("none.pdf", "bad.pdf", "copy.pdf")]
    # The same invoice once more, printed to another file.
    store = fill(tmp_path / "store", {good["document"]: pdf, "bad.pdf": b"no", "copy.pdf": pdf + b"\n"}, [good, *bad])
    report = build_dataset(config(store, tmp_path / "data", dev_share=0))
    assert {name: dropped.kind for name, dropped in report.dropped.items()} == {
        "none.pdf": "the store does not have it",
        "bad.pdf": "it cannot be read",
        next(name for name in ("copy.pdf", good["document"]) if name in report.dropped): (
            "it is a copy of another document"
        ),
    }
    assert "plain text" in report.dropped["bad.pdf"].reason
    assert {name: counts.documents for name, counts in report.splits.items()} == {"train": 1}
    assert report.events == 1
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert "| the store does not have it | 1 |" in card


def test_path_and_bytes_name_one_document_and_the_later_event_wins(
    made: tuple[Contents, Events], tmp_path: Path
) -> None:
    contents, [event, *_] = made
    pdf = contents[event["document"]]
    first = {"document": "a.pdf", "corrected": {"supplier_name": "Wrong AB"}, "corrected_at": "2026-01-01T00:00:00Z"}
    truth = {**event["extracted"], **event["corrected"]}
    second = {
        "document": hashlib.sha256(pdf).hexdigest(),
        "corrected": {"supplier_name": truth["supplier_name"]},
        "corrected_at": "2026-01-02T00:00:00Z",
    }
    store = fill(tmp_path / "store", {"a.pdf": pdf}, [second, first])
    report = build_dataset(config(store, tmp_path / "data", images=False))
    assert {name: counts.documents for name, counts in report.splits.items()} == {"train": 1}
    assert report.alignments == {"supplier_name": {"aligned": 1}}
    assert report.events == 2


def test_a_tenant_may_have_a_dataset_of_its_own(made: tuple[Contents, Events], tmp_path: Path) -> None:
    contents, events = made
    with Store.open(tmp_path / "store", create=True) as store:
        for event, tenant in zip(events, ("a", "b") * 6, strict=True):
            store.add_document(contents[event["document"]], name=event["document"], tenant=tenant)
            store.add_events([({**event, "tenant": tenant}, "")], source="test")
    build_dataset(config(tmp_path / "store", tmp_path / "data", tenant="a", images=False))
    rows = rows_of(tmp_path / "data")
    assert {row["tenant"] for row in rows} == {"a"}
    assert len({row["document"] for row in rows}) == 6
    with pytest.raises(DatasetError, match="no corrections of the tenant 'c'"):
        build_dataset(config(tmp_path / "store", tmp_path / "data", tenant="c"))


def test_another_folder_is_never_overwritten_and_a_failed_build_keeps_the_old_dataset(
    store: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(DatasetError, match="exists and is no dataset"):
        build_dataset(config(store, tmp_path / "mine"))
    report = build_dataset(config(store, tmp_path / "data", images=False))
    whole = files(tmp_path / "data")
    with pytest.raises(DatasetError, match="no corrections"):
        build_dataset(config(fill(tmp_path / "empty", {}, []), tmp_path / "data"))
    with pytest.raises(DatasetError, match="expected 0 or more, together less than 1"):
        build_dataset(config(store, tmp_path / "data", dev_share=0.6, test_share=0.6))
    assert files(tmp_path / "data") == whole
    assert report.sha256 in whole["README.md"].decode()
    # The workplace keeps what was read, and no half-made dataset.
    assert {path.name for path in (tmp_path / ".data.build").iterdir()} == {"lock", "pages", "labels"}


@pytest.mark.parametrize("problem", ["no store", "no document", "no folder"])
def test_what_makes_a_build_impossible_is_one_line(
    problem: str, made: tuple[Contents, Events], store: Path, tmp_path: Path
) -> None:
    if problem == "no store":
        with pytest.raises(InputError, match="no store here"):
            build_dataset(config(tmp_path / "none", tmp_path / "data"))
    elif problem == "no document":
        events_only = fill(tmp_path / "store", {}, made[1])
        with pytest.raises(DatasetError, match=r"not one document can be used; \d-\d\.pdf: the store does not have it"):
            build_dataset(config(events_only, tmp_path / "data"))
    else:
        (tmp_path / "file").write_text("", encoding="utf-8")
        with pytest.raises(DatasetError, match="cannot be written: "):
            build_dataset(config(store, tmp_path / "file" / "data"))


def test_the_configuration_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text("store: a\nout: c\ndev_shar: 0.1\nocr: abby\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path, DatasetConfig)
    assert "dev_shar" in str(caught.value)
    assert "ocr" in str(caught.value)


def test_what_was_trained_on_is_never_measured_on_later(store: Path, tmp_path: Path) -> None:
    build_dataset(config(store, tmp_path / "one", images=False, seed=1, dev_share=0.4))
    changed = {"images": False, "seed": 2, "dev_share": 0.4}
    build_dataset(config(store, tmp_path / "free", **changed))
    build_dataset(config(store, tmp_path / "bound", previous=tmp_path / "one", **changed))
    one, free, bound = (
        {
            row["document"]: split
            for split, part in datasets.load_from_disk(str(tmp_path / name)).items()
            for row in part
        }
        for name in ("one", "free", "bound")
    )
    assert one == bound != free
    with pytest.raises(DatasetError, match="no dataset folder"):
        build_dataset(config(store, tmp_path / "bound", previous=tmp_path / "none"))


def test_adding_a_supplier_moves_no_other(made: tuple[Contents, Events], tmp_path: Path) -> None:
    contents, events = made
    sides = []
    for skipped in ("supplier 5", "none"):
        store = fill(tmp_path / skipped, contents, [event for event in events if event["supplier"] != skipped])
        build_dataset(config(store, tmp_path / "data", dev_share=0.5, images=False))
        loaded = datasets.load_from_disk(str(tmp_path / "data"))
        sides.append({row["document"]: split for split in loaded for row in loaded[split]})
    assert (len(sides[0]), len(sides[1])) == (10, 12)
    assert sides[0].items() <= sides[1].items()
    assert set(sides[0].values()) == {"train", "dev"}


def test_an_erasure_reaches_the_dataset_and_what_lies_beside_it(made: tuple[Contents, Events], tmp_path: Path) -> None:
    contents, events = made
    store = fill(tmp_path / "store", contents, events)
    build_dataset(config(store, tmp_path / "data", images=False))
    gone = hashlib.sha256(contents["0-0.pdf"]).hexdigest()
    assert len(list((tmp_path / ".data.build").rglob(f"{gone}*"))) == 2
    with Store.open(store) as opened:
        report = erase(opened, of_document(opened, "0-0.pdf"), scope="document", search=[tmp_path])
    assert [artifact.path for artifact in report.artifacts] == [tmp_path / "data"]
    assert not list((tmp_path / ".data.build").rglob(f"{gone}*"))
    rebuilt = build_dataset(config(store, tmp_path / "data", images=False))
    assert (rebuilt.reuse.documents, rebuilt.reuse.read) == (11, 0)
    content = json.loads((tmp_path / "data" / "dataset.json").read_text(encoding="utf-8"))
    assert "retrain" not in content
    assert gone not in json.dumps(content)
