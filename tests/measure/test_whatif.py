"""What if: a change is measured as if the cities had reported it so."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.errors import InputError, NotFoundError
from urbium.measure import measure_index
from urbium.measure.whatif import what_if
from urbium.model import Choice

FIGURES = {"x": [0, 50, 100, 75], "y": [10, 20, 30, 20], "z": [4, 3, None, 1]}
PARENTS = {"y": "p", "z": "p"}
BEFORE = {"a": 25, "b": 175 / 3, "c": 100, "d": 50}
"""By hand: x 0, 50, 100, 75; y 0, 50, 100, 50; z 100, 66.7, none, 0; p 50, 58.3, 100, 25; top the mean."""


@pytest.fixture(scope="module")
def scores(score_tree):
    return score_tree(FIGURES, parents=PARENTS)


def by_city(table, column="score"):
    return dict(table.select("city", column).iter_rows())


def test_with_nothing_changed_nothing_changes(scores):
    same = what_if(scores)
    assert same.table["score"].to_list() == same.table["score_before"].to_list()
    assert set(same.table["change"]) == {0}
    assert by_city(same.table) == by_city(scores.table)
    assert same.weights.height == 0
    assert repr(same) == "What if nothing changed: the rank changes for 0 of 4 cities"


def test_scores_before_are_those_of_hand_arithmetic(scores):
    # top = (x + p) / 2 with p = (y + z) / 2: a (0 + 50) / 2, b (50 + 58.3) / 2, d (75 + 25) / 2
    assert by_city(what_if(scores).table, "score_before") == pytest.approx(
        {"a": 25, "b": (50 + 175 / 3) / 2, "c": 100, "d": 50}
    )


def test_a_changed_value_equals_measuring_the_changed_figures(scores, score_tree):
    changed = what_if(scores, values={("a", "x"): 200, ("b", "z"): None})
    anew = score_tree({**FIGURES, "x": [200, 50, 100, 75], "z": [4, None, None, 1]}, parents=PARENTS)
    assert by_city(changed.table) == by_city(anew.table)
    assert by_city(changed.table, "rank") == by_city(anew.table, "rank")
    np.testing.assert_array_equal(changed.build.scores, anew.build.scores)
    assert changed.changes == ("A reports 200 for Green cover", "B reports no Green cover")


def test_a_weight_stands_beside_those_of_its_siblings_and_all_are_divided_by_their_sum(scores):
    changed = what_if(scores, weights={"x": 3})
    assert changed.weights.rows() == [("p", "top", 1.0, 0.25), ("x", "top", 1.0, 0.75)]
    assert by_city(changed.table)["d"] == pytest.approx(0.75 * 75 + 0.25 * 25)
    assert changed.table.row(by_predicate=pl.col("city") == "d", named=True)["rank"] == 2
    assert changed.changes == ("x weighs 3",)


def test_the_change_is_how_many_places_are_gained(scores):
    table = what_if(scores, values={("a", "x"): 100}).table  # x is now 100, 0, 100, 50
    assert by_city(table, "change") == {"a": 2, "b": -2, "c": 0, "d": 0}
    assert table["city"].to_list() == ["c", "a", "d", "b"]
    assert table["rank_before"].to_list() == [1, 4, 3, 2]


def test_steps_means_and_availability_can_be_replaced(scores, score_tree):
    changed = what_if(scores, steps="min-max(low=1)", aggregate="geometric > harmonic", availability=0.9)
    anew = score_tree(
        FIGURES,
        parents=PARENTS,
        steps="min-max(low=1)",
        aggregate="geometric > harmonic",
        availability=0.9,
    )
    assert by_city(changed.table) == by_city(anew.table)
    assert by_city(changed.table)["c"] is None
    assert by_city(changed.table, "change")["c"] is None
    assert changed.table["city"][-1] == "c"
    assert changed.changes == (
        "steps: min-max (low=1)",
        "aggregate: weighted geometric mean, weighted harmonic mean",
        "share of indicators that must be known: 0.9",
    )
    assert changed.settings["changes"] == "; ".join(changed.changes)


def test_rules_may_be_given_as_choices(scores):
    by_text = what_if(scores, steps="screen > percentile", aggregate="copeland")
    by_choice = what_if(scores, steps=Choice.row("screen > percentile"), aggregate=(Choice("copeland"),))
    assert by_text.table.equals(by_choice.table)


def test_a_change_that_names_the_present_rules_tells_of_no_change(scores):
    assert what_if(scores, steps="screen > min-max", aggregate="arithmetic", availability=0).changes == ()


def test_every_fault_is_named_at_once(scores):
    with pytest.raises(InputError) as caught:
        what_if(
            scores,
            values={("aa", "x"): 1, ("a", "xx"): 1, ("a", "x"): np.inf},
            weights={"q": 1, "x": -1, "y": np.nan},
            steps="screan > min-max",
            aggregate="?",
            availability=1.5,
        )
    told = [fault.message for fault in caught.value.faults]
    assert told == [
        "the city 'aa' was not measured",
        "there is no indicator 'xx' in the index",
        "there is no node 'q' in the index",
        "Green cover of A: inf is not a figure",
        "the weight -1 of x is below zero",
        "the weight nan of y is not finite",
        "there is no step 'screan'",
        "'?' is not a step of an index",
        "the share of indicators that must be known, 1.5, is not between 0 and 1",
    ]
    assert all(fault.remedy for fault in caught.value.faults)


def test_a_figure_that_cannot_be_is_refused_with_what_can(catalogue, demo_figures, demo_cities):
    demo = measure_index(
        demo_figures, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    with pytest.raises(InputError) as caught:
        what_if(demo, values={("130100", "green_cover"): 120, ("130100", "gdp_per_head"): -1})
    assert [(fault.message, fault.remedy) for fault in caught.value.faults] == [
        (
            "Green cover of the built-up area of Shijiazhuang: 120 is impossible",
            "enter a number from 0 to 100",
        ),
        ("GDP per registered head of Shijiazhuang: -1 is impossible", "enter a number of at least 0"),
    ]


def test_what_is_only_unknown_is_not_found(scores):
    with pytest.raises(NotFoundError, match="the change cannot be made") as caught:
        what_if(scores, values={("a", "q"): 1})
    assert [str(fault) for fault in caught.value.faults] == [
        "there is no indicator 'q' in the index; choose one of: x, y, z"
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"weights": {"x": 0, "p": 0}}, "everything below top has a weight of zero"),
        ({"weights": {"top": 0}}, "everything below the top has weight zero"),
        ({"aggregate": ""}, "no method of aggregation is named"),
        ({"steps": "min max"}, "'min max' is not a step of an index"),
        ({"availability": -0.1}, "the share of indicators that must be known, -0.1, is not between 0 and 1"),
    ],
)
def test_what_cannot_be_done_is_refused(scores, asked, words):
    with pytest.raises(InputError) as caught:
        what_if(scores, **asked)
    assert [fault.message for fault in caught.value.faults] == [words]


def test_all_and_nothing_are_shares_too(scores):
    assert by_city(what_if(scores, availability=1).table)["c"] is None
    assert by_city(what_if(scores, availability=0).table) == by_city(scores.table)


def test_a_weight_of_zero_leaves_a_node_out(scores):
    assert by_city(what_if(scores, weights={"p": 0}).table) == {"a": 0, "b": 50, "c": 100, "d": 75}


def test_the_explanation_tells_the_changes_and_the_score_before(scores):
    told = what_if(scores, values={("a", "x"): None, ("a", "y"): None, ("a", "z"): None}).explain("a")
    assert (told.what, told.value, told.note) == ("A, what if", None, "no score: too little data")
    assert [child.what for child in told.children] == [
        "A reports no Green cover",
        "A reports no Green cover",
        "A reports no Green cover",
        "score before",
    ]
    assert (told.children[-1].value, told.children[-1].note) == (25, "rank 4")
    assert what_if(scores).explain("c").note == "rank 1"


def test_only_a_measured_city_is_explained(scores):
    with pytest.raises(NotFoundError, match="choose one of: a, b, c, d"):
        what_if(scores).explain("zz")


def test_a_city_that_was_not_measured_is_named_as_such(scores):
    with pytest.raises(NotFoundError, match="the city 'aa' was not measured"):
        what_if(scores).explain("aa")


def test_without_a_mean_the_remedy_names_one(scores):
    with pytest.raises(InputError) as caught:
        what_if(scores, aggregate=())
    assert [(each.severity, each.message, each.remedy) for each in caught.value.faults] == [
        ("error", "no method of aggregation is named", "name a method of aggregation, such as arithmetic")
    ]


def test_the_chart_ranks_the_cities_after_the_change(scores):
    chart = what_if(scores, weights={"x": 3}).chart()
    assert [row["name"] for row in chart["data"]["values"]] == ["C", "D", "B", "A"]


figure = st.one_of(st.none(), st.integers(0, 100))


@settings(max_examples=tries(25), deadline=None)
@given(st.lists(figure, min_size=4, max_size=4), st.sampled_from("xyz"))
def test_any_change_of_figures_equals_measuring_anew(scores, score_tree, column, name):
    changed = what_if(
        scores, values={(city, name): value for city, value in zip("abcd", column, strict=True)}
    )
    anew = score_tree({**FIGURES, name: column}, parents=PARENTS)
    assert by_city(changed.table) == pytest.approx(by_city(anew.table), rel=1e-12)


@settings(max_examples=tries(25), deadline=None)
@given(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(1, 300))
def test_improving_one_indicator_never_lowers_the_score_between_the_goalposts(scores, city, name, more):
    raw = scores.build.raw
    column = raw.values[:, raw.columns.index(name)]
    now, lowest, highest = column[raw.rows.index(city)], np.nanmin(column), np.nanmax(column)
    assume(now > lowest)  # also not missing
    table = what_if(scores, values={(city, name): min(highest, now + more / 10)}).table
    row = table.row(by_predicate=pl.col("city") == city, named=True)
    assert row["score"] >= row["score_before"] - 1e-9


def test_the_demo_is_measured_again_as_with_other_observations(catalogue, demo_figures, demo_cities):
    def measured(table):
        return measure_index(
            table, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012, runs=0
        )

    here = (
        (pl.col("city") == "340100")
        & (pl.col("variable") == "waste_treatment_rate")
        & (pl.col("period") == "2012")
    )
    changed = demo_figures.with_columns(pl.when(here).then(100.0).otherwise("value").alias("value"))
    table = what_if(measured(demo_figures), values={("340100", "waste_treatment"): 100.0}).table
    assert by_city(table) == by_city(measured(changed).table)
