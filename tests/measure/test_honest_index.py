"""An index that says what it is: treated tails, what counts, years; no method that overflows in silence."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from urbium.errors import InputError
from urbium.measure import measure_index
from urbium.measure.aggregate import combined, coverage, tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build
from urbium.measure.review.correlation import cronbach_alpha
from urbium.measure.steps.treat import treat
from urbium.measure.trust.non_reporting import non_reporting
from urbium.model import Choice, Index, IndexNode


def skewed(seed, *, to_the_left):
    """A column with a long tail, of a shape drawn anew each time."""
    draw = np.random.default_rng(seed)
    shapes = (
        lambda: draw.lognormal(0, draw.uniform(1, 2), 200),
        lambda: draw.pareto(draw.uniform(1, 3), 200),
        lambda: draw.exponential(1, 200) ** draw.uniform(1.5, 3),
        lambda: np.append(draw.normal(0, 1, 190), draw.normal(40, 5, 10)),
    )
    values = shapes[seed % len(shapes)]()
    return 100 - values if to_the_left else values


@pytest.mark.parametrize("then", ["log", "log-plus", "log-plain", "log-innovation", "box-cox"])
@pytest.mark.parametrize("to_the_left", [True, False])
def test_treatment_makes_no_skewed_column_worse(then, to_the_left):
    columns = np.stack([skewed(seed, to_the_left=to_the_left) for seed in range(30)], axis=1)
    treated = treat(columns, then=then)

    before, after = (np.abs(stats.skew(values, axis=0, bias=False)) for values in (columns, treated.values))
    assert (np.abs(stats.skew(columns, axis=0, bias=False)) >= 2).sum() > 20
    assert (after > before + 1e-9).sum() == 0
    order = np.argsort(columns, axis=0, kind="stable")
    assert (np.diff(np.take_along_axis(treated.values, order, axis=0), axis=0) >= -1e-9).all()


def test_a_left_tail_is_treated_as_its_mirror_image():
    column = skewed(0, to_the_left=False)[:, None]
    right, left = treat(column), treat(-column)

    np.testing.assert_allclose(left.values, -right.values)
    assert right.way.tolist() == left.way.tolist() == ["log"]


def test_an_indicator_that_stays_skewed_is_named(score_tree):
    two_heaps = [*range(1, 9), 1e6]
    scores = score_tree(
        {"x": two_heaps, "y": list(range(9))}, steps="winsorise(limit=0, then=none) > min-max"
    )

    assert scores.treatment.filter(~pl.col("passes"))["indicator"].to_list() == ["x"]
    assert [note.code for note in scores.notes] == ["measure.scores.skewed"]
    assert "x" in scores.notes[0]
    assert "y" not in scores.notes[0].parameters["names"]


def test_what_is_known_of_a_part_without_a_score_does_not_count(score_tree):
    """Pillar p has 1 of 3 figures and no score: 3 of 5 are known, but only 2 of 5 are used."""
    figures = {"a": [1, 2, 3], "b": [1, 2, None], "c": [1, 2, None], "d": [1, 2, 3], "e": [3, 1, 2]}
    parents = {"a": "p", "b": "p", "c": "p", "d": "q", "e": "q"}
    scores = score_tree(figures, parents=parents, availability=0.6, steps="min-max")
    row = scores.table.row(by_predicate=pl.col("city") == "c", named=True)

    assert row["coverage"] == pytest.approx(2 / 5)
    assert row["score"] is None
    assert row["reason"].startswith("indicators known: 3 of 5, of which only 2 can be used (40%)")
    assert scores.table.filter(pl.col("city") == "a")["coverage"].item() == 1


def test_an_indicator_without_direction_does_not_count():
    nodes = (IndexNode("all", "", 1.0, {}), *(IndexNode(name, "all", 0.5, {}) for name in ("x", "y")))
    layout = tree(Index("all", {}, nodes, (), (Choice("arithmetic"),), 0.5, 0), np.array([1, 0]))

    shares = coverage(layout, np.array([[True, False], [False, True], [True, True]]))

    assert shares[:, 0].tolist() == [1, 0, 1]


def test_ranked_cities_without_a_figure_of_the_year_are_named(catalogue, demo_figures, demo_cities):
    index = catalogue.indices["yearbook"]
    scores = measure_index(demo_figures, index, catalogue, cities=demo_cities, period=2012, runs=0)
    annual = scores.used.filter(pl.col("period") == "2012")["city"].unique()
    ranked = scores.table.filter(pl.col("rank").is_not_null())
    without = ranked.filter(~pl.col("city").is_in(annual.implode()))

    assert without.height > 0
    assert without["newest"].max() < 2012
    assert without["current"].to_list() == [0.0] * without.height
    assert ranked.filter(pl.col("newest") < 2012)["city"].to_list() == without["city"].to_list()
    (note,) = [note for note in scores.notes if note.code == "measure.scores.older"]
    assert note.parameters["count"] == without.height


def test_the_index_of_the_demo_treats_outliers(catalogue, demo_figures, demo_cities):
    index = catalogue.indices["yearbook"]
    scores = measure_index(demo_figures, index, catalogue, cities=demo_cities, period=2012, runs=0)

    assert scores.treatment.filter(pl.col("way") != "").height >= 6
    failed = scores.treatment.filter(~pl.col("passes"))["indicator"].to_list()
    (note,) = [note for note in scores.notes if note.code == "measure.scores.skewed"]
    assert list(note.parameters["names"]) == failed
    assert len(failed) == 1


def test_alpha_leaves_out_what_nobody_reports():
    draw = np.random.default_rng(1)
    common = draw.normal(size=50)
    columns = np.stack([common + 0.5 * draw.normal(size=50) for _ in range(3)], axis=1)
    empty = np.full((50, 2), np.nan)

    assert cronbach_alpha(np.hstack([columns, empty])) == pytest.approx(cronbach_alpha(columns))


def test_the_cautious_score_counts_a_figure_that_nobody_has_as_the_lowest_of_the_scale(score_tree):
    scores = score_tree({"x": [0, 50, 100], "y": [None] * 3}, availability=0.5, steps="min-max")
    table = non_reporting(scores).table

    assert dict(table.select("city", "cautious").iter_rows()) == {"a": 0, "b": 25, "c": 50}


def test_a_large_power_tells_cities_apart_and_one_beyond_numbers_is_refused():
    values, weights = np.array([[10.0, 90.0], [20.0, 95.0]]), np.array([0.5, 0.5])

    low, high = combined(Choice.parse("power(power=100)"), values, weights)
    assert low == pytest.approx(90 * 0.5 ** (1 / 100), rel=1e-12)
    assert high == pytest.approx(95 * 0.5 ** (1 / 100), rel=1e-12)
    with pytest.raises(InputError, match="power of 200 is too large"):
        combined(Choice.parse("power(power=200)"), values, weights)


def test_columns_in_another_order_than_the_tree_are_refused():
    nodes = (IndexNode("all", "", 1.0, {}), *(IndexNode(name, "all", 0.5, {}) for name in ("x", "y")))
    layout = tree(Index("all", {}, nodes, (), (Choice("arithmetic"),), 0.0, 0))
    values = np.array([[1.0, 5.0], [2.0, 4.0]])
    method = Method((Choice("min-max"),))

    assert build(matrix(values, columns=("x", "y")), layout, method).root.tolist() == [50, 50]
    with pytest.raises(
        InputError, match="must be the indicators of the index, in the same order: x, y, not y, x"
    ):
        build(matrix(values, columns=("y", "x")), layout, method)


def test_a_gap_is_filled_from_no_later_year():
    years = np.array([2010, 2011, 2012])
    nodes = (IndexNode("all", "", 1.0, {}), IndexNode("x", "all", 1.0, {}))
    layout = tree(Index("all", {}, nodes, (), (Choice("arithmetic"),), 0.0, 0))
    raw = matrix(np.array([[np.nan], [4.0], [8.0]]), rows=("a", "a", "a"), columns=("x",), years=years)

    built = build(raw, layout, Method(Choice.row("impute-nearest-year > min-max")))

    assert np.isnan(built.root[0])
    assert built.root[1:].tolist() == [0, 100]
