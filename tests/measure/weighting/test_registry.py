"""Weightings: every word that an index may declare, measured through the index."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.catalogue.checks import references
from urbium.errors import InputError
from urbium.measure import measure_index
from urbium.measure.weighting.registry import WEIGHTINGS
from urbium.model import Choice, Weighting

FIGURES = {"x": [0, 50, 100, 40], "y": [10, 0, 20, 12], "z": [0, 10, 5, 3]}


@pytest.fixture
def scored(score_tree):
    """Return a maker of scores by an index with a weighting: top over p (x, y) and z."""

    def score(weighting, figures=None, **asked):
        return score_tree(figures or FIGURES, parents={"x": "p", "y": "p"}, weighting=weighting, **asked)

    return score


def weights(scores):
    table = scores.pillars.filter(pl.col("city") == "a")
    leaves = scores.indicators.filter(pl.col("city") == "a")
    return dict(table.select("node", "weight").iter_rows()) | dict(
        leaves.select("indicator", "weight").iter_rows()
    )


def test_every_word_has_a_row_and_every_row_a_word():
    assert {*WEIGHTINGS} == {word.value for word in Weighting}


def test_equal_weights_replace_those_declared(scored):
    declared = {"x": 0.9, "y": 0.1, "p": 0.3, "z": 0.7}
    assert weights(scored("declared", weights=declared))["x"] == 0.9
    found = weights(scored("equal", weights=declared))
    assert {name: found[name] for name in "xypz"} == {"x": 0.5, "y": 0.5, "p": 0.5, "z": 0.5}


def test_principal_components_weigh_what_goes_together(scored):
    # x and y are the same, so they share their component; p and z are two columns, and two always share one
    figures = FIGURES | {"y": FIGURES["x"]}
    found = weights(scored("principal-components", figures))
    assert (found["x"], found["y"]) == pytest.approx((0.5, 0.5))
    assert (found["p"], found["z"]) == pytest.approx((0.5, 0.5))


def test_equal_influence_gives_the_parts_the_same_correlation_with_the_whole(scored):
    figures = {
        name: np.random.default_rng(4).random((20, 3))[:, at].tolist() for at, name in enumerate("xyz")
    }
    scores = scored("equal-influence", figures)
    x, y = (scores.build.normalised[:, at] for at in range(2))
    p = scores.build.scores[:, [node.id for node in scores.build.layout.nodes].index("p")]
    assert np.corrcoef(x, p)[0, 1] == pytest.approx(np.corrcoef(y, p)[0, 1], abs=1e-6)


def test_experts_allocate_points_in_the_declaration(scored):
    found = weights(scored("budget-allocation(x=60|40|80, y=40|60|20)", weights={"p": 0.3, "z": 0.7}))
    assert (found["x"], found["y"]) == pytest.approx((0.6, 0.4))
    assert (found["p"], found["z"]) == pytest.approx((0.3, 0.7))


def test_experts_compare_in_pairs_in_the_declaration(scored):
    found = weights(scored("pairwise-comparison(x/y=3, z/p=4)"))
    assert (found["x"], found["y"]) == pytest.approx((0.75, 0.25))
    assert (found["p"], found["z"]) == pytest.approx((0.2, 0.8))


def test_the_scores_rest_on_the_weights_and_the_explanation_says_where_they_come_from(scored):
    scores = scored("pairwise-comparison(x/y=3)")
    told = scores.explain("b")
    normalised = scores.build.normalised[1]
    p = 0.75 * normalised[0] + 0.25 * normalised[1]
    assert told.value == pytest.approx((p + normalised[2]) / 2)
    assert "weights from pairwise comparison (AHP)" in told.note


@pytest.mark.parametrize(
    ("weighting", "words"),
    [
        ("magic", "there is no weighting 'magic'"),
        ("equal(x=1)", "takes no parameters"),
        ("budget-allocation", "does not reflect any expert"),
        ("budget-allocation(w=100)", "'w', which is not a node"),
        ("budget-allocation(x=100)", "experts give weights to x but not to y"),
        ("budget-allocation(x=60|50, y=40|60)", "cannot be used"),
        ("budget-allocation(x=60|50, y=40)", "cannot be used"),
        ("pairwise-comparison(x/y=often)", "cannot be used"),
        ("pairwise-comparison(x/y=0)", "cannot be used"),
    ],
)
def test_a_weighting_that_cannot_be_used_is_refused(scored, weighting, words):
    with pytest.raises(InputError, match=words):
        scored(weighting)


def test_parts_of_which_too_little_is_known_have_no_weights(scored):
    figures = FIGURES | {"x": [1, 2, None, None], "y": [None, None, 1, 2]}  # nobody reports both
    with pytest.raises(InputError, match="no weights can be computed for the parts of p"):
        scored("principal-components", figures)


def test_a_part_that_nobody_reports_weighs_nothing(scored):
    found = weights(scored("principal-components", FIGURES | {"x": [None] * 4}))
    assert (found["x"], found["y"]) == (0, 1)


def test_the_catalogue_refuses_an_unknown_weighting_and_names_the_nearest():
    catalogue = load_catalogue()
    odd = replace(catalogue.indices["yearbook"], weighting=Choice("principal-component"))
    faults = list(references.weightings(replace(catalogue, indices={"yearbook": odd})))
    assert [fault.message for fault in faults] == [
        "index yearbook has the weighting 'principal-component', which is unknown"
    ]
    assert faults[0].remedy == "did you mean 'principal-components'?"


def test_an_index_of_the_catalogue_is_measured_with_weights_from_the_data(
    catalogue, demo_figures, demo_cities
):
    index = replace(catalogue.indices["yearbook"], weighting=Choice(Weighting.PRINCIPAL_COMPONENTS.value))
    scores = measure_index(demo_figures, index, catalogue, cities=demo_cities, period=2012, runs=0)
    below = [node.weight for node in scores.index.nodes if node.parent == "economy"]
    assert sum(below) == pytest.approx(1)
    assert len({round(weight, 6) for weight in below}) > 1
    again = measure_index(demo_figures, scores.index, catalogue, cities=demo_cities, period=2012, runs=0)
    assert again.table.equals(scores.table)
