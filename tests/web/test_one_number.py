"""One number: what a city will have in a year is the same on every face that says it."""

import re

import numpy as np
import polars as pl
import pytest

from urbium.forecast import futures
from urbium.publish.books.outlook_lists import listings
from urbium.web.views.frames import ranked

CITIES = ("340100", "110000", "511900")
"""Hefei, Beijing, and Bazhong, whose own forecast was once 1.73 million and 322 thousand on one page."""


@pytest.fixture(scope="module")
def outlook(programme):
    return programme.adopted("outlook")


@pytest.fixture(scope="module")
def nation(programme):
    return programme.adopted("nation")


def ahead(outlook, code):
    rows = outlook.table.filter(pl.col("city") == code, pl.col("area") == "agglomeration")
    return rows.filter(pl.col("year") == outlook.to).row(0, named=True)


@pytest.mark.parametrize("code", CITIES)
def test_the_nation_the_home_page_the_pressure_and_the_paths_say_what_the_outlook_says(
    programme, outlook, nation, code
):
    row = ahead(outlook, code)
    of_nation = nation.table.filter(pl.col("place") == code, pl.col("year") == outlook.to).row(0, named=True)
    at_home = ranked(programme).filter(pl.col("city") == code).row(0, named=True)
    short = programme.adopted("pressure").population
    pressed = short.filter(city=code, area="agglomeration", year=outlook.to)
    drawn = outlook.paths([code]).values[0, -1]

    for limit in ("value", "low80", "high80", "low95", "high95"):
        assert of_nation[limit] == row[limit]
    assert (at_home["people_then"], at_home["then_low"]) == (row["value"], row["low80"])
    assert pressed["value"].to_list() in ([], [row["value"]])
    assert np.median(drawn) == pytest.approx(row["value"], rel=1e-12)
    assert row["low80"] / row["value"] > 0.01


def test_what_remains_without_unsigned_money_is_said_alike_by_overview_risks_and_brief(client):
    faces = [client.get(path).text for path in ("/", "/plan/risks", "/api/documents/brief/html")]
    pattern = (
        r"with nothing planned in its place, [\d,]+ of [\d,]+ projects and \d+% of the improvement remain"
    )
    said = [re.findall(pattern, " ".join(face.split())) for face in faces]
    assert all(said)
    assert len({sentence for face in said for sentence in face}) == 1


@pytest.mark.parametrize("code", CITIES)
def test_the_page_the_answer_for_programs_and_the_plan_say_it_too(client, outlook, code):
    row = ahead(outlook, code)

    page = client.get(f"/cities/{code}/people").text
    answers = client.get(f"/api/outlook/{code}").json()
    answer = next(row for row in answers if (row["year"], row["area"]) == (outlook.to, "agglomeration"))
    growth = outlook.growth(outlook.to).filter(pl.col("city") == code).row(0, named=True)
    seen = outlook.overview.filter(pl.col("city") == code, pl.col("area") == "agglomeration")["people"].item()

    assert f"{row['value']:,.0f}" in page
    assert "econciled with all cities" not in page
    assert (answer["value"], answer["low80"], answer["high95"]) == (row["value"], row["low80"], row["high95"])
    assert row["low80"] <= growth["growth"] * seen <= row["high80"]


def test_the_workbook_has_one_number_on_both_of_its_sheets(programme, outlook, nation):
    sheets = listings({"population": outlook, "nation": nation}, {})
    cities = sheets["Cities"].table.filter(pl.col("kind") == "projected")
    both = cities.join(
        sheets["Nation"].table.filter(pl.col("kind") == "projected"),
        left_on=["city", "year"], right_on=["place", "year"],
    )  # fmt: skip

    assert both.height > 5_000
    assert both.filter(pl.col("value") != pl.col("value_right")).is_empty()


def test_ages_nation_and_cities_agree_exactly_in_every_path(programme, nation):
    ages = programme.adopted("ages")
    totals = ages.total()
    shared = [year for year in totals.years.tolist() if year in nation.paths.years.tolist()]
    cities = nation.paths.values[:-4].sum(axis=0)
    other, rural, urban, whole = nation.paths.values[-4:]

    assert len(shared) >= 3
    for year in shared:
        at, row = nation.paths.years.tolist().index(year), totals.years.tolist().index(year)
        assert whole[at] == pytest.approx(totals.values[0, row].astype(float), rel=1e-6)
    assert cities + other == pytest.approx(urban, rel=1e-9)
    assert urban + rural == pytest.approx(whole, rel=1e-9)


def test_the_futures_that_pressure_and_plan_read_are_those_in_which_cities_and_rest_are_the_urban(
    outlook, nation
):
    read = futures(outlook)["agglomeration"]
    inside = [code for code in read.keys if code in nation.paths.keys]
    years = np.isin(nation.paths.years, read.years)
    values = read.values[[read.keys.index(code) for code in inside]][
        :, np.isin(read.years, nation.paths.years)
    ]
    other, _, urban, _ = nation.paths.values[-4:, years]

    assert len(inside) == len(nation.paths.keys) - 4
    assert (other > 0).all()
    assert values.sum(axis=0) + other == pytest.approx(urban, rel=1e-9)


def test_the_band_of_the_first_year_contains_the_last_observed_total(nation):
    rows = nation.table.filter(pl.col("place") == "nation").sort("year")
    last = rows.filter(pl.col("kind") == "observed").row(-1, named=True)
    first = rows.filter(pl.col("kind") == "projected").row(0, named=True)

    assert first["year"] == last["year"] + 1
    assert first["low80"] <= last["value"] <= first["high80"]


@pytest.mark.long  # another outlook of all cities; test_hierarchy.py holds it of small nations in every run
def test_2100_can_be_asked_for_and_no_city_is_emptied(programme):
    table = programme.forecast("population", to=2100).table
    last = table.filter(pl.col("year") == 2100, pl.col("area") == "agglomeration")

    assert last.height > 260
    assert last["low80"].min() > 1_000
