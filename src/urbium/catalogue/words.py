"""Words: what the codes of boundaries and of fields of solutions are called, wherever a person reads them."""

from collections.abc import Mapping
from typing import Final

from urbium.text import Text, text

__all__ = ["AREAS", "DOMAINS"]

AREAS: Final[Mapping[str, Text]] = {
    "agglomeration": text("catalogue.area.agglomeration", "built-up agglomeration"),
    "prefecture": text("catalogue.area.prefecture", "whole prefecture"),
    "districts": text("catalogue.area.districts", "urban districts"),
    "functional area": text("catalogue.area.functional_area", "functional urban area"),
    "urban districts": text("catalogue.area.urban_districts", "urban districts"),
    "city": text("catalogue.area.city", "city"),
    "national": text("catalogue.area.national", "nation"),
}
"""Boundaries, by code."""

DOMAINS: Final[Mapping[str, Text]] = {
    "foundation": text("catalogue.domain.foundation", "foundation"),
    "mobility": text("catalogue.domain.mobility", "mobility"),
    "energy": text("catalogue.domain.energy", "energy"),
    "water": text("catalogue.domain.water", "water"),
    "governance": text("catalogue.domain.governance", "governance"),
    "health": text("catalogue.domain.health", "health"),
    "safety": text("catalogue.domain.safety", "safety"),
    "waste": text("catalogue.domain.waste", "waste"),
    "environment": text("catalogue.domain.environment", "environment"),
    "education": text("catalogue.domain.education", "education"),
    "economy": text("catalogue.domain.economy", "economy"),
}
"""What solutions are about, by code."""
