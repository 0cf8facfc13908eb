"""Ranking: what a row says of a city, and the file of the same rows."""

import csv
import html
import io
import re

import pytest


def test_the_projected_change_of_the_people_stands_with_its_band_on_the_page_and_in_the_file(client):
    row = client.get("/cities?q=Baise").text.partition('href="/cities/451000"')[2].partition("</tr>")[0]
    change, low, high = re.search(r"▲ (\d+)%<small[^>]*>(\d+)% to (\d+)%</small>", row).groups()
    (filed,) = csv.DictReader(io.StringIO(client.get("/cities?q=Baise&format=csv").text.lstrip("\ufeff")))
    names = ("Change", "Change: lower end of the 80% band", "Change: upper end of the 80% band")
    said = [100 * float(filed[name]) for name in names]
    assert said == pytest.approx([int(change), int(low), int(high)], abs=0.5)


@pytest.mark.parametrize("beside", ["/cities?format=csv-metadata", "/downloads/cities-metadata.json"])
def test_what_stands_beside_a_file_of_the_ranking_names_a_table_and_the_sources_of_the_page(client, beside):
    said = client.get(beside).text
    assert "Licence of this table: CC BY 4.0." in said
    assert "of this chart" not in said
    assert "World Bank" not in said
    page = client.get("/cities").text
    named = re.search(r'<span class="source" translate="no">(.*?)\.</span>', page)[1]
    assert all(one in said for one in html.unescape(named).split("; "))


def test_the_ranking_says_which_differences_are_safe(client):
    for page in ("/cities", "/indices/yearbook"):
        assert "where their ranges do not overlap" in client.get(page).text
