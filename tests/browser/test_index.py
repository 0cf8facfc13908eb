"""The page of an index in a real browser: what-if without scripts and with them, charts, a phone."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHONE = {"width": 375, "height": 812}


def first_city(page):
    return page.locator("#standing tbody tr").first.get_attribute("data-city")


def test_without_scripts_a_slider_and_the_button_move_the_ranks(visit):
    page = visit(java_script_enabled=False).open("/indices/yearbook")
    page.get_by_role("slider", name="Economy").fill("90")
    page.get_by_role("button", name="Compute").click()
    page.wait_for_url("**w.economy=90**")
    assert re.match(r"Cities that change rank: \d+ of 272", page.locator("[data-said]").inner_text())
    assert page.locator("#standing td.up").count() > 20
    assert page.get_by_role("slider", name="Economy").input_value() == "90"


def test_without_scripts_the_link_back_shows_the_index_as_declared(visit):
    page = visit(java_script_enabled=False).open("/indices/yearbook?w.economy=90")
    page.get_by_role("link", name="Reset to the index as declared").click()
    page.wait_for_url(re.compile(r"/indices/yearbook#what-if$"))
    assert page.locator("#standing td.up").count() == 0


def test_a_slider_moves_the_ranks_at_once_and_the_address_carries_it(visit):
    seen = visit()
    page = seen.open("/indices/yearbook")
    slider = page.get_by_role("slider", name="Economy")
    slider.focus()
    page.keyboard.press("End")
    page.locator("#standing td.up").first.wait_for()
    assert page.url.endswith("?w.economy=100")
    assert page.locator("[data-link]").get_attribute("href").endswith("?w.economy=100#what-if")
    assert page.locator("[data-share=economy]").inner_text() == "60%"
    moved = page.locator("#standing tbody tr").all_inner_texts()
    page.reload()
    assert page.locator("#standing tbody tr").all_inner_texts() == moved
    assert seen.complaints == []


def test_a_choice_moves_the_ranks_at_once(visit):
    page = visit().open("/indices/yearbook")
    page.get_by_label("Aggregated by").select_option("geometric")
    page.locator("#standing td.up, #standing td.down").first.wait_for()
    page.get_by_label("Aggregated by").select_option("")
    page.locator("[data-said]", has_text="Nothing has been changed").wait_for()
    assert page.locator("#standing td.up, #standing td.down").count() == 0
    assert page.url.endswith("/indices/yearbook")


def test_a_figure_is_asked_about_once_its_city_and_indicator_are_named(visit):
    page = visit().open("/indices/yearbook")
    page.get_by_label("Value", exact=True).fill("45000")
    page.get_by_label("Figure").select_option("gdp_per_head")
    page.locator("input[name=of]").press_sequentially("Hefei")
    page.wait_for_url("**of=Hefei&figure=gdp_per_head&value=45000")
    page.reload()
    assert page.get_by_label("Value", exact=True).input_value() == "45000"


def test_the_column_of_moves_is_there_only_when_something_moved(visit):
    page = visit().open("/indices/yearbook")
    assert not page.get_by_role("columnheader", name="Change", exact=True).is_visible()
    page.get_by_label("Aggregated by").select_option("geometric")
    page.get_by_role("columnheader", name="Change", exact=True).wait_for()


def test_weights_that_are_all_nothing_are_refused_in_words(visit):
    page = visit().open("/indices/yearbook")
    for name in ("Economy", "Society", "Environment"):
        page.get_by_role("slider", name=name).focus()
        page.keyboard.press("Home")
    page.locator("[data-said].refused").wait_for()
    assert "weight above zero" in page.locator("[data-said]").inner_text()
    assert page.locator("[data-share=economy]").inner_text() == "–"


def test_the_rings_answer_the_pointer(visit):
    page = visit().open("/indices/yearbook")
    page.locator("#rings").scroll_into_view_if_needed()
    canvas = page.locator("#rings canvas")
    canvas.wait_for(timeout=20_000)
    tip = page.locator(".tip")
    spots = (0.62, 0.4), (0.4, 0.35), (0.35, 0.6), (0.6, 0.65)
    for across, down in spots * 15:  # on a busy machine the picture is there before it listens, and moves
        canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.wait_for_timeout(250)
        if tip.is_visible():
            break
    assert "weight in the index" in tip.inner_text()


def test_the_ranks_of_all_cities_scroll_in_their_own_frame(visit):
    page = visit().open("/indices/yearbook?show=all")
    frame = page.get_by_role("region", name="Ranks of all cities, with intervals")
    frame.scroll_into_view_if_needed()
    page.wait_for_function("each => each.scrollHeight > 4000", arg=frame.element_handle(), timeout=20_000)
    assert frame.bounding_box()["height"] <= 900


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_rings_fit_and_nothing_scrolls_sideways(visit, scripts):
    page = visit(viewport=PHONE, java_script_enabled=scripts).open("/indices/yearbook")
    assert page.locator("#rings").bounding_box()["width"] <= PHONE["width"]
    page.mouse.move(200, 400)
    page.mouse.wheel(500, 0)
    assert page.locator("main").bounding_box()["x"] == 0


def test_in_print_the_whole_ranking_is_there_and_no_slider(visit):
    page = visit().open("/indices/yearbook")
    page.emulate_media(media="print")
    assert page.locator("form.sliders").is_hidden()
    frame = page.locator("#ranking .tall")
    assert frame.evaluate("each => each.scrollHeight - each.clientHeight") <= 2
