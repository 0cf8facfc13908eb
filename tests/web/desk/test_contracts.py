"""Alarms, commitments and promises over HTTP and on pages: who is told of which, and with what reason."""

import re

import msgspec
import pytest

from people_of import PEOPLE, staffed
from urbium.access import Grant, Role
from urbium.model.dossiers import Dossier
from urbium.pilot.alarms.alarm_case import Case
from urbium.pilot.alarms.alarm_money import late_tasks
from urbium.pilot.alarms.alarms import kept
from urbium.pilot.contracts.reports import Progress, Report
from urbium.pilot.contracts.taskbooks import TaskBook
from urbium.programme.people.invitations import FOUNDER

COMMITMENT = {
    "code": "1", "article": "1", "promise": "money", "party": "council", "due": "2020-03-01",
    "state": "open", "evidence": "", "tied_to": [],
}  # fmt: skip
DEAL = {
    "title": "Deal", "signed_on": "2020-01-01",
    "parties": [{"code": "council", "title": "Council"}, {"code": "society", "title": "Society"}],
    "commitments": [
        COMMITMENT,
        COMMITMENT | {"code": "2", "party": "society", "state": "done", "evidence": "a book"},
    ],
}  # fmt: skip
TASK = {"code": "p", "title": "Pump", "starts": 2020, "ends": 2021, "money": {"city": 1.0}}
BOOK = {"title": "Pumps of Delft", "currency": "EUR", "tasks": [TASK]}
TOLD = {"olga", "oscar", "ada", "carl", "sven", "pia"}
"""Who sees the task book of Delft as a party does."""


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        grant = {"role": "partner", "scope": "agreement", "code": "deal"}
        programme.people.invite(FOUNDER, "paul", {"display": "Paul", "grants": [grant], "body": "Council"})
        for code in (*PEOPLE, "paul"):
            programme.people.take_place(code)
        of_delft = {"city": "0503", "province": "Zuid-Holland"}
        programme.store.dossiers.record(
            [
                Dossier(kind="agreement", code="deal", state="signed", content=DEAL),
                Dossier(kind="agreement", code="plan", state="draft", content=DEAL),
                Dossier(kind="taskbook", code="t1", state="in_force", content=BOOK, **of_delft),
                Dossier(
                    kind="report", code="y2021", state="draft", content=reported(), parent="t1",
                    parent_kind="taskbook", **of_delft,
                ),
                Dossier(kind="taskbook", code="t2", state="in_force", content=BOOK, city="0344"),
            ],
            by="test", what="x", reason="y",
        )  # fmt: skip
        yield programme


def reported():
    """Return the report of a year in which a quarter of the pump was built."""
    row = Progress(task="p", planned=1.0, tendered=1.0, contracted=1.0, done=0.25, spent=0.25)
    report = Report(title="2021", year=2021, progress=[row])
    book = msgspec.convert(BOOK, TaskBook)
    alarm = next(late_tasks(Case(book=book, city="0503", report=report)))
    return msgspec.to_builtins(msgspec.structs.replace(report, alarms=[kept(alarm)]))


@pytest.fixture(scope="module")
def ask(programme, visitor):
    """Return what asks as somebody."""
    grants = PEOPLE | {"paul": ("partner", "agreement", "deal")}
    secrets = {
        code: programme.people.token(programme.people.named(code), "test", Grant(Role(role), scope, where))
        for code, (role, scope, where) in grants.items()
    }

    def asked(who, address):
        headers = {"Authorization": f"Bearer {secrets[who]}"} if who else {}
        return visitor.get(address, headers=headers, follow_redirects=False)

    return asked


def test_the_national_list_of_alarms_holds_those_of_every_pilot_with_their_reasons(ask):
    rows = ask("olga", "/api/alarms?on=2021-01-02").json()
    assert [(row["taskbook"], row["city"], row["code"]) for row in rows] == [
        ("t1", "0503", "report_late"), ("t2", "0344", "report_late"),
    ]  # fmt: skip
    assert rows[0]["reason"] == {
        "code": "pilot.alarm.report_late",
        "parameters": {"year": 2020, "due": "2020-12-31", "count": 2},
        "text": "the report for 2020 was due on 31 Dec 2020 and is 2 days late",
    }


@pytest.mark.parametrize("who", ["", *PEOPLE, "paul"])
def test_alarms_are_told_to_those_who_see_the_task_book_as_a_party(ask, who):
    rows = ask(who, "/api/alarms?on=2021-01-02&city=0503").json()
    assert [row["taskbook"] for row in rows] == (["t1"] if who in TOLD else [])
    assert ask(who, "/api/alarms?on=2021-01-02&taskbook=t1").json() == rows


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_on_no_day_does_a_list_break(ask, day):
    for noun in ("alarms", "commitments"):
        assert ask("olga", f"/api/{noun}?on={day}").status_code == 200
    assert ask("olga", "/api/alarms?on=soon").status_code == 400


@pytest.mark.parametrize("who", ["", "gus", "paul", "olga"])
def test_commitments_in_force_that_are_due_are_told_to_everybody(ask, who):
    (row,) = ask(who, "/api/commitments?on=2020-03-31").json()
    assert (row["agreement"], row["party"], row["promise"], row["days"]) == ("deal", "Council", "money", -30)
    assert row["reminder"]["text"] == "Council: money was due on 2020-03-01 (days overdue: 30)"
    assert ask(who, "/api/commitments?on=2020-01-01&within=59").json() == []
    assert len(ask(who, "/api/commitments?on=2020-01-01&within=60").json()) == 1


def test_what_each_party_promised_and_did_is_read_as_the_agreement_is(ask):
    rows = ask("", "/api/agreements/deal/promises").json()
    assert [(row["party"], row["state"], row["evidence"], row["is_late"]) for row in rows] == [
        ("Council", "open", "", True), ("Society", "done", "a book", False),
    ]  # fmt: skip
    assert ask("", "/api/agreements/plan/promises").status_code == 404
    assert ask("olga", "/api/agreements/plan/promises").status_code == 200


def test_an_alarm_that_a_report_keeps_is_a_message_for_programs_and_a_sentence_for_people(ask, page):
    (kept,) = ask("carl", "/api/reports/y2021").json()["content"]["alarms"]
    assert kept["reason"]["code"] == "pilot.alarm.task_late"
    assert kept["reason"]["parameters"]["done"]["text"]["parameters"] == {"currency": "EUR", "amount": 0.25}
    said = (
        "Pump was due to be finished in 2021; work worth EUR 0.25 million of EUR 1.00 million is "
        "reported as done"
    )
    assert said in page("carl", "/desk/reports/y2021")


def test_money_of_a_contract_stands_with_its_currency_and_in_millions(page):
    for address in ("/desk/taskbooks/t1", "/programme/taskbooks/t1", "/desk/reports/y2021"):
        assert "EUR million" in page("carl", address)


# --- pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def page(visitor):
    """Return what opens a page at somebody's desk."""

    def opened(who, address):
        visitor.post("/demo/take-place", data={"code": who, "to": "/desk"})
        return visitor.get(address).text

    return opened


def test_the_desk_leads_to_the_alarms_and_they_say_why(page):
    assert 'href="/desk/alarms"' in page("olga", "/desk")
    shown = page("olga", "/desk/alarms?on=2021-01-02")
    assert shown.count("The report for 2020 was due on 31 Dec 2020 and is 2 days late") == 2
    assert "Pumps of Delft" in shown
    assert "/desk/taskbooks/t2" not in page("pia", "/desk/alarms?on=2021-01-02")


def test_the_page_of_a_pilot_shows_its_own_alarms(page):
    assert "The report for 2020 was due on 31 Dec 2020" in page("carl", "/desk/taskbooks/t1")


def test_the_desk_leads_to_the_commitments_that_are_due(page):
    assert 'href="/desk/commitments"' in page("paul", "/desk")
    shown = page("paul", "/desk/commitments?on=2020-03-31")
    assert "30 days late" in shown
    assert "money" in shown


@pytest.mark.parametrize("address", ["/desk/agreements/deal", "/programme/agreements/deal"])
def test_the_page_of_an_agreement_says_what_each_party_promised_and_did(page, address):
    shown = page("paul", address)
    assert "What each party has promised and done" in shown
    assert shown.index("Council") < shown.index("Society")
    assert "a book" in shown
    assert "late" in shown


def test_of_what_was_signed_only_state_and_evidence_can_be_typed(page):
    form = page("paul", "/desk/agreements/deal").partition("What you can do now")[2]
    tags = re.findall(r'<(?:input|select)[^>]*name="commitments\[0\]\.(\w+)"([^>]*)>', form)
    cells = {name: "readonly" in rest for name, rest in tags}
    cells |= dict.fromkeys(re.findall(r'type="hidden" name="commitments\[0\]\.(\w+)"', form), True)
    assert {name for name, fixed in cells.items() if not fixed} == {"state", "evidence"}
    assert "promise" in cells
    assert "Add one" not in form
