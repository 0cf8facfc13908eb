"""A nation's own catalogue may lack any table: it is planned with all the same, or refused with a remedy."""

from dataclasses import fields, replace

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.catalogue.tables.starter import write_starter
from urbium.errors import InputError, NotFoundError
from urbium.plan import build_roadmap, check_roadmap, solve

CITIES = pl.DataFrame(
    {"code": ["A", "CHN"], "name_en": ["North", "Nation"], "latitude": [40.0, None],
     "level": ["prefecture", "nation"]}
)  # fmt: skip
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("A", "gdp", "2012", 100_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
)
FEW = ("DATA_PLATFORM", "CYBERSEC", "LED_SL")
NEEDED = {"solutions": "solutions", "effects": "effects", "funds": "funds", "variables": "role",
          "assumptions": "assumption"}  # fmt: skip
TABLES = [
    field.name
    for field in fields(type(load_catalogue()))
    if field.name not in {"own", "tables", "roles", "crosswalk"}
]


def reduced(*codes):
    """The packaged catalogue with these solutions and what belongs to them alone."""
    whole = load_catalogue()
    solutions = {
        code: replace(
            whole.solutions[code],
            prerequisites=tuple(set(whole.solutions[code].prerequisites) & set(codes)),
            soft_prerequisites=(),
        )
        for code in codes
    }
    return replace(
        whole,
        solutions=solutions,
        effects=tuple(row for row in whole.effects if row.solution in codes),
        skills=tuple(row for row in whole.skills if row.solution in codes),
        inflows={key: row for key, row in whole.inflows.items() if row.solution in codes},
        candidates={key: row for key, row in whole.candidates.items() if row.solution in codes},
        promises={},
    )


def roadmap(catalogue):
    return build_roadmap(catalogue, CITIES, FIGURES, years=range(2016, 2020), budget="12 bn CNY/year")


@pytest.mark.parametrize("table", [name for name in TABLES if name not in NEEDED])
def test_a_catalogue_without_one_table_is_planned_with(table):
    catalogue = reduced(*FEW)
    rows = getattr(catalogue, table)
    road = roadmap(replace(catalogue, **{table: {} if hasattr(rows, "keys") else ()}))

    check_roadmap(road)
    assert set(road.projects["solution"]) == set(FEW)


@pytest.mark.parametrize("table", NEEDED)
def test_a_catalogue_without_a_table_that_plans_need_is_refused_by_name_with_a_remedy(table):
    catalogue = reduced(*FEW)
    rows = getattr(catalogue, table)
    with pytest.raises((InputError, NotFoundError), match=NEEDED[table]) as refused:
        roadmap(replace(catalogue, **{table: {} if hasattr(rows, "keys") else ()}))
    assert refused.value.remedy


def test_solutions_without_prerequisites_and_with_few_payers_are_planned():
    road = roadmap(reduced("LED_SL"))
    plan = solve(road, time_limit=3.0)

    assert plan.table["project"].to_list() == ["A:LED_SL"]
    assert plan.certificate.is_valid
    assert "FOREIGN" not in road.funds["fund"]  # no project takes its money


def test_the_catalogue_of_the_starter_is_planned_with(tmp_path):
    write_starter(tmp_path / "own")
    road = roadmap(load_catalogue(tmp_path / "own"))

    check_roadmap(road)
    names = dict(road.indicators.select("indicator", "name").iter_rows())
    assert names["own_clinics_per_100k"] == "Clinics per 100,000 inhabitants (own)"
    assert "A:OWN_TELEHEALTH" in road.effects["project"]
