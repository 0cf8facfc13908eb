"""The seeded national instances of the reference folder as roadmaps: the same problem, read another way."""

from dataclasses import fields

import highspy
import numpy as np
import pytest

import instances
import national
from urbium.plan import solve
from urbium.plan.milp.model import assemble
from urbium.plan.search.national.adapter import instance_of
from urbium.plan.variables import Variables

pytestmark = pytest.mark.shared

TINY = (3, 12, 5)


@pytest.fixture(autouse=True)
def folder(shared):
    assert shared.is_dir()


def test_a_roadmap_as_arrays_is_what_the_arrays_say():
    lay = Variables(instances.seeded("S", 2))
    ours, order = instance_of(lay, assemble(lay))
    theirs, place = national.seeded("S", 2), np.argsort(order)
    free = {"upkeep", "region_price"}  # no limit is another number here, and a region is owed less

    for part in ("projects", "cities", "nation"):
        one, other = getattr(ours, part), getattr(theirs, part)
        for name in {item.name for item in fields(type(one))} - free:
            expected = np.asarray(getattr(other, name))
            expected = expected[order] if part == "projects" else expected
            assert np.asarray(getattr(one, name)) == pytest.approx(expected), name
    needs = [(place[before], place[after], lag) for before, after, lag in theirs.needs]
    assert sorted(map(tuple, ours.needs)) == sorted(needs)
    assert sorted(map(tuple, ours.covers)) == sorted((s, place[p]) for s, p in theirs.covers)
    assert sorted(map(tuple, ours.exclusive)) == sorted((g, place[p]) for g, p in theirs.exclusive)
    assert (ours.standards == theirs.standards).all()


@pytest.mark.parametrize("seed", [1, 2, 10])
def test_the_best_plan_of_a_tiny_roadmap_is_that_of_the_reference_model(seed):
    """Standards are hard in the reference and priced here: seeds of which all can be met."""
    module = instances.generator()
    module.KAPPA, module.NSTD = 0.0, 1
    cities, nation, (count, _, years) = module.gen(*TINY, seed)
    cities = [city | {"theta": 0.0} for city in cities]
    blocks = [module.build_city(city, nation, years, count) for city in cities]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(module.tohighs(module.mono(blocks, nation, years)))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal

    plan = solve(instances.read(cities, nation, module), work_limit=60)
    assert plan.shortfalls.height == 0
    assert plan.objective == pytest.approx(solver.getInfo().objective_function_value, rel=1e-6)
