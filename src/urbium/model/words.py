"""Words: what the codes of boundaries and of fields of solutions are called, wherever a person reads them."""

from typing import Final

from urbium.packaged import words_of

AREAS: Final = words_of("boundary")
"""Boundaries, by code."""

DOMAINS: Final = words_of("domain")
"""What solutions are about, by code."""
