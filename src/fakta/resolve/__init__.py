"""Resolve: one joint choice of all fields from the candidates and their evidence."""

from fakta.resolve.choice import Choice, Option
from fakta.resolve.resolver import Resolution, resolve

__all__ = ["Choice", "Option", "Resolution", "resolve"]
