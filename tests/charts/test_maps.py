"""Maps: places where they belong, names apart, and a picture small enough for a page."""

import gzip
import re
from collections import Counter
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium import charts
from urbium.charts.map_frame import frame_of
from urbium.charts.map_names import placed_names, width_of
from urbium.charts.projection import Projection, fitted
from urbium.charts.theme import PAPER, RAMP
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
SPEC = charts.place_map(TABLE, link="/cities/")
SQUARE = [[[80, 15], [125, 15], [125, 50], [80, 50], [80, 15]]]


def _circles(spec):
    """Where each place is drawn, by its name."""
    drawn = charts.render(spec).decode()
    return {
        name: (float(x), float(y))
        for x, y, name in re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)"[^>]*><title>([^<\n]+)', drawn)
    }


def test_the_projection_keeps_areas():
    """A small square of degrees has the area cos(latitude) of the globe at every latitude."""
    step = 1e-4
    for latitude in (20.0, 36.0, 50.0):
        at = np.array([[110, latitude], [110 + step, latitude], [110, latitude + step]])
        x, y = Projection("conic", 105.0, 25.0, 47.0).project(at[:, 0], at[:, 1])
        area = abs((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))
        assert area / np.radians(step) ** 2 == pytest.approx(np.cos(np.radians(latitude)), rel=1e-4)


def test_the_most_northern_city_stands_highest_and_the_most_western_leftmost():
    circles = _circles(SPEC)
    assert min(circles, key=lambda name: circles[name][1]) == "Urumqi"
    assert min(circles, key=lambda name: circles[name][0]) == "Urumqi"


def test_a_circle_is_a_link_to_its_city_on_this_server():
    links = re.findall(r'<a href="([^"]*)"', charts.render(SPEC).decode())
    assert sorted(links) == ["/cities/340100", "/cities/460200", "/cities/650100"]


def test_a_city_without_a_figure_is_counted_by_the_legend_and_white():
    row = charts.legend_of(SPEC)[-1]
    assert (row["shade"], str(row["words"]), row["count"]) == (-1, "no figure", 1)
    drawn = charts.render(SPEC).decode()
    assert re.search(r'fill="(#\w+)" [^>]*><title>Sanya', drawn)[1] == PAPER


def test_a_city_without_a_place_is_left_out():
    lost = TABLE.with_columns(longitude=pl.when(pl.col("code") != "340100").then("longitude"))
    assert set(_circles(charts.place_map(lost))) == {"Urumqi", "Sanya"}


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column score"):
        charts.place_map(TABLE.drop("score"))


@pytest.mark.parametrize("rings", [(), SQUARE], ids=["bare", "land"])
@pytest.mark.parametrize("rows", [0, 1, 3])
@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_map_of_no_city_and_of_one_is_still_a_map(kind, rows, rings):
    assert charts.render(charts.place_map(TABLE.head(rows), rings=rings), kind)


PLACES = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "Z"]), min_size=1, max_size=24),
        st.floats(0, 800), st.floats(0, 600), st.floats(1, 14),
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=tries(60), deadline=None)
@given(PLACES)
def test_no_two_names_overlap_and_none_leaves_the_map_or_lies_on_what_is_blocked(places):
    scale = (0.0, 570.0, 120.0, 600.0)
    boxes = [name.box for name in placed_names(places, 800, 600, blocked=[scale])]
    for box in boxes:
        assert 0 <= box[0] <= box[2] <= 800
        assert 0 <= box[1] <= box[3] <= 600
    for one, other in combinations([scale, *boxes], 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


def test_the_most_important_place_is_named_wherever_it_has_room():
    crowd = [("Delft", 400.0 + at, 300.0, 5.0) for at in range(40)]
    assert placed_names(crowd, 800, 600)[0].row == 0


LETTERS = "".join(map(chr, range(33, 127))) + "ÀÉîõüßçñŁğ"


def test_no_letter_is_wider_than_it_is_reckoned():
    """Liberation Sans is as wide as Arial; measured by the renderer."""
    for letter in LETTERS:
        look = {
            "text": {"value": letter * 100},
            "font": {"value": "Liberation Sans"},
            "fontSize": {"value": 12},
        }
        schema = {
            "$schema": "https://vega.github.io/schema/vega/v6.json",
            "width": 1,
            "height": 1,
            "padding": 0,
        }
        spec = schema | {"marks": [{"type": "text", "encode": {"enter": look}}]}
        drawn = float(re.search(r'width="([\d.]+)"', charts.render(spec).decode())[1])
        assert drawn <= 100 * width_of(letter) + 2, letter


def test_classes_have_round_bounds_and_none_is_empty():
    values = [1.23, 4.56, 7.89, 12.3, 45.6, 78.9, 123.0, 456.0, 789.0, 1234.0]
    bounds = charts.classes_of(values)
    counts = Counter(charts.class_of(value, bounds) for value in values)
    assert all(float(f"{bound:.3g}") == bound for bound in bounds)
    assert sorted(counts) == list(range(len(bounds) + 1))


@given(st.lists(st.floats(-1e12, 1e12), max_size=40))
def test_every_class_has_a_value_and_every_value_a_class(values):
    bounds = charts.classes_of(values)
    kinds = {charts.class_of(value, bounds) for value in values}
    assert kinds == set(range(len(bounds) + 1)) if values else bounds == ()


def test_land_that_lies_across_the_180th_meridian_is_whole_and_has_no_border_there():
    fiji = TABLE.head(2).with_columns(
        longitude=pl.Series([178.4, -179.0]), latitude=pl.Series([-18.5, -16.5])
    )
    halves = [
        [[177, -19], [180, -19], [180, -16], [177, -16], [177, -19]],
        [[-180, -19], [-178, -19], [-178, -16], [-180, -16], [-180, -19]],
    ]
    longitude, latitude = fiji["longitude"].to_numpy(), fiji["latitude"].to_numpy()
    rings = [np.array(ring, dtype=float) for ring in halves]
    frame = frame_of(fitted(longitude, latitude), longitude, latitude, rings, 820.0)
    areas, borders = frame.land(rings)
    starts = [int(x) for x in re.findall(r"M(-?\d+)", areas)]
    assert len(starts) == 2
    assert all(-100 < start < 8300 for start in starts)  # on the map, not a globe away
    assert borders.count("M") == 3  # one half is open in its middle, the other at its end


def test_ten_thousand_places_are_circles_dots_and_a_small_picture():
    rng = np.random.default_rng(7)
    many = pl.DataFrame({
        "code": [f"{at:05d}" for at in range(10_000)], "name": [f"Town {at}" for at in range(10_000)],
        "longitude": rng.uniform(-115, -90, 10_000), "latitude": rng.uniform(16, 31, 10_000),
        "score": rng.uniform(0, 100, 10_000), "population": rng.pareto(1.2, 10_000) * 1e4,
    })  # fmt: skip
    drawn = charts.drawn_map(charts.place_map(many, link="/cities/"), levels=range(len(charts.LEVELS)))
    assert drawn.count("<circle") == charts.MOST_CIRCLES
    assert len(gzip.compress(drawn.encode())) < 60_000


def test_a_file_of_a_map_says_its_classes_and_a_page_has_them_as_words():
    assert "no figure (1)" in charts.render(SPEC).decode()
    assert "no figure (1)" not in charts.drawn_map(SPEC)


def test_a_file_of_a_map_says_whose_its_borders_are():
    drawn = charts.render(charts.place_map(TABLE, rings=SQUARE, credit="Outline: A & B (CC0)")).decode()
    assert "Outline: A &amp; B (CC0)</text>" in drawn


def test_a_marked_city_is_drawn_last_and_named_first():
    spec = charts.place_map(TABLE, picked="460200")
    drawn = charts.drawn_map(spec)
    assert list(_circles(spec))[-1] == "Sanya"
    assert re.findall(r"<text[^>]*>(\w+)</text>", drawn)[0] == "Sanya"


YEARS = TABLE.select("code", "name", "longitude", "latitude", size="population").with_columns(
    building=pl.Series([[1, 2], [0, 0], [0, 1]]),
    finished=pl.Series([[0, 3], [0, 0], [0, 0]]),
    projects=pl.Series([3, 0, 2]),
)


def _spoken(year):
    drawn = charts.render(charts.year_map(YEARS, [2020, 2021], year, link="/cities/")).decode()
    return re.findall(r'aria-label="((?:Hefei|Urumqi|Sanya): [^"]*)"', drawn)


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (2020, {"Hefei": (1, "0 of 3"), "Urumqi": (0, "0 of 0"), "Sanya": (0, "0 of 2")}),
        (2021, {"Hefei": (2, "3 of 3"), "Urumqi": (0, "0 of 0"), "Sanya": (1, "0 of 2")}),
    ],
)  # fmt: skip
def test_the_map_of_a_year_says_what_each_city_builds_and_has_finished(year, told):
    assert set(_spoken(year)) == {
        f"{name}: {building} under construction, {done} completed" for name, (building, done) in told.items()
    }


def test_the_map_of_a_year_fills_and_rings_cities_by_that_year():
    drawn = [charts.render(charts.year_map(YEARS, [2020, 2021], year)).decode() for year in (2020, 2021)]
    filled = [re.search(r'aria-label="Hefei[^"]*"[^>]*fill="([^"]*)"', each)[1].lower() for each in drawn]

    assert filled == [RAMP[0], RAMP[4]]


def test_the_map_of_a_year_names_every_city_that_has_room_over_a_light_ground():
    drawn = charts.render(charts.year_map(YEARS, [2020, 2021], 2020)).decode()

    names = re.findall(r"<text[^>]*>(Hefei|Urumqi|Sanya)</text>", drawn)
    assert sorted(names) == ["Hefei", "Hefei", "Sanya", "Sanya", "Urumqi", "Urumqi"]


def test_the_map_of_a_year_is_as_large_as_it_was_asked_for():
    drawn = charts.render(charts.year_map(YEARS, [2020, 2021], 2020, width=500, height=400)).decode()

    assert re.search(r'<svg[^>]* width="500" height="400"', drawn)


def test_the_signals_of_a_map_hold_only_what_vega_reads():
    """Vega passes over what it does not know: a map whose wheel does nothing would be drawn all the same."""
    signals = charts.year_map(YEARS, [2020, 2021], 2020)["signals"]
    handlers = [handler for signal in signals for handler in signal.get("on", ())]

    assert {key for signal in signals for key in signal} == {"name", "value", "update", "on"}
    assert {key for handler in handlers for key in handler} == {"events", "update", "force"}
    assert {signal["name"] for signal in signals if "on" in signal} == {
        "turn", "step", "zoom", "held", "shift", "picked"
    }  # fmt: skip


def test_a_city_above_the_round_number_of_the_scale_is_not_drawn_larger_than_it():
    """The largest circle stands for 5 million: the round number below 7.1 million."""
    cities = YEARS.with_columns(size=pl.Series([7.1e6, 5e6, None]))
    drawn = charts.render(charts.year_map(cities, [2020, 2021], 2020)).decode()
    radii = [
        float(re.search(rf'aria-label="{name}:[^>]* d="M([\d.]+),0', drawn)[1])
        for name in ("Hefei", "Urumqi")
    ]

    assert radii[0] == radii[1]


def test_a_year_outside_the_plan_is_refused():
    with pytest.raises(InputError, match="2020 to 2021"):
        charts.year_map(YEARS, [2020, 2021], 2022)


def test_a_map_of_a_year_names_the_column_it_lacks():
    with pytest.raises(InputError, match="finished"):
        charts.year_map(YEARS.drop("finished"), [2020, 2021], 2020)


def test_every_mark_of_a_map_of_a_year_that_is_told_has_a_name():
    """axe: a graphic that somebody who cannot see it is told of must be called something."""
    drawn = charts.render(charts.year_map(YEARS, [2020, 2021], 2020, link="/cities/")).decode()
    told = re.findall(r'<g[^>]*role="graphics-symbol"[^>]*>', drawn)
    assert [each for each in told if "aria-label" not in each] == []
