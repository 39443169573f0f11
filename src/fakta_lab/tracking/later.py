"""What happens to a run after training: its export, evaluations and tunings, added to the run in MLflow."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fakta.bundle import MANIFEST, Bundle
from fakta_lab.tracking.config import URI_VARIABLE, database_file, effective_uri, public_uri, switched_off
from fakta_lab.tracking.errors import TrackingError
from fakta_lab.tracking.figures import evaluation_figures, export_figures, metric_name, tuning_figures
from fakta_lab.tracking.mlflow_run import MlflowRun
from fakta_lab.tracking.plots import draw_acceptance, draw_fields, draw_reliability

# Files of a bundle that hold a model. Others, such as what was learned of single suppliers, say what documents print,
# and what is sent to a server cannot be erased from here.
MODEL_FILES = (".onnx", ".safetensors", "tokenizer.json", "config.json", "MODEL_CARD.md", MANIFEST)


def track_export(bundle_dir: Path) -> str | None:
    """Adds a fresh bundle to its run: its files as artefacts, how near the graph comes to the model as figures.

    Returns:
        Where the run is tracked; None where it is not.

    Raises:
        TrackingError: MLflow cannot be used now, or does not know the run.
    """
    bundle = Bundle.load(bundle_dir)
    run = _run_of(bundle)
    if run is None:
        return None
    for name in sorted([MANIFEST, *bundle.manifest["files"]]):
        if name.endswith(MODEL_FILES):
            run.log_file(bundle_dir / name, folder=f"bundle/{metric_name(bundle.name)}")
    run.log_results(export_figures(bundle.manifest["lineage"]))
    run.log_tags({"bundle": bundle.name})
    return run.uri


def track_evaluation(bundle_path: Path, evaluation: Mapping[str, Any]) -> str | None:
    """Adds the figures of an evaluation (its JSON form) and their plot; errors and failures stay out.

    Returns, Raises:
        See `track_export`.
    """
    run = _run_of(Bundle.load(bundle_path))
    if run is None:
        return None
    run.log_results(evaluation_figures(evaluation))
    name = metric_name(str(evaluation["benchmark"]))
    with TemporaryDirectory() as folder:
        for path in draw_fields(field_f1(evaluation), Path(folder), title=f"F1 on {name}, by field"):
            run.log_file(path, folder=f"plots/evaluate/{name}")
    return run.uri


def track_tuning(bundle_dir: Path, report: Mapping[str, Any]) -> str | None:
    """Adds the figures of a tuning report (its JSON form) and their plots; failures stay out.

    Returns, Raises:
        See `track_export`.
    """
    run = _run_of(Bundle.load(bundle_dir))
    if run is None:
        return None
    run.log_results(tuning_figures(report))
    with TemporaryDirectory() as folder:
        for path in draw_tuning(report, Path(folder)):
            run.log_file(path, folder="plots/tune")
    return run.uri


def field_f1(evaluation: Mapping[str, Any]) -> dict[str, float]:
    """Field to F1, of an evaluation's JSON form; fields without examples left out."""
    return {name: each["f1"] for name, each in evaluation["fields"].items() if each["support"]}


def draw_tuning(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Plots of a tuning report's JSON form, as `fakta_lab.tracking.plots` writes them."""
    drawn = draw_acceptance(report["curve"], folder, target=report["target_precision"])
    return drawn + draw_reliability(report["reliability"], folder)


def tracked_at(bundle: Bundle) -> str | None:
    """URI to connect to, password included, of where a bundle's run is tracked, or what the environment names instead.

    None where neither says of a place, tracking is off, or the place is a database on another machine.
    """
    if switched_off() or find_spec("mlflow") is None:
        return None
    origin = bundle.manifest["lineage"].get("tracking") or {}
    uri = effective_uri(origin.get("uri", ""))
    database = database_file(uri)
    return None if not uri or (database is not None and not database.is_file()) else uri


def _run_of(bundle: Bundle) -> MlflowRun | None:
    """The run a bundle came from; None where it says of none, or that run is tracked on another machine."""
    origin = bundle.manifest["lineage"].get("tracking") or {}
    uri = tracked_at(bundle) if "run_id" in origin else None
    if uri is None:
        return None
    run = MlflowRun.find(uri, experiment=origin["experiment"], run_id=origin["run_id"])
    if run is None:
        raise TrackingError(
            f"{public_uri(uri)}: the run of {bundle.name} is not there; send it with fakta runs publish RUN, or name "
            f"another place in {URI_VARIABLE}"
        )
    return run
