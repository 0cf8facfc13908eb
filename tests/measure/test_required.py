"""Needed figures: they give a city its score, none of them to spare, by trying every set."""

from itertools import chain, combinations

import pytest

from urbium.measure.required import needed_figures
from urbium.measure.whatif import what_if

FIGURES = {
    "w": [5, 10, None, None],
    "x": [0, 20, None, None],
    "y": [3, 50, None, 7],
    "z": [5, 9, None, 8],
}


def scored(scores, city, names):
    """Say whether a city has a score once these indicators have a figure."""
    changed = what_if(scores, values={(city, name): 6.0 for name in names})
    return changed.table.filter(city=city)["score"].item() is not None


@pytest.mark.parametrize("availability", [0.25, 0.5, 0.75, 1.0])
def test_they_give_a_score_and_no_smaller_set_of_them_does(score_tree, availability):
    scores = score_tree(FIGURES, availability=availability)
    needed = needed_figures(scores, "c", sound=[])
    smaller = chain.from_iterable(combinations(needed, count) for count in range(len(needed)))

    assert needed
    assert scored(scores, "c", needed)
    assert not any(scored(scores, "c", names) for names in smaller)


def test_what_is_sound_already_is_not_asked_for(score_tree):
    scores = score_tree(FIGURES, availability=1.0)
    assert needed_figures(scores, "d", sound=["y", "z"]) == ["w", "x"]


def test_nothing_is_asked_for_where_no_city_has_a_figure(score_tree):
    scores = score_tree({"x": [1, 2, None], "y": [None, None, None]}, availability=1.0)
    assert needed_figures(scores, "c", sound=[]) == []
