"""In Chinese at most two in a hundred of the words that a reader sees are English.

What sources are called in their own language is quoted (class ``source``), and no word of ours.
"""

import pytest

from english_words import MOST, said_of

PAGES = (
    "/", "/cities", "/cities/map", "/cities/340100", "/cities/340100/plan", "/cities/340100/people",
    "/cities/340100/services", "/cities/340100/figures", "/cities/340100/progress",
    "/cities/compare?city=110000&city=340100", "/nation", "/indices", "/indices/yearbook", "/plan",
    "/plan/money", "/plan/afterwards", "/plan/where-and-when", "/plan/staff", "/plan/risks",
    "/plan/projects", "/plan/projects/340200/LED_SL", "/plan/proof", "/track", "/data",
    "/programme", "/market", "/operations", "/cities/530600", "/cities/340100/citizens",
)  # fmt: skip
FIRST = ("/", "/cities", "/cities/340100", "/cities/530600", "/plan", "/operations")
"""Pages that are looked at in every run; all of them, as everybody, in a long one."""
DESK = (
    "/desk", "/desk/rounds", "/desk/applications", "/desk/reviews", "/desk/reports", "/desk/taskbooks",
    "/desk/rounds/begin", "/desk/circulars/begin", "/desk/applications/example-320200", "/office",
)  # fmt: skip
"""Pages on which the office works."""
PEOPLE = ("", "office", "province", "city", "expert", "partner")


def test_a_page_half_in_english_is_found():
    share, said = said_of(
        "/", "<p>城市排名 Ranking of the cities<code>urbium doctor</code><i class=source>Yearbook</i>"
    )
    assert (round(share, 2), "Ranking:1" in said) == (0.56, True)


@pytest.mark.parametrize("address", FIRST)
def test_a_chinese_page_is_chinese(client, address):
    share, said = said_of(address, client.get(address, headers={"Accept-Language": "zh"}).text)
    assert share <= MOST, said


@pytest.mark.parametrize("address", DESK)
def test_what_the_office_works_on_is_chinese(as_person, address):
    share, said = said_of(address, as_person("office").get(address, headers={"Accept-Language": "zh"}).text)
    assert share <= MOST, said


@pytest.mark.release
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("address", PAGES)
def test_every_chinese_page_is_chinese_for_everybody(programme, as_person, person, address):
    share, said = said_of(address, as_person(person).get(address, headers={"Accept-Language": "zh"}).text)
    assert share <= MOST, said


@pytest.fixture
def as_person(client):
    """Return what signs somebody of the demonstration in; nobody for an empty code."""

    def take(code):
        client.cookies.clear()
        if code:
            client.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return client

    yield take
    client.cookies.clear()
