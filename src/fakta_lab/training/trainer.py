"""A training run from its recipe to its folder."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers
from torch.nn import functional
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from fakta.decode import label_names
from fakta.encode import Encoder
from fakta.errors import ConfigError
from fakta.schema import Schema, invoice_schema
from fakta_lab.config import save_resolved
from fakta_lab.training.attention import fuse_attention, plain_attention
from fakta_lab.training.callbacks import BUDGET_FILE, Budget, Metrics, learning_rate_share
from fakta_lab.training.collate import Collate
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.examples import IGNORED, Examples, LabelledPage
from fakta_lab.training.measure import span_scores
from fakta_lab.training.model import Start, scratch_tokenizer, start_from_existing, start_from_scratch
from fakta_lab.training.rows import Split, load_split
from fakta_lab.training.run import RUN_FILE, RunInfo, RunResult, git_commit, versions, write_text
from fakta_lab.training.stream import (
    BatchStream,
    DatasetPages,
    GeneratedPages,
    Mixture,
    Source,
    held_out_seeds,
    labelled_pages,
)

# transformers wants a number of steps; a run that is limited by time never comes near this one.
ENDLESS = 10**9


def run_training(config: TrainConfig, *, resume: bool, progress: bool) -> RunResult:
    """Carries out `fakta_lab.training.train`."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if config.threads:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    schema = Schema.load(config.schema_file) if config.schema_file else invoice_schema()
    labels = label_names(schema)
    checkpoint = _prepare_folder(config, resume=resume)

    split = load_split(config.dataset, dev_share=config.dev_share) if config.dataset else Split([], [], "")
    start = _start(config, labels, progress=progress)
    write_text(config.out / "tokenizer.json", start.tokenizer_json)
    encoder = Encoder(start.tokenizer_json.encode(), window=config.window, stride=config.stride)
    source = _source(config, Examples(encoder, labels), split.train)
    dev = split.dev if config.dataset else _generated_dev(config)

    first = _step_of(checkpoint)
    budget = Budget(max_steps=config.max_steps, max_minutes=config.max_minutes, spent_s=_spent(checkpoint))
    measure = partial(span_scores, start.model, dev, encoder=encoder, labels=labels) if dev else None
    metrics = Metrics(
        config.out / "metrics.jsonl",
        first=first,
        batch_size=config.batch_size,
        budget=budget,
        progress=progress,
        measure=measure,
        eval_every=config.eval_every,
    )
    fuse_attention(start.model)
    trainer = PageTrainer(
        model=start.model,
        args=_arguments(config),
        stream=BatchStream(source, first=first),
        collate=Collate(pad_id=encoder.pad_id),
        budget=budget,
        warmup=config.warmup,
        callbacks=[budget, metrics],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    plain_attention(start.model)

    steps = trainer.state.global_step
    start.model.save_pretrained(config.out)
    _info(config, schema, labels, start, split, steps=steps, minutes=budget.elapsed_s / 60).save(config.out)
    return RunResult(
        path=config.out,
        steps=steps,
        pages=steps * config.batch_size,
        pages_per_second=metrics.pages_per_second,
        metrics=metrics.latest,
    )


class PageTrainer(Trainer):
    """transformers' Trainer over ready-made batches, with its own loss and a schedule that follows the budget."""

    def __init__(self, *, stream: BatchStream, collate: Collate, budget: Budget, warmup: float, **kwargs: Any) -> None:
        super().__init__(train_dataset=stream, **kwargs)
        self._stream = stream
        self._collate = collate
        self._budget = budget
        self._warmup = warmup

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches as the stream makes them."""
        return DataLoader(
            self._stream,
            batch_size=None,
            collate_fn=self._collate,
            num_workers=self.args.dataloader_num_workers,
            # A generator of its own: the loader must not draw from the one that decides dropout, or a resumed run
            # would differ from one that never stopped.
            generator=torch.Generator(),
        )

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """A learning rate that reaches zero when the budget, steps or minutes, is used up."""
        share = partial(learning_rate_share, budget=self._budget, warmup=self._warmup)
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, share)
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Mean cross entropy over the tokens whose label is known."""
        labels = inputs.pop("labels")
        outputs = model(**inputs)
        loss = token_loss(outputs.logits, labels)
        return (loss, outputs) if return_outputs else loss


def token_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy of (n, L, n_labels) logits against (n, L) label numbers, those of -100 left out.

    Zero where no label is known.
    """
    total = functional.cross_entropy(
        logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum"
    )
    return total / (labels != IGNORED).sum().clamp(min=1)


def _prepare_folder(config: TrainConfig, *, resume: bool) -> Path | None:
    """Makes the run folder; returns the checkpoint to go on from, if any."""
    checkpoints = config.out / "checkpoints"
    if config.out.exists() and any(config.out.iterdir()):
        if not checkpoints.is_dir() and not (config.out / RUN_FILE).is_file():
            raise ConfigError(f"out = {config.out}: holds other things than a training run; choose a new folder")
        newest = get_last_checkpoint(str(checkpoints)) if resume and checkpoints.is_dir() else None
        if newest:
            return Path(newest)
        if not resume and not config.overwrite:
            raise ConfigError(
                f"out = {config.out}: already holds a training run; go on with --resume, choose another folder, or "
                "replace it with overwrite = true"
            )
        shutil.rmtree(config.out)
    checkpoints.mkdir(parents=True, exist_ok=True)
    save_resolved(config, config.out / "config.yaml")
    return None


def _start(config: TrainConfig, labels: tuple[str, ...], *, progress: bool) -> Start:
    if config.start != "scratch":
        return start_from_existing(config, labels)
    tokenizer_json = scratch_tokenizer(
        partial(_tokenizer_words, config, progress=progress), config=config, existing=config.out / "tokenizer.json"
    )
    return start_from_scratch(config, labels, tokenizer_json=tokenizer_json)


def _tokenizer_words(config: TrainConfig, *, progress: bool) -> Iterator[str]:
    from tqdm import tqdm

    from fakta_lab.synth import generate

    seeds = held_out_seeds(config.seed, purpose="tokenizer", count=config.tokenizer.invoices)
    for seed in tqdm(seeds, desc="tokenizer", file=sys.stderr, disable=not progress, mininterval=1):
        for labelled in labelled_pages(generate(seed)):
            yield from (word.text for word in labelled.page.words)


def _source(config: TrainConfig, examples: Examples, pages: list[LabelledPage]) -> Source:
    n_generated = round(config.batch_size * config.replay) if config.dataset else config.batch_size
    sources: list[Source] = []
    if n_generated:
        from fakta_lab.synth import generate

        sources.append(
            GeneratedPages(generate, examples, seed=config.seed, batch_size=n_generated, augment=config.augment)
        )
    if n_generated < config.batch_size:
        size = config.batch_size - n_generated
        sources.append(DatasetPages(pages, examples, seed=config.seed, batch_size=size, augment=config.augment))
    return Mixture(sources)


def _generated_dev(config: TrainConfig) -> list[LabelledPage]:
    from fakta_lab.synth import generate

    seeds = held_out_seeds(config.seed, purpose="dev", count=config.eval_invoices)
    return [labelled for seed in seeds for labelled in labelled_pages(generate(seed))]


def _arguments(config: TrainConfig) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(config.out / "checkpoints"),
        max_steps=config.max_steps or ENDLESS,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        bf16=config.precision == "bfloat16",
        logging_steps=config.log_every,
        logging_first_step=True,
        save_strategy="steps",
        save_steps=config.checkpoint_every,
        save_total_limit=2,
        dataloader_num_workers=config.workers,
        dataloader_pin_memory=False,
        ignore_data_skip=True,  # the stream itself begins at the right batch
        seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        report_to=[],
        disable_tqdm=True,
    )


def _step_of(checkpoint: Path | None) -> int:
    return int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0


def _spent(checkpoint: Path | None) -> float:
    if checkpoint is None:
        return 0.0
    return float(json.loads((checkpoint / BUDGET_FILE).read_text(encoding="utf-8"))["elapsed_s"])


def _info(
    config: TrainConfig,
    schema: Schema,
    labels: tuple[str, ...],
    start: Start,
    split: Split,
    *,
    steps: int,
    minutes: float,
) -> RunInfo:
    lineage = {
        **start.origin,
        "datasets": sorted({*start.origin.get("datasets", ()), *([split.sha256] if split.sha256 else ())}),
        "dataset_documents": len({page.document for page in split.train}) or None,
        "steps": steps,
        "pages": steps * config.batch_size,
        "minutes": round(minutes, 1),
        "seed": config.seed,
        "git_commit": git_commit(),
        "versions": versions(),
    }
    return RunInfo(
        schema=schema,
        labels=labels,
        window=config.window,
        stride=config.stride,
        license=start.license,
        scorer=start.scorer,
        lineage=lineage,
    )
