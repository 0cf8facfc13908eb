"""The sector triangle and the shares over time: where things stand, and that they can be drawn."""

import numpy as np
import polars as pl
import pytest

from urbium.charts import render
from urbium.charts.triangle import shares, triangle
from urbium.errors import InputError

PARTS = ("agriculture", "industry", "services")


def points(*rows):
    table = pl.DataFrame(rows, schema=["year", "kind", *PARTS], orient="row")
    return table.with_columns(series=pl.lit("output"))


PATH = points(
    (2000, "observed", 0.5, 0.3, 0.2), (2010, "observed", 0.2, 0.4, 0.4), (2020, "projected", 0.1, 0.3, 0.6)
)


def placed(row):
    spec = triangle(points((2000, "observed", *row)), PATH, parts=PARTS)
    dots = next(layer for layer in spec["layer"] if "tooltip" in layer["encoding"])
    return dots["data"]["values"][0]["x"], dots["data"]["values"][0]["y"]


@pytest.mark.parametrize(
    ("row", "corner"),
    [
        ((1.0, 0.0, 0.0), (0, 0)),
        ((0.0, 1.0, 0.0), (0.5, np.sqrt(3) / 2)),
        ((0.0, 0.0, 1.0), (1, 0)),
        ((1 / 3, 1 / 3, 1 / 3), (0.5, np.sqrt(3) / 6)),
    ],
)
def test_a_whole_in_one_part_is_a_corner_and_equal_parts_are_the_middle(row, corner):
    assert placed(row) == pytest.approx(corner)


def test_the_corners_bear_the_names_of_the_parts():
    spec = triangle(PATH, PATH, parts=PARTS)
    words = {row["text"] for layer in spec["layer"] for row in layer["data"]["values"] if "text" in row}
    assert {"all agriculture", "all industry", "all services", "20%", "80%"} <= words


def test_the_outlook_begins_where_the_observed_path_ends():
    spec = triangle(PATH, PATH, parts=PARTS)
    line = next(layer for layer in spec["layer"] if "strokeDash" in layer["encoding"])
    outlook = [row["year"] for row in line["data"]["values"] if row["kind"] == "Projected (median)"]
    assert outlook == [2010, 2020]


def test_a_missing_part_is_named():
    with pytest.raises(InputError, match="no column industry"):
        triangle(PATH.drop("industry"), PATH, parts=PARTS)


def test_the_triangle_can_be_drawn():
    assert render(triangle(PATH, PATH, parts=PARTS, title="x")).startswith(b"<svg")


def over_time():
    bands = {"low80": 0.4, "high80": 0.6, "low95": 0.3, "high95": 0.7}
    rows = [
        {"sector": sector, "year": 2000 + at, "value": 0.5, "kind": "projected" if at else "observed"}
        | ({name: bands[name] if at else None for name in bands})
        for sector in ("services", "industry")
        for at in range(3)
    ]
    return pl.DataFrame(rows)


def test_bands_open_at_the_last_observed_figure():
    band = shares(over_time())["layer"][0]["data"]["values"]
    first = [row for row in band if row["year"] == 2000]
    assert {(row["low95"], row["high95"]) for row in first} == {(0.5, 0.5)}


def test_the_legend_follows_the_order_asked_for():
    line = next(
        layer for layer in shares(over_time(), order=["industry", "services"])["layer"]
        if layer["mark"]["type"] == "line"
    )  # fmt: skip
    assert line["encoding"]["color"]["scale"]["domain"] == ["industry", "services"]


def test_shares_over_time_can_be_drawn():
    assert render(shares(over_time(), title="x")).startswith(b"<svg")


def test_what_is_projected_is_drawn_as_a_broken_line():
    path = next(
        layer
        for layer in triangle(points((2000, "observed", 0.5, 0.3, 0.2)), PATH, parts=PARTS)["layer"]
        if "strokeDash" in layer["encoding"]
    )
    assert path["encoding"]["strokeDash"]["scale"]["range"] == [[1, 0], [5, 4]]
