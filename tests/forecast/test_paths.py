"""Bands are read from paths."""

import numpy as np

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
