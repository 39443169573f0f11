"""A training run from its recipe to its folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PrinterCallback, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from fakta.errors import ConfigError
from fakta.schema import Schema, invoice_schema
from fakta_lab.config import save_resolved
from fakta_lab.tracking import Follower, RunRecord
from fakta_lab.training.adapters import adapter_facts, add_adapter, save_adapter
from fakta_lab.training.callbacks import BUDGET_FILE, Budget, Metrics
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.facts import facts_of
from fakta_lab.training.family import Family, family_of
from fakta_lab.training.run import RUN_FILE, RunInfo, RunResult, git_commit, versions, write_text
from fakta_lab.training.start import locate
from fakta_lab.training.trainer import FamilyTrainer

# transformers wants a number of steps; a run that is limited by time never comes near this one.
ENDLESS = 10**9


def run_training(config: TrainConfig, *, resume: bool, progress: bool) -> RunResult:
    """Carries out `fakta_lab.training.train`."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if config.threads:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    with Follower() as follower:
        return _train(config, follower, resume=resume, progress=progress)


def _train(config: TrainConfig, follower: Follower, *, resume: bool, progress: bool) -> RunResult:
    schema = Schema.load(config.schema_file) if config.schema_file else invoice_schema()
    checkpoint = _prepare_folder(config, resume=resume)
    family = family_of(config, schema, progress=progress)
    write_text(config.out / "tokenizer.json", family.tokenizer_json)

    first = _step_of(checkpoint)
    budget = Budget(max_steps=config.max_steps, max_minutes=config.max_minutes, spent_s=_spent(checkpoint))
    metrics = Metrics(
        config.out / "metrics.jsonl",
        first=first,
        batch_size=config.batch_size,
        budget=budget,
        progress=progress,
        measure=family.scores,
        eval_every=config.eval_every,
    )
    family.begin()
    if config.adapter:
        family.model = add_adapter(family.model, config.adapter, family.adaptable)
    trainer = FamilyTrainer(
        family=family,
        args=_arguments(config),
        first=first,
        budget=budget,
        warmup=config.warmup,
        callbacks=[budget, metrics],
    )
    trainer.remove_callback(PrinterCallback)
    follower.track(config.out, config.tracking, facts=facts_of(config, family))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    family.finish()

    steps = trainer.state.global_step
    if config.adapter:
        save_adapter(family.model, config.out)
    else:
        family.model.save_pretrained(config.out)
    _info(config, schema, family, steps=steps, minutes=budget.elapsed_s / 60).save(config.out)
    return RunResult(
        path=config.out,
        steps=steps,
        pages=steps * config.batch_size,
        pages_per_second=metrics.pages_per_second,
        metrics=metrics.latest,
    )


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


def _info(config: TrainConfig, schema: Schema, family: Family, *, steps: int, minutes: float) -> RunInfo:
    origin = family.origin
    lineage = {
        **origin.lineage,
        # What the start has learned from, its descendants have learned from too.
        "datasets": sorted({*origin.datasets, *([family.dataset] if family.dataset else ())}),
        "dataset_documents": family.documents or None,
        "steps": steps,
        "pages": steps * config.batch_size,
        "minutes": round(minutes, 1),
        "seed": config.seed,
        "git_commit": git_commit(),
        "versions": versions(),
        "tracking": RunRecord.load(config.out).lineage or None,
    }
    adapter: dict[str, Any] = {}
    if config.adapter:
        adapter = adapter_facts(config.adapter, start=config.start, base=locate(config), model=family.model)
    return RunInfo(
        family=config.family,
        schema=schema,
        labels=family.labels,
        reading=family.reading,
        license=origin.license,
        scorer=origin.scorer,
        lineage=lineage,
        adapter=adapter,
    )
