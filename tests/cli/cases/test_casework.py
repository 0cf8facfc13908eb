"""The commands on people's work: accounts, dossiers of any kind, rounds, and the register of pilots."""

import json

import pytest

from people_of import staffed
from rounds_of import CRITERIA, DOCUMENTS, FORM, PDF, PROJECT
from urbium.programme import open_programme
from urbium.programme.cases.kinds import KINDS


@pytest.fixture(scope="module")
def programme_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("work") / "work.db"
    with staffed(str(path)) as programme:
        for code in ("olga", "oscar", "carl", "sven", "pia"):
            programme.people.take_place(code)
    return path


@pytest.fixture
def urbium(run, programme_file):
    return lambda *arguments: run(*arguments, "--database", programme_file)


def test_an_invitation_is_printed_once_and_opens_the_account(urbium, programme_file):
    code, out, told = urbium(
        "account", "invite", "dora", "--role", "officer:city:0503", "--display", "Dora", "--json"
    )
    secret = json.loads(out)["invitation"]
    assert (code, len(secret) > 30, f"/invitation#{secret}" in told) == (0, True, True)
    assert "not accepted" in urbium("account", "token", "dora", "--role", "officer:city:0503")[2]
    assert secret not in urbium("account", "list", "--json")[1]
    with open_programme(programme_file) as programme:
        assert programme.people.accept(secret, "four plain words here").actor.account == "dora"


def test_feeds_and_what_they_put_aside_are_listed_with_the_reason(urbium, programme_file):
    opening = ("feeds", "open", "air", "--city", "0503", "--connector", "notified", "--as", "carl")
    code, _, said = urbium(*opening, "--type", "AirQualityObserved", "--settings", '{"at": "at"}')
    assert (code, "is waiting for the programme office" in " ".join(said.split())) == (0, True)
    assert urbium("case", "act", "feed", "air", "accept", "--as", "olga")[0] == 0
    secret = urbium("feeds", "token", "air", "--as", "carl")[1].strip()
    with open_programme(programme_file) as programme:
        programme.feeds.receive(secret, "air", b'[{"when": "2026-03-01"}]')
        programme.live.run(until_idle=True)
    assert "no column 'at'" in " ".join(urbium("feeds", "aside", "air")[1].split())
    listed = urbium("feeds")[1]
    assert ("Waiting" in listed, "air: the data does not" in listed) == (True, True)


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
    form = {row["code"]: row for row in json.loads(urbium("round", "form", "r1", "--json")[1])}
    assert (form["creation_years"]["most"], form["outline"]["type"]) == (5.0, "city")
    content = tmp_path / "content.json"
    content.write_text(urbium("round", "prefill", "r1", "Delft")[1], encoding="utf-8")
    place = ("--city", "0503", "--parent", "r1")
    begun = urbium("case", "begin", "application", "a1", "--as", "carl", "--content", content, *place)
    assert begun[0] == 0
    plan = tmp_path / "plan.txt"
    plan.write_text("two pumps", encoding="utf-8")
    assert urbium("case", "attach", "application", "a1", "plan", plan, "--as", "carl")[0] == 0
    code, out, _ = urbium("case", "check", "a1", "--as", "carl", "--json")
    assert (code, {"documents", "answers"} <= {row["sheet"] for row in json.loads(out)}) == (0, True)
    refused = urbium("case", "act", "application", "a1", "complete", "--as", "carl")
    assert (refused[0], "missing: development outline" in refused[2]) == (2, True)
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


def test_an_application_lives_from_the_call_to_the_selection_by_commands(urbium, tmp_path):
    def act(kind, code, action, who, *more):
        answer = urbium("case", "act", kind, code, action, "--as", who, *more, "--json")
        assert answer[0] == 0, answer[2]
        return json.loads(answer[1])

    urbium("case", "begin", "round", "r9", "--as", "olga", "--set", "title=Ninth", "rules=china-2012")
    act("round", "r9", "publish", "oscar")
    content = tmp_path / "whole.json"
    content.write_text(
        json.dumps({"title": "Delft", "answers": FORM, "projects": [PROJECT]}), encoding="utf-8"
    )
    place = ("--city", "0503", "--parent", "r9")
    urbium("case", "begin", "application", "a9", "--as", "carl", "--content", content, *place)
    file = tmp_path / "file.pdf"
    file.write_bytes(PDF)
    for document in DOCUMENTS:
        assert urbium("case", "attach", "application", "a9", document, file, "--as", "carl")[0] == 0
    act("application", "a9", "complete", "carl")
    act("application", "a9", "sign", "sven")
    act("application", "a9", "recommend", "pia", "--set", "recommendation=good", "province_report=checked")
    act("application", "a9", "admit", "olga")
    act("round", "r9", "close", "olga")
    pairs = json.loads(urbium("round", "assign", "r9", "--as", "olga", "--each", "2", "--json")[1])
    assert sorted(pair["expert"] for pair in pairs) == ["erik", "eva"]
    reviews = json.loads(urbium("case", "list", "reviews", "--as", "olga", "--round", "r9", "--json")[1])
    scores = "scores=" + json.dumps(dict.fromkeys(CRITERIA, 70))
    for number, row in enumerate(reviews):
        expert = pairs[number]["expert"]
        act("review", row["code"], "accept", expert)
        act("review", row["code"], "change", expert, "--set", scores)
        act("review", row["code"], "hand_in", expert)
    (standing,) = json.loads(urbium("round", "standing", "r9", "--as", "olga", "--json")[1])
    assert (standing["raw"], standing["is_selected"]) == (70.0, True)
    proposed = act("round", "r9", "propose", "olga")
    assert proposed["content"]["selection"]["a9"]["decision"] == "selected"
    act("round", "r9", "decide", "oscar")
    public = json.loads(urbium("case", "show", "application", "a9", "--json")[1])
    assert (public["state"], public["content"]) == ("selected", {"title": "Delft", "kind": "new"})
    assert "a9" in urbium("pilots", "--names", "--json")[1]


def test_experts_are_assigned_and_the_ranking_is_for_the_office(urbium):
    urbium("case", "begin", "round", "r2", "--as", "olga", "--set", "title=Second")
    assert urbium("round", "assign", "r2", "--as", "olga", "--dry-run", "--json")[1].strip() == "[]"
    assert urbium("round", "standing", "r2", "--as", "olga")[0] == 0
    assert urbium("round", "standing", "r2", "--as", "carl")[0] == 3


def test_the_register_of_pilots_is_said(urbium):
    assert urbium("pilots", "--json")[0] == 0
    assert urbium("pilots", "--names")[0] == 0


def test_what_is_typed_wrongly_is_refused_with_what_to_do(urbium, tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[1]", encoding="utf-8")
    assert urbium("case", "begin", "round", "r3", "--as", "olga", "--content", wrong)[0] == 2
    assert urbium("case", "begin", "round", "r3", "--as", "olga", "--set", "title")[0] == 2
    assert urbium("case", "list", "rounds", "--on", "yesterday")[0] == 2
    assert urbium("case", "list", "horses")[0] == 3
    assert urbium("case", "list", "rounds", "--as", "nobody")[0] == 3


def test_letters_are_written_into_a_folder_and_counted(urbium, tmp_path):
    urbium("account", "invite", "emma", "--role", "expert", "--email", "emma@example.org")
    assert json.loads(urbium("send-letters", "--dry-run", "--json")[1]) == {"waiting": 1}
    code, out, _ = urbium("send-letters", "--folder", tmp_path / "out", "--json")
    assert (code, json.loads(out)) == (0, {"sent": 1, "dropped": 0, "waiting": 0, "failed": 0})
    (file,) = (tmp_path / "out").glob("*.eml")
    assert b"To: emma@example.org" in file.read_bytes()


def test_letters_without_a_mail_server_say_what_to_set(urbium):
    code, _, err = urbium("send-letters")
    assert (code, "urbium settings --help" in err) == (2, True)


def test_a_password_of_the_mail_server_is_no_setting(urbium):
    code, out, err = urbium("settings", "--mail", "smtps://robot:a-secret@mail.example.org")
    assert (code, "a-secret" in out + err) == (2, False)
    assert urbium("settings", "--mail", "smtps://robot@mail.example.org", "--sender", "u@example.org")[0] == 0


def test_a_token_of_a_type_is_given_listed_with_what_it_opens_and_ended(urbium, programme_file):
    narrowed = ("account", "token", "carl", "--role", "officer:city:0503", "--types", "Lamp", "urn:x:Post")
    code, out, _ = urbium(*narrowed, "--title", "lights", "--json")
    assert code == 0
    secret = json.loads(out)["token"]
    (row,) = json.loads(urbium("account", "tokens", "carl", "--json")[1])
    opened_by_it = {name: row[name] for name in ("title", "role", "scope", "code", "types")}
    assert opened_by_it == {
        "title": "lights", "role": "officer", "scope": "city", "code": "0503", "types": "Lamp, urn:x:Post"
    }  # fmt: skip
    assert secret not in json.dumps(row)
    assert urbium("account", "revoke", "carl", row["token"])[0] == 0
    assert json.loads(urbium("account", "tokens", "carl", "--json")[1]) == []
    assert urbium("account", "revoke", "carl", row["token"])[0] == 3


@pytest.mark.parametrize(
    ("given", "exit_code"),
    [
        (("--role", "king"), 3),
        (("--role", "officer:city:0599"), 2),
        (("--role", "officer:city:0503", "--types", "La(mp"), 2),
        (("--role", "officer:city:0503", "--days", "999"), 2),
    ],
)
def test_a_token_that_cannot_be_is_refused(urbium, given, exit_code):
    assert urbium("account", "token", "carl", *given)[0] == exit_code


def test_the_help_of_the_list_names_every_kind_of_dossier(run):
    help_text = run("case", "list", "--help")[1]
    assert [kind.plural for kind in KINDS.values() if kind.plural not in help_text] == []


# --- acting as others -------------------------------------------------------------------------------------


@pytest.fixture
def office(run, tmp_path):
    path = tmp_path / "office.db"
    with staffed(str(path)) as programme:
        programme.people.take_place("olga")
    return lambda *arguments: run(*arguments, "--database", path)


def test_the_log_says_that_somebody_acted_by_command(office):
    office("case", "begin", "round", "r1", "--as", "olga", "--set", "title=First", "rules=china-2012")

    newest = json.loads(office("log", "--as", "olga", "--json")[1])[0]
    assert (newest["who"], newest["what"]) == ("olga", "round: create")
    assert "(by command, system user " in newest["why"]


def test_who_never_began_is_no_second_person_by_command(office):
    office("case", "begin", "round", "r1", "--as", "olga", "--set", "title=First", "rules=china-2012")

    code, _, said = office("case", "act", "round", "r1", "publish", "--as", "oscar")
    assert (code, "urbium account invite oscar --again" in " ".join(said.split())) == (5, True)


def test_an_account_that_waits_for_a_second_person_is_said_to_wait(office):
    code, out, said = office("account", "invite", "nino", "--role", "office", "--as", "olga", "--json")

    facts = json.loads(out)
    assert (code, facts["proposed"], "invitation" in facts) == (0, "nino", False)
    assert f"account-changes {facts['change']} approve --as" in " ".join(said.split())
    approval = ("case", "act", "account-changes", facts["change"], "approve", "--as")
    assert office(*approval, "olga")[0] == 5


def test_an_invitation_that_waits_as_a_letter_says_that_none_can_be_sent(office):
    invited = ("account", "invite", "dana", "--role", "signatory:city:0503", "--email", "dana@example.org")
    office(*invited)
    code, out, said = office("account", "invite", "dana", "--again", "--as", "olga")

    assert (code, "letter" in out) == (0, True)
    assert "no mail server is set up" in " ".join(said.split())
    assert "/invitation#" not in said
