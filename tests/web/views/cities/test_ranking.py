"""Ranking: what a row says of a city, and the file of the same rows."""

import csv
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
