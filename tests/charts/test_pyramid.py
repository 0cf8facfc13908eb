"""Pyramid: men stand to the left, women to the right, and the band of each age is a line."""

import polars as pl
import pytest

from urbium.charts import render
from urbium.charts.pyramid import pyramid
from urbium.errors import InputError

ROWS = pl.DataFrame(
    {
        "sex": ["male", "male", "female", "female"],
        "age": [0, 5, 0, 5],
        "value": [30.0, 20.0, 28.0, 21.0],
        "low80": [25.0, 19.0, 24.0, 20.0],
        "high80": [35.0, 21.0, 32.0, 22.0],
    }
)


def rows(spec, layer):
    return spec["layer"][layer]["data"]["values"]


def test_men_stand_to_the_left_and_women_to_the_right():
    sides = {(row["kind"], row["group"]): row["side"] for row in rows(pyramid(ROWS), 0)}

    assert sides["Men", "0-4"] == -30.0
    assert sides["Women", "5+"] == 21.0


def test_the_band_of_men_lies_on_their_side():
    band = rows(pyramid(ROWS), 1)

    assert {(row["low"], row["high"]) for row in band if row["kind"] == "Men"} == {
        (-25.0, -35.0),
        (-19.0, -21.0),
    }


def test_the_oldest_stand_at_the_top():
    assert pyramid(ROWS)["layer"][0]["encoding"]["y"]["sort"] == ["5+", "0-4"]


def test_without_limits_there_is_no_band():
    plain = ROWS.with_columns(low80=pl.lit(None, pl.Float64), high80=pl.lit(None, pl.Float64))

    assert len(pyramid(plain)["layer"]) == 1


@pytest.mark.parametrize("before", [None, ROWS])
def test_a_pyramid_is_drawn(before):
    assert render(pyramid(ROWS, before=before, title="x")).startswith(b"<svg")


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column age"):
        pyramid(ROWS.drop("age"))
