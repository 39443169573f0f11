"""The best measurement so far: whether to go on waiting for a better one, and whose weights are saved in the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from fakta.errors import ConfigError
from fakta_lab.training.checkpoints import Checkpoints
from fakta_lab.training.config import EarlyStopping
from fakta_lab.training.processes import Processes


class Best(TrainerCallback):
    """Judges each measurement.

    The first one is made before the first step, so that training never ends worse than it began.

    Args:
        keep: whether to keep the weights of the best one.
        remembered: what `progress` gave when the run was interrupted.
    """

    def __init__(
        self,
        rule: EarlyStopping,
        checkpoints: Checkpoints,
        processes: Processes,
        *,
        keep: bool,
        remembered: Mapping[str, Any] | None = None,
    ) -> None:
        self._rule = rule
        self._checkpoints = checkpoints
        self._processes = processes
        self._keep = keep
        known: Mapping[str, Any] = remembered or {}
        self.step: int | None = known.get("step")
        self.scores: dict[str, float] = dict(known.get("scores", {}))
        # The last value that was enough of a step forward, and how many measurements have come since.
        self._reference: float | None = known.get("reference")
        self._waited: int = known.get("waited", 0)
        self.ended = False  # whether it has ended the run

    @property
    def judges(self) -> bool:
        """Whether anything depends on measurements."""
        return self._keep or self._rule.patience is not None

    def progress(self) -> dict[str, Any] | None:
        """What a checkpoint has to remember."""
        if self.step is None:
            return None
        return {
            "step": self.step,
            "scores": self.scores,
            "reference": self._reference,
            "waited": self._waited,
            "kept": self._keep,
        }

    def weights(self) -> dict[str, torch.Tensor] | None:
        """Those of the best measurement, where they are to be saved instead of the last ones."""
        return self._checkpoints.load_best(self.step) if self._keep and self.step is not None else None

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Takes note of a measurement; ends the run when it has waited long enough.

        Raises:
            ConfigError: what is to be judged was not measured.
        """
        if not self.judges:
            return
        scores = metrics or {}
        value = scores.get(self._rule.metric)
        if value is None:
            measured = ", ".join(name for name in scores if "/" not in name) or "nothing: there are no documents for it"
            raise ConfigError(
                f"early_stopping.metric = {self._rule.metric}: cannot be measured on the development documents; "
                f"measured is {measured}"
            )
        if self.step is None or value > self.scores[self._rule.metric]:
            self.step, self.scores = state.global_step, dict(scores)
            if self._keep:
                self._save(kwargs["model"])
        if self._reference is None or value > self._reference + self._rule.min_delta:
            self._reference, self._waited = value, 0
        else:
            self._waited += 1
        if self._rule.patience is not None and self._waited >= self._rule.patience:
            self.ended = control.should_training_stop = True
            control.should_save = False  # the end of a run is no place to go on from

    def _save(self, model: torch.nn.Module) -> None:
        weights = whole_weights(model)
        if self._processes.leads and self.step is not None:
            self._checkpoints.save_best(self.step, weights)
        self._processes.wait()


def whole_weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The weights of a model by name; put together where several processes hold parts of it, so all have to ask."""
    found = get_model_state_dict(model, options=StateDictOptions(full_state_dict=True))
    return {name: values for name, values in found.items() if isinstance(values, torch.Tensor)}
