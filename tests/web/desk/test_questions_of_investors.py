"""From the page of a project an investor asks the office, whoever else reads it is told how."""

import re
from html import unescape

import pytest

from market_of_towns import PROJECT, trial

PAGE = f"/plan/projects/{PROJECT.replace(':', '/')}"


@pytest.fixture(scope="module")
def programme(towns):
    with trial(towns) as made:
        for code in ("partner", "office", "other"):
            made.people.take_place(code)
        yield made


@pytest.fixture
def as_somebody(visitor):
    def signed_in(code):
        visitor.cookies.clear()
        visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return visitor

    return signed_in


def asked_at(page):
    return unescape(re.search(r'id="approach".*?href="([^"]*)"', page, re.DOTALL)[1])


def test_a_guest_is_told_to_sign_in(visitor):
    visitor.cookies.clear()
    assert asked_at(visitor.get(PAGE).text) == "/sign-in"


def test_an_investor_asks_and_the_office_has_it_on_its_desk(as_somebody):
    partner = as_somebody("partner")
    form = partner.get(asked_at(partner.get(PAGE).text)).text
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    assert (fields["project"], fields["city"]) == (PROJECT, "B")
    assert 'name="parent"' not in form

    sent = partner.post(
        "/desk/interests/begin/send",
        data={**fields, "questions": "Who would own it?"},
        follow_redirects=False,
    )
    assert sent.status_code == 303
    case = sent.headers["location"]
    page = partner.get(case).text
    assert "Sent. Current status: question to the programme office." in page
    assert PROJECT not in re.sub(r"<[^>]+>", "", page)
    assert re.search(rf'<a href="{PAGE}">[^<]+</a>', page)
    assert "Next step: answer (" in page

    office = as_somebody("office")
    assert case in office.get("/desk").text
    assert "Who would own it?" in office.get(case).text
    assert as_somebody("other").get(case).status_code == 404


def test_the_form_of_an_answer_to_an_offer_asks_for_no_project(as_somebody):
    form = as_somebody("partner").get("/desk/interests/begin").text
    assert 'name="project"' not in form
    assert "No city has published an offer that you may see." in form


def test_a_question_about_a_project_says_what_it_is_and_is_sent_by_a_button_that_says_so(as_somebody):
    partner = as_somebody("partner")
    form = partner.get(asked_at(partner.get(PAGE).text)).text
    assert "<h1>Ask the programme office about a project</h1>" in form
    assert "<button>Send the question</button>" in form
    assert 'type="hidden" name="project"' in form


def test_an_amount_without_a_currency_is_marked_at_the_currency_and_a_whole_one_reads_as_money(as_somebody):
    partner = as_somebody("partner")
    form = partner.get(asked_at(partner.get(PAGE).text)).text
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)) | {
        "questions": "Who would own it?",
        "amount": "40",
    }
    wrong = partner.post("/desk/interests/begin/send", data={**fields, "currency": ""})
    assert wrong.status_code == 422
    assert 'id="wrong-currency"' in wrong.text
    assert 'id="wrong-amount"' not in wrong.text
    assert "&#39;begin&#39;" not in wrong.text
    sent = partner.post("/desk/interests/begin/send", data={**fields, "currency": "GBP"})
    assert "GBP 40 million" in sent.text
