"""`fakta models`: which bundle production uses, and who decided that on which figures."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta.errors import GateFailed, InputError
from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import By, Format, login

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.registry import Entry, Registry

models = typer.Typer(name="models", help="Promote bundles to production and take them back.", no_args_is_help=True)


class Alias(StrEnum):
    """What leads to a bundle."""

    champion = "champion"
    challenger = "challenger"


RegistryFolder = Annotated[
    Path, typer.Option("--registry", metavar="DIR", envvar="FAKTA_MODELS", help="Folder of the registry.")
]
Formatted = Annotated[Format, typer.Option(help="How to print the result.")]
Moved = Annotated[Alias, typer.Option(help="What is moved.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the history.")]
TellMlflow = Annotated[bool, typer.Option("--track/--no-track", help="Tell MLflow, where the bundle is tracked.")]
Licensed = Annotated[
    bool, typer.Option("--allow-non-commercial", help="Promote although the weights' licence forbids commercial use.")
]
Experiment = Annotated[str, typer.Option(metavar="NAME", help="The model's name in MLflow.")]
Said = Annotated[
    str, typer.Argument(metavar="BUNDLE", help="Folder, zip, alias, or a name that fakta models list shows.")
]


@models.command("list")
def list_(
    registry: RegistryFolder = Path("models"),
    mlflow: Annotated[bool, typer.Option("--mlflow", help="Those that MLflow knows instead.")] = False,
    experiment: Experiment = "fakta",
    format: Formatted = Format.table,
) -> None:
    """List the bundles in the registry, those in use first."""
    if mlflow:
        _list_mlflow(experiment, format)
        return
    from fakta_lab.registry.overview import registered, render_list

    opened = _open(registry)
    bundles = registered(opened)
    _print([each.to_dict() for each in bundles], render_list(bundles), format=format)
    for each in opened.chain_breaks():
        notice(f"{registry}: {each}; fakta models verify says more")


@models.command()
def show(bundle: Said, registry: RegistryFolder = Path("models"), format: Formatted = Format.table) -> None:
    """Show a bundle's figures and its part of the history."""
    from fakta_lab.registry.overview import copy_of, find_bundle, registered, render_bundle, render_history

    opened = _open(registry)
    name = copy_of(opened, find_bundle(opened, bundle))
    one = next((each for each in registered(opened) if each.folder == name), None)
    if one is None:
        raise InputError(f"{bundle}: is not in {registry}; fakta models list shows what is")
    data = {**one.to_dict(), "history": [entry.to_dict() for entry in one.entries]}
    _print(data, render_bundle(one), render_history(one.entries), format=format)


@models.command()
def promote(
    bundle: Said,
    alias: Moved = Alias.champion,
    on: Annotated[Path | None, typer.Option(metavar="SET", help="Benchmark set to measure it on now.")] = None,
    evaluation: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What fakta evaluate --format json printed of it.")
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What is required; by default the registry's gates.yaml, else the set's own."
        ),
    ] = None,
    by: By = None,
    reason: Reason = "",
    force: Annotated[
        bool, typer.Option("--force", help="Promote although it was not measured or misses a gate; needs --reason.")
    ] = False,
    allow_non_commercial: Licensed = False,
    registry: RegistryFolder = Path("models"),
    track: TellMlflow = True,
    format: Formatted = Format.table,
) -> None:
    """Let production use a bundle.

    It is copied into the registry, reads one invoice, and the alias is moved to it in one step. Without --on and
    --evaluation the figures count that it was promoted with before. Exit code 1 where it was not measured, a gate is
    not met, or its licence forbids commercial use.
    """
    from fakta.bundle import Bundle
    from fakta_lab.registry.measured import measured
    from fakta_lab.registry.overview import find_bundle, render_change
    from fakta_lab.registry.requirements import check_bundle

    if force and not reason:
        raise typer.BadParameter("--force needs --reason: it is kept in the history")
    if on is not None and evaluation is not None:
        raise typer.BadParameter("give either --on or --evaluation")
    opened = _registry(registry)
    path = find_bundle(opened, bundle)
    # Before the set is read, which takes minutes.
    check_bundle(Bundle.load(path), allow_non_commercial=allow_non_commercial)
    with progress_bar("measuring") as progress:
        found = measured(opened, path, on=on, evaluation=evaluation, gate=gate, progress=progress)
    if found.obstacles and not force:
        raise GateFailed(
            f"{bundle}: not promoted: {'; '.join(found.obstacles)} (--force --reason TEXT promotes it in spite of that)"
        )
    current = opened.current(alias)
    before = opened.promotion_of(current.name) if current else None
    entry = opened.promote(
        path,
        alias=alias,
        figures=found.figures,
        gates=found.gates,
        against=found.against,
        by=by or login(),
        reason=reason,
        allow_non_commercial=allow_non_commercial,
    )
    _print(entry.to_dict(), render_change(before, entry), format=format)
    if entry.obstacles:
        notice(f"promoted in spite of: {'; '.join(entry.obstacles)}")
    elif not entry.gates:
        notice(f"nothing was required of it: {opened.path / 'gates.yaml'} or --gate says what is")
    _tell_moved(opened, entry)
    if track:
        _tell_mlflow(opened)


@models.command()
def rollback(
    alias: Moved = Alias.champion,
    by: By = None,
    reason: Reason = "",
    registry: RegistryFolder = Path("models"),
    track: TellMlflow = True,
    format: Formatted = Format.table,
) -> None:
    """Go back to the bundle that was used before; once more, to the one before that."""
    from fakta_lab.registry.overview import render_change

    opened = _open(registry)
    current = opened.current(alias)
    before = opened.promotion_of(current.name) if current else None
    entry = opened.rollback(alias=alias, by=by or login(), reason=reason)
    _print(entry.to_dict(), render_change(before, entry), format=format)
    _tell_moved(opened, entry)
    _tell_erased(opened, entry)
    if track:
        _tell_mlflow(opened)


@models.command()
def history(
    alias: Annotated[Alias | None, typer.Option(help="Only changes of this one.")] = None,
    registry: RegistryFolder = Path("models"),
    format: Formatted = Format.table,
) -> None:
    """Show who promoted what, when, and on which figures."""
    from fakta_lab.registry.overview import render_history

    entries = [entry for entry in _open(registry).history() if alias in (None, entry.alias)]
    _print([entry.to_dict() for entry in entries], render_history(entries), format=format)


@models.command()
def verify(registry: RegistryFolder = Path("models")) -> None:
    """Check that history, aliases and bundles are as they were written.

    Exit code 1 where a line of the history was changed, an alias leads elsewhere than it says, or a bundle is not what
    was promoted.
    """
    from fakta_lab.registry.verify import problems

    opened = _open(registry)
    found = list(problems(opened))
    for problem in found:
        notice(problem)
    if found:
        raise GateFailed(f"{registry}: is not as it was written, see above")
    notice(f"{registry}: {len(opened.history())} entries and {len(opened.copies())} bundles are as they were written")


@models.command()
def prune(
    keep: Annotated[int, typer.Option(metavar="N", help="Rollbacks of each alias that remain possible.")] = 3,
    grace_hours: Annotated[
        float, typer.Option(min=0, metavar="H", help="What was in use less than this ago stays in any case.")
    ] = 24,
    registry: RegistryFolder = Path("models"),
) -> None:
    """Remove bundles that nothing needs any more; the history stays."""
    gone = _open(registry).prune(keep=keep, grace=timedelta(hours=grace_hours))
    for name in gone:
        notice(f"{name} removed")
    notice(f"{len(gone)} bundles removed")


@models.command()
def sync(registry: RegistryFolder = Path("models")) -> None:
    """Send to MLflow what it does not know of the registry: its server was down, or tracking was off."""
    from fakta_lab.registry.mirror import publish

    where = publish(_open(registry))
    if where is None:
        raise InputError(f"{registry}: its bundles are tracked nowhere; name a place in MLFLOW_TRACKING_URI")
    notice(f"{where} knows what {registry} uses")


@models.command()
def pull(
    alias: Moved = Alias.champion,
    experiment: Experiment = "fakta",
    by: By = None,
    allow_non_commercial: Licensed = False,
    registry: RegistryFolder = Path("models"),
) -> None:
    """Fetch the bundle that an alias leads to in MLflow (MLFLOW_TRACKING_URI) and use it here."""
    from fakta_lab.registry.mirror import pull as fetch

    opened = _registry(registry)
    entry = fetch(
        opened,
        uri=_mlflow_uri(),
        alias=alias,
        name=experiment,
        by=by or login(),
        allow_non_commercial=allow_non_commercial,
    )
    if entry is None:
        notice(f"{opened.path / alias} is that bundle already")
    else:
        _tell_moved(opened, entry)


def _registry(folder: Path) -> Registry:
    from fakta_lab.registry import Registry

    return Registry(folder)


def _open(folder: Path) -> Registry:
    """A registry that is there."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no registry there yet; fakta models promote BUNDLE makes one")
    opened = _registry(folder)
    if not opened.bundles.is_dir():
        raise InputError(f"{folder}: is no registry (it has no {opened.bundles.name}/); --registry says where it is")
    return opened


def _print(data: object, *tables: RenderableType, format: Format) -> None:
    if format is Format.json:
        write_result([json.dumps(data, ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(tables)], None)


def _tell_moved(registry: Registry, entry: Entry) -> None:
    alias = registry.path / entry.alias
    if entry.before == entry.bundle:
        notice(f"{alias} is {entry.bundle}, as before")
        return
    before = f", before {entry.before}" if entry.before else ""
    notice(f"{alias} is now {entry.bundle}{before}")


def _tell_erased(registry: Registry, entry: Entry) -> None:
    from fakta_lab.formats.retraining import artifact_at

    artifact = artifact_at(registry.bundles / entry.bundle)
    if artifact is not None and artifact.erased:
        notice(f"{entry.bundle} learned from {artifact.erased} documents that were erased since; do not keep it in use")


def _tell_mlflow(registry: Registry) -> None:
    """What goes wrong here is told: the folder, which production reads, has been changed already."""
    from fakta_lab.registry.mirror import publish
    from fakta_lab.tracking import TrackingError

    try:
        where = publish(registry)
    except TrackingError as error:
        notice(f"MLflow was not told: {error}; fakta models sync does it later")
        return
    if where:
        notice(f"{where} was told")


def _mlflow_uri() -> str:
    from fakta_lab.tracking.config import URI_VARIABLE

    uri = os.environ.get(URI_VARIABLE)
    if not uri:
        raise InputError(f"say where MLflow is: {URI_VARIABLE}=https://mlflow.example")
    return uri


def _list_mlflow(experiment: str, format: Format) -> None:
    from rich.table import Table

    from fakta_lab.registry.mirror import version_facts
    from fakta_lab.tracking.model_versions import ModelVersions

    rows: Sequence[dict[str, str]] = version_facts(ModelVersions(_mlflow_uri(), name=experiment).all())
    table = Table(title=f"{len(rows)} versions")
    for column in ("version", "aliases", "name", "digest", "set", "f1"):
        table.add_column(column)
    for row in rows:
        table.add_row(*({**row, "digest": row["digest"][:12]}.values()))
    _print(list(rows), table, format=format)
