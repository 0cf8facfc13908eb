"""Verdict: the first page of a city says how it stands, what it gets, what it pays, and what is unknown."""

import html
import re

import polars as pl
import pytest

from urbium.web.views.cities.city import TABS

SCORED, UNSCORED = "130100", "340100"


def words(page):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.split("<main")[1])))


def verdict_of(client, code):
    return words(client.get(f"/cities/{code}").text.replace("<main", "").replace('id="verdict"', "<main>", 1))


def test_a_scored_city_is_told_its_rank_with_its_range_among_how_many(client, programme):
    table = programme.adopted("scores").table
    row = table.row(by_predicate=pl.col("city") == SCORED, named=True)
    said = verdict_of(client, SCORED)

    place = f"{row['rank']} of {table['rank'].count()} cities"
    assert f"scores {row['score']:.1f} out of 100 and ranks {place}" in said
    assert f"between {row['rank_low']} and {row['rank_high']} in at least 90% of the runs" in said


def test_it_is_told_what_the_plan_builds_who_pays_and_what_share_it_achieves(client, programme):
    plan = programme.adopted("plan")
    count = plan.table.filter(city=SCORED).height
    closed, improvable = plan.closed.filter(city=SCORED).select(pl.col("closed", "improvable").sum()).row(0)
    said = verdict_of(client, SCORED)
    shares = re.findall(r"\((\d+)%\)", said.split("paid from")[1].split(";")[0])

    assert f"The plan builds {count} projects here by" in said
    assert abs(sum(map(int, shares)) - 100) <= len(shares)
    assert f"it achieves {closed / improvable:.1%}" in said


def test_it_is_told_what_it_pays_for_ever_beside_its_limit_and_what_is_unsigned(client, programme):
    space = programme.finances.space()
    later = space.yearly(space.later.filter(city=SCORED))
    share = (later["used"] / later["limit"]).max()
    standing = programme.finances.signed().standing.filter(pl.col("project").str.starts_with(f"{SCORED}:"))
    said = verdict_of(client, SCORED)

    assert f"{share:.0%} of the city's limit" in said
    assert f"nothing planned in its place: {standing['stands'].sum()} of {standing.height}." in said


def test_a_city_without_a_score_is_told_which_figures_give_it_one_and_no_guest_is_led_to_sign_in(
    client, programme
):
    needed = programme.needed_figures(UNSCORED)
    page = client.get(f"/cities/{UNSCORED}").text

    assert needed == ["gdp"]
    assert "One more sound figure for 2012 would give the city a score: Gross domestic product" in words(page)
    assert 'href="/figures"' not in page


def test_those_figures_do_give_it_a_score(programme):
    """GDP alone makes three indicators: with the middle value of each, the city is scored."""
    leaves = programme.adopted("scores").indicators
    middles = dict(leaves.group_by("indicator").agg(pl.col("value").median()).iter_rows())
    of_gdp = {(UNSCORED, name): middles[name] for name in ("gdp_per_head", "so2_per_gdp", "nox_per_gdp")}

    assert programme.what_if(values=of_gdp).table.filter(city=UNSCORED)["score"].item() is not None


def test_without_any_result_each_part_says_that_nothing_is_known(open_client, bare):
    with open_client(bare) as visitor:
        said = verdict_of(visitor, "340100")

    assert "No score has been adopted yet" in said
    assert "No plan has been adopted yet" in said


@pytest.mark.parametrize("code", [SCORED, UNSCORED])
def test_each_page_of_a_city_leads_to_all_others_and_marks_itself(client, code):
    for end in TABS:
        page = client.get(f"/cities/{code}/{end}".rstrip("/")).text
        tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]

        assert re.findall(r'href="([^"]+)"', tabs) == [f"/cities/{code}/{each}".rstrip("/") for each in TABS]
        assert tabs.count("aria-current") == 1
        assert f'href="/cities/compare?city={code}"' in page


def test_a_grade_that_all_figures_share_is_said_once_a_panel(client):
    page = client.get(f"/cities/{SCORED}/figures").text
    for panel in ("score", "facts"):
        assert page.split(f'id="{panel}"')[1].split("</section>")[0].count("source states no quality") == 1


def test_indicators_are_called_in_chinese_where_a_city_is_best_and_worst(client):
    page = words(client.get("/cities/530600", headers={"Accept-Language": "zh"}).text)
    said = re.search(r"表现最好的指标：(.*?)（.*?最弱的指标：(.*?)（", page)
    assert not re.search("[a-z]{3}", said[1] + said[2])
