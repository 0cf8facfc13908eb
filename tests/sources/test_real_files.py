"""Files of others, read as they are by the packaged mappings; the figures expected stand in them."""

import polars as pl
import pytest

from urbium.errors import NotFoundError
from urbium.sources import read_file
from urbium.sources.mappings.packaged_mappings import mapping_path, packaged_mappings


def places(*rows):
    """Return a register of (code, name, parent, region)."""
    return pl.DataFrame(rows, schema=["code", "name_en", "parent", "province_en"], orient="row")


@pytest.fixture
def read_real(shared, catalogue):
    def read(file, mapping, *rows):
        reading = read_file(
            shared / "data" / "real" / file, catalogue=catalogue, cities=places(*rows), mapping=mapping
        )
        assert not reading.is_refused, list(reading.lines())
        return reading

    return read


def figures(reading, *keys):
    table = reading.table.with_columns(pl.col("period").cast(pl.String))
    return {tuple(row[key] for key in keys): row["value"] for row in table.iter_rows(named=True)}


MEXICO = ("MEX", "Mexico", None, None)
SPAIN = ("ESP", "Spain", None, None)


@pytest.mark.parametrize(
    ("file", "variable"),
    [
        ("agriculture_percent_of_gdp", "gdp_share_agriculture"),
        ("services_percent_of_gdp", "gdp_share_services"),
        ("industry_workers_percent_of_employment", "employment_share_industry"),
        ("urban_population_percent_of_total", "urban_population_share"),
        ("total_gdp_us_inflation_adjusted", "gdp_total_constant_usd"),
    ],
)
def test_a_file_of_the_world_bank_gives_its_nation_and_leaves_the_others_out(
    read_real, shared, file, variable
):
    path = f"countries_wdi/{file}.csv"
    reading = read_real(path, "world-bank-gapminder", MEXICO)
    raw = pl.read_csv(shared / "data" / "real" / path).filter(geo="mex")
    expected = {(variable, str(year)): value for _, year, value in raw.iter_rows()}
    assert figures(reading, "variable", "period") == expected
    (note,) = [fault for fault in reading.faults if fault.rule == "skipped-city"]
    assert note.severity == "note"


def test_the_oecd_tells_leon_of_mexico_from_leon_of_spain(read_real):
    rows = [MEXICO, SPAIN, ("M1", "Leon", "MEX", None), ("S1", "Leon", "ESP", None)]
    reading = read_real("indicators/oecd_fua_city_statistics_2009_2019.csv", "oecd-cities", *rows)
    people = figures(reading, "city", "variable", "period")
    assert people["M1", "population_functional_area", "2019"] == 1692742
    assert people["M1", "gdp_functional_area", "2019"] == 26202
    assert people["M1", "pm25_exposure_functional_area", "2019"] == 14.4
    assert sum(city == "M1" for city, _, _ in people) == 77
    assert all(value != 14.4 for (city, _, year), value in people.items() if (city, year) == ("S1", "2019"))


def test_eurostat_is_read_by_the_codes_of_the_urban_audit(read_real):
    rows = [("AT001C", "Wien", None, None), ("DE001C", "Berlin", None, None)]
    reading = read_real("indicators/eurostat_urban_audit_2004_2021.csv", "eurostat-urban-audit", *rows)
    table = figures(reading, "city", "variable", "period")
    assert table["AT001C", "sunshine_hours", "2004"] == 5.3
    assert table["AT001C", "coldest_month_temperature", "2004"] == -1.5
    assert table["DE001C", "warmest_month_temperature", "2005"] == 19.0


def test_the_prosperity_index_is_read_between_its_title_and_its_notes(read_real):
    rows = [("AUT", "Austria", None, None), ("W", "Vienna", "AUT", None)]
    reading = read_real("indicators/unhabitat_city_prosperity_index.xlsx", "un-habitat-prosperity", *rows)
    table = figures(reading, "city", "variable")
    assert table["W", "city_prosperity"] == pytest.approx(0.9253561057174228)
    assert table["W", "city_prosperity_equity"] == pytest.approx(0.8833333333333333)
    assert set(reading.table["period"]) == {"2012"}


@pytest.mark.parametrize(
    ("year", "place", "country", "expected"),
    [
        (2016, "Okayama", "Japan", {("ghg_scope_1", "2013"): 114000, ("ghg_scope_2", "2013"): 6802000}),
        (2018, "New Taipei", "Taiwan, Greater China", {("population", "2017"): 3986689}),
        (2019, "Joinville", "Brazil", {("population", "2019"): 590466}),
        (
            2020,
            "Winona",
            "United States of America",
            {("ghg_scope_1", "2019"): 103592, ("ghg_scope_2", "2019"): 127003, ("population", "2019"): 26594},
        ),
    ],
)
def test_disclosures_to_cdp_are_read_in_the_columns_of_their_year(read_real, year, place, country, expected):
    rows = [("N", country, None, None), ("C", place, "N", None)]
    reading = read_real(f"indicators/cdp_city_emissions_{year}.csv", f"cdp-emissions-{year}", *rows)
    table = figures(reading, "variable", "period")
    assert {key: table.get(key) for key in expected} == expected


def test_numbers_in_indian_grouping_and_percent_are_read(read_real):
    rows = [("B", "Bhubaneswar", None, "Odisha"), ("P", "Pune", None, "Maharashtra")]
    reading = read_real(
        "indicators/india_smart_city_challenge_2016.csv", "india-smart-cities-challenge", *rows
    )
    assert figures(reading, "city", "variable", "period") == {
        ("B", "smart_city_challenge_score", "2016"): 78.83,
        ("B", "population", "2011"): 837737,
        ("P", "smart_city_challenge_score", "2016"): 77.42,
        ("P", "population", "2011"): 3115431,
    }


def test_every_packaged_mapping_can_be_read_and_names_variables_and_a_source_that_exist(catalogue):
    from urbium.sources.mappings.mapping import read_mapping  # noqa: PLC0415

    for name in packaged_mappings()["mapping"]:
        plan = read_mapping(name)
        assert plan.source in catalogue.sources
        for table in plan.tables:
            named = {column.variable for column in table.columns} | set(table.variable.words.values())
            assert named <= set(catalogue.variables), name


def test_a_mapping_that_is_not_there_is_named_by_the_nearest():
    with pytest.raises(NotFoundError) as refused:
        mapping_path("oecd-citis")
    assert "oecd-cities" in refused.value.remedy


def test_the_bulk_file_of_the_world_bank_is_read_by_nations_and_indicators(tmp_path, catalogue):
    lines = [
        '"Country Name","Country Code","Indicator Name","Indicator Code","1960","1961",',
        '"Mexico","MEX","Urban population (% of total population)","SP.URB.TOTL.IN.ZS","50.75","51.491",',
        '"Mexico","MEX","Population, total","SP.POP.TOTL","36268055","37314321",',
        '"Aruba","ABW","Urban population (% of total population)","SP.URB.TOTL.IN.ZS","50.776","50.761",',
    ]  # fmt: skip
    path = tmp_path / "WDICSV.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read_file(path, catalogue=catalogue, cities=places(MEXICO), mapping="world-bank-bulk")
    assert not reading.is_refused, list(reading.lines())
    assert figures(reading, "city", "variable", "period") == {
        ("MEX", "urban_population_share", "1960"): 50.75, ("MEX", "urban_population_share", "1961"): 51.491,
    }  # fmt: skip
