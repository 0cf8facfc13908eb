"""The seeded national instances of the reference folder: read, and compared with its own model."""

import numpy as np
import pytest

import instances
import national
from urbium.plan.milp.model import highs
from urbium.plan.search.national.city_model import national_model, to_highs

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def reader(shared):
    """Return the module that reads the instances."""
    assert shared.is_dir()
    return national


def relaxed(lp):
    solver = highs(solver="simplex")
    solver.passModel(lp)
    solver.run()
    return solver.getInfo().objective_function_value


def reference(reader, seed):
    """Return the reference's whole model of the small size, in its own form, as HiGHS reads it."""
    module = instances.generator()
    cities, nation, (count, _, years) = module.gen(*module.SIZES["S"], seed)
    blocks = [module.build_city(city, nation, years, count, form="by") for city in cities]
    return module.mono(blocks, nation, years)


@pytest.mark.long
def test_the_known_relaxation_of_the_small_instance_is_met_with_tight_parity(reader):
    assert relaxed(to_highs(national_model(reader.seeded("S", 1, is_tight=True)))) == pytest.approx(
        672.7, abs=0.05
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", [2])
def test_the_relaxation_is_that_of_the_reference_model(reader, seed):
    whole = reference(reader, seed)
    expected = relaxed(instances.generator().tohighs(whole, lp=True))
    assert relaxed(to_highs(national_model(reader.seeded("S", seed)))) == pytest.approx(expected, rel=1e-8)


def test_our_rows_are_those_of_the_reference_but_for_its_empty_ones_and_our_shortfalls(reader):
    whole = reference(reader, 1)
    own = national_model(reader.seeded("S", 1))
    shortfalls = 10 * (5 + 1) + len(reader.seeded("S", 1).regions)
    assert own.matrix.shape[0] == int((np.diff(whole["A"].tocsr().indptr) > 0).sum())
    assert len(own.cost) == len(whole["obj"]) + shortfalls
    assert own.matrix.nnz == whole["A"].nnz + shortfalls
