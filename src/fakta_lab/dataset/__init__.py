"""Datasets: corrections to pages with word labels, split by supplier."""

from fakta_lab.dataset.build import build_dataset
from fakta_lab.dataset.config import DatasetConfig
from fakta_lab.dataset.report import BuildReport

__all__ = ["BuildReport", "DatasetConfig", "build_dataset"]
