"""The certificate accepts plans of the search and rejects every kind of tampering."""

from dataclasses import replace

import numpy as np
import pytest

from urbium.plan.search.national.incumbent import Shortfall
from urbium.plan.search.national.solver import solve_national

pytestmark = pytest.mark.long  # the loops of the search are compiled first: 50 s of processor


def first_chosen(plan):
    return int(np.flatnonzero(plan.start >= 0)[0])


def moved(plan, project, year):
    start = plan.start.copy()
    start[project] = year
    return replace(plan, start=start)


def raised(plan, field, where, by):
    array = np.array(getattr(plan, field), dtype=getattr(plan, field).dtype)
    array[where] += by
    return replace(plan, **{field: array})


TAMPERED = [
    ("worth as claimed", lambda i, p: replace(p, value=p.value * 1.001)),
    ("bound adds up", lambda i, p: replace(p, bound=p.bound - 0.01)),
    ("bound not below the worth", lambda i, p: replace(p, bound=0.0)),
    ("bound adds up", lambda i, p: raised(p, "prices", 0, -1e3)),
    ("bound adds up", lambda i, p: raised(p, "prices", -1, 1e6)),
    ("bound adds up", lambda i, p: raised(p, "city_bounds", 0, 1.0)),
    ("bound adds up", lambda i, p: replace(p, prices=np.full_like(p.prices, np.nan))),
    ("worth as claimed", lambda i, p: moved(p, first_chosen(p), -1)),
    ("start years", lambda i, p: moved(p, first_chosen(p), i.years)),
    ("start years", lambda i, p: moved(p, first_chosen(p), -3)),
    ("training", lambda i, p: raised(p, "training", (0, 0), 9)),
    ("training", lambda i, p: raised(p, "training", (0, 0), -9)),
    ("shapes", lambda i, p: replace(p, start=p.start[:-1])),
    ("shapes", lambda i, p: replace(p, start=p.start.astype(float))),
    ("shapes", lambda i, p: replace(p, training=p.training[:, :-1])),
    (
        "exclusions",
        lambda i, p: replace(p, start=np.where(np.isin(np.arange(len(p.start)), i.exclusive[:2, 1]), 0, -1)),
    ),
    (
        "prerequisites",
        lambda i, p: replace(p, start=np.where(np.arange(len(p.start)) == i.needs[0, 1], 0, -1)),
    ),
    ("places", lambda i, p: replace(p, start=everything(i))),
    ("national budget", lambda i, p: replace(p, start=everything(i))),
    ("standards that are due", lambda i, p: replace(p, start=np.full_like(p.start, -1))),
    (
        "shortfalls as named",
        lambda i, p: replace(p, shortfalls=(*p.shortfalls, Shortfall("region", 0, 1.0))),
    ),
]


def everything(instance):
    """Start all projects that need nothing and exclude nothing at once."""
    start = np.zeros(len(instance.projects.city), np.int64)
    start[instance.needs[:, 1]] = -1
    start[instance.exclusive[:, 1]] = -1
    return start


@pytest.fixture(scope="module")
def found():
    return {}


@pytest.mark.parametrize(("fault", "tamper"), TAMPERED)
def test_a_plan_that_was_tampered_with_is_rejected_for_what_was_done(
    fault, tamper, instance, found, certify_national
):
    drawn = instance(4)
    plan = found.setdefault("plan", None) or solve_national(drawn, time_limit=60, rounds=1)
    found["plan"] = plan
    assert certify_national(drawn, plan).is_valid
    assert fault in certify_national(drawn, tamper(drawn, plan)).faults
