"""Which public set a path is, and the whole of it as a benchmark set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.jsonl import Problem, summary
from fakta_lab.formats.set_settings import SetSettings
from fakta_lab.formats.sets import cord, docile, funsd, sroie
from fakta_lab.formats.sets.base import SetFormat
from fakta_lab.formats.sets.truth import Account, documents, text_schema

PUBLIC_SETS: tuple[SetFormat, ...] = (sroie, cord, docile, funsd)


def shapes() -> str:
    """What the folders of public sets look like, for messages."""
    return "; ".join(f"{each.NAME} ({each.SHAPE})" for each in PUBLIC_SETS)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A public set that was recognised.

    Attributes:
        format: how it is laid out.
        root: what documents' names are relative to, and where its `benchmark.yaml` would be.
        splits: what is read, in order.
        name: of the set, from its folder and, where one split was named by its file, that.
    """

    format: SetFormat
    root: Path
    splits: tuple[Path, ...]
    name: str


def find_set(path: Path) -> PublicSet | None:
    """The public set that a folder (or a split's file) is; None for one of the project's own, and for anything else.

    A folder that has a split in each of its folders is all of them.
    """
    if (path / "truth.jsonl").exists() or path.name == "truth.jsonl" or not path.exists():
        return None
    root = path if path.is_dir() else path.parent
    name = root.resolve().name if path.is_dir() else f"{root.resolve().name} {path.stem}"
    for format in PUBLIC_SETS:
        if format.fits(path):
            return PublicSet(format, root, (path,), name)
    inside = sorted(each for each in path.iterdir() if each.is_dir()) if path.is_dir() else []
    for format in PUBLIC_SETS:
        splits = tuple(each for each in inside if format.fits(each))
        if splits:
            return PublicSet(format, root, splits, name)
    return None


def read_set(found: PublicSet, *, schema: Schema | None = None, settings: SetSettings) -> Benchmark:
    """A public set as a benchmark set, with notices about what became of what it says.

    Of several splits each is a layout, where the set has none of its own, so that figures are given by split.

    Args:
        found: by `find_set`.
        schema: whose fields the truth gets, instead of those of the format.
        settings: from the set's `benchmark.yaml`.

    Raises:
        DatasetError: naming every document whose files cannot be used.
    """
    account = Account()
    given = schema or found.format.schema()
    read: list[BenchmarkDocument] = []
    problems: list[Problem] = []
    for split in found.splits:
        for each in found.format.read(split, root=found.root, schema=given, account=account):
            if isinstance(each, Problem):
                problems.append(each)
            else:
                by_split = len(found.splits) > 1 and not each.layout
                read.append(replace(each, layout=split.name) if by_split else each)
    if problems:
        raise DatasetError(summary(found.root, problems))
    if not read:
        left_out = "; ".join(account.notices())
        raise DatasetError(
            f"{found.root}: no document of {found.format.NAME} can be used{left_out and f' ({left_out})'}"
        )
    named = dict.fromkeys(name for document in read for name in document.fields)
    if not named and not any(document.tables for document in read):
        raise DatasetError(f"{found.root}: no document states a field of the schema; nothing can be scored")
    scored = given or text_schema(found.format.NAME.lower(), named)
    where = f" ({', '.join(each.name for each in found.splits)})" if len(found.splits) > 1 else ""
    return Benchmark(
        name=settings.name or found.name,
        documents=tuple(read),
        schema=scored,
        gates=settings.gates,
        baseline=settings.baseline,
        notices=(
            f"read as {found.format.NAME}{where}: {documents(len(read))}, fields of the schema {scored.name}",
            *account.notices(),
        ),
    )
