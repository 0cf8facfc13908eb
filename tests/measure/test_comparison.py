"""Which cities may be the best, what parts two of them, and whether their order hangs on a third."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.measure.aggregate import node_scores, tree
from urbium.measure.comparison import best_cities, city_gap, score_reversals
from urbium.measure.gap import smallest_flip, split_gap
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build
from urbium.measure.reversal import rank_reversals
from urbium.measure.uncertainty.acceptability import before, best_set, first
from urbium.model import Choice, Index, IndexNode

PARTS = [("all", "", 1.0), ("p", "all", 0.5), ("q", "all", 0.3), ("r", "all", 0.2), ("a", "p", 0.6),
         ("b", "p", 0.4), ("c", "q", 0.5), ("d", "q", 0.5), ("e", "r", 1.0)]  # fmt: skip
LEAVES = ("a", "b", "c", "d", "e")


def built(values, *, way="arithmetic", steps="min-max(low=1, high=100)", availability=0.0):
    nodes = tuple(IndexNode(*part, {"en": part[0]}) for part in PARTS)
    layout = tree(Index("all", {}, nodes, (), (Choice(way),), availability, 0))
    raw = matrix(np.array(values, dtype=float), columns=LEAVES)
    return build(raw, layout, Method(Choice.row(steps), (Choice(way),), availability))


def drawn(seed, rows=6):
    return np.random.default_rng(seed).normal(50, 12, (rows, len(LEAVES)))


# Ranks


def test_who_is_before_whom_is_counted_over_the_runs_that_score_both():
    scores = np.array([[1.0, 2.0], [3.0, 2.0], [np.nan, 1.0], [5.0, 5.0]])
    assert before(scores, 0, 1) == pytest.approx(0.5)
    assert before(scores, 1, 0) == pytest.approx(0.5)
    assert np.isnan(before(scores[2:3], 0, 1))


def lowest_by_brute_force(draws, confidence):
    """The step-down bounds of Mogstad et al. by plain loops over pairs: an independent implementation."""
    rows = draws.shape[1]
    centre = draws.mean(axis=0)
    spread = {
        (k, j): np.std(draws[:, k] - draws[:, j], ddof=1) for k in range(rows) for j in range(rows) if k != j
    }
    undecided, above = set(spread), set()
    while undecided:
        largest = [max((run[k] - run[j]) / spread[k, j] for k, j in undecided) for run in draws - centre]
        bound = np.quantile(largest, confidence)
        decided = {(k, j) for k, j in undecided if (centre[k] - centre[j]) / spread[k, j] > bound}
        if not decided:
            break
        above |= decided
        undecided -= decided
    return [1 + sum(other == j for _, other in above) for j in range(rows)]


@pytest.mark.parametrize("seed", range(6))
def test_the_best_ranks_are_those_of_a_plain_loop(seed):
    draw = np.random.default_rng(seed)
    centre = draw.normal(0, 1.5, 6)
    draws = centre + draw.multivariate_normal(np.zeros(6), 0.3 + np.eye(6), 200)
    assert best_set(draws, 2).lowest.tolist() == lowest_by_brute_force(draws, 0.95)


def test_the_set_of_the_best_holds_all_of_them_as_often_as_it_says():
    """Coverage by simulation: true values are known, estimates have known errors."""
    draw = np.random.default_rng(11)
    truth = np.array([3.0, 2.9, 2.6, 2.0, 1.0, 0.5, 0.0])
    held = 0
    for _ in range(200):
        estimate = truth + draw.normal(0, 0.4, len(truth))
        runs = estimate + draw.normal(0, 0.4, (300, len(truth)))
        held += best_set(runs, 3, confidence=0.9).is_in[:3].all()
    assert held / 200 >= 0.9 - 2 * (0.09 / 200) ** 0.5


def test_a_row_that_is_surely_behind_is_no_best_row():
    draw = np.random.default_rng(2)
    runs = np.array([10.0, 9.9, 1.0]) + draw.normal(0, 0.3, (500, 3))
    chosen = best_set(runs, 1)
    assert chosen.is_in.tolist() == [True, True, False]
    assert chosen.lowest.tolist()[2] == 3


@pytest.mark.parametrize(("count", "confidence"), [(0, 0.95), (1, 1.0), (1, 0.2)])
def test_no_best_row_or_no_confidence_is_refused(count, confidence):
    with pytest.raises(InputError, match="cannot be"):
        best_set(np.ones((3, 2)), count, confidence=confidence)


# The gap


def owen_by_orders(index, one, other):
    """Average what each leaf changes over every order in which the leaves of a node stand together."""
    layout = index.layout
    ends = index.normalised[one], index.normalised[other]

    def orders(place):
        if not layout.children[place]:
            yield [layout.leaves.index(place)]
            return
        for children in permutations(layout.children[place]):
            parts = [[]]
            for child in children:
                parts = [head + tail for head in parts for tail in orders(child)]
            yield from parts

    def score(chosen):
        mixed = np.where(np.isin(np.arange(len(LEAVES)), chosen), *ends)[None, :]
        return node_scores(layout, mixed, layout.weights[None, :], index.method.aggregate)[0, 0, 0]

    changes, count = np.zeros(len(LEAVES)), 0
    for order in orders(0):
        count += 1
        for place, leaf in enumerate(order):
            changes[leaf] += score(order[: place + 1]) - score(order[:place])
    return changes / count


@pytest.mark.parametrize("way", ["arithmetic", "geometric", "harmonic"])
def test_the_split_of_a_gap_is_the_average_over_all_orders_and_sums_exactly(way):
    index = built(drawn(1), way=way)
    split = split_gap(index, 0, 3)
    assert split.is_exact
    assert split.parts.sum() == pytest.approx(index.root[0] - index.root[3], abs=1e-10)
    np.testing.assert_allclose(split.parts, owen_by_orders(index, 0, 3), atol=1e-10)


def test_with_arithmetic_means_a_part_is_its_effective_weight_times_the_difference():
    index = built(drawn(2))
    weights = np.array([0.3, 0.2, 0.15, 0.15, 0.2])
    expected = weights * (index.normalised[1] - index.normalised[4])
    np.testing.assert_allclose(split_gap(index, 1, 4).parts, expected, atol=1e-10)


def test_a_sampled_split_sums_exactly_too(monkeypatch):
    monkeypatch.setattr("urbium.measure.gap._MOST_ROWS", 0)
    index = built(drawn(1), way="geometric")
    split = split_gap(index, 0, 3)
    assert not split.is_exact
    assert split.parts.sum() == pytest.approx(index.root[0] - index.root[3], abs=1e-9)


def test_a_part_without_a_score_adds_nothing_to_a_gap():
    values = drawn(5)
    values[0, 1] = np.nan
    index = built(values, availability=0.8)
    split = split_gap(index, 2, 3)
    assert split.parts.sum() == pytest.approx(index.root[2] - index.root[3], abs=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_the_smallest_flip_is_that_of_a_fine_grid(seed):
    index = built(drawn(seed))
    order = np.argsort(-index.root)
    one, other = int(order[0]), int(order[1])
    flip = smallest_flip(index, one, other)
    pillars = index.scores[:, list(index.layout.children[0])]
    ahead = pillars[one] - pillars[other]
    steps = np.arange(0, 1.0001, 0.005)
    grid = np.array([(x, y, 1 - x - y) for x in steps for y in steps if x + y <= 1 + 1e-9])
    turning = grid[grid @ ahead <= 1e-9]
    if not len(turning):
        assert np.isnan(flip.moved)
        return
    nearest = np.abs(turning - np.array([0.5, 0.3, 0.2])).sum(axis=1).min() / 2
    assert flip.moved == pytest.approx(nearest, abs=0.01)
    assert flip.moved <= nearest + 1e-9
    assert flip.weights @ ahead <= 1e-9
    assert flip.weights.sum() == pytest.approx(1)


def test_a_city_ahead_in_every_pillar_is_turned_round_by_no_weights():
    values = drawn(3)
    values[0] = values.max(axis=0) + 1
    assert np.isnan(smallest_flip(built(values), 0, 1).moved)


# Reversals


def test_the_order_of_two_cities_may_hang_on_a_third():
    """By hand: without the third city the first indicator no longer hides the difference of the two."""
    values = [[10.0, 50, 50, 50, 50], [0.0, 50, 50, 50, 62], [100.0, 50, 50, 50, 10], [5.0, 50, 50, 50, 100]]
    table = rank_reversals(built(values), [2])
    assert table.row(0, named=True)["reversed"] > 0


def test_with_fixed_goalposts_no_order_hangs_on_another_city():
    table = rank_reversals(built(drawn(8), steps="goalposts(low=0, high=100)"), range(6))
    assert table["reversed"].to_list() == [0] * 6


def test_goalposts_may_be_those_of_each_indicator():
    steps = "goalposts(a=0|50, low=0, high=100)"
    index = built([[25.0, 25, 25, 25, 25], [75.0, 75, 75, 75, 75]], steps=steps)
    assert index.normalised.tolist() == [[50, 25, 25, 25, 25], [100, 75, 75, 75, 75]]
    with pytest.raises(InputError, match="b, c, d and e"):
        built(drawn(1), steps="goalposts(a=0|50)")
    with pytest.raises(InputError, match="'50' is not a pair of goalposts for a"):
        built(drawn(1), steps="goalposts(a=50, low=0, high=100)")


# Of scores


@pytest.fixture(scope="module")
def scores(score_tree):
    figures = {"x": [9, 8, 5, 1], "y": [9, 7, 5, 2], "z": [5, 8, 4, 1]}
    return score_tree(figures, steps="min-max")


def test_the_best_are_told_from_the_runs(scores):
    if scores.uncertainty is None:
        with pytest.raises(InputError, match="have no intervals"):
            best_cities(scores, 2)
        return
    assert best_cities(scores, 2).table.height == 4


def test_a_gap_is_told_along_the_tree(scores):
    gap = city_gap(scores, "a", "d")
    table = gap.table
    tops = table.filter(pl.col("parent") == scores.index.nodes[0].id)
    assert tops["part"].sum() == pytest.approx(gap.gap)
    assert gap.gap == pytest.approx(scores.build.root[0] - scores.build.root[3])
    assert repr(gap).startswith("A scores ")
    assert [note.code for note in gap.notes][-1] in {"measure.gap.flip", "measure.gap.no_flip"}


def test_reversals_are_told_in_a_sentence(scores):
    assert repr(score_reversals(scores)).startswith("Rank reversal: leaving out ")


def test_being_among_the_first_is_counted():
    ranks = np.random.default_rng(3).permuted(np.tile(np.arange(1, 6), (200, 1)), axis=1)
    np.testing.assert_allclose(first(ranks, 2), [(ranks[:, row] <= 2).sum() / 200 for row in range(5)])
