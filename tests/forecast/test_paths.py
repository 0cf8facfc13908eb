"""Bands are read from paths."""

import numpy as np
import pytest

from urbium.forecast.paths import LIMITS, Paths, limits


def test_the_limits_of_a_band_hold_the_share_they_name():
    values = np.random.default_rng(1).normal(size=(3, 100_000))
    value, low80, high80, low95, high95 = np.moveaxis(limits(values), -1, 0)
    assert np.allclose(value, 0, atol=0.02)
    assert np.allclose([high80, -low80], 1.2816, atol=0.03)
    assert np.allclose([high95, -low95], 1.96, atol=0.04)


def test_the_columns_are_named_as_in_an_outlook():
    assert LIMITS == ("value", "low80", "high80", "low95", "high95")


def test_a_table_has_one_row_a_thing_and_year():
    paths = Paths(("a", "b"), np.array([2020, 2025]), np.ones((2, 2, 7)))
    assert paths.table("country").select("country", "year").rows() == [
        ("a", 2020), ("a", 2025), ("b", 2020), ("b", 2025)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 40, 1_000])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_limits_are_quantiles_of_definition_seven(count, kind):
    values = np.random.default_rng(count).lognormal(size=(5, 3, count)).astype(kind)
    shares = [0.5, 0.1, 0.9, 0.025, 0.975]
    known = np.moveaxis(np.quantile(values.astype(np.float64), shares, axis=-1, method="linear"), 0, -1)
    assert np.allclose(limits(values), known, rtol=1e-12, atol=0)


def test_paths_without_a_number_have_no_limits():
    values = np.ones((2, 9))
    values[1, 4] = np.nan
    assert np.isnan(limits(values)).all(axis=-1).tolist() == [False, True]


def test_many_rows_are_sorted_in_blocks_without_losing_any():
    values = np.random.default_rng(3).normal(size=(1_500, 1_000))
    assert np.allclose(limits(values)[:, 0], np.median(values, axis=-1))
