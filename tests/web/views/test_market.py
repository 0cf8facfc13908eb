"""The market lists what earns most first, and reads the least return in per cent."""

import csv
import re

import pytest


def returns(page):
    cells = re.findall(r'<td class="num wraps" data-title="Return of the project">(.*?)</td>', page)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


def rates(page):
    return [float(found[1]) for one in returns(page) if (found := re.match(r"(-?[\d.]+)%", one))]


def test_the_first_press_on_return_lists_the_highest_first_and_what_only_costs_last(client):
    first, second = (client.get("/market", params={"order": order}).text for order in ("irr", "-irr"))
    assert rates(first) == sorted(rates(first), reverse=True) != []
    assert rates(second) == sorted(rates(second)) != []
    assert not any("cost-only" in one for one in returns(first)[: len(rates(first))])
    last = client.get("/market", params={"order": "-irr", "page": 999}).text
    assert set(returns(last)) == {"cost-only"}


def test_a_return_of_at_least_so_much_is_asked_for_in_per_cent(client):
    highest = max(rates(client.get("/market?order=irr").text))
    some = client.get("/market", params={"irr": f"{highest - 0.05:.2f}%"}).text
    assert rates(some) == [highest] * len(rates(some)) != []
    asked = client.get(re.search(r"/api/market\?[^\"]*", some)[0]).json()
    assert min(row["irr"] for row in asked) >= (highest - 0.05) / 100
    assert 'id="wrong-irr"' in client.get("/market?irr=much").text


def test_a_return_stands_with_the_range_of_the_page_of_its_project(client):
    page = client.get("/market?q=110000&order=irr").text
    low, high = re.search(r"\(([\d.]+%) to ([\d.]+%)\)", returns(page)[0]).groups()
    assert f"{low} to {high} over the range of the income" in client.get("/plan/projects/110000/LED_SL").text


def test_readiness_is_offered_only_where_a_project_has_any(client):
    assert {row["readiness"] for row in client.get("/api/market").json()} == {""}
    assert 'name="readiness"' not in client.get("/market").text
    assert 'name="readiness"' in client.get("/market?readiness=green").text


def test_where_nothing_earns_it_is_said_with_what_comes_nearest(client):
    table = client.get("/api/market").json()
    earning = {row["region"] for row in table if not row["is_cost_only"]}
    poor = next(
        row
        for row in table
        if row["region"] in earning
        and all(one["is_cost_only"] for one in table if one["place"] == row["place"])
    )
    by_return = sorted(
        (row for row in table if row["region"] == poor["region"] and row["irr"] is not None),
        key=lambda row: -row["irr"],
    )
    count = sum(one["place"] == poor["place"] for one in table)
    alone = "1 project matches, and it is" if count == 1 else f"{count} projects match, and all are"
    which = "project matches all but the return: it is" if count == 1 else (
        "projects match all but the return: they are"
    )  # fmt: skip
    said = {
        "": f"{alone} cost-only: no inflow has sufficient evidence.",
        "1": f"No project matches. {count} {which} cost-only, because no inflow has sufficient evidence.",
    }
    for irr in ("", "1"):
        page = client.get("/market", params={"place": poor["city"], "irr": irr}).text
        notice = re.search(r'<div class="notice">(.*?)</div>', page, re.DOTALL)[1]
        assert said[irr] in page
        first = re.search(r'href="/plan/projects/(\d+)/(\w+)"', notice)
        assert (first[1], first[2]) == (by_return[0]["city"], by_return[0]["solution"])
    assert "The closest matches" not in client.get("/market").text
    most = client.get("/market", params={"irr": "90"}).text
    assert (
        "No project matches: of those that match the rest of the filter, none earns the minimum return."
        in most
    )


def test_where_no_project_matches_the_figures_are_said_to_be_of_all_and_no_sentence_lacks_its_words(client):
    page = client.get("/market", params={"most": "0.000001"}).text
    whole = client.get("/market").text
    assert "No project matches the" in page
    assert re.search(r"All amounts are real, at \d{4} prices", page)
    assert "amounts are ," not in page.lower()
    cards = re.compile(r'<ul class="cards">.*?</ul>', re.DOTALL)
    assert cards.search(page)[0] == cards.search(whole)[0]
    assert "own rate of" in page


def test_funding_models_have_one_name_and_words_for_people(client):
    page = client.get("/market?by=instrument").text
    table = page[page.index('id="table"') :]
    assert not re.search(r">\s*(PUB|PPP|MDB|GREENBOND)\b", table)
    assert "Public-private partnership or concession" in page[page.index('id="sums"') :]
    assert "Instruments" not in page


def test_two_files_about_cities_have_two_names(client):
    files = ("/cities?format=csv", "/downloads/cities.csv")
    assert [client.get(file).headers["content-disposition"] for file in files] == [
        'attachment; filename="cities-list.csv"', 'attachment; filename="cities.csv"',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("/cities", "cities"), ("/cities/map", "cities-map"), ("/plan/projects", "plan-projects"),
        ("/market", "market"), ("/cities/340100/figures", "cities-340100-figures"),
    ],
)  # fmt: skip
def test_beside_the_file_of_a_list_stand_its_columns_its_day_and_its_licence(client, page, name):
    file = client.get(f"{page}?format=csv")
    beside = re.search(r'<([^>]*)>; rel="describedby"', file.headers["link"])[1]
    assert beside.replace("&", "&amp;") in client.get(page).text
    about = client.get(beside).json()
    assert about["url"] == f"{name}-list.csv"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["dc:issued"])
    assert about.get("dc:license") or about["dc:rights"] == "No licence has been stated for these results."
    titles = [column["titles"] for column in about["tableSchema"]["columns"]]
    assert "City code" in titles or page.endswith("/figures")
    assert next(csv.reader([file.text.lstrip("\ufeff").splitlines()[0]])) == titles


def test_the_file_of_the_list_says_the_currency_and_prices_of_its_amounts(client):
    head = client.get("/market?format=csv").text.splitlines()[0]
    assert re.search(r"Sought \(CNY million, real, prices of \d{4}\)", head)
    head = client.get("/plan/projects?format=csv").text.splitlines()[0]
    assert re.search(r"Cost to build \(CNY million, prices of \d{4}\)", head)


def test_an_amount_sought_means_the_same_in_the_address_of_every_language(client):
    of_millions = client.get("/market?least=100").text
    chinese = {"params": {"least": "10000", "per_million": "100"}, "headers": {"Accept-Language": "zh"}}
    of_ten_thousands = client.get("/market", **chinese).text
    links = [re.search(r"/api/market\?[^\"]*", page)[0] for page in (of_millions, of_ten_thousands)]
    assert links[0].endswith("least=100")
    assert links[0] == links[1]
    assert 'name="least" inputmode="decimal" value="10000"' in of_ten_thousands
    assert '<input type="hidden" name="per_million" value="100">' in of_ten_thousands
    assert (
        'name="least" inputmode="decimal" value="100"' in client.get("/market", params=chinese["params"]).text
    )
