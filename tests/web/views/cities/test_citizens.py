"""The page of a city for its citizens: it says in plain words what is built, and nothing that is unknown."""

import re

import polars as pl
import pytest

from urbium.web.views.cities.city_citizens import _moved, _stands, _unanswered

CITY = "340200"


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('<main id="main"')[1].split("</main>")[0]))


def test_it_names_everything_that_is_built_and_says_what_was_reported(client, programme):
    page = client.get(f"/cities/{CITY}/citizens").text
    here = programme.adopted("plan").table.filter(city=CITY)
    assert page.count("<li><h3") == here.height
    assert f"The plan has {here.height} projects in Wuhu, from 2016 to 2020" in words(page)
    assert "The reports here are made-up examples" in words(page)
    assert "Due to be finished in 2016, but not finished by the end of 2016." in words(page)
    assert "Not yet begun, according to the last report (for 2016)." in words(page)


def test_under_each_project_stands_what_people_notice_and_how_well_that_is_founded(client):
    page = client.get(f"/cities/{CITY}/citizens").text
    item = words(f'<main id="main"{page.partition("/SPEEDCAM")[2].partition("</li></ul>")[0]}</main>')
    assert "Fatal and serious crashes at sites: 11 to 44% less (camera sites) measured elsewhere" in item
    assert "is not a forecast for this city" in page


def test_without_yearly_figures_on_the_air_the_page_says_what_sensors_report_and_which_alert_is_in_force(
    client,
):
    page = client.get(f"/cities/{CITY}/citizens").text
    said = words(page)
    assert "Whether air, water and jobs improved or worsened is unknown: no yearly" in said
    assert re.search(
        r"Sensors that report live: Monthly mean of NO2 \(example\), 55 ug/m3 in \w{3} \d{4}\.", said
    )
    assert "98th percentile" not in said
    assert re.search(r"Alert since \w{3} \d{4}: Monthly mean of NO2", said)
    assert f'href="/operations?city={CITY}"' in page


def test_the_age_of_live_figures_is_that_of_the_newest_observation_and_not_of_the_last_message(
    client, programme
):
    newest = programme.operations.sensors(city=CITY).sort("last").row(-1, named=True)
    for page in (f"/cities/{CITY}", f"/cities/{CITY}/citizens"):
        said = words(client.get(page).text)
        found = re.search(
            r"fictitious examples: air quality \(last observed on ([^,]+), ([\d,.]+) hours", said
        )
        assert found[1].startswith(f"{newest['last']:%Y-%m-%d}")
        assert float(found[2].replace(",", "")) == pytest.approx(newest["hours"], abs=0.2)
        assert re.search(r"service requests \(last sent on [^,]+, [\d,.]+ hours ago\)", said)


def test_where_nothing_reports_live_nothing_is_said_of_sensors(client):
    said = words(client.get("/cities/340100/citizens").text)
    assert "Sensors that report live" not in said
    assert "Hefei sends this programme no live figures." in said


def test_a_city_is_followed_by_a_feed_that_says_in_the_language_of_its_reader_what_changed_there(client):
    for page in (client.get("/cities/340100").text, client.get("/cities/340100/citizens").text):
        assert 'href="/cities/340100/feed.atom?lang=en" title="News of Hefei"' in page
        assert "Follow Hefei: news as a feed" in page
        assert re.search(r"<code[^>]*>http://[^<]*/cities/340100/feed.atom\?lang=en</code>", page)
    feed = client.get(f"/cities/{CITY}/feed.atom").text
    assert "Yearly report 2016 (example): accepted" in feed
    assert "A new plan was adopted: which projects are built where and when, and who pays" in feed
    assert "Monthly mean of NO2 (example) (alert): raised" in feed
    assert "Yearly report" not in client.get("/cities/340100/feed.atom").text
    assert 'xml:lang="zh"' in client.get(f"/cities/{CITY}/feed.atom?lang=zh").text
    client.cookies.delete("lang")
    assert client.get("/cities/nowhere/feed.atom").status_code == 404


def test_what_changed_is_shown_of_one_city_alone(client):
    page = client.get("/", params={"since": "2000-01-01", "city": CITY}).text
    told = page.partition('id="news"')[2].partition("</ul>")[0]
    assert "Changed in Wuhu since" in told
    assert f"/cities/{CITY}/plan" in told
    assert "New scores and ranks" not in words(
        client.get("/", params={"since": "2999-01-01", "city": CITY}).text
    )


def test_figures_are_said_to_be_entered_apart_from_corrected_and_no_scores_to_be_of_a_city_without_one(
    client,
):
    told = words(client.get("/", params={"since": "2000-01-01", "city": "340100"}).text)
    assert re.search(r"\d+ figures were entered: ", told)
    assert "No figure has been corrected" in told
    assert "were corrected" not in told
    assert "New scores and ranks of the cities were adopted; this city has no score in them" in told


def test_of_a_plan_of_which_nothing_is_known_to_be_built_the_page_says_what_is_planned(client):
    assert "What is planned here, and is it on time?" in client.get("/cities/340100/citizens").text
    assert "What is being built here, and is it on time?" in client.get(f"/cities/{CITY}/citizens").text


def test_a_plain_question_leads_to_the_outlook_of_the_services(client):
    page = client.get(f"/cities/{CITY}/citizens").text
    assert f'href="/cities/{CITY}/services#short">Will there be enough doctors' in page
    assert 'id="short"' in client.get(f"/cities/{CITY}/services").text


def test_what_it_costs_each_person_is_the_plan_divided_by_the_people_served(client, programme):
    plan = programme.adopted("plan")
    said = words(client.get(f"/cities/{CITY}/citizens").text)
    build, yearly, served = re.search(
        r"one-off CNY ([\d.]+) to build, and CNY ([\d.]+) a year to operate and renew what is built, "
        r"for each of the ([\d.]+) million",
        said,
    ).groups()
    running = plan.table.filter(city=CITY).select(pl.col("operation") + pl.col("renewal")).sum().item()
    weight = plan.roadmap.cities.filter(city=CITY)["weight"].item()
    assert float(served) == pytest.approx(weight, rel=0.01)
    assert float(build) == pytest.approx(plan.table.filter(city=CITY)["capital"].sum() / weight, rel=0.01)
    assert float(yearly) == pytest.approx(running / weight, rel=0.01)
    assert "Until agreements are signed, who pays is an assumption of the plan." in said
    assert re.search(r"Who is counted as served: urban agglomeration \d{4}", said)


def test_a_city_without_a_report_says_that_nothing_was_reported(client, programme):
    planned = programme.adopted("plan").table.filter(pl.col("city") != CITY)["city"][0]
    said = words(client.get(f"/cities/{planned}/citizens").text)
    assert "Whether it is on time is unknown: no one has reported on it yet." in said
    assert "The reports here are made-up examples" not in said
    assert "does not accept reports here yet" in said


def test_a_programme_without_a_plan_says_so_and_shows_no_sums(empty):
    said = words(empty.get(f"/cities/{CITY}/citizens").text)
    assert "No plan has been adopted yet." in said
    assert "for each of the" not in said


def test_a_town_that_the_plan_builds_nothing_in_is_told_so(own, open_client):
    with open_client(own) as visitor:
        said = [words(visitor.get(f"/cities/{town}/citizens").text) for town in ("A", "B")]
    built = set(own.adopted("plan").table["city"])
    for town, page in zip(("A", "B"), said, strict=True):
        assert ("The programme builds nothing in" in page) == (town not in built)


def test_what_a_solution_provides_can_be_reported_where_the_plan_has_it_at_work(programme):
    with_wifi = {one.code for one in programme.problem_reports.possible(CITY)}
    assert {"street_light", "wifi"} <= with_wifi
    assert "bike_share" not in with_wifi


def rows(**measures):
    return pl.DataFrame(
        [{"measure": name, "year": year, "planned": planned, "actual": actual}
         for name, (year, planned, actual) in measures.items()],
        schema={"measure": pl.String, "year": pl.Int64, "planned": pl.Float64, "actual": pl.Float64},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reported", "word"),
    [
        (rows(), "planned"),
        (rows(start=(2020, 2019, 2019), finish=(2020, 2022, 2020)), "finished"),
        (rows(start=(2022, 2019, 2019), finish=(2022, 2022, None)), "late"),
        (rows(start=(2020, 2019, 2019), finish=(2020, 2022, None)), "under way"),
        (rows(start=(2020, 2019, None), finish=(2020, 2022, None)), "late"),
        (rows(start=(2018, 2019, None), finish=(2018, 2022, None)), "planned"),
    ],
    ids=["no report", "finished early", "not finished in time", "begun", "not begun in time", "not due"],
)
def test_on_time_or_late_is_what_accepted_reports_say(reported, word):
    assert str(_stands({"finish": 2022}, reported, 2022)[1]) == word


def test_a_project_that_nobody_reported_on_is_not_called_planned_after_its_time():
    assert str(_stands({"finish": 2022}, rows(), 2023)[1]) == "no report"
    assert "to be finished in 2022" in _stands({"finish": 2022}, rows(), 2023)[2]


@pytest.mark.parametrize(
    ("begun", "word"), [([2012], "not comparable"), ([2004], "worse"), ([2013], "worse")]
)
def test_nothing_is_better_or_worse_where_the_boundary_changed_in_between(begun, word):
    assert str(_moved({"first": 2004, "last": 2012, "gain": -1.0}, [], begun)[1]) == word


def test_wuhu_which_took_in_counties_is_not_compared_with_before(client):
    page = client.get("/cities/340200/citizens").text
    assert "Not comparable: from 2012, the city" in page
    assert "Not comparable" not in client.get("/cities/340100/citizens").text


def test_of_what_is_known_of_one_year_alone_the_year_is_said():
    figures = pl.DataFrame({"indicator": ["industrial_so2"]})
    said = [str(one) for one in _unanswered(figures, {"air": ["2012"], "water": [], "jobs": []})]
    assert said[0].startswith("Whether water and jobs improved or worsened is unknown: ")
    assert said[1].startswith("The only figures on air are for 2012; to say whether anything changed, ")


def test_the_link_to_all_years_leads_to_figures_whose_years_are_unfolded(client):
    to = re.search(r'href="([^"]*)">All figures, year by year', client.get(f"/cities/{CITY}/citizens").text)[
        1
    ]
    page = client.get(to).text
    assert to.endswith("#facts")
    assert '<details class="history" open>' in page
    assert '<details class="history">' not in page
    assert '<details class="history">' in client.get(f"/cities/{CITY}/figures").text


def test_of_a_row_in_doubt_the_suspect_figures_never_count_and_the_rest_counts_as_on_every_page(
    client, programme
):
    """Hefei's row of 2012 continues its series before 2004; its revenue is suspect, its beds are not."""
    last = dict(programme.scores.over_time("340100").select("indicator", "last").iter_rows())
    page = client.get("/cities/340100/citizens").text

    assert programme.scores.doubted_years("340100") == [2012]
    assert (last["hospital_beds_per_100k"], last["fiscal_revenue_ratio"]) == (2012, 2006)
    assert page.count("their row in the source may be for another year or place") == 1
    assert "In doubt: one of the two years is from a row of the source" in page
    assert "All figures below are from 2012 or earlier" in page


def test_what_industry_emits_does_not_pass_for_the_air_that_people_breathe(client):
    """Hefei reports its sulphur dioxide and soot in tonnes, and nothing on water or jobs."""
    changed = (
        client.get("/cities/340100/citizens").text.partition('id="changed"')[2].partition("</section>")[0]
    )

    assert "Industrial sulphur dioxide emissions" in changed
    assert "Whether air, water and jobs improved or worsened is unknown: no yearly" in changed
    assert "do not show how clean the air is that people breathe here" in changed


def test_what_rests_on_a_population_in_doubt_says_so_and_nothing_else_does(client, programme):
    """The people of Hefei's row of 2012 are used, with a note; those of Wuhu are sound."""
    said = "in doubt: the population of 2012 may be for another year or place"

    paper = str(programme.documents.content(programme.documents.compose("city", "340100"), "md"), "utf-8")

    assert ("340100", "population_year_end", 2012) in programme.register.doubted().rows()
    assert "population of 2012, on which the projection rests, may be for another year" in paper
    assert said in client.get("/cities/340100/services").text
    assert said not in client.get("/cities/340200/services").text
    assert said in client.get("/cities/compare?city=340100&city=340200").text
    assert "In doubt: the population of" not in client.get("/cities/340100/people").text  # that of 2015
    assert "of known capacity are in doubt: the population of 2012" in client.get("/cities/340100").text
    assert "</a> <small>in doubt</small></td>" in client.get("/cities/340100/figures").text
    assert "In doubt: the population of 2012, on which" in client.get("/cities/150700/people").text


def test_what_became_better_names_its_years_and_leaves_out_what_only_compares_cities(client, programme):
    page = client.get(f"/cities/{CITY}/citizens").text
    changed = page.partition('id="changed"')[2].partition("</section>")[0]
    kept = programme.scores.over_time(CITY)
    assert kept.height > 3
    assert not {"so2_per_gdp", "nox_per_gdp", "gdp_per_head"} & set(kept["indicator"])
    for heading in ("Before", "After"):
        assert f">{heading}</th>" not in changed
    if kept["last"].n_unique() == 1:
        assert f">{kept['last'][0]}, the last known year</th>" in changed
    else:
        assert ">Last known year</th>" in changed
    assert "they can be compared between cities, but not between years" in changed


def test_of_a_row_in_doubt_nothing_is_called_better_or_worse(client):
    page = client.get("/cities/340100/citizens").text
    changed = page.partition('id="changed"')[2].partition("</section>")[0]

    rows = [row for row in re.findall(r"<tr>.*?</tr>", changed, re.DOTALL) if "<small>2012</small>" in row]
    assert rows
    assert all(">in doubt</span>" in row for row in rows)
    assert "The source calls these figures nitrogen oxides" in client.get("/cities/340200/citizens").text
