"""Ranges of the catalogue, held against its rows."""

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.plan import Draws, build_roadmap, ranges


@pytest.fixture(scope="module")
def real(observe):
    """Return the catalogue and a roadmap of two cities made of it."""
    catalogue = load_catalogue()
    cities = pl.DataFrame({"code": ["A", "B"], "name_en": ["A", "B"], "latitude": [39.0, 30.0]})
    rows = [
        ("A", "population_agglomeration", 2e6, "persons"), ("B", "population_agglomeration", 1e6, "persons"),
        ("A", "gdp", 1e6, "10k CNY"), ("A", "fiscal_revenue_gdp", 0.2, "ratio"),
    ]  # fmt: skip
    figures = pl.concat(
        observe((city, name, 2015, value), unit=unit, area=catalogue.variables[name].area)
        for city, name, value, unit in rows
    )
    road = build_roadmap(catalogue, cities, figures, years=range(2016, 2021), budget="1 bn CNY/year")
    return catalogue, road


def test_the_range_of_a_cost_is_that_of_the_catalogue_per_head(real):
    catalogue, road = real
    found = ranges(catalogue, road)
    solution = catalogue.solutions["IOC"]
    row = found.capital.filter(pl.col("project") == "A:IOC").row(0, named=True)

    assert row["high"] / row["low"] == pytest.approx(solution.capital_high / solution.capital_low)
    assert row["low"] == pytest.approx(
        solution.capital_low * 240.007 / 255.657 * 6.64 * 2 * 2**-0.3, rel=1e-3
    )  # at prices of 2016; has a fixed part


def test_the_ranges_of_the_catalogue_fit_its_roadmap(real):
    catalogue, road = real
    found = ranges(catalogue, road)

    assert Draws(road, found, count=2).effect.shape == (2, road.effects.height)
    assert found.effects.height > 100
    assert found.effects["high"].max() <= 1
