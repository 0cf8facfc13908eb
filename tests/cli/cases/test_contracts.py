"""The commands on agreements, alarms, grades and certificates."""

import json

import pytest

from people_of import staffed
from urbium.model.dossiers import Dossier
from urbium.programme import open_programme

COMMITMENT = {
    "code": "1", "article": "1", "promise": "money", "party": "council", "due": "2020-03-01",
    "state": "open", "evidence": "", "tied_to": [],
}  # fmt: skip
DEAL = {
    "title": "Deal", "signed_on": "2020-01-01", "parties": [{"code": "council", "title": "Council"}],
    "signatures": [], "commitments": [COMMITMENT], "source": "", "text": "", "note": "",
}  # fmt: skip
GRADE = {
    "title": "Delft", "stars": 2, "level": "two stars", "points": 80.0, "parts": [], "rule": "trial",
    "basis": "", "appeal": "", "note": "",
}  # fmt: skip
TASK = {
    "code": "p", "title": "Pump", "solution": "", "body": "x", "starts": 2020, "ends": 2021,
    "money": {"city": 1.0},
}  # fmt: skip
BOOK = {
    "title": "Delft", "plan": "", "currency": "EUR", "tasks": [TASK], "targets": [], "reason": "",
    "effect": "", "requests": [], "note": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def programme_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("contracts") / "work.db"
    with staffed(str(path)) as programme:
        programme.store.dossiers.record(
            [
                Dossier(kind="agreement", code="deal", state="signed", content=DEAL),
                Dossier(kind="grade", code="g1", state="published", content=GRADE, city="0503"),
                Dossier(kind="grade", code="g2", state="proposed", content=GRADE, city="0503"),
                Dossier(kind="taskbook", code="t1", state="in_force", content=BOOK, city="0503"),
            ],
            by="test", what="x", reason="y",
        )  # fmt: skip
    return path


@pytest.fixture
def urbium(run, programme_file):
    return lambda *arguments: run(*arguments, "--database", programme_file)


def test_what_is_due_and_promised_is_listed_for_everybody(urbium):
    code, out, _ = urbium("contract", "due", "--on", "2020-03-31", "--json")
    assert (code, json.loads(out)[0]["days"]) == (0, -30)
    assert json.loads(urbium("contract", "promises", "deal", "--json")[1])[0]["promise"] == "money"
    assert urbium("contract", "promises", "none")[0] == 3
    assert urbium("contract", "due", "--on", "soon")[0] == 2


def test_alarms_are_for_those_who_see_the_task_book_as_a_party(urbium):
    code, out, _ = urbium("contract", "alarms", "--as", "olga", "--on", "2021-01-02", "--json")
    (row,) = json.loads(out)
    assert (code, row["alarm"], row["taskbook"]) == (0, "report_late", "t1")
    assert row["reason"] == "the report for 2020 was due on 31 Dec 2020 and is 2 days late"
    for who in (("--as", "gus"), ()):
        assert json.loads(urbium("contract", "alarms", *who, "--on", "2021-01-02", "--json")[1]) == []


def test_a_certificate_is_written_and_verified_by_its_code(urbium, tmp_path, programme_file):
    rows = json.loads(urbium("contract", "grades", "--json")[1])
    assert [row["grade"] for row in rows] == ["g1"]
    file = tmp_path / "g1.pdf"
    assert urbium("contract", "certificate", "g1", file)[0] == 0
    assert file.read_bytes().startswith(b"%PDF-")
    refused = urbium("contract", "certificate", "g2", tmp_path / "g2.pdf")
    assert (refused[0], (tmp_path / "g2.pdf").exists()) == (3, False)
    with open_programme(programme_file) as programme:
        check = programme.contracts.check_code(programme.store.dossiers.one("grade", "g1"))
    assert json.loads(urbium("contract", "verify", check, "--json")[1])["is_current"] is True
    assert urbium("contract", "verify", "AAAAA-AAAAA-AAAAA-AAAAA")[0] == 3
