"""Optical character recognition: one small interface, two engines."""

from __future__ import annotations

from fakta.documents.ocr.choice import find_engine
from fakta.documents.ocr.engine import Engine, EngineName
from fakta.documents.ocr.skew import skew_degrees
from fakta.documents.ocr.upright import read_upright

__all__ = ["Engine", "EngineName", "find_engine", "read_upright", "skew_degrees"]
