"""Maps: cities as points on an equal-area projection fitted to them, as one plain Vega specification.

No border is drawn. Outlines of provinces under a free licence either leave parts of the country out or
draw lines that are disputed, and a programme office must not publish a border by accident; a point map
with a graticule says where the cities are and claims nothing else. The page says so under the map.
"""

from urbium.maps.points import albers, cities
from urbium.maps.years import building_years

__all__ = ["albers", "building_years", "cities"]
