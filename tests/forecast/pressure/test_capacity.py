"""Capacity: which figure counts, within which boundary, and why there is none."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast.pressure.capacity import find_capacity
from urbium.model import OBSERVATION

CATALOGUE = load_catalogue()
BEDS = CATALOGUE.norms["hospital_beds.2020"]
SERVICES = {
    "hospital_beds": BEDS,
    "doctors": CATALOGUE.norms["doctors.2020"],
    "parks": CATALOGUE.norms["parks.2022"],
    "power": CATALOGUE.norms["power"],
}
YEARS = np.arange(2012, 2017)


def figure(
    variable="hospital_beds", value=500.0, *, city="A", year=2012, unit="beds", area="prefecture", **other
):
    fixed = {
        "city": city, "variable": variable, "period": str(year), "value": value, "unit": unit, "area": area,
        "status": "reported", "quality": "measured", "source": "ccsy", "recorded_by": "me", "file": "f.xlsx",
        "recorded_at": datetime(2020, 1, 1, tzinfo=UTC), "sheet": "S", "cell": "B2", "reason": "",
    }  # fmt: skip
    return fixed | other


def people(value=10.0, **other):
    return figure("population_year_end", value, unit="10k persons", **other)


def doctors(value=2.0, **other):
    return figure("health_staff_per_1000", value, unit="per 1k persons", **other)


def found(*rows, planned=None, cities=("A", "B")):
    return find_capacity(
        pl.DataFrame(list(rows), schema=OBSERVATION, orient="row"),
        SERVICES,
        CATALOGUE.variables,
        cities=cities,
        years=range(2005, 2017),
        planned=planned,
    )


def stock(capacity, service="hospital_beds", area="prefecture"):
    return capacity.stock(service, area, ["A"], YEARS)[0].tolist()


def why(capacity, service="hospital_beds", area="prefecture"):
    return capacity.reasons(SERVICES[service], area, ["A"])[0]


def plan(year=2014, adds=100.0, *, city="A", service="hospital_beds", unit="beds", project="New wing"):
    row = {"city": city, "service": service, "year": year, "adds": adds, "unit": unit, "project": project}
    return pl.DataFrame([row])


def test_the_newest_figure_holds_for_every_year():
    assert stock(found(figure(value=400.0, year=2010), figure(value=500.0))) == [500.0] * 5


def test_a_figure_per_person_counts_times_the_people_of_its_boundary_and_year():
    assert stock(found(doctors(), people(), people(99.0, year=2011)), "doctors") == [200.0] * 5


def test_a_figure_per_person_without_people_is_not_used_and_says_so():
    capacity = found(doctors(), people(year=2011))
    assert np.isnan(stock(capacity, "doctors")).all()
    assert why(capacity, "doctors") == (
        "health_staff_per_1000 for 2012 is per person, but the population for that year and "
        "boundary is unknown"
    )


def test_people_of_another_boundary_do_not_count():
    other = figure("population_agglomeration", 1e5, unit="persons", area="agglomeration")
    assert np.isnan(stock(found(doctors(), other), "doctors")).all()


def test_a_city_that_counts_itself_is_told_apart_from_the_prefecture():
    capacity = found(figure(), figure("inpatient_beds", 300.0, area="city"))
    assert stock(capacity, area="city") == [300.0] * 5
    assert stock(capacity, area="prefecture") == [500.0] * 5


def test_a_suspect_figure_never_enters_but_an_older_good_one_does():
    assert stock(found(figure(value=400.0, year=2010), figure(status="suspect"))) == [400.0] * 5


def test_only_a_suspect_figure_is_a_reason():
    assert why(found(figure(status="suspect"))) == (
        "hospital_beds for 2012 is suspect, excluded until accepted"
    )


def test_an_accepted_figure_counts():
    assert stock(found(figure(status="accepted"))) == [500.0] * 5


def test_a_projection_of_the_source_is_no_capacity():
    assert why(found(figure(status="projected"))) == "hospital_beds for 2012 is a projection only"


def test_a_figure_in_a_unit_of_another_kind_is_no_capacity():
    assert why(found(figure(unit="ha"))) == "hospital_beds for 2012 is in a unit of a different kind"


def test_a_figure_that_is_too_old_is_no_capacity():
    assert why(found(figure(year=1999))) == "hospital_beds for 1999 is older than allowed"


def test_a_figure_of_another_boundary_is_named_and_not_used():
    parks = figure("green_area_per_head", 9.0, unit="m2 per person", area="urban districts")
    capacity = found(parks)
    assert np.isnan(stock(capacity, "parks", "agglomeration")).all()
    assert why(capacity, "parks", "agglomeration") == (
        "reported only for a different boundary (urban districts), and figures for different boundaries "
        "are not mixed"
    )


def test_what_was_never_reported_is_named():
    assert (
        why(found(figure(city="B")))
        == "never reported: In-patient beds and Beds in hospitals and health centres"
    )


def test_a_service_that_nothing_measures_says_so():
    assert why(found(figure()), "power") == "no variable measures the capacity"


def test_nothing_speaks_against_a_capacity_that_is_known():
    assert why(found(figure())) == ""


def test_a_planned_project_adds_from_its_year_on():
    assert stock(found(figure(), planned=plan())) == [500.0, 500.0, 600.0, 600.0, 600.0]


def test_a_project_in_service_by_the_year_of_the_figure_is_in_the_figure():
    assert stock(found(figure(), planned=plan(year=2012))) == [500.0] * 5


def test_projects_of_one_year_add_up():
    both = pl.concat([plan(), plan(project="Other wing", adds=50.0)])
    assert stock(found(figure(), planned=both))[-1] == 650.0


def test_a_project_adds_nothing_where_no_capacity_is_known():
    assert np.isnan(stock(found(planned=plan()))).all()


def test_an_amount_is_converted_to_the_unit_of_the_norm():
    planned = plan(service="parks", adds=20_000.0, unit="m2")
    parks = figure("green_area_per_head", 9.0, unit="m2 per person")
    assert stock(found(parks, people(), planned=planned), "parks") == pytest.approx(
        [90.0, 90.0, 92.0, 92.0, 92.0]
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"city": "Z"}, "row 1: there is no city 'Z'"),
        ({"service": "beds"}, "row 1: there is no service 'beds'"),
        ({"adds": 0.0}, r"row 1: it adds 0\.0"),
        ({"adds": float("nan")}, "row 1: it adds nan"),
        ({"adds": -5.0}, r"row 1: it adds -5\.0"),
        ({"unit": "ha"}, "'ha' measures area, but 'beds' measures count"),
        ({"unit": "dwellings"}, "dwellings cannot be counted as beds"),
        ({"unit": "bedz"}, "there is no unit 'bedz'"),
        ({"year": None}, "None is not a year"),
    ],
)
def test_a_project_that_cannot_be_counted_is_refused_by_its_row(wrong, told):
    with pytest.raises(InputError, match=told):
        found(figure(), planned=plan(**wrong))


def test_every_wrong_project_is_named_at_once():
    both = pl.concat([plan(city="Y"), plan(), plan(city="Z")])
    with pytest.raises(InputError) as refused:
        found(figure(), planned=both)
    assert [fault.message[:5] for fault in refused.value.faults] == ["row 1", "row 3"]


def test_planned_projects_without_a_column_are_refused():
    with pytest.raises(InputError, match="planned: columns are missing: unit"):
        found(figure(), planned=plan().drop("unit"))


def test_a_project_needs_no_name():
    assert stock(found(figure(), planned=plan().drop("project")))[-1] == 600.0


def test_a_table_without_cells_is_enough():
    rows = pl.DataFrame([figure()], schema=OBSERVATION, orient="row").drop("cell", "sheet", "recorded_at")
    own = {"hospital_beds": BEDS}
    capacity = find_capacity(rows, own, CATALOGUE.variables, cities=["A"], years=range(2005, 2017))
    assert stock(capacity) == [500.0] * 5


def test_without_any_variable_to_look_for_nothing_is_known():
    own = {"power": replace(SERVICES["power"], use="")}
    rows = pl.DataFrame([figure()], schema=OBSERVATION, orient="row")
    capacity = find_capacity(rows, own, CATALOGUE.variables, cities=["A"], years=range(2005, 2017))
    assert np.isnan(stock(capacity, "power")).all()
