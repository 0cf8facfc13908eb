"""Explanations: a reader can redo the arithmetic from the tree, and every figure ends at its cell."""

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
LOWER_IS_BETTER = {"Industrial sulphur dioxide per GDP", "Industrial nitrogen oxides per GDP"}
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
        c.value * SIZES[c.unit] for c in node.children if c.kind == "observation" and "kept out" not in c.note
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
        share = 100 * (value_by_hand(node) - low) / (high - low)
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
    assert "kept out" in shown.note
    assert "column-copied" in shown.note


def test_what_was_never_reported_says_what_is_needed(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012
    )
    internet = next(n for n in scores.explain(HEFEI).walk() if n.what == "Household internet access")
    assert internet.kind == "missing"
    assert "never reported" in internet.note
    assert "report Households with internet access, Households for 2009 to 2012" in internet.note


def test_a_proxy_is_called_a_proxy_in_the_tree(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012
    )
    beds = next(n for n in scores.explain(HEFEI).walk() if n.what == "In-patient hospital beds")
    assert "a proxy: Hospital beds per 100,000 registered persons" in beds.note


def test_a_figure_too_old_is_named_with_its_year(catalogue, observe, demo_cities):
    table = observe((HEFEI, "tertiary_share_gdp", 2005, 40.0), unit="%")
    scores = measure_index(table, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012)
    missing = next(n for n in scores.explain(HEFEI).walk() if n.what == "Tertiary share of GDP")
    shown = next(c for c in missing.children if c.kind == "observation")
    assert (shown.period, shown.note) == ("2005", "kept out: older than allowed")


def test_an_unregistered_source_shows_by_its_id(catalogue, observe, demo_cities):
    table = observe((HEFEI, "tertiary_share_gdp", 2012, 40.0), unit="%", source="nobody")
    scores = measure_index(table, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012)
    assert [origin.publisher for origin in scores.explain(HEFEI).sources] == ["nobody"]


def test_the_tree_is_plain_text_and_plain_records(scores):
    tree = scores.explain(HEFEI)
    assert str(tree).startswith("Hefei, Yearbook index: ")
    assert tree.record()["children"][0]["kind"] == "score"
