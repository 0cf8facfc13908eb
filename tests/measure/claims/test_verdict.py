"""Judgements: when a figure agrees with a claim, and the row and the tree that tell it."""

from dataclasses import replace

import pytest

from urbium.measure.claims.findings import Basis, Finding
from urbium.measure.claims.verdict import (
    FINDINGS,
    JUDGEMENTS,
    Judgement,
    Verdict,
    agrees,
    explain_claim,
    finding_row,
    judgement_row,
)
from urbium.model import Claim, Source

CLAIM = Claim("C1", "30% work on farms", "China", "work force in agriculture", 2013, 30.0, "%", "=", "paper")
NAMED = Finding("jobs", "Jobs on farms", 31.4, "%", "2012", "national", Basis.NEAREST, sources=("wdi",))
MATCH = Finding(
    "output",
    "Output of farms",
    29.9,
    "%",
    "2013",
    "national",
    Basis.REPORTED,
    sources=("wdi", "book"),
    note="net",
)
SOURCES = {
    "wdi": Source("wdi", "World Bank", "World Development Indicators", "2021", "CC BY 4.0"),
    "paper": Source("paper", "A Journal", "An Article", "2015", "all rights reserved"),
}
JUDGED = Judgement(CLAIM, Verdict.OTHER_SERIES, NAMED, MATCH, (NAMED, MATCH), "two series")


@pytest.mark.parametrize(
    ("comparison", "stored", "verdict"),
    [
        ("=", 35.0, True),  # 30 is rounded to tens: off by 5 at most
        ("=", 25.0, True),
        ("=", 35.1, False),
        ("=", 24.9, False),
        (">", 25.0, True),
        (">=", 25.0, True),
        (">=", 24.9, False),
        (">=", 99.0, True),
        ("<", 35.0, True),
        ("<=", 35.0, True),
        ("<=", 35.1, False),
        ("<=", 1.0, True),
    ],
)
def test_a_figure_agrees_to_the_precision_of_the_claim(comparison, stored, verdict):
    assert agrees(replace(CLAIM, comparison=comparison), stored) is verdict


def test_a_judgement_is_a_row_with_what_was_named_what_matches_and_how_far_both_are_off():
    row = judgement_row(JUDGED, SOURCES)
    assert list(row) == list(JUDGEMENTS)
    assert row == {
        "claim": "C1",
        "text": "30% work on farms",
        "year": 2013,
        "value": 30.0,
        "unit": "%",
        "precision": 5.0,
        "verdict": "matches another series",
        "series": "jobs",
        "series_area": "national",
        "series_period": "2012",
        "series_value": 31.4,
        "difference": pytest.approx(-1.4),
        "match": "output",
        "match_period": "2013",
        "match_value": 29.9,
        "match_difference": pytest.approx(0.1),
        "note": "two series",
        "sources": "World Bank, World Development Indicators, 2021; book",
    }


def test_a_claim_of_which_nothing_is_known_has_a_row_without_series():
    row = judgement_row(Judgement(CLAIM, Verdict.UNCHECKED, None, None, (), "why"), SOURCES)
    told = {name: value for name, value in row.items() if name.startswith(("series", "match", "difference"))}
    assert set(told.values()) == {None}
    assert row["sources"] == ""


def test_a_finding_is_a_row_with_what_is_stated_less_what_is_stored():
    row = finding_row(CLAIM, MATCH)
    assert list(row) == list(FINDINGS)
    assert row == {
        "claim": "C1",
        "series": "output",
        "area": "national",
        "period": "2013",
        "value": 29.9,
        "unit": "%",
        "basis": "reported",
        "difference": pytest.approx(0.1),
        "note": "net",
    }


def test_the_tree_begins_with_the_claim_then_what_it_names_what_matches_and_the_rest():
    other = replace(MATCH, name="Anything else", sources=())
    told = explain_claim(replace(JUDGED, findings=(other, MATCH, NAMED)), SOURCES)
    assert told.what == "C1 matches another series: 30% work on farms"
    assert (told.value, told.unit, told.period, told.grade) == (30.0, "%", "2013", "stated, unverified")
    assert (told.origin.publisher, told.origin.title, told.note) == ("A Journal", "An Article", "two series")
    assert [each.what for each in told.children] == ["Jobs on farms", "Output of farms", "Anything else"]


def test_a_finding_without_its_observations_names_its_sources():
    named, match = explain_claim(JUDGED, SOURCES).children
    assert (match.value, match.unit, match.period, match.area) == (29.9, "%", "2013", "national")
    assert (match.kind, match.grade, match.note) == ("indicator", "reported", "net")
    assert [(each.what, each.kind, each.origin.publisher) for each in match.children] == [
        ("source", "setting", "World Bank"),
        ("source", "setting", "book"),
    ]
    assert [each.origin.licence for each in named.children] == ["CC BY 4.0"]


def test_a_finding_with_observations_ends_at_their_cells(observe):
    (row,) = observe(("CHN", "jobs", 2012, 31.4), unit="%", source="wdi", area="national").iter_rows(
        named=True
    )
    seen = replace(NAMED, observations=(row,))
    (leaf,) = (
        explain_claim(replace(JUDGED, named=seen, match=None, findings=(seen,)), SOURCES).children[0].children
    )
    assert (leaf.what, leaf.value, leaf.unit, leaf.period) == ("Jobs on farms", 31.4, "%", "2012")
    assert (leaf.area, leaf.kind, leaf.grade) == ("national", "observation", "reported, measured")
    assert (leaf.origin.publisher, leaf.origin.file, leaf.origin.cell) == (
        "World Bank",
        "figures.xlsx",
        "C14",
    )


def test_a_claim_of_an_unnamed_source_says_so():
    told = explain_claim(replace(JUDGED, claim=replace(CLAIM, source="")), SOURCES)
    assert told.origin.publisher == "source not stated"
