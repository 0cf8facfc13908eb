"""Effect of non-reporting: the bound on what withholding could gain, against trying every subset."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.errors import NotFoundError
from urbium.measure import measure_index
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import build
from urbium.measure.trust.anomalies import score_anomalies
from urbium.measure.trust.data_priorities import data_priorities
from urbium.measure.trust.non_reporting import non_reporting
from urbium.model import Choice

FIGURES = {"x": [0, 50, 100, 40], "y": [10, 0, 20, 20], "z": [0, 10, 5, None]}


def row(table, city):
    return table.row(by_predicate=pl.col("city") == city, named=True)


def tried(built, place):
    """Return the highest score of a row over every subset of what it reports, each index built anew."""
    best = built.root[place]
    reported = np.flatnonzero(built.raw.is_known[place])
    for count in range(1, len(reported) + 1):
        for left_out in combinations(reported.tolist(), count):
            values = built.raw.values.copy()
            values[place, list(left_out)] = np.nan
            best = np.fmax(best, build(built.raw.holding(values), built.layout, built.method).root[place])
    return best


@pytest.fixture(scope="module")
def scores(score_tree):
    return score_tree(FIGURES, availability=0.6)


def test_the_bound_by_hand(scores):
    # normalised: x 0 50 100 40, y 50 0 100 100, z 0 100 50 -; two of three must be known
    table = non_reporting(scores).table
    a, b, c, d = (row(table, city) for city in "abcd")
    assert (a["score"], a["reachable"], a["gain"]) == pytest.approx((50 / 3, 25, 25 - 50 / 3))
    assert (b["score"], b["reachable"], b["withheld"]) == (50, 75, ["y"])
    assert (c["reachable"], c["withheld"]) == (100, ["z"])
    assert (d["score"], d["reachable"], d["gain"], d["withheld"]) == (70, 70, 0, [])
    assert all(each["is_exact"] for each in (a, b, c, d))
    assert table["note"].to_list() == [""] * 4


def test_the_rank_within_reach_is_held_against_the_scores_of_the_others(scores):
    # scores: c 83.3, d 70, b 50, a 16.7
    table = non_reporting(scores).table
    assert [row(table, city)["rank"] for city in "abcd"] == [4, 3, 1, 2]
    assert [row(table, city)["reachable_rank"] for city in "abcd"] == [4, 2, 1, 2]


def test_the_cautious_score_counts_what_is_missing_as_the_lowest(scores):
    table = non_reporting(scores).table
    assert row(table, "d")["cautious"] == pytest.approx((40 + 100 + 0) / 3)
    assert row(table, "c")["cautious"] == row(table, "c")["score"]
    assert [row(table, city)["cautious_rank"] for city in "abcd"] == [4, 2, 1, 3]
    assert row(table, "d")["coverage"] == pytest.approx(2 / 3)


def test_the_lowest_is_that_of_the_column(score_tree):
    table = non_reporting(score_tree({"x": [0, 50, 100], "y": [None, 10, 20]}, steps="min-max(low=20)")).table
    assert row(table, "a")["cautious"] == 20
    assert row(table, "a")["score"] == 20


def test_the_largest_gain_stands_first(scores):
    assert non_reporting(scores).table["city"].to_list() == ["b", "c", "a", "d"]


def test_a_pillar_of_which_too_little_is_left_falls_away(score_tree):
    # p: y 0 and z 0, of which half must be known; x 100; without y and z only x counts
    figures = {"x": [100, 0, 50], "y": [0, 10, 5], "z": [0, 10, 5]}
    found = non_reporting(
        score_tree(figures, parents={"y": "p", "z": "p"}, availability=0.5, steps="min-max")
    )
    told = row(found.table, "a")
    # of the three indicators 0.5 asks for two, so p may lose one only, and still has half: no gain
    assert (told["score"], told["reachable"]) == (50, 50)
    free = non_reporting(score_tree(figures, parents={"y": "p", "z": "p"}, availability=0.3, steps="min-max"))
    assert (row(free.table, "a")["reachable"], row(free.table, "a")["withheld"]) == (100, ["y", "z"])


@pytest.mark.parametrize(
    ("way", "reachable", "withheld"),
    [
        ("arithmetic", (5 + 2 * 20) / 3, ["y"]),
        ("geometric", (10**3 * 20**2) ** (1 / 5), ["x"]),
        ("harmonic", 5 / (3 / 10 + 2 / 20), ["x"]),
        ("power(power=2)", ((5**2 + 2 * 20**2) / 3) ** 0.5, ["y"]),
        ("power(power=-0.5)", (5 / (3 / 10**0.5 + 2 / 20**0.5)) ** 2, ["x"]),
    ],
)
def test_each_mean_has_its_own_best_subset(score_tree, way, reachable, withheld):
    # c has 5, 10 and 20 with the weights 1, 3 and 2, and must report two of them
    figures = {"x": [1, 100, 5], "y": [1, 100, 10], "z": [1, 100, 20]}
    scores = score_tree(
        figures, weights={"y": 3, "z": 2}, aggregate=way, steps="screen > min-max(low=1)", availability=0.6
    )
    told = row(non_reporting(scores).table, "c")
    assert told["reachable"] == pytest.approx(reachable, rel=1e-9)
    assert told["withheld"] == withheld


def test_of_many_indicators_the_best_that_must_be_known_are_kept(score_tree):
    # 70 indicators, a and b set the goalposts, c has 1 to 70 of 100; half of them must be known
    figures = {f"i{place:02}": [0, 100, place + 1] for place in range(70)}
    told = row(non_reporting(score_tree(figures, availability=0.5)).table, "c")
    assert told["reachable"] == pytest.approx(sum(range(36, 71)) / 35)
    assert told["withheld"] == [f"i{place:02}" for place in range(35)]


def test_a_city_without_score_has_no_bound(score_tree):
    table = non_reporting(score_tree({"x": [1, 2, None], "y": [1, 2, 3]}, availability=0.9)).table
    told = row(table, "c")
    assert (told["reachable"], told["gain"], told["withheld"], told["is_exact"]) == (None,) * 4
    assert (told["cautious"], told["note"]) == (None, "no score: too little is reported")
    assert table["city"].to_list() == ["b", "a", "c"]


def test_imputation_from_the_others_bounds_what_silence_gains(score_tree):
    # b withholds y: the mean of a and c is 15 of 10 to 20, which is 50
    figures = {"x": [0, 50, 100], "y": [10, 0, 20]}
    found = non_reporting(score_tree(figures, steps="impute-mean > min-max"))
    told = row(found.table, "b")
    assert (told["score"], told["reachable"], told["withheld"]) == (25, 50, ["y"])
    assert told["is_exact"]


def test_counting_silence_as_the_lowest_makes_it_worthless(scores, score_tree):
    table = non_reporting(score_tree(FIGURES, steps="screen > min-max > impute-lowest")).table
    assert table["gain"].to_list() == [0] * 4
    assert table["withheld"].to_list() == [[]] * 4


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"aggregate": "copeland"}, "depends on all cities at once"),
        ({"steps": "min-max > impute-siblings"}, "imputed from the other data that the city reports"),
        ({"steps": "screen(only=x) > min-max"}, "some of the indicators"),
        ({"weights": {"x": -1, "y": 3}}, "a weight is below zero"),
    ],
)
def test_where_no_bound_is_known_it_says_why(score_tree, asked, words):
    found = non_reporting(score_tree(FIGURES, **asked))
    assert found.table["reachable"].null_count() == 4
    assert found.table["gain"].null_count() == 4
    assert found.table["withheld"].null_count() == 4
    assert all(note.startswith("unknown: ") and words in note for note in found.table["note"])
    assert found.table["score"].null_count() == 0
    assert repr(found) == "Effect of non-reporting in 4 cities: no bound available"


def test_a_screening_by_zeros_is_left_aside(score_tree):
    found = non_reporting(score_tree(FIGURES, steps="screen(nonzero=0.3) > min-max", availability=0.6))
    assert found.table["is_exact"].to_list() == [False] * 4
    assert set(found.table["note"]) == {"an upper bound: screening requirements are not considered"}
    built = found.scores.build
    assert all(
        row(found.table, city)["reachable"] >= tried(built, place) - 1e-9 for place, city in enumerate("abcd")
    )


def test_of_a_screening_that_is_left_aside_no_number_of_indicators_is_asked(score_tree):
    # any one indicator may stand alone: y of a is 50, z of b is 100
    steps = "screen(nonzero=0.3, availability=0.9) > min-max"
    table = non_reporting(score_tree(FIGURES, steps=steps, availability=0.0)).table
    assert [row(table, city)["reachable"] for city in "abc"] == [50, 100, 100]


def test_a_city_let_in_on_request_is_not_held_to_the_screening(score_tree):
    steps = "screen(availability=0.6, include=a) > min-max"
    table = non_reporting(score_tree(FIGURES, steps=steps)).table
    assert (row(table, "a")["reachable"], row(table, "b")["reachable"]) == (50, 75)


def test_the_repr_and_the_explanation_are_sentences(scores):
    found = non_reporting(scores)
    assert repr(found) == "Effect of non-reporting: 3 of 4 scored cities could gain up to 25 points"
    told = found.explain("b")
    assert (told.what, told.value) == ("B, highest score achievable by not reporting", 75)
    score, cover, cautious, withheld = told.children
    assert (score.value, score.note, cover.value) == (50, "rank 3", 1)
    assert (cautious.value, cautious.note) == (50, "rank 2")
    assert [child.what for child in withheld.children] == ["y"]
    assert len(found.explain("d").children) == 3
    with pytest.raises(NotFoundError):
        found.explain("zz")


def test_the_explanation_of_a_city_without_score(score_tree):
    found = non_reporting(score_tree({"x": [1, 2, None], "y": [1, 2, 3]}, availability=0.9))
    told = found.explain("c")
    assert (told.value, told.note, told.children[0].note) == (
        None,
        "no score: too little is reported",
        "no rank",
    )


def test_the_chart_begins_with_the_largest_gain(scores):
    chart = non_reporting(scores).chart()
    assert [each["name"] for each in chart["data"]["values"]] == ["B", "C", "A", "D"]
    assert chart["data"]["values"][0]["gain"] == 25


PARENTS = {
    "p": "top",
    "q": "top",
    "r": "q",
    "l1": "p",
    "l2": "p",
    "l3": "q",
    "l4": "r",
    "l5": "r",
    "l6": "top",
}
NAMES = ("l1", "l2", "l3", "l4", "l5", "l6")
STEPS = (
    "screen > min-max(low=1)",
    "min-max(low=1)",
    "screen > impute-median > min-max(low=1)",
    "impute-mean > screen > min-max(low=1)",
    "screen > winsorise > min-max(low=1)",
    "screen > impute-mean(except=l1) > min-max(low=1)",
)
WAYS = (
    "arithmetic",
    "geometric",
    "harmonic",
    "power(power=2)",
    "power(power=-0.5)",
    "arithmetic(missing=none)",
)


@pytest.fixture(scope="module")
def deep(score_tree):
    """A tree of three levels; the figures are replaced."""
    return score_tree({name: [1, 2] for name in NAMES}, parents=PARENTS, steps="min-max(low=1)")


FIGURE = st.one_of(*(st.integers(0, 30),) * 5, st.none())
CASES = st.fixed_dictionaries(
    {
        "values": st.lists(st.lists(FIGURE, min_size=6, max_size=6), min_size=4, max_size=4),
        "weights": st.lists(st.sampled_from([1.0, 0.5, 2.0, 3.3, 0.0]), min_size=9, max_size=9),
        "ways": st.lists(st.sampled_from(WAYS), min_size=1, max_size=3),
        "steps": st.sampled_from(STEPS),
        "availability": st.sampled_from([0.0, 0.3, 0.5, 0.67, 0.8]),
    }
)


@settings(max_examples=tries(40), deadline=None)
@given(case=CASES)
def test_the_bound_is_the_best_of_all_subsets(deep, case):
    nodes = [deep.index.nodes[0]] + [
        replace(node, weight=weight)
        for node, weight in zip(deep.index.nodes[1:], case["weights"], strict=True)
    ]
    places = {node.id: node.weight for node in nodes}
    layout = replace(
        deep.build.layout,
        nodes=tuple(replace(node, weight=places[node.id]) for node in deep.build.layout.nodes),
    )
    raw = matrix(
        np.array(case["values"], dtype=float),
        rows=tuple("abcd"),
        columns=deep.index.indicators,
        parents=layout.parents,
        directions=np.array([1, -1, 1, 1, -1, 1]),
    )
    method = replace(
        deep.build.method,
        steps=Choice.row(case["steps"]),
        aggregate=tuple(Choice.parse(way) for way in case["ways"]),
        availability=case["availability"],
    )
    built = build(raw, layout, method)
    told = row(non_reporting(replace(deep, build=built)).table, "a")
    if told["score"] is None:
        assert told["reachable"] is None
        return
    best = tried(built, 0)
    assert told["reachable"] >= told["score"]
    if told["is_exact"]:
        assert told["reachable"] == pytest.approx(best, rel=1e-9)
    else:
        assert told["reachable"] >= best - 1e-9


SPARSE = st.one_of(st.none(), st.integers(0, 30))


@settings(max_examples=tries(30), deadline=None)
@given(case=st.fixed_dictionaries({name: st.lists(SPARSE, min_size=3, max_size=3) for name in "xyz"}))
def test_what_is_missing_never_raises(score_tree, case):
    scores = score_tree(case, parents={"y": "p", "z": "p"}, availability=0.5)
    table = non_reporting(scores).table
    assert table["score"].null_count() == table["reachable"].null_count()
    assert (table["gain"].drop_nulls() >= 0).all()
    assert data_priorities(scores).table.height <= scores.indicators["value"].null_count()
    assert score_anomalies(scores).table.height <= 1


def test_silence_would_pay_on_the_demo_and_is_bounded_exactly(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    table = non_reporting(scores).table
    scored = table.filter(pl.col("score").is_not_null())
    assert (scored["gain"] >= 0).all()
    assert scored["is_exact"].all()
    first = scored.row(0, named=True)
    place = scores.build.raw.rows.index(first["city"])
    values = scores.build.raw.values.copy()
    values[place, [scores.build.raw.columns.index(name) for name in first["withheld"]]] = np.nan
    anew = build(scores.build.raw.holding(values), scores.build.layout, scores.build.method)
    assert anew.root[place] == pytest.approx(first["reachable"], rel=1e-12)
