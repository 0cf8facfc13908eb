"""How a table row becomes a record of what a programme asks of cities, and of what its designs are made."""

from urbium.catalogue.tables.rows import Shape
from urbium.model.outlines import Outline, OutlineSection
from urbium.model.platform import BaseDatabase, CityService, ProfileField

base_database = Shape(BaseDatabase)
"""A base database of a set."""

city_service = Shape(CityService, optional=frozenset({"words", "solution"}))
"""A kind of problem that citizens can report."""

profile_field = Shape(ProfileField)
"""A field that a profile asks of resources."""

outline = Shape(Outline, optional=frozenset({"nation", "note"}))
"""An outline of top-level designs."""

outline_section = Shape(OutlineSection, optional=frozenset({"domains"}))
"""A section of an outline."""
