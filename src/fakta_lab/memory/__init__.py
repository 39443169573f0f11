"""Building supplier memories (`fakta.memory`) from corrected documents: a store's, or a benchmark set's."""

from fakta_lab.memory.build import MemoryReport, learn_from_benchmark, update_memory
from fakta_lab.memory.learn import learn
from fakta_lab.memory.show import Known, known_suppliers

__all__ = ["Known", "MemoryReport", "known_suppliers", "learn", "learn_from_benchmark", "update_memory"]
