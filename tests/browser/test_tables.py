"""Tables: sorted by links of their heads, with and without scripts, and copied as the file that they are."""

import pytest

pytestmark = pytest.mark.browser


def ranks(page):
    return [int(words) for words in page.locator("table.ranking tbody td:first-child").all_inner_texts()[:20]]


def test_without_scripts_a_head_orders_the_list_and_nothing_offers_to_copy_it(visit):
    page = visit(java_script_enabled=False).open("/cities?province=Anhui")
    assert page.locator("[data-copy]").is_hidden()
    page.locator("table.ranking thead a", has_text="City").click()
    names = page.locator("table.ranking tbody th a").all_inner_texts()
    assert names == sorted(names)
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("City")
    assert "province=Anhui" in page.url


def test_a_head_pressed_again_turns_the_order_and_the_head_stays_in_sight(visit):
    seen = visit()
    page = seen.open("/cities")
    assert ranks(page) == list(range(1, 21))
    page.locator("table.ranking thead a", has_text="Rank").first.press("Enter")
    page.wait_for_url("**order=-rank**")
    assert ranks(page) == sorted(ranks(page), reverse=True)
    box = page.locator(".scroll.tall")
    box.evaluate("box => box.scrollTop = 400")
    gap = "box => box.querySelector('thead th').getBoundingClientRect().top - box.getBoundingClientRect().top"
    assert abs(box.evaluate(gap)) <= 1
    assert box.evaluate("box => box.scrollTop") == 400
    assert seen.complaints == []


def test_a_list_is_copied_as_its_file(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"]).open("/cities?q=hefei")
    page.get_by_role("button", name="Copy as CSV").click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    file = page.request.get(f"{page.url.partition('?')[0]}?q=hefei&order=rank&format=csv").text()
    assert copied.splitlines() == file.lstrip("\ufeff").splitlines()
    assert "Hefei" in copied.splitlines()[1]


def test_a_long_list_of_places_is_filtered_as_one_types_and_keeps_its_ticks(visit):
    seen = visit().become("partner")
    page = seen.open("/desk/mandates/begin")
    places = page.locator("details.fold", has_text="Anhui")
    places.locator("summary").first.click()
    search = places.get_by_label("Find in this list")
    ticks = places.locator("label.tick:visible")
    assert ticks.count() == 0  # they are folded in their provinces
    search.fill("wuh")
    assert ticks.all_inner_texts() == ["Wuhu", "Wuhan", "Wuhai"]
    ticks.first.check()
    search.press("Enter")
    assert page.url.endswith("/desk/mandates/begin")
    search.fill("")
    assert ticks.count() == 0
    assert places.locator("input:checked").count() == 1
    assert seen.complaints == []
