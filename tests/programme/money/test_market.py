"""Mandates, offers, interests and data rooms of two made-up towns, as people of each role use them."""

import msgspec
import pytest

from market_of_towns import AGREEMENT, CITY, MANDATE, PROJECT, act, trial
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.market.offers import Offer
from urbium.model.dossiers import Dossier
from urbium.pilot.attachments import checked_attachment
from urbium.programme import new

PDF = b"%PDF-1.7\nthe outline\n%%EOF\n"
READY = [{"question": "land", "answer": "no", "reason": "the lease is drawn up"}]
LOAN = {"id": "1", "amount": 12.0, "currency": "USD", "assetClass": ["debt"], "type": "loan"}


@pytest.fixture(scope="module")
def programme(towns):
    with trial(towns) as made:
        yield made


@pytest.fixture(scope="module")
def file(programme):
    """A file that an application of the city has."""
    sha256 = programme.store.dossiers.keep_attachment(PDF, "application/pdf", by="test", reason="a file")
    attached = msgspec.to_builtins(checked_attachment("outline.pdf", PDF, "outline"))
    content = {"title": "Bourne", "attachments": [attached], "projects": []}
    rows = [
        Dossier(kind="round", code="r1", state="open", content={"title": "r1", "rules": "india-mission"}),
        Dossier(
            kind="application", code="B-1", state="draft", content=content, city=CITY, province="Avon",
            round="r1", parent="r1", parent_kind="round",
        ),
    ]  # fmt: skip
    programme.store.dossiers.record(rows, by="test", what="application: record", reason="an application")
    return "B-1", sha256


@pytest.fixture(scope="module")
def offer(programme, file):
    """A project of the city, put before investors by the office."""
    content = {
        "title": "The centre of Bourne",
        "project": PROJECT,
        "delivery": "concession",
        "answers": READY,
        "risks": ["demand is not measured"],
        "documents": [{"application": file[0], "sha256": file[1], "name": "outline.pdf"}],
    }
    city = programme.people.named("city")
    programme.casework.begin(city, "offer", f"{CITY}-centre", content, city=CITY)
    act(programme, "office", "offer", f"{CITY}-centre", "publish")
    return f"{CITY}-centre"


@pytest.fixture(scope="module")
def interest(programme, offer):
    """An expression of interest that the partner has sent."""
    content = {"title": "Interest", "country": "NLD", "amount": 12.0, "currency": "USD"}
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "interest", "int-1", content, parent=offer, agreement=AGREEMENT)
    act(programme, "partner", "interest", "int-1", "send")
    return "int-1"


def test_a_project_seeks_what_the_plan_has_from_outside(programme):
    (project,) = programme.market.pipeline().prospects
    assert (project.code, project.place, project.sought, project.currency) == (PROJECT, "Bourne", 20.0, "GBP")
    assert project.is_cost_only()


def test_nobody_but_who_writes_it_sees_a_draft_of_a_mandate(programme):
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "mandate", "mine", MANDATE, agreement=AGREEMENT)
    assert programme.market.mandate("mine", partner).title == "A fund (made up)"
    assert "mine" not in [one.code for one in programme.market.mandates(partner)]
    for other in (programme.people.named("office"), ANYBODY):
        with pytest.raises(NotFoundError):
            programme.market.mandate("mine", other)
    act(programme, "partner", "mandate", "mine", "share")
    assert programme.market.mandate("mine", partner).title == "A fund (made up)"
    assert programme.market.mandate("mine", programme.people.named("office")).currency == "GBP"
    with pytest.raises(NotFoundError):
        programme.market.mandate("mine", ANYBODY)


def test_what_is_wrong_in_a_draft_of_a_mandate_is_said_at_once_and_what_is_empty_when_it_is_shared(programme):
    partner = programme.people.named("partner")
    wrong = {"tenor": -1.0, "return_asked": 5.0, "places": ["Narnia"], "instruments": ["GIFT"], "budget": 0.0}
    with pytest.raises(InputError) as refused:
        programme.casework.begin(partner, "mandate", "bad", MANDATE | wrong, agreement=AGREEMENT)
    assert {one.cell for one in refused.value.faults} == {"tenor", "return_asked", "places", "instruments"}
    begun = {"title": "A fund that has not made up its mind"}
    programme.casework.begin(partner, "mandate", "begun", begun, agreement=AGREEMENT)
    faults = programme.casework.faults(partner, "mandate", "begun", "share")
    assert {one.cell for one in faults} == {
        "country", "currency", "ticket_least", "ticket_most", "budget",
    }  # fmt: skip


def test_a_shared_mandate_waits_for_the_answer_of_the_office(programme):
    partner, office = (programme.people.named(code) for code in ("partner", "office"))
    programme.casework.begin(partner, "mandate", "waits", MANDATE, agreement=AGREEMENT)
    assert "waits" in [one.dossier.code for one in programme.casework.waiting(partner)]
    act(programme, "partner", "mandate", "waits", "share")
    assert "waits" in [one.dossier.code for one in programme.casework.waiting(office)]
    act(programme, "office", "mandate", "waits", "answer", answer="The centre of Bourne suits it.")
    assert "waits" not in [one.dossier.code for one in programme.casework.waiting(office)]
    told = programme.casework.opened(partner, "mandate", "waits").dossier.content["answer"]
    assert told == "The centre of Bourne suits it."
    assert programme.market.mandate("waits", partner).budget == MANDATE["budget"]


def test_a_mandate_in_a_currency_without_a_rate_is_refused(programme):
    office = programme.people.named("office")
    with pytest.raises(InputError) as refused:
        programme.casework.begin(office, "mandate", "norate", MANDATE | {"currency": "CHF"})
    (fault,) = refused.value.faults
    assert (fault.cell, "CHF" in fault.message) == ("currency", True)
    assert "in one of these currencies: GBP;" in fault.remedy


def test_an_investor_s_mandate_is_its_own_and_asks_for_what_there_is(programme):
    partner = programme.people.named("partner")
    with pytest.raises(InputError) as refused:
        programme.casework.begin(partner, "mandate", "own", MANDATE | {"sectors": ["lighting"]})
    assert [fault.cell for fault in refused.value.faults] == ["sectors"]
    programme.casework.begin(partner, "mandate", "own", MANDATE | {"sectors": []})
    act(programme, "partner", "mandate", "own", "share")
    assert programme.market.suited("own", partner).mandate.code == "own"


def test_an_offer_says_how_ready_a_project_is(programme, offer):
    prospect = programme.market.prospect(PROJECT)
    assert (prospect.delivery, prospect.readiness) == ("concession", "red")
    assert "demand is not measured" in prospect.risks
    assert any(
        "Land is secured: no. the lease" in one.said for one in programme.market.open_questions(PROJECT)
    )


def test_an_offer_of_another_city_s_project_is_refused(programme):
    content = {"title": "Wrong", "project": "A:IOC"}
    with pytest.raises(InputError) as refused:
        programme.casework.begin(programme.people.named("city"), "offer", f"{CITY}-wrong", content, city=CITY)
    assert "not a project in the plan for this city" in refused.value.faults[0].message


def test_an_offer_with_a_file_of_nobody_is_refused(programme):
    content = {"title": "Wrong", "project": PROJECT, "documents": [{"application": "x", "sha256": "0" * 64}]}
    with pytest.raises(InputError) as refused:
        programme.casework.begin(programme.people.named("city"), "offer", f"{CITY}-wrong", content, city=CITY)
    assert "has the file" in refused.value.faults[0].message


def test_the_public_sees_an_offer_without_its_documents(programme, offer):
    content = programme.casework.opened(ANYBODY, "offer", offer).dossier.content
    assert content["title"] == "The centre of Bourne"
    assert "documents" not in content
    assert set(content) < set(Offer.__struct_fields__)


def test_a_data_room_opens_only_when_it_is_admitted_and_every_look_is_logged(programme, interest, file):
    partner = programme.people.named("partner")
    with pytest.raises(InputError) as refused:
        programme.market.document(partner, interest, file[1])
    assert "not open" in refused.value.faults[0].message
    act(programme, "city", "interest", interest, "admit", answer="welcome")
    looks = [programme.market.document(partner, interest, file[1]) for _ in range(2)]
    assert looks == [("outline.pdf", PDF, "application/pdf")] * 2
    log = programme.casework.listed(programme.people.named("city"), "visit", where={"parent": interest})
    assert [one.dossier.recorded_by for one in log] == ["partner", "partner"]


def test_what_the_partner_may_not_do(programme, interest):
    with pytest.raises(ForbiddenError):
        act(programme, "partner", "interest", interest, "commit", finance=[LOAN], agreed_on="2017-05-01")
    with pytest.raises(NotFoundError):
        programme.casework.opened(ANYBODY, "interest", interest)


def test_capital_from_abroad_is_added_up_by_year_and_currency(programme, interest):
    with pytest.raises(InputError):
        act(programme, "office", "interest", interest, "commit", finance=[], agreed_on="2017-05-01")
    act(programme, "office", "interest", interest, "commit", finance=[LOAN], agreed_on="2017-05-01")
    with pytest.raises(InputError):
        act(
            programme,
            "office",
            "interest",
            interest,
            "disburse",
            disbursements=[{"on": "2018-01-01", "amount": 13.0}],
        )
    act(
        programme,
        "office",
        "interest",
        interest,
        "disburse",
        disbursements=[{"on": "2018-01-01", "amount": 5.0}],
    )
    office = programme.people.named("office")
    rows = {(row.year, row.currency): row for row in programme.market.foreign_capital(office)}
    assert (rows[2017, "USD"].matched, rows[2017, "USD"].committed) == (12.0, 12.0)
    assert rows[2018, "USD"].disbursed == 5.0
    assert (2017, "USD") not in {(row.year, row.currency) for row in programme.market.foreign_capital()}
    assert (2018, "USD") not in {(row.year, row.currency) for row in programme.market.foreign_capital()}


def test_what_was_agreed_is_handed_out_as_oc4ids_has_it(programme, interest):
    (row,) = programme.market.arrangements(programme.people.named("office"))
    assert row["project"] == PROJECT
    assert row["finance"][0]["value"] == {"amount": 12_000_000.0, "currency": "USD"}
    assert programme.market.arrangements(ANYBODY) == []


def test_what_suits_a_mandate_is_told_with_what_each_rule_removes(programme):
    office = programme.people.named("office")
    programme.casework.begin(office, "mandate", "suits", MANDATE)
    act(programme, "office", "mandate", "suits", "publish")
    programme.casework.begin(office, "mandate", "none", MANDATE | {"sectors": ["water"], "seats": 1})
    act(programme, "office", "mandate", "none", "publish")
    assert [one.code for one in programme.market.suited("suits").prospects] == [PROJECT]
    nothing = programme.market.suited("none")
    assert nothing.prospects == []
    assert [row.rule for row in nothing.removals if row.alone] == ["sector"]
    assert nothing.change.rules == ("sector",)
    assert programme.market.match_facts()["is_stable"]


def test_a_pipeline_without_a_plan_says_what_to_run():
    with new(":memory:", nation="NLD", currency="EUR", name="Proef") as empty, pytest.raises(NotFoundError):
        empty.market.pipeline()


def test_the_one_page_of_a_project_bears_the_day_of_what_it_says(programme):
    page = programme.market.sheet_file(programme.market.sheet(PROJECT), "html")
    assert str(programme.store.audit()["at"][0].year).encode() in page
    assert b"1980" not in page
