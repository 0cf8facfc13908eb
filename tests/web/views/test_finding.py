"""Words that name no city lead to what they name: the projects of a solution, or where to look for others."""

import re
from html import unescape


def test_words_of_one_solution_lead_to_its_projects(client):
    answer = client.get("/cities/find?q=LED", follow_redirects=False)
    assert answer.headers["location"] == "/plan/projects?solution=LED_SL"


def test_a_list_without_a_city_says_where_other_things_are_found(client):
    page = unescape(client.get("/cities?q=LED").text)
    assert 'href="/plan/projects?solution=LED_SL"' in page
    assert 'href="/about/solutions"' in page
    assert 'id="solutions"' in client.get("/about/assumptions").text
    assert "This search finds only cities and regions." not in client.get("/cities?q=Wuhu").text


def test_no_two_rules_of_findings_are_offered_in_the_same_words(client):
    form = client.get("/data").text.partition('<select name="rule">')[2].partition("</select>")[0]
    offered = re.findall(r"<option[^>]*>([^<]+)", form)
    assert len(offered) == len(set(offered)) > 1
