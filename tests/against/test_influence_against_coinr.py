"""Effective weights, the removal of elements, and comparisons of versions, as COINr has them (s5, s7)."""

import numpy as np
import pytest

from urbium.measure.aggregate import node_scores
from urbium.measure.review.influence import compare, effective_weights, remove_elements
from urbium.model import Choice

pytestmark = pytest.mark.shared


def index_scores(asem):
    """Return what computes the index of the normalised set from weights."""
    normalised = asem.array("s1_normalised", asem.leaves)
    means = (Choice("arithmetic"),)
    return lambda weights: node_scores(asem.layout, normalised, weights[None, :], means)[0, 0]


def test_effective_weights_are_the_stored_ones(asem, agree):
    stored = {row["iCode"]: row["EffWeight"] for row in asem.table("s5_effective_weights").to_dicts()}
    agree(effective_weights(asem.layout), np.array([stored[name] for name in asem.nodes]))


def test_removing_each_pillar_moves_the_ranks_as_stored(asem, agree):
    table = asem.table("s5_remove_elements_L2")
    assert table["el"][0] == "Nominal"
    names = table["el"].to_list()[1:]
    found = remove_elements(
        index_scores(asem), asem.layout.weights, [asem.nodes.index(name) for name in names]
    )
    ranks = asem.array("s5_remove_elements_ranks", ["Nominal", *names])
    assert found.ranks.tolist() == ranks.tolist()
    agree(found.mean_change, table["mad"].to_numpy())


def test_the_pillars_are_the_nodes_of_the_first_height(asem):
    names = {asem.nodes[place] for place, height in enumerate(asem.layout.heights) if height == 1}
    assert names == set(asem.table("s5_remove_elements_L2")["el"]) - {"Nominal"}


def test_two_versions_compare_as_stored(asem):
    versions = [asem.array(name, ["Index"]) for name in ("s1_aggregated", "s7_regen_gmean_1_100")]
    found = compare(np.hstack(versions))
    stored = asem.array("s7_compare_am_gm", ["coin.1", "coin.2", "Diff", "Abs.diff"])
    assert found.ranks.tolist() == stored[:, :2].tolist()
    assert (-found.changes[:, 1]).tolist() == stored[:, 2].tolist()  # there the first less the second
    assert found.mean_change[1] == pytest.approx(stored[:, 3].mean())
    assert found.largest_change[1] == stored[:, 3].max()


def test_several_versions_compare_as_stored(asem):
    files = ("s1_aggregated", "s7_regen_gmean_1_100", "s7_drop_LPI_Forest")
    found = compare(np.hstack([asem.array(name, ["Index"]) for name in files]))
    assert (
        found.changes.tolist() == asem.array("s7_compare_multi_rankdiffs", ["base", "gm", "drop2"]).tolist()
    )


def test_dropping_two_indicators_is_removing_them_by_weight(asem, agree):
    weights = asem.layout.weights
    weights[[asem.nodes.index("LPI"), asem.nodes.index("Forest")]] = 0.0
    agree(index_scores(asem)(weights), asem.array("s7_drop_LPI_Forest", ["Index"])[:, 0])
