"""A programme of one's own with cities and no figures yet: every page is there and says what is missing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer


@pytest.mark.parametrize(
    "address", ["/", "/cities", "/cities/340100", "/nation", "/plan", "/indices", "/data"]
)
def test_a_page_is_there_before_any_figure_is(empty, address):
    assert empty.get(address).status_code == 200


def test_the_first_page_claims_no_scores_and_no_sources_that_are_not_there(empty):
    page = empty.get("/").text + empty.get("/cities").text
    assert ("registered but not yet scored" in page, "Sources: <span" in page) == (True, False)


def test_the_outlook_says_what_to_run(empty):
    assert "urbium forecast --to YEAR --adopt" in empty.get("/nation").text


def test_a_plan_that_is_being_made_is_said_on_every_page_and_the_page_of_the_plan_waits_for_it(bare):
    is_running = True
    app = create_app(bare, drawer=Drawer(ThreadPoolExecutor(1)), is_planning=lambda: is_running)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        plan, home = client.get("/plan").text, client.get("/").text
        is_running = False
        after = client.get("/plan").text

    assert '<meta http-equiv="refresh" content="5">' in plan
    assert "The plan is being made." in plan
    assert "The plan of this programme is being prepared" in home
    assert "http-equiv" not in home
    assert "No plan has been adopted yet." in after
    assert "being made" not in after
