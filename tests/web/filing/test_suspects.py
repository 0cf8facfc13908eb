"""The data desk: suspect figures by group, decided at once and undone at once, in the browser's forms."""

import csv
import html
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace

import polars as pl
import pytest
from litestar.testing import TestClient

from people_of import staffed
from urbium.store import FileStamp
from urbium.web import create_app
from urbium.web.filing.suspects import _published_since
from urbium.web.rendering.drawing import Drawer

STAMP = FileStamp("figures.csv", "5e" * 32)
PAGE = "/figures/suspects"
GROUP = {"rule": "population-change", "variable": "population"}
DECIDE = f"{PAGE}/group/reject?rule=population-change&variable=population"
ADDRESSES = (PAGE, f"{PAGE}?format=csv", DECIDE, "/figures/decisions")


def row(city, year, rule="population-change", **more):
    return {
        "city": city, "variable": "population", "period": str(year), "value": 1000.0 + year,
        "unit": "persons", "area": "municipality", "status": "suspect", "quality": "measured",
        "source": "wdi", "file": STAMP.name, "sheet": "", "cell": "D2",
        "reason": f"{rule}: it jumps in {year}", **more,
    }  # fmt: skip


ROWS = [
    *(row(city, year) for city in ("0503", "0599", "0344") for year in range(1990, 2000)),
    *(row("0503", year, "hard-range", variable="gdp_growth", unit="%") for year in range(1990, 1994)),
    row("0344", 2012, "=cmd|' /C calc'!A0"),
]


@pytest.fixture
def programme():
    with staffed() as made_up:
        made_up.store.record(pl.DataFrame(ROWS), by="test", reason="figures", file=STAMP)
        yield made_up


@pytest.fixture
def become(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:

        def take(code):
            visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
            return visitor

        yield take


def send(visitor, page, address, **fields):
    form = visitor.get(page).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    sent = {name: html.unescape(value) for name, value in hidden.items()} | fields
    return visitor.post(address, data=sent, follow_redirects=False)


def cells(page):
    """Return the words of each row of the list of a page."""
    body = page.split('<table class="listed')[1].split("<tbody>")[1].split("</tbody>")[0]
    body = re.sub(r'<tr class="act">.*?</tr>', "", body, flags=re.DOTALL)
    rows = [re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", one, re.DOTALL) for one in body.split("</tr>")[:-1]]
    plain = [[html.unescape(re.sub(r"<[^>]*>", " ", cell)) for cell in one] for one in rows]
    return [[" ".join(cell.split()) for cell in one] for one in plain]


def file(visitor, address):
    answer = visitor.get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_groups_come_first_the_largest_on_top(become):
    shown = cells(become("olga").get(PAGE).text)

    assert [(one[2], one[4]) for one in shown[:2]] == [("30", "3"), ("4", "1")]
    assert shown[1][0] == "The value is impossible by definition"


def test_rules_boundaries_and_sources_are_named_and_their_codes_stay_in_addresses(become):
    olga = become("olga")
    for address in (PAGE, f"{PAGE}?by=figure", DECIDE):
        words = " ".join(re.sub(r"<[^>]*>", " ", olga.get(address).text).split())
        assert "it jumps in" in words
        for code in ("population-change", "hard-range", "wdi"):
            assert code not in words
    page = olga.get(PAGE).text
    assert '<option value="hard-range" translate="no">The value is impossible by definition</option>' in page


def test_rules_that_mean_the_same_name_their_variables_in_the_filter(become, programme):
    rows = [
        row("0503", 2001, "own-history-wide", variable="pupils"),
        row("0503", 2001, "own-history", variable="hospital_beds", unit="beds"),
    ]
    programme.store.record(pl.DataFrame(rows), by="test", reason="figures", file=STAMP)
    offered = re.findall(
        r'<option value="own-history[^"]*"[^>]*>(.*?)</option>', become("olga").get(PAGE).text
    )
    said = "The figure does not fit the other years of its own series: "
    assert [one.removeprefix(said).split(",")[0] for one in sorted(offered)] == [
        "Beds in hospitals and health centres", "Pupils in regular primary and secondary schools"
    ]  # fmt: skip


def test_a_group_is_rejected_at_once_and_undone_at_once(become, programme):
    olga = become("olga")
    asked = olga.get(DECIDE).text
    assert "30; cities: 3" in asked
    assert "Reject 30 figures" in asked
    taken = send(olga, DECIDE, f"{PAGE}/group/reject/decide", why="a wrong boundary")
    assert taken.status_code == 303
    done = olga.get(taken.headers["location"]).text
    assert "Rejected figures: 30; cities: 3." in done
    assert programme.observations(statuses=["rejected"]).height == 30

    decision = re.search(r'href="(/figures/decisions/\d+)"', done)[1]
    assert "Figures that become suspect again: 30; cities: 3." in olga.get(decision).text
    programme.settings.change(time_zone="Asia/Shanghai", by="test", reason="test")
    listed = olga.get("/figures/decisions").text
    assert re.search(rf'href="{decision}" translate="no">\d{{4}}-\d\d-\d\d \d\d:\d\d UTC\+8<', listed)
    assert "(UTC)" not in listed
    undone = send(olga, decision, f"{decision}/undo", why="too soon")
    assert "Figures that are suspect again: 30" in olga.get(undone.headers["location"]).text
    assert programme.observations(statuses=["suspect"]).height == len(ROWS)


def test_undoing_says_what_stays_because_of_a_later_decision(become):
    olga = become("olga")
    taken = send(olga, DECIDE, f"{PAGE}/group/reject/decide", why="a wrong boundary").headers["location"]
    decision = re.search(r'href="(/figures/decisions/\d+)"', olga.get(taken).text)[1]
    single = {"city": "0503", "variable": "population", "period": "1990", "area": "municipality"}
    oscar = become("oscar")
    assert (
        send(oscar, f"{PAGE}?by=figure", f"{PAGE}/accept", **single, source="wdi", why="right").status_code
        == 303
    )
    shown = oscar.get(decision).text
    assert "Figures that become suspect again: 29" in shown
    assert "decided on or imported again: 1." in shown
    send(oscar, decision, f"{decision}/undo", why="too soon")
    again = oscar.get(decision).text
    assert "There is nothing left to undo" in again


def test_what_came_in_after_the_preview_is_not_touched(become, programme):
    olga = become("olga")
    form = olga.get(DECIDE).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    programme.store.record(pl.DataFrame([row("0503", 2010)]), by="test", reason="more", file=STAMP)
    olga.post(
        f"{PAGE}/group/reject/decide", data=fields | {"why": "a wrong boundary"}, follow_redirects=False
    )

    assert programme.observations(statuses=["rejected"]).height == 30
    assert "2010" in programme.observations(statuses=["suspect"])["period"]


def test_the_log_has_one_entry_for_a_group(become, programme):
    olga, entries = become("olga"), programme.store.audit().height
    send(olga, DECIDE, f"{PAGE}/group/reject/decide", why="a wrong boundary")

    assert programme.store.audit().height == entries + 1
    assert "a wrong boundary" in olga.get("/log").text


def test_a_reason_is_asked_for_and_what_is_odd_is_refused_in_words(become):
    olga = become("olga")
    assert send(olga, DECIDE, f"{PAGE}/group/reject/decide", why=" ").status_code == 422
    assert send(olga, DECIDE, f"{PAGE}/group/reject/decide", why="x", seen="yesterday").status_code == 422
    assert send(olga, DECIDE, f"{PAGE}/group/forget/decide", why="x").status_code == 404
    assert send(olga, DECIDE, f"{PAGE}/group/reject/decide", why="x", rule="").status_code == 422
    assert olga.get("/figures/decisions/99999").status_code == 404
    assert olga.get(f"{PAGE}?order=nothing&by=what&page=99").status_code == 200


@pytest.mark.parametrize("who", ["carl", "ada", "eva", "pia"])
def test_who_decides_on_no_figure_sees_no_page_of_the_desk_and_no_file_of_it(become, who):
    reader = become(who)
    for address in (
        PAGE,
        f"{PAGE}?format=csv",
        DECIDE,
        "/figures/decisions",
        "/figures/decisions?format=csv",
    ):
        assert reader.get(address, follow_redirects=False).status_code == 404
    csrf = re.search(r'name="csrf" value="(\w+)"', reader.get("/account").text)[1]
    for address in (f"{PAGE}/group/reject/decide", "/figures/decisions/5/undo"):
        sent = reader.post(address, data={"csrf": csrf, "why": "x", **GROUP}, follow_redirects=False)
        assert sent.status_code == 404


def test_a_stranger_is_led_to_the_door(become):
    visitor = become("")
    for address in ADDRESSES:
        assert visitor.get(address, follow_redirects=False).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("order", ["", "value", "-value", "period"])
def test_the_file_of_the_list_is_what_the_page_shows_in_its_order(become, order):
    olga, query = become("olga"), f"by=figure&variable=gdp_growth&order={order}"
    shown, (heads, *rows) = cells(olga.get(f"{PAGE}?{query}").text), file(olga, f"{PAGE}?{query}&format=csv")

    assert len(shown) == len(rows) == 4
    assert heads[:3] == ["City", "Figure", "Period"]
    assert [one[:3] for one in shown] == [one[:3] for one in rows]
    assert [float(one[3].replace(",", "")) for one in shown] == [float(one[3]) for one in rows]
    assert "Decide" not in heads


def test_the_pages_of_a_list_hold_each_row_once_in_the_order_of_the_file(become):
    olga = become("olga")
    query = f"{PAGE}?by=figure&order=-period"
    shown = [one for number in (1, 2) for one in cells(olga.get(f"{query}&page={number}").text)]

    assert [one[:3] for one in shown] == [one[:3] for one in file(olga, f"{query}&format=csv")[1:]]
    assert [one[2] for one in shown] == sorted((one[2] for one in shown), reverse=True)


def test_a_doubt_that_a_spreadsheet_would_run_is_a_text_in_the_file(become):
    rows = file(become("olga"), f"{PAGE}?by=figure&period=2012&format=csv")
    assert [one for one in rows[1] if one.startswith("=")] == []
    assert any(one.startswith("'=cmd") for one in rows[1])


def test_a_group_shows_city_year_value_and_unit_of_its_figures_before_one_decides(become):
    shown = cells(become("olga").get(DECIDE).text)
    assert len(shown) == 20
    assert {(line[2], line[4]) for line in shown} >= {("1990", "persons"), ("1999", "persons")}


def test_the_form_of_a_single_figure_stands_across_its_row(become):
    page = become("olga").get(f"{PAGE}?by=figure").text
    assert (
        page.count('<tr class="act"><td colspan="8">') == page.count('action="/figures/suspects/accept"') > 0
    )


@pytest.mark.parametrize(
    ("status", "known_on", "said"),
    [("accepted", 2, "p1"), ("accepted", 1, "p1"), ("accepted", 0, ""), ("rejected", 2, "")],
)
def test_accepted_figures_may_be_in_a_publication_made_since(status, known_on, said):
    listed = [SimpleNamespace(id="p1", known_on=known_on)]
    office = SimpleNamespace(store=SimpleNamespace(publications=SimpleNamespace(listed=lambda: listed)))
    decision = {"status": status, "recorded_at": datetime.fromtimestamp(1 / 1_000_000, UTC)}
    assert _published_since(office, decision) == said
