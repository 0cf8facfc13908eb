"""Charts: specifications hold the data given and nothing from outside; drawings show it."""

import json
import re
from pathlib import Path

import polars as pl
import pytest

from urbium import charts
from urbium.charts import theme
from urbium.errors import InputError
from urbium.text import language

FAN = pl.DataFrame(
    {
        "year": [2010, 2015, 2020, 2025],
        "value": [100.0, 110.0, 120.0, 130.0],
        "low80": [None, None, 110.0, 115.0],
        "high80": [None, None, 130.0, 150.0],
        "low95": [None, None, 100.0, 100.0],
        "high95": [None, None, 140.0, 170.0],
        "kind": ["observed", "observed", "projected", "projected"],
    }
)
MONEY = pl.DataFrame(
    {
        "year": [2016, 2016, 2016, 2017],
        "fund": ["Nation", "City", "City", "City"],
        "amount": [3.0, 1.0, 2.0, 0.0],
    }
)
PROJECTS = pl.DataFrame({"solution": ["Base map", "Security"], "start": [2016, 2017], "finish": [2017, 2017]})
STARTS = pl.DataFrame({"solution": ["Base map", "Base map"], "year": [2016, 2017], "projects": [3, 8]})
SCORES = pl.DataFrame({"name": ["Hefei", "Wuhu", "Anqing"], "score": [61.0, None, 40.0]})
SPECS = {
    "fan": charts.fan(FAN, y_title="Persons"),
    "money": charts.money(MONEY),
    "timeline": charts.timeline(PROJECTS),
    "starts": charts.starts(STARTS),
    "ranking": charts.ranking(SCORES),
    "histogram": charts.histogram(SCORES, mark=61.0),
}


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_is_drawn_as_a_vector_picture(name):
    assert charts.render(SPECS[name]).startswith(b"<svg")


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_asks_for_nothing_from_outside(name):
    addresses = re.findall(r'"(?:url|href)": *"([^"]*)"', json.dumps(SPECS[name]))
    assert addresses == []


def test_a_chart_is_drawn_as_png_and_pdf():
    assert charts.render(SPECS["ranking"], "png").startswith(b"\x89PNG")
    assert charts.render(SPECS["ranking"], "pdf").startswith(b"%PDF")


def test_a_chart_that_would_load_data_from_elsewhere_is_refused():
    spec = SPECS["ranking"] | {"data": {"url": "http://127.0.0.1:9/data.csv"}}
    with pytest.raises(InputError, match="cannot be drawn"):
        charts.render(spec)


def test_the_ranking_leaves_out_what_has_no_score_and_starts_with_the_highest():
    assert [row["name"] for row in SPECS["ranking"]["data"]["values"]] == ["Hefei", "Anqing"]


def test_the_ranking_writes_each_score():
    drawn = charts.render(SPECS["ranking"]).decode()
    assert ">61.0<" in drawn
    assert ">40.0<" in drawn


def test_the_bands_of_a_fan_open_at_the_last_observed_value():
    bands = pl.DataFrame(SPECS["fan"]["layer"][0]["data"]["values"]).filter(pl.col("year") == 2015)
    assert bands.select("low", "high").rows() == [(110.0, 110.0), (110.0, 110.0)]


def test_the_projected_line_of_a_fan_begins_where_the_observed_one_ends():
    line = SPECS["fan"]["layer"][1]["data"]["values"]
    assert [(row["year"], row["kind"]) for row in line if row["year"] == 2015] == [
        (2015, "Observed"),
        (2015, "Projected"),
    ]


def test_money_of_one_fund_and_year_is_summed_and_noughts_are_left_out():
    rows = [(row["year"], row["fund"], row["amount"]) for row in SPECS["money"]["data"]["values"]]
    assert rows == [(2016, "City", 3.0), (2016, "Nation", 3.0)]


def test_money_is_stacked_in_the_order_given():
    rows = charts.money(MONEY, order=["Nation"])["data"]["values"]
    assert {row["fund"]: row["place"] for row in rows} == {"Nation": 0, "City": 1}


def test_a_bar_of_the_timeline_covers_its_last_build_year():
    assert [(row["start"], row["end"]) for row in SPECS["timeline"]["data"]["values"]] == [
        (2016, 2018),
        (2017, 2018),
    ]


def test_the_timeline_names_each_year_once():
    drawn = charts.render(SPECS["timeline"]).decode()
    assert [drawn.count(f">{year}<") for year in (2016, 2017, 2018)] == [1, 1, 1]


def test_each_cell_of_the_starts_carries_its_figure():
    drawn = charts.render(SPECS["starts"]).decode()
    assert ">3<" in drawn
    assert ">8<" in drawn


def test_the_heading_names_all_that_are_highest_and_of_classes_what_is_counted():
    def heading(figures, **more):
        table = pl.DataFrame({"name": ["up to a day", "2 to 7 days", "over"], "score": figures})
        return charts.ranking(table, **more)["usermeta"].get("finding", "")

    assert heading([1, 3, 2]) == "Highest: 2 to 7 days, 3"
    assert heading([1, 3, 3]) == "Highest: 2 to 7 days and over, 3 each"
    assert heading([3, 3, 3]) == ""
    counted = heading([1, 3, 2], is_ordered=True, value_title="open requests")
    assert counted == "Most: 2 to 7 days (open requests: 3)"


def test_a_missing_column_is_named_with_those_that_are_there():
    with pytest.raises(InputError, match="no column score") as caught:
        charts.ranking(pl.DataFrame({"name": ["Hefei"]}))
    assert "name" in caught.value.remedy


def test_the_module_of_the_browser_is_kept_and_needs_no_network(tmp_path):
    first = charts.bundle(tmp_path)
    kept = tmp_path / charts.bundle_name()
    assert kept.read_bytes() == first
    assert b"expressionInterpreter" in first
    assert charts.bundle(tmp_path) == first


def test_the_module_is_built_even_where_it_cannot_be_kept(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert charts.bundle(blocked / "folder").startswith(
        (b"var", b"import", b"const", b"let", b"function", b"class", b"/")
    )


def test_the_colours_of_charts_are_those_of_the_token_file():
    tokens = (Path(charts.__file__).parents[1] / "web" / "static" / "tokens.css").read_text(encoding="utf-8")
    used = {
        theme.INK,
        theme.MUTED,
        theme.FAINT,
        theme.LINE,
        theme.PAPER,
        theme.ACCENT,
        theme.WARM,
        theme.TINT,
    }
    assert used | {*theme.RAMP} | {*theme.CATEGORIES} | {*theme.DIVERGING} <= set(
        re.findall(r"#[0-9a-f]{6}", tokens)
    )


def test_the_ramp_darkens_at_every_step():
    def lightness(colour):
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    steps = [lightness(colour) for colour in theme.RAMP]
    assert steps == sorted(steps, reverse=True)


def test_the_inner_band_of_a_fan_is_drawn_over_the_outer_one():
    bands = charts.fan(FAN)["layer"][0]["data"]["values"]
    assert [row["band"] for row in bands if row["year"] == 2020] == ["95% band", "80% band"]
    assert next(row["band"] for row in bands) == "95% band"


def test_a_chinese_chart_counts_large_money_in_hundred_millions():
    with language("zh"):
        spec = charts.money(MONEY.with_columns(pl.col("amount") * 1e4), currency="CNY")
    assert spec["layer"][0]["encoding"]["y"]["title"] == "亿元"
    assert sorted(row["amount"] for row in spec["data"]["values"]) == [300.0, 300.0]
    assert spec["usermeta"]["finding"].startswith("2016年最高，为600亿元")
