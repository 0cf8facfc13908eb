"""The commands on people's work: accounts, dossiers of any kind, rounds, and the register of pilots."""

import json

import pytest

from people_of import staffed
from urbium.programme import open_programme


@pytest.fixture(scope="module")
def programme_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("work") / "work.db"
    staffed(str(path)).close()
    return path


@pytest.fixture
def urbium(run, programme_file):
    return lambda *arguments: run(*arguments, "--database", programme_file)


def test_an_invitation_is_printed_once_and_opens_the_account(urbium, programme_file):
    code, out, _ = urbium(
        "account", "invite", "dora", "--role", "officer:city:0503", "--display", "Dora", "--json"
    )
    secret = json.loads(out)["invitation"]
    assert (code, len(secret) > 30) == (0, True)
    assert secret not in urbium("account", "list", "--json")[1]
    with open_programme(programme_file) as programme:
        assert programme.people.accept(secret, "four plain words here").actor.account == "dora"


def test_a_role_that_does_not_exist_is_refused_and_accounts_are_listed(urbium):
    assert urbium("account", "invite", "nemo", "--role", "king")[0] == 2
    rows = {row["code"]: row for row in json.loads(urbium("account", "list", "--json")[1])}
    assert rows["carl"]["roles"] == "officer:city:0503"
    assert urbium("account", "list", "--as", "carl", "--json")[1].strip() == "[]"


def test_a_round_is_begun_published_and_applied_to_as_the_accounts_may(urbium, tmp_path):
    begun = urbium("case", "begin", "round", "r1", "--as", "olga", "--set", "title=First", "rules=china-2012")
    assert (begun[0], "possible now: change" in begun[1]) == (0, True)
    assert urbium("case", "act", "round", "r1", "publish", "--as", "olga")[0] == 5
    assert urbium("case", "act", "round", "r1", "publish", "--as", "oscar")[0] == 0
    content = tmp_path / "content.json"
    content.write_text(urbium("round", "prefill", "r1", "Delft")[1], encoding="utf-8")
    place = ("--city", "0503", "--parent", "r1")
    begun = urbium("case", "begin", "application", "a1", "--as", "carl", "--content", content, *place)
    assert begun[0] == 0
    plan = tmp_path / "plan.txt"
    plan.write_text("two pumps", encoding="utf-8")
    assert urbium("case", "attach", "a1", "plan", plan, "--as", "carl")[0] == 0
    code, out, _ = urbium("case", "check", "a1", "--as", "carl", "--json")
    assert (code, {"documents", "answers"} <= {row["sheet"] for row in json.loads(out)}) == (0, True)
    refused = urbium("case", "act", "application", "a1", "complete", "--as", "carl")
    assert (refused[0], "not there: development outline" in refused[2]) == (2, True)
    assert urbium("case", "show", "application", "a1", "--as", "gus")[0] == 3
    assert "a1" in urbium("case", "list", "applications", "--as", "carl")[1]
    assert "a1" not in urbium("case", "list", "applications", "--as", "gus")[1]
    assert "complete" in urbium("case", "waiting", "--as", "carl", "--json")[1]
    versions = json.loads(urbium("case", "history", "application", "a1", "--as", "carl", "--json")[1])
    assert [row["action"] for row in versions] == ["create", "change"]
    assert (
        urbium("case", "list", "applications", "--as", "carl", "--on", "2001-01-01", "--json")[1].strip()
        == "[]"
    )


def test_experts_are_assigned_and_the_ranking_is_for_the_office(urbium):
    urbium("case", "begin", "round", "r2", "--as", "olga", "--set", "title=Second")
    assert urbium("round", "assign", "r2", "--as", "olga", "--dry-run", "--json")[1].strip() == "[]"
    assert urbium("round", "standing", "r2", "--as", "olga")[0] == 0
    assert urbium("round", "standing", "r2", "--as", "carl")[0] == 3


def test_the_register_of_pilots_is_said(urbium):
    code, out, _ = urbium("pilots", "--json")
    assert (code, out.strip()) == (0, "[]")
    assert urbium("pilots", "--names")[0] == 0


def test_what_is_typed_wrongly_is_refused_with_what_to_do(urbium, tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[1]", encoding="utf-8")
    assert urbium("case", "begin", "round", "r3", "--as", "olga", "--content", wrong)[0] == 2
    assert urbium("case", "begin", "round", "r3", "--as", "olga", "--set", "title")[0] == 2
    assert urbium("case", "list", "rounds", "--on", "yesterday")[0] == 2
    assert urbium("case", "list", "horses")[0] == 3
    assert urbium("case", "list", "rounds", "--as", "nobody")[0] == 3
