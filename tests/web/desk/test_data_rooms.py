"""Data rooms over HTTP: who may see the documents opens them and is logged; nobody else learns of any."""

import re

import msgspec
import pytest

from market_of_towns import AGREEMENT, CITY, PROJECT, act, trial
from urbium.errors import ConflictError
from urbium.model.dossiers import Dossier
from urbium.pilot.attachments import checked_attachment
from urbium.programme.people.invitations import FOUNDER

PDF = b"%PDF-1.7\nthe outline\n%%EOF\n"
ROOM = "/data-rooms/i1"
SECRET = "purchase-options.pdf"


@pytest.fixture(scope="module")
def programme(towns):
    """A project before investors with one document, and an expression of interest that was sent."""
    with trial(towns) as made:
        sha256 = made.store.dossiers.keep_attachment(PDF, "application/pdf", by="test", reason="a file")
        attached = msgspec.to_builtins(checked_attachment(SECRET, PDF, "outline"))
        content = {"title": "Bourne", "attachments": [attached], "projects": []}
        rows = [
            Dossier(kind="round", code="r1", state="open", content={"title": "r1", "rules": "india-mission"}),
            Dossier(kind="application", code="B-1", state="draft", content=content, city=CITY,
                    province="Avon", round="r1", parent="r1", parent_kind="round"),
        ]  # fmt: skip
        made.store.dossiers.record(rows, by="test", what="application: record", reason="an application")
        document = {"application": "B-1", "sha256": sha256, "name": SECRET}
        offer = {"title": "The centre of Bourne", "project": PROJECT, "documents": [document]}
        made.casework.begin(made.people.named("city"), "offer", "o1", offer, city=CITY)
        act(made, "office", "offer", "o1", "publish")
        asked = {"title": "We are interested", "country": "NLD", "amount": 5.0, "currency": "GBP"}
        made.casework.begin(
            made.people.named("partner"), "interest", "i1", asked, parent="o1", agreement=AGREEMENT
        )
        act(made, "partner", "interest", "i1", "send")
        rival = {"role": "partner", "scope": "agreement", "code": "another"}
        made.people.invite(FOUNDER, "rival", {"display": "rival", "grants": [rival]})
        for code in ("partner", "city", "other", "office", "rival"):
            made.people.take_place(code)
        yield made


@pytest.fixture
def as_somebody(visitor):
    """Return what signs the visitor in as somebody."""

    def signed_in(code):
        visitor.cookies.clear()
        visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return visitor

    return signed_in


def opened(visitor, sha256):
    page = visitor.get(ROOM).text
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)
    data = {"csrf": csrf[1] if csrf else "", "sha256": sha256}
    return visitor.post(f"{ROOM}/open", data=data, follow_redirects=False)


def digest(programme):
    return programme.store.dossiers.one("offer", "o1").content["documents"][0]["sha256"]


def visits(programme):
    return programme.store.dossiers.one("visit", "i1.1") is not None


def test_a_room_that_is_not_open_shows_the_investor_no_document_and_opens_none(as_somebody, programme):
    partner = as_somebody("partner")

    page = partner.get(ROOM)
    assert page.status_code == 200
    assert SECRET not in page.text
    assert "The data room is closed" in page.text
    refused = opened(partner, digest(programme))
    assert refused.status_code == 422
    assert PDF not in refused.content
    assert not visits(programme)


def test_who_answers_an_offer_again_is_led_to_the_first_answer_and_nobody_else_is(as_somebody):
    first = '<a href="/desk/interests/i1">You have already answered an offer: The centre of Bourne ('
    assert first in as_somebody("partner").get("/desk/interests/begin").text
    assert "You have already answered" not in as_somebody("rival").get("/desk/interests/begin").text


def test_somebody_else_is_answered_as_if_there_were_none(as_somebody, programme):
    for code in ("rival", "other"):
        visitor = as_somebody(code)
        hidden, absent = visitor.get(ROOM), visitor.get("/data-rooms/none")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.text.replace("i1", "none") == absent.text.replace("i1", "none")
        answer = opened(visitor, digest(programme))
        assert answer.status_code == 404
        assert SECRET not in answer.text
    assert not visits(programme)


def test_who_has_not_signed_in_is_led_to_the_form(visitor):
    visitor.cookies.clear()
    answer = visitor.get(ROOM, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?to={ROOM}")


def test_the_investor_opens_a_document_of_an_open_room_and_each_opening_is_logged(as_somebody, programme):
    act(programme, "city", "interest", "i1", "admit", answer="welcome")
    partner = as_somebody("partner")

    assert SECRET in partner.get(ROOM).text
    answer = opened(partner, digest(programme))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert SECRET in answer.headers["content-disposition"]
    assert "sandbox" in answer.headers["content-security-policy"]
    opened(partner, digest(programme))
    log = programme.casework.listed(programme.people.named("office"), "visit", where={"parent": "i1"})
    assert [one.dossier.recorded_by for one in log] == ["partner", "partner"]


def test_a_file_that_is_not_in_the_room_is_refused_and_not_logged(as_somebody, programme):
    before = len(programme.casework.listed(programme.people.named("office"), "visit"))
    answer = opened(as_somebody("partner"), "0" * 64)

    assert (answer.status_code, 'id="documents"' in answer.text, 'role="alert"' in answer.text) == (
        422, True, True,
    )  # fmt: skip
    assert len(programme.casework.listed(programme.people.named("office"), "visit")) == before


def test_the_city_and_the_office_see_the_documents_and_the_log_and_open_nothing_here(as_somebody, programme):
    for code in ("city", "office"):
        visitor = as_somebody(code)
        page = visitor.get(ROOM).text
        log = page[page.index('id="log"') :]
        assert SECRET in page
        assert "/data-rooms/i1/open" not in page
        assert "partner" in log
        assert visitor.get("/desk/interests/i1").text.count(ROOM) == 1
        assert opened(visitor, digest(programme)).status_code in (403, 409, 422)


def test_a_file_is_chosen_by_its_name_and_its_application_is_found(as_somebody, programme):
    city = as_somebody("city")
    page = city.get("/desk/offers/begin").text
    chosen = f'<option value="{digest(programme)}">{SECRET} · Bourne</option>'
    assert chosen in page
    assert "documents[0].application" not in page
    sent = {
        "csrf": re.search(r'name="csrf" value="(\w+)"', page)[1], "title": "Chosen", "code": "B-chosen",
        "city": CITY, "project": PROJECT, "documents[0].sha256": digest(programme),
    }  # fmt: skip
    assert city.post("/desk/offers/begin/send", data=sent, follow_redirects=False).status_code == 303
    (file,) = programme.store.dossiers.one("offer", "B-chosen").content["documents"]
    assert (file["application"], file["name"]) == ("B-1", SECRET)
    page = city.get("/desk/offers/B-chosen").text
    assert re.search(r'<select name="documents\[0\].sha256".*?<option value=""', page, re.DOTALL)
    sent |= {"action": "change", "version": "1", "ticks": "sent", "documents[0].sha256": ""}
    sent["csrf"] = re.search(r'name="csrf" value="(\w+)"', page)[1]
    assert city.post("/desk/offers/B-chosen/act", data=sent, follow_redirects=False).status_code == 303
    assert programme.store.dossiers.one("offer", "B-chosen").content["documents"] == []
    assert SECRET not in as_somebody("other").get("/desk/offers/begin").text


def test_a_file_that_a_data_room_shows_stays_in_its_application(programme):
    city = programme.people.named("city")
    with pytest.raises(ConflictError, match="the data room of 'The centre of Bourne' shows the file"):
        programme.attachments.detach(city, "application", "B-1", "outline", SECRET, version=1)


def test_the_currency_of_a_mandate_is_chosen_of_those_with_a_rate(as_somebody, programme):
    page = as_somebody("partner").get("/desk/mandates/begin").text
    select = re.search(r'<select name="currency".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'value="(\w+)"', select) == ["GBP"]


def test_a_form_of_another_session_opens_nothing(as_somebody, programme):
    partner = as_somebody("partner")
    answer = partner.post(f"{ROOM}/open", data={"csrf": "x", "sha256": digest(programme)})

    assert PDF not in answer.content


def test_an_opening_that_another_one_forestalls_is_said_at_its_document(as_somebody, programme):
    partner = programme.people.named("partner")
    opened_before = len(programme.casework.listed(partner, "visit", where={"parent": "i1"}))
    looked_at = {"title": "plan", "sha256": digest(programme)}
    programme.casework.begin(
        partner, "visit", f"i1.{opened_before + 2}", looked_at, parent="i1", agreement=AGREEMENT
    )
    answer = opened(as_somebody("partner"), digest(programme))
    assert answer.status_code == 409
    assert re.search(f'<button[^>]* aria-describedby="wrong-{digest(programme)}"', answer.text)
    assert f'id="wrong-{digest(programme)}"' in answer.text


def test_a_city_reads_on_its_draft_of_an_offer_who_puts_it_before_investors(as_somebody, programme):
    offer = {"title": "The centre again", "project": PROJECT}
    programme.casework.begin(programme.people.named("city"), "offer", "o2", offer, city=CITY)
    case = as_somebody("city").get("/desk/offers/o2").text
    assert "Next step: put before investors (programme office)." in case
    office = as_somebody("office")
    assert "/desk/offers/o2" in office.get("/desk").text
    assert "Waiting for:" not in office.get("/desk/offers/o2").text
