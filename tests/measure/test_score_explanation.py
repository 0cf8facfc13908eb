"""Explanations: a reader can redo the arithmetic from the tree, and every figure ends at its cell."""

import numpy as np
import polars as pl
import pytest

from urbium.measure import measure_index

SIZES = {
    "10k CNY": 1e4,
    "10k USD": 1e4,
    "10k persons": 1e4,
    "beds": 1.0,
    "count": 1.0,
    "t": 1.0,
    "%": 0.01,
    "ratio": 1.0,
    "m2 per person": 1.0,
    "per 1k persons": 1e-3,
    "per 100k persons": 1e-5,
    "CNY per person": 1.0,
    "USD per person": 1.0,
    "t per 100 million CNY": 1e-8,
}
LOWER_IS_BETTER = {"Industrial sulphur dioxide per GDP", "Industrial soot and dust per GDP"}
HEFEI = "340100"


@pytest.fixture(scope="module")
def scores(catalogue, demo_figures, demo_cities):
    return measure_index(
        demo_figures, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012
    )


def setting(node, what):
    return next(child.value for child in node.children if child.what == what)


def value_by_hand(node):
    """One figure is the indicator itself; of two the first is divided by the second."""
    figures = [
        c.value * SIZES[c.unit]
        for c in node.children
        if c.kind == "observation" and "excluded until accepted" not in c.note
    ]
    quotient = figures[0] / figures[1] if len(figures) == 2 else figures[0]
    return quotient / SIZES[node.unit]


def score_by_hand(node):
    """Redo a node from what lies below it; None where nothing is known."""
    if node.kind == "missing":
        return None
    if node.kind == "indicator":
        low = setting(node, "lowest of the scored cities")
        high = setting(node, "highest of the scored cities")
        treated = [child.value for child in node.children if child.what.startswith("after winsorise")]
        share = 100 * ((treated or [value_by_hand(node)])[-1] - low) / (high - low)
        return 100 - share if node.what in LOWER_IS_BETTER else share
    parts = [child for child in node.children if child.kind in {"score", "indicator", "missing"}]
    known = [(setting(part, "weight"), score_by_hand(part)) for part in parts]
    known = [(weight, score) for weight, score in known if score is not None]
    return sum(weight * score for weight, score in known) / sum(weight for weight, _ in known)


@pytest.mark.parametrize("city", ["340100", "110000", "441900", "620100", "460200"])
def test_the_score_can_be_redone_by_hand_from_the_leaves_of_the_tree(scores, city):
    root = scores.explain(city)
    assert root.value == pytest.approx(score_by_hand(root), rel=1e-9)
    assert root.value == scores.table.filter(pl.col("city") == city)["score"].item()


def test_an_indicator_whose_logarithm_is_taken_has_goalposts_without_its_unit(scores):
    logs = scores.treatment.filter(way="log")["indicator"].to_list()
    names = {scores.catalogue.indicators[name].name["en"] for name in logs}
    nodes = [
        node for node in scores.explain("110000").walk() if node.what in names and node.kind == "indicator"
    ]
    assert len(nodes) == len(names) > 0
    for node in nodes:
        posts = [child for child in node.children if child.what.endswith("of the scored cities")]
        assert {post.unit for post in posts} == {""}
        assert all(child.unit == "" for child in node.children if child.what.startswith("after "))


def test_the_goalposts_are_the_extremes_of_the_scored_cities_and_name_them(scores, demo_figures, demo_cities):
    share = next(n for n in scores.explain(HEFEI).walk() if n.what == "Tertiary share of GDP")
    low = next(c for c in share.children if c.what == "lowest of the scored cities")
    raw = demo_figures.filter(
        pl.col("variable") == "tertiary_share_gdp", pl.col("period").is_in(["2009", "2010", "2011", "2012"])
    )
    latest = raw.sort("period").group_by("city").last().sort("value")
    name = demo_cities.filter(pl.col("code") == latest["city"][0])["name_en"].item()
    assert (low.value, low.note) == (latest["value"][0], name)


def test_every_observation_ends_at_publisher_licence_file_and_cell(scores):
    found = [node for node in scores.explain(HEFEI).walk() if node.kind == "observation"]
    assert found
    assert all(node.origin.publisher.startswith("National Bureau of Statistics") for node in found)
    assert all(node.origin.file == "observations.csv" and node.origin.cell.startswith("D") for node in found)
    assert all(node.origin.licence and node.origin.recorded_by == "anna" for node in found)


def test_the_cell_of_a_figure_holds_that_figure(scores, demo_figures):
    node = next(n for n in scores.explain(HEFEI).walk() if n.what.startswith("Beds in hospitals"))
    assert demo_figures.row(int(node.origin.cell[1:]) - 2, named=True)["value"] == node.value


def test_a_suspect_figure_is_shown_as_kept_out_with_the_rule_that_caught_it(
    catalogue, demo_figures, demo_cities
):
    wrong = pl.col("variable") == "public_toilets"
    table = demo_figures.with_columns(
        reason=pl.when(wrong)
        .then(pl.lit("column-copied: one figure for a whole province"))
        .otherwise("reason")
    )
    scores = measure_index(table, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012)
    missing = next(n for n in scores.explain(HEFEI).walk() if n.what.startswith("Public toilets per"))
    shown = next(c for c in missing.children if c.kind == "observation")
    assert (missing.kind, missing.grade) == ("missing", "suspect")
    assert "correct or accept Public toilets" in missing.note
    assert "excluded until accepted" in shown.note
    assert "column-copied" in shown.note


def test_what_was_never_reported_says_what_is_needed(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012
    )
    internet = next(n for n in scores.explain(HEFEI).walk() if n.what == "Household internet access")
    assert internet.kind == "missing"
    assert "never reported" in internet.note
    assert "report Households with internet access and Households for 2009 to 2012" in internet.note


def test_a_proxy_is_called_a_proxy_in_the_tree(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012
    )
    beds = next(n for n in scores.explain(HEFEI).walk() if n.what == "In-patient hospital beds")
    assert "Hospital beds per 100,000 registered persons (per 100k persons) is used as a proxy" in beds.note


def test_a_figure_too_old_is_named_with_its_year(catalogue, observe, demo_cities):
    table = observe((HEFEI, "tertiary_share_gdp", 2005, 40.0), unit="%")
    scores = measure_index(table, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012)
    missing = next(n for n in scores.explain(HEFEI).walk() if n.what == "Tertiary share of GDP")
    shown = next(c for c in missing.children if c.kind == "observation")
    assert (shown.period, shown.note) == ("2005", "not used: older than allowed")


def test_an_unregistered_source_shows_by_its_id(catalogue, observe, demo_cities):
    table = observe((HEFEI, "tertiary_share_gdp", 2012, 40.0), unit="%", source="nobody")
    scores = measure_index(table, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012)
    assert [origin.publisher for origin in scores.explain(HEFEI).sources] == ["nobody"]


# A tree small enough to be read whole


def child(node, what):
    return next(each for each in node.children if each.what == what)


def test_the_root_says_the_rank_the_known_share_the_means_and_the_steps(score_tree):
    root = score_tree({"x": [0, 50, 100], "y": [1, 2, None]}, availability=0.5).explain("c")
    assert (root.what, root.value, root.unit, root.period, root.kind) == (
        "C, Top",
        100,
        "of 100",
        "2012",
        "score",
    )
    assert root.note == (
        "rank 1 of 3 scored cities; 50% of the indicators are known (50% are required); "
        "weighted arithmetic mean of the known parts, whose weights are scaled to sum to 1; "
        "steps: screen, min-max"
    )


def test_a_city_without_score_has_neither_rank_nor_scale(score_tree):
    root = score_tree({"x": [0, 50, None], "y": [1, 2, None], "z": [1, 2, 3]}, availability=0.5).explain("c")
    assert (root.value, root.unit) == (None, "")
    assert root.note.startswith("indicators known: 1 of 3 (33%); the index requires 50%; weighted arithmetic")


def test_a_pillar_says_how_much_of_it_is_known_and_whether_it_counts(score_tree):
    figures = {"x": [0, 50, 100], "y": [1, 2, None], "z": [1, 2, 3]}
    root = score_tree(figures, parents={"x": "p", "y": "q"}, availability=0.5).explain("c")
    full, empty = child(root, "p"), child(root, "q")
    assert (full.value, full.unit, full.kind, full.note) == (
        100,
        "of 100",
        "score",
        "100% of its indicators are known",
    )
    assert (empty.value, empty.unit) == (None, "")
    assert (
        empty.note
        == "0% of its indicators are known; too little data for a score, so this part does not count"
    )


def test_a_benchmark_is_an_assumption_in_the_unit_of_the_indicator(score_tree):
    leaf = child(score_tree({"x": [0, 50, 100]}, benchmarks={"x": 100}).explain("b"), "Green cover")
    benchmark, points = child(leaf, "benchmark"), child(leaf, "points against the benchmark")
    assert (benchmark.value, benchmark.unit, benchmark.kind) == (100, "%", "assumption")
    assert (points.value, points.unit, points.kind) == (
        2,
        "of 4",
        "setting",
    )  # half of it: above 33%, under 66%


def test_an_imputed_value_is_an_assumption_in_the_unit_and_a_treated_one_has_no_unit(score_tree):
    figures = {"x": [0, 50, 100, None], "y": [1, 2, 3, 4]}
    leaf = child(
        score_tree(figures, steps="impute-mean > box-cox(power=0) > min-max").explain("d"), "Green cover"
    )
    filled = child(leaf, "after impute-mean")
    assert (filled.value, filled.unit, filled.kind) == (50, "%", "assumption")
    assert filled.note == "an assumption: the figure was not reported"
    treated = child(leaf, "after box-cox (power=0)")
    assert (treated.value, treated.unit, treated.kind, treated.note) == (
        pytest.approx(np.log(51)),
        "",
        "setting",
        "",
    )


def test_a_value_that_no_step_changed_is_told_without_a_step(score_tree):
    leaf = child(score_tree({"x": [0, 50, 100]}, steps="impute-mean > min-max").explain("b"), "Green cover")
    assert [(each.what, each.value, each.unit) for each in leaf.children[:4]] == [
        ("weight", 1, ""),
        ("lowest of the scored cities", 0, "%"),
        ("highest of the scored cities", 100, "%"),
        ("between lowest and highest", 50, "of 100"),
    ]


def test_another_way_to_normalise_is_named_in_place_of_goalposts(score_tree):
    leaf = child(score_tree({"x": [0, 50, 100]}, steps="rank").explain("b"), "Green cover")
    assert (leaf.children[1].what, leaf.children[1].value, leaf.children[1].kind) == (
        "normalised by rank",
        2,
        "setting",
    )


@pytest.mark.parametrize(
    ("steps", "unit"),
    [
        ("min-max", "of 100"),
        ("min-max(low=1)", "of 100"),
        ("min-max(high=10)", ""),
        ("scaled(low=0, high=200)", "of 100"),
        ("goalposts(low=0, high=200, scale=5)", ""),
        ("rank", ""),
        ("z-score", ""),
        ("percentile", ""),
    ],
)
def test_a_score_is_of_100_only_where_the_scale_ends_there(score_tree, steps, unit):
    root = score_tree({"x": [0, 50, 100]}, parents={"x": "p"}, steps=steps).explain("b")
    assert (root.unit, child(root, "p").unit) == (unit, unit)


def test_the_tree_is_plain_text_and_plain_records(scores):
    tree = scores.explain(HEFEI)
    assert str(tree).startswith("Hefei, Yearbook index: ")
    assert tree.record()["children"][0]["kind"] == "score"
