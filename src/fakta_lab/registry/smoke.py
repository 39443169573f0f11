"""One extraction, before production makes the first: a bundle whose files are sound may still not run here."""

from __future__ import annotations

from functools import cache

from fakta.bundle import Bundle
from fakta.errors import BundleError, FaktaError
from fakta.extract import Extractor

INVOICE_SEED = 7


def read_one_invoice(bundle: Bundle) -> None:
    """Reads an invented invoice with a bundle; what it finds there is not judged.

    Raises:
        BundleError: it cannot: the graph does not run, or the memory, the scorer or the verifier in it is damaged.
    """
    try:
        Extractor(bundle).extract(_invoice(), name="smoke test")
    except FaktaError as error:
        raise BundleError(f"{bundle.name}: cannot read an invoice: {error}") from error


@cache
def _invoice() -> bytes:
    from fakta_lab.synth import generate, render_pdf

    return render_pdf(generate(INVOICE_SEED))
