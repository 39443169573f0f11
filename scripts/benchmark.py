"""How fast the runtime is and what it needs, beside the same weights on torch, in one run.

    python scripts/benchmark.py                        # 40 invented invoices
    python scripts/benchmark.py --documents FOLDER     # your own PDFs
    python scripts/benchmark.py --generator            # invented documents a second

Medians over the documents, one thread. Absolute times depend on the machine; the ratios hardly do.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
from rich.console import Console
from rich.table import Table

from fakta import documents
from fakta.bundle import Bundle
from fakta.documents.model import Page
from fakta.encode import Encoder
from fakta.extract import Extractor, shipped_bundle
from fakta.session import Session

N_INVENTED = 40
N_GENERATED = 300
HELP = """
import contextlib, io
from fakta_lab.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["--help"])
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=Path, help="folder of PDFs; invented invoices where none is given")
    parser.add_argument("--model", type=Path, default=shipped_bundle(), help="bundle")
    parser.add_argument("--generator", action="store_true", help="only how fast invoices are invented, without drawing")
    settings = parser.parse_args()
    if settings.generator:
        Console().print(_generator())
        return
    with tempfile.TemporaryDirectory() as scratch:
        paths = sorted((settings.documents or _invent(Path(scratch))).rglob("*.pdf"))
        console = Console()
        console.print(_stages(settings.model, paths))
        console.print(_against_torch(settings.model, paths))
        console.print(_fresh_process(paths[0]))


def _invent(folder: Path) -> Path:
    from fakta_lab.synth.write import write_set

    return write_set(folder / "set", count=N_INVENTED, seed=2026) / "documents"


def _generator() -> Table:
    """Words, boxes and labels of invented documents, as training takes them."""
    from fakta_lab.synth import generate

    generate(0)
    started = process_time()
    documents_made = [generate(seed) for seed in range(1, N_GENERATED + 1)]
    spent = process_time() - started
    pages = [page for document in documents_made for page in document.pages]
    table = Table(title=f"{N_GENERATED} generated documents, one core")
    for column in ("documents/s", "pages/s", "words/s", "words a page"):
        table.add_column(column, justify="right")
    n_words = sum(len(page.words) for page in pages)
    rates = (N_GENERATED / spent, len(pages) / spent, n_words / spent)
    table.add_row(*(f"{rate:,.0f}" for rate in rates), f"{n_words / len(pages):.0f}")
    return table


def _stages(model: Path, paths: Sequence[Path]) -> Table:
    extractor = Extractor.load(model)
    extractor.extract(paths[0])
    laps: dict[str, list[float]] = {}
    totals = []
    for path in paths:
        extraction = extractor.extract(path)
        for stage, spent in extraction.timings_ms.items():
            laps.setdefault(stage, []).append(spent / extraction.pages)
        totals.append(sum(extraction.timings_ms.values()) / extraction.pages)
    table = Table(title=f"milliseconds a page, median of {len(paths)} documents, one thread")
    table.add_column("stage")
    table.add_column("ms", justify="right")
    for stage, times in laps.items():
        table.add_row(stage, f"{median(times):.1f}")
    table.add_section()
    table.add_row("whole path", f"{median(totals):.1f}")
    return table


def _against_torch(model: Path, paths: Sequence[Path]) -> Table:
    """The model stage through onnxruntime and through transformers on torch: same weights and pages, in turn."""
    pages = [page for path in paths for page in documents.read(path).pages if page.words]
    session = Session(Bundle.load(model))
    onnx, torch = session.word_probabilities, _torch_reader(model)
    difference = max(float(np.abs(onnx(page) - torch(page)).max()) for page in pages[:5])
    onnx_ms, torch_ms, ratios = [], [], []
    for page in pages:
        one, other = _timed(onnx, page), _timed(torch, page)
        onnx_ms.append(one)
        torch_ms.append(other)
        ratios.append(other / one)
    table = Table(title=f"the model alone, {len(pages)} pages, one thread")
    for column in ("", "onnxruntime", "transformers on torch", "ratio"):
        table.add_column(column, justify="right")
    table.add_row("ms a page", f"{median(onnx_ms):.1f}", f"{median(torch_ms):.1f}", f"{median(ratios):.2f}")
    table.caption = f"largest difference of a probability: {difference:.1e}"
    return table


def _torch_reader(model: Path) -> Callable[[Page], np.ndarray]:
    import torch
    from transformers import LayoutLMv3ForTokenClassification

    from fakta.decode import word_probabilities
    from fakta.session import pad

    torch.set_num_threads(1)
    network = LayoutLMv3ForTokenClassification.from_pretrained(model, dtype=torch.float32).eval()
    encoder = Encoder.of(model / "tokenizer.json", Bundle.load(model).model)

    @torch.inference_mode()
    def read(page: Page) -> np.ndarray:
        windows = encoder.encode(page)
        arrays = pad(windows, pad_id=encoder.pad_id, pixels=encoder.pixels(page))
        logits = network(**{name: torch.from_numpy(array) for name, array in arrays.items()}).logits.numpy()
        return word_probabilities(windows, logits, len(page.words))

    return read


def _timed(read: Callable[[Page], np.ndarray], page: Page) -> float:
    started = perf_counter()
    read(page)
    return (perf_counter() - started) * 1000


def _fresh_process(path: Path) -> Table:
    bare = _seconds("pass")
    table = Table(title="a fresh process")
    table.add_column("what")
    table.add_column("", justify="right")
    table.add_row("import fakta, over bare Python", f"{_seconds('import fakta') - bare:.3f} s")
    table.add_row("fakta --help, interpreter start included", f"{_seconds(HELP):.2f} s")
    first = f"from fakta import Extractor; Extractor.load().extract({str(path)!r})"
    table.add_row("first extraction, interpreter start included", f"{_seconds(first):.2f} s")
    # Not getrusage: its peak outlives exec, so it would be this process's own.
    peak = first + "; print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    kilobytes = subprocess.run([sys.executable, "-c", peak], check=True, capture_output=True, text=True).stdout
    table.add_row("peak memory of that process", f"{int(kilobytes) / 1024:.0f} MB")
    return table


def _seconds(code: str, *, runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        started = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(perf_counter() - started)
    return median(times)


if __name__ == "__main__":
    main()
