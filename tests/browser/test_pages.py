"""The pages in a real browser: without scripts, with scripts, on a phone, by keyboard."""

from datetime import UTC, datetime

import pytest

from pages_of_demo import PAGES, PUBLIC
from seeds import long_but
from urbium.web.server.kept_answers import _Answer

pytestmark = pytest.mark.browser

PATHS = (
    "/", "/cities", "/cities/110000", "/cities/110000/plan", "/cities/110000/people",
    "/cities/110000/services", "/cities/110000/figures", "/cities/340100/progress",
    "/cities/map?city=110000", "/cities/compare?city=110000&city=130100",
    "/indices", "/indices/yearbook", "/indices/u4ssc", "/nation", "/plan",
    "/plan/money", "/plan/afterwards", "/plan/where-and-when", "/plan/staff", "/plan/risks", "/plan/projects",
    "/plan/proof",
    "/plan/compare?a=adopted&b=adopted", "/plan/why?city=110000&solution=IOC",
    "/plan/projects/110000/LED_SL", "/plan/projects/340100/IOC", "/data",
    "/about/assumptions", "/about/sources", "/notice", "/cities/340100/explain/score",
)  # fmt: skip
SOME = ("/", "/cities/110000", "/nation", "/plan", "/data")
"""Pages that are looked at in every run; all of them are in the long one."""
UNMEASURED = [path for path in PATHS if (PUBLIC, path) not in PAGES]
"""Those that ``test_looked_over`` does not measure. Of the others it proves that no phone with scripts
scrolls sideways: of those that are unlike in the long run, of all before a release."""
PHONE = {"width": 390, "height": 844}


def live(page):
    """Wait until the map answers the pointer."""
    page.locator("#map").scroll_into_view_if_needed()
    page.locator("#map[data-live] canvas").wait_for(timeout=20_000)
    return page.locator("#map canvas")


def test_without_scripts_the_first_page_shows_every_city_on_its_map_and_ten_of_either_end(visit):
    page = visit(java_script_enabled=False).open("/")
    assert page.locator("#map svg a").count() == 285
    assert page.locator(".ranking tbody tr").count() == 20
    assert page.locator(".map-buttons").is_hidden()


def test_without_scripts_the_search_finds_a_city(visit):
    page = visit(java_script_enabled=False).open("/cities")
    page.get_by_label("City or province").fill("hefei")
    page.get_by_role("button", name="Show").click()
    assert page.locator(".listed tbody tr").count() == 1
    assert "Hefei" in page.locator(".listed tbody").inner_text()


def test_without_scripts_a_circle_of_the_map_opens_its_city(visit):
    page = visit(java_script_enabled=False).open("/")
    page.locator('#map svg a[*|href="/cities/650200"]').click()
    page.wait_for_url("**/cities/650200")
    assert "Karamay" in page.locator("h1").inner_text()


def alive(page):
    """Wait until the map of places answers the pointer."""
    page.locator(".place-map[data-live]").scroll_into_view_if_needed()
    return page.locator(".place-map")


@pytest.mark.parametrize("path", long_but(SOME, PATHS))
def test_a_page_asks_only_this_machine_and_breaks_no_policy(visit, path):
    seen = visit()
    page = seen.open(path)
    page.mouse.wheel(0, 4000)
    page.wait_for_load_state("networkidle")
    assert [url for url in seen.asked if not url.startswith(seen.address + "/")] == []
    assert seen.complaints == []


def pointed_at(page, places):
    """Move over places of the page until something there answers: where that was."""
    for x, y in places:
        page.mouse.move(x, y)
        if page.locator(".tip").is_visible():
            return x, y
    return pytest.fail("nothing answered the pointer")


def across(box):
    """Return places through the middle of a chart, so close together that no bar lies between two."""
    return [(box["x"] + x, box["y"] + box["height"] / 2) for x in range(60, int(box["width"]), 8)]


def test_a_click_on_a_circle_shows_a_card_that_leads_to_the_city(visit):
    seen = visit()
    page = seen.open("/cities/map")
    alive(page)
    page.locator('.place-map a[href="/cities/650200"] circle').click()
    card = page.locator(".map-card")
    assert "Karamay" in card.inner_text()
    card.get_by_role("link").click()
    page.wait_for_url("**/cities/650200")
    assert seen.complaints == []


def test_a_row_is_marked_on_the_map_and_a_circle_in_the_table(visit):
    page = visit().open("/cities/map")
    alive(page)
    row = page.locator(".listed tbody tr").nth(2)
    code = row.get_attribute("data-city")
    row.locator(".locate").click()
    assert page.locator(f'.place-map a[href="/cities/{code}"] circle.is-picked').count() == 1
    assert row.locator("a").first.inner_text() in page.locator(".map-card").inner_text()
    other = page.locator(".listed tbody tr").nth(7).get_attribute("data-city")
    page.locator(f'.place-map a[href="/cities/{other}"] circle').dispatch_event("click")
    assert page.locator(".listed tr.is-picked").get_attribute("data-city") == other


def test_the_buttons_and_keys_enlarge_the_map(visit):
    page = visit().open("/")
    alive(page)
    page.get_by_role("button", name="Zoom in").click()
    page.locator(".place-map.is-moved").wait_for()
    page.get_by_role("button", name="Show the whole map").click()
    page.locator(".place-map:not(.is-moved)").wait_for()
    page.locator(".place-map").focus()
    page.keyboard.press("+")
    page.locator(".place-map.is-moved").wait_for()


OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll(".place-map .names text")]
    .filter((text) => text.checkVisibility()).map((text) => [text.textContent, text.getBoundingClientRect()]);
  const pairs = boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1)
    .filter(([, b]) => a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)
    .map(([other]) => `${one} / ${other}`));
  return [boxes.length, pairs];
}"""
"""The names that are seen, and those that lie on each other; a line has two pixels of air on each side."""


@pytest.mark.parametrize("width", [1280, 640, 390])
@pytest.mark.parametrize("scripts", [True, False])
def test_no_name_of_the_map_lies_on_another_at_any_enlargement(visit, width, scripts):
    page = visit(viewport={"width": width, "height": 844}, java_script_enabled=scripts).open("/cities/map")
    if not scripts:
        names, pairs = page.evaluate(OVERLAPPING)
        assert (names > 15, pairs) == (True, [])
        return
    alive(page)
    for _ in range(4):
        names, pairs = page.evaluate(OVERLAPPING)
        assert (names > 15, pairs) == (True, [])
        page.locator(".place-map").press("+")


@pytest.mark.parametrize("path", long_but(SOME, [*SOME, *UNMEASURED]))
def test_a_phone_never_scrolls_sideways(visit, path):
    never_sideways(visit(viewport=PHONE).open(path))


@pytest.mark.parametrize("path", long_but(SOME, PATHS))
def test_without_scripts_a_phone_never_scrolls_sideways(visit, path):
    never_sideways(visit(viewport=PHONE, java_script_enabled=False).open(path))


def never_sideways(page):
    assert page.locator("body").bounding_box()["width"] <= PHONE["width"]
    page.mouse.move(200, 400)
    page.mouse.wheel(500, 0)
    assert page.locator("main").bounding_box()["x"] == 0


CUT_OFF = """() => [...document.querySelectorAll("figure:not(.map) .chart svg")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((word) => word.textContent.trim()).filter((word) => {
    const box = word.getBoundingClientRect();
    return box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 4;
  }).map((word) => word.textContent);
})"""
"""The words of charts that stand partly outside their picture."""


@pytest.mark.parametrize("path", long_but(SOME, PATHS))
def test_no_word_of_a_chart_is_cut_off_whichever_font_there_is(visit, path):
    """The pictures are drawn with the widths of one font, and read in whichever the machine has."""
    assert visit(java_script_enabled=False).open(path).evaluate(CUT_OFF) == []


def test_the_keyboard_reaches_the_content_first(visit):
    page = visit().open("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to content"


def test_a_figure_is_followed_from_the_city_to_its_cell(visit):
    page = visit().open("/cities/340100/figures")
    page.locator("#facts td.num a").first.press(
        "Enter"
    )  # charts above come alive and move what is pointed at
    page.wait_for_url("**/explain/figure*")
    assert page.locator("dt", has_text="Licence").first.is_visible()
    assert page.locator("dt", has_text="Cell").first.is_visible()


def test_a_live_chart_says_its_figures_under_the_pointer(visit):
    page = visit().open("/plan/money")
    page.locator("#money").scroll_into_view_if_needed()
    canvas = page.locator("#money canvas")
    canvas.wait_for(timeout=20_000)
    pointed_at(page, across(canvas.bounding_box()))
    assert "CNY million" in page.locator(".tip").inner_text()


def counted(page):
    """Return what the table beside the map says of Beijing: being built, finished."""
    row = page.locator('#where tr[data-city="110000"]')
    return row.locator("[data-building]").text_content(), row.locator("[data-finished]").text_content()


def far_down(page):
    """Go to a map that stands below what is seen first, and wait until it answers."""
    page.locator("#map").scroll_into_view_if_needed()
    return live(page)


def test_without_scripts_the_years_of_the_plan_are_links(visit):
    page = visit(java_script_enabled=False).open("/plan/where-and-when?year=2016")
    assert page.locator(".year-slider").is_hidden()
    before = counted(page)
    page.locator("#where nav a", has_text="2020").click()
    page.wait_for_url("**/plan/where-and-when?year=2020*")
    assert int(counted(page)[1]) > int(before[1])


def test_the_slider_moves_the_map_the_table_and_the_words_to_another_year(visit):
    seen = visit()
    page = seen.open("/plan/where-and-when?year=2016")
    canvas = far_down(page)
    before, drawn = counted(page), canvas.screenshot()
    page.locator(".year-slider input").fill("2020")
    page.locator("#where h2", has_text="2020").wait_for()
    page.wait_for_timeout(500)
    assert int(counted(page)[1]) > int(before[1])
    assert canvas.screenshot() != drawn
    assert "year=2020" in page.url
    assert seen.complaints == []


def test_the_slider_is_moved_by_keys(visit):
    page = visit().open("/plan/where-and-when?year=2016")
    far_down(page)
    page.locator(".year-slider input").press("ArrowRight")
    assert page.locator(".year-slider output").inner_text() == "2017"


def test_the_words_of_the_slider_are_those_of_the_server(visit):
    page = visit().open("/plan/where-and-when?year=2016")
    far_down(page)
    page.locator(".year-slider input").fill("2019")
    moved = page.locator("#where figcaption p").first.inner_text()
    page.goto(page.url.split("?")[0] + "?year=2019")
    assert page.locator("#where figcaption p").first.inner_text() == moved


@pytest.mark.long
def test_a_page_that_is_shown_as_it_was_leads_to_the_next_when_that_is_there(visit):
    person = visit()
    page = person.open("/notice")
    assert page.get_by_role("link", name="Show the updated page").count() == 0
    current = page.content().encode()
    stale = _Answer("page", 200, (), current, datetime.now(UTC), {}, frozenset()).as_of.body
    page.route("**/notice", lambda asked: asked.fulfill(body=stale, content_type="text/html; charset=utf-8"))
    page.reload()
    page.get_by_text("This page is being updated").wait_for()
    link = page.get_by_role("link", name="Show the updated page")
    assert not link.is_visible()
    page.unroute("**/notice")
    link.wait_for()
    assert not page.get_by_text("This page is being updated").is_visible()
    link.click()
    page.get_by_text("This page is being updated").wait_for(state="detached")
    assert person.complaints == []
