"""The demo's plan, recomputed from stored figures and tables of the catalogue by plain arithmetic.

Nothing of urbium computes here: figures are read by SQL, tables as text. What is compared is the plan's own.
"""

import csv
import math
import random
import sqlite3
import statistics
from collections import defaultdict
from contextlib import closing

import pytest

from urbium.catalogue import DATA

pytestmark = pytest.mark.long

FIGURES = """
select city.code, variable.code, period.code, observation.value
from observation
join series on series.id = observation.series_id
join city on city.id = series.city_id
join variable on variable.id = series.variable_id
join period on period.id = observation.period_id
where observation.status = 0
"""
FIRST, LAST, PRICES = 2016, 2020, 2016
ROUNDING = 2e-3
"""Millions: amounts of a roadmap are kept to a thousand."""


def table(path, key):
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def assumed():
    return {name: float(row["value"]) for name, row in table("rules/assumptions.csv", "id").items()}


@pytest.fixture(scope="module")
def solutions():
    return table("solutions/solutions.csv", "code")


@pytest.fixture(scope="module")
def figures(demo_file):
    """Return the usable figures: by variable, city and year."""
    by_variable = defaultdict(lambda: defaultdict(dict))
    with closing(sqlite3.connect(f"file:{demo_file}?mode=ro", uri=True)) as store:
        for city, variable, period, value in store.execute(FIGURES):
            by_variable[variable][city][int(period[:4])] = value
    return by_variable


@pytest.fixture(scope="module")
def plan(demo):
    return demo.adopted("plan")


@pytest.fixture(scope="module")
def chosen(plan):
    """Return the projects of thirty cities."""
    cities = random.Random(20261129).sample(sorted(plan.table["city"].unique()), 30)
    rows = plan.table.filter(plan.table["city"].is_in(cities)).to_dicts()
    return {city: [row for row in rows if row["city"] == city] for city in cities}


@pytest.fixture(scope="module")
def people(plan, figures, assumed):
    """Return the people of today of every city of the plan."""
    agglomeration, registered = figures["population_agglomeration"], figures["population_year_end"]
    sizes = {}
    for city in plan.roadmap.cities["city"]:
        if city in agglomeration:
            sizes[city] = agglomeration[city][max(agglomeration[city])]
        else:
            sizes[city] = registered[city][max(registered[city])] * 1e4 * assumed["urban_share"]
    return sizes


def own_budgets(figures, assumed, people):
    """Return what each city may spend a year: old budgets carried to the year of most, at prices of 2016."""
    share = assumed["city_budget.share_of_fiscal_revenue"] * assumed["city_budget.part_of_sum"]
    yearly = {
        city: {
            year: gdp * 1e4 / 1e6 * figures["fiscal_revenue_gdp"][city][year] * share
            for year, gdp in figures["gdp"][city].items()
            if year in figures["fiscal_revenue_gdp"][city]
        }
        for city in people
    }
    yearly = {city: amounts for city, amounts in yearly.items() if amounts}
    counts = defaultdict(int)
    for amounts in yearly.values():
        for year in amounts:
            counts[year] += 1
    since = max(year for year, count in counts.items() if count >= len(yearly) / 2)
    budgets = {}
    for city, amounts in yearly.items():
        year = max(amounts)
        grown = [peer[since] / peer[year] for peer in yearly.values() if since in peer and year in peer]
        is_carried = year < since and len(grown) >= 10
        factor = statistics.median(grown) if is_carried else 1.0
        of_year = since if is_carried else year
        budgets[city] = amounts[year] * factor * (1 + assumed["inflation"]) ** (PRICES - of_year)
    median = statistics.median(budgets[city] / people[city] for city in budgets)
    return {city: budgets.get(city, people[city] * median) for city in people}


def test_budgets_and_the_floor_that_the_nation_pays_follow_from_stored_figures(
    plan, figures, assumed, people
):
    before = own_budgets(figures, assumed, people)
    nation = 12_000.0
    least = assumed["floor.per_head"] * statistics.median(before[city] / people[city] for city in before)
    lacking = {city: max(0.0, least * people[city] - before[city]) for city in before}
    reached = min(1.0, assumed["floor.of_nation"] * nation / sum(lacking.values()))
    stated = {
        (place, year): amount
        for place, year, amount in plan.roadmap.budgets.select("place", "year", "amount").iter_rows()
    }
    assert sum(1 for amount in lacking.values() if amount) > 10
    for city, amount in before.items():
        for year in range(FIRST, LAST + 1):
            assert stated[city, year] == pytest.approx(amount + lacking[city] * reached, abs=ROUNDING), city
    assert stated["nation", FIRST] == pytest.approx(nation - reached * sum(lacking.values()), abs=ROUNDING)


def test_costs_stand_at_the_prices_of_one_year_and_renewal_replaces_them_in_a_life(
    plan, chosen, solutions, assumed
):
    served = dict(plan.roadmap.cities.select("city", "weight").iter_rows())
    for city, projects in chosen.items():
        for project in projects:
            row = solutions[project["solution"]]
            middle = (float(row["cost_low"]) * float(row["cost_high"])) ** 0.5
            moved = assumed[f"price_index.USD.{PRICES}"] / assumed[f"price_index.USD.{row['price_year']}"]
            treated = assumed.get(f"treated_share.{project['solution']}", 1.0)
            size = 1.0
            if row["scale"] == "platform":
                size = (served[city] * 1e6 / assumed["cost.scale_people"]) ** -assumed["cost.scale_exponent"]
            capital = middle * moved * treated * assumed["exchange_rate.CNY_per_USD"] * served[city] * size
            assert project["capital"] == pytest.approx(capital, rel=1e-6, abs=ROUNDING), project["project"]
            assert project["operation"] == pytest.approx(
                capital * float(row["opex_share_per_year"]), rel=1e-6, abs=ROUNDING
            )
            replaced = project["renewal"] * float(row["lifetime_years"])
            assert replaced == pytest.approx(assumed["appraisal.replacement_share"] * capital, abs=2e-2)


def test_no_city_pays_more_than_it_has_in_any_year_of_or_after_the_plan(plan, chosen, assumed):
    payer = dict(plan.roadmap.funds.select("fund", "payer").iter_rows())
    budget = {
        (place, year): amount
        for place, year, amount in plan.roadmap.budgets.select("place", "year", "amount").iter_rows()
    }
    terms = plan.roadmap.repayments.to_dicts()
    money = plan.money.to_dicts()
    for city, projects in chosen.items():
        paid = [row for row in money if row["city"] == city]
        due = defaultdict(float)
        for row in paid:
            for term in terms:
                if row["kind"] == "capital" and (term["fund"], term["payer"]) == (row["fund"], "city"):
                    due[row["year"] + term["after"]] += row["amount"] * term["share"]
        later = budget[city, LAST] * assumed["upkeep.share_of_budget"] * (1 - assumed["upkeep.reserve"])
        for year in range(FIRST, LAST + 41):
            built = sum(
                row["amount"]
                for row in paid
                if row["year"] == year and row["kind"] == "capital" and payer[row["fund"]] == "city"
            )
            upkeep = sum(
                project["operation"] + project["renewal"] for project in projects if project["finish"] < year
            )
            most = budget[city, year] if year <= LAST else later
            assert built + upkeep + due[year] <= most + ROUNDING, (city, year)


def test_nothing_starts_after_the_plan_and_all_is_completed_and_paid_soon_after(plan, assumed):
    last = LAST + assumed["plan.ends_after"]
    build = dict(plan.roadmap.projects.select("project", "build_years").iter_rows())
    paid = defaultdict(float)
    for project, kind, year, amount in plan.money.select("project", "kind", "year", "amount").iter_rows():
        paid[project, year] += amount if kind == "capital" else 0.0
    for project, start, capital in plan.table.select("project", "start", "capital").iter_rows():
        years = range(start, start + build[project])
        assert FIRST <= start <= LAST
        assert years[-1] <= last
        assert sum(paid[project, year] for year in years) == pytest.approx(capital, rel=1e-6, abs=ROUNDING)


def test_outsiders_give_no_project_more_than_the_declared_share(plan, assumed):
    payer = dict(plan.roadmap.funds.select("fund", "payer").iter_rows())
    capital = dict(plan.table.select("project", "capital").iter_rows())
    brought = defaultdict(float)
    for project, fund, kind, amount in plan.money.select("project", "fund", "kind", "amount").iter_rows():
        if kind == "capital" and payer[fund] == "outside":
            brought[project] += amount
    assert brought
    most = assumed["outside_share_max"]
    assert all(amount <= most * capital[project] * (1 + 1e-6) + 1e-6 for project, amount in brought.items())


def test_posts_follow_from_the_money_and_are_within_what_cities_and_the_nation_have(
    plan, chosen, solutions, assumed, people
):
    occupations = table("rules/occupations.csv", "id")
    with (DATA / "solutions" / "skills.csv").open(encoding="utf-8", newline="") as file:
        skills = list(csv.DictReader(file))
    staff = {
        (project, occupation): (building, running)
        for project, occupation, building, running in plan.roadmap.staff.iter_rows()
    }
    for projects in chosen.values():
        for project in projects:
            row = solutions[project["solution"]]
            years = -(-float(row["build_years"]) // 1)
            cost = (float(row["cost_low"]) * float(row["cost_high"])) ** 0.5 * 100_000  # of 100,000 people
            moved = assumed[f"price_index.USD.{PRICES}"] / assumed[f"price_index.USD.{row['price_year']}"]
            wage = float(row["wage"]) * moved * assumed["exchange_rate.CNY_per_USD"] / 1e6
            parts = [
                float(row[f"{do}_labour_share"] or float(row[count]) * float(row["wage"]) / (cost * share))
                for do, count, share in (
                    ("build", "build_person_years_per_100k", 1.0),
                    ("run", "run_posts_per_100k", float(row["opex_share_per_year"])),
                )
            ]
            posts = project["capital"] * parts[0] / wage / years, project["operation"] * parts[1] / wage
            for name, occupation in occupations.items():
                codes = tuple(occupation["isco08"].split(";"))
                rows = [
                    row
                    for row in skills
                    if row["solution_code"] == project["solution"] and row["isco08"].startswith(codes)
                ]
                stated = staff.get((project["project"], name), (0.0, 0.0))
                assert stated == tuple(
                    pytest.approx(all_posts * sum(float(row[column] or 0) for row in rows), abs=2 * ROUNDING)
                    for all_posts, column in zip(posts, ("build_share", "run_share"), strict=True)
                )
    assert people


def quantile(values, share):
    """Return the value below which a share of the values lies, between the two nearest in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def rule_figures(rule, figures, of_city):
    """Return the figure that a rule makes of its inputs in each city that has them, of their latest year."""
    first, *others = rule["inputs"].split(";")
    values = {}
    for city, single in of_city.items():
        years = {0: single[first]} if first in single else figures.get(first, {}).get(city, {})
        divisors = [figures.get(name, {}).get(city, {}) for name in others]
        usable = [year for year in years if all(divisor.get(year, 0.0) > 0 for divisor in divisors)]
        if usable:
            year = max(usable)
            value = float(rule["factor"]) * years[year] / math.prod(by_year[year] for by_year in divisors)
            if value > 0 or not rule["formula"].startswith("log"):
                values[city] = value
    return values


def rule_needs(rule, values, least):
    """Return what a rule tells of each city: where its figure lies between the two anchors."""
    scaled = math.log10 if rule["formula"].startswith("log") else float
    none_at, all_at = (
        scaled(quantile(values.values(), float(word[1:]) / 100) if word.startswith("p") else float(word))
        for word in (rule["none_at"], rule["all_at"])
    )
    if none_at == all_at:
        return {}
    return {
        city: min(max((scaled(value) - none_at) / (all_at - none_at), least), 1.0)
        for city, value in values.items()
    }


def test_the_needs_of_thirty_cities_follow_from_stored_figures_and_the_rows_of_needs(
    plan, chosen, figures, people, assumed
):
    """What the outlook foresees (growth, shortages) is read from the roadmap; all else is made here."""
    road = plan.roadmap
    served = dict(road.cities.select("city", "weight").iter_rows())
    places = table("demo/cities.csv", "code")
    facts = defaultdict(dict)
    with (DATA / "rules" / "province_facts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            facts[row["province"]][f"province.{row['fact']}"] = float(row["value"])
    rules = table("rules/needs.csv", "id")
    growth = {city: served[city] * 1e6 / people[city] for city in people}
    of_city = {
        city: {
            "city.people": people[city],
            "city.latitude": float(places[city]["lat"]),
            "city.growth": growth[city],
            **facts[places[city]["province_en"]],
        }
        for city in people
    }
    for city, name, value in road.figures.select("city", "figure", "value").iter_rows():
        if rules[name]["inputs"].startswith("shortfall."):
            of_city[city][rules[name]["inputs"]] = value / float(rules[name]["factor"])
    least = assumed["need.least"]
    by_rule = {name: rule_needs(rule, values, least) for name, rule in rules.items()
            if (values := rule_figures(rule, figures, of_city))}  # fmt: skip
    stated = {
        (row["city"], row["indicator"]): row
        for row in road.gaps.iter_rows(named=True)
        if row["city"] in chosen
    }
    rolled_out = by_construction() - {
        code for rule in rules.values() for code in rule["indicators"].split(";")
    }
    counts = defaultdict(int)
    for (city, indicator), row in stated.items():
        feeding = [
            rule for name, rule in rules.items()
            if indicator in rule["indicators"].split(";") and city in by_rule.get(name, {})
        ]  # fmt: skip
        measured = [rule for rule in feeding if rule["evidence"] == "measured_here"][:1]
        need, low, high, evidence = combined(measured or feeding, by_rule, city, assumed)
        if indicator in rolled_out and growth[city] != 1:
            kept_up = (1 + assumed["growth.rolled_out"] * (growth[city] - 1)) / growth[city]
            need, low, high = (min(max(1 - (1 - end) * kept_up, 0.0), 1.0) for end in (need, low, high))
        assert row["evidence"] == evidence, (city, indicator)
        assert (row["need"], row["low"], row["high"]) == pytest.approx((need, low, high), abs=1e-9), (
            city, indicator,
        )  # fmt: skip
        counts[evidence] += 1
    assert len(chosen) == 30
    assert counts["measured_here"] >= 29
    assert counts["derived"] > 1500


def by_construction():
    with (DATA / "solutions" / "effects.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["evidence_level"] == "by_construction"]
    return {row["indicator_code"] for row in rows}


def combined(feeding, by_rule, city, assumed):
    """Return need, low, high and evidence of the rules of one indicator in a city."""
    tells = [rule for rule in feeding if rule["role"] == "tells"]
    if not tells:
        ends = ("need.unmeasured", "need.unmeasured.low", "need.unmeasured.high")
        return (*(assumed[name] for name in ends), "assumption")
    weight = {rule["id"]: float(rule["weight"]) for rule in feeding}
    need = sum(weight[rule["id"]] * by_rule[rule["id"]][city] for rule in tells)
    need /= sum(weight[rule["id"]] for rule in tells)
    for rule in feeding:
        if rule["role"] == "scales":
            need *= 1 - weight[rule["id"]] + weight[rule["id"]] * by_rule[rule["id"]][city]
    width = sum(weight[rule["id"]] * float(rule["half_width"]) for rule in feeding) / sum(weight.values())
    return need, max(need - width, 0.0), min(need + width, 1.0), tells[0]["evidence"]


def test_what_changes_in_natural_units_follows_from_effects_ceilings_needs_and_people(plan, assumed):
    """Waste in tonnes and minutes of commute: no city has a figure of its own, so a study's amount counts."""
    road = plan.roadmap
    ceilings = {name: row for name, row in table("solutions/ceilings.csv", "indicator").items()
                if row["amount_unit"]}  # fmt: skip
    with (DATA / "solutions" / "effects.csv").open(encoding="utf-8", newline="") as file:
        effects = [row for row in csv.DictReader(file) if row["kind"] == "outcome"]
    ceiling_of = {row["indicator_code"]: row["ceiling"] for row in effects if row["ceiling"] in ceilings}
    finish = {(row["city"], row["solution"]): row["finish"] for row in plan.table.iter_rows(named=True)}
    until = LAST + assumed["benefit.years_after"]
    served = dict(road.cities.select("city", "weight").iter_rows())
    gaps = {(row["city"], row["indicator"]): row for row in road.gaps.iter_rows(named=True)}
    heads = defaultdict(dict)
    for code, name in ceiling_of.items():
        ceiling = ceilings[name]
        lowest, highest = float(ceiling["effect_low"]), float(ceiling["effect_high"])
        for city in served:
            shares = [0.0, 0.0, 0.0]
            for effect in effects:
                done = finish.get((city, effect["solution_code"]))
                is_felt = done is not None and done + float(effect["lag_years"]) < until
                if effect["indicator_code"] != code or not is_felt:
                    continue
                low, high = float(effect["effect_low_pct"]), float(effect["effect_high_pct"])
                middle = (low + high) / (lowest + highest)
                counted = min(middle, 1.0) / middle
                if effect["evidence_level"] == "study_limit":
                    counted *= assumed["effect.study_limit"]
                if effect["scope"] != "citywide":
                    counted *= assumed["coverage.partial"]
                for end, share in enumerate((low / lowest, middle, high / highest)):
                    shares[end] += counted * share
            if shares[1]:
                amounts = [float(ceiling["amount_low"]), 0.0, float(ceiling["amount_high"])]
                amounts[1] = (amounts[0] + amounts[2]) / 2
                needs = [gaps[city, code][end] for end in ("low", "need", "high")]
                heads[name][city] = [
                    min(s, 1.0) * a * n for s, a, n in zip(shares, amounts, needs, strict=True)
                ]

    stated = {row["name"]: row for row in plan.facts["changes"]}
    assert set(stated) == set(heads) == {"Solid waste (unrecycled)", "Average commute time"}
    waste, minutes = heads["Solid waste (unrecycled)"], heads["Average commute time"]
    tonnes = [sum(waste[city][end] * served[city] * 1e3 for city in waste) for end in range(3)]
    people = sum(served[city] for city in minutes)
    mean = [sum(minutes[city][end] * served[city] for city in minutes) / people for end in range(3)]
    for row, amounts, cities, unit in (
        (stated["Solid waste (unrecycled)"], tonnes, waste, "t"),
        (stated["Average commute time"], mean, minutes, "minutes per day"),
    ):
        assert [-row[end] for end in ("low", "middle", "high")] == pytest.approx(amounts, rel=1e-9)
        assert (row["cities"], row["of_cities"], row["unit"]) == (len(cities), len(cities), unit)
        assert row["people"] == pytest.approx(sum(served[city] * 1e6 for city in cities))
        assert row["base"] == "study_limit"
    assert len(waste) > 100
