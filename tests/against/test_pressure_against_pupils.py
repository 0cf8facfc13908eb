"""School places asked for by norms and ages, against the pupils whom Chinese cities counted in 2012.

Ages are those of the nation (WPP 2019), people and pupils those of the city yearbook. Pupils are those of
regular primary and secondary schools, so they lie between the places of compulsory schooling and all places.
"""

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.examples.demo import DEMO
from urbium.forecast import forecast_population, forecast_pressure
from urbium.forecast.paths import Paths

pytestmark = pytest.mark.shared

COMPULSORY = ("primary_school", "junior_school")
SERVICES = (*COMPULSORY, "senior_school")


def ages_of_china(folder):
    """Return people by age and sex, every fifth year to 2020."""
    parts = []
    for sex in "MF":
        table = pl.read_csv(folder / f"wpp2019_pop{sex}.txt", separator="\t", infer_schema_length=0)
        years = [name for name in table.columns if name.strip().isdigit()]
        parts.append(
            table.filter(pl.col("country_code").str.strip_chars() == "156")
            .unpivot(years, index="age", variable_name="year")
            .select(
                pl.lit("CHN").alias("place"), pl.col("year").cast(pl.Int64), pl.lit(sex).alias("sex"), "age",
                pl.col("value").cast(pl.Float64),
            )
        )  # fmt: skip
    return pl.concat(parts)


@pytest.fixture(scope="module")
def figures():
    return pl.read_csv(DEMO / "observations.csv", infer_schema_length=0).select(
        pl.col("value").cast(pl.Float64),
        "variable", "period", "unit", "area", "status",
        city="city_code", source="source_id",
    )  # fmt: skip


@pytest.fixture(scope="module")
def places(shared, figures):
    """Return the places asked for in 2012, by city and service, where pupils were counted."""
    counted = figures.filter(variable="pupils", period="2012")["city"]
    people = figures.filter(pl.col("city").is_in(counted), variable="population_year_end", period="2012")
    catalogue = load_catalogue()
    values = np.repeat(people["value"].to_numpy()[:, None, None] * 1e4, 200, axis=2)
    pressure = forecast_pressure(
        figures,
        {"prefecture": Paths(tuple(people["city"]), np.array([2012]), values)},
        [norm for norm in catalogue.norms.values() if norm.service in SERVICES],
        cities=people["city"],
        variables=catalogue.variables,
        ages=ages_of_china(shared / "data" / "real" / "population"),
        nation="CHN",
    )
    return pressure.table


def test_pupils_counted_lie_between_compulsory_places_and_all_places(figures, places):
    pupils = figures.filter(variable="pupils", period="2012")["value"].sum()
    compulsory = places.filter(pl.col("service").is_in(COMPULSORY))["demand"].sum()
    assert places["city"].n_unique() == 263
    assert compulsory < pupils < places["demand"].sum()


def test_people_of_the_prefecture_are_forecast_for_every_city_of_the_demo(figures):
    cities = pl.read_csv(DEMO / "cities.csv", infer_schema_length=0)
    outlook = forecast_population(figures, to=2035, cities=cities, variables=("population_year_end",))
    assert outlook.curves["city"].n_unique() == 286
    assert outlook.refused.is_empty()
