"""The main tasks with the keyboard alone: what Tab does not reach, or does not show, is not there."""

import re

import pytest

from people_of import actor, staffed
from reports_of import reported, take_reports

pytestmark = [pytest.mark.browser, pytest.mark.long]
FARTHEST = 160
"""Presses of Tab after which something counts as out of reach."""


class Keys:
    """A person without a pointer: goes on by Tab until the focus is on what is looked for."""

    def __init__(self, page):
        self.page = page

    def to(self, selector, *, back=False):
        for _ in range(FARTHEST):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            here = self.page.locator(":focus")
            if here.count() and here.evaluate("(here, wanted) => here.matches(wanted)", selector):
                ring = here.evaluate("here => getComputedStyle(here).outlineStyle")
                assert ring != "none", f"nobody sees that {selector} has the focus"
                return self
        return pytest.fail(f"{selector} is not reached in {FARTHEST} presses of Tab")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, words):
        self.page.keyboard.type(words)
        return self


@pytest.fixture
def at(visit):
    """Return what opens a page of the demo for somebody who has keys alone."""

    def open_page(path, **settings):
        return Keys(visit(**settings).open(path))

    return open_page


@pytest.fixture(scope="module")
def office():
    with staffed() as programme:
        take_reports(programme)
        reported(programme)
        cases = programme.casework
        cases.begin(actor(programme, "olga"), "round", "call", {"title": "Call of the year"})
        cases.act(actor(programme, "oscar"), "round", "call", "publish", version=1)
        yield programme


@pytest.fixture
def at_work(office, serve, chromium):
    """Return what opens a page of a small programme as one of its people, who has keys alone."""
    with serve(office, is_demo=True) as address:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})

        def open_page(who, path):
            context.request.post(f"{address}/demo/take-place", form={"code": who}, max_redirects=0)
            page = context.new_page()
            page.goto(address + path)
            return Keys(page)

        yield open_page
        context.close()


def test_a_city_is_found(at):
    keys = at("/")
    keys.to(".find input").type("Wuhu").press("Enter")
    keys.page.wait_for_url("**/cities/340200")


def test_on_a_phone_the_menu_is_opened_and_leads_to_another_door(at):
    keys = at("/", viewport={"width": 390, "height": 844})
    keys.to(".menu-button").press("Enter").to("#menu nav a[href='/plan']").press("Enter")
    keys.page.wait_for_url("**/plan")


def test_a_list_is_sorted_filtered_and_paged(at):
    keys = at("/cities")
    keys.to("input[name=q]:not(.find input)").type("Anhui").press("Enter")
    keys.page.wait_for_url("**q=Anhui**")
    keys.to("thead a").press("Enter")
    keys.page.wait_for_url("**order=**")
    assert keys.page.locator("th[aria-sort]").count() == 1


def test_a_chart_is_read_year_by_year(at):
    keys = at("/nation")
    box = keys.page.locator("[data-chart]").first
    box.locator("canvas").wait_for(timeout=20_000)
    keys.to("[data-chart]").press("End")
    last = keys.page.locator(".tip b").inner_text()
    keys.press("ArrowLeft")
    assert int(keys.page.locator(".tip b").inner_text()[:4]) < int(last[:4])


def test_the_map_is_enlarged_and_a_city_on_it_is_opened_by_its_row(at):
    keys = at("/cities/map")
    keys.page.locator(".place-map[data-live]").wait_for()
    keys.to("[data-zoom='1.6']").press("Enter")
    keys.page.locator(".place-map.is-moved").wait_for()
    keys.to("tbody th a[href^='/cities/']").press("Enter")
    keys.page.wait_for_url(re.compile(r"/cities/\d{6}$"))


def test_another_weight_moves_the_ranks(at):
    keys = at("/indices/yearbook")
    keys.to("input[type=range]").press("End")
    keys.page.locator("#standing td.up").first.wait_for()
    assert "w.economy=100" in keys.page.url


def test_two_cities_are_compared(at):
    keys = at("/cities/compare")
    keys.to("input[name=city]").type("Wuhu").press("Tab").type("Bengbu").press("Enter")
    keys.page.wait_for_url("**city=Bengbu**")
    heads = keys.page.locator("table.compared thead th").all_inner_texts()
    assert [words.split()[0] for words in heads[1:]] == ["Wuhu", "Bengbu"]


def test_a_problem_is_reported(at_work, office):
    keys = at_work("", "/report?city=0503&kind=road")
    keys.to("select[name=service]").to("textarea[name=description]").type("A deep hole")
    keys.to("input[name=place]").type("Markt 1")
    keys.to("form.report-form > button").press("Enter")
    keys.page.get_by_role("heading", name="Your report").wait_for()
    carl = actor(office, "carl")
    assert "A deep hole" in [
        office.problem_reports.opened(carl, one.id).description for one in office.problem_reports.listed(carl)
    ]


def test_a_task_is_taken_from_the_desk_and_a_report_is_accepted(at_work, office):
    keys = at_work("carl", "/desk")
    keys.to("main a[href='/desk/problems']").press("Enter")
    keys.page.wait_for_url("**/desk/problems")
    keys.to("main tbody a[href^='/desk/problems/']").press("Enter")
    keys.page.wait_for_url("**/desk/problems/*")
    keys.to("form[action$='/accept'] [name=public_words], form[action$='/accept'] button")
    assert keys.page.locator(":focus").is_visible()


def test_a_call_is_begun_and_what_is_wrong_leads_to_its_field(at_work, office):
    keys = at_work("olga", "/desk/rounds/begin")
    keys.to("[name=title]").type("By keys alone")
    keys.to("[name='criteria[0].weight']").type("much").press("Enter")
    keys.page.get_by_role("alert").wait_for()
    keys.to("[role=alert] a").press("Enter")
    assert keys.page.locator(":focus").get_attribute("name").startswith("criteria[0]")


def test_figures_are_doubted_in_a_group_and_the_reason_is_typed(visit):
    keys = Keys(visit().become("office").open("/figures/suspects"))
    keys.to("a[href*='/group/reject']").press("Enter")
    keys.page.wait_for_url("**/group/reject**")
    keys.to("input[name=why]").type("copied from another year")
    keys.to("main form button")
    assert keys.page.locator(":focus").is_visible()
