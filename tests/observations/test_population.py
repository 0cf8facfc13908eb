"""Population: the people of a place by boundary, and of what a city's size is taken."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.model import Variable
from urbium.observations.population import decide_people, latest_people, urban_people
from urbium.observations.roles import PACKAGED

AGGLOMERATION, REGISTERED = map(PACKAGED.first, ("urban_population", "registered_population"))
DECLARED = {
    AGGLOMERATION: Variable(AGGLOMERATION, {"en": "People"}, "persons", "agglomeration"),
    REGISTERED: Variable(REGISTERED, {"en": "Registered people"}, "10k persons", "prefecture"),
}


def people(observe, city, variable, year, value, **given):
    unit, area = DECLARED[variable].unit, DECLARED[variable].area
    return observe((city, variable, year, value), **{"unit": unit, "area": area} | given)


@pytest.fixture
def figures(observe):
    """City a has both counts, b registered people only, c a suspect agglomeration too."""
    return pl.concat(
        [
            people(observe, "a", AGGLOMERATION, 2010, 1e6),
            people(observe, "a", AGGLOMERATION, 2015, 2e6),
            people(observe, "a", REGISTERED, 2016, 900.0),
            people(observe, "b", REGISTERED, 2012, 500.0),
            people(observe, "c", AGGLOMERATION, 2015, 3e6, status="suspect"),
            people(observe, "c", REGISTERED, 2009, 100.0),
        ]
    )


def test_a_city_is_sized_by_its_agglomeration_or_else_by_its_registered_people(figures):
    sized = urban_people(pl.Series(["c", "a", "b", "d"]), figures, DECLARED)
    assert sized.select("code", "variable", "people", "counted").rows() == [
        ("c", REGISTERED, 1e6, "2009"),
        ("a", AGGLOMERATION, 2e6, "2015"),
        ("b", REGISTERED, 5e6, "2012"),
        ("d", None, None, None),
    ]


def test_the_people_of_another_boundary_do_not_stand_in(observe, figures):
    other = people(observe, "a", REGISTERED, 2020, 1.0, area="districts")
    latest = latest_people(pl.concat([figures, other]), REGISTERED, DECLARED)
    assert latest.filter(pl.col("city") == "a").select("persons", "period").rows() == [(9e6, "2016")]


def test_people_of_a_period_are_of_that_period_alone(figures):
    latest = latest_people(figures, AGGLOMERATION, DECLARED, period="2010")
    assert latest.select("city", "persons").rows() == [("a", 1e6)]


def test_a_projection_is_nobody_yet(observe):
    table = people(observe, "a", AGGLOMERATION, 2030, 5e6, status="projected")
    assert latest_people(table, AGGLOMERATION, DECLARED).is_empty()


def test_a_unit_that_counts_no_people_is_refused(observe):
    table = people(observe, "a", AGGLOMERATION, 2010, 5.0, unit="km2")
    with pytest.raises(InputError, match="units that do not count people"):
        decide_people(table, [AGGLOMERATION])
