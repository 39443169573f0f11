"""The doctor's findings for given sets of installed versions."""

from __future__ import annotations

import pytest

from fakta_lab.doctor import check_known_problems, check_requirements, installed_versions
from fakta_lab.extras import Requirement, missing_extra, requirements

DECLARED = [
    Requirement("numpy", ">=2.0", ""),
    Requirement("scikit-learn", ">=1.6", "lab"),
]


@pytest.mark.parametrize(
    ("installed", "levels"),
    [
        ({"numpy": "2.4.6", "scikit-learn": "1.9.1"}, ["ok", "ok"]),
        ({"numpy": "2.4.6"}, ["ok", "missing"]),
        ({"scikit-learn": "1.9.1"}, ["bad", "ok"]),
        ({"numpy": "1.26.4", "scikit-learn": "1.10.0"}, ["bad", "ok"]),
    ],
)
def test_requirements(installed: dict[str, str], levels: list[str]) -> None:
    findings = list(check_requirements(DECLARED, installed))
    assert [finding.level for finding in findings] == levels
    assert all(finding.remedy for finding in findings if finding.level != "ok")


def test_a_missing_extra_comes_with_its_command() -> None:
    finding = list(check_requirements(DECLARED, {"numpy": "2.4.6"}))[1]
    assert finding.remedy == "pip install 'fakta[lab]'"


@pytest.mark.parametrize(
    ("installed", "names"),
    [
        ({}, []),
        ({"transformers": "4.49.0"}, []),
        ({"transformers": "4.50.0"}, ["transformers"]),
        ({"transformers": "4.57.6"}, ["transformers"]),
        ({"transformers": "4.57.7"}, []),
        ({"transformers": "5.23.0", "mlflow": "3.17.2"}, []),
        ({"mlflow": "3.18.0"}, ["mlflow"]),
        ({"transformers": "5.0.0", "optimum-onnx": "0.1.0"}, ["optimum-onnx"]),
        ({"transformers": "4.49.0", "optimum-onnx": "0.1.0"}, []),
        ({"opencv-python-headless": "5.0.0.93"}, []),
        ({"opencv-python": "5.0.0.93", "opencv-python-headless": "5.0.0.93"}, ["opencv"]),
    ],
)
def test_known_problems(installed: dict[str, str], names: list[str]) -> None:
    findings = list(check_known_problems(installed))
    assert [finding.name for finding in findings] == names
    assert all(finding.level == "bad" and finding.remedy for finding in findings)


def test_declared_and_installed_are_read_from_this_environment() -> None:
    by_name = {requirement.name: requirement for requirement in requirements()}
    assert by_name["numpy"].extra == ""
    assert by_name["torch"].extra == "lab"
    assert by_name["rapidocr"].extra == "ocr"
    assert "pytest" in installed_versions()


@pytest.mark.parametrize(
    ("module", "extra"),
    [("torch", "lab"), ("sklearn.metrics", "lab"), ("rapidocr", "ocr"), ("numpy", None), ("no_such_module", None)],
)
def test_a_failed_import_names_its_extra(module: str, extra: str | None) -> None:
    error = missing_extra(ModuleNotFoundError(name=module), purpose="fakta train")
    if extra is None:
        assert error is None
    else:
        assert error is not None
        assert str(error).endswith(f"pip install 'fakta[{extra}]'")
