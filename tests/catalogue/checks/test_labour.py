"""Whom the cost of a solution pays: added up from the raw tables, and refused where it contradicts itself."""

import csv
from collections import defaultdict
from math import sqrt

import pytest

from urbium.catalogue import DATA, load_catalogue
from urbium.catalogue.checks.labour import labour
from urbium.errors import InputError


def rows(name):
    with (DATA / "solutions" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("solutions.csv"), ids=lambda row: row["code"])
def test_the_wages_of_a_solution_are_a_part_of_what_it_costs(row):
    capital = sqrt(float(row["cost_low"]) * float(row["cost_high"])) * 100_000  # of 100,000 people
    wage = float(row["wage"])
    costs = {"building": capital, "running": capital * float(row["opex_share_per_year"])}
    shares = {"building": row["build_labour_share"], "running": row["run_labour_share"]}
    counts = {"building": row["build_person_years_per_100k"], "running": row["run_posts_per_100k"]}
    solution = labour(load_catalogue().solutions[row["code"]])

    for phase, cost in costs.items():
        posts = float(counts[phase]) if not shares[phase] else cost * float(shares[phase]) / wage
        assert posts * wage <= cost * (1 + 1e-9)
        assert solution[phase].people * cost == pytest.approx(posts)
        assert solution[phase].paid == pytest.approx(cost / wage)


def test_the_shares_of_every_team_add_up_to_one_and_every_solution_has_a_team():
    for column in ("build_share", "run_share"):
        totals = defaultdict(float)
        for row in rows("skills.csv"):
            totals[row["solution_code"]] += float(row[column] or 0)
        assert dict(totals) == {row["code"]: pytest.approx(1) for row in rows("solutions.csv")}


HEAD = (
    "code,name,domain,description,cost_low,cost_high,cost_unit,price_year,opex_share_per_year,wage,"
    "build_labour_share,run_labour_share,build_person_years_per_100k,run_posts_per_100k,lifetime_years,"
    "build_years,prerequisites,soft_prerequisites,standards,finance_models,evidence_level,sources,scale,note"
)


def own(folder, unit="MXN/person", **labour_cells):
    """Write a programme's own solution that costs 100 a person to build and 10 a year to run."""
    names = ("wage", "build_labour_share", "run_labour_share", "build_person_years_per_100k",
             "run_posts_per_100k")  # fmt: skip
    assert set(labour_cells) <= set(names)
    cells = ",".join(str(labour_cells.get(name, "")) for name in names)
    (folder / "solutions").mkdir()
    (folder / "solutions" / "solutions.csv").write_text(
        f"{HEAD}\nOWN,Own,health,Own,50,200,{unit},2020,0.1,{cells},10,2,,,,PUB,assumption,ASSUME,people,\n",
        encoding="utf-8",
    )
    return folder


def test_posts_that_a_source_counts_and_the_cost_pays_are_those_that_follow(tmp_path):
    own(tmp_path, wage=250_000, run_posts_per_100k=3, build_labour_share=0.5)
    wages = labour(load_catalogue(tmp_path).solutions["OWN"])

    assert wages["running"].people * 10 * 100_000 == pytest.approx(3)  # MXN 1,000,000 a year pay four
    assert wages["building"].people * 100 * 100_000 == pytest.approx(20)


@pytest.mark.parametrize(
    ("cells", "where", "message", "remedy"),
    [
        ({"wage": 250_000, "run_posts_per_100k": 5}, "N2",
         "run_posts_per_100k is 5 per 100,000 people; at this wage, that costs MXN 1,250,000, more than",
         "run_labour_share"),
        ({"wage": 250_000, "build_person_years_per_100k": 41}, "M2",
         "per_100k is 41 per 100,000 people; at this wage, that costs MXN 10,250,000, more than",
         "build_labour_share"),
        ({"wage": 250_000, "build_labour_share": 1.2}, "K2", "1.2 is out of range", "from 0 to 1"),
        ({"run_labour_share": 0.5}, "J2", "OWN has no wage", "at the same prices as the solution"),
        ({"unit": "MXN", "wage": 250_000, "run_posts_per_100k": 1}, "N2", "does not have a cost per person",
         "run_labour_share"),
    ],
)  # fmt: skip
def test_a_catalogue_that_contradicts_itself_is_refused_whole_by_its_cell(
    tmp_path, cells, where, message, remedy
):
    with pytest.raises(InputError) as refused:
        load_catalogue(own(tmp_path, **cells))

    (fault,) = refused.value.faults
    assert (fault.sheet, fault.cell) == ("solutions/solutions.csv", where)
    assert message in fault.message
    assert remedy in fault.remedy


def test_a_declared_part_lets_the_count_of_a_source_stand_beside(tmp_path):
    own(tmp_path, wage=250_000, run_posts_per_100k=5, run_labour_share=0.5)
    running = labour(load_catalogue(tmp_path).solutions["OWN"])["running"]

    assert running.people * 10 * 100_000 == pytest.approx(2)
    assert running.counted_part == pytest.approx(1.25)
