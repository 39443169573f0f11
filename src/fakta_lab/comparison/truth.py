"""What is true of documents: a benchmark set, or what people ended up with, and whom that favours.

People decide with an answer before their eyes. Where it was wrong and nobody noticed, it counts as right: whoever's
answer was shown is favoured. And people look at documents for a reason, so what goes wrong there says little about the
rest; documents that were drawn at random to be looked at (`"selection": "audit"`) say how often things go wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fakta.errors import DatasetError
from fakta.schema import Schema, invoice_schema
from fakta_lab.comparison.systems import System
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.jsonl import Problem
from fakta_lab.formats.shadow import read_shadow
from fakta_lab.labels import LabelledDocument, labelled_documents
from fakta_lab.labels.events import read_events
from fakta_lab.labels.statements import in_order
from fakta_lab.monitoring.audits import TRUTH
from fakta_lab.store import StoredEvent
from fakta_lab.store.vault import Vault

# From so many documents on that were drawn at random, they alone are compared.
ENOUGH_AUDITED = 30
Chosen = Literal["auto", "audited", "all"]


@dataclass(frozen=True, slots=True)
class Truth:
    """Documents and what is known of them.

    Attributes:
        benchmark: the documents; those without a file have a path where none is.
        source: "benchmark" or "corrections".
        random: whether they were drawn at random from what came in.
        shown: extractor to how many documents its answers were shown of to the people who decided; "" where the events
            do not say whose.
        notes: what a reader of the result has to know about them.
    """

    benchmark: Benchmark
    source: Literal["benchmark", "corrections"] = "benchmark"
    random: bool = False
    shown: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()

    def favours(self, first: System, second: System) -> Literal["", "first", "second", "perhaps first"]:
        """Whose answers people saw while they decided what is true.

        "perhaps first" where somebody's answers were shown and nobody knows whose: the old system's, most likely.
        """
        if not self.shown:
            return ""
        seen = self.shown.keys() - {""}
        if seen & second.extractors:
            return "second"
        if seen & first.extractors:
            return "first"
        return "perhaps first" if "" in self.shown or not first.extractors else ""


def load_truth(
    path: Path,
    *,
    corrections: Path | None = None,
    documents: Path | None = None,
    chosen: Chosen = "auto",
    schema: Schema | None = None,
    on_problem: Callable[[Problem], None],
) -> Truth:
    """The truth at a path.

    Args:
        path: a benchmark set (its folder or truth file), a store of corrections, a corrections file; or a shadow log,
            whose documents are those to compare, with the truth from `corrections`.
        corrections: store or corrections file, for a shadow log.
        documents: folder in which documents are looked up by their names in the corrections, where no store has them.
        chosen: which of the corrected documents: those drawn at random ("audited"), all, or the former where there are
            at least `ENOUGH_AUDITED`.
        schema: of the fields of corrections; the invoice schema by default.
        on_problem: called for each line that cannot be used.

    Raises:
        DatasetError: it is none of these, or nothing in it can be used.
        InputError: the store cannot be used.
    """
    from fakta_lab.comparison.sources import is_store, kind_at

    if documents is not None and not documents.is_dir():
        raise DatasetError(f"--documents {documents}: no such folder")
    if path.name == TRUTH or (path.is_dir() and not is_store(path)):
        return Truth(Benchmark.load(path))
    kind = kind_at(path)
    if kind == "answers":
        return Truth(Benchmark.load(path))
    if kind == "shadow":
        if corrections is None:
            raise DatasetError(f"{path}: a shadow log does not say who is right; give --corrections STORE-or-FILE too")
        lines = list(read_shadow(path, on_problem=on_problem))
        wanted = {line.sha256 for line in lines} | {line.document for line in lines}
        path = corrections
    elif kind != "corrections":
        raise DatasetError(f"{path}: says of no document what is true; expected a benchmark set or corrections")
    else:
        wanted = set()
    return truth_of_corrections(
        path, documents=documents, chosen=chosen, schema=schema, only=wanted or None, on_problem=on_problem
    )


def truth_of_corrections(
    path: Path,
    *,
    documents: Path | None = None,
    chosen: Chosen = "auto",
    schema: Schema | None = None,
    only: set[str] | None = None,
    on_problem: Callable[[Problem], None],
) -> Truth:
    """What people ended up with: corrected and confirmed fields that the label policy trusts, see `load_truth`.

    Args:
        path: of a store, or a corrections file.
        documents, chosen, schema, on_problem: see `load_truth`.
        only: sha256s and names of the documents to take; None for all.
    """
    schema = schema or invoice_schema()
    events = read_events(path, schema=schema, on_problem=on_problem)
    labelled = [each for each in labelled_documents(events, schema=schema) if each.values]
    if only is not None:
        labelled = [each for each in labelled if each.sha256 in only or each.name in only]
    if not labelled:
        raise DatasetError(
            f"{path}: no field of a document{' of the shadow log' if only else ''} that people vouch for"
        )
    audited = [each for each in labelled if each.audited]
    random = chosen == "audited" or (chosen == "auto" and len(audited) >= ENOUGH_AUDITED)
    taken = audited if random else labelled
    if not taken:
        raise DatasetError(f'{path}: no document drawn at random; its events would carry "selection": "audit"')
    vault = Vault(path / "documents").path if path.is_dir() else None
    rows = tuple(_document(each, vault=vault, documents=documents) for each in taken)
    return Truth(
        Benchmark(path.stem, rows, schema),
        source="corrections",
        random=random,
        shown=_shown(events, {digest for each in taken for digest in each.events}),
        notes=(_note(labelled, audited, random=random),),
    )


def _document(
    labelled: LabelledDocument, *, vault: Callable[[str], Path] | None, documents: Path | None
) -> BenchmarkDocument:
    # Without a file logged answers are compared all the same; names come from logs, and lead nowhere outside a folder.
    path = Path()
    if vault is not None and labelled.sha256:
        path = vault(labelled.sha256)
    elif documents is not None:
        below = (documents / labelled.name).resolve()
        path = below if below.is_relative_to(documents.resolve()) else path
    extra = {"sha256": labelled.sha256} if labelled.sha256 else {}
    return BenchmarkDocument(labelled.name, path, labelled.values, supplier=labelled.supplier, extra=extra)


def _shown(events: Sequence[StoredEvent], taken: set[str]) -> Counter[str]:
    """Of each document the extractor whose answers its first event showed."""
    first: dict[tuple[str, str], str] = {}
    for event in in_order(events):
        if event.digest in taken and event.correction.extracted:
            first.setdefault((event.document_sha256, event.correction.document), event.correction.extractor)
    return Counter(first.values())


def _note(labelled: Sequence[LabelledDocument], audited: Sequence[LabelledDocument], *, random: bool) -> str:
    if random:
        return (
            f"Compared on the {len(audited)} documents that were drawn at random to be looked at; "
            f"{len(labelled) - len(audited)} that people looked at for a reason are left out."
        )
    few = f"only {len(audited)} of them were" if audited else "none of them was"
    return (
        f"These {len(labelled)} documents are those that people looked at, and {few} drawn at random: they may be "
        "harder, or of other suppliers, than what comes in. Marking a random share with "
        '"selection": "audit" would tell how both do on everything.'
    )
