"""Synthetic Swedish invoices: varied pages with known words, boxes, labels and values."""

from fakta_lab.synth.invoice import SyntheticInvoice, SyntheticPage, generate, make_invoice
from fakta_lab.synth.render import render_pdf
from fakta_lab.synth.supplier import Supplier, make_supplier

__all__ = ["Supplier", "SyntheticInvoice", "SyntheticPage", "generate", "make_invoice", "make_supplier", "render_pdf"]
