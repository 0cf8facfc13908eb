"""Yearly: the same futures in single years agree with those in steps of five years."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.charts import render
from urbium.errors import InputError
from urbium.forecast.ages.demography import read_demography
from urbium.forecast.ages.inputs import read_cohorts
from urbium.forecast.ages.population import project_population
from urbium.forecast.ages.yearly import project_yearly


@pytest.fixture(scope="module")
def inputs():
    return read_cohorts()


@pytest.fixture(scope="module")
def calm():
    """Pooled figures without the scatter of age groups."""
    return replace(read_demography(), scatter=np.zeros(21))


@pytest.fixture(scope="module")
def yearly(inputs, calm):
    return project_yearly(inputs, to=2050, paths=100, demography=calm)


@pytest.fixture(scope="module")
def five(inputs, calm):
    return project_population(inputs, to=2050, paths=100, demography=calm)


def test_there_is_a_figure_for_every_age_and_year(yearly):
    assert yearly.table.height == 31 * 2 * 101
    assert yearly.ages == tuple(range(101))
    assert yearly.years.tolist() == list(range(2020, 2051))


def test_totals_of_every_path_agree_within_a_third_of_a_percent(yearly, five):
    apart = yearly.total().values[:, ::5] / five.total().values - 1

    assert np.abs(apart).max() < 0.003


@pytest.mark.parametrize(("first", "last"), [(0, 15), (15, 65), (65, 80)])
def test_broad_ages_of_every_path_agree_within_one_and_a_half_percent(yearly, five, first, last):
    apart = yearly.between(first, last).values[:, ::5] / five.between(first, last).values - 1

    assert np.abs(apart).max() < 0.015


def test_the_first_year_adds_up_to_the_count(inputs, yearly):
    groups = yearly.values[0, 0, :, :100, 0].reshape(2, 20, 5).sum(axis=2)

    np.testing.assert_allclose(groups, inputs.population[0, :, :20], rtol=1e-5)


def test_bands_of_totals_with_scatter_agree_within_one_percent(inputs):
    single, groups = (go(inputs, to=2050, paths=400) for go in (project_yearly, project_population))

    yearly, five = (own.total().table("place").filter(pl.col("year") % 5 == 0) for own in (single, groups))
    limits = ["value", "low80", "high80", "low95", "high95"]
    np.testing.assert_allclose(yearly.select(limits), five.select(limits), rtol=0.01)


def test_every_year_takes_a_fifth_of_the_scatter_of_a_group(inputs, yearly):
    scattered = project_yearly(inputs, to=2025, paths=100)

    apart = np.log(scattered.values[0] / yearly.values[0, :6])
    first, last = apart[1, 0, 31], apart[5, 0, 35]
    np.testing.assert_allclose(5 * first, last, atol=5e-4)
    assert np.abs(last).max() > 0.01


def test_the_pyramid_of_single_years_is_drawn(yearly):
    assert render(yearly.chart("CHN", 2035)).startswith(b"<svg")


def test_a_year_between_periods_is_refused(inputs):
    with pytest.raises(InputError, match="2033"):
        project_yearly(inputs, to=2033)
