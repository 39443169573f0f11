"""Export: a training run becomes a bundle, the only thing that production loads.

Importing this package is cheap; torch, transformers and onnx are imported when something is exported or compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fakta.documents.model import Page
from fakta_lab.export.bundles import write_bundle
from fakta_lab.export.measured import record_measurement

if TYPE_CHECKING:
    from fakta_lab.export.check import Checked

__all__ = ["check_parity", "export_run", "record_measurement", "write_bundle"]


def export_run(
    run_dir: Path,
    out_dir: Path,
    *,
    name: str,
    pages: Sequence[Page] | None = None,
    on: Path | None = None,
    quantize: Literal["none", "auto", "dynamic", "static"] = "none",
    min_agreement: float = 0.99,
    allow_non_commercial: bool = False,
    lineage: Mapping[str, Any] | None = None,
) -> Path:
    """Turns a run into a bundle, after checking that the bundle reads documents as the trained weights do.

    Args:
        run_dir: a finished run folder.
        out_dir: bundle folder to write; a bundle that is there already is replaced, but for its supplier memory.
        name: of the bundle; extractions are signed with it.
        pages: to compare on, each as a document of its own.
        on: benchmark set to compare on instead; freshly generated invoices where neither is given.
        quantize: which graphs with 8-bit integers to try. One ships only where it is measured to be faster and to
            change no value and no decision; otherwise the float16 graph ships, and the manifest says why.
        min_agreement: share of the labels or tokens, 0-1, that 8-bit integers have to keep as well.
        allow_non_commercial: export although the weights it started from may not be used commercially.
        lineage: further facts for the manifest.

    Returns:
        `out_dir`.

    Raises:
        InputError: `run_dir` is no finished run, `out_dir` holds something else, or nothing can be compared.
        GateFailed: the bundle differs from the model in an output, a value or a decision, float16 changes too many
            labels, or the licence forbids it.
    """
    from fakta_lab.export.quantization import Quantize
    from fakta_lab.export.run import export

    return export(
        run_dir,
        out_dir,
        name=name,
        pages=pages,
        on=on,
        quantize=Quantize(quantize),
        min_agreement=min_agreement,
        allow_non_commercial=allow_non_commercial,
        lineage=lineage or {},
    )


def check_parity(bundle_dir: Path, *, run: Path | None = None, on: Path | None = None) -> Checked:
    """Compares a bundle with the weights that it was made of: outputs, extracted values, decisions.

    Args:
        bundle_dir: folder of the bundle.
        run: its training run; by default the weights that the bundle itself holds to train further from.
        on: benchmark set to compare on; freshly generated invoices where none is named.

    Raises:
        BundleError: it is no bundle.
        DatasetError: `on` is no benchmark set.
        InputError: the bundle holds no weights, or is not of this run.
    """
    from fakta_lab.export.check import check_bundle

    return check_bundle(bundle_dir, run=run, on=on)
