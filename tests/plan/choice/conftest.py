"""Ranges for small random programmes, drawn by their own seed."""

import random

import polars as pl
import pytest

from urbium.plan import Ranges


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


@pytest.fixture(scope="session")
def ranges_of():
    """Make ranges for a roadmap."""
    return make_ranges
