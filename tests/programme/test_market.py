"""Mandates, offers, interests and data rooms of the demo, as people of each role see and use them."""

import shutil

import pytest

from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.pilot.offers import Offer
from urbium.programme import new, open_programme

CITY, AGREEMENT = "340100", "mou-2015"
MANDATE = {
    "title": "A fund (made up)",
    "country": "NLD",
    "currency": "USD",
    "ticket_least": 1.0,
    "ticket_most": 90.0,
    "budget": 200.0,
    "sectors": ["EVCHARGE"],
}
READY = [{"question": "land", "answer": "no", "reason": "the lease is drawn up"}]
LOAN = {"id": "1", "amount": 12.0, "currency": "USD", "assetClass": ["debt"], "type": "loan"}


@pytest.fixture(scope="module")
def programme(demo_file, tmp_path_factory):
    path = shutil.copy(demo_file, tmp_path_factory.mktemp("market") / "demo.db")
    with open_programme(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def file(programme):
    """A file that an application of the city has."""
    application = next(
        one
        for one in programme.casework.listed(programme.people.named("city"), "application")
        if one.dossier.city == CITY and one.dossier.content["attachments"]
    )
    return application.dossier.code, application.dossier.content["attachments"][0]["sha256"]


def act(programme, who, kind, code, action, **changes):
    actor = programme.people.named(who)
    version = programme.store.dossiers.one(kind, code).version
    return programme.casework.act(actor, kind, code, action, changes, version=version)


@pytest.fixture(scope="module")
def project(programme):
    """A project of the city that seeks money from outside."""
    return next(one.code for one in programme.market.pipeline().prospects if one.city == CITY)


@pytest.fixture(scope="module")
def offer(programme, project, file):
    """A project of the city, put before investors by the office."""
    content = {
        "title": "Charging in Hefei",
        "project": project,
        "delivery": "concession",
        "answers": READY,
        "risks": ["demand is not measured"],
        "documents": [{"application": file[0], "sha256": file[1], "name": "outline.pdf"}],
    }
    city = programme.people.named("city")
    programme.casework.begin(city, "offer", f"{CITY}-charging", content, city=CITY)
    act(programme, "office", "offer", f"{CITY}-charging", "publish")
    return f"{CITY}-charging"


@pytest.fixture(scope="module")
def interest(programme, offer):
    """An expression of interest that the partner has sent."""
    content = {"title": "Interest", "country": "NLD", "amount": 12.0, "currency": "USD"}
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "interest", "int-1", content, parent=offer, agreement=AGREEMENT)
    act(programme, "partner", "interest", "int-1", "send")
    return "int-1"


def test_one_foreign_mandate_finds_a_bundle_across_three_cities(programme):
    suits = programme.market.suited("example-foreign")
    assert suits.mandate.is_example
    assert len(suits.bundles[0].cities) >= 3
    assert 40 * 6.64 <= suits.bundles[0].sought <= 80 * 6.64  # its ticket in USD, at the declared rate
    assert (
        programme.market.sheet_file(programme.market.bundle_sheet("example-foreign"), "pdf")[:5] == b"%PDF-"
    )


def test_a_mandate_that_finds_nothing_is_told_why_by_each_rule(programme):
    suits = programme.market.suited("example-nothing")
    assert suits.prospects == []
    assert {row.rule for row in suits.removals if row.alone} == {
        "sector",
        "instrument",
        "ticket_least",
        "evidence",
    }
    assert suits.change.finds > 0
    assert "would suit" in suits.change.said


def test_nobody_sees_a_draft_of_a_mandate(programme):
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "mandate", "mine", MANDATE, agreement=AGREEMENT)
    with pytest.raises(NotFoundError):
        programme.market.mandate("mine", partner)
    act(programme, "partner", "mandate", "mine", "share")
    assert programme.market.mandate("mine", partner).title == "A fund (made up)"
    assert programme.market.mandate("mine", programme.people.named("office")).currency == "USD"
    with pytest.raises(NotFoundError):
        programme.market.mandate("mine", ANYBODY)


def test_a_mandate_with_a_negative_term_is_not_published(programme):
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "mandate", "bad", MANDATE | {"tenor": -1.0}, agreement=AGREEMENT)
    with pytest.raises(InputError) as refused:
        act(programme, "partner", "mandate", "bad", "publish")
    assert "-1 years" in refused.value.faults[0].message


def test_a_mandate_in_a_currency_without_a_rate_is_refused(programme):
    office = programme.people.named("office")
    programme.casework.begin(office, "mandate", "norate", MANDATE | {"currency": "CHF"})
    act(programme, "office", "mandate", "norate", "publish")
    with pytest.raises(InputError, match="CHF"):
        programme.market.suited("norate")
    act(programme, "office", "mandate", "norate", "close")


def test_an_offer_says_how_ready_a_project_is(programme, project, offer):
    prospect = programme.market.prospect(project)
    assert (prospect.delivery, prospect.readiness) == ("concession", "red")
    assert "demand is not measured" in prospect.risks
    assert any(
        "Land is secured: no. the lease" in one.said for one in programme.market.open_questions(project)
    )


def test_an_offer_of_another_city_s_project_is_refused(programme):
    content = {"title": "Wrong", "project": "110000:EVCHARGE"}
    with pytest.raises(InputError) as refused:
        programme.casework.begin(programme.people.named("city"), "offer", f"{CITY}-wrong", content, city=CITY)
    assert "no project of the plan in this city" in refused.value.faults[0].message


def test_an_offer_with_a_file_of_nobody_is_refused(programme, project):
    content = {"title": "Wrong", "project": project, "documents": [{"application": "x", "sha256": "0" * 64}]}
    with pytest.raises(InputError) as refused:
        programme.casework.begin(programme.people.named("city"), "offer", f"{CITY}-wrong", content, city=CITY)
    assert "has such a file" in refused.value.faults[0].message


def test_the_public_sees_an_offer_without_its_documents(programme, offer):
    content = programme.casework.opened(ANYBODY, "offer", offer).dossier.content
    assert content["title"] == "Charging in Hefei"
    assert "documents" not in content
    assert set(content) < set(Offer.__struct_fields__)


def test_a_data_room_opens_only_when_it_is_admitted_and_every_look_is_logged(programme, interest, file):
    partner = programme.people.named("partner")
    with pytest.raises(InputError) as refused:
        programme.market.document(partner, interest, file[1])
    assert "not open" in refused.value.faults[0].message
    act(programme, "city", "interest", interest, "admit", answer="welcome")
    looks = [programme.market.document(partner, interest, file[1])[0] for _ in range(2)]
    assert looks == ["outline.pdf", "outline.pdf"]
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
    rows = {(row.year, row.currency): row for row in programme.market.foreign_capital()}
    assert (rows[2017, "USD"].matched, rows[2017, "USD"].committed) == (12.0, 12.0)
    assert rows[2018, "USD"].disbursed == 5.0
    plan = programme.adopted("plan")
    foreign = plan.money.filter(fund="FOREIGN", kind="capital", year=2016)["amount"].sum()
    assert rows[2016, "CNY"].sought == pytest.approx(foreign)


def test_the_match_of_the_demo_is_stable(programme):
    assert programme.market.match_facts()["is_stable"]


def test_a_pipeline_without_a_plan_says_what_to_run():
    with new(":memory:", nation="NLD", currency="EUR", name="Proef") as empty, pytest.raises(NotFoundError):
        empty.market.pipeline()
