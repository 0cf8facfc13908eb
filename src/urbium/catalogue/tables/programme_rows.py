"""How a table row becomes a record of what a programme asks of cities, and of what its designs are made."""

from urbium.catalogue.tables.rows import Shape
from urbium.model.outlines import Outline, OutlineSection
from urbium.model.platform import BaseDatabase, CityService, ProfileField

base_database = Shape(BaseDatabase)
city_service = Shape(CityService, optional=frozenset({"words", "solution"}))
profile_field = Shape(ProfileField)
outline = Shape(Outline, optional=frozenset({"nation", "note"}))
outline_section = Shape(OutlineSection, optional=frozenset({"domains"}))
