"""A city's part of the plan: who pays each project adds up to the whole."""

import re


def test_the_shares_of_who_pays_a_project_add_up_to_a_hundred(client, programme):
    cities = programme.required("plan").table["city"].unique().sort()[:12]
    pages = [client.get(f"/cities/{city}/plan").text for city in cities]
    cells = [
        cell for page in pages for cell in re.findall(r'data-title="Funding">(.*?)</td>', page, re.DOTALL)
    ]
    sums = {sum(map(int, re.findall(r"(\d+)%", cell))) for cell in cells}

    assert len(cells) > 100
    assert sums == {100}
