"""Charts of plans beside each other."""

import json

import polars as pl
import pytest

from urbium import charts

FRONT = pl.DataFrame({"capital": [2.0, 1.0], "worth": [5.0, 3.0], "bound": [5.5, 3.0]})
DRAWS = pl.DataFrame({"plan": ["plain"] * 4 + ["robust"] * 2, "worth": [4.0, 1.0, 2.0, 3.0, 2.5, 2.0]})
SPECS = {
    "tradeoff": charts.tradeoff(FRONT, x="capital", y="worth", most="bound"),
    "chances": charts.chances(DRAWS),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_is_drawn_as_a_vector_picture(name):
    assert charts.render(SPECS[name]).startswith(b"<svg")


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_asks_for_nothing_from_outside(name):
    assert '"url"' not in json.dumps(SPECS[name])


def test_the_points_of_a_front_stand_in_the_order_of_the_first_aim():
    assert [row["capital"] for row in SPECS["tradeoff"]["data"]["values"]] == [1.0, 2.0]


def test_every_draw_reaches_the_least_worth_and_one_in_four_the_most():
    plain = [row for row in SPECS["chances"]["data"]["values"] if row["plan"] == "plain"]

    assert [(row["worth"], row["chance"]) for row in plain] == [(1, 100), (2, 75), (3, 50), (4, 25)]
