"""How many people there are: pools moved on by those who enter, retire, leave and move."""

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError
from urbium.model import Evidence
from urbium.talent import AgeRates, Assumed, age_rates, read_supply
from urbium.talent.supply import supply

YEARS = range(2020, 2023)
RATES = AgeRates(dict.fromkeys(YEARS, 0.03), dict.fromkeys(YEARS, 0.05), "by hand")


@pytest.fixture(scope="module")
def assumed():
    return Assumed(load_catalogue(), lambda _: 1.0)


def stock(table, place, year):
    return table.filter(place=place, year=year)["stock"].item()


def test_a_stock_is_that_of_the_year_before_with_those_who_came_and_without_those_who_went(towns, assumed):
    table = supply(towns.towns_plan(), assumed, YEARS, RATES)

    # 3% enter, 5% retire; 2% leave and 2% join, none move
    assert [stock(table, "A", year) for year in YEARS] == pytest.approx([3.0, 3.0 * 0.98, 3.0 * 0.98**2])


def test_a_table_that_is_brought_stands_in_place_of_the_pools(towns, assumed):
    own = pl.DataFrame(
        {
            "place": ["A"], "occupation": ["eng"], "stock": [10.0], "entrants": [2.0], "joiners": [0.0],
            "retirement": [1.0], "leavers": [0.5], "mobility": [-0.25], "contractors": [4.0],
            "evidence": ["published"], "note": ["counted"],
        }
    )  # fmt: skip
    table = supply(towns.towns_plan(), assumed, YEARS, RATES, own)

    assert [stock(table, "A", year) for year in YEARS] == pytest.approx([10.0, 10.25, 10.5])
    assert table.filter(place="A")["contractors"].unique().to_list() == [4.0]
    assert table.filter(place="A")["evidence"].unique().to_list() == ["published"]


def test_a_stock_never_falls_below_none(towns, assumed):
    own = pl.DataFrame({"place": ["A"], "occupation": ["eng"], "stock": [1.0], "leavers": [5.0]})
    table = supply(towns.towns_plan(), assumed, YEARS, RATES, own)

    assert stock(table, "A", 2022) == 0.0


def test_who_enters_and_retires_follows_from_the_ages(assumed):
    people = pl.DataFrame(
        {
            "year": [2020] * 4 + [2025] * 4,
            "age": [15, 20, 55, 60] * 2,
            "value": [9.0, 40.0, 60.0, 9.0, 9.0, 10.0, 90.0, 9.0],
        }
    )
    rates = age_rates(people, range(2020, 2027), first_age=20, pension_age=60)

    # a fifth of 40 of 100 enters in 2020, a fifth of 10 of 100 in 2025; 2023 is nearer to 2025
    assert (rates.entrants[2020], rates.retirement[2020]) == pytest.approx((0.08, 0.12))
    assert (rates.entrants[2023], rates.retirement[2026]) == pytest.approx((0.02, 0.18))


def test_every_fault_of_a_table_of_supply_is_named_by_its_cell(towns, assumed, tmp_path):
    path = tmp_path / "supply.csv"
    path.write_text(
        "place,occupation,stock,leavers,evidence\n"
        "A,engg,3,1,published\n"
        "Z,eng,3,1,published\n"
        "A,eng,,1,published\n"
        "B,eng,-3,1,hearsay\n"
    )
    with pytest.raises(InputError) as refused:
        supply(towns.towns_plan(), assumed, YEARS, RATES, read_supply(path))

    faults = {(fault.cell, str(fault.message), str(fault.remedy)) for fault in refused.value.faults}
    assert faults == {
        ("occupation2", "'engg' is not an occupation in the plan", "did you mean 'eng'?"),
        ("place3", "'Z' is not a city in the plan", "use the code of a city in the plan, or nation"),
        ("stock4", "the number of posts is missing", "supply the number of posts for the first plan year"),
        ("stock5", "the number of posts, -3, is below zero", "enter 0 or more"),
        ("evidence5", "'hearsay' is not an evidence level",
         f"enter one of {', '.join(list(map(str, Evidence))[:-1])} and assumption"),
    }  # fmt: skip
