"""Generated invoices that all tests of the generator look at."""

from __future__ import annotations

import pytest

from fakta_lab.synth import SyntheticInvoice, generate

N_INVOICES = 300


@pytest.fixture(scope="session")
def invoices() -> list[SyntheticInvoice]:
    """One invoice each of many suppliers."""
    return [generate(seed) for seed in range(N_INVOICES)]
