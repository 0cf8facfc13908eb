"""The result of a nation: what it says of itself, its charts and its reasons."""

import numpy as np
import polars as pl
import pytest

from urbium.charts import render
from urbium.errors import NotFoundError
from urbium.forecast.nation.reconciliation import reconcile_nation
from urbium.forecast.paths import Paths


def figure(city, variable, year, value, **other):
    row = {"city": city, "variable": variable, "period": str(year), "value": float(value), "unit": "persons",
           "area": "agglomeration", "status": "reported", "source": "census", "file": "people.csv",
           "cell": f"row {year}"}  # fmt: skip
    return row | other


@pytest.fixture(scope="module")
def nation():
    """Return a nation of two agglomerations, with a prefecture that is not in the sum."""
    rows = [
        row
        for at, year in enumerate((2000, 2005, 2010))
        for row in (
            figure("A", "population", year, 1e6 * 1.1**at), figure("B", "population", year, 5e5 * 1.05**at),
            figure("N", "urban_population", year, 4e6 * 1.1**at, area="national"),
            figure("N", "urban_population_share", year, 40 + 2 * at, unit="%", area="national"),
        )
    ]  # fmt: skip
    years = np.arange(2011, 2021)
    rng = np.random.default_rng(1)
    noise = np.exp(np.cumsum(rng.normal(0.02, 0.02, (3, 10, 200)), axis=1))
    size = np.array([1.21e6, 5.5e5, 2e6])[:, None, None]
    return reconcile_nation(
        Paths(("A", "B", "C"), years, size * noise), pl.DataFrame(rows), to=2020,
        area={"A": "agglomeration", "B": "agglomeration", "C": "prefecture"},
        names={"A": "Alpha", "C": "Gamma"},
    )  # fmt: skip


def test_it_says_in_a_sentence_what_it_is(nation):
    assert repr(nation) == (
        "Nation to 2020: 2 cities, other urban areas and rural areas (1 city is not included in the total)"
    )


def test_its_notes_say_why_a_city_is_not_in_the_sum(nation):
    assert nation.notes[-1].startswith("1 city is not included in the total: its population is partly rural")


def test_the_urban_share_is_observed_then_projected_with_bands(nation):
    assert nation.share["year"].to_list() == [2000, 2005, *range(2010, 2021)]
    assert nation.share.filter(kind="observed")["value"].to_list() == [0.40, 0.42, 0.44]
    last = nation.share.row(-1, named=True)
    assert 0 < last["low95"] < last["low80"] < last["value"] < last["high80"] < last["high95"] < 1


def test_the_explanation_ends_at_cells_and_tells_the_move(nation):
    told = nation.explain("A")
    assert told.what == "Population of Alpha"
    assert told.children[0].what == "Before reconciliation"
    assert "changed by" in told.children[0].note
    assert {origin.file for origin in told.sources} == {"people.csv"}


def test_a_sum_is_explained_by_national_figures_and_declared_rows(nation):
    told = nation.explain("other urban")
    files = {origin.file for origin in told.sources}
    declared = {node.what for node in told.walk() if node.kind == "assumption"}
    assert files == {"people.csv", "urbanisation.csv"}
    assert {"share.keep", "outside.keep", "total.keep"} <= declared


def test_a_city_outside_is_told_why(nation):
    with pytest.raises(
        NotFoundError, match=r"Gamma \(prefecture\) is not included in the total: its population"
    ):
        nation.explain("C")


def test_an_unknown_place_is_answered_with_the_nearest(nation):
    with pytest.raises(NotFoundError, match="did you mean 'rural'"):
        nation.explain("rura")


def test_the_chart_stacks_parts_that_reach_the_nation_in_every_year(nation):
    areas, _, lines, *_ = nation.chart()["layer"]
    tops = {row["year"]: row["high"] for row in areas["data"]["values"] if row["part"] == "Rural"}
    whole = {row["year"]: row["value"] for row in lines["data"]["values"] if row["sum"] == "Nation"}
    assert tops.keys() == whole.keys() == {2000, 2005, *range(2010, 2021)}
    assert all(tops[year] == pytest.approx(whole[year]) for year in tops)


@pytest.mark.parametrize("place", ["", "A", "other urban", "urban share"])
def test_every_chart_can_be_drawn(nation, place):
    assert render(nation.chart(place)).startswith(b"<svg")


def test_the_chart_says_the_urban_share_of_the_last_year_with_its_band(nation):
    assert "% urban in 2020 (80% band: " in nation.chart()["title"]["subtitle"][0]


def test_it_saves_its_table(nation, tmp_path):
    assert pl.read_csv(nation.save(tmp_path / "nation.csv")).height == nation.table.height
