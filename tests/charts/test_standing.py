"""Standing: ranks stand on their intervals, profiles on their peers, and what is missing is left out."""

import re

import polars as pl
import pytest

from urbium import charts
from urbium.charts.standing import sides, window
from urbium.errors import InputError
from urbium.text import language

RANKS = pl.DataFrame(
    {
        "city": ["c3", "c1", "c2", "c4", "c5"],
        "name": ["Suzhou", "Hefei", "Suzhou", "Wuhu", "Anqing"],
        "region": ["Jiangsu", "Anhui", "Anhui", "Anhui", "Anhui"],
        "rank": [3, 1, 2, 4, None],
        "rank_low": [2, 1, 1, None, None],
        "rank_high": [4, 2, 3, None, None],
        "tier": [2, 1, 1, None, None],
    }
)
PROFILE = pl.DataFrame(
    {
        "name": ["Economy", "Society"],
        "score": [44.4, None],
        "low": [30.0, 20.0],
        "median": [38.0, None],
        "high": [50.0, 44.0],
    }
)
SIDES = pl.DataFrame({"name": ["Waste", "Beds", "FDI"], "rank": [1, 3, 5], "of": [5, 5, 5]})
YEARS = pl.DataFrame(
    {"name": ["Hefei", "Hefei", "Median"], "year": [2011, 2012, 2012], "score": [4.0, 5.0, 3.0]}
)
SPECS = {
    "ranks": charts.rank_intervals(RANKS, city="c2"),
    "profile": charts.pillar_profile(PROFILE, city="Hefei"),
    "sides": charts.sides(SIDES),
    "years": charts.score_years(YEARS, city="Hefei"),
}


def rows(spec):
    return spec["data"]["values"]


def drawn(name):
    return charts.render(SPECS[name]).decode()


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_of_standing_is_drawn(name):
    assert charts.render(SPECS[name]).startswith(b"<svg")


@pytest.mark.parametrize(
    "draw", [charts.rank_intervals, charts.pillar_profile, charts.sides, charts.score_years]
)
def test_a_missing_column_is_named(draw):
    with pytest.raises(InputError, match="no column"):
        draw(pl.DataFrame({"other": [1]}))


@pytest.mark.parametrize("name", ["ranks", "profile", "sides", "years"])
def test_a_chart_of_nothing_is_still_drawn(name):
    table, draw = {
        "ranks": (RANKS, charts.rank_intervals),
        "profile": (PROFILE, charts.pillar_profile),
        "sides": (SIDES, charts.sides),
        "years": (YEARS, charts.score_years),
    }[name]
    assert charts.render(draw(table.head(0))).startswith(b"<svg")


def test_ranked_cities_come_in_order_and_those_without_a_rank_are_left_out():
    assert [row["city"] for row in rows(SPECS["ranks"])] == ["c1", "c2", "c3", "c4"]


def test_cities_of_one_name_are_told_apart_by_their_province():
    names = [row["name"] for row in rows(SPECS["ranks"])]
    assert names == ["Hefei", "Suzhou (Anhui)", "Suzhou (Jiangsu)", "Wuhu"]


def test_cities_of_one_name_and_no_province_are_told_apart_by_their_code():
    spec = charts.rank_intervals(RANKS.drop("region"))
    assert [row["name"] for row in rows(spec)][1:3] == ["Suzhou (c2)", "Suzhou (c3)"]


def test_cities_of_one_name_and_province_are_told_apart_by_their_code():
    spec = charts.rank_intervals(RANKS.with_columns(region=pl.lit("Anhui")))
    assert [row["name"] for row in rows(spec)][1:3] == ["Suzhou (c2)", "Suzhou (c3)"]


def test_the_first_city_of_a_tier_names_it():
    assert [row["head"] for row in rows(SPECS["ranks"])] == ["group 1", None, "group 2", None]


def test_neighbouring_tiers_are_shaded_in_turn():
    assert [row["band"] for row in rows(SPECS["ranks"])] == [1, 1, 0, 0]


def test_the_scale_of_ranks_reaches_over_all_intervals():
    assert SPECS["ranks"]["layer"][1]["encoding"]["x"]["scale"]["domain"] == [1, 4]


def test_the_rows_keep_their_order_whichever_layer_leaves_some_out():
    names = [row["name"] for row in rows(SPECS["ranks"])]
    assert SPECS["ranks"]["encoding"]["y"]["scale"]["domain"] == names
    at = [drawn("ranks").index(f">{name}</text>") for name in names]
    assert at == sorted(at)


def test_a_city_without_an_interval_has_a_dot_and_no_bar():
    picture = drawn("ranks")
    assert picture.count('aria-roledescription="rule mark"') == 3
    assert picture.count('aria-roledescription="point"') == 4


def test_a_dot_stands_at_its_rank_and_says_rank_interval_and_group():
    point = r'<path aria-label="([^"]*)"[^>]*aria-roledescription="point" transform="translate\(([\d.]+),'
    said, at = zip(*re.findall(point, drawn("ranks")), strict=True)

    assert said[0].endswith("title: Hefei; rank: 1; in at least 90% of the runs: 1–2; group: 1")
    assert sorted({float(place) for place in at}) == [float(place) for place in at]


def test_many_cities_stand_closer_together():
    many = pl.DataFrame(
        {"city": [str(n) for n in range(61)], "name": [f"City {n}" for n in range(61)],
         "rank": range(1, 62), "rank_low": range(1, 62), "rank_high": range(1, 62), "tier": [1] * 61}
    )  # fmt: skip
    assert charts.rank_intervals(many, most=60)["height"]["step"] == 24
    assert charts.rank_intervals(many, most=None)["height"]["step"] == 16
    assert len(rows(charts.rank_intervals(many))) == 30
    assert len(rows(charts.rank_intervals(many, most=None))) == 61


TEN = pl.DataFrame({"city": list("abcdefghij")})


@pytest.mark.parametrize(
    ("city", "most", "shown"),
    [("e", 3, "def"), ("a", 3, "abc"), ("j", 3, "hij"), ("", 3, "abc"), ("z", 3, "abc"),
     ("e", 10, "abcdefghij"), ("e", None, "abcdefghij"), ("i", 4, "ghij"), ("e", 4, "cdef")],
)  # fmt: skip
def test_the_window_holds_the_city_in_its_middle_where_it_can(city, most, shown):
    assert "".join(window(TEN, city, most)["city"]) == shown


def test_a_profile_says_where_a_pillar_has_no_score():
    picture = drawn("profile")
    assert ">no score<" in picture
    assert ">44<" in picture


def test_a_profile_names_the_city_and_its_peers_in_the_legend():
    picture = drawn("profile")
    assert all(
        f">{words}<" in picture for words in ("Hefei", "Median of the peers", "Middle half of the peers")
    )


def test_a_side_is_the_share_of_the_others_that_the_city_is_ahead_of():
    assert [(row["ahead"], row["told"]) for row in rows(SPECS["sides"])] == [
        (100.0, "1 of 5"),
        (50.0, "3 of 5"),
        (0.0, "5 of 5"),
    ]


def test_an_indicator_that_only_one_city_has_is_no_side():
    assert rows(charts.sides(SIDES.with_columns(of=pl.Series([5, 1, 5])))) == [
        {"name": "Waste", "rank": 1, "of": 5, "ahead": 100.0, "told": "1 of 5"},
        {"name": "FDI", "rank": 5, "of": 5, "ahead": 0.0, "told": "5 of 5"},
    ]


def test_each_line_of_years_is_named_at_its_last_year():
    ends = SPECS["years"]["layer"][2]["data"]["values"]
    assert [(row["name"], row["year"]) for row in ends] == [("Hefei", 2012), ("Median", 2012)]


def test_a_year_without_a_score_is_left_out():
    gap = YEARS.with_columns(score=pl.Series([None, 5.0, 3.0]))
    assert [row["year"] for row in rows(charts.score_years(gap))] == [2012, 2012]


def test_a_few_cities_are_compared_by_pillar_in_the_order_of_both():
    rows = pl.DataFrame(
        {"name": ["Society", "Economy"], "place": ["Wuhu", "Hefei"], "score": [20.0, 30.0]},
    )
    spec = charts.pillars_compared(rows, order=["Economy", "Society"], cities=["Hefei", "Wuhu"])

    assert spec["encoding"]["y"]["scale"]["domain"] == ["Economy", "Society"]
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["Hefei", "Wuhu"]
    assert charts.render(charts.compiled(spec)).decode().startswith("<svg")


def test_words_beside_bars_are_in_the_language_that_is_spoken():
    with language("zh"):
        spec = sides(pl.DataFrame({"name": ["Beds", "Parks"], "rank": [1, 5], "of": [5, 5]}))
    assert all(re.search("[\u3400-\u9fff]", row["told"]) for row in spec["data"]["values"])
