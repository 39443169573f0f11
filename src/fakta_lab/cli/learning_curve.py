"""`fakta learning-curve`: F1 on suppliers' next invoices against how many of their earlier ones were corrected."""

from __future__ import annotations

import json
import shutil
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Format, Model, Overrides

if TYPE_CHECKING:
    from fakta_lab.fewshot import CurveConfig

RECIPE = Path("configs/fewshot.yaml")


class Kind(StrEnum):
    """What kind of suppliers to invent."""

    demo = "demo"
    families = "families"


def learning_curve(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for curve.csv, curve.png and what was measured.")],
    benchmark: Annotated[
        Path | None,
        typer.Argument(metavar="BENCHMARK", help="Set whose documents state their supplier, and perhaps a role."),
    ] = None,
    generate: Annotated[
        Kind | None,
        typer.Option(help="Invent suppliers instead: with house words (demo), or in held-out page designs (families)."),
    ] = None,
    suppliers: Annotated[int, typer.Option(min=1, metavar="N", help="Suppliers to invent.")] = 12,
    score: Annotated[int, typer.Option(min=1, metavar="N", help="Invented invoices to score of each supplier.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Of what is invented.")] = 1,
    scan: Annotated[
        str | None, typer.Option(metavar="SEVERITY", help="Scan what is invented: light, office, phone or fax.")
    ] = None,
    learner: Annotated[
        list[str] | None,
        typer.Option("--learner", metavar="NAME", help="none, memory, finetune, memory+finetune; repeatable."),
    ] = None,
    counts: Annotated[
        str | None, typer.Option(metavar="N,N,…", help="Numbers of corrections; 0,1,2,3,5,10 by default.")
    ] = None,
    others: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Benchmark set of other layouts, to measure what is lost there.")
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="One model for all suppliers' corrections, not one for each supplier.")
    ] = False,
    model: Model = None,
    recipe: Annotated[Path, typer.Option(metavar="FILE", help="Of fine-tuning.")] = RECIPE,
    overrides: Overrides = None,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
) -> None:
    """Measure how far a few corrections go.

    A supplier's documents with the role "correct" are learned from in their order, those with the role "score" are
    scored; without roles the first ones are learned from and the rest is scored. The scored ones are the same at every
    count. A supplier with too few documents gets a line on stderr. Called again with the same DIR, the command goes on
    where it was stopped.
    """
    from fakta.extract import shipped_bundle
    from fakta_lab import fewshot
    from fakta_lab.config import load_config
    from fakta_lab.evaluation import Benchmark
    from fakta_lab.evaluation.ocr_cache import CachedEngine, DeferredEngine
    from fakta_lab.training import TrainConfig

    config = _config(counts, together=together)
    if benchmark is not None and generate is None:
        folder = benchmark
    elif generate is not None and benchmark is None:
        folder = generated_set(out, generate, suppliers=suppliers, each=config.most + score, seed=seed, scan=scan)
    else:
        raise typer.BadParameter("give either a benchmark set or --generate")
    names = learner or ["none", "memory"]
    base = model or shipped_bundle()
    # Without a learner that trains there need be no recipe.
    tuning = load_config(recipe, TrainConfig, overrides=overrides or ()) if fewshot.TRAINING & set(names) else None
    # A page takes seconds to read and is read again by every model.
    ocr = CachedEngine(DeferredEngine("auto"), out / "ocr")
    kind: dict[str, Any] = {"base": base, "recipe": tuning, "ocr": ocr}
    learners = [fewshot.make_learner(name, work=out / "work" / name, **kind) for name in names]
    with progress_bar("learning and reading") as progress:
        curve = fewshot.measure_curve(
            Benchmark.load(folder),
            fewshot.make_learner("none", work=out / "work", **kind),
            learners,
            config,
            out=out,
            others=Benchmark.load(others) if others else None,
            progress=progress,
        )
    shutil.rmtree(out / "work", ignore_errors=True)
    write_result([fewshot.render_csv(curve)], out / "curve.csv")
    fewshot.plot(curve, out / "curve.png")
    if format is Format.json:
        write_result([json.dumps(curve.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text([fewshot.render_table(curve)])], None)
    for name, reason in curve.left_out.items():
        notice(f"left out: {name}: {reason}")
    notice(f"written: {out / 'curve.csv'}, {out / 'curve.png'}")


def generated_set(out: Path, kind: Kind, *, suppliers: int, each: int, seed: int, scan: str | None) -> Path:
    """A set of invented suppliers, below `out`; the one that an earlier call made for the same choices.

    Args:
        out: folder.
        kind: of suppliers.
        suppliers: how many.
        each: invoices of each.
        seed: of what is invented.
        scan: severity; None for PDFs with text.
    """
    from fakta.errors import InputError
    from fakta_lab.synth.families import write_families
    from fakta_lab.synth.scan import SEVERITIES
    from fakta_lab.synth.write import write_set

    severity = next((known for known in SEVERITIES if known == scan), None)
    if scan is not None and severity is None:
        raise InputError(f"--scan {scan}: known are {', '.join(SEVERITIES)}")
    folder = out / f"{kind}-{suppliers}x{each}-{seed}{f'-{scan}' if scan else ''}"
    if not folder.is_dir():
        with progress_bar("inventing invoices") as progress:
            count = suppliers * each
            if kind is Kind.families:
                write_families(folder, count=count, seed=seed, suppliers=suppliers, scan=severity, progress=progress)
            else:
                write_set(
                    folder,
                    count=count,
                    seed=seed,
                    profile="demo",
                    suppliers=suppliers,
                    # What is to be measured are corrections, not planted mistakes.
                    error_share=0.0,
                    scan=severity,
                    progress=progress,
                )
    return folder


def _config(counts: str | None, *, together: bool) -> CurveConfig:
    from pydantic import ValidationError

    from fakta.errors import ConfigError
    from fakta_lab.fewshot import COUNTS, CurveConfig

    try:
        wanted = COUNTS if counts is None else tuple(int(count) for count in counts.split(","))
        return CurveConfig(counts=wanted, together=together)
    except ValidationError as error:
        raise ConfigError(f"--counts {counts}: {error.errors()[0]['msg']}") from None
    except ValueError:
        raise ConfigError(f"--counts {counts}: expected numbers such as 0,1,3") from None
