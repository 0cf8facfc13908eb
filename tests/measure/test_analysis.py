"""Analysis of an index by its own scores: weights, removals, correlations, statistics."""

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.errors import NotFoundError
from urbium.measure import analyse, measure_index
from urbium.model import Choice, Index, IndexNode, Variable

CODES = tuple("abcdef")
CITIES = pl.DataFrame({"code": CODES, "name_en": CODES})
FIGURES = {
    "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    "y": [1.1, 2.1, 2.9, 4.2, 5.1, 5.9],
    "z": [9.0, 2.0, 8.0, 1.0, 7.0, 3.0],
    "w": [6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
}


@pytest.fixture(scope="module")
def scores(catalogue, indicators, observe):
    """Score six cities: x and y say the same, w the contrary of them, z something else."""
    variables = {name: Variable(name, {"en": name}, "%", "prefecture") for name in FIGURES}
    leaves = {
        name: replace(indicators["cover"], id=name, name={"en": name.upper()}, numerator=((name, 1),))
        for name in FIGURES
    }
    nodes = [("all", "", 1.0), ("left", "all", 0.75), ("right", "all", 0.25)]
    nodes += [("x", "left", 0.5), ("y", "left", 0.25), ("w", "left", 0.25), ("z", "right", 1.0)]
    made = tuple(IndexNode(name, parent, weight, {"en": name}) for name, parent, weight in nodes)
    index = Index(
        "all", {"en": "All"}, made, Choice.row("screen > min-max"), Choice.row("arithmetic"), 0.5, 0
    )
    rows = [(c, n, 2012, v) for n, own in FIGURES.items() for c, v in zip(CODES, own, strict=True)]
    own = replace(catalogue, variables=variables, indicators=leaves)
    return measure_index(observe(*rows, unit="%"), index, own, cities=CITIES, period=2012, runs=0)


@pytest.fixture(scope="module")
def found(scores):
    return analyse(scores)


def node(found, name):
    return found.table.row(by_predicate=pl.col("node") == name, named=True)


def test_the_effective_weight_is_the_product_of_the_weights_down_the_tree(found):
    weights = dict(found.effective_weights.select("node", "effective_weight").iter_rows())
    assert weights == {
        "all": 1, "left": 0.75, "right": 0.25, "x": 0.375, "y": 0.1875, "w": 0.1875, "z": 0.25
    }  # fmt: skip


def test_pairs_of_siblings_that_say_the_same_or_the_contrary_are_flagged(found):
    flagged = found.correlations.filter(pl.col("flag") != "").select("first", "second", "flag").rows()
    assert set(flagged) == {("x", "y", "alike"), ("x", "w", "against"), ("y", "w", "against")}


def test_the_correlation_is_that_of_the_normalised_values(found):
    row = found.correlations.row(
        by_predicate=(pl.col("first") == "x") & (pl.col("second") == "z"), named=True
    )
    assert row["coefficient"] == pytest.approx(np.corrcoef(FIGURES["x"], FIGURES["z"])[0, 1])
    assert row["cities"] == 6


def test_pillars_are_correlated_among_one_another(found, scores):
    row = found.correlations.row(by_predicate=pl.col("first") == "left", named=True)
    sides = scores.pillars.pivot("node", index="city", values="score")
    assert row["coefficient"] == pytest.approx(np.corrcoef(sides["left"], sides["right"])[0, 1])


def test_the_correlation_with_the_parent_is_told_for_all_but_the_root(found, scores):
    assert node(found, "all")["correlation"] is None
    left = scores.pillars.filter(pl.col("node") == "left")["score"]
    assert node(found, "y")["correlation"] == pytest.approx(np.corrcoef(FIGURES["y"], left)[0, 1])


def test_removing_a_part_moves_ranks_as_measuring_without_it_does(found):
    def ranks(parts):
        total = np.zeros(6)
        for name, weight in parts.items():
            values = np.array(FIGURES[name])
            total += weight * (values - values.min()) / (values.max() - values.min())
        return (total[:, None] < total[None, :] - 1e-9).sum(axis=1) + 1

    full = ranks({"x": 0.375, "y": 0.1875, "w": 0.1875, "z": 0.25})
    without = ranks({"x": 0.375, "y": 0.1875, "w": 0.1875})
    moves = np.abs(full - without)
    row = node(found, "right")
    assert (row["mean_change"], row["largest_change"]) == (pytest.approx(moves.mean()), moves.max())
    assert node(found, "all")["mean_change"] is None


def test_alpha_is_told_of_nodes_with_several_children_only(found):
    assert set(found.alpha["node"]) == {"all", "left"}
    sides = [np.array(FIGURES[name]) for name in ("x", "y", "w")]
    scaled = np.stack([100 * (side - side.min()) / (side.max() - side.min()) for side in sides])
    covariance = np.cov(scaled)
    expected = 3 / 2 * (1 - np.trace(covariance) / covariance.sum())
    assert node(found, "left")["alpha"] == pytest.approx(expected)


def test_two_columns_that_are_each_others_reverse_have_one_component(found):
    assert 0.9 < node(found, "left")["first_component"] <= 1
    assert node(found, "right")["first_component"] is None


def test_the_statistics_are_those_of_the_raw_values(found):
    row = found.statistics.row(by_predicate=pl.col("indicator") == "z", named=True)
    assert (row["low"], row["high"], row["mean"], row["median"], row["known"]) == (1, 9, 5, 5, 6)
    assert row["unit"] == "%"


def test_an_explanation_says_what_a_node_does(found):
    told = {each.what: each.value for each in found.explain("x").children}
    assert found.explain("x").kind == "indicator"
    assert {each.kind for each in found.explain("x").children} == {"setting"}
    assert told["declared weight within its parent"] == 0.5
    assert told["share of the whole index"] == 0.375
    assert "Cronbach's alpha of its children" not in told


def test_an_unknown_node_names_the_nearest(found):
    with pytest.raises(NotFoundError, match="'rigth'") as caught:
        found.explain("rigth")
    assert "right" in caught.value.remedy


def test_it_reads_as_a_sentence_and_draws_every_pair(found):
    assert repr(found) == "Analysis of all, 2012: 3 pairs of siblings flagged"
    drawn = found.chart()
    assert drawn["$schema"].startswith("https://vega.github.io/schema/vega")
    pairs = {frozenset((each["left"], each["right"])) for each in drawn["data"]["values"]}
    assert pairs == {frozenset(pair) for pair in itertools.combinations("xywz", 2)}  # and no pair of pillars


def test_an_index_of_which_nothing_is_known_is_analysed_without_a_number(scores):
    empty = replace(
        scores,
        build=replace(
            scores.build,
            raw=scores.build.raw.holding(np.full((6, 4), np.nan)),
            scores=np.full((6, 7), np.nan),
            stages=tuple(
                replace(stage, matrix=stage.matrix.holding(np.full((6, 4), np.nan)))
                for stage in scores.build.stages
            ),
        ),
    )
    found = analyse(empty)
    assert found.correlations["coefficient"].null_count() == found.correlations.height
    assert found.table["mean_change"].null_count() == 7
