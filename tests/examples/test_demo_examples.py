"""The demo's example work is called so; figures, scores, plan and publication are the same without it."""

import re
import shutil
from datetime import UTC, datetime
from statistics import mean
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import urbium
from urbium.access import ANYBODY
from urbium.errors import ConflictError, InputError
from urbium.examples import demo_platform
from urbium.examples.demo import DEMO, about, ask_for_plan_without_loans, open_demo
from urbium.examples.demo_platform import _air
from urbium.platform.entities import Feed

KINDS = (
    "application", "taskbook", "report", "feed", "alert", "resource", "data_request", "mandate", "offer",
    "interest",
)  # fmt: skip
CALLED = re.compile(r"\(example( \w+)?\)|made up|^Example of", re.IGNORECASE)


@pytest.fixture(scope="module")
def demo(demo_file):
    with urbium.open(demo_file) as programme:
        yield programme


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    """Return the demo as it is before any example is filled in, but for its calls."""
    with open_demo(tmp_path_factory.mktemp("without") / "demo.db", with_plan=False) as programme:
        yield programme


def test_the_office_asks_for_the_plan_that_needs_no_money_from_outside(demo_file, tmp_path):
    with urbium.open(shutil.copy(demo_file, tmp_path / "demo.db")) as programme:
        ask_for_plan_without_loans(programme)
        office = programme.people.named("office")
        job = programme.jobs.opened(office, programme.jobs.listed(office)[0].id)
        funds = programme.adopted("plan").roadmap.funds
    outside = funds.filter(payer="outside")["fund"].to_list()
    assert job.request["asked"]["funds"] == dict.fromkeys(outside, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_made_up_is_called_so_in_its_title(demo, kind):
    office = demo.people.named("office")
    titles = [str(one.dossier.content["title"]) for one in demo.casework.listed(office, kind)]
    assert [title for title in titles if not CALLED.search(title)] == []


@pytest.mark.parametrize("kind", ["taskbook", "report", "feed", "alert", "resource"])
def test_everybody_finds_an_example_to_look_at(demo, kind):
    assert demo.casework.listed(ANYBODY, kind)


def test_an_example_of_an_alert_is_of_a_month_that_is_over(demo):
    this_month = f"{demo.settings.today():%Y-%m}"
    periods = [one.dossier.content.get("period") for one in demo.casework.listed(ANYBODY, "alert")]
    assert all(period < this_month for period in periods if period)
    assert any(periods)


@pytest.mark.parametrize("now", [datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in (15, 16, 17, 23)])
def test_a_month_that_has_just_begun_has_no_value_or_the_mean_of_the_others(now):
    feed = Feed("air", "AirQualityObserved", ZoneInfo("Asia/Shanghai"))  # where the day begins at 16:00 UTC
    sensor = pl.read_csv(DEMO / "sensors.csv", infer_schema=False).row(0, named=True)
    values = {
        datetime.fromisoformat(one["NO2"]["observedAt"]).astimezone(feed.zone): one["NO2"]["value"]
        for one in _air(feed, [sensor], now)
    }
    assert max(values) <= now
    by_month = [[value for at, value in values.items() if at.month == month] for month in (11, 12)]
    assert all(mean(month) == pytest.approx(float(sensor["no2_mean"])) for month in by_month if month)


@pytest.mark.parametrize(
    ("who", "waits"),
    [
        ("city", {"application", "report", "alert"}),
        ("signatory", {"agreement", "resource", "data_request"}),
        ("office", {"application", "taskbook", "resource", "alert"}),
        ("province", {"application"}),
        ("expert", {"review"}),
        ("partner", {"agreement"}),
    ],
)
def test_everybody_finds_work_on_the_desk(demo, who, waits):
    assert {one.dossier.kind for one in demo.casework.waiting(demo.people.named(who))} == waits


def test_what_the_demo_offers_by_itself_stands_at_the_address_at_which_it_is_served(demo, monkeypatch):
    brought = []
    resources = type(
        "Resources", (), {"bring": lambda _, __, table, **___: brought.append(table.read_text())}
    )
    monkeypatch.setattr(type(demo), "resources", resources())
    monkeypatch.setattr(demo_platform, "_STEPS", {})
    with pytest.raises(ConflictError):  # the one that is asked for is there already
        demo_platform.list_resources(demo, DEMO / "resources.csv", "340200", "https://demo.example.org")
    assert "https://demo.example.org/api/outlook/340200" in brought[0]
    assert demo_platform.ADDRESS not in brought[0]


def test_the_figures_are_those_of_the_tables_of_the_demo_and_no_others(demo):
    columns = ("variable", "period", pl.col("value").cast(pl.Float64), "unit", "area")
    rows = [
        pl.read_csv(DEMO / table, infer_schema=False).select(pl.col(place).alias("city"), *columns)
        for table, place in (("observations.csv", "city_code"), ("national.csv", "country"))
    ]
    stored = demo.observations(history=True).select("city", *columns)
    assert_frame_equal(stored, pl.concat(rows), check_row_order=False)


def test_nothing_is_summed_learnt_or_planned_from_the_example_report(demo):
    assert demo.track.progress().is_example
    assert demo.spending.reported().is_empty()
    assert demo.track.finished().is_empty()
    with pytest.raises(InputError, match="no report has been accepted"):
        demo.track.first_open_year()


def test_the_publication_has_no_task_book_and_no_live_value(demo):
    publication = demo.open_data.one()
    projects = pl.read_csv(demo.open_data.content(publication.id, "projects.csv"), infer_schema=False)
    assert set(projects["project"]) == set(demo.adopted("plan").table["project"])
    assert set(projects["basis"]) == {"plan"}
    sources = pl.read_csv(demo.open_data.content(publication.id, "sources.csv"), infer_schema=False)
    assert [name for name in sources["source"] if "example" in name or name.startswith("feed")] == []


@pytest.mark.long
def test_figures_scores_outlook_and_the_problem_of_the_plan_are_the_same_without_the_examples(demo, without):
    drop = ("recorded_at",)
    assert_frame_equal(demo.observations().drop(drop), without.observations().drop(drop))
    this = about()
    scored = (one.measure(this["index"], period=int(this["period"])).table for one in (demo, without))
    assert_frame_equal(*scored)
    ahead = (one.forecast(to=int(this["horizon"])).table for one in (demo, without))
    assert_frame_equal(*ahead)
    terms = {"years": this["years"], "budget": this["budget"]}
    roads = [one.roadmap(**terms) for one in (demo, without)]
    for name in ("projects", "effects", "gaps", "budgets", "funds", "figures"):
        assert_frame_equal(*(getattr(road, name) for road in roads))
    assert_frame_equal(demo.adopted("plan").roadmap.projects, roads[1].projects)


@pytest.mark.long
def test_the_publication_is_the_same_without_the_examples(demo, without):
    without.adopt(demo.adopted("plan"), by="test", reason="the same plan", accept_unproven=True)
    again = without.publish(by="test", formats=["csv"])
    newest = demo.open_data.one()
    for name in ("figures.csv", "projects.csv", "project_figures.csv", "places.csv", "sources.csv"):
        ours, theirs = (
            pl.read_csv(one.open_data.content(publication.id, name), infer_schema=False)
            for one, publication in ((demo, newest), (without, again))
        )
        columns = [
            column for column in ours.columns if column != "origin"
        ]  # names the instant of the results
        assert_frame_equal(ours.select(columns), theirs.select(columns))


def test_the_note_on_soot_says_how_it_stands_to_sulphur_dioxide_in_the_median_city(demo):
    figures = demo.observations(variables=["industrial_nox", "industrial_so2"])
    usable = figures.filter(pl.col("status") == "reported").unique(["city", "variable", "period"])
    both = usable.pivot("variable", index=["city", "period"], values="value").drop_nulls()
    share = both.with_columns(share=pl.col("industrial_nox") / pl.col("industrial_so2"))
    middles = share.group_by("period").agg(pl.col("share").median())["share"]

    note = str(demo.catalogue.variables["industrial_nox"].definition)
    assert f"in the median city {middles.min():.0%} to {middles.max():.0%} of that of sulphur dioxide" in note
