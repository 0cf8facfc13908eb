"""A stranger watches a replay in Chromium: the figure moves, the alert comes, and every page tells of it."""

from datetime import timedelta
from itertools import islice

import msgspec
import pytest

from feeds_of import BEGINS, PLAIN, open_feed
from people_of import staffed
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.taskbooks import Target, Task, TaskBook

pytestmark = [pytest.mark.browser, pytest.mark.long]
BOOK = TaskBook(
    title="Delft", tasks=[Task(code="a", title="Trams", starts=2026, ends=2026)],
    targets=[Target(indicator="no2_monthly_mean", year=2026, value=40.0, unit="ug/m3", base=60.0)],
)  # fmt: skip
QUIET, DAYS = 24, 31
TWO_DAYS = 2 * 86_400


@pytest.fixture
def programme():
    """A city with a feed and a task book that asks for 40 ug/m3 of NO2 in 2026."""
    with staffed() as programme:
        open_feed(programme, "air", "AirQualityObserved", PLAIN)
        book = msgspec.to_builtins(BOOK)
        in_force = Dossier(kind="taskbook", code="t1", state="in_force", content=book, city="0503")
        programme.store.dossiers.record([in_force], by="test", what="taskbook: test", reason="test")
        yield programme


@pytest.fixture
def here(programme, serve):
    with serve(programme) as address:
        yield address


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def recording(folder):
    """Write the hours of March: 24 days of 30 ug/m3, then a week of 200."""
    hours = ((BEGINS + timedelta(hours=hour), hour < QUIET * 24) for hour in range(DAYS * 24))
    lines = [f"{at.isoformat()},a,{30 if is_quiet else 200}" for at, is_quiet in hours]
    file = folder / "air.csv"
    file.write_text("at,sensor,no2\n" + "\n".join(lines) + "\n")
    return file


def test_a_stranger_sees_the_indicator_move_and_reads_the_alert_on_every_page(
    programme, here, page, tmp_path
):
    replay = programme.feeds.replay("air", recording(tmp_path), speed=TWO_DAYS, wait=lambda _seconds: None)
    assert len(list(islice(replay, QUIET // 2))) == QUIET // 2
    programme.live.run(until_idle=True)
    page.goto(f"{here}/operations")
    figure = page.locator("#figures tr", has_text="Monthly mean of NO2").locator("td[data-title=Value]")
    assert figure.inner_text() == "30 ug/m3"
    assert "Monthly mean of NO2" not in page.inner_text("#alerts")

    assert list(replay), "the week of 200"
    programme.live.run(until_idle=True)
    page.reload()
    mean = (24 * 30 + 7 * 200) / 31
    assert figure.inner_text() == f"{mean:.2f} ug/m3"
    page.click("#alerts a:has-text('Monthly mean of NO2')")
    assert f"Monthly mean of NO2 of Delft was {mean:.4f} ug/m3 in Mar 2026" in page.inner_text("main")
    assert "at the start to the target of" in page.inner_text("main")

    alert_file = page.request.get(here + page.get_attribute("main a:has-text('CAP')", "href"))
    assert alert_file.headers["content-type"].startswith("application/cap+xml")
    assert "<status>Actual</status>" in alert_file.text()
    assert "<headline>Delft: Monthly mean of NO2</headline>" in alert_file.text()
    page.goto(f"{here}/cities/0503/progress")
    assert "Alert: Monthly mean of NO2" in page.inner_text("#progress")
