"""Statistics, correlations, components, weights, availability and outranking as COINr has them (s5).

Not followed: there, where a pair of rows lacks a value, its weight goes to the row that stands later; here
to neither (no value is missing in the stored table). There the shares of values that are not zero, or differ,
are shown of the known rows but judged of all rows; here both of the known (no stored flag differs).
The stored statistics count 42 different values of TolMin; the stored data, of fifteen digits, hold 40.
"""

import numpy as np
import polars as pl
import pytest

from urbium.measure.aggregate import coverage
from urbium.measure.review.correlation import correlations, cronbach_alpha, principal_components
from urbium.measure.review.statistics import (
    describe,
    dominance,
    outranking,
)
from urbium.measure.steps.screen import screen
from urbium.measure.weighting.weights import from_pca, noisy, optimised

pytestmark = pytest.mark.shared

PILLARS = ["Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin"]
FIGURES = [
    ("Min", "low"),
    ("Max", "high"),
    ("Mean", "mean"),
    ("Median", "median"),
    ("Std", "spread"),
    ("Skew", "skewness"),
    ("Kurt", "kurtosis"),
    ("N.Avail", "known"),
    ("N.NonZero", "nonzero"),
    ("N.Unique", "unique"),
    ("N.Same", "same"),
    ("Frc.Avail", "known_share"),
    ("Frc.NonZero", "nonzero_share"),
    ("Frc.Unique", "unique_share"),
    ("Frc.Same", "same_share"),
]
FLAGS = [
    ("Flag.Avail", "is_sparse"),
    ("Flag.NonZero", "is_mostly_zero"),
    ("Flag.Unique", "is_repetitive"),
    ("Flag.SkewKurt", "is_skewed"),
]


def members(asem, parent):
    return [name for name, row in asem.meta.items() if row["Parent"] == parent]


@pytest.mark.parametrize("stage", ["raw", "treated"])
@pytest.mark.parametrize(("stored", "ours"), FIGURES)
def test_every_statistic_is_the_stored_one_to_three_digits(asem, stage, stored, ours):
    table = asem.table(f"s5_stats_{stage}").filter(
        ~(pl.lit("Unique" in stored) & (pl.col("iCode") == "TolMin"))
    )
    found = getattr(describe(asem.array(f"s1_{stage}", table["iCode"].to_list())), ours)
    expected = table[stored].cast(pl.Float64).to_numpy()
    digit = 10.0 ** (np.floor(np.log10(np.abs(np.where(expected == 0, 1, expected)))) - 2)
    assert (np.abs(found - expected) <= digit * 0.500001).all()


@pytest.mark.parametrize("stage", ["raw", "treated"])
@pytest.mark.parametrize(("stored", "ours"), FLAGS)
def test_every_flag_is_the_stored_one(asem, stage, stored, ours):
    table = asem.table(f"s5_stats_{stage}")
    found = getattr(describe(asem.array(f"s1_{stage}", table["iCode"].to_list())), ours)
    assert found.tolist() == (table[stored] != "ok").to_list()


@pytest.mark.parametrize(
    ("stored", "stage"),
    [
        ("s5_corr_matrix_L1_normalised_pearson", "s1_normalised"),
        ("s5_corr_matrix_L2_pearson", "s1_aggregated"),
    ],
)
def test_pearson_correlations_are_the_stored_ones(asem, agree, stored, stage):
    table = asem.table(stored)
    agree(correlations(asem.array(stage, table.columns)).coefficients, table.to_numpy())


def test_correlations_within_a_pillar_are_the_stored_ones(asem, agree):
    table = asem.table("s5_corr_Physical")
    names = members(asem, "Physical")
    found = correlations(asem.array("s1_normalised", names)).coefficients
    at = [(names.index(row["Var1"]), names.index(row["Var2"])) for row in table.to_dicts()]
    agree(np.array([found[pair] for pair in at]), table["Correlation"].to_numpy())


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_correlations_of_the_sub_indices_with_the_index_are_the_stored_ones(asem, agree, kind):
    expected = asem.table(f"s5_corr_index_L3_{kind}")["Correlation"].to_numpy()
    found = correlations(
        asem.array("s1_aggregated", ["Conn", "Sust"]), asem.array("s1_aggregated", ["Index"]), kind=kind
    )
    agree(found.coefficients[:, 0], expected)


def test_the_pairs_flagged_within_a_pillar_are_the_stored_ones(asem):
    found = correlations(asem.array("s1_normalised", asem.leaves)).flagged(0.75, groups=asem.layout.parents)
    pairs = {
        (frozenset((asem.leaves[p.first], asem.leaves[p.second])), round(p.coefficient, 3)) for p in found
    }
    stored = asem.table("s5_corr_flags").to_dicts()
    assert pairs == {(frozenset((row["Ind1"], row["Ind2"])), row["Corr"]) for row in stored}


def test_the_indicators_flagged_with_a_denominator_are_the_stored_ones(asem):
    names = list(asem.raw.denominators)
    quantities = np.stack([asem.raw.denominators[name] for name in names], axis=1)
    found = correlations(asem.raw.values, quantities).flagged(0.7, "beyond")
    pairs = {(asem.leaves[p.first], names[p.second], round(p.coefficient, 2)) for p in found}
    assert pairs == set(asem.table("s5_denom_corr").rows())


@pytest.mark.parametrize(
    ("column", "stage"), [("alpha_raw", "s1_raw"), ("alpha_normalised", "s1_normalised")]
)
def test_the_alpha_of_every_pillar_is_the_stored_one(asem, agree, column, stage):
    table = asem.table("s5_cronbach")
    found = [cronbach_alpha(asem.array(stage, members(asem, code))) for code in table["code"]]
    agree(np.array(found), table[column].to_numpy())


@pytest.mark.parametrize("part", ["Conn", "Sust"])
def test_principal_components_are_the_stored_ones_but_for_their_sign(asem, agree, part):
    rotation = asem.table(f"s5_pca_rotation_{part}")
    found = principal_components(asem.array("s1_aggregated", rotation.to_series(0).to_list()))
    stored = rotation.drop(rotation.columns[0]).to_numpy()
    agree(found.spread, asem.table(f"s5_pca_sdev_{part}")["sdev"].to_numpy())
    agree(found.loadings * np.sign((found.loadings * stored).sum(axis=0)), stored)


def test_the_weights_of_the_first_components_are_the_stored_ones(asem, agree):
    table = asem.table("s5_pca_L2_weights").filter(pl.col("Level") == 2)
    names = table["iCode"].to_list()
    parents = [asem.meta[name]["Parent"] for name in names]
    found = from_pca(asem.array("s1_aggregated", names), parents, signed=True)
    agree(found, table["Weight"].to_numpy())


def test_optimised_weights_reach_the_stored_influence(asem):
    found = optimised(asem.array("s1_aggregated", ["Conn", "Sust"]))
    stored = asem.table("s5_opt_weights_corr_L3")
    assert np.abs(found.reached - stored["Obtained"].to_numpy()).max() <= 0.02
    assert np.abs(found.weights - stored["OptWeight"].to_numpy()).max() <= 0.02
    assert found.gap <= np.abs(stored["Obtained"] - stored["Desired"]).max()


def test_noisy_weights_fill_the_same_bounds_as_the_stored_ones(asem):
    stored = asem.table("s8_noisy_weights").filter(pl.col("Level").is_in([2, 3]))["Weight"]  # all 1 at first
    heights = np.array(asem.layout.heights)
    by_level = np.array([0.0, 0.25, 0.25, 0.0])
    found = noisy(asem.layout.weights, None, by_level[heights], 100, np.random.default_rng(1))
    moved = found[:, by_level[heights] > 0]
    assert (found[:, by_level[heights] == 0] == 1).all()
    assert moved.shape == (100, 10)
    assert stored.len() == moved.size
    assert moved.min() == pytest.approx(stored.min(), abs=0.005)
    assert moved.max() == pytest.approx(stored.max(), abs=0.005)


def test_the_availability_of_every_unit_is_the_stored_one(asem, agree):
    screened = screen(asem.raw.values)
    agree(screened.availability, asem.array("s5_data_avail", ["Dat_Avail"])[:, 0])
    agree(screened.nonzero, asem.array("s5_data_avail", ["Non_Zero"])[:, 0])


def test_the_availability_of_every_pillar_is_the_stored_one(asem, agree):
    covered = coverage(asem.layout, asem.raw.is_known)
    places = {node.id: place for place, node in enumerate(asem.layout.nodes)}
    agree(covered[:, [places[name] for name in PILLARS]], asem.array("s5_data_avail_bygroup", list(PILLARS)))


def test_the_outranking_table_is_the_stored_one(asem, agree):
    found = outranking(asem.table("s1_treated").select("LPI", "Flights", "Ship").to_numpy(), np.ones(3))
    table = asem.table("s5_outrank_LPI_Flights_Ship")
    agree(found, table.drop(table.columns[0]).cast(pl.Float64).to_numpy())


def test_the_dominant_pairs_are_the_stored_ones(asem):
    values = asem.table("s1_treated").select("LPI", "Flights", "Ship").to_numpy()
    assert tuple(dominance(outranking(values, np.ones(3)))) == pytest.approx(
        asem.table("s5_outrank_dominance").row(0), rel=1e-9
    )
