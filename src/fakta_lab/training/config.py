"""The recipe of a training run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from fakta.schema import Schema, invoice_schema
from fakta.wording import suggestion
from fakta_lab.config import ConfigModel, Contradictions
from fakta_lab.tracking import TrackingConfig
from fakta_lab.training.donut.config import FOREIGN, DonutConfig, family_problems

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(gt=0)]


class ModelConfig(ConfigModel):
    """Size of a model that starts from scratch; other starts bring their own.

    Attributes:
        hidden: width; a multiple of `heads` and of 8.
        layers: of the encoder.
        heads: of attention in each layer.
        intermediate: width inside each layer's feed-forward part.
        max_distance: thousandths of the page at which the relative-position buckets end.
        image_size: pixels of either side of page images, where the run has them; a multiple of the patches' 16.
    """

    hidden: Annotated[int, Field(gt=0, multiple_of=8)] = 192
    layers: Positive = 6
    heads: Positive = 6
    intermediate: Positive = 768
    max_distance: Positive = 512
    image_size: Annotated[int, Field(gt=0, multiple_of=16)] = 224

    @model_validator(mode="after")
    def _heads_divide_hidden(self) -> ModelConfig:
        if self.hidden % self.heads:
            raise ValueError(f"hidden {self.hidden} is not a multiple of heads {self.heads}")
        return self


class TokenizerConfig(ConfigModel):
    """The tokenizer of a model that starts from scratch; learned from generated pages, Donut's from a dataset too.

    Attributes:
        vocabulary: tokens it knows.
        invoices: generated ones that it is learned from.
    """

    vocabulary: Annotated[int, Field(ge=300)] = 4000
    invoices: Positive = 2000


class EarlyStopping(ConfigModel):
    """When a run is good enough.

    Attributes:
        metric: which measurement is the better one: "field_f1", "span_f1", or "f1/<field>".
        patience: measurements in a row without a better one before the run ends; None never ends it.
        min_delta: what a measurement has to be higher by to be better.
    """

    metric: str = "field_f1"
    patience: Positive | None = None
    min_delta: Annotated[float, Field(ge=0, lt=1)] = 0.0


class AdapterConfig(ConfigModel):
    """A low-rank adapter over the start's weights; see `fakta_lab.training.adapters`.

    Attributes:
        name: of the tenant or group of suppliers that it is for.
        rank: of the product that is added to each layer; memory and capacity grow with it.
        alpha: the product is multiplied by alpha / rank.
        dropout: of what goes into it.
        layers: names of the linear layers that get one; by default those that the family recommends.
    """

    name: Annotated[str, Field(min_length=1)]
    rank: Positive = 8
    alpha: Positive = 16
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    layers: tuple[str, ...] = ()


class TrainConfig(ConfigModel):
    """Everything that decides what a run does.

    Attributes:
        out: run folder to write.
        overwrite: replace a run that is in `out` already.
        family: kind of model; "layoutlmv3" labels the words of a page, "donut" writes down what it sees on its image.
        start: "scratch", "shipped" (the model in the package), a folder (run, bundle or Hugging Face model), or the
            name of a model on the Hugging Face hub.
        base_license: SPDX identifier of the start's weights; needed where the start does not say it itself.
        allow_download: let a hub name be fetched; without it nothing touches the network.
        dataset: folder of a `datasets` dataset of labelled pages; none means generated pages only.
        replay: share of generated pages in each batch when there is a dataset.
        dev_share: share of the dataset's documents held out for measuring, where it has no "dev" split.
        augment: alter every page as other printers, scanners and OCR engines would.
        images: look at the page's picture too; a start that never did learns it, see docs/page-images.md.
        schema_file: YAML of own fields; none means invoices.
        seed: decides every random choice.
        window, stride: tokens a window holds, and shares with its neighbour; of LayoutLMv3.
        batch_size: examples that an optimizer step learns from, however many processes and accumulation steps share
            them.
        gradient_accumulation: parts that each process cuts its share of a batch into, to need less memory.
        learning_rate: the highest one, after `warmup`.
        weight_decay: AdamW's.
        max_grad_norm: gradients are scaled down to this norm.
        max_steps, max_minutes: the run ends, and the learning rate reaches zero, at whichever comes first.
        warmup: share of the run over which the learning rate rises.
        dropout: of hidden states. Endless generated pages need none; a few corrected documents do.
        field_weights: how much the words of a field count in the loss; 1 where nothing is said. Table columns are
            written `line_items.quantity`.
        class_weights: "balanced" counts each label by the inverse of how often it comes, "sqrt" by the root of that.
        precision: what the model computes in; "float16" needs a GPU.
        checkpoint_every, log_every, eval_every: steps. 0 for `eval_every` means at the end only.
        early_stopping: which measurement is the best one, and when to stop waiting for a better one.
        keep_best: save the weights of the best measurement rather than the last ones.
        eval_invoices: generated invoices, never trained on, to measure on where there is no dataset.
        threads: of torch; 0 leaves the choice to torch.
        workers: processes that make batches; 0 makes them in the training process.
        model: size of a LayoutLMv3 from scratch.
        tokenizer: of a model from scratch.
        donut: what is Donut's own; for that family only, where leaving it out means its defaults.
        adapter: train a low-rank adapter over the start instead of all of its weights.
        tracking: where the run's figures are kept beside its folder.
    """

    out: Path
    overwrite: bool = False
    family: Literal["layoutlmv3", "donut"] = "layoutlmv3"
    start: str = "scratch"
    base_license: str | None = None
    allow_download: bool = False
    dataset: Path | None = None
    replay: Annotated[float, Field(ge=0, lt=1)] = 0.5
    dev_share: Annotated[float, Field(ge=0, lt=1)] = 0.1
    augment: bool = True
    images: bool = False
    schema_file: Path | None = None
    seed: Annotated[int, Field(ge=0, lt=2**20)] = 0
    window: Annotated[int, Field(ge=16)] = 512
    stride: Annotated[int, Field(ge=0)] = 128
    batch_size: Positive = 16
    gradient_accumulation: Positive = 1
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    max_grad_norm: Annotated[float, Field(gt=0)] = 1.0
    warmup: Share = 0.05
    dropout: Share = 0.0
    field_weights: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    class_weights: Literal["none", "balanced", "sqrt"] = "none"
    max_steps: Positive | None = None
    max_minutes: Annotated[float, Field(gt=0)] | None = None
    precision: Literal["float32", "bfloat16", "float16"] = "float32"
    checkpoint_every: Positive = 500
    log_every: Positive = 25
    eval_every: Annotated[int, Field(ge=0)] = 0
    eval_invoices: Annotated[int, Field(ge=0)] = 100
    early_stopping: EarlyStopping = EarlyStopping()
    keep_best: bool = False
    threads: Annotated[int, Field(ge=0)] = 0
    workers: Annotated[int, Field(ge=0)] = 1
    model: ModelConfig = ModelConfig()
    tokenizer: TokenizerConfig = TokenizerConfig()
    donut: DonutConfig | None = None
    adapter: AdapterConfig | None = None
    tracking: TrackingConfig = TrackingConfig()

    @model_validator(mode="after")
    def _consistent(self) -> TrainConfig:
        problems = [*self._problems()]
        if self.schema_file is None or self.schema_file.is_file():
            problems += unknown_names(self, self.load_schema())
        if problems:
            raise Contradictions(problems)
        return self

    def load_schema(self) -> Schema:
        """The fields that the model learns to read.

        Raises:
            SchemaError: `schema_file` cannot be used.
        """
        return Schema.load(self.schema_file) if self.schema_file else invoice_schema()

    def _problems(self) -> Iterator[str]:
        """What is wrong with keys that do not go together."""
        if self.max_steps is None and self.max_minutes is None:
            yield "give max_steps or max_minutes, else the run never ends"
        if self.stride >= self.window - 2:
            yield f"stride {self.stride} must be less than window - 2 = {self.window - 2}"
        if self.adapter is not None and self.start == "scratch":
            yield "an adapter needs weights to adapt; give a start other than scratch"
        if self.dataset is None and self.start != "scratch" and self.replay == 0:
            yield "without a dataset there are only generated pages, so replay cannot be 0"
        if self.gradient_accumulation > self.batch_size:
            yield f"gradient_accumulation {self.gradient_accumulation} is more than batch_size {self.batch_size}"
        if self.eval_every == 0 and self.early_stopping.patience is not None:
            yield "early_stopping.patience counts measurements, so give eval_every too"
        if self.eval_every == 0 and self.keep_best:
            yield "keep_best compares measurements, so give eval_every too"
        defaults = type(self).model_fields
        given = {key: (getattr(self, key), defaults[key].default) for key in FOREIGN}
        yield from family_problems(self.family, self.donut, given)


def unknown_names(config: TrainConfig, schema: Schema) -> list[str]:
    """What a recipe says about fields that the schema does not have, each with the name that was probably meant."""
    from fakta.decode import target_names  # brings numpy along

    problems = []
    names = target_names(schema)
    for name in config.field_weights:
        if name not in names:
            problems.append(f"field_weights has {name!r}, which is no field{suggestion(name, names)}")
    metric = config.early_stopping.metric
    metrics = ("field_f1", "span_f1", *(f"f1/{name}" for name in schema.fields))
    if metric not in metrics:
        problems.append(f"early_stopping.metric {metric!r} is not measured{suggestion(metric, metrics)}")
    return problems
