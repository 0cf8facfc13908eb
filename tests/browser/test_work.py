"""The office makes a plan in a real browser: a form, a search that is stopped, and four eyes."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn

from life_of import with_plan
from urbium.programme.worker import do
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def office(towns):
    with with_plan(towns) as programme, pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme.plans, "roadmap", lambda **_: towns.towns_roadmap())
        yield programme


@pytest.fixture(scope="module")
def address(office):
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(office, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)
    listener.close()


def become(page, address, code):
    page.goto(f"{address}/notice")
    page.locator(".demo summary").click()
    page.locator(f".demo button[value={code}]").click()


def test_the_office_makes_a_plan_and_a_second_person_adopts_it(visit, address, office):
    start = visit()
    page = start.page
    become(page, address, "olga")
    page.get_by_role("link", name="Measure, plan and publish").click()
    page.get_by_role("link", name="Make a plan").click()
    page.get_by_label("National budget per year").fill("much")
    page.get_by_role("button", name="Begin").click()
    assert "is not a number" in page.locator("#wrong-budget").inner_text()
    page.get_by_label("National budget per year").fill("20")
    page.get_by_label("Name of the plan").fill("by button")
    page.locator("summary", has_text="Projects that must not be in the plan").click()
    page.locator('[name="must_not[0].solution"]').select_option("IOC")
    page.locator('[name="must_not[0].city"]').fill("Aston")
    page.get_by_role("button", name="Begin").click()
    job = page.url.rpartition("/")[2]
    assert page.locator(".state").inner_text() == "Waiting for a free worker"

    now = time.time_ns() // 1000
    office.store.jobs.lease("w", now=now, until=now + 10**9)
    page.get_by_role("link", name="See how far it has got").click()
    page.get_by_role("button", name="Stop and keep the best plan").click()
    assert "The job is ending" in page.locator("#progress").inner_text()
    do(office, job, "w")
    page.locator("#result").wait_for()  # the page loads again by itself when the work has ended
    assert page.locator("#search .chart").is_visible()

    page.get_by_role("link", name="Kept plans").click()
    page.locator("summary", has_text="Propose for adoption").click()
    page.get_by_label("Reason").fill("It is cheaper.")
    page.get_by_label("propose even without a useful bound").check()  # it was stopped before there was one
    page.get_by_role("button", name="Propose").click()
    case = page.url
    assert "Two people are needed" in page.locator("main").inner_text()

    become(page, address, "oscar")
    page.get_by_role("link", name="Adopt by button, or refuse it").click()
    assert page.url == case
    page.locator("#steps").get_by_role("button", name="Adopt", exact=True).click()
    assert page.locator(".state").inner_text() == "adopted"
    assert office.workspace.adopted_number("plan") == 2
    assert all("422" in complaint for complaint in start.complaints)  # that the form was refused once
