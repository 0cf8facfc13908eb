"""The chart of a nation: parts on top of each other, in the years in which all are known."""

import polars as pl
import pytest

from urbium.charts import render
from urbium.charts.nation import nation_parts
from urbium.errors import InputError

PARTS = pl.DataFrame(
    {
        "year": [2010, 2010, 2010, 2011, 2015, 2015, 2015],
        "part": ["Rural", "Cities", "Other urban", "Rural", "Cities", "Other urban", "Rural"],
        "value": [50.0, 30.0, 20.0, 49.0, 35.0, 25.0, 45.0],
    }
)
SUMS = pl.DataFrame(
    {
        "year": [2010, 2011, 2015, 2010, 2015],
        "sum": ["Urban", "Urban", "Urban", "Nation", "Nation"],
        "value": [50.0, 52.0, 60.0, 100.0, 105.0],
        "low80": [None, None, 58.0, None, 104.0],
        "high80": [None, None, 62.0, None, 106.0],
        "kind": ["observed", "observed", "projected", "observed", "projected"],
    }
)
SHARE = pl.DataFrame(
    {"year": [2010, 2015], "value": [0.5, 0.57], "low80": [None, 0.55], "high80": [None, 0.6]}
)


def test_parts_are_stacked_from_the_cities_up():
    rows = nation_parts(PARTS, SUMS, SHARE)["layer"][0]["data"]["values"]
    assert [(row["part"], row["low"], row["high"]) for row in rows[:3]] == [
        ("Cities", 0.0, 30.0), ("Other urban", 30.0, 50.0), ("Rural", 50.0, 100.0)
    ]  # fmt: skip


def test_a_year_in_which_a_part_is_not_known_is_not_drawn():
    layers = nation_parts(PARTS, SUMS, SHARE)["layer"]
    assert {row["year"] for layer in layers[:3] for row in layer["data"]["values"]} == {2010, 2015}


def test_bands_stand_only_where_they_are_known():
    band = nation_parts(PARTS, SUMS, SHARE)["layer"][1]["data"]["values"]
    assert [(row["sum"], row["low80"], row["high80"]) for row in band] == [
        ("Nation", 104, 106),
        ("Urban", 58, 62),
    ]


def test_the_urban_share_of_the_last_year_is_told_in_words():
    title = nation_parts(PARTS, SUMS, SHARE, title="People")["title"]
    assert title["text"] == "People"
    assert title["subtitle"][0] == "57% urban in 2015 (80% band: 55% to 60%)"


def test_it_can_be_drawn():
    assert b"Other urban" in render(nation_parts(PARTS, SUMS, SHARE))


@pytest.mark.parametrize("column", ["year", "part", "value"])
def test_a_column_that_is_missing_is_named(column):
    with pytest.raises(InputError, match=f"no column {column}"):
        nation_parts(PARTS.drop(column), SUMS, SHARE)


def test_without_a_year_of_all_parts_there_is_nothing_to_draw():
    with pytest.raises(InputError, match="no year has figures for all parts"):
        nation_parts(PARTS.filter(pl.col("part") != "Cities"), SUMS, SHARE)
