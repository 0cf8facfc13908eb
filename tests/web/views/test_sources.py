"""Where a figure is from: a link to the original, and what to know of it; no path is internal."""

import re


def test_the_page_of_a_figure_leads_to_its_original_and_says_what_to_know_of_it(client):
    page = client.get(
        "/cities/350200/explain/figure?name=population_year_end&period=2012&area=prefecture"
    ).text
    assert re.search(r'<a href="https://github\.com/jcdasheng/[^"]*" rel="noreferrer">', page)
    assert "were not checked against the printed yearbook" in page
    assert re.search(r"Entered at</dt><dd[^>]*>\d{4}-\d\d-\d\d \d\d:\d\d UTC\+8<", page)


def test_the_page_of_a_figure_names_the_file_the_sheet_the_row_and_the_heading_of_its_original(client):
    page = client.get("/cities/530100/explain/figure?name=hospital_beds&period=2012&area=prefecture").text
    assert (
        "the file “1999-2018 Cities data.xlsx”, sheet “new”, in the row with 城市 = 昆明市, 年份 = 2012,"
        in page
    )
    assert (
        "under the heading “医院、卫生院床位数_全市_张”. The number of the row has not been recorded." in page
    )


def test_the_value_of_an_indicator_leads_to_the_score_with_that_indicator_opened(client):
    page = client.get("/cities/530100/figures").text
    assert 'href="/cities/530100/explain/score?name=hospital_beds_per_100k#asked"' in page
    score = client.get("/cities/530100/explain/score?name=hospital_beds_per_100k").text
    asked = re.search(r'<li class="node" id="asked">\s*<details open>\s*<summary>.*?</summary>', score)[0]
    assert "Hospital beds per 100,000 registered persons" in asked


def test_addresses_in_the_list_of_sources_are_links_and_no_path_is_internal(client):
    pages = [client.get(f"/about/sources?page={number}").text for number in range(1, 10)]
    table = "".join(re.search(r"<tbody>.*</tbody>", page, re.DOTALL)[0] for page in pages)
    assert not re.search(r"\bhere \w|\breal/", table)
    read_at = re.findall(
        r'<td class="source"[^>]*>(https?://|<a href="https?://[^"]*" rel="noreferrer">)', table
    )
    assert read_at
    assert not any(one.startswith("http") for one in read_at)


def test_the_list_of_sources_is_searched_by_words(client):
    page = client.get("/about/sources?q=lateral+g20").text
    rows = re.findall(r"<tr.*?</tr>", re.search(r"<tbody>.*</tbody>", page, re.DOTALL)[0], re.DOTALL)
    assert rows
    assert all("lateral" in row.lower() and "g20" in row.lower() for row in rows)
    assert "No source matches." in client.get("/about/sources?q=qqqqqq").text


def test_a_standard_for_every_city_names_what_meets_it_and_its_nation(client, programme):
    page = client.get("/about/assumptions").text
    standards = re.search(r'<div id="promises">.*?</table>', page, re.DOTALL)[0]
    needed = {code for one in programme.catalogue.promises.values() for code in one.solutions}

    assert needed
    assert not any(f">{code}<" in standards for code in {*needed, "CHN"})
    assert all(str(programme.catalogue.solutions[code].name) in standards for code in needed)
    assert "<small>China</small>" in standards


def test_a_finding_of_a_nation_names_it_and_leads_to_no_city(client):
    page = client.get("/data?q=CHN").text
    assert "China</td>" in page
    assert "/cities/CHN" not in page.partition('id="table"')[2].partition("</table>")[0]


def test_a_long_origin_says_each_source_in_one_line_and_folds_what_is_long(client):
    page = client.get("/cities/CHN/explain/nation?name=nation").text
    tree = page[page.index('<ul class="tree">') : page.index("Sources of this figure")]
    assert '<dl class="origin">' not in tree
    assert "World Development Indicators · national.csv · D" in tree
    assert re.search(r"<details><summary>\d+ more</summary>", tree)
