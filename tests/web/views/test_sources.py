"""Where a figure is from: a link to the original, and what to know of it; no path is internal."""

import re


def test_the_page_of_a_figure_leads_to_its_original_and_says_what_to_know_of_it(client):
    page = client.get(
        "/cities/350200/explain/figure?name=population_year_end&period=2012&area=prefecture"
    ).text
    assert re.search(r'<a href="https://github\.com/jcdasheng/[^"]*" rel="noreferrer">', page)
    assert "were not checked against the printed yearbook" in page
    assert re.search(r"Entered at</dt><dd[^>]*>\d{4}-\d\d-\d\d \d\d:\d\d UTC\+8<", page)


def test_addresses_in_the_list_of_sources_are_links_and_no_path_is_internal(client):
    pages = [client.get(f"/about/sources?page={number}").text for number in range(1, 10)]
    table = "".join(re.search(r"<tbody>.*</tbody>", page, re.DOTALL)[0] for page in pages)
    assert not re.search(r"\bhere \w|\breal/", table)
    read_at = re.findall(
        r'<td class="source"[^>]*>(https?://|<a href="https?://[^"]*" rel="noreferrer">)', table
    )
    assert read_at
    assert not any(one.startswith("http") for one in read_at)


def test_a_long_origin_says_each_source_in_one_line_and_folds_what_is_long(client):
    page = client.get("/cities/CHN/explain/nation?name=nation").text
    tree = page[page.index('<ul class="tree">') : page.index("Sources of this figure")]
    assert '<dl class="origin">' not in tree
    assert "World Development Indicators · national.csv · D" in tree
    assert re.search(r"<details><summary>\d+ more</summary>", tree)
