"""Datasets: corrections to pages with word labels, split by supplier."""

from fakta_lab.dataset.build import BuildReport, build_dataset
from fakta_lab.dataset.config import DatasetConfig

__all__ = ["BuildReport", "DatasetConfig", "build_dataset"]
