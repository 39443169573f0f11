"""The project keeps its promises about itself: the README's file map, the configurations, what is loaded when."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fakta_lab.config import load_config

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = sorted((ROOT / "configs").rglob("schema*.yaml"))
CONFIGS = sorted(set((ROOT / "configs").rglob("*.yaml")) - set(SCHEMAS))


def file_map(readme: str) -> set[str]:
    """Paths in the README's file map: the block of kind `text` whose entries stand at their indentation.

    A line is `name` or several names, then two spaces or more, then what it holds. Deeper indentation means inside the
    entry above; a name may itself have slashes.
    """
    blocks = re.findall(r"^```text\n(.*?)^```", readme, flags=re.MULTILINE | re.DOTALL)
    block = next((block for block in blocks if re.search(r"^\W*src/", block, flags=re.MULTILINE)), "")
    paths: set[str] = set()
    parents: list[tuple[int, str]] = []
    for line in block.splitlines():
        entry = re.match(r"[\s│├└─]*", line)
        indent = entry.end() if entry else 0
        names = re.split(r"\s{2,}|\s#", line[indent:], maxsplit=1)[0].replace(",", " ").split()
        if not names:
            continue
        while parents and parents[-1][0] >= indent:
            parents.pop()
        prefix = parents[-1][1] if parents else ""
        listed = [prefix + name for name in names]
        paths.update(path.rstrip("/") for path in listed)
        parents.append((indent, listed[0].rstrip("/") + "/"))
    return paths


def tracked() -> list[str]:
    """Files of the repository: committed, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def readme_map() -> set[str]:
    return file_map((ROOT / "README.md").read_text(encoding="utf-8"))


def test_the_map_reader_reads_indentation() -> None:
    lines = ("src/", "  fakta/  the runtime", "    fields/  kinds", "  fakta_lab/cli/  commands", "data, docs  notes")
    text = "\n".join(["```text", *lines, "```", ""])
    assert file_map(text) == {"src", "src/fakta", "src/fakta/fields", "src/fakta_lab/cli", "data", "docs"}


def test_every_path_in_the_file_map_exists() -> None:
    paths = readme_map()
    assert paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_the_file_map_is_complete() -> None:
    files = tracked()
    top_level = {file.partition("/")[0] for file in files if not file.startswith(".")} - {"README.md", "dvc.lock"}
    packages = {str(Path(file).parent) for file in files if file.startswith("src/") and file.endswith("/__init__.py")}
    listed = readme_map()
    covered = listed | {parent for path in listed for parent in map(str, Path(path).parents)}
    assert sorted((top_level | packages) - covered) == []


def test_configurations_are_yaml_and_all_of_them_are_tried() -> None:
    found = {file for file in tracked() if file.startswith("configs/")}
    assert found == {str(path.relative_to(ROOT)) for path in (*CONFIGS, *SCHEMAS)}
    assert len(found) >= 13


@pytest.mark.torch
@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: str(path.relative_to(ROOT / "configs")))
def test_every_configuration_loads(path: Path) -> None:
    from fakta.mapping import OutputMapping
    from fakta_lab.corrections.mapping import ImportMapping
    from fakta_lab.dataset import DatasetConfig
    from fakta_lab.dataset.truth_config import TruthConfig
    from fakta_lab.improve import ImproveConfig
    from fakta_lab.ranking import RankingConfig
    from fakta_lab.review.sampling import SamplingConfig
    from fakta_lab.synth.config import SynthConfig
    from fakta_lab.training import TrainConfig
    from fakta_lab.tuning.cascade.costs import CostsConfig

    models = {
        "corrections import": ImportMapping,
        "corrections sample": SamplingConfig,
        "dataset build": DatasetConfig,
        "dataset label": TruthConfig,
        "fit": RankingConfig,
        "improve": ImproveConfig,
        "synth": SynthConfig,
        "train": TrainConfig,
        "tune": CostsConfig,
    }
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    launch = re.match(
        rf"# (?:fakta )?(accelerate launch|[a-z]+(?: [a-z]+)?) .*?{re.escape(str(path.relative_to(ROOT)))}", first_line
    )
    assert launch, f"{path.name} does not begin with its launch line (# fakta train configs/{path.name})"
    if launch[1] == "accelerate launch":
        from accelerate.commands.config.config_args import load_config_from_file

        launcher = load_config_from_file(str(path))  # raises for keys that it does not know
        assert launcher.mixed_precision == "no"  # or it would overrule the recipe's precision
        return
    if launch[1] == "extract":
        OutputMapping.load(path)
        return
    load_config(path, models[launch[1]])


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_own_schema_loads(path: Path) -> None:
    from fakta.fields import KINDS
    from fakta.schema import Schema

    schema = Schema.load(path)
    assert {field.kind for field in schema.fields.values()} <= KINDS.keys()
    assert Schema.from_dict(schema.to_dict(), source="again") == schema


@pytest.mark.parametrize(
    "command",
    [
        "",
        "extract",
        "evaluate",
        "mapping schema",
        "synth",
        "corrections simulate",
        "corrections import",
        "corrections review",
        "corrections sample",
        "dataset build",
        "dataset label",
        "train",
        "runs list",
        "report",
        "runs report",
        "fit",
        "tune",
        "learning-curve",
        "improve",
        "export",
    ],
)
def test_help_loads_no_training_library(command: str) -> None:
    code = (
        "import sys; from fakta_lab.cli import main; code = main([*sys.argv[1:], '--help'])\n"
        "heavy = {'torch', 'transformers', 'datasets', 'sklearn', 'onnxruntime', 'numpy', 'PIL', 'reportlab'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command.split()], capture_output=True, text=True, check=False, cwd=ROOT / "src"
    )
    assert done.returncode == 0, done.stderr
    assert "Usage: fakta" in done.stdout
