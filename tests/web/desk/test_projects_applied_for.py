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
