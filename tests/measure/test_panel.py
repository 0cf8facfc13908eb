from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.measure.index import measure_index
from urbium.measure.panel import measure_panel
from urbium.model import Choice

COVER = {"unit": "%", "area": "urban districts"}


@pytest.fixture
def declared(catalogue, indicators, variables):
    return replace(catalogue, indicators=indicators, variables=variables, proxies=(), variations=())


@pytest.fixture
def places():
    return pl.DataFrame({"code": ["a", "b", "c"], "name_en": ["A", "B", "C"], "level": ["x", "x", "y"]})


@pytest.fixture
def covers(observe):
    """Green cover of three cities in two years: 10, 20, 30 and then 20, 40, nothing."""
    first = observe(
        ("a", "cover", 2010, 10.0), ("b", "cover", 2010, 20.0), ("c", "cover", 2010, 30.0), **COVER
    )
    return first.vstack(observe(("a", "cover", 2011, 20.0), ("b", "cover", 2011, 40.0), **COVER))


@pytest.fixture
def panel(covers, flat_index, declared, places):
    return measure_panel(covers, flat_index("cover"), declared, cities=places, periods=[2011, 2010])


def test_all_years_are_on_one_scale(panel):
    """Min-max by hand over 10 to 40, whatever the year."""
    found = {(row["city"], row["period"]): row["score"] for row in panel.table.iter_rows(named=True)}

    assert found == {
        ("a", 2010): 0.0,
        ("b", 2010): pytest.approx(100 / 3),
        ("c", 2010): pytest.approx(200 / 3),
        ("a", 2011): pytest.approx(100 / 3),
        ("b", 2011): 100.0,
        ("c", 2011): None,
    }


def test_ranks_are_those_within_a_year_and_years_stand_in_their_order(panel):
    assert panel.table.select("city", "period", "rank").rows() == [
        ("c", 2010, 1),
        ("b", 2010, 2),
        ("a", 2010, 3),
        ("b", 2011, 1),
        ("a", 2011, 2),
        ("c", 2011, None),
    ]


def test_coverage_and_reason_stand_beside_each_score(panel):
    last = panel.table.row(-1, named=True)

    assert last["coverage"] == 0.0
    assert last["reason"] == "indicators known: 0 of 1 (0%); the index requires 50%"
    assert panel.table["coverage"].to_list()[:5] == [1.0] * 5


def test_the_goalposts_name_the_city_and_the_year(panel):
    assert panel.goalposts.rows() == [("cover", 10.0, "a", 2010, 40.0, "b", 2011)]


def test_the_scores_of_a_year_can_be_taken_on_their_own(panel):
    year = panel.year(2011)

    assert year.period == 2011
    assert year.indicators["value"].to_list() == [20.0, 40.0, None]
    assert year.build.raw.values[:2, 0].tolist() == [20.0, 40.0]
    assert year.build.raw.years.tolist() == [2011, 2011, 2011]
    assert [len(stage.matrix.rows) for stage in year.build.stages] == [3, 3]
    assert year.build.stages[0].details["is_in"].tolist() == [True, True, False]
    assert year.build.scores.shape == (3, 2)


def test_a_year_that_was_not_measured_is_not_found(panel):
    with pytest.raises(NotFoundError, match="there are no scores for the year 2012"):
        panel.year(2012)


def test_the_explanation_goes_year_by_year_down_to_cells(panel):
    told = panel.explain("b")

    assert [each.period for each in told.children] == ["2010", "2011"]
    assert told.period == "2010 to 2011"
    assert [origin.cell for origin in told.sources] == ["C14"]
    assert [each.value for each in told.children] == [pytest.approx(100 / 3), 100.0]


def test_a_city_that_was_not_measured_is_not_explained(panel):
    with pytest.raises(NotFoundError, match="did you mean|choose one of"):  # noqa: RUF043
        panel.explain("d")


def test_a_panel_of_one_year_is_the_measurement_of_that_year(demo_figures, demo_cities, catalogue):
    index = catalogue.indices["yearbook"]
    one = measure_index(demo_figures, index, catalogue, cities=demo_cities, period=2012, runs=0)

    panel = measure_panel(demo_figures, index, catalogue, cities=demo_cities, periods=[2012])

    assert panel.year(2012).table.equals(one.table)
    assert panel.year(2012).pillars.equals(one.pillars)
    assert panel.year(2012).indicators.equals(one.indicators)
    assert panel.year(2012).goalposts.equals(one.goalposts)


def test_money_of_several_years_is_cautioned_against(demo_figures, demo_cities, catalogue):
    index = catalogue.indices["yearbook"]

    panel = measure_panel(demo_figures, index, catalogue, cities=demo_cities, periods=[2011, 2012])

    first = panel.cautions[0]
    assert first.startswith("at current prices")
    assert "GDP per registered head" in first
    assert "Industrial sulphur dioxide per GDP" in first
    assert "Tertiary share" not in first
    assert "Green cover" not in first
    assert "up to 3 years older" in panel.cautions[1]
    noted = "Industrial sulphur dioxide per GDP and Industrial soot and dust per GDP: "
    assert (
        f"{noted}in current prices: cities can be compared within one year, but years cannot be compared"
        in panel.cautions
    )
    assert panel.facts["cautions"] == list(panel.cautions)
    assert panel.cautions[0] in panel.explain("340100").note


def test_without_money_notes_or_old_figures_there_is_no_caution(panel):
    assert panel.cautions == ()


def test_nearest_year_fills_in_from_the_other_years_of_the_city(covers, flat_index, declared, places):
    index = replace(flat_index("cover"), steps=Choice.row("impute-nearest-year > min-max"))

    panel = measure_panel(covers, index, declared, cities=places, periods=[2010, 2011], availability=0.0)

    assert dict(panel.year(2011).table.select("city", "score").iter_rows())["c"] == pytest.approx(200 / 3)
    assert panel.year(2011).table.filter(city="c")["coverage"].item() == 0.0


def test_groups_are_those_of_the_cities_in_every_year(covers, flat_index, declared, places):
    index = replace(flat_index("cover"), steps=Choice.row("impute-mean(group=level) > min-max"))

    panel = measure_panel(covers, index, declared, cities=places, periods=[2010, 2011], availability=0.0)

    assert panel.build.raw.groups["level"].tolist() == ["x", "x", "y"] * 2
    assert panel.build.normalised[5, 0] == pytest.approx(200 / 3)  # the mean of level y is 30


@pytest.mark.parametrize("order", [["c", "b", "a"], ["b", "c", "a"]])
def test_the_order_of_the_cities_changes_no_score(covers, flat_index, declared, places, order):
    index = replace(flat_index("cover"), steps=Choice.row("impute-mean(group=level) > min-max"))
    turned = pl.DataFrame({"code": order}).join(places, on="code", how="left", maintain_order="left")
    uneven = covers.with_columns(value=pl.when(pl.col("value") == 40).then(90.0).otherwise("value"))

    panels = [
        measure_panel(uneven, index, declared, cities=each, periods=[2010, 2011], availability=0.0)
        for each in (places, turned)
    ]

    assert panels[0].table.equals(panels[1].table)
    assert dict(panels[1].year(2011).table.select("city", "score").iter_rows())["c"] == 100 * (30 - 10) / 80


def test_the_panel_says_what_it_is(panel):
    assert repr(panel) == "Panel of 3 cities, flat, 2010 to 2011"
    assert panel.settings["periods"] == [2010, 2011]
    assert "period" not in panel.settings
    assert panel.periods == (2010, 2011)


@pytest.mark.parametrize(
    ("periods", "span"),
    [([2010], "2010"), ([2010, 2012], "2010 and 2012"), ([2010, 2011, 2012], "2010 to 2012")],
)
def test_years_with_a_gap_are_listed(covers, flat_index, declared, places, periods, span):  # noqa: PLR0917
    panel = measure_panel(covers, flat_index("cover"), declared, cities=places, periods=periods)

    assert repr(panel).endswith(span)


@pytest.mark.parametrize(
    ("periods", "words"), [([], "needs at least one year"), ([2010, 2010], "listed twice")]
)
def test_years_are_given_once_each(covers, flat_index, declared, places, periods, words):  # noqa: PLR0917
    with pytest.raises(InputError, match=words):
        measure_panel(covers, flat_index("cover"), declared, cities=places, periods=periods)


def test_an_availability_that_is_no_share_is_refused(covers, flat_index, declared, places):
    with pytest.raises(InputError, match=r"must be known, 1\.5, is not between 0 and 1"):
        measure_panel(covers, flat_index("cover"), declared, cities=places, periods=[2010], availability=1.5)


def test_the_chart_shows_the_leaders_over_the_years(panel):
    drawn = panel.chart()["data"]["values"]
    assert "Flat index, 2010 to 2011" in str(panel.chart()["title"])

    assert {(row["name"], row["year"]) for row in drawn} == {
        ("A", 2010), ("A", 2011), ("B", 2010), ("B", 2011), ("C", 2010)
    }  # fmt: skip


def test_raising_a_figure_of_one_year_leaves_no_other_score_above_what_it_was(
    covers, flat_index, declared, places
):
    raised = covers.with_columns(
        value=pl.when((pl.col("city") == "b") & (pl.col("period") == "2011")).then(80.0).otherwise("value")
    )

    panel = measure_panel(raised, flat_index("cover"), declared, cities=places, periods=[2010, 2011])

    assert np.nanmax(panel.build.root[:4]) == pytest.approx(100 * (30 - 10) / 70)
