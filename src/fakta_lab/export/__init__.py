"""Export: a training run becomes a bundle, the only thing that production loads.

Importing this package is cheap; torch, transformers and onnx are imported when `export_run` is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fakta.documents.model import Page
from fakta_lab.export.bundles import write_bundle
from fakta_lab.export.measured import record_measurement

__all__ = ["export_run", "record_measurement", "write_bundle"]


def export_run(
    run_dir: Path,
    out_dir: Path,
    *,
    name: str,
    pages: Sequence[Page] | None = None,
    int8: bool = False,
    min_agreement: float = 0.99,
    allow_non_commercial: bool = False,
    lineage: Mapping[str, Any] | None = None,
) -> Path:
    """Turns a run into a bundle, after checking that the exported graph computes what the model computes.

    Args:
        run_dir: a finished run folder.
        out_dir: bundle folder to write; a bundle that is there already is replaced, but for its supplier memory.
        name: of the bundle; extractions are signed with it.
        pages: to compare graph and model on; freshly generated invoices where none are given.
        int8: store the weights of the matrix products as 8-bit integers, if that leaves enough labels as they were.
        min_agreement: share of the words, 0-1, whose label must survive `int8`.
        allow_non_commercial: export although the weights it started from may not be used commercially.
        lineage: further facts for the manifest.

    Returns:
        `out_dir`.

    Raises:
        InputError: `run_dir` is no finished run, `out_dir` holds something else.
        GateFailed: the graph differs from the model, int8 changes too many labels, or the licence forbids it.
    """
    from fakta_lab.export.run import export

    return export(
        run_dir,
        out_dir,
        name=name,
        pages=pages,
        int8=int8,
        min_agreement=min_agreement,
        allow_non_commercial=allow_non_commercial,
        lineage=lineage or {},
    )
