"""Every error that fakta raises on purpose, as one tree.

```
FaktaError
├── InputError                what the user handed in cannot be used (exit code 2)
│   ├── DocumentError         a file that is no readable document
│   │   ├── DocumentNotFound
│   │   ├── EmptyDocument
│   │   ├── UnsupportedDocument
│   │   ├── EncryptedDocument
│   │   ├── DamagedDocument
│   │   ├── DocumentTooLarge
│   │   ├── DocumentLimitError  it takes more time or memory than it was allowed
│   │   ├── DocumentCrashed   reading it failed in a way that nobody foresaw
│   │   └── OcrUnavailable    a scan, and no OCR engine is installed
│   ├── SchemaError           a field schema that cannot be used
│   ├── ConfigError           a configuration file that cannot be used
│   ├── DatasetError          a benchmark set, dataset or corrections file that cannot be used
│   ├── BundleError           a model bundle that is damaged or foreign
│   ├── MemoryFileError       a supplier memory that is damaged or foreign
│   ├── CacheFileError        a result cache that cannot be erased from
│   └── ExtractionError       a result in its JSON form that is damaged or of another schema
├── WorkerFailed              worker processes cannot be started (exit code 2)
├── MissingExtra              an optional dependency is not installed (exit code 2)
├── GateFailed                a check that was asked for did not hold (exit code 1)
└── FieldError (ValueError)   a text that is no value of a field's kind
    └── FormatError           it does not look like one; a wrong check digit is no error but a failed check
```

A message is one line: what is wrong, with which value, where, and what to do next. The command line
prints it as it is.
"""

from __future__ import annotations


class FaktaError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line ends with."""

    exit_code = 2


class InputError(FaktaError):
    """Something the user handed in cannot be used."""


class DocumentError(InputError):
    """A file that cannot be read as a document."""


class DocumentNotFound(DocumentError):
    """No file at that path."""


class EmptyDocument(DocumentError):
    """A file without bytes, or a document without pages."""


class UnsupportedDocument(DocumentError):
    """Bytes that are neither a PDF nor one of the supported image formats."""


class EncryptedDocument(DocumentError):
    """A PDF that needs a password."""


class DamagedDocument(DocumentError):
    """A document that is cut off or broken."""


class DocumentTooLarge(DocumentError):
    """More bytes, pages or pixels than the reader accepts."""


class DocumentLimitError(DocumentError):
    """A document that takes more time or memory than it was allowed."""


class DocumentCrashed(DocumentError):
    """A document that ends the process that reads it, or shows a fault in fakta; its notes tell where."""


class OcrUnavailable(DocumentError):
    """A page has no usable text and no OCR engine is installed."""


class SchemaError(InputError):
    """A field schema that cannot be used."""


class ConfigError(InputError):
    """A configuration file that cannot be used."""


class DatasetError(InputError):
    """A benchmark set, dataset or corrections file that cannot be used."""


class BundleError(InputError):
    """A model bundle that is damaged, incomplete or from another version."""


class MemoryFileError(InputError):
    """A supplier memory that is damaged, too large or from another version."""


class CacheFileError(InputError):
    """A result cache from which nothing can be erased: damaged, in use, or another kind of file."""


class ExtractionError(InputError):
    """A result in its JSON form that is damaged or of another schema."""


class WorkerFailed(FaktaError):
    """Worker processes cannot be started."""


class MissingExtra(FaktaError):
    """An optional dependency is not installed.

    >>> str(MissingExtra("torch", "lab", purpose="fakta train"))
    "fakta train needs torch, which is not installed: pip install 'fakta[lab]'"
    """

    def __init__(self, module: str, extra: str, *, purpose: str) -> None:
        super().__init__(f"{purpose} needs {module}, which is not installed: pip install 'fakta[{extra}]'")
        self.module = module
        self.extra = extra


class GateFailed(FaktaError):
    """A check that was asked for did not hold."""

    exit_code = 1


class FieldError(FaktaError, ValueError):
    """A text that is no value of a field's kind."""


class FormatError(FieldError):
    """The text does not have the form of such a value."""
