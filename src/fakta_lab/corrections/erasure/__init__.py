"""Erasure: removing documents and the corrections of them, and naming what has learned from them.

The duty to keep accounting records covers the ledger, not the copies that a model learns from: these need a purpose of
their own, and go when it ends or when a person asks (GDPR art. 17).
"""

from fakta_lab.corrections.erasure.erase import ErasureReport, erase, forget
from fakta_lab.corrections.erasure.retention import overdue
from fakta_lab.corrections.erasure.scope import Covered, of_document, of_documents, of_person, of_supplier, of_tenant

__all__ = [
    "Covered",
    "ErasureReport",
    "erase",
    "forget",
    "of_document",
    "of_documents",
    "of_person",
    "of_supplier",
    "of_tenant",
    "overdue",
]
