"""The whole build of COINr's ASEM example, written as steps: every stage and every node (s1, s4, s7)."""

import numpy as np
import pytest

from urbium.measure.aggregate import rank
from urbium.measure.pipeline import Method, build
from urbium.model import Choice

pytestmark = pytest.mark.shared

REST = "impute-mean(group=EurAsia_group) > screen(availability=0.9) > winsorise(limit=5, then=log)"


def built(asem, ending="min-max", aggregate="arithmetic"):
    steps = Choice.row(f"{asem.denominate} > {REST} > {ending}")
    return build(asem.raw, asem.layout, Method(steps, Choice.row(aggregate)))


def stage(found, name):
    return next(each.matrix.values for each in reversed(found.stages) if each.choice.name == name)


@pytest.mark.parametrize(
    ("step", "stored"),
    [
        ("denominate", "s1_denominated"),
        ("impute-mean", "s1_imputed"),
        ("screen", "s1_screened"),
        ("winsorise", "s1_treated"),
        ("min-max", "s1_normalised"),
    ],
)
def test_every_stage_is_the_stored_one(asem, agree, step, stored):
    agree(stage(built(asem), step), asem.array(stored, asem.leaves))


def test_the_raw_matrix_is_the_stored_one(asem, agree):
    agree(asem.raw.values, asem.array("s1_raw", asem.leaves))


def test_every_node_has_the_stored_score(asem, agree):
    agree(built(asem).scores, asem.array("s1_aggregated", asem.nodes))


@pytest.mark.parametrize(
    ("aggregate", "stored"),
    [
        ("arithmetic", "s4_agg_a_amean"),
        ("geometric", "s4_agg_a_gmean"),
        ("harmonic", "s4_agg_a_hmean"),
        ("power(power=2)", "s4_agg_a_genmean_p2"),
        ("power(power=-1)", "s4_agg_a_genmean_pm1"),
        ("arithmetic > geometric > arithmetic", "s4_agg_mixed_am_gm_am"),
    ],
)
def test_every_mean_gives_the_stored_scores(asem, agree, aggregate, stored):
    found = built(asem, "min-max(low=1, high=100)", aggregate)
    agree(found.normalised, asem.array("s4_norm_1_100", asem.leaves))
    agree(found.scores, asem.array(stored, asem.nodes))


def test_copeland_ranks_the_pillars_as_stored(asem, agree):
    pillars = [name for name in asem.nodes if asem.meta[name]["Level"] == 2]
    found = built(asem, "min-max(low=1, high=100)", "copeland > arithmetic")
    columns = [asem.nodes.index(name) for name in pillars]
    agree(found.scores[:, columns], asem.array("s4_copeland_pillars_direct", pillars))


def test_the_geometric_alternative_gives_the_stored_scores(asem, agree):
    found = built(asem, "min-max(low=1, high=100)", "geometric")
    agree(found.scores, asem.array("s7_regen_gmean_1_100", asem.nodes))


def test_without_two_indicators_the_scores_are_the_stored_ones(asem, agree):
    weights = asem.layout.weights
    left = [name for name in asem.nodes if name not in {"LPI", "Forest"}]
    weights[[asem.nodes.index(name) for name in ("LPI", "Forest")]] = 0
    steps = Choice.row(f"{asem.denominate} > {REST} > min-max")
    found = build(asem.raw, asem.layout, Method(steps), weights=weights)
    columns = [asem.nodes.index(name) for name in left]
    agree(found.scores[:, columns], asem.array("s7_drop_LPI_Forest", left))


def test_the_ranks_are_the_stored_ones(asem):
    found = rank(built(asem).root)
    stored = asem.array("s2_results_Aggs_ranks", ["Index"])[:, 0]
    np.testing.assert_array_equal(found, stored)


def test_the_reference_lets_the_power_mean_fail_on_missing_values_and_we_skip_them_as_the_others_do(asem):
    gap = asem.raw.values.copy()
    gap[0, 0] = np.nan
    steps = Choice.row(f"{asem.denominate} > min-max(low=1, high=100)")
    found = build(asem.raw.holding(gap), asem.layout, Method(steps, Choice.row("power(power=2)")))
    assert not np.isnan(found.root).any()
