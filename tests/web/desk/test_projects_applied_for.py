"""Projects applied for: their kinds lead to norms, and years before the call are named."""

import re

import pytest

from people_of import actor, staffed
from rounds_of import Way, called, complete_file

SOLUTION = "LED_SL"


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        round_ = called(programme, "late-call", closes="2027-12-31")
        content = complete_file(programme, "Delft applies")
        content["projects"] = [content["projects"][0] | {"solution": SOLUTION, "starts": 2016, "ends": 2028}]
        Way(programme, round_, "early", content).admitted()
        programme.casework.begin(
            actor(programme, "olga"), "review", "early.1", {}, parent="early", owner="eva"
        )
        programme.casework.act(actor(programme, "eva"), "review", "early.1", "accept", version=1)
        yield programme


@pytest.mark.parametrize(
    ("who", "page"), [("olga", "/desk/applications/early"), ("eva", "/desk/reviews/early.1")]
)
def test_who_judges_is_told_of_projects_that_start_before_the_call_and_led_to_their_norms(
    as_somebody, who, page
):
    shown = as_somebody(who).get(page).text
    assert "1 project of this application starts before 2027, the year in which the call closes." in shown
    assert re.search(rf'<a href="/about/solutions/{SOLUTION}">\w', shown)
    assert ("Norms to meet, and what is known about the effects:" in shown) == (who == "eva")


def test_each_project_of_an_application_can_be_removed_and_a_year_for_all_of_them_is_not_demanded(
    programme, as_somebody
):
    content = complete_file(programme, "Delft")
    content["projects"] = [content["projects"][0] | {"code": code} for code in ("one", "two")]
    called(programme, "next-call", closes="2027-12-31")
    Way(programme, "next-call", "drafted", content)
    shown = as_somebody("carl").get("/desk/applications/drafted").text
    for number in (0, 1):
        assert f'name="projects[{number}].remove" value="yes"' in shown
    assert 'name="projects[2].remove"' not in shown, "an empty row has nothing to remove"
    (year,) = re.findall(r'<input name="all\.projects\.starts"[^>]*>', shown)
    assert "required" not in year
