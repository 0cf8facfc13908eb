"""Ranges for small random programmes, and every choice that keeps their limits."""

import itertools
import random

import numpy as np
import polars as pl
import pytest

from urbium.errors import InfeasibleError, InputError
from urbium.plan import Ranges, solve


def make_ranges(road, seed=0):
    """Return a range for most effects, costs and needs of a roadmap."""
    rng = random.Random(seed)
    effects = [
        (p, i, e * rng.uniform(0.1, 1), min(e * rng.uniform(1, 1.6), 1.0))
        for p, i, e in road.effects.select("project", "indicator", "effect").iter_rows()
        if rng.random() < 0.9
    ]
    capital = [
        (p, c * rng.uniform(0.5, 1), c * rng.uniform(1, 2))
        for p, c in road.projects.select("project", "capital").iter_rows()
        if rng.random() < 0.8
    ]
    needs = [
        (c, i, n * rng.uniform(0.7, 1), min(n * rng.uniform(1, 1.3), 1.0))
        for c, i, n in road.gaps.select("city", "indicator", "need").iter_rows()
        if rng.random() < 0.5
    ]
    ends = ["low", "high"]
    return Ranges(
        effects=pl.DataFrame(effects, schema=["project", "indicator", *ends], orient="row"),
        capital=pl.DataFrame(capital, schema=["project", *ends], orient="row"),
        needs=pl.DataFrame(needs, schema=["city", "indicator", *ends], orient="row"),
    )


def all_plans(road):
    """Start year indices of every choice that keeps the limits, each fixed and solved."""
    options = []
    for row in road.projects.to_dicts():
        years = [y for y in road.years if y + row["build_years"] - 1 <= road.years[-1]]
        fixed = {"forbidden": [None], "committed": [row["start"]], "mandatory": years}
        options.append(fixed.get(row["status"], [None, *years]))
    for choice in itertools.product(*options):
        starts = pl.Series(choice, dtype=pl.Int64)
        status = pl.when(starts.is_not_null()).then(pl.lit("committed")).otherwise(pl.lit("forbidden"))
        fixed = road.replace(projects=road.projects.with_columns(start=starts, status=status))
        try:
            plan = solve(fixed, work_limit=10)
        except (InfeasibleError, InputError):
            continue
        if plan.overruns.is_empty():
            yield np.array([-1 if y is None else y - road.years[0] for y in choice])


@pytest.fixture(scope="session")
def every_plan():
    """Yield the start year indices of every choice that keeps the limits of a small programme."""
    return all_plans


@pytest.fixture(scope="session")
def ranges_of():
    """Make ranges for a roadmap."""
    return make_ranges
