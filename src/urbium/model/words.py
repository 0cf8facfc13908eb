"""Words: what the codes of boundaries and of fields of solutions are called, wherever a person reads them."""

from collections.abc import Mapping
from typing import Final

from urbium.text import Text, text

AREAS: Final[Mapping[str, Text]] = {
    "agglomeration": text("built-up agglomeration"),
    "prefecture": text("whole prefecture"),
    "districts": text("urban districts"),
    "functional area": text("functional urban area"),
    "urban districts": text("urban districts"),
    "city": text("city"),
    "national": text("nation"),
}
"""Boundaries, by code."""

DOMAINS: Final[Mapping[str, Text]] = {
    "foundation": text("foundation"),
    "mobility": text("mobility"),
    "energy": text("energy"),
    "water": text("water"),
    "governance": text("governance"),
    "health": text("health"),
    "safety": text("safety"),
    "waste": text("waste"),
    "environment": text("environment"),
    "education": text("education"),
    "economy": text("economy"),
}
"""What solutions are about, by code."""
