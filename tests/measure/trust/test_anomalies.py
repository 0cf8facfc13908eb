"""Anomalies: flags on the figures of the demo, few and worth reading."""

import re
from dataclasses import replace

import polars as pl
import pytest

from urbium.errors import NotFoundError
from urbium.measure import measure_index
from urbium.measure.trust.anomalies import figure_anomalies, score_anomalies
from urbium.measure.trust.watch import Watch
from urbium.model import Variable


@pytest.fixture(scope="module")
def provinces(demo_cities):
    """The first two digits of a Chinese city code are its province."""
    return {code: code[:2] for code in demo_cities["code"]}


@pytest.fixture(scope="module")
def demo(demo_figures, catalogue, provinces):
    return figure_anomalies(demo_figures, catalogue.variables, groups=provinces)


def test_the_public_toilets_of_the_demo_are_flagged_as_copied_within_provinces(demo):
    flag = demo.table.row(by_predicate=pl.col("subject") == "public_toilets", named=True)
    assert flag["kind"] == "copied as a whole"
    assert flag["city"] is None
    same, figures, within, shared = map(int, re.findall(r"\d+", flag["evidence"].replace(",", "")))
    # in the file 1,900 of 1,989 figures are shared, 213 of 217 times within a province; some by chance alone
    assert 1900 * 0.9 <= same <= 1900
    assert figures == 1989
    assert within / shared == pytest.approx(213 / 217, abs=0.01)


def test_the_flags_of_the_demo_are_few(demo):
    assert repr(demo) == "Anomalies: 1 copied as a whole"


def test_looking_closer_flags_more(demo_figures, catalogue):
    closer = figure_anomalies(demo_figures, catalogue.variables, watch=Watch(chance=0.2))
    kinds = set(zip(closer.table["kind"], closer.table["subject"], strict=True))
    assert ("carried forward", "tertiary_share_gdp") in kinds
    assert closer.settings["chance"] == 0.2


def test_a_flag_is_explained_as_a_question(demo):
    flag = demo.table.row(0, named=True)
    told = demo.explain(flag["cities"][0])
    assert told.note == "flags are questions, not verdicts"
    assert told.what == f"{flag['cities'][0]}, 1 flag"
    (child,) = told.children
    assert child.what == "copied as a whole: public_toilets"
    assert child.note == f"{flag['evidence']}; {flag['note']}"
    with pytest.raises(NotFoundError, match="nothing is flagged for"):
        demo.explain("nowhere")


def test_all_flags_are_told_with_their_cities_by_name_and_their_chance(demo):
    flag = demo.table.row(0, named=True)
    told = replace(demo, names={flag["cities"][0]: "Shijiazhuang"}).explain_all(most=1)
    (child,) = told.children
    cities, chance = child.children
    assert cities.what == f"{len(flag['cities'])} cities"
    assert str(cities.value).startswith(f"Shijiazhuang, {flag['cities'][1]}")
    assert chance.value == flag["chance"]


@pytest.fixture(scope="module")
def beds():
    return {"beds": Variable("beds", {"en": "Beds"}, "count", "prefecture", plausible_max=100)}


def shared(observe, **common):
    rows = [(f"c{place:02}", "beds", 2012, 10_007 + 997 * place) for place in range(40)]
    return observe(*rows, ("x", "beds", 2012, 12_345.67), ("y", "beds", 2012, 12_345.67), **common)


def test_suspect_figures_are_looked_at_and_projections_are_not(observe, beds):
    assert figure_anomalies(shared(observe, status="suspect"), beds).table.height == 1
    assert figure_anomalies(shared(observe, status="projected"), beds).table.height == 0


def test_one_city_with_two_sources_has_not_copied_itself(observe, beds):
    rows = [(f"c{place:02}", "beds", 2012, 10_007 + 997 * place) for place in range(40)]
    twice = pl.concat(
        [
            observe(*rows, ("x", "beds", 2012, 12_345.67)),
            observe(("x", "beds", 2012, 12_345.67), source="wdi"),
        ]
    )
    found = figure_anomalies(twice, beds)
    assert found.table.height == 0
    assert repr(found) == "Anomalies: nothing is flagged"


def test_limits_are_looked_at_in_the_unit_of_the_variable(observe, beds):
    rows = [(f"c{place}", "beds", 2012, 99 + place / 10) for place in range(9)]
    (flag,) = figure_anomalies(observe(*rows), beds).table.to_dicts()
    assert (flag["kind"], flag["value"]) == ("just past a threshold", 100)
    assert figure_anomalies(observe(*rows, unit="10k persons"), beds).table.height == 0


def test_no_figures_and_figures_that_are_none_are_no_flags(observe, beds):
    assert figure_anomalies(observe(), beds).table.height == 0
    odd = observe(("a", "beds", 2012, float("nan")), ("b", "beds", 2012, float("nan")))
    assert figure_anomalies(odd, beds).table.height == 0


def test_scores_are_flagged_at_benchmarks_and_by_coverage(score_tree):
    scores = score_tree(
        {"x": [100 + place / 10 for place in range(9)], "y": [None, *range(8)]},
        benchmarks={"x": 100},
        availability=0.5,
    )
    found = score_anomalies(scores)
    assert found.table.select("kind", "city", "subject").rows() == [
        ("just past a threshold", None, "x"),
        ("just enough reported", "a", "top"),
    ]
    assert repr(found) == "Anomalies: 1 just past a threshold and 1 just enough reported"
    assert score_anomalies(scores, watch=Watch(chance=1e-6)).table.height == 1


def test_the_scores_of_the_demo_raise_no_flag(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    assert score_anomalies(scores).table.height == 0
