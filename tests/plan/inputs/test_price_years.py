"""Costs of several price years in one plan: moved to one by a declared index, or refused with every place.

Consumer prices of the United States (CPI-U): 144.5 in 1993, 240.007 in 2016, 292.655 in 2022.
"""

import math
from dataclasses import replace

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.price_index import common_year, price_factor
from urbium.errors import InputError
from urbium.model import ExchangeRate
from urbium.plan import build_roadmap, is_of_catalogue, rests_on

CATALOGUE = load_catalogue()
CITY = pl.DataFrame({"code": ["A"], "name_en": ["North"], "latitude": [20.0], "level": ["city"]})
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("A", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
)
PESOS = Exchange([ExchangeRate("MXN", "USD", 18.66, "2016", "Banco de México")], CATALOGUE.assumptions)


def road(price_year="", catalogue=CATALOGUE):
    return build_roadmap(
        catalogue, CITY, FIGURES, years=range(2016, 2018), budget="1 bn MXN/year", exchange=PESOS,
        nation="MEX", price_year=price_year,
    )  # fmt: skip


def capital(built, solution):
    return built.projects.filter(solution=solution)["capital"].item()


def without(*names):
    kept = {name: row for name, row in CATALOGUE.assumptions.items() if name not in names}
    return replace(CATALOGUE, assumptions=kept)


def test_two_solutions_of_different_price_years_stand_at_the_prices_of_the_plan():
    built = road("2016")
    old, new = CATALOGUE.solutions["BASEMAP"], CATALOGUE.solutions["CIM_TWIN"]

    assert (old.price_year, new.price_year) == (1993, 2022)
    of_1993, of_2022 = road("1993"), road("2022")
    assert capital(built, "BASEMAP") / capital(of_1993, "BASEMAP") == pytest.approx(240.007 / 144.5, rel=1e-4)
    assert capital(built, "CIM_TWIN") / capital(of_2022, "CIM_TWIN") == pytest.approx(
        240.007 / 292.655, rel=1e-4
    )
    assert built.settings.price_year == "2016"


def test_a_plan_without_a_price_year_stands_at_the_prices_of_its_first_year():
    assert road().settings.price_year == "2016"
    assert capital(road(), "BASEMAP") == capital(road("2016"), "BASEMAP")


def test_the_newest_year_is_taken_to_whose_prices_everything_can_be_moved():
    levels = {name: row for name, row in CATALOGUE.assumptions.items() if row.id.endswith(("2014", "2015"))}

    assert common_year(levels, {("USD", 2014), ("USD", 2015)}, 2016) == 2015
    assert common_year(levels, {("USD", 2014), ("EUR", 2014)}, 2016) == 2014
    assert common_year(levels, {("USD", 2014), ("EUR", 2013)}, 2016) == 2016, "refused, with what is missing"


def test_mixed_price_years_without_an_index_are_refused_with_every_solution_and_a_remedy():
    with pytest.raises(InputError, match="costs in different price years cannot be added up") as caught:
        road("2016", without("price_index.USD.1993", "price_index.USD.2022"))
    faults = {fault.cell: fault for fault in caught.value.faults}
    unmoved = {code for code, one in CATALOGUE.solutions.items() if one.price_year in {1993, 2022}}

    assert set(faults) == unmoved
    assert faults["BASEMAP"].message == (
        "prices of 1993 cannot be converted to prices of 2016: no USD price index is declared for 1993"
    )
    assert "declare the assumption price_index.USD.1993 with its source" in faults["BASEMAP"].remedy


def test_an_index_leads_there_and_back():
    there = price_factor(CATALOGUE.assumptions, "USD", 1993, 2022)

    assert there == pytest.approx(292.655 / 144.5)
    assert there * price_factor(CATALOGUE.assumptions, "USD", 2022, 1993) == pytest.approx(1.0)
    assert price_factor({}, "USD", 2016, 2016) == 1.0


def test_a_level_of_nothing_moves_nothing():
    levels = {**CATALOGUE.assumptions}
    levels["price_index.USD.1993"] = replace(levels["price_index.USD.1993"], value=0.0)

    with pytest.raises(InputError, match="no USD price index is declared for 1993"):
        price_factor(levels, "USD", 1993, 2016)


def test_a_moved_cost_is_explained_by_both_levels_and_is_the_catalogue_s():
    built = road("2016")
    nodes = [str(node.what) for node in rests_on(CATALOGUE, "BASEMAP", PESOS, "MXN", price_year="2016")]

    assert is_of_catalogue(CATALOGUE, built, "A", "BASEMAP", PESOS)
    assert [title for title in nodes if title.startswith("price index")] == [
        "price index of USD, 1993",
        "price index of USD, 2016",
    ]


def test_a_roadmap_at_prices_that_no_index_reaches_is_not_the_catalogue_s():
    built = road()
    own = built.replace(settings=replace(built.settings, price_year="1950"))

    assert not is_of_catalogue(CATALOGUE, own, "A", "BASEMAP", PESOS)
    assert not math.isnan(capital(own, "BASEMAP"))
