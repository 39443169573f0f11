"""The `fakta` program: its commands, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from fakta import __version__
from fakta.errors import FaktaError
from fakta_lab.cli.adapters import adapters
from fakta_lab.cli.compare import compare
from fakta_lab.cli.corrections import corrections
from fakta_lab.cli.dataset import dataset
from fakta_lab.cli.doctor import doctor
from fakta_lab.cli.evaluate import evaluate
from fakta_lab.cli.export import export
from fakta_lab.cli.extract import extract
from fakta_lab.cli.fit import fit
from fakta_lab.cli.improve import improve
from fakta_lab.cli.label import label
from fakta_lab.cli.learning_curve import learning_curve
from fakta_lab.cli.mapping import mapping
from fakta_lab.cli.memory import memory
from fakta_lab.cli.models import models
from fakta_lab.cli.monitor import monitor
from fakta_lab.cli.parity import parity
from fakta_lab.cli.report import report
from fakta_lab.cli.runs import runs
from fakta_lab.cli.synth import synth
from fakta_lab.cli.train import train
from fakta_lab.cli.tune import tune

app = typer.Typer(
    name="fakta",
    help="Reads Swedish invoices, learns from corrections, and says how sure it is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(extract)
app.add_typer(mapping)
app.command()(evaluate)
app.command()(compare)
app.command()(synth)
app.add_typer(corrections)
dataset.command()(label)
app.add_typer(dataset)
app.add_typer(memory)
app.command()(train)
app.add_typer(adapters)
app.add_typer(runs)
app.command()(export)
app.command()(parity)
app.command()(fit)
app.command()(tune)
app.add_typer(models)
app.command()(monitor)
app.command()(report)
app.command()(learning_curve)
app.command()(improve)
app.command()(doctor)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"fakta {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program and returns its exit code.

    An error that fakta raises on purpose becomes one line on stderr; any other keeps its traceback.

    Args:
        arguments: without the program's name; by default those of the process.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=arguments, prog_name="fakta", standalone_mode=False)
    except FaktaError as error:
        return _fail(str(error), error.exit_code)
    except OSError as error:
        # A file that cannot be read or written is no fault of the program: a full disk, a folder without rights.
        if error.filename is None and error.errno != errno.ENOSPC:
            raise
        return _fail(f"{error.filename or 'a file'}: {error.strerror}", 2)
    except typer.TyperException as error:
        return _usage(error)
    except typer.Abort:
        return _fail("aborted", 130)
    except ModuleNotFoundError as error:
        from fakta_lab.extras import missing_extra

        missing = missing_extra(error, purpose=" ".join(["fakta", *arguments[:1]]))
        if missing is None:
            raise
        return _fail(str(missing), missing.exit_code)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    typer.echo(f"error: {message}", err=True)
    return code


def _usage(error: typer.TyperException) -> int:
    """One line for a mistake on the command line; the whole help where nothing was asked for."""
    # Typer hands on pydantic's message, of which this is the name of an exception.
    message = error.format_message().replace("Value error, ", "", 1)
    context = getattr(error, "ctx", None)
    if "\n" in message:
        typer.echo(message, err=True)
        return error.exit_code
    hint = f" (see {context.command_path} --help)" if context is not None else ""
    return _fail(f"{message.rstrip('.')}{hint}", error.exit_code)
