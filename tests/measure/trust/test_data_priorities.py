"""Value of information: what one figure more may do to a rank, against building the index anew."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.measure import measure_index
from urbium.measure.trust.data_priorities import data_priorities
from urbium.measure.whatif import what_if

FIGURES = {"x": [0, 20, 40, 60, 100, 10], "y": [None, 50, 60, 70, 100, 0], "z": [5, None, 30, 45, 60, 0]}


def row(table, city, indicator):
    return table.row(by_predicate=(pl.col("city") == city) & (pl.col("indicator") == indicator), named=True)


@pytest.fixture(scope="module")
def scores(score_tree):
    return score_tree(FIGURES)


@pytest.fixture(scope="module")
def poor(score_tree):
    return score_tree(FIGURES, grades={("d", "x"): "personal estimate", ("c", "z"): "suspect"})


def anew(scores, city, indicator, values):
    """Return the scores and ranks of a city, measured anew with each value of an indicator."""
    tables = [what_if(scores, values={(city, indicator): value}).table for value in values]
    found = [table.row(by_predicate=pl.col("city") == city, named=True) for table in tables]
    return [each["score"] for each in found], [each["rank"] for each in found]


def test_a_missing_figure_takes_the_values_of_the_peers(scores):
    told = row(data_priorities(scores, quantiles=3).table, "a", "y")
    # the quantiles 1/6, 1/2, 5/6 of 0, 50, 60, 70, 100: 100/3, 60, 80
    values = [100 / 3, 60, 80]
    marks, ranks = anew(scores, "a", "y", values)
    now = scores.table.row(by_predicate=pl.col("city") == "a", named=True)["rank"]
    assert (told["score_low"], told["score_high"]) == pytest.approx((min(marks), max(marks)), abs=1e-9)
    assert (told["rank_best"], told["rank_worst"]) == (min(ranks), max(ranks))
    assert told["expected_move"] == pytest.approx(np.mean([abs(rank - now) for rank in ranks]))
    assert (told["why"], told["rank"], told["gives_score"]) == ("missing", now, False)


def test_the_figures_of_a_small_index_by_hand(scores):
    # scores now: a (0 + 8.33) / 2 = 4.2, b (20 + 50) / 2 = 35, f (10 + 0 + 0) / 3 = 3.3; c to e above 48
    told = row(data_priorities(scores, quantiles=1).table, "b", "z")
    # the middle of 5, 30, 45, 60, 0 is 30, which is 50: (20 + 50 + 50) / 3 = 40, still below c
    assert told == {
        "city": "b",
        "indicator": "z",
        "why": "missing",
        "expected_move": 0.0,
        "rank": 4,
        "rank_best": 4,
        "rank_worst": 4,
        "score_low": pytest.approx(40),
        "score_high": pytest.approx(40),
        "gives_score": False,
    }


def test_a_poor_figure_takes_values_around_itself(poor):
    found = data_priorities(poor, {"personal estimate": 0.2}, quantiles=2)
    told = row(found.table, "d", "x")
    marks, ranks = anew(
        poor, "d", "x", [60 * (1 - 0.2 * 0.6744897501960817), 60 * (1 + 0.2 * 0.6744897501960817)]
    )
    assert told["why"] == "personal estimate"
    assert (told["score_low"], told["score_high"]) == pytest.approx(tuple(marks), abs=1e-9)
    assert {told["rank_best"], told["rank_worst"]} == set(ranks)
    assert found.settings["spread"] == {"personal estimate": 0.2}


def test_the_doubt_may_be_given_for_each_figure(poor):
    each = np.zeros((6, 3))
    each[3, 0], each[0, 0] = 0.2, np.nan
    by_array = data_priorities(poor, each)
    assert by_array.table.equals(data_priorities(poor, {"personal estimate": 0.2}).table)
    assert by_array.settings["spread"] == "for each figure"


def test_a_suspect_figure_counts_as_missing(poor):
    assert row(data_priorities(poor).table, "c", "z")["why"] == "suspect"


def test_a_figure_of_a_good_grade_is_left_out(poor):
    table = data_priorities(poor).table
    assert set(zip(table["city"], table["indicator"], strict=True)) == {("a", "y"), ("b", "z"), ("c", "z")}


def test_the_figure_that_moves_most_stands_first(poor):
    table = data_priorities(poor, {"personal estimate": 0.5}).table
    moves = table["expected_move"].to_list()
    assert moves == sorted(moves, reverse=True)
    assert data_priorities(poor).settings["quantiles"] == 9


@pytest.fixture(scope="module")
def thin(score_tree):
    """a lacks one of the two figures it needs, b both; d knows just enough."""
    figures = {"x": [4, None, 0, 10, 8], "y": [None, None, 0, 10, 4], "z": [None, 3, 0, 10, 6]}
    return score_tree(figures, availability=0.6)


def test_one_figure_may_give_a_city_its_score(thin):
    table = data_priorities(thin, quantiles=1).table
    told = row(table, "a", "y")
    # x 4 is 40, the middle of y (0, 4, 10) is 4, which is 40; c has 0, d 100, e 60
    assert (told["score_low"], told["score_high"]) == pytest.approx((40, 40))
    assert (told["rank"], told["rank_best"], told["rank_worst"]) == (None, 3, 3)
    assert told["gives_score"]
    assert told["expected_move"] is None


def test_each_figure_that_would_do_gives_the_score(thin):
    table = data_priorities(thin).table
    gives = table.filter("gives_score")
    assert sorted(zip(gives["city"], gives["indicator"], strict=True)) == [
        ("a", "y"),
        ("a", "z"),
        ("b", "x"),
        ("b", "y"),
    ]


def test_a_city_that_lacks_more_than_one_figure_gets_no_score_from_one(score_tree):
    figures = {"x": [4, None, 0, 10], "y": [None, None, 0, 10], "z": [None, None, 0, 10]}
    found = data_priorities(score_tree(figures, availability=0.9))
    assert found.table["gives_score"].to_list() == [False] * 5
    assert found.table["rank_best"].null_count() == 5
    assert repr(found) == "Data to improve: 5 figures are missing or uncertain"
    assert found.explain("a").children[0].note == "would not give a score"


def test_a_city_left_out_on_request_is_not_let_in(score_tree):
    figures = {"x": [4, 5, 0, 10], "y": [None, 5, 0, 10]}
    found = data_priorities(score_tree(figures, steps="screen(exclude=a) > min-max"))
    assert found.table["gives_score"].to_list() == [False]


def test_a_figure_that_no_city_has_is_not_recommended(score_tree):
    """Nothing is known of what it would do: it gave a score by its mere presence."""
    scores = score_tree({"x": [1, 2, 3, None], "y": [None] * 4, "z": [1, 5, 2, 4]}, availability=0.6)
    table = data_priorities(scores).table
    assert table.select("city", "indicator").rows() == [("d", "x")]


def test_nothing_missing_is_an_empty_table(score_tree):
    found = data_priorities(score_tree({"x": [1, 2, 3]}))
    assert found.table.height == 0
    assert repr(found) == "Data to improve: 0 figures are missing or uncertain"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"spread": {"guess": 0.1}}, "there is no quality grade 'guess'"),
        ({"spread": {"measured": -0.1}}, "the spread -0.1 of 'measured' is not a share"),
        ({"spread": {"measured": np.inf}}, "the spread inf of 'measured' is not a share"),
        ({"spread": np.full((6, 3), -1.0)}, "the spread -1.0 is below zero or infinite"),
        ({"spread": np.zeros((3, 6))}, ("the spread has the shape (3, 6); the measurement requires (6, 3)")),
        ({"quantiles": 0}, "0 values are too few"),
    ],
)
def test_what_makes_no_sense_is_refused(scores, asked, words):
    with pytest.raises(InputError) as caught:
        data_priorities(scores, **asked)
    told = [fault.message for fault in caught.value.faults] or [caught.value.message]
    assert told[0] == words


def test_what_depends_on_all_cities_at_once_is_refused(score_tree):
    with pytest.raises(InputError, match=r"cannot be computed for .*copeland"):
        data_priorities(score_tree(FIGURES, aggregate="copeland"))


def test_the_explanation_lists_the_figures_of_a_city(scores):
    found = data_priorities(scores)
    told = found.explain("a")
    assert told.what == "A, 1 figure missing or uncertain"
    (child,) = told.children
    assert (child.what, child.unit, child.grade, child.kind) == ("y", "places", "missing", "missing")
    assert (told.period, told.kind) == ("2012", "setting")
    assert child.value == row(found.table, "a", "y")["expected_move"]
    assert child.note.startswith("rank ")
    with pytest.raises(NotFoundError):
        found.explain("zz")


def test_a_figure_that_gives_a_score_is_told_so(thin):
    notes = {child.what: child.note for child in data_priorities(thin, quantiles=1).explain("a").children}
    assert notes["y"] == "would give a score; rank 3 to 3, score 40 to 40"


def test_a_figure_of_a_city_without_score_is_told_without_a_number_of_places(thin):
    told = data_priorities(thin, quantiles=1).explain("a").children
    assert {(child.value, child.unit, child.kind) for child in told} == {(None, "", "missing")}
    assert {child.grade for child in told} == {"missing"}


def test_the_chart_and_the_sentence_begin_with_what_moves_most(scores):
    found = data_priorities(scores)
    first = found.table.row(0, named=True)
    place = f"of all these figures, {first['indicator']} for {first['city'].upper()}"
    assert repr(found).endswith(
        f"{place} would move the city's rank most if it were known exactly, by "
        f"{first['expected_move']:.1f} places on average"
    )
    assert found.chart()["data"]["values"][0]["figure"] == f"{first['city'].upper()}, {first['indicator']}"


def test_every_missing_figure_of_the_demo_is_told(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    table = data_priorities(scores).table
    missing = scores.indicators.filter(pl.col("value").is_null())
    reported = scores.indicators.join(
        scores.table.filter(pl.col("rank").is_not_null()), on="city", how="semi"
    )
    reported = reported.drop_nulls("value")["indicator"].unique()
    assert table.height == missing.filter(pl.col("indicator").is_in(reported.implode())).height
    assert set(missing["indicator"]) - set(reported) == {"public_toilets_per_100k", "green_area_per_person"}
    scored = table.filter(pl.col("rank").is_not_null())
    assert scored["expected_move"].null_count() == 0
