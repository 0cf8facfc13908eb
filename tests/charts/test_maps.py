"""Maps: points where they belong, by the renderer's own projection."""

import re

import numpy as np
import polars as pl
import pytest

from urbium import charts
from urbium.charts.projection import Projection, fitted
from urbium.charts.theme import RAMP
from urbium.errors import InputError

TABLE = pl.DataFrame(
    {
        "code": ["340100", "650100", "460200"],
        "name": ["Hefei", "Urumqi", "Sanya"],
        "longitude": [117.28, 87.6, 109.51],
        "latitude": [31.86, 43.8, 18.25],
        "score": [61.0, 40.0, None],
        "population": [7.1e6, 2.6e6, None],
    }
)
SPEC = charts.city_map(TABLE, link="/cities/", width=500, height=400)


def _circles(spec):
    drawn = charts.render(spec).decode().split("places")[1].split("mark-text")[0]
    return [
        (float(x), float(y))
        for x, y in re.findall(r'aria-label="[^"]*"[^>]*transform="translate\(([\d.]+),([\d.]+)\)"', drawn)
    ]


def test_our_projection_agrees_with_the_renderers():
    degrees = TABLE["longitude"].to_numpy(), TABLE["latitude"].to_numpy()
    x, y = fitted(*degrees).project(*degrees)
    drawn = np.array(_circles(SPEC))
    scale = (drawn[0, 0] - drawn[1, 0]) / (x[0] - x[1])
    ours = np.column_stack([(x - x[0]) * scale, (y[0] - y) * scale])
    assert drawn - drawn[0] == pytest.approx(ours, abs=0.01)


def test_the_projection_keeps_areas():
    """A small square of degrees has the area cos(latitude) of the globe at every latitude."""
    step = 1e-4
    for latitude in (20.0, 36.0, 50.0):
        at = np.array([[110, latitude], [110 + step, latitude], [110, latitude + step]])
        x, y = Projection("conic", 105.0, 25.0, 47.0).project(at[:, 0], at[:, 1])
        area = abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))
        assert area / np.radians(step) ** 2 == pytest.approx(np.cos(np.radians(latitude)), rel=1e-4)


def test_the_most_northern_city_stands_highest_and_the_most_western_leftmost():
    circles = dict(zip(TABLE["name"], _circles(SPEC), strict=True))
    assert min(circles, key=lambda name: circles[name][1]) == "Urumqi"
    assert min(circles, key=lambda name: circles[name][0]) == "Urumqi"


def test_every_city_lies_inside_the_frame():
    assert all(0 < x < 500 and 0 < y < 400 for x, y in _circles(SPEC))


def test_a_circle_is_a_link_to_its_city_on_this_server():
    links = re.findall(r'xlink:href="([^"]*)"', charts.render(SPEC).decode())
    assert sorted(links) == ["/cities/340100", "/cities/460200", "/cities/650100"]


def test_a_city_without_a_score_is_a_ring_and_says_so():
    assert 'aria-label="Sanya, Score not scored"' in charts.render(SPEC).decode()


def test_a_city_without_a_place_is_left_out():
    lost = TABLE.with_columns(longitude=pl.when(pl.col("code") != "340100").then("longitude"))
    assert [row["code"] for row in charts.city_map(lost)["data"][0]["values"]] == ["650100", "460200"]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column score"):
        charts.city_map(TABLE.drop("score"))


def test_a_map_of_no_city_is_still_a_map():
    assert charts.render(charts.city_map(TABLE.clear())).startswith(b"<svg")


def test_of_two_cities_at_one_place_only_the_larger_is_labelled():
    pair = TABLE.head(2).with_columns(longitude=pl.lit(110.0), latitude=pl.lit(30.0))
    names = re.findall(r">(Hefei|Urumqi)<", charts.render(charts.city_map(pair)).decode())
    assert set(names) == {"Hefei"}


YEARS = TABLE.select("code", "name", "longitude", "latitude", size="population").with_columns(
    building=pl.Series([[1, 2], [0, 0], [0, 1]]),
    finished=pl.Series([[0, 3], [0, 0], [0, 0]]),
    projects=pl.Series([3, 0, 2]),
)


def _spoken(year):
    drawn = charts.render(charts.year_map(YEARS, [2020, 2021], year, link="/cities/")).decode()
    return re.findall(r'aria-label="((?:Hefei|Urumqi|Sanya); [^"]*)"', drawn)


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (2020, {"Hefei": (1, "0 / 3"), "Urumqi": (0, "0 / 0"), "Sanya": (0, "0 / 2")}),
        (2021, {"Hefei": (2, "3 / 3"), "Urumqi": (0, "0 / 0"), "Sanya": (1, "0 / 2")}),
    ],
)  # fmt: skip
def test_the_map_of_a_year_says_what_each_city_builds_and_has_finished(year, told):
    assert set(_spoken(year)) == {
        f"{name}; Under construction: {building}; Completed: {done}"
        for name, (building, done) in told.items()
    }


def test_the_map_of_a_year_fills_and_rings_cities_by_that_year():
    drawn = [charts.render(charts.year_map(YEARS, [2020, 2021], year)).decode() for year in (2020, 2021)]
    filled = [re.search(r'aria-label="Hefei[^"]*"[^>]*fill="([^"]*)"', each)[1].lower() for each in drawn]

    assert filled == [RAMP[0], RAMP[4]]


def test_a_year_outside_the_plan_is_refused():
    with pytest.raises(InputError, match="2020 to 2021"):
        charts.year_map(YEARS, [2020, 2021], 2022)


def test_a_map_of_a_year_names_the_column_it_lacks():
    with pytest.raises(InputError, match="finished"):
        charts.year_map(YEARS.drop("finished"), [2020, 2021], 2020)


def _spread(*places):
    rows = [(str(number), *place, 50.0, 1e6) for number, place in enumerate(places)]
    columns = ["code", "name", "longitude", "latitude", "score", "population"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_a_name_that_would_leave_the_map_stands_to_the_left_of_its_city():
    table = _spread(("Tijuana", -117.0, 32.5), ("Tapachula", -92.3, 14.9), ("Cancun, the port", -86.8, 21.2))
    drawn = charts.render(charts.city_map(table, width=500, height=400)).decode()
    names = {
        name: (anchor, float(x))
        for anchor, x, name in re.findall(
            r'<text text-anchor="(\w+)" transform="translate\(([\d.]+),[\d.]+\)"[^>]*>(T[^<]+|C[^<]+)<', drawn
        )
    }
    assert names["Tijuana"][0] == "start"
    assert names["Cancun, the port"][0] == "end"
    assert names["Cancun, the port"][1] < 500


def test_no_city_lies_under_the_legends():
    places = [
        ("Lisbon", -9.1, 38.7),
        ("Stockholm", 18.1, 59.3),
        ("Athens", 23.7, 38.0),
        ("Sofia", 23.3, 42.7),
    ]
    for width, height in ((500, 400), (390, 500), (760, 680)):
        spec = charts.city_map(_spread(*places), width=width, height=height)
        covered = [(x, y) for x, y, *_ in _circles(spec) if x < 200 and y > height - 130]
        assert not covered, (width, height)


def test_a_map_says_no_group_of_values_twice_and_has_no_legend_of_nothing():
    nothing = TABLE.with_columns(score=pl.lit(None, pl.Float64), population=pl.lit(None, pl.Float64))
    assert charts.city_map(nothing)["legends"] == []
    near = TABLE.with_columns(score=pl.Series([1.0, 2.0, None]))
    drawn = charts.render(charts.city_map(near)).decode()
    assert (drawn.count("&lt; 2"), "2 – 2" in drawn) == (1, False)
