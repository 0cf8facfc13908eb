"""The search of one city at prices."""

from dataclasses import replace

import numpy as np
import pytest

from urbium.plan.search.national.annealing import anneal_cities
from urbium.plan.search.national.evaluate import evaluate
from urbium.plan.search.national.layout import tables

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


def beside(instance):
    """One city owes a standard by a project that the nation may pay only beside others of the same year.

    Of 100 the city pays 30 and the nation 60% of all that is spent. A second project, worth nothing, can be
    paid by private partners: with both in one year the nation may pay 120 of 200.
    """
    projects = instance.projects
    none, all_of_it = np.zeros(4), np.ones(4)
    private = np.array([0.0, 0.0, 1.0, 0.0])
    return replace(
        instance,
        projects=replace(
            projects,
            duration=np.ones(4, np.int64),
            latest=np.array([5, -1, 5, -1]),
            cost=np.full(4, 100.0),
            operation=none,
            private=private,
            foreign=none,
            national=all_of_it,
            outside=private,
            private_national=all_of_it,
            foreign_national=all_of_it,
            besides=all_of_it,
            effect=np.zeros_like(projects.effect),
        ),
        cities=replace(instance.cities, budget=np.full((1, 6), 30.0), least_closing=none[:1]),
        nation=replace(instance.nation, spending_price=np.full(6, 0.1), shortfall_price=60.0),
        needs=np.zeros((0, 3), np.int64),
        is_due=np.array([False]),
        wishes=np.zeros((0, 3), np.int64),
        wish_price=none[:0],
    )


def test_a_search_from_nothing_finds_projects_that_can_only_be_paid_together(instance):
    drawn = beside(instance(0, cities=1, most=4))
    table, nothing = tables(drawn), np.full(4, -1)
    _, plans, _ = anneal_cities(table, [0], nothing, np.zeros(drawn.rows), 5_000, hot=0.02, soft=0.3, keep=1)
    found = evaluate(table, plans[0])
    assert found.short.tolist() == [0.0]
    assert found.violation.tolist() == [0.0]
    assert plans[0][0] == plans[0][2] >= 0
