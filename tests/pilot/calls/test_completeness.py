"""What contradicts what a programme knows of the place: money, people, what comes first, what is there."""

import re

import msgspec
import pytest

from urbium.packaged import packaged_rows
from urbium.pilot.calls.applications import Application
from urbium.pilot.calls.completeness import Facts, application_faults
from urbium.pilot.calls.rulesets import RuleSet, rule_set, rule_sets
from urbium.pilot.steps import steps

PLAIN = {
    "code": "P1", "title": "Platform", "solution": "HUB", "size": 1.0, "unit": "platform", "cost": 8.0,
    "sources": {"CITY": 8.0}, "starts": 2026, "ends": 2027, "land": "yes", "clearances": "yes",
}  # fmt: skip
LATE = {"code": "P2", "solution": "CYBER", "starts": 2029, "ends": 2030}
FACTS = {
    "funds": frozenset({"CITY", "BANK"}),
    "own_funds": frozenset({"CITY"}),
    "budgets": {2026: 10.0, 2027: 10.0},
}


def found(*projects, answers=None, **facts):
    application = msgspec.convert(
        {"title": "Delft", "projects": [PLAIN | one for one in projects], "answers": answers or {}},
        Application,
    )
    faults = application_faults(application, RuleSet(""), Facts(**FACTS | facts))
    return [(fault.where, fault.message.code) for fault in faults]


def test_a_file_within_what_the_city_may_spend_has_no_fault():
    assert found({}) == []


def test_years_in_which_the_city_pays_more_than_it_may_are_named():
    second = {"code": "P2", "starts": 2027, "ends": 2027}
    assert found({}, second) == [("projects!2027", "pilot.complete.budget")]
    assert found({}, second | {"sources": {"BANK": 8.0}}) == []


def test_land_that_is_not_yet_secured_is_an_answer_that_reviewers_read_and_no_gap():
    assert found({"land": "not_yet"}) == [("projects", "pilot.complete.ready")]
    assert found({"land": "not_needed"}) == []
    assert found({"land": ""}) == [("projects!P1.land", "pilot.complete.land")]


@pytest.mark.parametrize(
    ("answers", "is_noted"),
    [
        ({"begins": 2026, "creation_years": 3}, False),
        ({"begins": 2026, "creation_years": 1}, True),
        ({"begins": 2027, "creation_years": 3}, True),
        ({"begins": 2026}, False),
    ],
)
def test_projects_with_years_outside_the_creation_period_are_noted(answers, is_noted):
    assert found({}, answers=answers) == [("projects", "pilot.complete.period")] * is_noted


def test_a_creation_period_and_projects_that_start_before_the_call_closes_are_noted_at_once():
    answers = {"begins": 2026, "creation_years": 3}
    assert found({}, answers=answers, closes=2027) == [
        ("answers!begins", "pilot.complete.begins"),
        ("projects", "pilot.complete.begun"),
    ]
    assert found({}, answers=answers, closes=2026) == []


def test_a_project_of_the_plan_is_paid_by_year_as_the_plan_pays_it_and_evenly_where_it_takes_other_years():
    spread = {("P1", "CITY"): [0.25, 0.75]}
    assert (
        found({"cost": 12.0, "sources": {"CITY": 12.0}}, budgets={2026: 3.0, 2027: 9.0}, spread=spread) == []
    )
    longer = {"cost": 12.0, "sources": {"CITY": 12.0}, "ends": 2028}
    assert found(longer, budgets={2026: 3.0, 2027: 9.0}, spread=spread) == [
        ("projects!2026", "pilot.complete.budget")
    ]


def test_what_is_left_of_a_budget_may_be_spent_in_the_next_year_in_the_share_that_the_plan_has():
    late = {"starts": 2027, "ends": 2027}
    tight = {2026: 10.0, 2027: 3.0}
    assert (
        found({"starts": 2026}, late | {"code": "P2", "cost": 1.0, "sources": {"CITY": 1.0}}, budgets=tight)
        != []
    )
    assert found({"starts": 2026}, budgets=tight, carry_over=0.5) == []


def test_what_is_not_known_of_the_budget_is_a_note():
    assert found({}, budgets=None) == [("projects", "pilot.complete.no_budget")]


def test_years_in_which_more_people_are_taken_than_can_be_freed_are_named():
    pools = {("architects", 2026): 3.0, ("architects", 2027): 1.5}
    assert found({}, pools=pools, staff={"P1": {"architects": 2.0}}) == [
        ("projects!2027", "pilot.complete.staff")
    ]


@pytest.mark.parametrize(
    ("more", "facts", "answers", "codes"),
    [
        ([], {}, {}, ["pilot.complete.prerequisite"]),
        ([], {"existing": frozenset({"CYBER"})}, {}, []),
        ([], {}, {"in_service": ["CYBER"]}, []),
        ([{"code": "P2", "solution": "CYBER", "sources": {"BANK": 8.0}}], {}, {}, []),
        (
            [{"code": "P2", "solution": "CYBER", "starts": 2029, "ends": 2030}],
            {},
            {},
            ["pilot.complete.late"],
        ),
    ],
)
def test_prerequisites_are_there_applied_for_in_time_or_missed(more, facts, answers, codes):
    faults = found({}, *more, answers=answers, prerequisites={"HUB": ("CYBER",)}, **facts)
    assert [code for _, code in faults] == codes


def test_what_somebody_else_builds_in_the_city_is_told_with_the_body():
    assert found({}, elsewhere={"HUB": "the county"}) == [("projects!P1", "pilot.complete.elsewhere")]


def test_two_projects_of_one_code_and_amounts_below_zero_are_told():
    faults = found(
        {"cost": 4.0, "sources": {"CITY": 4.0}}, {"cost": 4.0, "sources": {"CITY": 5.0, "BANK": -1.0}}
    )
    assert [code for _, code in faults] == ["pilot.complete.twice", "pilot.complete.negative"]


@pytest.mark.parametrize("name", rule_sets())
def test_every_set_of_rules_is_whole(name):
    rules = rule_set(name)
    assert sum(one.weight for one in rules.criteria) == pytest.approx(100)
    assert set(rules.kinds) >= {kind for kind, _ in rules.quota_shapes}
    codes = [one.code for one in rules.questions]
    assert len(set(codes)) == len(codes)
    for question in rules.questions:
        assert question.condition in ("", "kind", *codes[: codes.index(question.code)])
        assert question.source
    assert {one.question for one in rules.conditions} <= {"", *codes}
    assert all(one.source for one in (*rules.documents, *rules.conditions))


def test_every_set_of_rules_leads_from_a_draft_to_the_selection():
    for name in rule_sets():
        moves = {(state, one.after) for (kind, _), one in steps(name).items() if kind == "application"
                 for state in one.before if one.after}  # fmt: skip
        reached, more = {"draft"}, True
        while more:
            more = {after for before, after in moves if before in reached} - reached
            reached |= more
        assert {"selected", "declined", "withdrawn"} <= reached


def test_the_programme_of_today_names_first_what_was_not_read_and_where_each_row_is_from():
    today = rule_set("china-2025")

    assert today.note.startswith("not read: how cities apply, how they are chosen and judged")
    assert "1306号" in today.source
    assert "660号" in today.source
    assert len(today.criteria) == 6
    rows = [one for table in ("documents", "questions", "criteria", "grades", "words", "quotas")
            for one in packaged_rows(f"rulesets/{table}") if one["set"] == "china-2025"]  # fmt: skip
    assert all(
        re.match("read|cited from memory|recalled|assumption|the aim is read", one["source"]) for one in rows
    )
