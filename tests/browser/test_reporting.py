"""A citizen with a phone: from the page of the city to the reference of a report, with place and picture."""

import io
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from PIL import Image

from people_of import actor, staffed
from reports_of import take_reports
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

pytestmark = pytest.mark.browser


@pytest.fixture
def programme():
    with staffed() as programme:
        take_reports(programme)
        yield programme


@pytest.fixture
def here(programme):
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)
    listener.close()


def test_where_a_citizen_refuses_to_say_the_place_the_page_says_what_to_do(here, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, permissions=[])
    page = context.new_page()
    page.goto(f"{here}/report?city=0503")
    page.get_by_role("button", name="Use the location of this device").click()
    page.get_by_text("Enter the address instead.").wait_for()
    assert page.get_by_label("Coordinates (optional)").input_value() == ""
    context.close()


def photograph():
    made = io.BytesIO()
    Image.new("RGB", (800, 600), "grey").save(made, "JPEG")
    return {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@pytest.mark.parametrize("has_scripts", [True, False])
def test_on_a_phone_a_citizen_goes_from_the_city_to_the_reference(programme, here, chromium, has_scripts):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=has_scripts,
        geolocation={"latitude": 52.01161, "longitude": 4.35708}, permissions=["geolocation"],
    )  # fmt: skip
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{here}/cities/0503/citizens")
    page.get_by_role("link", name="Report a problem").click()
    page.get_by_label("What is it about?").select_option("Pothole or damaged road")
    page.get_by_label("What is wrong?").fill("A deep hole")
    if has_scripts:
        page.get_by_role("button", name="Use the location of this device").click()
        page.get_by_text("The location was filled in.").wait_for()
    else:
        assert page.get_by_role("button", name="Use the location of this device").is_hidden()
        page.get_by_label("Where is it?").fill("Markt 1")
    page.get_by_label("Photograph (optional)").set_input_files([photograph()])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390 if has_scripts else True
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("heading", name="Your report").wait_for()
    assert "Received" in page.inner_text("main")
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    assert one.id in page.inner_text("main")
    assert one.has_photograph
    assert (one.latitude, one.longitude) == ((52.01161, 4.35708) if has_scripts else (None, None))
    assert complaints == []
    context.close()
