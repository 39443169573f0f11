"""Words that error messages share, the same as the runtime's."""

from fakta.wording import suggestion, type_name

__all__ = ["suggestion", "type_name"]
