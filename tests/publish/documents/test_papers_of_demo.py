"""The papers for a minister and a mayor, recomputed from the raw tables of the demo by plain arithmetic."""

import re
import statistics
from collections import defaultdict

import pytest

pytestmark = pytest.mark.long

CITIES = ("Hefei", "Tonghua", "Ordos")
SIZES = {"": 1e-6, "thousand": 1e-3, "million": 1.0, "billion": 1e3}
MONEY = r"CNY ([\d.,]+) ?(million|billion|)"


def millions(match, first=1):
    """Return the money that a match says, in millions."""
    return float(match[first].replace(",", "")) * SIZES[match[first + 1]]


def of(words, pattern):
    match = re.search(pattern, words)
    assert match, pattern
    return match


@pytest.fixture(scope="module")
def plan(demo):
    return demo.adopted("plan")


@pytest.fixture(scope="module")
def brief(demo):
    return demo.documents.content(demo.documents.compose("brief"), "md").decode().replace("\xa0", " ")


@pytest.fixture(scope="module", params=CITIES)
def paper(request, demo):
    place = demo.city(request.param)
    document = demo.documents.compose("city", place.code)
    return place.code, demo.documents.content(document, "md").decode().replace("\xa0", " ")


@pytest.fixture(scope="module")
def paid(plan):
    """Return the millions of construction by city and payer."""
    payers = {row["fund"]: row["payer"] for row in plan.roadmap.funds.to_dicts()}
    amounts = defaultdict(lambda: dict.fromkeys(("city", "nation", "outside"), 0.0))
    for row in plan.money.to_dicts():
        if row["kind"] == "capital":
            amounts[row["city"]][payers[row["fund"]]] += row["amount"]
    return amounts


@pytest.fixture(scope="module")
def missed(plan):
    """Return the standards that are not completed by their deadline, by city."""
    finish = {row["project"]: row["finish"] for row in plan.table.to_dicts()}
    covers = defaultdict(list)
    for row in plan.roadmap.covers.to_dicts():
        covers[row["standard"]].append(finish.get(row["project"], 9999))
    late = defaultdict(list)
    for row in plan.roadmap.standards.to_dicts():
        if min(covers[row["standard"]]) > row["deadline"]:
            late[row["city"]].append(row["standard"])
    return late


def test_the_brief_says_how_the_cities_share_differs_and_how_many_receive_no_grant(brief, paid):
    shares = [amounts["city"] / sum(amounts.values()) for amounts in paid.values()]
    without = sum(amounts["nation"] < 1e-6 for amounts in paid.values())
    words = of(
        brief, r"own share ranges from (\d+)% to (\d+)% \(median city (\d+)%\); (\d+) of (\d+) cities receive"
    )

    assert [int(word) for word in words.groups()] == [
        *(round(100 * share) for share in (min(shares), max(shares), statistics.median(shares))),
        without,
        len(paid),
    ]


def test_a_city_reads_what_it_pays_of_its_construction_cost(paper, paid):
    code, words = paper
    whole = sum(paid[code].values())

    assert millions(of(words, rf"total construction cost is {MONEY}")) == pytest.approx(whole, rel=5e-3)
    if paid[code]["city"] == pytest.approx(whole):
        assert "pays all of it" in words
        return
    own, grant, outside = (rf"{MONEY} \(\d+%\)" for _ in range(3))
    said = of(words, rf": \w+ pays {own}, the nation {grant}, and loans and partners {outside}")
    for at, payer in enumerate(("city", "nation", "outside")):
        assert millions(said, 1 + 2 * at) == pytest.approx(paid[code][payer], rel=5e-3)


def test_a_city_reads_what_it_pays_each_year_beside_its_limit(paper, plan):
    code, words = paper
    rows = [row for row in plan.table.to_dicts() if row["city"] == code]
    running, renewal = (sum(row[name] for row in rows) for name in ("operation", "renewal"))
    terms = [row for row in plan.roadmap.repayments.to_dicts() if row["payer"] == "city"]
    repaid = defaultdict(float)
    for row in plan.money.to_dicts():
        if row["city"] == code and row["kind"] == "capital":
            for term in terms:
                if term["fund"] == row["fund"]:
                    repaid[row["year"] + term["after"]] += row["amount"] * term["share"]
    (limit,) = (row["amount"] for row in plan.roadmap.upkeep.to_dicts() if row["place"] == code)
    most = running + renewal + max((repaid[year] for year in repaid if year > plan.years[-1]), default=0.0)

    said = of(words, rf"pays {MONEY} a year for them: {MONEY} to operate them and {MONEY} set aside")
    for at, amount in enumerate((running + renewal, running, renewal)):
        assert millions(said, 1 + 2 * at) == pytest.approx(amount, rel=5e-3)
    said = of(words, rf"(\d+)% of the limit of {MONEY}")
    assert int(said[1]) == round(100 * most / limit)
    assert millions(said, 2) == pytest.approx(limit, rel=5e-3)


def test_a_city_reads_the_targets_that_it_misses(paper, plan, missed):
    code, words = paper
    below = [row for row in plan.shortfalls.to_dicts() if row["kind"] == "least_closing"]
    lacking = sum(row["amount"] for row in below if row["place"] == code)

    assert ("Not met by the deadline: " in words) == bool(missed[code])
    assert ("Below its minimum improvement: " in words) == (lacking > 0)
    if lacking:
        (least,) = (row["share"] for row in plan.roadmap.fairness.to_dicts() if row["place"] == code)
        said = of(
            words, r"improvement: ([\d.]+)% of the city's needs are met by \d+; the minimum is ([\d.]+)%"
        )
        assert float(said[1]) == pytest.approx(100 * (least - lacking), rel=0.05)
        assert float(said[2]) == pytest.approx(100 * least)


def test_the_brief_counts_the_standards_missed(brief, missed):
    cases = sum(len(standards) for standards in missed.values())

    assert f": {cases:,} cases (" in of(brief, r"Standard not met by its deadline \(.+?\).*")[0]


def test_the_brief_says_what_depends_on_money_that_nobody_has_signed(brief, plan):
    """The demo has no agreement: all that is not the budgets' is unsigned."""
    outside = {row["fund"] for row in plan.roadmap.funds.to_dicts() if row["payer"] == "outside"}
    capital = {row["project"]: row["capital"] for row in plan.table.to_dicts()}
    using = {
        row["project"]
        for row in plan.money.to_dicts()
        if row["kind"] == "capital" and row["fund"] in outside and row["amount"] > 1e-6
    }
    falling = set(using)
    pairs = [
        (row["project"], row["requires"])
        for row in plan.roadmap.prerequisites.to_dicts()
        if row["kind"] == "hard" and row["project"] in capital
    ]
    while more := {project for project, required in pairs if required in falling} - falling:
        falling |= more
    said = of(
        brief,
        rf"Projects that use the unsigned money: ([\d,]+) \({MONEY} to build\); further projects that depend "
        rf"on one of these: ([\d,]+) \({MONEY}\)\. Without the unsigned money, ([\d,]+) of ([\d,]+) projects "
        rf"can be built, "
        rf"at a cost of {MONEY} out of a total of {MONEY}\.",
    )

    counts = [int(said[at].replace(",", "")) for at in (1, 4, 7, 8)]
    assert counts == [len(using), len(falling - using), len(capital) - len(falling), len(capital)]
    sums = [using, falling - using, set(capital) - falling, set(capital)]
    for at, projects in zip((2, 5, 9, 11), sums, strict=True):
        assert millions(said, at) == pytest.approx(sum(capital[name] for name in projects), rel=5e-3)


def test_cities_short_already_later_and_in_all_are_told_apart(brief, demo):
    short = defaultdict(list)
    for row in demo.adopted("pressure").short.to_dicts():
        if row["capacity"] is not None:
            short[row["service"]].append(row["status"])
    table = re.findall(
        r"\| (?:Hospital beds|Doctors) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|", brief
    )

    assert re.search(
        r"Cities already short \| Other cities with a shortage by (\d+) \| "
        r"All cities with a shortage by \1 \|",
        brief,
    )
    assert sorted(tuple(map(int, row)) for row in table) == sorted(
        (now := states.count("already short"), later := states.count("runs short"), now + later, len(states))
        for states in short.values()
    )


def test_a_city_reads_which_people_its_demand_counts(paper, demo):
    code, words = paper
    pressure = demo.adopted("pressure")
    (area,) = {row["area"] for row in pressure.short.to_dicts() if row["city"] == code and row["capacity"]}
    years = {
        row["year"]: row["value"]
        for row in pressure.population.to_dicts()
        if row["city"] == code and row["area"] == area
    }
    said = of(
        words,
        r"Demand is calculated for the people of the (.+): ([\d.]+) million in (\d+), ([\d.]+) million",
    )

    assert area == "prefecture"
    assert "whole prefecture" in said[1]
    assert float(said[2]) == pytest.approx(years[min(years)] / 1e6, rel=5e-3)
    assert int(said[3]) == min(years)
    assert float(said[4]) == pytest.approx(years[max(years)] / 1e6, rel=5e-3)
