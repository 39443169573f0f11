"""From an extraction to the JSON that an application gets today from its prompt to a language model, and back.

```python
from fakta import Extractor
from fakta.mapping import OutputMapping

extractor = Extractor.load()
mapping = OutputMapping.load("configs/mappings/faktura.yaml", extractor.schema)
mapping.apply(extractor.extract("faktura.pdf"))
```

A mapping is data: a mirror of the application's JSON with the names of fields where their values go. Nothing in it is
executed. `docs/replace-gpt4.md` describes the file.
"""

from __future__ import annotations

from fakta.mapping.mapping import OutputMapping

__all__ = ["OutputMapping"]
