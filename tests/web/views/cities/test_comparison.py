"""Comparison: cities side by side, why one is ahead, and how a search leads to one of them."""

import html
import re

import polars as pl
import pytest

from urbium.web.views.finding import city_typed

BEST, OTHER, UNSCORED = "440300", "130100", "340100"


def rows_of(page):
    """Return the cells of each row of the table by what stands before them."""
    rows = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', page.split('id="table"')[1])
    return {html.unescape(name): re.findall(r"<span>(.*?)</span>", cells) for name, cells in rows}


def test_each_city_has_a_column_with_its_scores_people_plan_and_services(client, programme):
    rows = rows_of(client.get(f"/cities/compare?city={BEST}&city={OTHER}&city={UNSCORED}").text)
    scores, plan = programme.adopted("scores").table, programme.adopted("plan")
    ranked = scores.row(by_predicate=pl.col("city") == OTHER, named=True)
    served = plan.roadmap.cities.filter(city=OTHER)["weight"].item()
    capital = plan.table.filter(city=OTHER)["capital"].sum()

    assert {len(cells) for cells in rows.values()} == {3}
    assert rows["Score (0 to 100)"][1] == f"{ranked['score']:.1f}"
    assert rows["Score (0 to 100)"][2].startswith("unknown: ")
    assert rows["Rank, and the range in which it lies in at least 90% of the runs"][1] == (
        f"{ranked['rank']} ({ranked['rank_low']} to {ranked['rank_high']})"
    )
    assert rows["Projects"][1] == str(plan.table.filter(city=OTHER).height)
    assert rows["Cost to build, per person served"][1] == f"CNY {capital / served:.3g}"
    assert "shortage" in rows["Hospital beds"][1]
    assert "(estimated for 2015, " in rows["People, last known figure"][1]


def test_the_cost_for_each_person_is_written_as_the_page_for_citizens_writes_it(client):
    rows = rows_of(client.get(f"/cities/compare?city={UNSCORED}").text)
    citizens = client.get(f"/cities/{UNSCORED}/citizens").text

    costs = ("Cost to build", "Annual cost to operate and renew")
    said = [rows[f"{what}, per person served"][0] for what in costs]
    sentence = f"a one-off {said[0]} to build, and {said[1]} a year to operate and renew"
    assert sentence in html.unescape(citizens)


def test_who_names_no_city_is_offered_pairs_that_open_a_comparison(client, programme):
    page = client.get("/cities/compare").text
    offered = re.findall(r'href="(/cities/compare\?city=[^"]+)"', page)
    ranked = programme.adopted("scores").table.drop_nulls("rank").sort("rank", "city")["city"]

    assert html.unescape(offered[0]) == f"/cities/compare?city={ranked[0]}&city={ranked[-1]}"
    for address in offered:
        assert 'id="table"' in client.get(html.unescape(address)).text
    assert "Highest and lowest score" not in client.get(f"/cities/compare?city={BEST}").text


def test_a_city_without_a_score_says_why_and_what_is_missing_as_its_own_page_does(client):
    page = client.get(f"/cities/compare?city={BEST}&city={UNSCORED}").text
    (said,) = re.findall(r'<p class="notice">(Hefei has no score in .*?)</p>', page)
    assert f'href="/cities/{UNSCORED}/figures"' in said
    page_of_city = html.unescape(client.get(f"/cities/{UNSCORED}").text)
    for sentence in html.unescape(said.partition(" <a ")[0]).split(". "):
        assert sentence.removesuffix(".") in page_of_city


def test_a_city_without_a_score_is_named_below_the_chart(client):
    page = client.get(f"/cities/compare?city={BEST}&city={UNSCORED}").text
    assert "Hefei has no score and is therefore not in the chart." in page
    assert "therefore" not in client.get(f"/cities/compare?city={BEST}&city={OTHER}").text


def test_it_says_why_the_best_is_ahead_of_each_other_scored_city(client, programme):
    page = html.unescape(client.get(f"/cities/compare?city={OTHER}&city={UNSCORED}&city={BEST}").text)
    gaps = page.split('id="gaps"')[1].split("</section>")[0]
    gap = programme.gap(BEST, OTHER)

    assert gaps.count("<h3>") == 1
    assert repr(gap) in gaps
    assert str(gap.notes[0]) in gaps
    for part in gap.table.filter(pl.col("node").is_in(list(gap.pillars)))["part"]:
        assert f"{part:+.1f}" in gaps.replace("−", "-")


def test_a_name_that_is_no_city_is_said_and_the_others_are_compared(client):
    page = html.unescape(client.get("/cities/compare?city=Hefe&city=Beijing&city=110000").text)

    assert "There is no city 'Hefe'; did you mean 'Hefei'?" in page
    assert 'value="Hefe"' in page
    assert len(rows_of(page)["Projects"]) == 1


def test_more_than_four_cities_are_refused(client):
    query = "&".join(f"city={code}" for code in ("110000", "120000", "130100", "130200", "130300"))

    assert client.get(f"/cities/compare?{query}").status_code == 400


def test_one_city_alone_is_offered_those_most_similar_to_it(client, programme):
    page = html.unescape(client.get(f"/cities/compare?city={OTHER}").text)

    for peer in programme.profile(OTHER).peers["city"].head(3):
        assert f'href="/cities/compare?city={OTHER}&city={peer}"' in page


def test_cities_of_a_bare_programme_are_compared_in_what_is_unknown(open_client, bare):
    with open_client(bare) as visitor:
        page = visitor.get("/cities/compare?city=340100&city=340200")

    assert page.status_code == 200
    assert rows_of(page.text)["Score (0 to 100)"] == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("hefei", "/cities/340100"),
        ("合肥", "/cities/340100"),
        ("340100", "/cities/340100"),
        ("anhui", "/cities?q=anhui"),
        ("nowhere at all", "/cities?q=nowhere+at+all"),
        ("", "/cities?q="),
    ],
)
def test_a_search_with_one_hit_leads_to_the_city_and_with_several_to_the_list(client, words, address):
    answer = client.get("/cities/find", params={"q": words}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (302, address)


@pytest.mark.parametrize(("typed", "code"), [("hf", "340100"), ("lu an", "341500"), ("luan", "341500")])
def test_a_city_is_found_as_the_search_finds_it(programme, typed, code):
    assert city_typed(programme, typed).code == code


def test_a_wrong_chinese_name_is_answered_with_the_nearest_in_chinese(client):
    page = client.get("/cities/compare?city=蚌布市", headers={"Accept-Language": "zh"})
    assert "您是否要找：“蚌埠市”？" in page.text


def test_the_chart_names_its_cities_index_and_year_and_only_the_sources_of_what_is_drawn(client):
    page = client.get("/cities/compare?city=530100&city=510100").text
    assert "Kunming and Chengdu: scores by field, Yearbook index, 2012" in page
    drawn = client.get(re.search(r"/charts/[0-9a-f]+\.svg", page)[0]).text
    assert "National Bureau" in drawn
    assert "World Bank" not in drawn


def test_an_order_that_other_choices_often_reverse_is_not_called_certain(client, programme):
    ranks = programme.adopted("scores").table.drop_nulls("rank").sort("rank", "city")["city"].to_list()
    close = client.get(f"/cities/compare?city={ranks[20]}&city={ranks[21]}").text
    far = client.get(f"/cities/compare?city={ranks[0]}&city={ranks[-1]}").text
    assert "but the order is not certain</h3>" in close
    assert "not certain</h3>" not in far
    assert "may differ by 0.1" in close


def test_a_single_city_is_offered_its_nearest_cities(client):
    page = client.get(f"/cities/compare?city={UNSCORED}").text
    nearest = page.partition("Nearest cities:")[2].partition("</p>")[0]
    assert nearest.count("<a ") == 6
    assert "Wuhu" in nearest or "Lu&#39;an" in nearest
    assert "Nearest cities:" not in client.get(f"/cities/compare?city={UNSCORED}&city={BEST}").text
