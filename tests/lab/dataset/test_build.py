"""From a corrections file and real PDFs to a dataset on disk."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import datasets
import pytest

from fakta.errors import ConfigError, DatasetError
from fakta_lab.config import load_config
from fakta_lab.corrections import simulate_events, write_events
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.synth import make_invoice, make_supplier, render_pdf

SUPPLIERS, INVOICES = 6, 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve generated invoices of six suppliers, and simulated corrections of them."""
    folder = tmp_path_factory.mktemp("inbox")
    documents = []
    for i in range(SUPPLIERS):
        supplier = make_supplier(f"build {i}")
        for k in range(INVOICES):
            invoice = make_invoice(supplier, k)
            path = folder / f"{i}-{k}.pdf"
            path.write_bytes(render_pdf(invoice))
            documents.append(BenchmarkDocument(path.name, path, invoice.fields, supplier=f"supplier {i}"))
    write_events(simulate_events(documents, seed=1), folder / "corrections.jsonl")
    return folder


def config(folder: Path, out: Path, **changes: Any) -> DatasetConfig:
    return DatasetConfig(corrections=folder / "corrections.jsonl", documents=folder, out=out, **changes)


def events(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "corrections.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_rows_hold_words_boxes_and_labels_of_every_page(folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = build_dataset(config(folder, tmp_path / "data"), progress=lambda done, total: seen.append((done, total)))
    loaded = datasets.load_from_disk(str(tmp_path / "data"))
    assert set(loaded) == {"train", "dev"}
    rows = [row for split in loaded.values() for row in split]
    assert {row["document"] for row in rows} == {f"{i}-{k}.pdf" for i in range(SUPPLIERS) for k in range(INVOICES)}
    assert seen == [(n, 12) for n in range(1, 13)]
    for row in rows:
        assert len(row["words"]) == len(row["boxes"]) == len(row["labels"]) > 10
        assert all(0 <= edge <= 1 for box in row["boxes"] for edge in box)
        assert row["sha256"] == hashlib.sha256((folder / row["document"]).read_bytes()).hexdigest()
    labels = {label for row in rows for label in row["labels"]}
    assert {"O", "?", "B-amount_due", "B-supplier_name"} <= labels
    assert report.documents["train"] + report.documents["dev"] == 12


def test_no_supplier_is_on_both_sides(folder: Path, tmp_path: Path) -> None:
    for seed in range(2):
        build_dataset(config(folder, tmp_path / "data", seed=seed, dev_share=0.4))
        loaded = datasets.load_from_disk(str(tmp_path / "data"))
        train, dev = (set(loaded[split]["supplier"]) for split in ("train", "dev"))
        assert train
        assert dev
        assert not train & dev


def test_the_card_and_the_lineage_say_what_is_in_it(folder: Path, tmp_path: Path) -> None:
    report = build_dataset(config(folder, tmp_path / "data"))
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert f"| train | {report.suppliers['train']} | {report.documents['train']} | {report.pages['train']} |" in card
    assert report.sha256 in card
    content = json.loads((tmp_path / "data" / "dataset.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((folder / "corrections.jsonl").read_bytes()).hexdigest()
    assert content["lineage"]["corrections"] == {"file": "corrections.jsonl", "sha256": digest, "events": 12}
    assert content["lineage"]["extractors"] == ["gpt-4o-2024-08-06"]
    assert str(folder) not in json.dumps(content) + card


def test_equal_inputs_give_equal_bytes_in_any_order_of_events(folder: Path, tmp_path: Path) -> None:
    first = build_dataset(config(folder, tmp_path / "one"))
    write_events(events(folder)[::-1], tmp_path / "corrections.jsonl")
    second = build_dataset(
        DatasetConfig(corrections=tmp_path / "corrections.jsonl", documents=folder, out=tmp_path / "two")
    )
    assert first.sha256 == second.sha256
    for arrow in (tmp_path / "one").rglob("*.arrow"):
        assert arrow.read_bytes() == (tmp_path / "two" / arrow.relative_to(tmp_path / "one")).read_bytes()


def test_documents_and_lines_that_cannot_be_used_are_left_out_and_named(folder: Path, tmp_path: Path) -> None:
    [good, *_] = events(folder)
    (tmp_path / good["document"]).write_bytes((folder / good["document"]).read_bytes())
    (tmp_path / "bad.pdf").write_bytes(b"")
    lines = [good, {**good, "document": "none.pdf"}, {**good, "document": "bad.pdf", "supplier": "x"}, {"document": 3}]
    write_events(lines, tmp_path / "corrections.jsonl")
    report = build_dataset(config(tmp_path, tmp_path / "data", dev_share=0))
    assert set(report.dropped) == {"none.pdf", "bad.pdf"}
    assert len(report.problems) == 2
    assert (report.events, report.documents) == (3, {"train": 1})
    card = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    assert "- `none.pdf`: no such document" in card
    assert "- line 4: document: expected a path or a sha256, found a number" in card


def test_path_and_bytes_name_one_document_and_the_later_event_wins(folder: Path, tmp_path: Path) -> None:
    [event, *_] = events(folder)
    data = (folder / event["document"]).read_bytes()
    (tmp_path / "a.pdf").write_bytes(data)
    first = {"document": "a.pdf", "corrected": {"supplier_name": "Wrong AB"}, "corrected_at": "2026-01-01T00:00:00Z"}
    truth = {**event["extracted"], **event["corrected"]}
    second = {
        "document": hashlib.sha256(data).hexdigest(),
        "corrected": {"supplier_name": truth["supplier_name"]},
        "corrected_at": "2026-01-02T00:00:00Z",
    }
    write_events([second, first], tmp_path / "corrections.jsonl")
    report = build_dataset(config(tmp_path, tmp_path / "data"))
    assert report.documents == {"train": 1}
    assert report.alignments == {"supplier_name": {"aligned": 1}}


def test_another_folder_is_never_overwritten_and_a_failed_build_keeps_the_old_dataset(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(DatasetError, match="exists and is no dataset"):
        build_dataset(config(folder, tmp_path / "mine"))
    report = build_dataset(config(folder, tmp_path / "data"))
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(DatasetError, match="no usable correction events"):
        build_dataset(DatasetConfig(corrections=tmp_path / "empty.jsonl", documents=folder, out=tmp_path / "data"))
    assert json.loads((tmp_path / "data" / "dataset.json").read_text(encoding="utf-8"))["sha256"] == report.sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "empty.jsonl", "mine"]


def test_documents_that_are_all_missing_are_an_error(folder: Path, tmp_path: Path) -> None:
    changed = {"corrections": folder / "corrections.jsonl", "documents": tmp_path, "out": tmp_path / "data"}
    with pytest.raises(DatasetError, match=r"not one document can be used; 0-0\.pdf: no such document"):
        build_dataset(DatasetConfig(**changed))


def test_the_configuration_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "dataset.yaml"
    path.write_text("corrections: a\ndocuments: b\nout: c\ndev_shar: 0.1\nocr: abby\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path, DatasetConfig)
    assert "dev_shar" in str(caught.value)
    assert "ocr" in str(caught.value)


def test_adding_a_supplier_moves_no_other(folder: Path, tmp_path: Path) -> None:
    sides = []
    for skipped in ("supplier 5", "none"):
        write_events((e for e in events(folder) if e["supplier"] != skipped), tmp_path / "corrections.jsonl")
        changed = {"corrections": tmp_path / "corrections.jsonl", "documents": folder, "out": tmp_path / "data"}
        build_dataset(DatasetConfig(**changed, dev_share=0.5))
        loaded = datasets.load_from_disk(str(tmp_path / "data"))
        sides.append({row["document"]: split for split in loaded for row in loaded[split]})
    assert (len(sides[0]), len(sides[1])) == (10, 12)
    assert sides[0].items() <= sides[1].items()
    assert set(sides[0].values()) == {"train", "dev"}
