"""In Chinese at most two in a hundred of the words that a reader sees are English."""

import re
from http import HTTPStatus

import pytest

from english_words import MOST, narrow_signs, said_of, share_of
from urbium.programme.cases.kinds import KINDS
from urbium.text import language
from urbium.text.own_words import own_words
from urbium.web.desk.copies import copied
from urbium.web.pages import ROWS
from urbium.web.views.plans import project

CHINESE = {"Accept-Language": "zh"}
PAGES = (
    "/", "/cities", "/cities/map", "/cities/340100", "/cities/340100/plan", "/cities/340100/people",
    "/cities/340100/services", "/cities/340100/figures", "/cities/340100/progress",
    "/cities/compare?city=110000&city=340100", "/nation", "/indices", "/indices/yearbook", "/plan",
    "/plan/money", "/plan/afterwards", "/plan/where-and-when", "/plan/staff", "/plan/risks",
    "/plan/projects", "/plan/projects/340200/LED_SL", "/plan/proof", "/track", "/data",
    "/programme", "/market", "/operations", "/cities/530600", "/cities/340100/citizens",
    "/about/assumptions", "/about/solutions", "/about/solutions/LED_SL", "/about/claims",
    "/about/sources", "/about/sources?page=7", "/about/pilots",
    "/about/how-good", "/plan/why?city=340100&solution=IOC", "/plan/why?city=110000&solution=CYBERSEC",
    "/plan/compare", "/cities/340100/explain/score", "/resources", "/publications", "/nowhere",
    "/track/lessons", "/report?city=340200", "/programme/rounds/example-call",
)  # fmt: skip
FIRST = (
    "/", "/cities", "/cities/340100", "/cities/530600", "/plan", "/operations", "/about/assumptions",
    "/about/claims", "/about/sources", "/plan/why?city=340100&solution=IOC", "/market",
)  # fmt: skip
"""Pages that are looked at in every run; all of them, as everybody, in a long one."""
DESK = (
    "/desk", "/desk/rounds", "/desk/applications", "/desk/reviews", "/desk/reports", "/desk/taskbooks",
    "/desk/rounds/begin", "/desk/circulars/begin", "/desk/applications/example-320200", "/office",
)  # fmt: skip
"""Pages on which the office works."""
KEYWORDS = {
    "air",
    "outlook",
    "population",
    "projection",
    "leaks",
    "example",
    "water",
    "yearbook",
    "indicators",
}
"""By what resources of the demonstration are found: its city chose them."""
PEOPLE = ("", "office", "province", "city", "expert", "partner")


def test_every_page_that_is_listed_is_read():
    apart = {"/resources/{code:str}", "/publications/{code:str}"}  # their codes are those of one demo
    apart.add("/notice")  # licences stand in their own words
    read = [page.partition("?")[0] for page in PAGES]
    listed = {page.address for page in ROWS.values()} - apart
    patterns = {address: re.sub(r"\{[^}]*\}", "[^/]+", address) for address in listed}
    assert [one for one, way in patterns.items() if not any(re.fullmatch(way, page) for page in read)] == []


def test_a_page_half_in_english_is_found(programme):
    page = "<p>城市排名 Ranking of the cities<code>urbium doctor</code> https://example.org/cities"
    share, said = said_of("/", page, programme)
    assert (round(share, 2), "Ranking:1" in said) == (0.56, True)


def test_a_narrow_sign_between_chinese_words_is_found():
    assert narrow_signs("<p>规划: 风险</p><p>规划：风险（3） a, b</p>") == ["规划: 风险"]


@pytest.mark.parametrize("address", FIRST)
def test_a_chinese_page_is_chinese(visitor, programme, address):
    page = visitor.get(address, headers=CHINESE)
    share, said = said_of(address, page.text, programme)
    assert page.status_code == HTTPStatus.OK
    assert share <= MOST, said
    assert narrow_signs(page.text) == []


def test_the_menu_of_the_demo_keeps_its_words_on_the_page_of_an_error(visitor, monkeypatch):
    people = re.compile(r'<details class="demo">.*?</details>', re.DOTALL)
    usual = people.search(visitor.get("/nowhere", headers=CHINESE).text)[0]
    monkeypatch.setattr(project, "projects", None)

    page = visitor.get("/plan/projects/620300/LED_SL", headers=CHINESE)

    assert page.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert people.search(page.text)[0] == usual


@pytest.mark.parametrize("address", DESK)
def test_what_the_office_works_on_is_chinese(as_person, programme, address):
    page = as_person("office").get(address, headers=CHINESE)
    share, said = said_of(address, page.text, programme)
    assert page.status_code == HTTPStatus.OK
    assert share <= MOST, said
    assert narrow_signs(page.text) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_every_chinese_copy_of_a_dossier_is_chinese(programme, kind):
    office = programme.people.named("office")
    codes = KEYWORDS | {*programme.people.codes()}
    with language("zh"), own_words(programme.own_words):
        for seen in programme.casework.listed(office, kind):
            code = seen.dossier.code
            said = programme.documents.content(copied(programme, office, kind, code), "md").decode()
            share, words = share_of(code, said.replace("\\_", "_").replace(code, " "), codes)
            assert share <= MOST, words


@pytest.mark.release
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("address", PAGES)
def test_every_chinese_page_is_chinese_for_everybody(programme, as_person, person, address):
    page = as_person(person).get(address, headers=CHINESE)
    share, said = said_of(address, page.text, programme)
    assert page.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert share <= MOST, said


@pytest.fixture
def as_person(visitor):
    """Return what signs somebody of the demonstration in; nobody for an empty code."""

    def take(code):
        visitor.cookies.clear()
        if code:
            visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return visitor

    yield take
    visitor.cookies.clear()
