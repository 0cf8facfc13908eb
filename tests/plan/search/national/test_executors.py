"""The same plan, whoever runs the cities: processes of this machine or workers of a Dask cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest

from urbium.plan.search.national.solver import solve_national

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


@contextmanager
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


@contextmanager
def dask() -> Iterator[Executor]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        yield executor


@pytest.mark.long
def test_processes_and_dask_workers_give_the_same_plan(instance):
    drawn = instance(8, cities=4)
    with processes() as executor:
        here = solve_national(drawn, time_limit=900, rounds=3, gap=0.0, executor=executor)
    with dask() as executor:
        there = solve_national(drawn, time_limit=900, rounds=3, gap=0.0, executor=executor)
    assert here.start.tolist() == there.start.tolist()
    assert here.training.tolist() == there.training.tolist()
    assert (here.value, here.bound) == (there.value, there.bound)


@pytest.mark.long
def test_processes_give_the_same_plan_twice(instance):
    drawn = instance(9, cities=4)
    with processes() as executor:
        first, again = (
            solve_national(drawn, time_limit=900, rounds=3, gap=0.0, executor=executor) for _ in range(2)
        )
    assert first.start.tolist() == again.start.tolist()
    assert first.bound == again.bound
