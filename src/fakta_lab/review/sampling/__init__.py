"""Which documents a person should look at next, so that few corrections teach much.

    picks = sample(pool, reader=Reader.load(None), config=SamplingConfig(), n=50)

Part of every batch is drawn at random (`audit`): only these documents say how often the extractor is wrong.
"""

from fakta_lab.review.sampling.batch import Pick, choose_batch
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.review.sampling.glance import Glance, Reader
from fakta_lab.review.sampling.pool import Pool, PoolDocument, find_pool
from fakta_lab.review.sampling.run import Sampled, sample

__all__ = [
    "Glance",
    "Pick",
    "Pool",
    "PoolDocument",
    "Reader",
    "Sampled",
    "SamplingConfig",
    "choose_batch",
    "find_pool",
    "sample",
]
