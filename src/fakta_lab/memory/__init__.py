"""Building supplier memories (`fakta.memory`) from corrected documents."""

from fakta_lab.memory.learn import learn

__all__ = ["learn"]
