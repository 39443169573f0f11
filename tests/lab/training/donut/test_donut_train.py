"""Whole training runs of tiny Donuts."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from safetensors.torch import load_file  # noqa: E402
from tests.lab.export.nano_donut import PAGES  # noqa: E402
from tests.lab.training.donut.tickets import CODEC, ticket, tiny_config, write_dataset  # noqa: E402
from tokenizers import Tokenizer, decoders, models, pre_tokenizers  # noqa: E402

from fakta.bundle import Bundle  # noqa: E402
from fakta.donut.sequence import SequenceCodec, special_tokens  # noqa: E402
from fakta.errors import ConfigError, DatasetError  # noqa: E402
from fakta.schema import invoice_schema  # noqa: E402
from fakta_lab.config import load_config  # noqa: E402
from fakta_lab.export import export_run  # noqa: E402
from fakta_lab.training import RunResult, TrainConfig, train  # noqa: E402
from fakta_lab.training.donut.model import existing_model, image_of  # noqa: E402
from fakta_lab.training.donut.tokenizer import with_schema  # noqa: E402
from fakta_lab.training.finished import load_model, merge_adapter  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402
from fakta_lab.training.start import existing_tokenizer  # noqa: E402

pytestmark = pytest.mark.torch


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "model.safetensors")


def same_weights(one: Path, other: Path) -> bool:
    ones, others = weights(one), weights(other)
    return ones.keys() == others.keys() and all(torch.equal(ones[name], others[name]) for name in ones)


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of eight tickets, and three to measure on."""
    folder = tmp_path_factory.mktemp("tickets") / "data"
    return write_dataset(
        folder, train=[ticket(f"train/{i}") for i in range(8)], dev=[ticket(f"dev/{i}") for i in range(3)]
    )


@pytest.fixture(scope="module")
def scratch(tickets: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run of six steps with dropout and altered images."""
    return train(tiny_config(tmp_path_factory.mktemp("runs") / "scratch", dataset=tickets, dropout=0.1), progress=False)


def test_run_folder_says_how_the_model_is_fed(scratch: RunResult) -> None:
    info = RunInfo.load(scratch.path)
    assert (info.family, info.labels, info.license) == ("donut", (), "Apache-2.0")
    tokenizer = (scratch.path / "tokenizer.json").read_bytes()
    assert info.reading == {
        "height": 32,
        "width": 64,
        "prompt": "<s_ticket>",
        "max_length": 48,
        "tokenizer_sha256": hashlib.sha256(tokenizer).hexdigest(),
    }
    assert info.lineage["dataset_documents"] == 8
    assert load_config(scratch.path / "config.yaml", TrainConfig).donut is not None


def test_model_knows_where_a_sequence_begins_and_ends(scratch: RunResult) -> None:
    codec = SequenceCodec(scratch.path / "tokenizer.json", RunInfo.load(scratch.path).schema)
    expected = {
        "decoder_start_token_id": codec.prompt_id,
        "pad_token_id": codec.pad_id,
        "eos_token_id": codec.end_id,
    }
    for name in ("config.json", "generation_config.json"):
        stated = json.loads((scratch.path / name).read_text())
        assert {key: stated[key] for key in expected} == expected


def test_metrics_name_fields_and_documents(scratch: RunResult) -> None:
    lines = [json.loads(line) for line in (scratch.path / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6, 6]
    assert {"field_f1", "field_precision", "field_recall", "exact_documents", "f1/town", "f1/seat"} <= lines[-1].keys()


def test_same_recipe_gives_the_same_weights(scratch: RunResult, tickets: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "again", dataset=tickets, dropout=0.1, checkpoint_every=100)
    assert same_weights(train(config, progress=False).path, scratch.path)


def test_resumed_run_ends_where_an_undisturbed_one_ends(scratch: RunResult, tickets: Path, tmp_path: Path) -> None:
    stopped = tmp_path / "stopped"
    shutil.copytree(scratch.path, stopped)
    shutil.rmtree(stopped / "checkpoints" / "checkpoint-6", ignore_errors=True)
    (stopped / "model.safetensors").unlink()
    (stopped / "run.json").unlink()
    schema = scratch.path.parent / "ticket.yaml"
    config = tiny_config(stopped, dataset=tickets, dropout=0.1, schema_file=schema)
    resumed = train(config, resume=True, progress=False)
    assert resumed.steps == 6
    assert same_weights(resumed.path, scratch.path)


def test_run_goes_on_from_a_run(scratch: RunResult, tickets: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", start=str(scratch.path), dataset=tickets, learning_rate=1e-9, max_steps=1)
    result = train(config, progress=False)
    assert RunInfo.load(result.path).lineage["start"] == "scratch"  # the name of its folder
    assert (result.path / "tokenizer.json").read_bytes() == (scratch.path / "tokenizer.json").read_bytes()
    for name, values in weights(scratch.path).items():
        assert torch.allclose(values, weights(result.path)[name], atol=1e-6), name


def test_adapter_is_trained_over_a_run(scratch: RunResult, tickets: Path, tmp_path: Path) -> None:
    config = tiny_config(
        tmp_path / "run", start=str(scratch.path), dataset=tickets, max_steps=2, adapter={"name": "municipality"}
    )
    result = train(config, progress=False)
    assert (result.path / "adapter_model.safetensors").is_file()
    whole, base = load_model(result.path).state_dict(), load_model(scratch.path).state_dict()
    changed = {name for name in base if not torch.equal(whole[name], base[name])}
    assert changed
    assert all(name.startswith("decoder.") and ("q_proj" in name or "v_proj" in name) for name in changed)


def test_adapter_on_larger_images_is_merged_and_trained_further_on_these(
    scratch: RunResult, tickets: Path, tmp_path: Path
) -> None:
    size = {"image": [64, 128]}
    settings = {"dataset": tickets, "max_steps": 2, "eval_every": 1, "keep_best": True}
    config = tiny_config(
        tmp_path / "a", start=str(scratch.path), adapter={"name": "a"}, donut=size, learning_rate=0.1, **settings
    )
    adapter = train(config, progress=False).path
    whole = merge_adapter(adapter, tmp_path / "whole")
    assert image_of(load_model(adapter)) == image_of(load_model(whole)) == (64, 128)
    assert same_weights(whole, merge_adapter(adapter, tmp_path / "again"))
    further = tiny_config(tmp_path / "further", start=str(whole), **settings)
    further = further.model_copy(update={"donut": further.donut.model_copy(update={"image": None})})
    assert RunInfo.load(train(further, progress=False).path).reading["height"] == 64
    bundle = export_run(whole, tmp_path / "bundle", name="a", pages=PAGES)
    assert Bundle.load(bundle).model["height"] == 64
    assert Bundle.load(bundle).manifest["lineage"]["adapter"]["name"] == "a"


def test_adapter_cannot_hold_new_tokens(scratch: RunResult, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", start=str(scratch.path), adapter={"name": "a"}, replay=0.5).model_copy(
        update={"schema_file": None}
    )
    with pytest.raises(ConfigError, match="does not know all tokens of the schema 'invoice', and an adapter cannot"):
        train(config, progress=False)


def test_generated_invoices_are_trained_and_measured_on(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text("name: total\nfields:\n  amount_due: {kind: amount}\n")
    config = tiny_config(
        tmp_path / "run",
        schema_file=tmp_path / "schema.yaml",
        batch_size=2,
        max_steps=2,
        eval_invoices=2,
        donut={"image": [64, 32], "max_length": 16, "tables": False},
    )
    result = train(config, progress=False)
    assert result.metrics["loss"] > 0
    assert "field_f1" in result.metrics


def test_generated_invoices_are_of_no_use_to_another_schema(tickets: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none of their fields is in the schema; give a dataset and replay = 0"):
        train(tiny_config(tmp_path / "run", dataset=tickets, replay=0.5), progress=False)


def test_new_tokens_are_added_and_known_ones_keep_what_they_mean(scratch: RunResult, tmp_path: Path) -> None:
    schema = invoice_schema()
    config = tiny_config(tmp_path / "run", start=str(scratch.path), replay=0.5)
    assert config.donut is not None
    before = existing_tokenizer(config, str(scratch.path))
    codec = SequenceCodec(with_schema(before, schema).encode(), schema)
    model = existing_model(config, config.donut, str(scratch.path), codec, before=before)
    old = weights(scratch.path)["decoder.model.decoder.embed_tokens.weight"]
    new = model.decoder.get_input_embeddings().weight
    assert len(new) == len(old) + len(set(special_tokens(schema)) - {"<sep/>"})
    assert torch.equal(new[: len(old)], old)
    assert model.decoder.get_output_embeddings().weight is new
    assert model.config.decoder_start_token_id == codec.prompt_id


def test_label_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", train=[ticket("a"), ticket("b", meals=[{"price": "9 kr"}])])
    with pytest.raises(DatasetError, match=r"labels that Donut cannot write: tickets/b\.png: page 1: .*price.*9 kr"):
        train(tiny_config(tmp_path / "run", dataset=data), progress=False)
    data = write_dataset(tmp_path / "long", train=[ticket("c", meals=[{"dish": "0123456789" * 6}])])
    with pytest.raises(DatasetError, match=r"tickets/c\.png: page 1: \d+ tokens, more than the 48"):
        train(tiny_config(tmp_path / "run2", dataset=data), progress=False)


def test_dataset_without_images_says_how_to_get_them(tickets: Path, tmp_path: Path) -> None:
    import datasets

    datasets.load_from_disk(str(tickets)).remove_columns("image").save_to_disk(str(tmp_path / "words"))
    with pytest.raises(DatasetError, match="words: train: has no page images; build it with `images: true`"):
        train(tiny_config(tmp_path / "run", dataset=tmp_path / "words"), progress=False)


def test_dataset_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    row = {**ticket("a"), "fields": [], "values": "{}"}
    with pytest.raises(DatasetError, match="no page of which anything is known"):
        train(tiny_config(tmp_path / "run", dataset=write_dataset(tmp_path / "data", train=[row])), progress=False)


def lossy() -> str:
    """A tokenizer that loses a digit behind a letter, as the one of Donut's authors does with "1"."""
    tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, "<s>": 1, "<pad>": 2, "</s>": 3, "Lund": 4, "7": 5}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.Fuse()
    return str(tokenizer.to_str())


def test_lossy_tokenizer_of_the_start_is_refused_and_can_be_replaced(scratch: RunResult, tmp_path: Path) -> None:
    start = tmp_path / "foreign"
    shutil.copytree(scratch.path, start, ignore=shutil.ignore_patterns("run.json", "checkpoints"))
    (start / "tokenizer.json").write_text(lossy(), encoding="utf-8")
    data = write_dataset(tmp_path / "data", train=[ticket("a", town="Lund", seat="F7")])
    foreign = {"start": str(start), "base_license": "MIT", "dataset": data, "max_steps": 1}
    with pytest.raises(DatasetError, match=r"tickets/a\.png: page 1: seat: 'F7' comes back as '<unk>'.*tokenizer: own"):
        train(tiny_config(tmp_path / "kept", **foreign), progress=False)
    result = train(tiny_config(tmp_path / "own", **foreign, donut={"tokenizer": "own"}), progress=False)
    assert RunInfo.load(result.path).license == "MIT"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"donut": {"max_length": 64}}, "donut.max_length = 64: .* writes at most 48 tokens"),
        ({"start": "{other}", "base_license": "MIT"}, r"cannot be loaded as Donut \(it is a layoutlmv3\)"),
        ({"start": "{empty}", "base_license": "MIT"}, "cannot be loaded as Donut|has no usable tokenizer"),
    ],
)
def test_start_that_cannot_be_used_is_refused(
    scratch: RunResult, tickets: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copytree(scratch.path, tmp_path / "other", ignore=shutil.ignore_patterns("run.json", "checkpoints"))
    (tmp_path / "other" / "config.json").write_text('{"model_type": "layoutlmv3"}')
    start = str(changes.get("start", scratch.path)).format(other=tmp_path / "other", empty=tmp_path / "empty")
    with pytest.raises(ConfigError, match=message):
        train(tiny_config(tmp_path / "run", dataset=tickets, **{**changes, "start": start}), progress=False)


def test_codec_of_the_tests_is_the_one_of_a_run(scratch: RunResult) -> None:
    assert CODEC.token_id("<s_seat>") == SequenceCodec(scratch.path / "tokenizer.json", CODEC.schema).token_id(
        "<s_seat>"
    )
