"""Forecast of population: which figures speak for a city, clear answers to bad ones, explanations."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbium.errors import InputError, NotFoundError
from urbium.forecast import forecast_population
from urbium.model import OBSERVATION, Source

YEARS = range(1950, 2016, 5)
LIMITS = ["low95", "low80", "value", "high80", "high95"]


def rows(city, values, *, years=YEARS, variable="population_agglomeration", area="agglomeration", **other):
    fixed = {
        "city": city, "variable": variable, "area": area, "unit": "persons", "status": "reported",
        "quality": "measured", "source": "un", "recorded_at": datetime(2020, 1, 1, tzinfo=UTC),
        "recorded_by": "me", "file": "towns.xlsx", "sheet": "People", "reason": "",
    } | other  # fmt: skip
    return [
        fixed
        | {"period": str(year), "value": float(value) if value is not None else None, "cell": f"B{at + 2}"}
        for at, (year, value) in enumerate(zip(years, values, strict=True))
    ]


def table(*parts):
    return pl.DataFrame([row for part in parts for row in part], schema=OBSERVATION, orient="row")


def towns(count=30, factor=1.0):
    """Cities that grow by a rate of their own which wanders."""
    rng = np.random.default_rng(5)
    growth = 0.02 + np.cumsum(rng.normal(0, 0.005, (count, len(YEARS) - 1)), axis=1)
    values = factor * 1e5 * np.exp(np.cumsum(np.pad(5 * growth, ((0, 0), (1, 0))), axis=1))
    return [row for at in range(count) for row in rows(f"T{at:02d}", values[at])]


def ahead(outlook, city):
    return outlook.table.filter(pl.col("city") == city, pl.col("kind") == "projected").sort("year")


def test_every_year_from_the_latest_figure_to_the_last_is_there():
    outlook = forecast_population(table(towns()), to=2035, cities=["T00"])
    assert ahead(outlook, "T00")["year"].to_list() == list(range(2016, 2036))


def test_observed_rows_are_the_figures_without_bands():
    outlook = forecast_population(table(towns()), to=2035, cities=["T00"])
    observed = outlook.table.filter(pl.col("kind") == "observed")
    assert observed["year"].to_list() == list(YEARS)
    assert observed.select("low80", "high95").null_count().row(0) == (14, 14)


def test_bands_are_nested_widen_with_the_horizon_and_stay_above_zero():
    rows_ahead = ahead(forecast_population(table(towns()), to=2060, cities=["T00"]), "T00")
    limits = rows_ahead.select(LIMITS).to_numpy()
    assert (np.diff(limits, axis=1) >= 0).all()
    assert (limits > 0).all()
    assert (np.diff(np.log(limits[:, 3] / limits[:, 1])) >= -1e-12).all()
    assert (np.diff(np.log(limits[:, 4] / limits[:, 0])) >= -1e-12).all()


@settings(max_examples=4, deadline=None)
@given(factor=st.floats(0.02, 50.0))
def test_populations_of_another_scale_give_forecasts_of_that_scale(factor):
    one, scaled = (
        forecast_population(
            # a variable without a list of cities of some size, which depends on the scale
            table(towns(factor=times)).with_columns(variable=pl.lit("population")), to=2030, cities=["T03"]
        )
        for times in (1.0, factor)
    )  # fmt: skip
    left, right = (ahead(outlook, "T03").select(LIMITS).to_numpy() for outlook in (one, scaled))
    assert right == pytest.approx(factor * left, rel=1e-6)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_does_not_matter(seed):
    given_rows = table(towns())
    one = forecast_population(given_rows, to=2030, cities=["T01", "T02"]).table
    other = forecast_population(
        given_rows.sample(fraction=1.0, shuffle=True, seed=seed), to=2030, cities=["T02", "T01"]
    ).table
    assert other.select(LIMITS).to_numpy() == pytest.approx(one.select(LIMITS).to_numpy(), nan_ok=True)
    assert other.drop(LIMITS).equals(one.drop(LIMITS))


def test_the_agglomeration_speaks_before_the_prefecture():
    prefecture = [
        row for at in range(30)
        for row in rows(f"T{at:02d}", np.linspace(400, 410 + at, 9), years=range(2004, 2013),
                        variable="population_year_end", area="prefecture", unit="10k persons")
    ]  # fmt: skip
    outlook = forecast_population(table(towns(), prefecture), to=2030, cities=["T00"])
    assert set(outlook.table["area"]) == {"agglomeration"}


def test_a_city_without_agglomeration_is_forecast_in_its_own_boundary_and_in_persons():
    prefecture = [
        row for at in range(30)
        for row in rows(f"P{at:02d}", 400 * np.exp(0.01 * np.arange(9) + 0.0005 * at * np.arange(9)),
                        years=range(2004, 2013), variable="population_year_end", area="prefecture",
                        unit="10k persons")
    ]  # fmt: skip
    outlook = forecast_population(table(towns(), prefecture), to=2030, cities=["P00", "T00"])
    own = outlook.table.filter(pl.col("city") == "P00")
    assert set(own["area"]) == {"prefecture"}
    assert own["value"][0] == pytest.approx(4_000_000)


def test_suspect_and_projected_figures_never_enter():
    wrong = rows("T00", [9e9], years=[2014], status="suspect") + rows(
        "T00", [9e9], years=[2013], status="projected"
    )
    plain = forecast_population(table(towns()), to=2030, cities=["T00"])
    outlook = forecast_population(table(towns(), wrong), to=2030, cities=["T00"])
    assert outlook.table.equals(plain.table)
    assert sorted(outlook.excluded["period"]) == ["2013", "2014"]


def test_an_accepted_figure_enters():
    more = rows("T00", [250_000], years=[2014], status="accepted")
    outlook = forecast_population(table(towns(), more), to=2030, cities=["T00"])
    assert 2014 in outlook.table["year"].to_list()


def test_a_figure_that_leaps_away_from_its_neighbours_is_left_out_and_named():
    yearly = [
        row for at in range(30)
        for row in rows(f"P{at:02d}", 1e6 * np.exp(0.01 * np.arange(9)), years=range(2004, 2013))
    ]  # fmt: skip
    leap = [
        row | {"value": 6e6} if row["city"] == "P00" and row["period"] == "2011" else row for row in yearly
    ]
    outlook = forecast_population(table(leap), to=2030, cities=["P00"])
    assert outlook.excluded.select("city", "period").row(0) == ("P00", "2011")
    plain = forecast_population(table([row for row in leap if row["value"] < 5e6]), to=2030, cities=["P00"])
    assert ahead(outlook, "P00").equals(ahead(plain, "P00"))


def test_the_better_graded_of_two_figures_of_a_year_is_used():
    rough = rows("T00", [5e5], years=[2015], quality="personal estimate", source="other")
    plain = forecast_population(table(towns()), to=2020, cities=["T00"])
    outlook = forecast_population(table(rough, towns()), to=2020, cities=["T00"])
    assert outlook.table.equals(plain.table)


def test_a_single_figure_grows_as_others_do_inside_a_wider_band():
    outlook = forecast_population(
        table(towns(), rows("S", [2e5], years=[2015])), to=2025, cities=["S", "T00"]
    )
    single, known = (ahead(outlook, city).row(9, named=True) for city in ("S", "T00"))
    assert single["low95"] < single["low80"] < single["value"] < single["high80"] < single["high95"]
    assert single["high80"] / single["low80"] > known["high80"] / known["low80"]


def test_a_single_figure_with_no_other_city_is_refused():
    outlook = forecast_population(table(rows("A", [1e5], years=[2015])), to=2025, cities=["A"])
    assert outlook.refused.rows() == [
        ("A", "there is only one figure for this city, and no other city shows how fast it may grow")
    ]
    assert outlook.table.is_empty()


def test_three_figures_are_enough_for_a_forecast():
    outlook = forecast_population(
        table(rows("A", [1e5, 1.2e5, 1.4e5], years=[2005, 2010, 2015])), to=2025, cities=["A"]
    )
    assert ahead(outlook, "A").height == 10
    assert "declared" in outlook.curves["why"][0]


def test_a_latest_figure_of_zero_is_refused():
    outlook = forecast_population(
        table(towns(), rows("Z", [2e5, 1e5, 0], years=[2005, 2010, 2015])), to=2025, cities=["Z", "T00"]
    )
    assert outlook.refused.rows() == [("Z", "its latest figure, for 2015, is 0")]


def test_an_early_zero_is_left_out_and_the_city_forecast():
    outlook = forecast_population(
        table(towns(), rows("Z", [0, 1e5, 2e5], years=[2005, 2010, 2015])), to=2025, cities=["Z"]
    )
    assert outlook.refused.is_empty()
    assert outlook.excluded["reason"].to_list() == ["not above zero"]


def test_a_gap_is_no_obstacle():
    outlook = forecast_population(
        table(towns(), rows("G", [1e5, None, 2e5], years=[1990, 2010, 2015])), to=2025, cities=["G"]
    )
    assert ahead(outlook, "G").height == 10


def test_a_shrinking_city_goes_on_shrinking_at_first_within_bands_that_stay_above_zero():
    outlook = forecast_population(table(towns(), rows("D", np.linspace(9e5, 5e5, 14))), to=2060, cities=["D"])
    people = ahead(outlook, "D")
    assert people["value"][:5].is_sorted(descending=True)
    assert people["low95"].min() > 0


def test_a_city_without_figures_is_refused_with_the_reason():
    outlook = forecast_population(table(towns()), to=2025, cities=["T00", "X"])
    asked = "population_agglomeration, population_year_end, population and population_functional_area"
    assert outlook.refused.rows() == [("X", f"no figure for its population ({asked})")]


def test_figures_before_a_marked_break_are_left_out_and_said():
    parts = rows("B", [1e5, 1.1e5], years=[1995, 2000]) + rows(
        "B", [3e5, 3.3e5, 3.6e5], years=[2005, 2010, 2015]
    )
    parts[2] = parts[2] | {"reason": "Break: three counties joined in 2004"}
    outlook = forecast_population(table(towns(), parts), to=2025, cities=["B"])
    assert outlook.table.filter(pl.col("kind") == "observed")["year"].to_list() == [2005, 2010, 2015]
    assert "before the break in 2005" in str(outlook.explain("B"))


@pytest.mark.parametrize(
    ("before", "first"),
    [
        ([2.24e6, 2.27e6, 2.29e6], 2012),  # Wuhu: 2.29 million in 2006 is two thirds more in 2012
        ([3.0e6, 3.1e6, 3.2e6], 2004),  # 3% a year is no other boundary
        ([6.4e6, 6.5e6, 6.6e6], 2012),  # nor do people leave as fast as this
    ],
)
def test_a_register_that_changes_faster_than_people_move_begins_anew(before, first):
    def register(city, values, years):
        made = rows(city, values, years=years)
        return [row | {"variable": "population_year_end", "area": "prefecture"} for row in made]

    years = [2004, 2005, 2006, 2012]
    others = [row for at in range(20) for row in register(f"T{at:02d}", [1e6, 1.01e6, 1.02e6, 1.08e6], years)]
    outlook = forecast_population(
        table(others, register("B", [*before, 3.834e6], years)), to=2035, cities=["B"]
    )
    seen = outlook.table.filter(pl.col("kind") == "observed")["year"].to_list()
    assert seen[0] == first
    assert 3.5e6 < ahead(outlook, "B")["value"][-1] < 6e6
    assert ("it is assumed to refer to a different boundary" in str(outlook.explain("B"))) == (first == 2012)


def test_a_newer_boundary_speaks_before_an_older_longer_one():
    older = rows("N", np.linspace(1e5, 2e5, 12), years=range(1950, 2006, 5), area="city proper")
    newer = rows("N", [4e5, 4.4e5, 4.8e5], years=[2005, 2010, 2015])
    outlook = forecast_population(table(towns(), older, newer), to=2025, cities=["N"])
    assert outlook.curves.select("area", "first").row(0) == ("agglomeration", 2005)


def test_a_city_alone_with_two_figures_has_declared_bands():
    outlook = forecast_population(table(rows("A", [1e5, 1.2e5], years=[2010, 2015])), to=2025, cities=["A"])
    assert outlook.curves.select("errors", "figures", "record").row(0) == (0, 2, 1.0)
    assert "declared weights" in outlook.curves["why"][0]


def test_cities_of_fast_countries_are_forecast_apart_from_those_of_slow_ones():
    fast = [row for at in range(5) for row in rows(f"F{at}", 1e6 * np.exp(0.05 * (np.array(YEARS) - 1950)))]
    slow = [row for at in range(5) for row in rows(f"S{at}", 1e6 * np.exp(0.00 * (np.array(YEARS) - 1950)))]
    new = rows("F9", [1e6], years=[2015]) + rows("S9", [1e6], years=[2015])
    codes = [f"{name}{at}" for name in "FS" for at in (0, 1, 2, 3, 4, 9)]
    places = pl.DataFrame({"code": codes, "country": [code[0] for code in codes]})
    outlook = forecast_population(table(fast, slow, new), to=2025, cities=["F9", "S9"], places=places)
    reached = [ahead(outlook, city)["value"][-1] for city in ("F9", "S9")]
    assert reached[0] > 1.2 * reached[1]


def test_places_without_countries_are_wrong_input():
    with pytest.raises(InputError, match="places: columns are missing: country"):
        forecast_population(table(towns()), to=2025, cities=["T00"], places=pl.DataFrame({"code": ["T00"]}))


def test_the_projection_of_a_source_is_held_against_what_came():
    told = [
        row for at in range(30)
        for row in rows(f"T{at:02d}", [5e5], years=[2015], status="projected", source="un")
    ]  # fmt: skip
    came = [row for row in towns() if row["period"] != "2010"]
    outlook = forecast_population(table(came, told), to=2025, cities=["T00"])
    found = outlook.backtest.row(by_predicate=pl.col("method") == "its source", named=True)
    truth = np.array([row["value"] for row in came if row["period"] == "2015"])
    assert (found["horizon"], found["errors"]) == (10, 30)
    assert found["median_ape"] == pytest.approx(np.median(np.abs(5e5 / truth - 1)))


def test_where_no_projection_of_a_source_has_come_the_notes_say_so():
    outlook = forecast_population(table(towns()), to=2025, cities=["T00"])
    assert any("there are no figures for the years projected" in note for note in outlook.notes)


def test_paths_of_the_outlook_have_its_bands():
    outlook = forecast_population(table(towns()), to=2035, cities=["T00", "T01"])
    found = outlook.paths(["T01"], paths=20_000).table()
    expected = ahead(outlook, "T01").select("value", "low80", "high80", "low95", "high95").to_numpy()
    drawn = found.select("value", "low80", "high80", "low95", "high95").to_numpy()
    assert np.log(drawn) == pytest.approx(np.log(expected), abs=0.02)


def test_paths_of_boundaries_that_differ_are_not_drawn_together():
    other = [row | {"city": row["city"].replace("T", "U"), "area": "city proper"} for row in towns(5)]
    outlook = forecast_population(table(towns(5), other), to=2035, cities=["T00", "U00"])
    with pytest.raises(InputError, match="same variable, boundary and latest year"):
        outlook.paths()


def test_no_observations_at_all_refuse_every_city():
    outlook = forecast_population(pl.DataFrame(schema=OBSERVATION), to=2025, cities=["A", "B"])
    assert outlook.refused["city"].to_list() == ["A", "B"]


def test_no_number_of_the_table_is_nan_or_infinite():
    wild = rows("W", [1, 1e7, 1, 1e7, 2, 1e7, 3, 1e7, 1, 1e7, 1, 1e7, 1, 1e7])
    table_ = forecast_population(table(towns(), wild), to=2115, cities=["W", "T00"]).table
    numbers = table_.select(pl.col(pl.Float64).drop_nulls().is_finite().all())
    assert all(numbers.row(0))


@pytest.mark.parametrize("year", [2015, 1999, 2116])
def test_a_year_that_is_not_ahead_or_too_far_is_wrong_input(year):
    with pytest.raises(InputError, match="the latest figure is for 2015"):
        forecast_population(table(towns()), to=year, cities=["T00"])


def test_a_unit_that_does_not_count_people_is_wrong_input():
    with pytest.raises(InputError, match="do not count people") as caught:
        forecast_population(table(rows("A", [1.0], years=[2010], unit="km2")), to=2025, cities=["A"])
    assert caught.value.faults[0].value == "km2"


def test_a_missing_column_is_wrong_input():
    with pytest.raises(InputError, match="columns are missing from the observations: status"):
        forecast_population(table(towns()).drop("status"), to=2025, cities=["T00"])


def test_the_explanation_ends_at_the_cell_of_every_figure():
    register = pl.DataFrame({"code": ["T00"], "name_en": ["Northton"]})
    sources = {"un": Source("un", "United Nations", "World Urbanization Prospects", "2018", "CC BY 3.0 IGO")}
    tree = forecast_population(table(towns()), to=2030, cities=register, sources=sources).explain("T00")
    figures = [node for node in tree.walk() if node.kind == "observation"]
    assert tree.what == "Population of Northton"
    assert [node.origin.cell for node in figures] == [f"B{row}" for row in range(15, 1, -1)]
    assert {node.origin.publisher for node in figures} == {"United Nations"}


def test_the_explanation_names_curve_band_and_back_test():
    outlook = forecast_population(table(towns()), to=2030, cities=["T00"])
    text = str(outlook.explain("T00"))
    assert outlook.curves["curve"][0] in text
    assert outlook.curves["why"][0] in text
    assert "95% band" in text
    assert "held-out origins" in text
    assert "they were expected to grow" in text


def test_a_growth_is_named_by_the_years_that_it_was_computed_from():
    short = rows("N", [1e5, 1.05e5], years=[2011, 2012])
    outlook = forecast_population(table(towns(), short), to=2030, cities=["T00", "N"])
    assert "Growth from 2011 to 2012" in str(outlook.explain("N"))
    first, last = YEARS[-3], YEARS[-1]
    assert f"Growth from {first} to {last}" in str(outlook.explain("T00"))


def test_a_refused_city_is_explained_by_its_reason():
    outlook = forecast_population(table(towns()), to=2025, cities=["T00", "X"])
    with pytest.raises(NotFoundError, match="no figure for its population"):
        outlook.explain("X")


def test_an_unknown_city_is_answered_with_the_nearest_code():
    outlook = forecast_population(table(towns()), to=2025, cities=["T00"])
    with pytest.raises(NotFoundError, match="did you mean 'T00'"):
        outlook.explain("T0")


def test_the_outlook_is_a_sentence():
    outlook = forecast_population(table(towns()), to=2025, cities=["T00", "T01", "X"])
    assert repr(outlook) == "Outlook for 2 cities to 2025 (1 refused)"


def test_the_chart_of_a_city_has_its_bands():
    chart = forecast_population(table(towns()), to=2025, cities=["T00"]).chart("T00")
    assert "vega-lite" in chart["$schema"]
    assert "95% band" in str(chart)


def test_the_chart_of_all_is_their_sum_without_bands():
    outlook = forecast_population(table(towns()), to=2025, cities=["T00", "T01"])
    total = outlook.table.filter(pl.col("year") == 2025)["value"].sum()
    assert str(total) in str(outlook.chart())


def test_it_is_saved_as_a_table(tmp_path):
    outlook = forecast_population(table(towns()), to=2025, cities=["T00"])
    assert pl.read_csv(outlook.save(tmp_path / "outlook.csv")).height == outlook.table.height


def test_twenty_countries_that_stand_still_are_forecast():
    still = [row for at in range(22) for row in rows(f"C{at:02d}", np.full(len(YEARS), 4e5))]
    places = pl.DataFrame({"code": [f"C{at:02d}" for at in range(22)], "country": list(map(str, range(22)))})
    outlook = forecast_population(table(still), to=2035, cities=["C00", "C21"], places=places)
    last = ahead(outlook, "C00").row(-1, named=True)
    assert last["value"] == pytest.approx(4e5)
    assert last["low80"] < 4e5 < last["high80"]
    assert np.isfinite(outlook.paths(paths=50).values).all()


def test_a_figure_no_city_can_have_is_left_out_and_named():
    outlook = forecast_population(
        table(towns(), rows("H", [1e5, 1.1e5, 1e300], years=[1995, 2005, 2015])), to=2025, cities=["H"]
    )
    assert outlook.excluded.select("city", "period", "reason").row(0) == (
        "H", "2015", "more people than live in the world",
    )  # fmt: skip
    assert ahead(outlook, "H")["high95"].max() < 1e7


def test_the_expected_growth_is_the_mean_over_the_paths():
    outlook = forecast_population(table(towns()), to=2035, cities=["T00", "T01"])
    drawn = outlook.paths(["T01"], paths=4000, seed=3).values[0, -1].astype(float)
    expected = outlook.growth(2035).row(by_predicate=pl.col("city") == "T01", named=True)
    since = outlook.overview.row(by_predicate=pl.col("city") == "T01", named=True)["people"]
    assert expected["growth"] == pytest.approx(drawn.mean() / since, rel=0.02)
    assert expected["low80"] < expected["growth"] < expected["high80"]
    assert expected["low80"] == pytest.approx(np.quantile(drawn, 0.1) / since, rel=0.03)
