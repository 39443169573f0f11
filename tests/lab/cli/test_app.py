"""Errors become one line and an exit code; mistakes in the program itself keep their traceback."""

from __future__ import annotations

import pytest

from fakta import __version__
from fakta.errors import FaktaError, GateFailed, InputError
from fakta_lab.cli import main


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    """Makes `fakta doctor` fail with a given error; the command is the one that takes no arguments."""

    def install(error: BaseException) -> None:
        def diagnose() -> None:
            raise error

        monkeypatch.setattr("fakta_lab.doctor.diagnose", diagnose)

    return install


@pytest.mark.parametrize(
    ("error", "code"),
    [(InputError("a.pdf: no"), 2), (GateFailed("micro.f1 0.9 < 0.95"), 1), (FaktaError("other"), 2)],
)
def test_an_error_on_purpose_is_one_line(
    failing, error: FaktaError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(error)
    assert main(["doctor"]) == code
    printed = capsys.readouterr()
    assert printed.err == f"error: {error}\n"
    assert printed.out == ""


def test_a_missing_extra_is_answered_with_its_command(failing, capsys: pytest.CaptureFixture[str]) -> None:
    failing(ModuleNotFoundError("No module named 'torch'", name="torch"))
    assert main(["doctor"]) == 2
    expected = "error: fakta doctor needs torch, which is not installed: pip install 'fakta[lab]'\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize("error", [ZeroDivisionError("mistake"), ModuleNotFoundError("no", name="unheard_of")])
def test_an_unexpected_error_is_not_swallowed(failing, error: Exception) -> None:
    failing(error)
    with pytest.raises(type(error)):
        main(["doctor"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["extract"], "error: Missing argument 'PATH...' (see fakta extract --help)"),
        (["extract", "a.pdf", "--format", "xml"], "'xml' is not one of"),
        (["evalute"], "error: No such command 'evalute'"),
        (["extract", "a.pdf", "--workers", "0"], "greater than or equal to 1"),
    ],
)
def test_a_usage_mistake_is_one_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_every_command(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([option]) == 0
    printed = capsys.readouterr().out
    for command in ("extract", "evaluate", "synth", "corrections", "dataset", "train", "tune", "export", "doctor"):
        assert f"\n  {command} " in printed


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fakta {__version__}\n"
