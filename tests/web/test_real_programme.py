"""The real demo programme behind the pages: every address, in one pass, as a reader would find it."""

import html
import json
import re
from urllib.parse import unquote

import polars as pl
import pytest

from urbium.platform.harvest import code_of
from urbium.web.api.nouns import NOUNS
from urbium.web.pages import PAGES

CITY, OWN = "340100", "340200"
"""A city without a score; that of the people of the demo, which has one."""
RESOURCE = code_of(OWN, "yearbook")
PAGE_ADDRESSES = (
    "/",
    "/about/claims",
    "/cities",
    "/cities?q=anhui&province=Anhui&order=growth",
    "/cities/map",
    f"/cities/map?q=a&province=Anhui&indicator=hospitals&year=2011&shade=2&city={CITY}",
    "/cities/map?indicator=projects&year=2018",
    f"/cities/{CITY}",
    f"/cities/{CITY}/citizens",
    f"/cities/{CITY}/plan",
    f"/cities/{CITY}/people",
    f"/cities/{CITY}/services",
    f"/cities/{CITY}/figures",
    f"/cities/{CITY}/progress",
    f"/cities/compare?city={CITY}&city=130100",
    "/cities/find?q=Hefei",
    f"/cities/{CITY}/explain/score",
    f"/cities/{CITY}/explain/population",
    f"/cities/{CITY}/explain/nation",
    f"/cities/{CITY}/explain/workforce?name=output",
    f"/cities/{CITY}/explain/pressure?name=hospital_beds",
    "/cities/CHN/explain/nation?name=urban",
    "/cities/CHN/explain/ages",
    "/cities/CHN/explain/workforce?name=employment",
    f"/cities/{CITY}/explain/figure?name=gdp&period=2012",
    "/nation",
    "/indices",
    "/indices/yearbook",
    "/indices/yearbook?w.economy=70&way=z-score&mean=geometric&show=around&city=Hefei",
    "/indices/yearbook?show=all",
    "/indices/u4ssc",
    "/plan",
    "/plan/money",
    "/plan/afterwards",
    "/plan/where-and-when?year=2017",
    "/plan/staff",
    "/plan/risks",
    "/plan/projects?q=beijing&start=2017&order=cost",
    "/plan/proof",
    "/plan/compare",
    "/plan/compare?a=adopted&b=adopted",
    "/plan/why?city=110000&solution=CYBERSEC",
    "/plan/projects/110000/LED_SL",
    "/plan/projects/Sanya/AMI_W",
    "/plan/why?city=Hefei&solution=IOC",
    "/plan/why?city=Sanya&solution=AMI_W",
    "/track",
    "/track/lessons",
    "/operations",
    "/resources",
    f"/resources/{RESOURCE}",
    "/publications",
    "/market",
    "/market?sector=energy&order=capital",
    "/data",
    "/data?severity=warning&page=2",
    "/about/assumptions",
    "/about/solutions",
    "/about/solutions/LED_SL",
    "/about/pilots",
    "/about/sources",
    "/about/how-good",
    "/programme",
    f"/report?city={OWN}&kind=road",
    "/programme/agreements/mou-2015",
    "/notice",
)
NOUN_ADDRESSES = (
    "/api/summary",
    "/api/stages",
    "/api/stages/scores",
    "/api/cities",
    f"/api/cities/{CITY}",
    f"/api/cities/{CITY}/explain/score",
    f"/api/cities/{CITY}/explain/population",
    f"/api/cities/{CITY}/explain/figure?name=gdp&period=2012",
    "/api/scores",
    "/api/indices",
    "/api/indices/yearbook",
    "/api/indices/u4ssc",
    "/api/indices/yearbook/what-if?w.economy=70&way=rank&mean=harmonic",
    f"/api/outlook/{CITY}",
    "/api/nation",
    "/api/ages",
    f"/api/ages/{CITY}",
    "/api/workforce",
    f"/api/pressure/{CITY}",
    "/api/plan",
    "/api/plan/years",
    "/api/plan/compare",
    f"/api/plan/explain?city={CITY}&solution=IOC",
    "/api/faults",
    "/api/finance/space",
    "/api/finance/uses",
    "/api/talent",
    f"/api/talent/{CITY}",
    "/api/spending",
    "/api/market?order=start",
    "/api/track/progress",
    "/api/track/targets",
)
EMPTY = ("/api/plans", "/api/disagreements")
ABSENT = ("/api/households",)
TABLES = ("/downloads/cities.csv", "/downloads/projects.csv", "/downloads/faults.csv")


@pytest.fixture
def real(client):
    return client


def visible(page):
    """Return the words a reader sees: no scripts, no tags."""
    bare = re.sub(r"<script\b.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    return html.unescape(bare)


def figures_in(page):
    """Return variable, period and boundary of every figure that a page leads to."""
    found = re.findall(r'/explain/figure\?name=(\w+)&amp;period=([\w-]+)&amp;area=([^"&]+)', page)
    return [(variable, period, unquote(area)) for variable, period, area in found]


def test_the_demo_programme_keeps_no_other_plan_and_no_sources_of_it_disagree(real):
    assert [real.get(address).json() for address in EMPTY] == [[], []]


def test_the_page_of_data_says_which_figures_to_collect_first(real):
    """The demo measures green areas alone: of drinking water no city reports a figure."""
    panel = visible(real.get("/data").text).split("What to collect first")[1].split("Sources that")[0]
    assert "Measuring Drinking water quality first would be most valuable" in panel
    assert "Households covered by an audited Water Safety Plan" in panel
    assert "Green areas" not in panel


def test_every_route_is_visited_here():
    patterns = {
        re.compile("^" + re.sub(r"\{\w+:str\}", "[^/?]+", route) + r"(\?.*)?$"): route
        for handler in (*PAGES, *NOUNS)
        for route in handler.paths
    }
    visited = (*PAGE_ADDRESSES, *NOUN_ADDRESSES, *TABLES, *EMPTY, *ABSENT)
    missed = {
        route for pattern, route in patterns.items() if not any(pattern.match(each) for each in visited)
    }
    assert missed == {
        "/vega/{name:str}", "/charts/{name:str}",  # their names are on the pages
        "/publications/{code:str}",  # its name is a digest
        "/api/track/lessons/{solution:str}",  # no project of the demo has ended
        "/embed",  # the demo lets no other site show its charts
    }  # fmt: skip


@pytest.mark.parametrize("address", ABSENT)
def test_what_the_demo_does_not_know_is_refused_with_what_to_load(real, address):
    answer = real.get(address)
    assert answer.status_code == 404
    assert answer.json()["remedy"].startswith("load figures for")


@pytest.mark.parametrize("address", PAGE_ADDRESSES)
def test_a_page_of_the_real_programme_is_whole(real, address):
    answer = real.get(address)
    assert answer.status_code == 200, answer.text[-800:]
    assert re.findall(r"\b(?:nan|NaN|None|null|undefined|inf|True|False)\b", visible(answer.text)) == []
    assert "cannot be drawn" not in answer.text


@pytest.mark.parametrize("address", NOUN_ADDRESSES)
def test_a_noun_of_the_real_programme_is_plain_json(real, address):
    def refuse(word):
        raise AssertionError(word)

    answer = real.get(address)
    assert answer.status_code == 200, answer.text[-800:]
    assert json.loads(answer.text, parse_constant=refuse)
    assert re.search(r'"(?:None|nan|inf)"', answer.text) is None


@pytest.mark.parametrize("address", TABLES)
def test_a_table_of_the_real_programme_can_be_downloaded(real, address):
    answer = real.get(address)
    assert answer.status_code == 200
    assert answer.text.count("\n") > 100
    assert re.search(r"(?:^|,)(?:None|nan|NaN|inf)(?:,|$)", answer.text, re.MULTILINE) is None


def test_every_suspect_figure_of_a_city_is_shown_as_kept_out(programme, real):
    suspects = programme.observations(statuses=["suspect"])
    codes = programme.cities()["code"].to_list()
    counted = dict(suspects.group_by("city").len().iter_rows())
    most = sorted((code for code in codes if code in counted), key=lambda code: -counted[code])
    assert len(most) > 100
    for code in (*most[:5], *most[-5:], CITY):
        kept_out = real.get(f"/cities/{code}/figures").text.split('id="kept-out"')[1]
        told = figures_in(kept_out)
        stored = suspects.filter(pl.col("city") == code).select("variable", "period", "area").rows()
        assert sorted(told) == sorted(stored)


def test_every_suspect_figure_leads_to_its_cell(real):
    kept_out = real.get(f"/cities/{CITY}/figures").text.split('id="kept-out"')[1]
    links = re.findall(r'href="(/cities/[^"]+/explain/figure[^"]+)"', kept_out)
    assert links
    for link in links:
        answer = real.get(html.unescape(link))
        assert answer.status_code == 200
        assert "<dt>Cell</dt>" in answer.text


def test_a_suspect_figure_is_not_among_the_figures_of_a_city(programme, real):
    suspects = programme.observations(statuses=["suspect"], cities=[CITY])
    pages = [real.get(f"/cities/{CITY}/figures?page={number}").text for number in (1, 2, 3)]
    figures = "".join(page.split('id="facts"')[1].split('id="kept-out"')[0] for page in pages)
    assert suspects.height
    assert set(figures_in(figures)).isdisjoint(suspects.select("variable", "period", "area").rows())


def test_the_nation_has_no_page_and_the_answer_names_a_city(real):
    answer = real.get("/cities/CHN")
    assert answer.status_code == 404
    assert "there is no city &#39;China&#39;" in answer.text
    assert "did you mean" in answer.text


@pytest.mark.parametrize("solution", ["CYBERSEC", "IOC", "AMI_W"])
def test_a_solution_says_why_it_is_or_is_not_planned(programme, real, solution):
    assert solution in programme.catalogue.solutions
    words = visible(real.get("/plan/why", params={"city": CITY, "solution": solution}).text)
    assert programme.catalogue.solutions[solution].name in words
    assert "the catalogue's description of the solution" in words


def test_a_figure_changed_by_address_is_the_figure_changed_by_hand(programme, real):
    answer = real.get("/api/indices/yearbook/what-if?of=Shijiazhuang&figure=green_cover&value=45").json()
    by_hand = programme.what_if(values={("130100", "green_cover"): 45.0}).table
    assert {row["city"]: row["score"] for row in answer["cities"]} == dict(
        by_hand.select("city", "score").iter_rows()
    )
    assert answer["is_changed"]


def test_the_rank_in_an_indicator_is_the_same_wherever_a_city_reads_it(programme, real):
    sides = programme.profile(CITY)
    page = real.get(f"/cities/{CITY}/figures").text
    told = re.findall(r"rank (\d+) of (\d+)</small>", page)
    assert {(str(rank), str(of)) for rank, of in sides.strengths.select("rank", "of").iter_rows()} <= set(
        told
    )
