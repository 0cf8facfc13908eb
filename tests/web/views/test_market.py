"""The market lists what earns most first, and reads the least return in per cent."""

import re


def returns(page):
    cells = re.findall(r'<td class="num" data-title="Return">(.*?)</td>', page)
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
