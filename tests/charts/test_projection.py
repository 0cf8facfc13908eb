"""Projections: held against the renderer's own, and chosen by the extent of the places.

The places are capitals and cities with their degrees from an atlas, rounded.
"""

import re

import numpy as np
import polars as pl
import pytest

from urbium import charts
from urbium.charts.projection import Projection, fitted, projection_of
from urbium.errors import InputError

MEXICO = {
    "Tijuana": (-117.0, 32.5),
    "Mérida": (-89.6, 21.0),
    "Tapachula": (-92.3, 14.9),
    "León": (-101.7, 21.1),
}
SPAIN = {
    "A Coruña": (-8.4, 43.4),
    "Barcelona": (2.2, 41.4),
    "Málaga": (-4.4, 36.7),
    "Las Palmas": (-15.4, 28.1),
}
FIJI = {
    "Suva": (178.4, -18.1),
    "Labasa": (179.4, -16.4),
    "Taveuni": (-179.9, -16.9),
    "Lakeba": (-178.8, -18.2),
}
KENYA = {"Nairobi": (36.8, -1.3), "Mombasa": (39.7, -4.1), "Lodwar": (35.6, 3.1), "Moyale": (39.1, 3.5)}
CHILE = {"Arica": (-70.3, -18.5), "Santiago": (-70.7, -33.4), "Punta Arenas": (-70.9, -53.2)}
WORLD = {"Lima": (-77.0, -12.0), "Tokyo": (139.7, 35.7), "Cape Town": (18.4, -33.9), "Oslo": (10.8, 59.9)}
NATIONS = [MEXICO, SPAIN, FIJI, KENYA, CHILE, WORLD]
NAMES = ["Mexico", "Spain", "Fiji", "Kenya", "Chile", "world"]


def degrees(places):
    return tuple(np.array(side) for side in zip(*places.values(), strict=True))


def table(places):
    longitude, latitude = degrees(places)
    size = [float(10**6 - at) for at in range(len(places))]
    return pl.DataFrame(
        {
            "code": [*places], "name": [*places], "longitude": longitude, "latitude": latitude,
            "size": size, "building": [[0]] * len(places), "finished": [[0]] * len(places),
            "projects": [1] * len(places),
        }
    )  # fmt: skip


def circles(places):
    """Where the renderer draws each place of a map of 500 to 400."""
    spec = charts.year_map(table(places), [2020], 2020, width=500, height=400)
    drawn = charts.render(spec).decode().split("places")[1].split("mark-text")[0]
    found = re.findall(r'transform="translate\((-?[\d.]+),(-?[\d.]+)\)"', drawn)
    return np.array([(float(x), float(y)) for x, y in found if (x, y) != ("0", "0")])[: len(places)]


@pytest.mark.parametrize("places", NATIONS, ids=NAMES)
def test_every_projection_agrees_with_the_renderers(places):
    x, y = fitted(*degrees(places)).project(*degrees(places))
    drawn = circles(places)
    scale = np.hypot(*(drawn[1] - drawn[0])) / np.hypot(x[1] - x[0], y[1] - y[0])
    ours = np.column_stack([(x - x[0]) * scale, (y[0] - y) * scale])

    assert drawn - drawn[0] == pytest.approx(ours, abs=0.02)


@pytest.mark.parametrize("places", NATIONS, ids=NAMES)
def test_every_place_lies_inside_the_frame_and_the_frame_is_filled(places):
    drawn = circles(places)

    assert ((drawn > 0) & (drawn < [500, 400])).all()
    extent = np.ptp(drawn, axis=0)
    whole = drawn - drawn.min(axis=0)
    whole = whole / (extent / [500 - 68, 400 - 68]).max() + 34  # as it would fill the whole of the frame
    is_under_legends = ((whole[:, 0] < 260) & (whole[:, 1] > 400 - 150)).any()
    below = 150 if is_under_legends else 34
    assert (extent / [500 - 68, 400 - 34 - below]).max() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("places", NATIONS, ids=NAMES)
def test_north_is_up_and_east_is_right_in_the_middle_of_every_map(places):
    shape = fitted(*degrees(places))
    middle = np.array([shape.meridian, shape.meridian + 0.1, shape.meridian])
    height = float(np.mean(degrees(places)[1]))
    x, y = shape.project(middle, np.array([height, height, height + 0.1]))

    assert x[1] > x[0]
    assert abs(y[1] - y[0]) < 0.01 * (x[1] - x[0])
    assert y[2] > y[0]
    assert abs(x[2] - x[0]) < 1e-9


@pytest.mark.parametrize("places", NATIONS, ids=NAMES)
def test_every_projection_keeps_areas(places):
    """A small square of degrees has the area cos(latitude) of the globe wherever it lies."""
    shape, step = fitted(*degrees(places)), 1e-4
    for longitude, latitude in places.values():
        at = np.array([[longitude, latitude], [longitude + step, latitude], [longitude, latitude + step]])
        x, y = shape.project(at[:, 0], at[:, 1])
        across, up = (x[1] - x[0], y[1] - y[0]), (x[2] - x[0], y[2] - y[0])
        area = abs(across[0] * up[1] - across[1] * up[0]) / np.radians(step) ** 2
        assert area == pytest.approx(np.cos(np.radians(latitude)), rel=2e-4)


def test_places_on_both_sides_of_the_180th_meridian_stand_together():
    shape = fitted(*degrees(FIJI))
    x, _ = shape.project(*degrees(FIJI))

    assert shape.meridian == pytest.approx(179.8)
    assert np.ptp(x) < 0.06  # 2.8 degrees, not 358
    assert [*np.argsort(x)] == [0, 1, 2, 3]


def test_a_nation_is_drawn_by_a_cone_whose_parallels_lie_within_it():
    shape = fitted(*degrees(MEXICO))

    assert shape.kind == "conic"
    assert shape.meridian == pytest.approx((-117.0 - 89.6) / 2)
    assert 14.9 < shape.south < shape.north < 32.5


def test_about_the_equator_the_cone_is_a_cylinder():
    shape = fitted(*degrees(KENYA))

    assert shape.south == -shape.north < 0


def test_what_goes_half_around_the_globe_is_drawn_by_equal_earth():
    assert fitted(*degrees(WORLD)).kind == "world"


def test_one_place_and_none_have_a_projection_too():
    one = np.array([2.35]), np.array([48.86])

    assert np.isfinite(fitted(*one).project(*one)).all()
    assert fitted(np.array([]), np.array([])).kind == "world"
    assert charts.render(charts.year_map(table(MEXICO).clear(), [2020], 2020))


def test_a_setting_names_a_projection_and_a_wrong_one_is_refused():
    nothing = np.array([])

    assert projection_of("conic 105 25 47", nothing, nothing) == Projection("conic", 105.0, 25.0, 47.0)
    with pytest.raises(InputError, match="'mercator 1 2 3' is not a projection"):
        projection_of("mercator 1 2 3", nothing, nothing)


def test_the_lines_of_degrees_surround_the_places_of_every_nation():
    for places in NATIONS[:-1]:
        shape, (longitude, latitude) = fitted(*degrees(places)), degrees(places)
        (west, south), (east, north) = shape.graticule(longitude, latitude)["extent"]
        around = shape.meridian + (longitude - shape.meridian + 180) % 360 - 180
        assert west < around.min() < around.max() < east
        assert south < latitude.min() < latitude.max() < north
