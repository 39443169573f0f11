"""Learning to rank: what each kind of evidence is worth, fitted on documents with known truth."""

from fakta_lab.ranking.config import RankingConfig
from fakta_lab.ranking.run import FitReport, fit_scorer, render_table

__all__ = ["FitReport", "RankingConfig", "fit_scorer", "render_table"]
