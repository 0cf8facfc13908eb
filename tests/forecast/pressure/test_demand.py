"""Demand: norms drawn as ranges, held over the years, and population drawn within its bands."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.forecast import forecast_population, futures
from urbium.forecast.pressure.demand import base_of, chain, chances, factors, triangular
from urbium.model import Evidence, Norm

YEARS = np.arange(2018, 2023)
SIZES = st.floats(0.01, 100.0)


def norm(name="beds", *, low=1.0, value=2.0, high=4.0, since=2000, driver="person", **other):
    fixed = {
        "id": f"{name}.{since}", "service": name, "name": {"en": name}, "unit": "beds", "per": 1.0,
        "driver": driver, "ages": None, "low": low, "value": value, "high": high, "areas": ("prefecture",),
        "provinces": (), "capacity": (), "use": "", "indicator": "", "valid_from": since,
        "evidence": Evidence.ASSUMPTION, "source": "ASSUME", "status": "assumed",
    } | other  # fmt: skip
    return Norm(**fixed)


@pytest.mark.parametrize(("low", "value", "high"), [(1, 2, 4), (1, 1, 4), (1, 4, 4), (0.5, 0.7, 0.71)])
def test_quantiles_are_those_of_another_program(low, value, high):
    chance = np.linspace(0, 1, 41)
    other = stats.triang.ppf(chance, (value - low) / (high - low), loc=low, scale=high - low)
    assert triangular(low, value, high, chance) == pytest.approx(other)


def test_a_range_of_one_figure_is_that_figure():
    assert triangular(3.0, 3.0, 3.0, np.array([0.0, 0.4, 1.0])).tolist() == [3.0, 3.0, 3.0]


@given(parts=st.lists(SIZES, min_size=3, max_size=3), chance=st.floats(0, 1))
def test_a_draw_stays_within_the_range(parts, chance):
    low, value, high = sorted(parts)
    drawn = triangular(low, value, high, np.array([chance]))[0]
    assert low - 1e-9 <= drawn <= high + 1e-9


def test_chances_are_spread_evenly():
    ordered = np.sort(chances("beds", 50, seed=0))
    assert (np.floor(ordered * 50) == np.arange(50)).all()


def test_chances_are_the_same_again_and_differ_between_services():
    assert (chances("beds", 20, seed=1) == chances("beds", 20, seed=1)).all()
    assert (chances("beds", 20, seed=1) != chances("doctors", 20, seed=1)).any()


def test_dwellings_follow_households_which_become_more_where_heads_do_not():
    """3.10 persons a family household in 2010, and 2.86, half way to the 2.62 of 2020, from then on."""
    norms = {}
    for row in load_catalogue().norms.values():
        norms.setdefault(row.service, []).append(row)
    links = chain("dwellings", "Anhui", norms)
    assert [rows[0].service for rows in links] == ["dwellings", "households"]
    assert links[-1][0].driver == "person"
    needed = factors(links[-1], np.array([2012, 2021]), np.array([0.0]))[:, 0]
    assert needed == pytest.approx([1 / 3.10, 1 / 2.86], rel=1e-3)


def test_a_later_norm_takes_over_in_its_year():
    rows = [norm(value=6.0, low=6.0, high=6.0, since=2020), norm(low=4.0, value=4.0, high=4.0, since=2015)]
    assert factors(rows, YEARS, np.array([0.5]))[:, 0].tolist() == [4.0, 4.0, 6.0, 6.0, 6.0]


def test_nothing_is_asked_before_the_first_norm_holds():
    made = factors([norm(since=2020)], YEARS, np.array([0.5]))
    assert np.isnan(made[:2]).all()
    assert np.isfinite(made[2:]).all()


def test_a_norm_is_divided_by_how_many_it_is_for():
    assert factors([norm(value=2.0, low=2.0, high=2.0, per=1000.0)], YEARS, np.array([0.5]))[0, 0] == 0.002


def test_a_path_keeps_its_place_in_the_range_when_the_norm_changes():
    rows = [norm(since=2015), norm(since=2020, low=10.0, value=20.0, high=40.0)]
    made = factors(rows, YEARS, np.array([0.1, 0.9]))
    assert made[-1] == pytest.approx(10 * made[0])


def test_the_norm_of_a_province_goes_before_that_for_all_others():
    rows = {"beds": [norm(), norm(id="own", provinces=("Anhui",))]}
    assert [each.id for each in chain("beds", "Anhui", rows)[0]] == ["own"]
    assert [each.id for each in chain("beds", "Hubei", rows)[0]] == ["beds.2000"]


def test_a_service_is_followed_to_what_drives_it():
    rows = {"staff": [norm("staff", driver="beds")], "beds": [norm()]}
    assert [[each.service for each in link] for link in chain("staff", "", rows)] == [["staff"], ["beds"]]
    assert base_of("staff", {name: own[0] for name, own in rows.items()}).service == "beds"


def towns(count=30):
    rng = np.random.default_rng(5)
    years = list(range(1950, 2016, 5))
    growth = 0.02 + np.cumsum(rng.normal(0, 0.005, (count, len(years) - 1)), axis=1)
    people = 1e5 * np.exp(np.cumsum(np.pad(5 * growth, ((0, 0), (1, 0))), axis=1))
    return pl.DataFrame(
        {
            "city": np.repeat([f"T{at:02d}" for at in range(count)], len(years)),
            "period": [str(year) for year in years] * count,
            "value": people.ravel(),
        }
    ).with_columns(
        variable=pl.lit("population_agglomeration"), unit=pl.lit("persons"), area=pl.lit("agglomeration"),
        status=pl.lit("reported"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def outlook():
    return forecast_population(towns(), to=2030, cities=["T00", "T01", "T02"])


def test_paths_are_those_of_the_outlook(outlook):
    paths = futures(outlook, count=50)["agglomeration"]
    drawn = outlook.paths(paths.keys, paths=50)
    assert (paths.values[:, 1:] == drawn.values).all()


def test_paths_begin_with_the_figure_that_was_observed(outlook):
    paths = futures(outlook, count=10)["agglomeration"]
    observed = outlook.table.filter(pl.col("year") == 2015).sort("city")["value"].to_numpy()
    assert paths.years[0] == 2015
    assert paths.values[:, 0] == pytest.approx(np.tile(observed[:, None], (1, 10)))


def test_paths_are_the_same_again(outlook):
    once, again = (futures(outlook, count=10, seed=3)["agglomeration"].values for _ in range(2))
    assert (once == again).all()


def test_a_single_path_is_refused(outlook):
    with pytest.raises(InputError, match="no bands"):
        futures(outlook, count=1)


def test_an_empty_outlook_is_refused():
    with pytest.raises(InputError, match="covers no cities"):
        futures(forecast_population(towns(), to=2030, cities=[]))
