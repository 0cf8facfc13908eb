"""Posts of every solution in two cities, added up from the raw tables: cost x part that is wages / wage."""

import csv
from collections import defaultdict
from dataclasses import replace
from math import ceil, sqrt

import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import DATA, load_catalogue
from urbium.catalogue.exchange import Exchange
from urbium.model import ExchangeRate
from urbium.plan import build_roadmap
from urbium.plan.inputs.staffing import people_tables

CITIES = pl.DataFrame({"code": ["A", "B"], "name_en": ["North", "South"], "latitude": [40.0, 25.0]})
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("B", "population_agglomeration", "2015", 250_000.0, "persons", "reported"),
    ("A", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
)
PEOPLE = {"A": 2_000_000, "B": 250_000}
PESOS = ExchangeRate("MXN", "USD", 18.66, "2016", "Banco de México, FIX, mean of the year")


def table(file):
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def road():
    """A plan of a nation whose money is the peso."""
    catalogue = load_catalogue()
    exchange = Exchange([PESOS], catalogue.assumptions)
    return build_roadmap(
        catalogue, CITIES, FIGURES, years=range(2016, 2021), budget="30 bn MXN/year", exchange=exchange
    )


def posts_of(row, people):
    """Return posts in each build year and in each later one: cost and wage are of one year."""
    cost = sqrt(float(row["cost_low"]) * float(row["cost_high"]))
    size = (people / 1e6) ** -0.3 if row["scale"] == "platform" else 1.0
    treated = 0.2 if row["code"] == "SPONGE" else 1.0
    capital = cost * people * size * treated
    wage, share = float(row["wage"]), float(row["opex_share_per_year"])
    counted = row["build_person_years_per_100k"], row["run_posts_per_100k"]
    build, run = (
        float(part) if part else float(count) * wage / (100_000 * price)
        for part, count, price in (
            (row["build_labour_share"], counted[0], cost),
            (row["run_labour_share"], counted[1], cost * share),
        )
    )
    return capital * build / wage / ceil(float(row["build_years"])), capital * share * run / wage


@pytest.mark.parametrize("row", table("solutions/solutions.csv"), ids=lambda row: row["code"])
def test_posts_of_a_project_are_its_cost_times_the_part_that_is_wages_by_the_wage(road, row):
    for city, people in PEOPLE.items():
        projects = road.projects.filter(project=f"{city}:{row['code']}")
        stated = projects.select("build_posts", "run_posts").rows()
        assert stated in ([], [pytest.approx(posts_of(row, people), abs=1e-3)])


def test_most_solutions_are_projects_in_some_city(road):
    assert road.projects["solution"].n_unique() > 45


def test_limited_occupations_have_their_share_of_the_posts(road):
    codes = {row["id"]: tuple(row["isco08"].split(";")) for row in table("rules/occupations.csv")}
    shares = defaultdict(lambda: [0.0, 0.0])
    for row in table("solutions/skills.csv"):
        for kind, begins in codes.items():
            if row["isco08"].startswith(begins):
                shares[row["solution_code"], kind][0] += float(row["build_share"] or 0)
                shares[row["solution_code"], kind][1] += float(row["run_share"] or 0)
    stated = {(project, kind): posts for project, kind, *posts in road.staff.iter_rows()}
    needed = {
        (project, kind): [build * shares[solution, kind][0], run * shares[solution, kind][1]]
        for project, solution, build, run in road.projects.select(
            "project", "solution", "build_posts", "run_posts"
        ).iter_rows()
        for kind in codes
    }
    assert {key for key, posts in needed.items() if max(posts) > 1e-3} <= set(stated)
    for key, posts in stated.items():
        assert posts == pytest.approx(needed[key], abs=6e-4)


def test_solutions_of_a_catalogue_that_says_nothing_of_labour_have_no_posts(tmp_path):
    (tmp_path / "solutions").mkdir()
    unsaid = {
        "wage",
        "build_labour_share",
        "run_labour_share",
        "build_person_years_per_100k",
        "run_posts_per_100k",
    }
    (row,) = (row for row in table("solutions/solutions.csv") if row["code"] == "EGOV")
    with (tmp_path / "solutions" / "solutions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in row if name not in unsaid], extrasaction="ignore")
        writer.writeheader()
        writer.writerow(row)
    silent = build_roadmap(
        load_catalogue(tmp_path), CITIES, FIGURES, years=range(2016, 2021), budget="12 bn CNY/year"
    )

    assert silent.projects.filter(solution="EGOV")["build_posts"].to_list() == [None, None]
    assert silent.staff.filter(pl.col("project").str.ends_with(":EGOV")).is_empty()


def test_a_unit_of_training_adds_the_posts_of_those_who_stay():
    catalogue = load_catalogue()
    ict = replace(catalogue.occupations["ICT"], training_drop_out=0.25)
    declared = replace(catalogue, occupations={"ICT": ict})
    sized = pl.DataFrame({"code": ["A"], "people": [1e5], "served": [1e5]})
    projects = pl.DataFrame(
        {"project": ["A:IOC"], "solution": ["IOC"], "build_posts": [2.0], "run_posts": [1.0]}
    )

    tables = people_tables(declared, sized, projects, range(2020, 2022), lambda _: 1.0)

    assert tables["training"]["places"].to_list() == [75.0]  # of 100 seats
