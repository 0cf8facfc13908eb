"""Experts assigned to applications: balanced, fitting, without conflicts; refusals name who is missing."""

import itertools
import random
from collections import Counter

import pytest

from urbium.errors import InfeasibleError
from urbium.pilot.selection.assignment import assign


def test_loads_are_balanced_and_conflicts_never_assigned():
    draw = random.Random(1)
    applications = {f"a{at:03}": {draw.choice("wxyz")} for at in range(40)}
    experts = {f"e{at:02}": {draw.choice("wxyz")} for at in range(9)}
    conflicts = {(a, e) for a in applications for e in experts if draw.random() < 0.1}
    pairs = assign(applications, experts, each=3, conflicts=conflicts)
    assert set(Counter(a for a, _ in pairs).values()) == {3}
    loads = Counter(e for _, e in pairs)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert not set(pairs) & conflicts


@pytest.mark.parametrize("seed", range(4))
def test_no_assignment_is_more_balanced_or_fits_better(seed):
    draw = random.Random(seed)
    applications = {code: set(draw.sample("wxy", 2)) for code in "abcd"}
    experts = {code: set(draw.sample("wxy", 1)) for code in "pqr"}
    conflicts = {("a", "p")}

    def value(pairs):
        counts = {code: sum(e == code for _, e in pairs) for code in experts}
        fit = sum(len(applications[a] & experts[e]) / 2 for a, e in pairs)
        return max(counts.values()) - min(counts.values()), -fit

    options = [list(itertools.combinations(experts, 2)) for _ in applications]
    best = min(
        value(pairs)
        for chosen in itertools.product(*options)
        if not conflicts
        & set(pairs := [(a, e) for a, duo in zip(applications, chosen, strict=False) for e in duo])
    )
    assert value(assign(applications, experts, each=2, conflicts=conflicts)) == pytest.approx(best)


def test_what_is_assigned_already_counts():
    pairs = assign({"a": set(), "b": set()}, {"x": set(), "y": set()}, each=1, fixed={("a", "x")})
    assert pairs == [("b", "y")]


def test_a_refusal_names_the_applications_that_lack_experts_and_how_many():
    with pytest.raises(InfeasibleError, match="for b") as refused:
        assign({"a": set(), "b": set()}, {"x": set(), "y": set()}, each=2, conflicts={("b", "x")})
    assert [(fault.cell, str(fault.message)) for fault in refused.value.faults] == [
        ("b", "1 more expert is needed")
    ]
    with pytest.raises(InfeasibleError):
        assign({"a": set(), "b": set()}, {"x": set()}, each=1, most=1)
    with pytest.raises(InfeasibleError):
        assign({"a": set()}, {}, each=1)


def test_partly_as_many_are_assigned_as_there_are():
    experts, conflicts = {"x": set(), "y": set()}, {("b", "y")}
    pairs = assign({"a": set(), "b": set()}, experts, each=3, conflicts=conflicts, partly=True)
    assert sorted(pairs) == [("a", "x"), ("a", "y"), ("b", "x")]
    with pytest.raises(InfeasibleError):
        assign({"a": set(), "b": set()}, experts, each=3, conflicts=conflicts)
