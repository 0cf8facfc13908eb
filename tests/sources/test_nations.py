"""What is plausible of a nation holds for every nation, not only for the first that was read."""

import polars as pl
import pytest

from urbium.sources import read_file

NATIONS = {
    "mex": "Mexico",
    "ind": "India",
    "esp": "Spain",
    "nld": "Netherlands",
    "ken": "Kenya",
    "isl": "Iceland",
}


@pytest.mark.parametrize(
    "file",
    [
        "urban_population", "urban_population_percent_of_total", "agriculture_percent_of_gdp",
        "agriculture_workers_percent_of_employment", "service_workers_percent_of_employment",
        "gdppercapita_us_inflation_adjusted", "total_gdp_us_inflation_adjusted",
    ],
)  # fmt: skip
def test_figures_of_nations_are_within_what_is_plausible(shared, catalogue, file):
    cities = pl.DataFrame({"code": [*NATIONS], "name_en": [*NATIONS.values()]})
    path = shared / "data" / "real" / "countries_wdi" / f"{file}.csv"
    reading = read_file(path, catalogue=catalogue, cities=cities, mapping="world-bank-gapminder")
    assert reading.table.height > 100
    assert [fault.message for fault in reading.faults if fault.rule == "plausible-range"] == []
