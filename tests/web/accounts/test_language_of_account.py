"""A person has a language: chosen in the head of every page, kept in the account, and that of the letters."""

import re

import pytest

from people_of import PASSWORD, staffed
from urbium.errors import NotFoundError
from urbium.programme.people.invitations import FOUNDER

ZH = {"Accept-Language": "zh"}


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture
def olga(programme, open_client):
    with open_client(programme) as client:
        programme.people.accept(programme.people.invite_again(FOUNDER, "olga"), PASSWORD)
        client.post("/sign-in", data={"code": "olga", "password": PASSWORD}, follow_redirects=False)
        yield client


def chosen(client, code, to="/notice"):
    csrf = re.search(r'name="csrf" value="(\w+)"', client.get("/notice").text)[1]
    fields = {"csrf": csrf, "language": code, "to": to}
    return client.post("/account/language", data=fields, follow_redirects=False)


def test_the_language_of_an_account_is_kept_and_outlasts_a_password(programme):
    actor = programme.people.named("olga")
    assert programme.people.language("olga") == ""
    programme.people.choose_language(actor, "zh")
    programme.people.choose_language(actor, "en")
    programme.people.choose_language(actor, "zh")
    programme.people.set_password("olga", PASSWORD, by="test", reason="test")
    assert programme.people.language("olga") == "zh"


def test_a_language_in_which_nothing_is_said_is_refused(programme):
    with pytest.raises(NotFoundError):
        programme.people.choose_language(programme.people.named("olga"), "tlh")


def test_a_guest_has_the_language_of_the_browser_and_a_link_to_each(open_client, programme):
    with open_client(programme) as client:
        page = client.get("/notice", headers=ZH).text
        assert '<html lang="zh">' in page
        assert re.search(r'<nav class="languages".*href="\?lang=en"', page, re.DOTALL)
        refused = client.post("/account/language", data={"language": "zh"}, follow_redirects=False)
        assert refused.status_code in (302, 303, 401, 403)
        assert programme.people.language("") == ""


def test_who_is_signed_in_reads_in_the_language_of_the_account(olga):
    answer = chosen(olga, "zh", "/notice?show=all")
    assert (answer.status_code, answer.headers["location"]) == (303, "/notice?show=all")
    page = olga.get("/notice", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh">' in page
    chosen(olga, "en")
    assert '<html lang="en">' in olga.get("/notice", headers=ZH).text


def test_the_choice_leads_to_no_other_site(olga):
    assert chosen(olga, "zh", "//elsewhere.example").headers["location"] == "/desk"
