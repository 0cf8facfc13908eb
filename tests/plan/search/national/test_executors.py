"""The same plan, whoever runs the cities: this thread, threads, processes or workers of a Dask cluster."""

import pytest

from executors import EXECUTORS
from urbium.plan.search.national.solver import solve_national

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


def plan(drawn, kind):
    with EXECUTORS[kind]() as executor:
        made = solve_national(drawn, time_limit=900, rounds=3, gap=0.0, executor=executor)
    return made.start.tolist(), made.training.tolist(), made.value, made.bound


def test_whoever_runs_the_cities_gives_the_same_plan(instance):
    drawn = instance(8, cities=4)
    here = plan(drawn, "serial")
    assert {kind: plan(drawn, kind) for kind in EXECUTORS} == dict.fromkeys(EXECUTORS, here)


def test_processes_give_the_same_plan_twice(instance):
    drawn = instance(9, cities=4)
    assert plan(drawn, "processes") == plan(drawn, "processes")
