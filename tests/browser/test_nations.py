"""The same pages for other nations in Chromium: map, ranking, city, plan, project, charts, reports, desk.

Mexico is the example of the package. India's is built from a list of its cities whose scores are made up
here, for that of the challenge states no licence.
"""

import csv

import pytest

from seeds import long_but
from urbium.catalogue import DATA
from urbium.examples.countries import example, open_example
from urbium.programme.people.invitations import FOUNDER
from urbium.web.pages import pages_behind
from urbium.web.views.cities.city import TABS

pytestmark = [pytest.mark.browser, pytest.mark.long]
MONEY = {"mexico": "MXN", "india": "INR"}
WORK = 1.0
"""Of the search for a plan: enough for one."""


def files_of(name, folder):
    """Write the files that the user of an example brings, with scores that are made up."""
    register = DATA / "examples" / name / "cities.csv"
    for load in example(name).given:
        with register.open(encoding="utf-8") as file:
            rows = [
                [row["name_en"], row["province_en"], f"{40 + place % 37}%", f"{200_000 + 9_000 * place:,}"]
                for place, row in enumerate(csv.DictReader(file))
            ]
        with (folder / load.file).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["City", "State/UT", "Score", "Population"], *rows])
    return folder


@pytest.fixture(scope="module", params=["mexico", pytest.param("india", marks=pytest.mark.release)])
def nation(request):
    return request.param


@pytest.fixture(scope="module")
def programme(nation, tmp_path_factory):
    """An example with a plan, one person of its office and one of its largest city, which takes reports."""
    folder, asked = tmp_path_factory.mktemp(nation), example(nation)
    files = files_of(nation, folder)
    with open_example(nation, folder / "example.db", files=files, with_plan=False) as programme:
        plan = programme.plan(years=asked.years, budget=asked.budget, without=asked.without, work_limit=WORK)
        programme.adopt(plan, by="test", reason="a test", accept_unproven=True)
        city = plan.table["city"][0]
        for code, role, scope, place in (("olga", "office", "all", ""), ("carl", "officer", "city", city)):
            grants = [{"role": role, "scope": scope, "code": place}]
            programme.people.invite(FOUNDER, code, {"display": code.title(), "grants": grants})
        carl = programme.people.named("carl")
        programme.problem_reports.choose(carl, city, ["road"], reason="a test")
        yield programme


@pytest.fixture(scope="module")
def planned(programme):
    """A city and a solution that are in the plan."""
    return programme.adopted("plan").table.row(0, named=True)


@pytest.fixture(scope="module")
def there(programme, serve):
    with serve(programme, is_demo=True) as address:
        yield address


@pytest.fixture
def page(chromium, there):
    """A page that complains of nothing, and names the money of another nation in notes and choices alone."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=there)
    context.set_default_timeout(120_000)
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
    page.evaluate("document.querySelectorAll('select, .note, small').forEach((each) => each.remove())")
    assert "CNY" not in page.locator("main").inner_text()
    context.close()


def become(page, who):
    page.request.post("/demo/take-place", form={"code": who}, max_redirects=0)


def test_the_first_page_says_what_the_plan_costs_in_the_money_of_the_nation(page, nation):
    page.goto("/")
    assert f"{MONEY[nation]} " in page.locator(".quarters").inner_text()


def test_the_map_has_a_circle_for_each_city_and_leads_to_it(page, programme):
    page.goto("/cities/map")
    circles = page.locator(".place-map a circle")
    assert circles.count() == programme.cities().drop_nulls("latitude").height
    page.locator(".place-map[data-live]").wait_for()
    circles.first.dispatch_event("click")
    page.locator(".map-card a").click()
    page.wait_for_url("**/cities/*")


@pytest.mark.release
def test_the_ranking_is_sorted_and_filtered_by_a_region(page, programme):
    region = programme.cities()["province_en"].drop_nulls()[0]
    page.goto("/cities")
    first = page.locator("table.ranking tbody tr").first.locator("td").first
    assert first.inner_text() == "1"
    page.get_by_label("City or").fill(region)
    page.get_by_role("button", name="Show").click()
    shown = page.locator("table.ranking tbody tr").count()
    assert 0 < shown < programme.cities().height


@pytest.mark.parametrize("tab", long_but([""], TABS))
def test_each_page_of_a_city_is_there(page, programme, planned, tab):
    answer = page.goto(f"/cities/{planned['city']}/{tab}".rstrip("/"))
    assert answer.status == 200
    assert programme.city(planned["city"]).title.render() in page.locator("h1").inner_text()


@pytest.mark.parametrize("address", long_but(["/plan"], [one.address for one in pages_behind("plan")]))
def test_each_page_of_the_plan_is_there(page, address):
    assert page.goto(address).status == 200
    assert page.locator("main .panel, main figure, main form").count() > 0


@pytest.mark.release
def test_a_project_says_what_it_costs_and_who_pays(page, nation, planned):
    page.goto("/plan/projects")
    page.locator("table.listed tbody a[href^='/plan/projects/']").first.click()
    page.wait_for_url("**/plan/projects/*/*")
    assert f"{MONEY[nation]} " in page.locator("#money").inner_text()
    page.goto(f"/plan/why?city={planned['city']}&solution={planned['solution']}")
    assert page.locator(".tree .node").count() > 0


@pytest.mark.release
def test_two_cities_are_compared(page, programme):
    codes = programme.cities()["code"].head(2).to_list()
    page.goto("/cities/compare?" + "&".join(f"city={code}" for code in codes))
    assert page.locator("table.compared thead a").count() == 2


def test_a_chart_is_read_to_its_last_year_in_the_frame_of_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/nation")
    box = page.locator("figure:not(.broad, .measured) [data-chart]:not(#map)").locator("visible=true").first
    box.scroll_into_view_if_needed()
    box.locator("canvas").wait_for(timeout=20_000)
    at = box.evaluate("async (box) => (await fetch(`${box.dataset.chart}-340.json`)).json()")["usermeta"]
    box.focus()
    page.keyboard.press("End")
    assert page.locator(".tip b").inner_text().startswith(str(at["reading"]["at"][-1]))
    assert box.bounding_box()["width"] <= 340


@pytest.mark.release
def test_a_problem_is_reported_to_a_city(page, programme, planned):
    page.goto(f"/cities/{planned['city']}/citizens")
    page.get_by_role("link", name="Report a problem").first.click()
    page.get_by_label("What is it about?").select_option(index=1)
    page.get_by_label("What is wrong?").fill("A deep hole")
    page.get_by_label("Where is it?").fill("At the market")
    page.get_by_role("button", name="Send the report").click()
    page.get_by_role("heading", name="Your report").wait_for()
    assert len(programme.problem_reports.listed(programme.people.named("carl"))) == 1


@pytest.mark.release
def test_the_office_has_its_desk_and_begins_a_plan_in_its_money(page, nation):
    become(page, "olga")
    page.goto("/desk")
    page.get_by_role("link", name="Measure, plan and publish").click()
    page.get_by_role("link", name="Make a plan").click()
    assert MONEY[nation] in page.locator("main form").inner_text()


@pytest.mark.release
def test_a_city_has_its_desk_and_checks_a_file_of_figures(page, planned):
    become(page, "carl")
    page.goto("/figures")
    rows = f"city,variable,period,value,unit\n{planned['city']},population,2019,many,persons\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "figures.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Check the file").click()
    page.locator("#findings tbody a").first.click()
    assert page.locator("td.here").inner_text() == "many"
