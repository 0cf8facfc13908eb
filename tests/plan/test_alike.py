"""Likeness of cities' plans, against sets counted one pair after the other."""

import random

import polars as pl
import pytest

from urbium.plan import alike

CODES = "PQRST"


def plan_of(towns, chosen):
    table = towns.rows("city solution", *((city, code) for city, own in chosen.items() for code in own))
    return towns.towns_plan(table=table)


def jaccard(one, other):
    return len(one & other) / len(one | other)


@pytest.mark.parametrize("seed", range(20))
def test_likeness_is_that_of_sets(towns, seed):
    rng = random.Random(seed)
    chosen = {f"C{k}": set(rng.sample(CODES, rng.randint(1, 5))) for k in range(rng.randint(2, 6))}
    found = {row["city"]: row for row in alike(plan_of(towns, chosen)).to_dicts()}
    others = {city: [jaccard(own, chosen[c]) for c in chosen if c != city] for city, own in chosen.items()}

    assert {c: row["alike"] for c, row in found.items()} == pytest.approx(
        {c: sum(each) / len(each) for c, each in others.items()}
    )
    assert {c: row["likeness"] for c, row in found.items()} == pytest.approx(
        {c: max(each) for c, each in others.items()}
    )
    assert {c: row["same"] for c, row in found.items()} == {c: each.count(1.0) for c, each in others.items()}


def test_the_nearest_city_is_the_one_that_is_most_alike(towns):
    found = alike(plan_of(towns, {"A": "PQR", "B": "PQ", "C": "ST"}))

    assert found.filter(pl.col("city") == "A")["nearest"].item() == "B"


def test_a_city_alone_is_like_nobody(towns):
    found = alike(plan_of(towns, {"A": "PQ"})).row(0, named=True)

    assert (found["alike"], found["likeness"], found["same"]) == (None, None, 0)
