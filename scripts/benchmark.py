"""How fast the runtime is and what it needs, beside its targets and its peers, in one run.

    python scripts/benchmark.py                        # everything but the sizes, on 40 invented invoices
    python scripts/benchmark.py --documents FOLDER     # your own PDFs
    python scripts/benchmark.py --only stages torch    # some of it
    python scripts/benchmark.py --only sizes           # builds the wheel and installs it into a fresh environment
    python scripts/benchmark.py --generator            # invented documents a second

Medians over the documents, one thread unless a row says otherwise. What is compared runs in turn, document by document,
so that a busy machine is busy for both. Absolute times depend on the machine; the ratios hardly do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from fakta.bundle import Bundle
from fakta.decode import FloatArray
from fakta.documents.model import Page
from fakta.encode import Encoder
from fakta.extract import Extractor, shipped_bundle

ROOT = Path(__file__).resolve().parent.parent
N_INVENTED, N_SCANNED, N_GENERATED, N_MEMORY = 40, 6, 300, 1000
# As configs/donut-base.yaml sees pages, and what an invoice's fields without its line items come to.
DONUT_IMAGE, DONUT_TOKENS = (1280, 960), 250
HELP = """
import contextlib, io
from fakta_lab.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["--help"])
"""
# Not getrusage: its peak outlives exec, so it would be this process's own.
RESIDENT = "int(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('{key}'))) / 1024"
MEMORY = f"""
import json, sys
from pathlib import Path
from fakta import Extractor
extractor = Extractor.load()
documents = [path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*.pdf"))]
resident = []
for i in range(int(sys.argv[2])):
    extractor.extract(documents[i % len(documents)])
    resident.append({RESIDENT.format(key="VmRSS")})
print(json.dumps([{RESIDENT.format(key="VmHWM")}, max(resident[100:200]), max(resident[-100:])]))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, what was aimed at, what came out."""

    what: str
    target: str
    measured: str


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=Path, help="folder of PDFs; invented invoices where none is given")
    parser.add_argument("--model", type=Path, default=shipped_bundle(), help="bundle")
    parser.add_argument("--only", nargs="+", choices=[*MEASUREMENTS, "sizes"], help="what to measure")
    parser.add_argument("--memory-documents", type=int, default=N_MEMORY, help="extractions in one process")
    parser.add_argument("--generator", action="store_true", help="only how fast invoices are invented, without drawing")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    settings = parser.parse_args()
    if settings.generator:
        Console().print(_generator())
        return
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        settings.scratch = Path(scratch)
        settings.folder = settings.documents or _invent(settings.scratch)
        settings.paths = sorted(settings.folder.rglob("*.pdf"))
        for name in settings.only or MEASUREMENTS:
            print(f"measuring {name} ...", file=sys.stderr)
            rows += (MEASUREMENTS | {"sizes": sizes})[name](settings)
    if settings.format == "json":
        print(
            json.dumps([{"what": row.what, "target": row.target, "measured": row.measured} for row in rows], indent=2)
        )
        return
    table = Table("what", "target", "measured", title=f"{settings.model.name}, {len(settings.paths)} documents")
    for row in rows:
        table.add_row(row.what, row.target, row.measured)
    Console().print(table)


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


def stages(settings: argparse.Namespace) -> Iterator[Row]:
    """Where a page's time goes."""
    extractor = Extractor.load(settings.model)
    extractor.extract(settings.paths[0])
    laps: dict[str, list[float]] = {}
    totals = []
    for path in settings.paths:
        extraction = extractor.extract(path.read_bytes(), name=path.name)
        for stage, spent in extraction.timings_ms.items():
            laps.setdefault(stage, []).append(spent / extraction.pages)
        totals.append(sum(extraction.timings_ms.values()) / extraction.pages)
    parts = ", ".join(f"{stage} {median(times):.1f}" for stage, times in laps.items())
    yield Row("digital page, one thread, bytes to extraction", "≤ 25 ms", f"{median(totals):.1f} ms ({parts})")


def torch(settings: argparse.Namespace) -> Iterator[Row]:
    """The whole path, and the model alone, against the same weights in transformers on torch."""
    ours, theirs = Extractor.load(settings.model), Extractor.load(settings.model)
    onnx = ours.reader.session.word_probabilities  # type: ignore[union-attr]
    network = _torch_reader(settings.model)
    theirs.reader.session = _Labels(network)  # type: ignore[union-attr, assignment]
    pages: list[Page] = []
    for path in settings.paths[:10]:
        from fakta import documents

        pages += [page for page in documents.read(path).pages if page.words]
    difference = max(float(np.abs(onnx(page) - network(page)).max()) for page in pages)
    alone = _ratio(onnx, network, pages)
    whole = _ratio(ours.extract, theirs.extract, [path.read_bytes() for path in settings.paths])
    yield Row("against transformers on torch, whole path", "≥ 4 times the pages", f"{whole:.2f} times")
    yield Row("… the model alone", "", f"{alone:.2f} times; largest difference of a probability {difference:.0e}")


@dataclass(frozen=True, slots=True)
class _Labels:
    """Stands in for a session."""

    word_probabilities: Callable[[Page], FloatArray]


def _torch_reader(model: Path) -> Callable[[Page], FloatArray]:
    import torch
    from transformers import LayoutLMv3ForTokenClassification

    from fakta.decode import word_probabilities
    from fakta.session import pad

    torch.set_num_threads(1)
    network = LayoutLMv3ForTokenClassification.from_pretrained(model, dtype=torch.float32).eval()
    encoder = Encoder.of(model / "tokenizer.json", Bundle.load(model).model)

    @torch.inference_mode()
    def read(page: Page) -> FloatArray:
        windows = encoder.encode(page)
        arrays = pad(windows, pad_id=encoder.pad_id, pixels=encoder.pixels(page))
        logits = network(**{name: torch.from_numpy(array) for name, array in arrays.items()}).logits.numpy()
        return word_probabilities(windows, logits, len(page.words))

    return read


def _ratio(first: Callable[[Any], object], second: Callable[[Any], object], items: Sequence[Any]) -> float:
    """How many times as long the second takes, median over the items, after one of each to warm up."""
    first(items[0]), second(items[0])
    return median(_timed(second, item) / _timed(first, item) for item in items)


def _timed(read: Callable[[Any], object], item: Any) -> float:
    started = perf_counter()
    read(item)
    return perf_counter() - started


def invoice2data(settings: argparse.Namespace) -> Iterator[Row]:
    """Against a reader by templates, with all that it ships, on documents that none of them was made for."""
    what = "against invoice2data with its built-in templates"
    try:
        import logging

        from invoice2data import extract_data
        from invoice2data.extract.loader import read_templates
    except ImportError:
        yield Row(what, "reported", "not measured: pip install invoice2data")
        return
    logging.disable(logging.ERROR)
    templates = read_templates()
    extractor = Extractor.load(settings.model)
    ratio = _ratio(extractor.extract, lambda path: extract_data(str(path), templates=templates), settings.paths)
    found = sum(bool(extract_data(str(path), templates=templates)) for path in settings.paths)
    logging.disable(logging.NOTSET)
    yield Row(
        what, "reported", f"{ratio:.2f} times the pages; a template of its matched {found} of {len(settings.paths)}"
    )


def donut(settings: argparse.Namespace) -> Iterator[Row]:
    """Against a Donut as large as donut-base on ONNX Runtime: random weights, for the time does not depend on them."""
    from fakta.donut.graphs import Graphs

    height, width = DONUT_IMAGE
    extractor = Extractor.load(settings.model)
    graphs = Graphs(*_donut_graphs(height, width), where="donut-base")
    pixels = np.random.default_rng(0).random((3, height, width), dtype=np.float32)

    def read(_: object) -> None:
        writer = graphs.writer(graphs.see(pixels), max_length=DONUT_TOKENS)
        for token in range(DONUT_TOKENS):
            writer.write(token)

    ratio = _ratio(extractor.extract, read, settings.paths[:3])
    yield Row(
        f"against a Donut of base size, {height} x {width} pixels, {DONUT_TOKENS} tokens",
        "reported",
        f"{ratio:.0f} times the pages",
    )


def _donut_graphs(height: int, width: int) -> tuple[bytes, bytes]:
    from transformers import DonutSwinConfig, DonutSwinModel, MBartConfig, MBartForCausalLM, VisionEncoderDecoderModel

    from fakta_lab.export.donut_graph import decoder_graph, encoder_graph

    # The sizes that its authors published.
    swin = DonutSwinConfig(
        image_size=[height, width], embed_dim=128, depths=[2, 2, 14, 2], num_heads=[4, 8, 16, 32], window_size=10
    )
    mbart = MBartConfig(
        vocab_size=57_525,
        d_model=1024,
        decoder_layers=4,
        decoder_attention_heads=16,
        decoder_ffn_dim=4096,
        max_position_embeddings=1536,
        is_decoder=True,
        add_cross_attention=True,
    )
    network = VisionEncoderDecoderModel(
        encoder=DonutSwinModel(swin, add_pooling_layer=False), decoder=MBartForCausalLM(mbart)
    ).eval()
    return encoder_graph(network, height=height, width=width), decoder_graph(network)


def scans(settings: argparse.Namespace) -> Iterator[Row]:
    """Scanned pages, through OCR."""
    from fakta.documents.ocr import find_engine
    from fakta_lab.synth.write import write_set

    folder = write_set(settings.scratch / "scans", count=N_SCANNED, seed=7, scan="office") / "documents"
    engine = _Timed(find_engine("auto", threads=2))
    extractor = Extractor.load(settings.model, ocr=engine, threads=2)
    pages, shares = [], []
    for number, path in enumerate(sorted(folder.iterdir())):
        engine.spent = 0.0
        started = perf_counter()
        extraction = extractor.extract(path)
        spent = perf_counter() - started
        if number:  # the first one loads the engine's models
            pages.append(spent / extraction.pages)
            shares.append(engine.spent / spent)
    yield Row(
        "scanned page, two threads",
        "≤ 1.5 s",
        f"{median(pages):.2f} s, of which OCR ({engine.name}) {median(shares):.0%}",
    )


class _Timed:
    """An OCR engine that counts its time."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.name, self.spent = engine, engine.name, 0.0

    def read(self, image: Any) -> Any:
        started = perf_counter()
        words = self.engine.read(image)
        self.spent += perf_counter() - started
        return words


def fresh(settings: argparse.Namespace) -> Iterator[Row]:
    """What a new process takes."""
    bare = _seconds("pass")
    yield Row("import fakta, over bare Python", "≤ 0.15 s", f"{_seconds('import fakta') - bare:.3f} s")
    yield Row("fakta --help, interpreter start included", "", f"{_seconds(HELP):.2f} s")
    first = f"from fakta import Extractor; Extractor.load().extract({str(settings.paths[0])!r})"
    yield Row("first extraction, interpreter start included", "≤ 0.8 s", f"{_seconds(first):.2f} s")


def _seconds(code: str, *, runs: int = 5) -> float:
    return median(
        _timed(lambda given: subprocess.run([sys.executable, "-c", given], check=True), code) for _ in range(runs)
    )


def memory(settings: argparse.Namespace) -> Iterator[Row]:
    """Whether a process that reads many documents stays small."""
    count = max(settings.memory_documents, 300)
    arguments = [sys.executable, "-c", MEMORY, str(settings.folder), str(count)]
    peak, second, last = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    yield Row(f"peak memory, {count:,} documents in one process", "≤ 250 MB", f"{peak:.0f} MB")
    yield Row("… the last hundred against the second hundred", "within 5 %", f"{last / second - 1:+.1%}")


def cache(settings: argparse.Namespace) -> Iterator[Row]:
    """A document that the result cache has."""
    extractor = Extractor.load(settings.model, cache=settings.scratch / "results.cache")
    for path in settings.paths:
        extractor.extract(path)
    spent = median(_timed(extractor.extract, path) for path in settings.paths)
    yield Row("a document that the cache has", "", f"{spent * 1000:.1f} ms")


def workers(settings: argparse.Namespace) -> Iterator[Row]:
    """Two processes against one, start-up left out."""
    paths = settings.paths * 3
    times = []
    for number in (1, 2):
        extractions = Extractor.load(settings.model).extract_many(settings.paths[:2] + paths, workers=number)
        next(extractions), next(extractions)  # the workers have started
        started = perf_counter()
        for _ in extractions:
            pass
        times.append(perf_counter() - started)
    yield Row("2 workers against 1", "≥ 1.8 times", f"{times[0] / times[1]:.2f} times")


def sizes(settings: argparse.Namespace) -> Iterator[Row]:
    """The wheel, and an environment with nothing but it and what it needs."""
    folder = settings.scratch / "wheel"
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    [wheel] = folder.glob("*.whl")
    target = settings.scratch / "installed"
    constraints = ROOT / "constraints.txt"
    subprocess.run([*pip, "install", "--constraint", str(constraints), "--target", str(target), str(wheel)], check=True)
    installed = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    yield Row("wheel", "≤ 20 MB", f"{wheel.stat().st_size / 1e6:.1f} MB")
    yield Row("runtime with its dependencies, installed", "≤ 300 MB", f"{installed:.0f} MB")


MEASUREMENTS: dict[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    measure.__name__: measure for measure in (stages, torch, invoice2data, donut, scans, fresh, memory, cache, workers)
}


if __name__ == "__main__":
    main()
