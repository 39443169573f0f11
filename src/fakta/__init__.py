"""Fakta reads invoices on your own machine and says how sure it is.

```python
from fakta import Extractor

extractor = Extractor.load()
extraction = extractor.extract("faktura.pdf")
extraction.fields["amount_due"].value
```

The names below are loaded when they are first used, so that `import fakta` costs next to nothing.

They are the public interface, with these modules: `fakta.cascade` (ask a second reader, or a person), `fakta.champion`
(a model that may be exchanged while a program runs), `fakta.documents` (words of one's own instead of a file),
`fakta.errors`, `fakta.fields` (kinds of values), `fakta.fields.answers` (values that others answered), `fakta.mapping`
(extractions as an application's JSON), `fakta.memory` (what suppliers' invoices taught), `fakta.schema` (fields of
one's own), `fakta.shadow` (a log of answers beside those that production uses). Whatever else is importable may change.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakta.bundle import Bundle
    from fakta.cache import ResultCache
    from fakta.errors import DocumentError, FaktaError
    from fakta.extract import Extractor
    from fakta.extraction import ExtractedField, Extraction
    from fakta.schema import Field, Schema

__version__ = "0.1.0"

__all__ = [
    "Bundle",
    "DocumentError",
    "ExtractedField",
    "Extraction",
    "Extractor",
    "FaktaError",
    "Field",
    "ResultCache",
    "Schema",
    "__version__",
]

_HOMES = {
    "Bundle": "fakta.bundle",
    "DocumentError": "fakta.errors",
    "ExtractedField": "fakta.extraction",
    "Extraction": "fakta.extraction",
    "Extractor": "fakta.extract",
    "FaktaError": "fakta.errors",
    "Field": "fakta.schema",
    "ResultCache": "fakta.cache",
    "Schema": "fakta.schema",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'fakta' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
