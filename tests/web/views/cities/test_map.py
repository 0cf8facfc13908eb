"""Map: a figure and a year by address, classes that filter map and table alike, and a city that is marked."""

import html
import random
import re

import polars as pl
import pytest

import urbium
from urbium.model import City

CITIES = 286


def circles(page):
    return re.findall(r'<a href="/cities/(\w+)" tabindex="-1"><circle', page)


def rows(page):
    return re.findall(r'<tr data-city="(\w+)"', page)


def test_the_first_map_is_that_of_the_adopted_index(client, programme):
    page = client.get("/cities/map").text
    scores = programme.adopted("scores")
    assert scores.index.name["en"] in re.search(r"<h1>(.*?)</h1>", page)[1]
    assert len(circles(page)) == CITIES
    assert rows(page)[0] == scores.table.drop_nulls("rank").sort("rank")["city"][0]


def test_index_groups_indicators_projects_and_figures_can_be_chosen_in_this_order(client):
    groups = re.findall(r'<optgroup label="([^"]+)"', client.get("/cities/map").text)
    assert groups == ["Index and its groups", "Indicators of the index", "Plan", "Figures for the cities"]


@pytest.mark.parametrize("year", ["2005", "2012"])
def test_a_stored_figure_is_shown_for_the_year_of_the_address(client, programme, year):
    page = client.get(f"/cities/map?indicator=hospitals&year={year}&q=Hefei").text
    stored = programme.observations(cities=["340100"], variables=["hospitals"], periods=[year])["value"][0]
    assert f'<td class="num">{stored:g}<' in page


def test_a_figure_or_year_that_there_is_not_leads_to_the_first_that_there_is(client):
    page = client.get("/cities/map?indicator=happiness&year=1066").text
    assert "Yearbook index" in re.search(r"<h1>(.*?)</h1>", page)[1]


def test_the_filter_of_the_table_is_that_of_the_map(client, programme):
    page = client.get("/cities/map?province=Anhui").text
    of_region = set(programme.cities().filter(province_en="Anhui")["code"])
    assert set(circles(page)) == set(rows(page)) == of_region


def test_the_ranking_leads_to_the_map_of_the_cities_it_lists(client):
    page = client.get("/cities?province=Anhui&q=he").text
    to = html.unescape(re.search(r'href="(/cities/map\?[^"]*)"', page)[1])
    there = client.get(to).text
    listed = re.findall(r'<th scope="row"(?: translate="no")?><a href="/cities/(\w+)"', page)
    assert set(rows(there)) == set(listed) == set(circles(there))


def test_a_class_of_the_legend_filters_the_table_and_leaves_hints_of_the_others(client):
    page = client.get("/cities/map").text
    first = re.search(r'<ul class="shades"><li><a href="([^"]+)">.*?<small>(\d+)</small>', page)
    chosen = client.get("/cities/map" + html.unescape(first[1]).partition("#")[0]).text
    assert len(circles(chosen)) == int(first[2])
    assert f"of {first[2]}." in chosen
    assert 'class="dots"' in chosen
    assert 'aria-current="true"' in chosen


def test_cities_without_a_figure_are_counted_and_can_be_listed(client, programme):
    unknown = CITIES - programme.adopted("scores").table["score"].count()
    page = client.get("/cities/map?shade=none").text
    assert f"{unknown} cities have no figure." in page
    assert len(rows(page)) == unknown


def test_every_class_together_has_every_city(client):
    counts = re.findall(r"<small>(\d+)</small></a></li>", client.get("/cities/map").text)
    assert sum(map(int, counts)) == CITIES


def test_the_projects_of_the_plan_are_circles_by_cost_in_all_and_in_a_year(client, programme):
    plan = programme.adopted("plan").table
    costs = plan.group_by("city").agg(pl.col("capital").sum()).sort("capital", descending=True)
    page = client.get("/cities/map?indicator=projects").text
    assert rows(page)[0] == costs["city"][0]
    of_city = plan.filter(city=costs["city"][0])
    assert f"{of_city.height} projects, CNY" in page
    year = plan["start"].min()
    building = plan.filter(pl.col("start") <= year, pl.col("finish") >= year)["city"].n_unique()
    of_year = client.get(f"/cities/map?indicator=projects&year={year}").text
    idle = CITIES - building
    assert f"{idle} cit{'y has' if idle == 1 else 'ies have'} no projects." in of_year


def test_a_marked_city_is_ringed_on_the_map_named_in_a_card_and_marked_in_the_table(client):
    page = client.get("/cities/map?city=340100").text
    assert re.search(r'<a href="/cities/340100" tabindex="-1"><circle [^>]*stroke="#b4530a"', page)
    assert 'href="/cities/340100">Open its page' in re.search(r'<p class="picked">.*?</p>', page)[0]


def test_a_map_says_whose_its_borders_are_or_that_it_has_none(client):
    assert "No outline has been loaded" in client.get("/cities/map").text


def test_the_pictures_and_the_data_of_a_map_are_files_like_those_of_other_charts(client):
    page = client.get("/cities/map?indicator=hospitals&year=2012").text
    key = re.search(r'href="(/charts/[0-9a-f]{40})\.png"', page)[1]
    assert client.get(f"{key}.png").content.startswith(b"\x89PNG")
    assert b"<circle" in client.get(f"{key}.svg").content
    lines = client.get(f"{key}.csv").text.splitlines()
    assert lines[0].startswith("code,name,longitude,latitude,")
    assert len(lines) == CITIES + 1
    assert client.get(f"{key}-metadata.json").json()["dc:source"]


def test_a_programme_without_places_or_figures_has_a_page_that_says_so(empty):
    page = empty.get("/cities/map")
    assert page.status_code == 200
    assert "2 cities have no coordinates and appear only in the table." in page.text


@pytest.mark.long  # registers ten thousand places
def test_ten_thousand_places_make_a_small_page(tmp_path, open_client):
    draw = random.Random(3)
    cities = [
        City(f"M{at:05d}", {"en": f"Pueblo {at}"}, "town", {"en": f"Estado {at % 32}"},
             latitude=draw.uniform(15, 32), longitude=draw.uniform(-117, -87))
        for at in range(10_000)
    ]  # fmt: skip
    with urbium.new(tmp_path / "many.db", nation="MX") as programme:
        programme.register(cities=cities, by="office", reason="a beginning")
        with open_client(programme) as client:
            page = client.get("/cities/map", headers={"Accept-Encoding": "gzip"})
            assert int(page.headers["content-length"]) < 120_000
            assert "9,500 smaller cities are shown as dots" in page.text


def test_a_figure_whose_row_is_in_doubt_says_so_in_the_table_the_card_and_the_file(client):
    of_year = "/cities/map?indicator=hospital_beds&province=Anhui&year="
    page = client.get(f"{of_year}2012&city=340100").text
    row = page.partition('<tr data-city="340100"')[2].partition("</tr>")[0]
    assert ">in doubt</small>" in row
    assert "in doubt: its row in the source" in re.search(r'<p class="picked">(.*?)</p>', page)[1]
    assert "in doubt" not in page.partition('<tr data-city="340200"')[2].partition("</tr>")[0]
    header, *lines = client.get(f"{of_year}2012&format=csv").text.splitlines()
    assert header.endswith("In doubt")
    assert [line.split(",")[1] for line in lines if "another year or place" in line] == ["340100"]
    assert "In doubt" not in client.get(f"{of_year}2005&format=csv").text
