"""The error of the latest estimate: its size by level, its tail, a table's own standard error."""

import numpy as np
import pytest
from scipy import stats

from urbium.forecast.ages.demographic_draws import draw
from urbium.forecast.ages.demography import read_demography
from urbium.forecast.ages.estimate_error import EstimateError
from urbium.forecast.ages.inputs import read_cohorts

ERROR = EstimateError(np.array([1.0, 3.0]), np.array([0.1, 0.3]), 3.0)


def test_errors_have_the_declared_size_and_tail():
    drawn = ERROR.draw(np.array([2.0]), 20_000, np.random.default_rng(1))[0]
    assert stats.kstest(drawn / 0.2, stats.t(3).cdf).pvalue > 0.01


def test_a_standard_error_of_a_table_sets_the_80_percent_and_revisions_the_tail():
    given = np.array([0.3])
    drawn = ERROR.draw(np.array([2.0]), 200_000, np.random.default_rng(1), given)[0]
    inside80, inside95 = np.quantile(np.abs(drawn), [0.8, 0.95])
    assert inside80 == pytest.approx(1.2816 * 0.3, rel=0.02)
    assert inside95 == pytest.approx(1.2816 * 0.3 * stats.t(3).ppf(0.975) / stats.t(3).ppf(0.9), rel=0.03)


def test_a_place_without_a_standard_error_has_that_of_its_level():
    scales = ERROR.scales(np.array([1.0, 3.0]), np.array([np.nan, 0.0]))
    assert scales.tolist() == [0.1, 0.0]


def test_an_exact_base_narrows_the_first_period_of_births_and_lives():
    inputs, declared = read_cohorts(), read_demography()
    settings = {"periods": 2, "paths": 4_000, "seed": 1}
    loose = draw(inputs, declared, **settings)
    exact = draw(inputs, declared, base_is_exact=True, **settings)
    for name in ("fertility", "expectancy"):
        wide, narrow = (np.ptp(np.quantile(getattr(part, name)[0, ..., 0, :], [0.1, 0.9], axis=-1), axis=0)
                        for part in (loose, exact))  # fmt: skip
        assert (wide > 1.1 * narrow).all()


def test_lives_are_known_worse_where_they_are_short():
    scale = read_demography().errors["life_expectancy"].scale
    assert (np.diff(scale) < 0).all()
