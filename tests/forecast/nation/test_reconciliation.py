"""Balance: real figures add up, boundaries stay apart, and bad input is refused with every fault named."""

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import DATA
from urbium.errors import InputError
from urbium.forecast.nation.reconciliation import reconcile_nation
from urbium.forecast.paths import Paths

PLACES = ["other urban", "rural", "urban", "nation"]
TO = 2020


def known(name, city):
    types = {city: pl.String, "period": pl.String, "value": pl.Float64}
    return pl.read_csv(DATA / "demo" / name, schema_overrides=types).rename(
        {city: "city", "source_id": "source"}
    )


@pytest.fixture(scope="module")
def china():
    """Return the agglomerations and the national figures of the demo."""
    cities = known("observations.csv", "city_code").filter(pl.col("area") == "agglomeration")
    return pl.concat([cities, known("national.csv", "country")])


@pytest.fixture(scope="module")
def futures(china):
    """Return futures of ten cities that wander about the growth they last had."""
    return drawn(china, sorted(china.filter(pl.col("area") == "agglomeration")["city"].unique())[:10])


def drawn(china, cities, years=range(2016, TO + 1), paths=80):
    rng = np.random.default_rng(1)
    table = china.filter(pl.col("city").is_in(cities), pl.col("area") == "agglomeration")
    wide = table.pivot(on="period", index="city", values="value").sort("city")
    last, before = wide["2015"].to_numpy(), wide["2010"].to_numpy()
    ahead = np.arange(1, len(years) + 1)
    noise = np.cumsum(rng.normal(0, 0.01, (len(cities), len(years), paths)), axis=1)
    middle = last[:, None] * (last / before)[:, None] ** (ahead / 5)
    return Paths(tuple(wide["city"]), np.array(years), middle[..., None] * np.exp(noise))


@pytest.fixture(scope="module")
def nation(china, futures):
    return reconcile_nation(futures, china, to=TO)


def without(paths, **parts):
    return Paths(**{"keys": paths.keys, "years": paths.years, "values": paths.values} | parts)


@pytest.mark.parametrize("year", [2010, 2015])
def test_the_figures_of_china_add_up_as_its_own_tables_say(china, nation, year):
    stored = {row["variable"]: row["value"] for row in china.filter(city="CHN", period=str(year)).to_dicts()}
    seen = dict(nation.table.filter(year=year, kind="observed").select("place", "value").iter_rows())
    cities = sum(value for place, value in seen.items() if place not in PLACES)
    total = 100 * stored["urban_population"] / stored["urban_population_share"]
    assert cities + seen["other urban"] == pytest.approx(stored["urban_population"], rel=1e-12)
    assert cities + seen["other urban"] + seen["rural"] == pytest.approx(total, rel=1e-12)
    assert seen["nation"] == pytest.approx(total, rel=1e-12)


def test_every_path_of_every_year_adds_up_and_is_not_below_zero(nation):
    values = nation.paths.values
    other, rural, urban, whole = values[-4:]
    assert np.allclose(values[:-4].sum(axis=0) + other, urban, rtol=1e-9, atol=0)
    assert np.allclose(urban + rural, whole, rtol=1e-9, atol=0)
    assert values.min() >= 0


def test_a_place_has_a_row_a_year_and_its_boundary(nation):
    ahead = nation.table.filter(kind="projected")
    assert ahead.height == 14 * 5
    assert set(ahead.filter(~pl.col("place").is_in(PLACES))["area"]) == {"agglomeration"}
    assert ahead.null_count().sum_horizontal().item() == 0


def test_what_moved_is_told_for_every_place_and_year(nation):
    row = nation.moved.row(0, named=True)
    assert nation.moved.height == 14 * 5
    assert row["moved"] == pytest.approx(row["after"] / row["before"] - 1)


def test_a_nation_that_is_given_and_held_stays_to_the_bit(china, futures):
    given = 1.38e9 * np.cumprod(np.random.default_rng(2).normal(1.004, 0.001, (5, 80)), axis=0)
    nation = reconcile_nation(futures, china, to=TO, nation=given, hold=["nation"])
    assert np.array_equal(nation.paths.values[-1], given)
    assert nation.settings["nation"] == "given"


def test_a_city_in_another_boundary_stays_outside_by_name_with_the_reason(china, futures):
    areas = dict.fromkeys(futures.keys, "agglomeration") | {futures.keys[0]: "prefecture"}
    nation = reconcile_nation(futures, china, to=TO, area=areas)
    assert futures.keys[0] not in nation.paths.keys
    out = nation.outside.row(by_predicate=pl.col("city") == futures.keys[0], named=True)
    assert out["area"] == "prefecture"
    assert "only agglomerations are added up" in out["reason"]


def test_a_place_in_which_other_cities_lie_is_not_added_to_them(china, futures):
    nation = reconcile_nation(futures, china, to=TO, holders=[futures.keys[0]])
    assert futures.keys[0] not in nation.paths.keys
    out = nation.outside.row(by_predicate=pl.col("city") == futures.keys[0], named=True)
    assert "counted twice" in out["reason"]


def test_the_outlook_of_whole_provinces_says_that_their_people_in_the_country_count_as_urban(
    china, futures, nation
):
    wide = china.with_columns(area=pl.col("area").replace("agglomeration", "prefecture"))
    of_provinces = reconcile_nation(futures, wide, to=TO, within="prefecture")
    (said,) = [note for note in of_provinces.notes if "count as urban" in note]
    assert str(said).startswith("The places in the total (10) are counted within prefecture")
    assert not any("count as urban" in note for note in nation.notes)


def test_the_people_of_a_city_outside_are_in_other_urban(china, futures, nation):
    fewer = without(futures, keys=futures.keys[1:], values=futures.values[1:])
    less = reconcile_nation(fewer, china, to=TO)
    gained = less.table.filter(place="other urban", year=2015)["value"].item()
    had = nation.table.filter(place="other urban", year=2015)["value"].item()
    own = china.filter(city=futures.keys[0], period="2015", area="agglomeration")["value"].item()
    assert gained - had == pytest.approx(own)
    assert (
        less.outside.filter(city=futures.keys[0])["reason"]
        .item()
        .startswith("its population was not projected")
    )


@pytest.mark.parametrize("area", ["prefecture", "urban districts"])
def test_cities_that_are_all_in_another_boundary_are_refused_by_name(china, futures, area):
    with pytest.raises(InputError) as refusal:
        reconcile_nation(futures, china, to=TO, area=area)
    assert f"no city is an agglomeration: 110000 ({area}), 120000 ({area})" in str(refusal.value)


def test_later_figures_of_the_nation_change_nothing(china, futures, nation):
    early = china.filter(pl.col("period").cast(pl.Int64) <= 2015)
    again = reconcile_nation(futures, early, to=TO)
    assert np.array_equal(again.paths.values, nation.paths.values)


def test_the_same_seed_gives_the_same_nation_and_another_does_not(china, futures, nation):
    same, other = (reconcile_nation(futures, china, to=TO, seed=seed) for seed in (0, 1))
    assert same.table.equals(nation.table)
    assert not other.table.equals(nation.table)


def test_every_fault_of_the_cities_is_named(china, futures):
    values = futures.values.copy()
    values[0, 1, 2], values[1, 0, 0] = np.nan, -5.0
    gap = np.array([2016, 2017, 2018, 2020, 2021])
    with pytest.raises(InputError) as refusal:
        reconcile_nation(
            without(futures, years=gap, values=values), china, to=2030, area={"110000": "prefecture"}
        )
    message = str(refusal.value)
    assert "110000 has figures that are not numbers" in message
    assert "120000 has figures below zero" in message
    assert "years are missing: 2018 to 2020" in message
    assert "2030 is not among the years of the cities, 2016 to 2021" in message
    assert "the boundary of 130100 is not stated" in message


def test_a_city_without_a_figure_in_its_boundary_is_named(china, futures):
    keys = ("999999", *futures.keys[1:])
    with pytest.raises(
        InputError, match=("no figure for 999999 within its agglomeration is available for 2015")
    ):
        reconcile_nation(without(futures, keys=keys), china, to=TO)


def test_a_city_without_paths_is_named(china, futures):
    with pytest.raises(
        InputError,
        match=r"shape \(10, 5, 80\), which does not fit 11 cities and 5 years; give values for exactly these",
    ):
        reconcile_nation(without(futures, keys=(*futures.keys, "350100")), china, to=TO)


def test_cities_larger_than_all_towns_are_refused(china, futures):
    large = pl.when(pl.col("city") == "110000").then(100 * pl.col("value")).otherwise("value")
    with pytest.raises(
        InputError, match=r"in 2015, the cities \(10\) have .* urban population is 791,070,763"
    ):
        reconcile_nation(futures, china.with_columns(value=large), to=TO)


def test_a_nation_below_the_sum_of_its_cities_is_refused_with_the_years(china, futures):
    with pytest.raises(InputError) as refusal:
        reconcile_nation(futures, china, to=TO, nation=np.full((5, 80), 1.4e6))
    message = str(refusal.value)
    assert "in 2016, the nation has 1,400,000 people, but its cities have" in message
    assert (
        "the last observed figure is 1,379,860,106; supply the figures in persons and for the same nation"
        in message
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.ones((4, 80)), r"the nation has \(4, 80\) years and paths, but the cities have \(5, 80\)"),
        (np.full((5, 80), np.nan), "the nation has figures that are not numbers, or are not above zero"),
    ],
)
def test_a_nation_that_does_not_fit_is_refused(china, futures, given, words):
    with pytest.raises(InputError, match=words):
        reconcile_nation(futures, china, to=TO, nation=given)


def test_a_share_above_one_is_refused(china, futures):
    wrong = pl.when(pl.col("variable") == "urban_population_share", pl.col("period") == "2014")
    table = china.with_columns(value=wrong.then(155.75).otherwise("value"))
    with pytest.raises(InputError, match=r"155\.75% is not a valid urban population share"):
        reconcile_nation(futures, table, to=TO)


def test_without_an_urban_population_the_answer_says_what_to_load(china, futures):
    table = china.filter(pl.col("variable") != "urban_population")
    with pytest.raises(InputError, match=r"no year up to 2015 .* urban population and all 10 cities"):
        reconcile_nation(futures, table, to=TO)
