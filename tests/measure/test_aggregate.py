"""The tree: coverage, availability, weighted means, ranks; agreement with COINr."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbium.measure.aggregate import coverage, rank, tree, weighted_mean
from urbium.model import Index, IndexNode

NODES = (
    ("root", "", 1.0),
    ("people", "root", 0.75),
    ("nature", "root", 0.25),
    ("beds", "people", 0.5),
    ("staff", "people", 0.5),
    ("green", "nature", 0.8),
    ("waste", "nature", 0.2),
)
ALL = np.ones((1, 4), dtype=bool)


def layout(nodes=NODES):
    made = tuple(IndexNode(name, parent, weight, {"en": name}) for name, parent, weight in nodes)
    return tree(Index("root", {}, made, "min-max", "arithmetic", 0.5, 0))


def node_scores(normalised, availability=0.5, nodes=NODES):
    laid = layout(nodes)
    values = np.array([normalised], dtype=float)
    scores = weighted_mean(laid, values, coverage(laid, ~np.isnan(values)), availability)[0]
    return dict(zip([node.id for node in laid.nodes], scores.tolist(), strict=True))


def test_a_score_is_the_weighted_mean_of_weighted_means():
    found = node_scores([80, 40, 50, 100])
    assert found["people"] == 60
    assert found["nature"] == pytest.approx(60)  # 0.8 x 50 + 0.2 x 100
    assert found["root"] == pytest.approx(60)


def test_the_weights_of_what_is_known_are_made_to_sum_to_one():
    found = node_scores([80, np.nan, 50, 100])
    assert found["people"] == 80
    assert found["root"] == pytest.approx(0.75 * 80 + 0.25 * 60)


def test_a_node_of_which_too_little_is_known_has_no_score_and_does_not_count():
    found = node_scores([80, np.nan, 50, 100], availability=0.6)
    assert np.isnan(found["people"])
    assert found["root"] == pytest.approx(60)  # nature alone


def test_exactly_enough_is_enough():
    assert node_scores([80, np.nan, 50, np.nan], availability=0.5)["root"] == pytest.approx(72.5)


def test_a_root_of_which_too_little_is_known_has_no_score():
    assert np.isnan(node_scores([80, 20, np.nan, np.nan], availability=0.6)["root"])


def test_coverage_counts_the_indicators_below_each_node():
    known = np.array([[True, True, True, False]])
    shares = coverage(layout(), known)[0]
    assert shares[:3].tolist() == [0.75, 1.0, 0.5]


def test_the_order_of_the_declared_rows_does_not_matter():
    assert node_scores([50, 100, 80, 40], nodes=(*NODES[5:], *NODES[3:5], *NODES[:3])) == pytest.approx(
        node_scores([80, 40, 50, 100])
    )


def test_equal_scores_share_the_better_rank_and_the_next_is_skipped():
    assert rank(np.array([70.0, 90.0, 70.0, np.nan, 10.0])).tolist() == [2, 1, 2, -1, 4]


scores = st.lists(st.integers(0, 100).map(float), min_size=4, max_size=4)


@settings(deadline=None)
@given(values=scores, place=st.integers(0, 3), better=st.integers(1, 50))
def test_a_better_indicator_never_lowers_the_score(values, place, better):
    improved = [*values]
    improved[place] = values[place] + better
    assert node_scores(improved)["root"] > node_scores(values)["root"]


@settings(deadline=None)
@given(values=scores)
def test_a_score_lies_between_its_worst_and_its_best_part(values):
    assert min(values) - 1e-9 <= node_scores(values)["root"] <= max(values) + 1e-9


@pytest.mark.shared
def test_the_nodes_have_the_scores_of_coinr_on_its_asem_example(shared):
    folder = shared / "data" / "reference" / "coinr"
    meta = pl.read_csv(folder / "in_ASEM_iMeta.csv").filter(pl.col("Type").is_in(["Indicator", "Aggregate"]))
    rows = [(r["iCode"], r["Parent"] or "", float(r["Weight"])) for r in meta.iter_rows(named=True)]
    laid = layout([(name, "" if parent == "NA" else parent, weight) for name, parent, weight in rows])
    leaves = [laid.nodes[place].id for place in laid.leaves]
    normalised = pl.read_csv(folder / "s1_normalised.csv").select(leaves).cast(pl.Float64).to_numpy()
    found = weighted_mean(laid, normalised, coverage(laid, ~np.isnan(normalised)), 0)
    expected = pl.read_csv(folder / "s1_aggregated.csv").select([node.id for node in laid.nodes])
    np.testing.assert_allclose(found, expected.cast(pl.Float64).to_numpy(), rtol=1e-10, atol=1e-10)
