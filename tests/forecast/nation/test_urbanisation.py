"""Urbanisation: what is known at an origin, clear answers to bad figures, and futures that are shares."""

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import DATA
from urbium.errors import InputError
from urbium.forecast.nation.urbanisation import KINDS, declared, declared_rows, draw_series, national_figures
from urbium.forecast.paths import limits

YEARS = np.arange(2000, 2013)


def china():
    """Return the packaged national figures in the shape of the model."""
    table = pl.read_csv(
        DATA / "demo" / "national.csv", schema_overrides={"period": pl.String, "value": pl.Float64}
    )
    return table.rename({"country": "city", "source_id": "source"})


def figure(variable, period, value, unit="%", **other):
    row = {"city": "XX", "variable": variable, "period": period, "value": value, "unit": unit,
           "area": "national", "status": "reported"}  # fmt: skip
    return row | other


def table(*rows):
    return pl.DataFrame(list(rows), schema_overrides={"value": pl.Float64})


def share(period, value, **other):
    return figure("urban_population_share", period, value, **other)


def test_only_what_was_known_at_the_origin_is_looked_at():
    past = national_figures(china(), origin=2012)
    assert past.years[-1] == 2012
    assert past.used["year"].max() == 2012
    assert set(past.left_out["reason"]) == {"later than the origin, 2012"}


def test_later_figures_change_no_future():
    early = china().filter(pl.col("period").cast(pl.Int64) <= 2012)
    drawn = []
    for known in (early, china()):
        past = national_figures(known, origin=2012)
        drawn.append(draw_series("share", past.years, past.share, np.array([2020]), paths=50))
    assert np.array_equal(*drawn)


def test_the_total_is_the_urban_population_over_its_share():
    past = national_figures(china(), origin=2015)
    assert past.country == "CHN"
    assert past.total[-1] == pytest.approx(791_070_763 / 0.5732978)


def test_a_correction_replaces_the_figure_before_it():
    first, second = (pl.datetime(2020, 1, day, time_zone="UTC") for day in (1, 2))
    old = table(share("2012", 50.0)).with_columns(recorded_at=first)
    new = table(share("2012", 52.0)).with_columns(recorded_at=second)
    assert national_figures(pl.concat([new, old]), origin=2012).share.tolist() == [0.52]


def test_suspect_figures_projections_and_half_years_stay_out_with_their_reason():
    past = national_figures(
        table(
            share("2010", 50.0),
            share("2011", 51.0, status="suspect"),
            share("2012", 52.0, status="projected"),
            share("2012-S1", 52.0),
            share("2013", None),
        ),
        origin=2015,
    )
    assert past.years.tolist() == [2010]
    assert past.left_out["reason"].to_list() == [
        "suspect, and not accepted", "a projection by its source",
        "not a whole year", "no number",
    ]  # fmt: skip


def test_every_share_that_is_none_is_named():
    with pytest.raises(InputError) as refusal:
        national_figures(table(share("2010", 120.0), share("2011", -1.0)), origin=2015)
    assert "120% is not a valid urban population share" in str(refusal.value)
    assert "-1% is not a valid urban population share; enter a share from 0 to 100%" in str(refusal.value)


def test_units_that_measure_something_else_are_all_named():
    with pytest.raises(InputError) as refusal:
        national_figures(
            table(share("2010", 5.0, unit="persons"), figure("urban_population", "2010", 9.0, unit="km2")),
            origin=2015,
        )
    assert "'persons' measures" in str(refusal.value)
    assert "'km2' measures" in str(refusal.value)


def test_two_nations_at_once_are_refused():
    with pytest.raises(InputError, match="the figures are for several nations: XX and YY"):
        national_figures(table(share("2010", 50.0), share("2010", 60.0, city="YY")), origin=2015)


def test_without_a_share_by_the_origin_the_answer_says_so():
    with pytest.raises(InputError, match="no urban_population_share for the nation is available for 1950"):
        national_figures(china(), origin=1950)


def test_a_column_that_is_missing_is_named():
    with pytest.raises(InputError, match="columns are missing from the observations: area"):
        national_figures(china().drop("area"), origin=2012)


def test_futures_of_a_share_stay_between_nothing_and_all():
    drawn = draw_series("share", YEARS, np.linspace(0.9, 0.97, len(YEARS)), np.arange(2013, 2051))
    assert 0 < drawn.min() < drawn.max() < 1


def test_the_pace_in_points_slows_down_near_one():
    def gain(level):
        values = 1 / (1 + np.exp(-(np.log(level / (1 - level)) + 0.02 * (YEARS - YEARS[-1]))))
        return float(np.median(draw_series("share", YEARS, values, np.array([2022])))) - level

    assert gain(0.5) > 2 * gain(0.9) > 0


def test_bands_are_nested_and_widen():
    drawn = draw_series("share", YEARS, np.linspace(0.3, 0.5, len(YEARS)), np.arange(2013, 2043))
    value, low80, high80, low95, high95 = limits(drawn).T
    assert (low95 < low80).all()
    assert ((low80 < value) & (value < high80) & (high80 < high95)).all()
    assert (np.diff(high95 - low95) > -0.005).all()


def test_the_same_seed_gives_the_same_futures_and_another_does_not():
    first, same, other = (
        draw_series("total", YEARS, np.linspace(1e6, 2e6, len(YEARS)), np.array([2020]), paths=9, seed=seed)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_a_nation_that_is_all_town_or_none_stays_so(end):
    drawn = draw_series("share", YEARS, np.full(len(YEARS), end), np.array([2020, 2050]), paths=5)
    assert (drawn == end).all()


def test_a_share_that_once_was_all_is_drawn_from_the_years_since():
    since = draw_series("share", np.array([2010, 2011]), np.array([0.98, 0.97]), np.array([2020]), paths=99)
    whole = draw_series(
        "share", np.array([2009, 2010, 2011]), np.array([1.0, 0.98, 0.97]), np.array([2020]), paths=99
    )
    assert np.array_equal(since, whole)


def test_a_single_figure_gets_a_wide_band():
    one = limits(draw_series("share", np.array([2012]), np.array([0.5]), np.array([2022])))[0]
    many = limits(draw_series("share", YEARS, np.linspace(0.38, 0.5, len(YEARS)), np.array([2022])))[0]
    assert one[2] - one[1] > 1.5 * (many[2] - many[1])


@pytest.mark.parametrize(
    ("kind", "years", "values", "ahead", "words"),
    [
        ("share", [2000, 2001], [0.5, 50.0], [2010], "a share is outside the range 0 to 1; enter shares"),
        ("total", [2000, 2001], [5.0, 0.0], [2010], "a population is not above zero"),
        (
            "share",
            [2001, 2000],
            [0.5, 0.5],
            [2010],
            ("there are no figures, or their years are not in ascending order"),
        ),
        ("share", [2000, 2001], [0.5, np.nan], [2010], "a figure is not a number"),
        ("share", [2000, 2001], [0.5, 0.5], [2001], "2001 is not after the last figure, 2001"),
        (
            "share",
            [2000, 2001],
            [0.5],
            [2010],
            ("the number of figures (1) does not match the number of years (2)"),
        ),
        ("share", [2000], [0.5], [], "there are no forecast years"),
    ],
)
def test_series_that_cannot_be_drawn_are_refused_in_words(kind, years, values, ahead, words):
    with pytest.raises(InputError) as refusal:
        draw_series(kind, np.array(years), np.array(values), np.array(ahead, dtype=np.int64))
    assert words in str(refusal.value)


@pytest.mark.parametrize("kind", KINDS)
def test_the_declared_reach_grows_with_the_horizon_and_the_level(kind):
    reach = declared(kind).reach
    assert (np.diff(reach, axis=0) > 0).all()
    assert (reach[:, 0] < reach[:, 1]).all()


def test_every_declared_row_is_derived_from_a_named_source():
    assert {(row.evidence.value, row.source) for row in declared_rows().values()} == {("derived", "wdi")}
