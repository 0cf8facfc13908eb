"""Stream: the bands of very many cities are those of all in memory, whoever runs the jobs."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.forecast.nation.reconcile import Futures, reconcile
from urbium.forecast.nation.stream import CityBands, Job, draw_cities, stream_nation, stream_nations
from urbium.forecast.paths import LIMITS, limits

YEARS = np.arange(2016, 2020)


def bands(cities=600):
    rng = np.random.default_rng(1)
    middle = rng.normal(12, 1, (cities, 1)) + 0.02 * np.arange(1, 5)
    width = rng.uniform(0.01, 0.03, (cities, 1, 1)) * np.arange(1, 5)[:, None]
    return CityBands(tuple(map(str, range(cities))), YEARS, middle, width * np.array([1.0, 1.8]))


def job(name="X", cities=600, paths=200, seed=3, factor=1.0):
    rng = np.random.default_rng(seed)
    made = bands(cities)
    total = np.exp(made.middle).sum(axis=0)[:, None]
    other, rural, urban, nation = (
        factor * share * total * rng.lognormal(0, 0.03, (4, paths)) for share in (0.8, 1.0, 1.9, 2.8)
    )
    return Job(name, made, other, rural, urban, nation, seed)


def whole(one, cities):
    made = reconcile(Futures(cities, one.other, one.rural, one.urban, one.nation))
    return np.concatenate([limits(made.cities), *(limits(getattr(made, name))[None] for name in
                          ("other", "rural", "urban", "nation"))])  # fmt: skip


@pytest.mark.parametrize("factor", [1.0, 0.3])
def test_year_by_year_gives_the_bands_of_all_in_memory(factor):
    one = job(factor=factor)
    cities = list(draw_cities(one.cities, paths=200, seed=3))
    found = stream_nation(cities, one)
    assert found.shape == (604, 4, 5)
    assert np.allclose(found, whole(one, np.stack(cities, axis=1)), rtol=1e-6, atol=1.0)


def test_cities_have_the_bands_they_were_drawn_from():
    made = bands(40)
    last = np.log(list(draw_cities(made, paths=20_000, seed=1))[-1].astype(float))
    found = limits(last) - made.middle[:, -1:]
    assert np.allclose(found[:, [2, 4]] / made.reach[:, -1], 1, atol=0.06)
    assert np.allclose(found[:, [1, 3]] / made.reach[:, -1], -1, atol=0.06)


def test_cities_have_as_much_in_common_as_asked():
    made = bands(30)
    logs = np.log(next(draw_cities(made, paths=20_000, seed=1, common=0.4)).astype(float))
    together = np.corrcoef(logs)[np.triu_indices(30, 1)]
    assert together.mean() == pytest.approx(0.4, abs=0.02)


def test_the_executor_makes_no_difference():
    jobs = [job("X", 20, 50, 1), job("Y", 30, 50, 2)]
    plain = dict(stream_nations(jobs))
    with ThreadPoolExecutor(2) as pool:
        pooled = dict(stream_nations(jobs, executor=pool))
    assert plain.keys() == pooled.keys() == {"X", "Y"}
    assert all(plain[name].equals(pooled[name]) for name in plain)


def test_a_table_names_every_place_year_and_limit():
    _, table = next(stream_nations([job("X", 3, 50)]))
    assert table.columns == ["place", "year", *LIMITS]
    assert table["place"].unique(maintain_order=True).to_list() == [
        "0", "1", "2", "other urban", "rural", "urban", "nation"
    ]  # fmt: skip


def test_bands_are_read_from_an_outlook():
    rows = [
        (city, year, value, value / 1.1, value * 1.1, value / 1.2, value * 1.2, "projected")
        for city, value in (("b", 2e5), ("a", 1e5)) for year in (2016, 2017)
    ]  # fmt: skip
    table = pl.DataFrame(rows, schema=["city", "year", *LIMITS, "kind"], orient="row")
    read = CityBands.of(table)
    assert read.keys == ("a", "b")
    assert np.allclose(np.exp(read.middle), [[1e5, 1e5], [2e5, 2e5]])
    assert np.allclose(np.exp(read.reach), [1.1, 1.2])


def test_cities_with_other_years_are_refused():
    table = pl.DataFrame(
        {"city": ["a", "b", "b"], "year": [2016, 2016, 2017], "kind": ["projected"] * 3}
        | {name: [1.0, 1.0, 1.0] for name in LIMITS}
    )
    with pytest.raises(InputError, match="2 cities have 3 projected rows in 2 years"):
        CityBands.of(table)


def test_a_nation_with_other_years_than_its_cities_is_refused():
    one = job("X", 5, 50)
    with pytest.raises(InputError, match="X: the cities have 3 years, the nation 4"):
        stream_nation(list(draw_cities(one.cities, paths=50))[:3], one)
