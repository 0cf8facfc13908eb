"""Costs in any money, per person, per unit of a variable or as a lump sum; each worked out by hand."""

import csv
import math
from dataclasses import replace

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import DATA, load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.errors import InputError
from urbium.model import ExchangeRate
from urbium.plan import build_roadmap

CITIES = pl.DataFrame(
    {"code": ["A", "B", "BRA"], "name_en": ["North", "South", "Nation"], "latitude": [-3.0, -25.0, None],
     "level": ["prefecture", "prefecture", "nation"]}
)  # fmt: skip
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("B", "population_agglomeration", "2015", 500_000.0, "persons", "reported"),
    ("A", "gdp", "2015", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2015", 0.2, "ratio", "reported"),
)
ROADS = "id,name_en,unit,area,level,definition,hard_min,hard_max,plausible_min,plausible_max,"
ROADS += "direction,source,note"


def own(folder, unit, *assumptions):
    """A catalogue in which LED_SL costs 100 to 400 in a unit, at prices of 2016, with a variable of roads."""
    for name in ("solutions", "variables", "rules"):
        (folder / name).mkdir(exist_ok=True)
    with (DATA / "solutions" / "solutions.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        row = next(row for row in rows if row["code"] == "LED_SL")
    row |= {"cost_low": "100", "cost_high": "400", "cost_unit": unit, "price_year": "2016"}
    row |= {"build_labour_share": "0.3", "build_person_years_per_100k": ""}
    with (folder / "solutions" / "solutions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    (folder / "variables" / "own.csv").write_text(
        f"{ROADS}\nroad_length,Roads,metre,prefecture,city,Paved roads,0,,,,0,,\n", encoding="utf-8"
    )
    (folder / "units.csv").write_text(
        "id,dimension,factor,name\nmetre,length,0.001,metres\n", encoding="utf-8"
    )
    head = "id,value,unit,evidence,source,note"
    lines = [f"{name},{value},index,assumption,ASSUME," for name, value in assumptions]
    if lines:
        (folder / "rules" / "assumptions.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return load_catalogue(folder)


def led(catalogue, figures=FIGURES, **more):
    rates = (ExchangeRate("BRL", "USD", 3.5, "2016", "bank"), ExchangeRate("CNY", "USD", 6.6, "2016", "bank"))
    exchange = Exchange(rates, catalogue.assumptions)
    road = build_roadmap(
        catalogue, CITIES, figures, years=range(2016, 2020), budget="1 bn BRL/year", exchange=exchange, **more
    )
    return dict(road.projects.filter(solution="LED_SL").select("city", "capital").iter_rows()), road


def test_a_cost_per_person_in_the_nations_own_money_needs_no_rate(tmp_path):
    capital, _ = led(own(tmp_path, "BRL/person"))
    assert capital == {"A": pytest.approx(200 * 2.0), "B": pytest.approx(200 * 0.5)}


def test_a_lump_sum_is_the_same_in_every_city(tmp_path):
    capital, road = led(own(tmp_path, "BRL"))

    assert capital == {"A": pytest.approx(200 / 1e6, abs=1e-3), "B": pytest.approx(200 / 1e6, abs=1e-3)}
    assert "cost in BRL" in road.projects.filter(solution="LED_SL")["note"][0]


def test_a_cost_per_kilometre_takes_the_citys_figure_and_is_left_out_where_there_is_none(tmp_path):
    catalogue = own(tmp_path, "BRL/km road_length")
    roads = observed(("A", "road_length", "2014", 3_000_000.0, "metre", "reported"))
    capital, road = led(catalogue, pl.concat([FIGURES, roads]))

    assert capital == {"A": pytest.approx(200 * 3_000 / 1e6)}
    reason = road.omitted.filter(city="B", solution="LED_SL")["reason"].item()
    assert reason == (
        "its cost is in BRL/km road_length, but no figure for road_length in the city is in force"
    )


def test_prices_are_moved_by_the_index_of_the_currency_or_refused_with_what_is_missing(tmp_path):
    levels = [("price_index.BRL.2016", 100), ("price_index.BRL.2020", 120)]
    with pytest.raises(InputError) as refused:
        led(own(tmp_path, "BRL/person"), price_year="2020")
    assert any("no BRL price index is declared" in str(fault) for fault in refused.value.faults)

    capital, _ = led(own(tmp_path, "BRL/person", *levels), price_year="2020")
    assert capital["A"] == pytest.approx(200 * 2.0 * 1.2)


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        ("", "is not a cost unit"),
        ("BRL/km", "is not a cost unit"),
        ("REAIS/person", "no ISO 4217 currency code"),
        ("BRL/km bridges", "refers to the variable 'bridges', which is not declared"),
        ("BRL/km population", "cannot be converted to km"),
        ("BRL/league road_length", "there is no unit 'league'"),
    ],
)
def test_a_wrong_unit_of_a_cost_is_refused_by_its_cell(tmp_path, unit, message):
    with pytest.raises(InputError) as refused:
        own(tmp_path, unit)
    (fault,) = [fault for fault in refused.value.faults if message in fault.message]
    assert fault.sheet == "solutions/solutions.csv"
    assert fault.cell == "H2"


def test_the_packaged_costs_are_per_person_in_dollars():
    solutions = load_catalogue().solutions.values()
    assert {str(solution.cost_unit) for solution in solutions} == {"USD/person"}
    assert math.isclose(load_catalogue().solutions["IOC"].capital_high, 26.39)
    assert replace(load_catalogue().solutions["IOC"]).cost_unit.is_per_person
