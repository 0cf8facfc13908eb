"""Every chart of every page in a frame of 324 pixels: its last year is in sight, and a line reads it."""

import pytest

from seeds import long_but

pytestmark = [pytest.mark.browser, pytest.mark.long]

PATHS = (
    "/", "/cities", "/cities/110000", "/cities/110000/plan", "/cities/110000/people",
    "/cities/110000/services", "/cities/110000/figures", "/cities/340200/progress",
    "/cities/compare?city=110000&city=130100", "/nation", "/plan", "/plan/money", "/plan/afterwards",
    "/plan/where-and-when", "/plan/staff", "/plan/risks", "/plan/compare?a=adopted&b=adopted", "/track",
    "/track/lessons", "/operations", "/indices/yearbook", "/indices/u4ssc",
)  # fmt: skip
SOME = ("/nation",)
WITHOUT = {"/", "/cities", "/plan/risks", "/track/lessons", "/operations", "/indices/u4ssc"}
"""Pages whose charts have no years or rows that a line could read."""
FRAME = {"width": 390, "height": 844}
"""A phone whose panels leave 324 pixels to a chart."""

WORDS = """async (box) => {
  const picture = [...box.querySelectorAll("img")].find((each) => getComputedStyle(each).display !== "none");
  const text = await (await fetch(picture.src)).text();
  const drawn = new DOMParser().parseFromString(text, "image/svg+xml");
  const svg = document.body.appendChild(document.importNode(drawn.documentElement, true));
  const frame = box.getBoundingClientRect();
  const place = { position: "absolute", left: `${frame.left}px`, width: `${frame.width}px`, height: "auto" };
  Object.assign(svg.style, place);
  const words = [...svg.querySelectorAll("text")].filter((each) => each.textContent.trim()).map((each) => {
    const { left, right, height } = each.getBoundingClientRect();
    return { word: each.textContent, left, right, height };
  });
  svg.remove();
  return words;
}"""
"""The words of the picture that a chart shows, with where they stand once it is as wide as its frame."""

SPECIFICATION = "async (box) => (await fetch(`${box.dataset.chart}-340.json`)).json()"
"""What a script is sent to make a chart live."""


def charts(page):
    """Return the charts of a page that lie in no closed part of it, without maps and matrices that scroll."""
    return page.locator("figure:not(.broad, .measured) [data-chart]:not(#map)").locator("visible=true").all()


@pytest.mark.parametrize("path", long_but(SOME, PATHS))
def test_without_scripts_every_picture_fits_the_frame_of_a_phone_with_its_last_year(visit, path):
    page = visit(viewport=FRAME, java_script_enabled=False).open(path)
    for box in charts(page):
        reading, words = box.evaluate(SPECIFICATION)["usermeta"]["reading"], box.evaluate(WORDS)
        assert [each for each in words if each["left"] < -1 or each["right"] > FRAME["width"]] == []
        assert min(each["height"] for each in words) >= 11
        if reading and reading["channel"] == "x":
            assert str(reading["at"][-1]) in [each["word"] for each in words]


@pytest.mark.parametrize("path", long_but(SOME, PATHS))
def test_a_line_walks_over_every_chart_of_a_phone_by_keys_and_reads_it(visit, path):
    seen = visit(viewport=FRAME)
    page = seen.open(path)
    tip, walked = page.locator(".tip"), 0
    for box in charts(page):
        box.scroll_into_view_if_needed()
        box.locator("canvas").wait_for(timeout=20_000)
        reading = box.evaluate(SPECIFICATION)["usermeta"]["reading"]
        if reading is None:
            continue
        assert box.locator("canvas").bounding_box()["width"] <= box.bounding_box()["width"] + 1
        box.focus()
        page.keyboard.press("End")
        assert tip.locator("b").inner_text().startswith(str(reading["at"][-1]))
        assert len(tip.locator("div").all()) == len(reading["lines"][-1])
        cross, frame = box.locator(".cross").bounding_box(), box.bounding_box()
        assert frame["x"] - 1 <= cross["x"] <= frame["x"] + frame["width"] + 1
        page.keyboard.press("Home")
        assert tip.locator("b").inner_text().startswith(str(reading["at"][0]))
        page.keyboard.press("Escape")
        assert tip.is_hidden()
        walked += 1
    assert walked or path in WITHOUT
    assert seen.complaints == []


def test_the_pointer_reads_all_series_of_the_nearest_year(visit):
    page = visit().open("/nation")
    box = charts(page)[0]
    box.locator("canvas").wait_for(timeout=20_000)
    frame = box.bounding_box()
    page.mouse.move(frame["x"] + frame["width"] * 0.8, frame["y"] + frame["height"] / 2)
    said = page.locator(".tip").inner_text()
    assert {"Cities:", "Rural:", "Nation:"} <= set(said.split())


def test_a_chart_is_laid_out_anew_when_its_frame_becomes_narrow(visit):
    page = visit().open("/nation")
    box = charts(page)[0]
    box.locator("canvas").wait_for(timeout=20_000)
    page.set_viewport_size(FRAME)
    page.wait_for_timeout(1500)
    assert box.locator("canvas").count() == 1
    assert box.locator("canvas").bounding_box()["width"] <= 324


def test_pictures_that_were_not_scrolled_to_are_in_print(visit):
    page = visit(java_script_enabled=True).open("/nation")
    page.pdf()
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    blank = page.locator(".chart > img").evaluate_all(
        "all => all.filter((each) => each.checkVisibility() && !each.naturalWidth).map((each) => each.alt)"
    )
    assert blank == []
