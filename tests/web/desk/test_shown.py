"""A case as it is shown: names in place of codes, and a few words beside their title."""

import pytest

from urbium.access import rights
from urbium.market.offers import Offer
from urbium.model.accounts import Account
from urbium.pilot.circulars import Circular
from urbium.platform.feeds import Alert
from urbium.programme.cases.kinds import KINDS
from urbium.text import Name, language, say
from urbium.web.desk.shown import parts_of

READERS = {"province": "province", "office": "office", "auditor": "auditors", "expert": "expert"}
"""Roles, and the word by which a page names each."""
FOR_REVIEWERS = [
    (kind, field)
    for kind in KINDS.values()
    for field, circle in kind.circles.items()
    if circle == "reviewers"
]


def shown(kind, content, values, **names):
    return {
        part.name: part for part in parts_of(kind, content, values, {}, currency="CNY", asked={}, names=names)
    }


def words(part):
    return [[cell.said for cell in row] for row in part.rows]


def test_files_of_a_data_room_are_called_by_their_names_alone():
    file = {"sha256": "ab" * 32, "application": "a-1", "name": "paper.pdf"}
    parts = shown("offer", Offer, {"title": "Backbone", "documents": [file], "source": "the city"})

    assert words(parts["documents"]) == [["paper.pdf"]]
    assert parts["source"].is_short
    assert not parts["documents"].is_short


def test_where_a_role_holds_is_called_by_its_name():
    grants = [{"role": "officer", "scope": "city", "code": "0503"}]
    parts = shown("account", Account, {"display": "Carl", "grants": grants}, **{"0503": "Delft"})

    assert words(parts["grants"])[0][-1] == "Delft"


@pytest.mark.parametrize(("kind", "field"), FOR_REVIEWERS)
def test_a_field_for_reviewers_names_those_who_may_read_it_by_rights(kind, field):
    by_rights = {
        right.role.value
        for right in rights()
        if (right.kind, right.action) == (kind.name, "read") and "reviewers" in right.circles
    }
    value = {"goals": 75.0} if field == "scores" else "said"
    (part,) = parts_of(kind.name, kind.content, {field: value}, kind.circles, currency="", asked={}, names={})

    assert {role for role, word in READERS.items() if word in part.circle} == by_rights


def test_a_province_is_named_in_the_language_of_the_reader():
    names = {"Jiangxi": Name({"en": "Jiangxi", "zh": "江西省"})}
    part = shown("circular", Circular, {"province": "Jiangxi"}, **names)["province"]

    with language("zh"):
        assert say(part.line.said) == "江西省"


def test_a_period_and_a_unit_of_an_alert_are_written_in_words():
    with language("zh"):
        parts = shown("alert", Alert, {"title": "Air", "unit": "ug/m3", "period": "2026-11"})
        said = [str(say(parts[name].line.said)) for name in ("unit", "period")]

    assert said == ["微克/立方米", "2026年11月"]
