"""People at work in a real browser, without scripts: a city applies and its application is admitted."""

import pytest

from people_of import actor, staffed
from rounds_of import called, complete_file

pytestmark = [pytest.mark.browser, pytest.mark.long]

NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def office():
    with staffed() as programme:
        cases = programme.casework
        cases.begin(actor(programme, "olga"), "round", "call", {"title": "Call of the year"})
        cases.act(actor(programme, "oscar"), "round", "call", "publish", version=1)
        yield programme


@pytest.fixture(scope="module")
def desk(office, serve):
    """Serve a small programme as a demo, in which everybody's place can be taken."""
    with serve(office, is_demo=True) as address:
        yield address


@pytest.fixture
def page(chromium):
    context = chromium.new_context(java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


def become(page, desk, name):
    page.goto(f"{desk}/notice")
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():  # on a narrow screen all of the head is behind one button, without scripts too
        menu.click()
    page.locator(".demo summary").click()
    page.locator(".demo").get_by_role("button", name=name, exact=True).click()
    assert page.url == f"{desk}/desk"


def take(page, step):
    """Open a step on the page of a dossier where it is closed, and take it."""
    form = page.locator("details.step", has=page.locator("summary", has_text=step))
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    return form


def send(form, step):
    form.get_by_role("button", name=step, exact=True).click()


def test_a_city_applies_the_province_recommends_and_the_office_admits(page, desk, office):
    become(page, desk, "Carl")
    page.locator("#calls").get_by_role("link", name="Apply to a call").click()
    page.locator("[name=title]").fill("Delft applies")
    page.get_by_role("button", name="Begin", exact=True).click()
    assert page.locator("h1").inner_text() == "Delft applies"
    change = page.locator("form.parts-form")
    change.locator("details.row").first.locator("summary").click()
    row = change.locator("details.row").first
    values = {
        "code": "P1", "title": "Tram", "size": "100000", "unit": "persons served", "cost": "1200000",
        "sources[0].value": "1200000", "starts": "2027", "ends": "2029",
    }  # fmt: skip
    for field, value in values.items():
        row.locator(f'[name$=".{field}"]').fill(value)
    row.locator('[name$=".sources[0].name"]').select_option(label="City budget")
    row.get_by_label("Land is secured").select_option("yes")
    row.get_by_label("Clearances are granted").select_option("not_needed")
    send(change, "Save the changes")
    assert page.locator("[role=alert]").all_inner_texts() == []
    send(page.locator("form.parts-form"), "Pass to the signatory")
    assert "EUR 1,200,000" in page.locator(".case").inner_text()
    address = page.url
    for name, steps in (
        ("Sven", ["Sign and send"]),
        ("Pia", ["Recommend"]),
        ("Olga", ["Admit to the review"]),
    ):
        become(page, desk, name)
        page.locator("main").get_by_role("link", name="the application from Delft").click()
        for step in steps:
            form = take(page, step)
            if name == "Pia":
                form.get_by_label("Recommendation by the province").fill("A sound plan.")
                form.get_by_label("Report by the province").fill("Checked on the spot.")
            send(form, step)
        assert page.url == address
    assert page.locator(".chip.state").inner_text() == "under review"
    assert office.store.dossiers.one("application", address.rpartition("/")[2]).state == "admitted"


@pytest.mark.parametrize("who", ["Olga", "Carl", "Ada"])
@pytest.mark.parametrize("path", ["/desk", "/desk/rounds", "/desk/rounds/call", "/account", "/programme"])
def test_no_page_of_people_is_wider_than_a_telephone(page, desk, who, path):
    become(page, desk, who)
    page.goto(desk + path)
    wide = [
        box["width"]
        for one in page.locator("main > *").all()
        for box in [one.bounding_box()]
        if box and box["x"] + box["width"] > NARROW["width"] + 1
    ]
    assert wide == []


def test_who_leaves_a_form_that_was_not_sent_is_asked(chromium, desk):
    page = chromium.new_page()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    become(page, desk, "Olga")
    page.goto(f"{desk}/desk/rounds/begin")
    page.locator("[name=title]").fill("Half a call")
    page.get_by_role("link", name="Rounds", exact=True).click()
    page.wait_for_timeout(300)
    assert (asked, page.url) == (["beforeunload"], f"{desk}/desk/rounds/begin")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.wait_for_url(f"{desk}/desk/rounds/half-a-call")
    assert asked == ["beforeunload"]
    page.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_the_list_of_what_is_wrong_leads_to_the_input_by_keyboard_alone(chromium, desk, javascript):
    context = chromium.new_context(java_script_enabled=javascript)
    page = context.new_page()
    become(page, desk, "Olga")
    page.goto(f"{desk}/desk/rounds/begin")
    page.locator("[name=title]").fill("Wrong weights")
    page.locator('[name="criteria[0].title"]').fill("Aim")
    page.locator('[name="criteria[0].weight"]').fill("much")
    page.locator('[name="criteria[0].weight"]').press("Enter")
    link = page.get_by_role("alert").get_by_role("link", name="Weight")
    link.focus()
    link.press("Enter")
    assert page.locator(":focus").get_attribute("name") == "criteria[0].weight"
    assert page.locator(":focus").input_value() == "much"
    context.close()


def test_what_is_typed_is_saved_as_one_types_and_survives_a_reload_and_another_form(chromium, desk, office):
    office.casework.begin(actor(office, "olga"), "round", "typed", {"title": "Next call"})
    context, refused = chromium.new_context(viewport={"width": 1280, "height": 900}), []
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (refused.append(dialog.type), dialog.dismiss()))
    become(page, desk, "Olga")
    page.goto(f"{desk}/desk/rounds/typed")
    field = page.locator("form.parts-form [name=title]")
    field.fill("A better title")
    saved = page.locator("form.parts-form output")
    saved.filter(has_text="Saved at").wait_for()
    page.reload()
    assert field.input_value() == "A better title"
    field.fill("The best title")  # and at once a form beside it is sent
    page.locator("#comments [name=text]").fill("Look at the title")
    page.locator("#comments").get_by_role("button", name="Write the comment").click()
    page.locator("#comments li").wait_for()
    assert field.input_value() == "The best title"
    assert refused == []
    office.casework.act(actor(office, "oscar"), "round", "typed", "change", {"note": "mine"}, version=1)
    field.fill("The very best title")
    saved.filter(has_text="Not saved: someone else has changed it").wait_for()
    round_ = office.store.dossiers.one("round", "typed")
    assert office.drafts.of(actor(office, "olga"), round_).fields["title"] == "The best title"
    context.close()


def test_a_chosen_file_is_not_lost_without_a_question(chromium, desk, office):
    called(office, "files")
    office.casework.begin(
        actor(office, "carl"),
        "application",
        "filed",
        complete_file(office, "Filed"),
        city="0503",
        parent="files",
    )
    page, asked = chromium.new_page(), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    become(page, desk, "Carl")
    page.goto(f"{desk}/desk/applications/filed")
    file = page.locator("#files input[type=file]")
    file.set_input_files({"name": "proof.txt", "mimeType": "text/plain", "buffer": b"proof"})
    page.get_by_role("button", name="Save the changes").click()
    page.wait_for_timeout(300)
    assert (asked, file.evaluate("one => one.files.length")) == (["confirm"], 1)
    page.locator(".crumbs").get_by_role("link", name="My desk").click()
    page.wait_for_timeout(300)
    assert asked == ["confirm", "beforeunload"]
    page.get_by_role("button", name="Attach", exact=True).click()
    page.locator("#files").get_by_role("link", name="proof.txt").wait_for()
    assert asked == ["confirm", "beforeunload"]
    page.close()
