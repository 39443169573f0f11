"""The smallest documents that Donut can read: tickets with a town and a seat, as images with values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import reportlab
import torch
from PIL import Image, ImageDraw, ImageFont
from transformers import VisionEncoderDecoderModel

from fakta.donut.sequence import SequenceCodec
from fakta.schema import Schema
from fakta_lab.training import TrainConfig
from fakta_lab.training.donut.config import DonutConfig
from fakta_lab.training.donut.model import fresh_model
from fakta_lab.training.donut.tokenizer import train_donut_tokenizer

SCHEMA_YAML = """name: ticket
fields:
  town: {kind: name}
  seat: {kind: identifier}
tables:
  meals: {columns: {dish: {kind: text}, price: {kind: amount}}}
"""
TOWNS = ("Umeå", "Lund", "Falun", "Åre")
HEIGHT, WIDTH = 32, 64

NANO: dict[str, Any] = {
    "image": [HEIGHT, WIDTH],
    "max_length": 48,
    "embed_dim": 16,
    "depths": [1, 1],
    "encoder_heads": [1, 2],
    "window": 4,
    "decoder_layers": 1,
    "decoder_heads": 2,
    "decoder_intermediate": 64,
}
TINY: dict[str, Any] = {
    "family": "donut",
    "replay": 0,
    "dev_share": 0,
    "batch_size": 4,
    "learning_rate": 0.003,
    "warmup": 0.1,
    "max_steps": 6,
    "checkpoint_every": 3,
    "log_every": 1,
    "threads": 1,
    "workers": 0,
    "tokenizer": {"vocabulary": 320, "invoices": 2},
}

SCHEMA = Schema.from_dict(
    {
        "name": "ticket",
        "fields": {"town": {"kind": "name"}, "seat": {"kind": "identifier"}},
        "tables": {"meals": {"columns": {"dish": {"kind": "text"}, "price": {"kind": "amount"}}}},
    },
    source="tickets.py",
)
TOKENIZER = train_donut_tokenizer([*TOWNS, "0123456789"], SCHEMA, vocabulary=320)
CODEC = SequenceCodec(TOKENIZER.encode(), SCHEMA)


def tiny_model() -> VisionEncoderDecoderModel:
    """Of random weights, always the same."""
    torch.manual_seed(0)
    return fresh_model(DonutConfig.model_validate(NANO), CODEC)


def tiny_config(out: Path, **changes: Any) -> TrainConfig:
    """A recipe that trains in seconds, on tickets where `dataset` names some."""
    changes = {**TINY, **changes, "donut": {**NANO, **changes.get("donut", {})}}
    if "schema_file" not in changes:
        changes["schema_file"] = out.parent / "ticket.yaml"
        changes["schema_file"].write_text(SCHEMA_YAML)
    return TrainConfig.model_validate({"out": out, **changes})


def ticket(seed: str, **values: Any) -> dict[str, Any]:
    """A row of a dataset: a ticket with a town and a seat of one digit, written large, somewhere.

    Args:
        seed: decides everything that `values` does not say.
        values: other values than those that are drawn and printed.
    """
    rng = Random(seed)
    town, seat = rng.choice(TOWNS), str(rng.randrange(10))
    image = Image.new("L", (2 * WIDTH, 2 * HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    face = Path(reportlab.__file__).with_name("fonts") / "VeraBd.ttf"
    draw.text((rng.randint(2, 25), rng.randint(0, 5)), town, font=ImageFont.truetype(face, rng.randint(23, 27)))
    draw.text((rng.randint(2, 80), rng.randint(31, 37)), seat, font=ImageFont.truetype(face, rng.randint(23, 27)))
    stated = {"town": town, "seat": seat, "meals": [], **values}
    return {
        "document": f"tickets/{seed}.png",
        "page": 1,
        "fields": [name for name, value in stated.items() if value and name in SCHEMA.fields],
        "values": json.dumps(stated, ensure_ascii=False),
        "image": image,
    }


def write_dataset(folder: Path, **splits: Iterable[Mapping[str, Any]]) -> Path:
    """A dataset folder of rows."""
    import datasets

    features = datasets.Features(
        {
            "document": datasets.Value("string"),
            "page": datasets.Value("int32"),
            "fields": datasets.List(datasets.Value("string")),
            "values": datasets.Value("string"),
            "image": datasets.Image(),
        }
    )
    datasets.disable_progress_bars()
    parts = {name: datasets.Dataset.from_list(list(rows), features=features) for name, rows in splits.items()}
    datasets.DatasetDict(parts).save_to_disk(str(folder))
    return folder
