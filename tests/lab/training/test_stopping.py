"""Which weights are saved, when a run ends, and how it goes on after it was asked to end."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from tests.lab.training.tiny_run import generated_pages, same_weights, tiny_config, weights, write_dataset  # noqa: E402
from transformers import TrainerControl, TrainerState, TrainingArguments  # noqa: E402

from fakta.errors import ConfigError  # noqa: E402
from fakta_lab.training import train  # noqa: E402
from fakta_lab.training.best import Best  # noqa: E402
from fakta_lab.training.checkpoints import Checkpoints  # noqa: E402
from fakta_lab.training.config import EarlyStopping  # noqa: E402
from fakta_lab.training.interruption import Interruption  # noqa: E402
from fakta_lab.training.layoutlmv3.labelling import PageLabelling  # noqa: E402
from fakta_lab.training.processes import Processes  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch


def judged(folder: Path, values: Sequence[float], *, start: Best | None = None, **rule: Any) -> tuple[Best, int]:
    """Measurements at steps 0, 1, 2 …; returns the judge and how many it took before it ended the run."""
    remembered = start.progress() if start else None
    checkpoints = Checkpoints(folder)
    best = Best(EarlyStopping(**rule), checkpoints, Processes(), keep=True, remembered=remembered)
    state, control = TrainerState(), TrainerControl()
    for number, value in enumerate(values):
        state.global_step = number
        model = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.constant_(model.weight, float(number))
        metrics = {"field_f1": value, "f1/iban": -value}
        best.on_evaluate(TrainingArguments(), state, control, metrics=metrics, model=model)
        if control.should_training_stop:
            return best, number + 1
    return best, len(values)


def kept(best: Best) -> float:
    found = best.weights()
    assert found is not None
    return float(found["weight"])


def test_the_best_measurement_counts_and_not_the_last(tmp_path: Path) -> None:
    best, _ = judged(tmp_path, [0.2, 0.9, 0.9, 0.5])
    assert (best.step, kept(best)) == (1, 1.0)
    assert best.scores == {"field_f1": 0.9, "f1/iban": -0.9}


def test_the_start_may_be_the_best(tmp_path: Path) -> None:
    best, _ = judged(tmp_path, [0.9, 0.5, 0.6])
    assert (best.step, kept(best)) == (0, 0.0)


def test_another_metric_may_decide(tmp_path: Path) -> None:
    best, _ = judged(tmp_path, [0.2, 0.9, 0.1], metric="f1/iban")
    assert best.step == 2


def test_patience_ends_the_run(tmp_path: Path) -> None:
    assert judged(tmp_path, [0.5, 0.6, 0.6, 0.5, 0.7], patience=2)[1] == 4
    assert judged(tmp_path, [0.5, 0.6, 0.6, 0.7, 0.7], patience=2)[1] == 5


def test_small_steps_forward_do_not_renew_patience_but_are_kept(tmp_path: Path) -> None:
    best, taken = judged(tmp_path, [0.5, 0.51, 0.52, 0.53], patience=2, min_delta=0.05)
    assert taken == 3
    assert best.step == 2


def test_patience_goes_on_after_an_interruption(tmp_path: Path) -> None:
    before, _ = judged(tmp_path, [0.5, 0.4], patience=2)
    assert judged(tmp_path, [0.4, 0.4], start=before, patience=2)[1] == 1


def test_what_was_not_measured_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"f1/bic: cannot be measured .*; measured is field_f1"):
        judged(tmp_path, [0.5], metric="f1/bic")


def test_without_documents_to_measure_on_a_run_that_needs_them_ends_at_once(tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", eval_invoices=0, eval_every=2, keep_best=True)
    with pytest.raises(ConfigError, match="measured is nothing: there are no documents for it"):
        train(config, progress=False)


def scripted(monkeypatch: pytest.MonkeyPatch, values: Sequence[float]) -> None:
    """Measurements of a run come out as said."""
    remaining = iter(values)
    monkeypatch.setattr(PageLabelling, "scores", lambda self: {"field_f1": next(remaining)})


def test_run_saves_the_weights_of_its_best_measurement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scripted(monkeypatch, [0.1, 0.3, 0.8, 0.5])
    base = {"eval_every": 2, "dropout": 0.1}
    whole = train(tiny_config(tmp_path / "whole", keep_best=True, **base), progress=False)
    scripted(monkeypatch, [0.3, 0.8, 0.5])
    last = train(tiny_config(tmp_path / "last", **base), progress=False)
    assert whole.metrics["field_f1"] == 0.8
    assert last.metrics["field_f1"] == 0.5
    assert RunInfo.load(whole.path).lineage["weights_of_step"] == 4
    assert RunInfo.load(last.path).lineage["weights_of_step"] == 6
    best = Checkpoints(whole.path / "checkpoints").load_best(4)
    saved = weights(whole.path)
    assert all(torch.equal(saved[name], best[name]) for name in saved)
    assert not same_weights(whole.path, last.path)


def test_run_ends_early_when_nothing_gets_better(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scripted(monkeypatch, [0.5, 0.4, 0.4])
    rule = {"patience": 2}
    result = train(tiny_config(tmp_path / "run", eval_every=1, early_stopping=rule), progress=False)
    assert (result.steps, result.finished) == (2, True)


def test_patience_that_ends_with_an_interruption_ends_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scripted(monkeypatch, [0.5, 0.4])
    rule = {"patience": 1}
    result = train(tiny_config(tmp_path / "run", eval_every=1, early_stopping=rule), progress=False, max_minutes=0)
    assert (result.steps, result.finished) == (1, True)


def test_minutes_of_a_start_end_it_with_a_checkpoint_to_go_on_from(tmp_path: Path) -> None:
    base = {"dropout": 0.1, "checkpoint_every": 1000}
    whole = train(tiny_config(tmp_path / "whole", **base), progress=False)
    config, notices = tiny_config(tmp_path / "parts", **base), list[str]()
    starts = 0
    while True:
        result = train(config, resume=starts > 0, progress=False, max_minutes=0, notice=notices.append)
        starts += 1
        if result.finished:
            break
        assert result.steps == starts
        assert not (config.out / "run.json").exists()
    assert starts == 6
    assert notices[0] == f"{config.out}: stopped after step 1 (the minutes of this start are used up); " + (
        "go on with --resume"
    )
    assert same_weights(config.out, whole.path)


def test_the_first_signal_asks_and_the_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT)  # a shell's background jobs ignore it
    interruption = Interruption()
    with interruption.listening():
        assert not interruption.asked
        signal.raise_signal(signal.SIGINT)
        assert interruption.asked
        assert interruption.reason == "SIGINT"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    before, seen = signal.getsignal(signal.SIGTERM), []

    def listen() -> None:
        with Interruption().listening():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_resumed_run_must_be_the_same_run(tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", max_steps=2)
    train(config, progress=False, max_minutes=0)
    with pytest.raises(ConfigError, match=r"another recipe \(seed was 0, is 1; batch_size was 4, is 8\)"):
        train(tiny_config(tmp_path / "run", max_steps=2, batch_size=8, seed=1), resume=True, progress=False)
    assert train(tiny_config(tmp_path / "run", max_steps=3, log_every=2), resume=True, progress=False).steps == 3


def test_a_resumed_run_must_learn_from_the_same_dataset(tmp_path: Path) -> None:
    data, pages = tmp_path / "data", generated_pages(2)
    config = tiny_config(tmp_path / "run", dataset=write_dataset(data, pages[:1]), replay=0, dev_share=0)
    train(config, progress=False, max_minutes=0)
    shutil.rmtree(data)
    write_dataset(data, pages[1:])
    with pytest.raises(ConfigError, match="changed since the run was interrupted"):
        train(config, resume=True, progress=False)
