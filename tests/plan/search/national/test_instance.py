"""The arrays of a national instance refuse what does not fit together."""

from dataclasses import replace

import numpy as np
import pytest

from urbium.errors import InputError
from urbium.plan.search.national.instance import sample


def _projects(field, change):
    def changed(instance):
        values = np.array(getattr(instance.projects, field))
        return replace(instance, projects=replace(instance.projects, **{field: change(values)}))

    return changed


def _first(value):
    def change(values):
        values[0] = value
        return values

    return change


WRONG = [
    (_projects("cost", _first(-1.0)), "below 0"),
    (_projects("cost", _first(np.nan)), "not finite"),
    (_projects("private", _first(1.5)), "not a share"),
    (_projects("outside", _first(0.95)), "outside"),
    (_projects("duration", _first(0)), "shorter than one year"),
    (_projects("latest", _first(99)), "too late"),
    (_projects("city", lambda v: v[::-1].copy()), "ordered by city"),
    (_projects("cost", lambda v: v[:-1]), "shape"),
    (lambda i: replace(i, needs=np.array([[1, 0, 0]])), "before its prerequisite"),
    (lambda i: replace(i, needs=np.array([[0, len(i.projects.city) - 1, 0]])), "another city"),
    (lambda i: replace(i, needs=np.array([[0, 999, 0]])), "does not exist"),
    (lambda i: replace(i, covers=np.array([[0, len(i.projects.city) - 1]])), "another city"),
    (lambda i: replace(i, exclusive=np.array([[0, 0], [0, len(i.projects.city) - 1]])), "two cities"),
    (lambda i: replace(i, cities=replace(i.cities, weight=i.cities.weight * 2)), "sum to one"),
    (lambda i: replace(i, nation=replace(i.nation, slope=i.nation.slope[::-1])), "concave"),
    (lambda i: replace(i, nation=replace(i.nation, foreign_share=1.1)), "not a share"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_what_does_not_fit_is_refused_with_its_reason(instance, wrong, words):
    with pytest.raises(InputError, match=words):
        wrong(instance(1))


def test_a_sample_of_cities_keeps_their_projects_and_their_part_of_the_budget(instance):
    whole = instance(2, cities=5)
    part = sample(whole, np.array([1, 4]))
    kept = np.isin(whole.projects.city, [1, 4])
    share = whole.projects.cost[kept].sum() / whole.projects.cost.sum()
    assert part.projects.cost.tolist() == whole.projects.cost[kept].tolist()
    assert part.nation.budget == pytest.approx(whole.nation.budget * share)
