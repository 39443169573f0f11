"""The whole of a store as lines, to compare two stores by."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, select

from fakta_lab.store.rows import in_order
from fakta_lab.store.tables import document_names
from fakta_lab.store.vault import Vault


def lines(connection: Connection, vault: Vault) -> Iterator[str]:
    """One JSON text for each event, all versions, in order; then for each name of a document; then for each document.

    Two stores into which the same was imported in the same order have the same lines, whichever databases they use.
    """
    with connection.execution_options(yield_per=1000).execute(in_order()) as rows:
        for row in rows:
            yield _line("event", row.digest, row.tenant, row.source, row.place, row.sha256, row.payload)
    names = document_names
    for row in connection.execute(select(names).order_by(names.c.tenant, names.c.name)):
        yield _line("name", row.tenant, row.name, row.sha256)
    for sha256 in vault:
        yield _line("document", sha256, vault.path(sha256).stat().st_size)


def _line(*values: object) -> str:
    return json.dumps(values, ensure_ascii=False)
