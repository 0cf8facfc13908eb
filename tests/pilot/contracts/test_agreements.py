"""Agreements: what is due, and what may be said of a commitment by whom."""

from datetime import date

import msgspec

from urbium.pilot.contracts.agreement_checks import agreement_faults, proposal_faults, report_faults
from urbium.pilot.contracts.agreements import Agreement, Commitment, Funding, Party, due, party_of, promises

DEAL = Agreement(
    title="Deal",
    parties=[Party("council", "Council"), Party("society", "Society")],
    commitments=[
        Commitment(code="1", article="1", promise="money", party="council", due="2020-03-01"),
        Commitment(code="2", article="2", promise="advice", party="society", due="2020-06-01"),
        Commitment(code="3", article="3", promise="standards", tied_to=["city 0503"]),
    ],
)


def changed(number, **changes):
    commitments = list(DEAL.commitments)
    commitments[number] = msgspec.structs.replace(commitments[number], **changes)
    return msgspec.structs.replace(DEAL, commitments=commitments)


def faults(agreement, exists=lambda _kind, _code: True):
    return [(one.cell, str(one.message)) for one in agreement_faults(agreement, exists)]


def reported(after, party):
    return [(one.cell, str(one.message)) for one in report_faults(DEAL, after, party=party)]


def test_what_is_late_or_due_within_thirty_days_is_named_by_party():
    rows = due([("deal", DEAL)], date(2020, 5, 2))
    assert [(row.party, row.commitment.code, row.days) for row in rows] == [
        ("Council", "1", -62), ("Society", "2", 30),
    ]  # fmt: skip
    assert str(rows[0].said) == "Council: money was due on 2020-03-01 (days overdue: 62)"
    assert [row.commitment.code for row in due([("deal", DEAL)], date(2020, 5, 1))] == ["1"]


def test_nobody_is_reminded_of_what_is_done_or_dropped():
    assert due([("d", changed(0, state="done"))], date(2020, 5, 1)) == []
    assert due([("d", changed(0, state="dropped"))], date(2020, 5, 1)) == []


def test_a_table_says_what_each_party_promised_and_did():
    rows = promises(DEAL, date(2020, 4, 1))
    assert [(row["party"], row["promise"], row["is_late"]) for row in rows] == [
        ("Council and Society together", "standards", False),
        ("Council", "money", True),
        ("Society", "advice", False),
    ]


def test_commitments_name_a_party_a_day_a_state_and_what_exists():
    assert faults(DEAL) == []
    assert faults(changed(0, party="bank")) == [("1", "'bank' is not a party to the agreement")]
    assert faults(changed(0, due="spring")) == [("1", "'spring' is not a date")]
    assert faults(changed(0, due="2015-W38-4")) == [("1", "'2015-W38-4' is not a date")]
    assert faults(changed(0, state="fine")) == [("1", "'fine' is not a state of a commitment")]
    assert faults(changed(1, code="1")) == [
        ("commitments", "the code '1' is empty or appears twice"),
    ]
    assert faults(DEAL, lambda kind, code: (kind, code) != ("city", "0503")) == [
        ("3", "it is tied to 'city 0503', which does not exist")
    ]
    assert faults(changed(0, tied_to=["0503"]), lambda _kind, code: bool(code)) == [
        ("1", "it is tied to '0503', which does not exist")
    ]


def test_an_agreement_of_one_or_without_promises_is_not_proposed():
    alone = msgspec.structs.replace(DEAL, parties=DEAL.parties[:1], commitments=[])
    assert [str(one.message) for one in proposal_faults(alone)] == [
        "it has only one party", "nothing is promised",
    ]  # fmt: skip


def test_a_partner_reports_on_its_own_promises_and_those_of_all_alone():
    assert reported(changed(1, state="begun"), "society") == []
    assert reported(changed(2, state="begun"), "society") == []
    assert reported(changed(2, state="begun"), "") == []
    assert reported(changed(0, state="begun"), "society") == [
        ("1", "this commitment was made by another party")
    ]
    assert reported(changed(0, state="begun"), None) == []


def test_a_report_changes_neither_text_nor_number_of_promises():
    assert reported(changed(1, promise="less"), "society") == [("2", "what was signed cannot be changed")]
    assert reported(changed(1, due="2021-01-01"), None) == [("2", "what was signed cannot be changed")]
    fewer = msgspec.structs.replace(DEAL, commitments=DEAL.commitments[:2])
    assert reported(fewer, None) == [("commitments", "a report may not add, drop or reorder commitments")]


def test_what_is_done_is_shown():
    assert reported(changed(1, state="done"), "society") == [
        ("2", "it is reported as done, without evidence")
    ]
    assert reported(changed(1, state="done", evidence="report of May"), "society") == []


def test_a_body_is_a_party_by_code_or_title():
    assert (party_of(DEAL, "society"), party_of(DEAL, "Council"), party_of(DEAL, "")) == (
        "society", "council", "",
    )  # fmt: skip


MONEY = Funding(project="B:IOC", fund="BANK", amount=5.0, currency="GBP")


def with_money(**changes):
    return msgspec.structs.replace(DEAL, funding=[msgspec.structs.replace(MONEY, **changes)])


def test_money_of_a_project_and_fund_that_are_there_is_without_fault():
    assert faults(with_money(guarantor="nation", guaranteed=0.5, called_low=0.01, called_high=0.1)) == []


def test_money_is_refused_with_every_fault_at_its_place():
    wrong = with_money(
        amount=0.0, currency="pounds", guarantor="0503", guaranteed=1.5, called_low=0.2, called_high=0.1
    )
    told = faults(wrong, lambda _kind, code: code == "city 0503")

    assert {cell for cell, _ in told} >= {"funding B:IOC BANK"}
    said = " ".join(message for _, message in told)
    parts = ("no project 'B:IOC'", "no fund 'BANK'", "not above 0", "no city '0503'", "no valid share")
    for part in parts:
        assert part in said


def test_the_same_money_twice_and_a_guarantee_by_nobody_are_refused():
    twice = msgspec.structs.replace(DEAL, funding=[MONEY, MONEY])

    assert "appears twice" in faults(twice)[0][1]
    assert "no guarantor" in faults(with_money(guaranteed=0.5))[0][1]
