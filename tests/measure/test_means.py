"""The rows of the means: one entry, and every part of urbium that asks about a mean knows it."""

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from urbium.errors import InputError, NotFoundError
from urbium.measure import means
from urbium.measure.means import MEANS, Mean, Scale, is_by_row, mean_options, mean_words, scale_of
from urbium.measure.trust.data_priorities import data_priorities
from urbium.measure.trust.non_reporting import non_reporting
from urbium.model import Choice
from urbium.text import text

FIGURES = {"x": [0, 50, 100, 40], "y": [10, 0, 20, 20], "z": [0, 10, 5, None]}
STEPS = "screen > min-max"


@pytest.fixture
def quadratic(monkeypatch):
    """A mean that urbium does not come with: the same as a power mean of power 2."""
    row = Mean(
        noun=text("weighted quadratic mean"),
        effect=text("the strongest parts count more"),
        scale=lambda: Scale(np.square, np.sqrt, lowest=0.0),
    )
    monkeypatch.setitem(MEANS._all, "quadratic", row)


@pytest.fixture
def weakest(monkeypatch):
    """A way that is no mean on a scale, but looks at one city at a time."""
    row = Mean(
        noun=text("lowest value"),
        effect=text("only the weakest part counts"),
        function=lambda: lambda values, _: np.fmin.reduce(values, axis=1),
    )
    monkeypatch.setitem(MEANS._all, "weakest", row)


def both(score_tree, **asked):
    return (
        score_tree(FIGURES, aggregate=way, availability=0.6, **asked)
        for way in ("quadratic", "power(power=2)")
    )


@pytest.mark.usefixtures("quadratic")
def test_a_new_mean_is_measured(score_tree):
    new, known = both(score_tree)
    assert_frame_equal(new.table, known.table)


@pytest.mark.usefixtures("quadratic")
def test_the_effect_of_non_reporting_is_bounded_for_a_new_mean(score_tree):
    new, known = map(non_reporting, both(score_tree))
    assert new.table["is_exact"].all()
    assert_frame_equal(new.table, known.table)


@pytest.mark.usefixtures("quadratic")
def test_the_priority_of_data_is_known_for_a_new_mean(score_tree):
    new, known = map(data_priorities, both(score_tree))
    assert_frame_equal(new.table, known.table)


@pytest.mark.usefixtures("quadratic")
def test_the_explanation_of_a_score_names_a_new_mean(score_tree):
    new, _ = both(score_tree)
    assert "weighted quadratic mean of the known parts" in new.explain("a").note


@pytest.mark.usefixtures("quadratic")
def test_the_pages_describe_and_offer_a_new_mean():
    assert mean_words(Choice("quadratic"), 0, 1) == (
        "Each pillar, and then the index, is the weighted quadratic mean of its parts: "
        "the strongest parts count more."
    )
    assert mean_options()["quadratic"] == "weighted quadratic mean: the strongest parts count more"


@pytest.mark.usefixtures("quadratic")
def test_a_new_mean_names_its_domain(score_tree):
    with pytest.raises(InputError, match="the weighted quadratic mean needs values of zero or more"):
        score_tree(FIGURES, aggregate="quadratic", steps="z-score")


@pytest.mark.usefixtures("weakest")
def test_a_way_without_a_scale_has_no_bound_but_priorities_where_it_looks_at_one_city(score_tree):
    scores = score_tree(FIGURES, aggregate="weakest", availability=0.6)
    table = non_reporting(scores).table
    assert set(table["note"]) == {"unknown: a level is not aggregated by a mean"}
    assert table["reachable"].null_count() == 4
    assert data_priorities(scores).table["expected_move"].null_count() == 0


def test_benefit_of_the_doubt_is_a_way_to_aggregate(score_tree):
    # normalised: a 0 50, b 50 0, c 100 100; c is the best by any weights, the others have half of it
    figures = {"x": [0, 50, 100], "y": [15, 10, 20]}
    table = score_tree(figures, aggregate="benefit-of-the-doubt").table
    assert dict(table.select("city", "score").iter_rows()) == pytest.approx({"c": 100, "a": 50, "b": 50})


def test_the_bounds_of_benefit_of_the_doubt_are_parameters(score_tree):
    # normalised: b 60 and 25/95, c 100 and 100; at most 0.8 of the score of b may come from x
    figures = {"x": [0, 60, 100], "y": [5, 30, 100]}
    scores = {
        way: dict(score_tree(figures, aggregate=way).table.select("city", "score").iter_rows())
        for way in ("benefit-of-the-doubt", "benefit-of-the-doubt(lowest=0.2, highest=0.8)")
    }
    free, bound = scores.values()
    assert free["b"] == pytest.approx(60)
    assert bound["b"] == pytest.approx(100 / (0.8 / 0.6 + 0.2 / (25 / 95)))


@pytest.mark.parametrize(
    "way", ["power", "power(power=0)", "power(power=two)", "benefit-of-the-doubt(lowest=low)"]
)
def test_parameters_that_cannot_be_used_are_refused(way):
    choice = Choice.parse(way)
    with pytest.raises(NotFoundError, match="way to aggregate"):
        (scale_of if choice.name == "power" else means.function_of)(choice)


def test_a_parameter_that_a_way_does_not_have_is_named():
    with pytest.raises(InputError, match="there is no parameter 'missing'") as caught:
        means.function_of(Choice.parse("copeland(missing=none)"))
    assert caught.value.remedy == "write copeland"


@pytest.mark.parametrize("name", sorted(MEANS))
def test_every_row_says_what_it_computes_and_what_that_does(name):
    row = MEANS[name]
    assert (row.scale is None) != (row.function is None)
    assert row.noun
    assert row.effect
    assert row.is_by_row or row.scale is None


def test_nothing_is_known_of_a_function_of_ones_own():
    def own(values, _weights):
        return values[:, 0]

    assert scale_of(own) is None
    assert not is_by_row(own)
    assert "own function" in mean_words(own, 0, 1)
