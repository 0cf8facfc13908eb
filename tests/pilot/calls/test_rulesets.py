"""The rules of a round are those of its set, but for what the round says itself."""

from urbium.pilot.calls.rounds import Criterion, Quota
from urbium.pilot.calls.rulesets import PROVINCE, rule_set, rules_of_round


def test_a_round_that_says_nothing_itself_has_the_rules_of_its_set():
    assert rules_of_round({"rules": "eu-contract"}) == rule_set("eu-contract")
    assert rules_of_round({}) == rule_set("")


def test_what_a_round_says_itself_stands_in_place_of_what_its_set_says():
    rules = rules_of_round({
        "rules": "eu-contract", "documents": ["action_plan", "map"], "conditions": ["has a mayor"],
        "criteria": [{"code": "clear", "title": "Clarity", "weight": 100.0}],
        "quotas": [{"kind": "new", "most": 3, "province": "Avon"}, {"kind": "new", "most": 9}],
        "evaluation_day": "06-30",
    })  # fmt: skip

    assert [(one.code, one.title) for one in rules.documents] == [
        ("action_plan", "action plan"),
        ("map", "map"),
    ]
    assert [(one.code, one.text) for one in rules.conditions] == [("condition1", "has a mayor")]
    assert rules.criteria == (Criterion("clear", "Clarity", 100.0),)
    assert rules.quotas == (Quota("new", 3, "Avon"), Quota("new", 9))
    assert rules.evaluation_day == "06-30"


def test_what_provinces_hand_in_is_asked_for_whatever_documents_a_round_names():
    of_provinces = [one.code for one in rule_set("china-2012").documents if one.by == PROVINCE]
    named = rules_of_round({"rules": "china-2012", "documents": ["map"]}).documents

    assert of_provinces
    assert [one.code for one in named] == ["map", *of_provinces]
