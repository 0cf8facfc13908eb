"""The original yearbook workbook gives the demo observations, and its impossible values are found."""

import openpyxl
import polars as pl
import pytest

from urbium.catalogue import DATA
from urbium.packaged import original, packaged_rows
from urbium.sources import read_file

MAPPING = DATA / "demo" / "yearbook-mapping.toml"
KEY = ["city", "variable", "period", "area", "source", "value", "unit"]


@pytest.fixture(scope="module")
def workbook(shared):
    return shared / "data" / "real" / "indicators" / "china_cities_2004_2012_yearbook.xlsx"


@pytest.fixture(scope="module")
def reading(workbook, catalogue, demo_cities):
    names = [name for name in demo_cities.columns if name != "panel_names"]
    return read_file(workbook, catalogue=catalogue, cities=demo_cities.select(names), mapping=MAPPING)


@pytest.fixture(scope="module")
def raw(shared):
    texts = {"city_code": pl.String, "period": pl.String, "value": pl.Float64}
    table = pl.read_csv(shared / "data" / "demo" / "observations.csv", schema_overrides=texts)
    return table.filter(pl.col("source_id") == "ccsy").rename({"city_code": "city", "source_id": "source"})


def test_the_workbook_gives_exactly_the_demo_observations(reading, raw):
    assert reading.table.height == raw.height == 33_813
    assert reading.table.select(KEY).sort(KEY).equals(raw.select(KEY).sort(KEY))


def test_the_workbook_is_not_refused(reading):
    assert not reading.is_refused


def test_every_cell_named_holds_the_value(reading, workbook):
    sheet = openpyxl.load_workbook(workbook, data_only=True)["new"]
    sample = reading.table.sample(500, seed=1)
    assert sample["value"].to_list() == [float(sheet[cell].value) for cell in sample["cell"]]
    assert set(sample["sheet"]) == {"new"}


def impossible(raw, shared):
    limits = pl.read_csv(shared / "data" / "demo" / "variables.csv").select("id", "hard_min", "hard_max")
    held = raw.join(limits, left_on="variable", right_on="id")
    return held.filter((pl.col("value") > pl.col("hard_max")) | (pl.col("value") < pl.col("hard_min")))


def test_every_impossible_value_is_listed_with_its_cell_and_rule(reading, raw, shared):
    wrong = impossible(raw, shared)
    listed = reading.findings.filter(pl.col("rule") == "hard-range")
    assert wrong.height == 11
    assert set(listed.select("city", "variable", "period").iter_rows()) == set(
        wrong.select("city", "variable", "period").iter_rows()
    )
    assert listed["cell"].str.contains(r"^[A-Z]+\d+$").all()


def test_every_implausible_value_is_suspect(reading, raw, shared):
    limits = pl.read_csv(shared / "data" / "demo" / "variables.csv").select(
        "id", "plausible_min", "plausible_max"
    )
    outside = (
        raw.join(limits, left_on="variable", right_on="id")
        .filter((pl.col("value") > pl.col("plausible_max")) | (pl.col("value") < pl.col("plausible_min")))
        .join(
            reading.table.filter(pl.col("status") == "suspect"), on=["city", "variable", "period"], how="anti"
        )
    )
    assert outside.height == 0


def test_the_treatment_rate_of_362_percent_is_found(reading):
    found = reading.findings.filter(
        (pl.col("variable") == "waste_treatment_rate") & (pl.col("value") == "362")
    )
    assert found["rule"].to_list() == ["hard-range"] or "hard-range" in found["rule"].to_list()


def test_green_cover_above_100_percent_is_found_five_times(reading):
    found = reading.findings.filter(
        (pl.col("variable") == "green_cover_rate") & (pl.col("rule") == "hard-range")
    )
    assert found.height == 5


def test_green_area_per_head_is_one_finding_about_its_column(reading):
    found = reading.findings.filter(pl.col("variable") == "green_area_per_head")
    assert found.select("rule", "cell").rows() == [("column-unit", "Q2:Q1990")]
    assert "22.2 times the upper end" in found["message"][0]  # median 2,217 over 100


def test_public_toilets_are_one_finding_about_their_column(reading):
    found = reading.findings.filter(pl.col("variable") == "public_toilets")
    assert found.select("rule", "cell").rows() == [("column-copied", "S2:S1990")]


def test_no_value_of_the_two_columns_is_left_in_use(reading):
    columns = reading.table.filter(pl.col("variable").is_in(["green_area_per_head", "public_toilets"]))
    assert columns["status"].unique().to_list() == ["suspect"]


def test_not_more_than_four_percent_of_any_other_variable_is_suspect(reading):
    others = reading.suspects.filter(~pl.col("variable").is_in(["green_area_per_head", "public_toilets"]))
    assert others["share"].max() < 0.04


def test_the_shifted_populations_of_2011_are_suspect(reading):
    loudi = reading.table.filter((pl.col("city") == "431300") & (pl.col("variable") == "population_year_end"))
    assert loudi.filter(pl.col("status") == "suspect").select("period", "value").rows() == [("2011", 11098.4)]


def test_the_long_table_gives_the_same_suspects(reading, catalogue, demo_cities):
    long = read_file(DATA / "demo" / "observations.csv", catalogue=catalogue, cities=demo_cities)
    suspect = [
        t.filter((pl.col("status") == "suspect") & (pl.col("source") == "ccsy")).select(KEY).sort(KEY)
        for t in (long.table, reading.table)
    ]
    assert suspect[0].equals(suspect[1])


def test_every_figure_of_the_demo_is_found_in_the_workbook_by_the_row_and_the_heading_that_are_named(
    workbook, raw
):
    sheet = openpyxl.load_workbook(workbook, read_only=True)["new"]
    heads, *lines = sheet.iter_rows(values_only=True)
    by_row = {(line[0], str(line[1])): dict(zip(heads, line, strict=True)) for line in lines}
    panel_names = {row["code"]: row["panel_names"].split("|") for row in packaged_rows("demo/cities")}
    for row in raw.sample(500, seed=1).iter_rows(named=True):
        found = original("ccsy", row["variable"], row["city"], row["period"])
        assert found.row == (f"城市 = {' / '.join(panel_names[row['city']])}", f"年份 = {row['period']}")
        lines = [by_row.get((name, row["period"])) for name in panel_names[row["city"]]]
        assert row["value"] in [float(line[found.heading]) for line in lines if line]
