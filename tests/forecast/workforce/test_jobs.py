"""Jobs: closed forms of what is in sight, and elasticities learned from a world that has them."""

import numpy as np
import pytest

from calibration.sector_fit import learn_elasticities
from urbium.forecast.workforce.jobs import Elasticities, jobs_in_sight, particular


def rules(*, constant=0.0, response=0.0, carried=0.0, spread=0.0):
    return Elasticities(*(np.full(3, each) for each in (constant, response, carried, spread)))


def sight(elasticities, output, own=(0.0, 0.0, 0.0), base=100.0):
    drawn = np.random.default_rng(1)
    return jobs_in_sight(elasticities, np.full((1, 3), base), np.asarray(output), np.asarray(own), drawn)


def test_jobs_that_do_not_respond_stay_as_many():
    np.testing.assert_allclose(sight(rules(), np.full((5, 1, 3), 0.3)), 100)


def test_an_elasticity_of_one_half_takes_half_of_the_growth_of_output():
    output = np.log([1.21, 1.0, 0.81])[None, None]
    np.testing.assert_allclose(sight(rules(response=0.5), output)[0, 0], [110, 100, 90])


def test_a_constant_works_every_year_anew():
    np.testing.assert_allclose(sight(rules(constant=np.log(1.1)), np.zeros((2, 1, 3)))[:, 0, 0], [110, 121])


def test_of_what_is_particular_to_a_place_the_carried_part_goes_on():
    found = sight(rules(carried=0.5), np.zeros((1, 1, 3)), own=2 * np.log([1.1, 1.0, 0.9]))
    np.testing.assert_allclose(found[0, 0], [110, 100, 90])


def test_what_is_particular_is_growth_that_output_does_not_explain():
    own = particular(
        rules(constant=0.01, response=0.5), np.array([0.03, 0.01, np.nan]), np.array([0.02, 0.02, 0.0])
    )
    np.testing.assert_allclose(own, [0.01, -0.01, 0.0])


def test_a_world_teaches_the_elasticities_it_has():
    rng = np.random.default_rng(2)
    output = rng.normal(0.03, 0.02, (400, 2, 3))
    first = rng.normal(0, 0.01, (400, 3))
    own = np.stack([first, 0.4 * first + rng.normal(0, 0.008, (400, 3))], axis=1)
    jobs = -0.01 + 0.3 * output + own

    found = learn_elasticities(jobs, output)

    np.testing.assert_allclose(found.constant, -0.01, atol=0.003)
    np.testing.assert_allclose(found.response, 0.3, atol=0.06)
    np.testing.assert_allclose(found.carried, 0.4, atol=0.12)


def test_countries_without_figures_teach_nothing():
    rng = np.random.default_rng(4)
    output, jobs = rng.normal(0, 0.02, (2, 60, 3, 3))
    holed = (
        np.concatenate([jobs, np.full((9, 3, 3), np.nan)]),
        np.concatenate([output, np.full((9, 3, 3), 0.1)]),
    )
    np.testing.assert_allclose(learn_elasticities(*holed).response, learn_elasticities(jobs, output).response)


def test_parameters_go_out_by_name_and_come_back():
    once = rules(constant=0.01, response=0.3, carried=0.4, spread=0.02)
    assert Elasticities.of(once.figures()).figures() == pytest.approx(once.figures())
