"""Tables: a whole one is ordered by its heads, and any is copied as CSV as it is shown."""

import pytest

pytestmark = pytest.mark.browser


def figures(page, at):
    cells = page.locator("#cities tbody tr").all()
    return [row.locator("> *").nth(at).get_attribute("data-sort") for row in cells]


def test_without_scripts_the_tools_of_a_table_are_not_there(visit):
    page = visit(java_script_enabled=False).open("/cities")
    assert page.locator("[data-table-tools]").is_hidden()


def test_a_head_orders_the_whole_table_and_turns_the_order_when_pressed_again(visit):
    seen = visit()
    page = seen.open("/cities?province=Anhui")
    head = page.locator("#cities thead th").nth(3)
    head.locator("button").press("Enter")
    rising = [float(value) for value in figures(page, 3) if value]
    assert rising == sorted(rising)
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert [float(value) for value in figures(page, 3) if value] == sorted(rising, reverse=True)
    assert [value == "" for value in figures(page, 3)] == sorted(value == "" for value in figures(page, 3))
    assert seen.complaints == []


def test_a_table_is_copied_as_it_is_shown(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"]).open("/cities?q=hefei")
    page.get_by_role("button", name="Copy as CSV").click()
    page.get_by_text("Copied.").wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert len(lines) == 2
    assert "Hefei" in lines[1]
