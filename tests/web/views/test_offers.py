"""The demo's offer: found on the market, the project's page and the desk; the paper of its room is whole."""

import re
from hashlib import sha256

import pytest

import urbium
from urbium.examples.demo_work import INTEREST, OFFER, one_line_pdf

ROOM = f"/data-rooms/{INTEREST}"


@pytest.fixture(scope="module")
def programme(demo_file, tmp_path_factory):
    """The demo, in which somebody opens a document."""
    copy = tmp_path_factory.mktemp("offer") / "demo.db"
    copy.write_bytes(demo_file.read_bytes())
    with urbium.open(copy) as opened:
        yield opened


@pytest.fixture
def as_somebody(visitor):
    def signed_in(code):
        visitor.cookies.clear()
        visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return visitor

    return signed_in


@pytest.fixture
def project(programme):
    city, solution = programme.store.dossiers.one("offer", OFFER).content["project"].split(":")
    return f"/plan/projects/{city}/{solution}"


def test_everybody_sees_the_offer_on_the_market_and_on_the_page_of_its_project(visitor, project):
    visitor.cookies.clear()
    for page in ("/market", project):
        assert f"/programme/offers/{OFFER}" in visitor.get(page).text
        assert ROOM not in visitor.get(page).text
    page = visitor.get(f"/programme/offers/{OFFER}")
    assert page.status_code == 200
    assert f'href="{project}">' in page.text
    assert "/desk/interests/begin" not in page.text
    assert (
        'Investors with an account can <a href="/sign-in">sign in</a> and answer an offer here' in page.text
    )
    assert ROOM not in page.text


def test_who_has_signed_in_and_is_no_investor_is_not_asked_to_sign_in(as_somebody):
    for page in ("/market", f"/programme/offers/{OFFER}"):
        said = as_somebody("office").get(page).text
        assert "Investors with an account" not in said
        assert "Only investors and partners can respond to an offer" in said


def test_the_investor_finds_the_open_data_room_and_downloads_a_whole_paper(as_somebody, programme, project):
    partner = as_somebody("partner")
    for page in ("/market", project, "/desk", f"/programme/offers/{OFFER}", f"/desk/offers/{OFFER}"):
        assert ROOM in partner.get(page).text
    assert f'href="{project}">' in partner.get(f"/desk/offers/{OFFER}").text
    digest = programme.store.dossiers.one("offer", OFFER).content["documents"][0]["sha256"]
    csrf = partner.get(ROOM).text.partition('name="csrf" value="')[2].partition('"')[0]
    paper = partner.post(f"{ROOM}/open", data={"csrf": csrf, "sha256": digest})
    assert paper.headers["content-type"] == "application/pdf"
    assert sha256(paper.content).hexdigest() == digest
    assert len(paper.content) > 10_000
    assert b"%%EOF" in paper.content[-16:]


def test_a_file_in_the_place_of_a_document_is_a_whole_pdf():
    made = one_line_pdf("An example (made up)")
    start = int(made.rpartition(b"startxref\n")[2].split()[0])
    assert made[start:].startswith(b"xref\n0 7\n")
    entries = made[start:].split(b"\n")[3:9]
    assert [made[int(one[:10]) :][:7] for one in entries] == [b"%d 0 obj" % n for n in range(1, 7)]


def test_the_page_of_an_offer_says_what_is_sought_and_earned_and_that_investors_can_answer(
    programme, visitor
):
    visitor.cookies.clear()
    page = visitor.get(f"/programme/offers/{OFFER}").text
    assert "open to investors" in page
    assert re.search(r"<dt>Sought</dt><dd>CNY [\d.]+ million", page)
    assert re.search(r"<dt>Return of the project</dt><dd>(-?[\d.]+% a year, real|cost-only)", page)


def test_the_offer_of_the_demo_asks_for_what_its_plan_borrows(programme):
    offer = programme.store.dossiers.one("offer", OFFER).content
    service = programme.finances.debt().service.filter(project=offer["project"])
    assert offer["delivery"] == "loan"
    finish = programme.market.prospect(offer["project"]).finish
    assert offer["tenor"] == service["year"].max() - finish
