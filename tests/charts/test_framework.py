"""Framework: each pair of indicators once, each node as wide as its weight."""

import math
import re

import polars as pl
import pytest

from urbium import charts
from urbium.errors import InputError

PAIRS = pl.DataFrame(
    {
        "first": ["a", "a", "b", "c", "a"],
        "second": ["b", "c", "c", "b", "a"],
        "coefficient": [0.95, -0.2, -0.8, -0.8, 1.0],
        "p_value": [0.001, 0.4, 0.01, 0.01, 0.0],
        "flag": ["high", "", "negative", "negative", ""],
    }
)
NAMES = {"a": "Beds", "b": "Staff", "c": "Parks"}
MAP = charts.correlation_map(PAIRS, order=["c", "a", "b"], names=NAMES)
NODES = pl.DataFrame(
    {
        "node": ["i", "x", "y", "a", "b", "c"],
        "parent": ["", "i", "i", "x", "x", "y"],
        "name": ["Index", "Economy", "Society", "GDP", "Trade", "Beds"],
        "weight": [None, None, None, 0.3, 0.2, 0.5],
        "remark": ["", "", "", "", "no figures", None],
    },
    schema_overrides={"weight": pl.Float64},
)
RINGS = charts.sunburst(NODES)


def cells(spec):
    return {(row["left"], row["right"]): row for row in spec["data"]["values"]}


def many(count):
    ids = [f"i{number:02}" for number in range(count)]
    pairs = [(one, other) for place, one in enumerate(ids) for other in ids[place + 1 :]]
    return pl.DataFrame(
        {"first": [one for one, _ in pairs], "second": [other for _, other in pairs],
         "coefficient": [0.5] * len(pairs), "p_value": [0.1] * len(pairs), "flag": [False] * len(pairs)}
    )  # fmt: skip


def pieces(spec):
    return {piece["name"]: piece for piece in spec["data"][0]["values"]}


@pytest.mark.parametrize(
    "spec", [MAP, RINGS, charts.correlation_map(many(91))], ids=["map", "rings", "large"]
)
def test_a_chart_of_the_framework_is_drawn(spec):
    assert charts.render(spec).startswith(b"<svg")


def test_each_pair_stands_once_and_no_indicator_beside_itself():
    assert set(cells(MAP)) == {("Parks", "Beds"), ("Parks", "Staff"), ("Beds", "Staff")}


def test_a_flag_is_a_sign_that_says_the_direction():
    assert {pair: row["sign"] for pair, row in cells(MAP).items()} == {
        ("Parks", "Beds"): "",
        ("Parks", "Staff"): "▼",
        ("Beds", "Staff"): "▲",
    }


def test_a_flag_may_be_true_or_false():
    found = cells(charts.correlation_map(PAIRS.with_columns(flag=pl.col("flag") == "high"), names=NAMES))
    assert [row["sign"] for row in found.values()] == ["▲", "", ""]


def test_a_flag_that_is_not_known_is_no_flag():
    found = cells(charts.correlation_map(PAIRS.with_columns(flag=pl.lit(None, pl.String)), names=NAMES))
    assert {row["sign"] for row in found.values()} == {""}


def test_each_cell_carries_its_figure_with_a_true_minus():
    assert {row["told"] for row in cells(MAP).values()} == {"0.95", "−0.20", "−0.80"}
    picture = charts.render(MAP).decode()
    assert all(f">{figure}<" in picture for figure in ("0.95", "−0.20", "−0.80"))


def test_a_correlation_that_rounds_to_nothing_has_no_sign():
    almost = PAIRS.with_columns(coefficient=pl.lit(-0.004))
    assert {row["told"] for row in cells(charts.correlation_map(almost)).values()} == {"0.00"}


def test_the_figures_of_many_indicators_are_left_to_the_pointer():
    assert len(charts.correlation_map(many(20))["layer"]) == 3
    assert len(charts.correlation_map(many(21))["layer"]) == 2


def test_every_indicator_of_a_large_map_has_its_place():
    large = charts.correlation_map(many(91))
    assert large["height"]["step"] * 90 == pytest.approx(900)
    assert large["width"] >= 91 * 10
    assert len(large["data"]["values"]) == 91 * 90 / 2


def test_two_indicators_of_one_name_are_told_apart():
    found = cells(charts.correlation_map(PAIRS, names={"a": "Beds", "b": "Beds", "c": "Parks"}))
    assert ("Beds (a)", "Beds (b)") in found


def test_what_is_not_known_has_no_cell():
    gap = PAIRS.with_columns(coefficient=pl.Series([None, -0.2, -0.8, -0.8, 1.0]))
    assert len(charts.correlation_map(gap)["data"]["values"]) == 2


def test_a_map_of_nothing_is_still_drawn():
    assert charts.render(charts.correlation_map(PAIRS.head(0))).startswith(b"<svg")


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column p_value, flag"):
        charts.correlation_map(PAIRS.drop("p_value", "flag"))


def test_a_pillar_is_as_wide_as_its_indicators_together():
    found = pieces(RINGS)
    assert (found["Economy"]["from"], found["Economy"]["to"]) == (0.0, 0.5)
    assert (found["GDP"]["from"], found["GDP"]["to"]) == (0.0, 0.3)
    assert (found["Trade"]["from"], found["Trade"]["to"]) == (0.3, 0.5)
    assert (found["Society"]["from"], found["Society"]["to"]) == (0.5, 1.0)
    assert (found["Beds"]["from"], found["Beds"]["to"]) == (0.5, 1.0)


def test_an_indicator_stands_outside_its_pillar_and_has_its_colour():
    found = pieces(RINGS)
    assert found["GDP"]["inner"] == found["Economy"]["outer"]
    assert found["GDP"]["outer"] == pytest.approx(1.0)
    assert found["GDP"]["fill"] == found["Economy"]["fill"]
    assert found["Beds"]["fill"] == found["Society"]["fill"] != found["GDP"]["fill"]


def test_an_indicator_that_does_not_count_is_grey_and_says_why():
    found = pieces(RINGS)
    assert found["Trade"]["fill"] != found["GDP"]["fill"]
    assert found["Trade"]["remark"] == "no figures"
    assert found["Beds"]["remark"] == ""


def test_an_indicator_directly_below_the_root_reaches_to_the_rim():
    flat = pl.concat(
        [NODES, NODES.tail(1).with_columns(node=pl.lit("d"), parent=pl.lit("i"), name=pl.lit("Air"))]
    )
    air = pieces(charts.sunburst(flat))["Air"]
    assert air["outer"] == pytest.approx(1.0)


def test_the_pieces_are_drawn_with_the_angles_of_their_weights():
    picture = charts.render(RINGS).decode()
    paths = dict(re.findall(r'aria-label="(\w+), [\d.]+%"[^>]*? d="([^"]+)"', picture))
    start = re.match(r"M(-?[\d.]+),(-?[\d.]+)A", paths["Society"])
    x, y = float(start[1]), float(start[2])
    assert math.atan2(x, -y) == pytest.approx(math.pi, abs=0.01)


def test_a_framework_without_weights_is_drawn_empty():
    bare = NODES.with_columns(weight=pl.lit(None, pl.Float64))
    assert {piece["share"] for piece in pieces(charts.sunburst(bare)).values()} == {0.0}


@pytest.mark.parametrize("roots", [["i", "x", "x"], ["", "", "i"]])
def test_a_framework_has_one_root(roots):
    table = NODES.head(3).with_columns(parent=pl.Series(roots))
    with pytest.raises(InputError, match="roots"):
        charts.sunburst(table)
