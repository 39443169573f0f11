"""A training run from its recipe to its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PrinterCallback, TrainingArguments

from fakta.errors import ConfigError
from fakta.extract import MEMORY_FILE
from fakta.schema import Schema
from fakta_lab.formats.memories import inherited_memory
from fakta_lab.tracking import Follower, RunRecord
from fakta_lab.training.adapters import adapter_facts, add_adapter, save_adapter
from fakta_lab.training.begin import begin, is_finished
from fakta_lab.training.best import Best, whole_weights
from fakta_lab.training.callbacks import AfterStep, Budget, Metrics, recorded
from fakta_lab.training.checkpoints import Checkpoints, progress_of, step_of
from fakta_lab.training.config import TrainConfig, unknown_names
from fakta_lab.training.facts import facts_of
from fakta_lab.training.family import Family, family_of
from fakta_lab.training.interruption import Interruption
from fakta_lab.training.processes import PATIENCE, Processes
from fakta_lab.training.run import RunInfo, RunResult, git_commit, versions, write_text
from fakta_lab.training.start import locate
from fakta_lab.training.trainer import FamilyTrainer

# transformers wants a number of steps; a run that is limited by time never comes near this one.
ENDLESS = 10**9


def run_training(
    config: TrainConfig,
    *,
    resume: bool,
    progress: bool,
    max_minutes: float | None,
    notice: Callable[[str], None],
) -> RunResult:
    """Carries out `fakta_lab.training.train`."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if config.threads:
        torch.set_num_threads(config.threads)
    schema = config.load_schema()
    _check(config, schema)
    args = training_arguments(config)
    processes = Processes.of(args)
    _check_batch(config, processes)
    if resume and is_finished(config):
        if processes.leads:
            notice(f"{config.out}: this run is finished, there is nothing to go on with")
        return _finished_before(config)
    interruption = Interruption(max_minutes)
    with interruption.listening(), Follower() as follower:
        return _train(
            config, schema, args, processes, interruption, follower, resume=resume, progress=progress, notice=notice
        )


def _train(
    config: TrainConfig,
    schema: Schema,
    args: TrainingArguments,
    processes: Processes,
    interruption: Interruption,
    follower: Follower,
    *,
    resume: bool,
    progress: bool,
    notice: Callable[[str], None],
) -> RunResult:
    checkpoint = _begin_together(config, processes, resume=resume, notice=notice)
    family = _load_together(config, schema, processes, progress=progress and processes.leads)
    first = step_of(checkpoint)
    known = progress_of(checkpoint)
    if known and known["dataset"] != family.dataset:
        raise ConfigError(
            f"dataset = {config.dataset}: changed since the run was interrupted; train on it into another folder"
        )
    checkpoints = Checkpoints(config.out / "checkpoints")
    budget = Budget(
        max_steps=config.max_steps, max_minutes=config.max_minutes, spent_s=float(known.get("elapsed_s", 0.0))
    )
    best = Best(config.early_stopping, checkpoints, processes, keep=config.keep_best, remembered=known.get("best"))
    args.eval_on_start = best.judges and not first
    after_step = AfterStep(budget, interruption, checkpoint_every=config.checkpoint_every, eval_every=config.eval_every)
    metrics = Metrics(
        config.out / "metrics.jsonl",
        first=first,
        batch_size=config.batch_size,
        budget=budget,
        leads=processes.leads,
        progress=progress,
    )
    family.begin()
    if config.adapter:
        family.model = add_adapter(family.model, config.adapter, family.adaptable)
    trainer = FamilyTrainer(
        family=family,
        args=args,
        first=first,
        budget=budget,
        warmup=config.warmup,
        processes=processes,
        checkpoints=checkpoints,
        best=best,
        interruption=interruption,
        callbacks=[after_step, best, metrics],
    )
    trainer.remove_callback(PrinterCallback)
    if processes.leads:
        follower.track(config.out, config.tracking, facts=facts_of(config, family))
    # Dropout of its own in each process; the first one's is that of a run in one process.
    torch.manual_seed(config.seed + processes.index)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)

    steps = trainer.state.global_step
    finished = best.ended or not after_step.left
    if not finished and processes.leads:
        notice(f"{config.out}: stopped after step {steps} ({interruption.reason}); go on with --resume")
    if finished:
        _save(config, schema, family, trainer, best, processes, steps=steps, minutes=budget.elapsed_s / 60)
    return RunResult(
        path=config.out,
        steps=steps,
        pages=steps * config.batch_size,
        pages_per_second=metrics.pages_per_second,
        metrics=metrics.latest | (best.scores if config.keep_best else {}),
        finished=finished,
    )


def _check(config: TrainConfig, schema: Schema) -> None:
    problems = unknown_names(config, schema)
    if config.precision == "float16" and not torch.cuda.is_available():
        problems.append("precision = float16: needs a GPU; on a CPU take bfloat16 or float32")
    if problems:
        raise ConfigError("; ".join(problems))


def _check_batch(config: TrainConfig, processes: Processes) -> None:
    parts = processes.count * config.gradient_accumulation
    if config.batch_size < parts:
        raise ConfigError(
            f"batch_size = {config.batch_size}: {processes.count} processes with gradient_accumulation = "
            f"{config.gradient_accumulation} need {parts} examples at least"
        )


def _begin_together(
    config: TrainConfig, processes: Processes, *, resume: bool, notice: Callable[[str], None]
) -> Path | None:
    """The first process makes the folder ready; the others take the checkpoint that it has found."""
    checkpoint = begin(config, resume=resume, notice=notice) if processes.leads else None
    step = processes.gather([step_of(checkpoint)])[0][0]
    return config.out / "checkpoints" / f"checkpoint-{step:.0f}" if step else None


def _load_together(config: TrainConfig, schema: Schema, processes: Processes, *, progress: bool) -> Family:
    """The family, with the same weights in all processes; the first one may have to learn a tokenizer before."""
    if not processes.leads:
        processes.wait()
    torch.manual_seed(config.seed)
    family = family_of(config, schema, progress=progress)
    if processes.leads:
        write_text(config.out / "tokenizer.json", family.tokenizer_json)
        processes.wait()
    return family


def training_arguments(config: TrainConfig) -> TrainingArguments:
    """What transformers is told of a recipe. Making it joins the processes that a launcher has started."""
    return TrainingArguments(
        output_dir=str(config.out / "checkpoints"),
        max_steps=config.max_steps or ENDLESS,
        per_device_train_batch_size=config.batch_size,
        gradient_accumulation_steps=config.gradient_accumulation,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        bf16=config.precision == "bfloat16",
        fp16=config.precision == "float16",
        logging_steps=config.log_every,
        logging_first_step=True,
        logging_nan_inf_filter=False,  # looks at every loss, for which a GPU would have to wait
        save_strategy="no",  # `AfterStep` decides
        dataloader_num_workers=config.workers,
        dataloader_pin_memory=False,
        ignore_data_skip=True,  # the stream itself begins at the right batch
        seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        ddp_timeout=int(PATIENCE.total_seconds()),
        report_to=[],
        disable_tqdm=True,
    )


def _save(
    config: TrainConfig,
    schema: Schema,
    family: Family,
    trainer: FamilyTrainer,
    best: Best,
    processes: Processes,
    *,
    steps: int,
    minutes: float,
) -> None:
    """Writes the model, and last of all `run.json`, by which a run is known to be finished."""
    last = whole_weights(trainer.model)
    if not processes.leads:
        return
    kept = best.step if config.keep_best else steps
    weights = best.weights() or last
    family.finish()
    if config.adapter:
        save_adapter(family.model, config.out, weights)
    else:
        family.model.save_pretrained(config.out, state_dict=weights)
    if config.start != "scratch":
        memory = inherited_memory(Path(locate(config)))
        if memory is not None:
            memory.save(config.out / MEMORY_FILE)
    _info(config, schema, family, steps=steps, minutes=minutes, kept=kept).save(config.out)


def _info(
    config: TrainConfig, schema: Schema, family: Family, *, steps: int, minutes: float, kept: int | None
) -> RunInfo:
    origin = family.origin
    lineage = {
        **origin.lineage,
        # What the start has learned from, its descendants have learned from too.
        "datasets": sorted({*origin.datasets, *([family.dataset] if family.dataset else ())}),
        "dataset_documents": family.documents or None,
        "steps": steps,
        "weights_of_step": kept,
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


def _finished_before(config: TrainConfig) -> RunResult:
    lineage = RunInfo.load(config.out).lineage
    metrics = {}
    for line in recorded(config.out / "metrics.jsonl"):
        metrics.update(line)
    steps = int(lineage["steps"])
    return RunResult(config.out, steps=steps, pages=int(lineage["pages"]), pages_per_second=0.0, metrics=metrics)
