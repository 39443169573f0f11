"""Optical character recognition: one small interface, two engines."""

from __future__ import annotations

from fakta.documents.ocr.choice import find_engine
from fakta.documents.ocr.engine import Engine, EngineName
from fakta.documents.ocr.light import evened
from fakta.documents.ocr.repair import repaired
from fakta.documents.ocr.skew import skew_degrees
from fakta.documents.ocr.upright import read_upright

__all__ = ["Engine", "EngineName", "evened", "find_engine", "read_upright", "repaired", "skew_degrees"]
