"""What a plan asks of a city beside the most it ever spent in a year."""

import polars as pl
import pytest

from urbium.finance.spending import fiscal_history, stretched
from urbium.observations.roles import PACKAGED


def spent(*rows):
    return pl.DataFrame(list(rows), schema=["city", "year", "amount", "basis"], orient="row")


def test_a_year_in_which_a_plan_asks_more_than_was_ever_spent_is_marked(towns):
    known = spent(("A", 2017, 12.0, "fiscal"), ("A", 2018, 20.0, "fiscal"), ("A", 2019, 4.0, "fiscal"))
    rows = {row["year"]: row for row in stretched(towns.towns_plan(), known).iter_rows(named=True)}

    # Aston: 15 in 2020 and 25 in 2021 (10 of its own each), 4 to run in 2022; the most was 20, in 2018
    assert {year: (row["asked"], row["own"], row["is_more"]) for year, row in rows.items()} == {
        2020: (15.0, 10.0, False), 2021: (25.0, 10.0, True), 2022: (4.0, 4.0, False),
    }  # fmt: skip
    assert rows[2021]["times"] == pytest.approx(1.25)
    assert rows[2021]["most_year"] == 2018


def test_a_city_of_which_nothing_is_known_is_left_out(towns):
    assert stretched(towns.towns_plan(), spent(("Z", 2018, 1.0, "fiscal"))).is_empty()


def test_each_basis_stands_by_itself(towns):
    known = spent(("A", 2018, 100.0, "fiscal"), ("A", 2019, 5.0, "reported"))
    table = stretched(towns.towns_plan(), known).filter(city="A", year=2021)

    assert dict(table.select("basis", "is_more").iter_rows()) == {"fiscal": False, "reported": True}


def test_a_budget_is_the_declared_part_of_output_and_ratio(observe):
    figures = observe(("A", "gdp", 2018, 200.0), unit="million CNY", area="prefecture").vstack(
        observe(("A", "fiscal_revenue_gdp", 2018, 0.3), unit="ratio", area="prefecture")
    )
    names = PACKAGED.variables("output"), PACKAGED.variables("fiscal_ratio")
    figures = figures.with_columns(
        variable=pl.when(pl.col("unit") == "ratio").then(pl.lit(names[1][0])).otherwise(pl.lit(names[0][0]))
    )
    table = fiscal_history(figures, part=0.5, rate_from=lambda _: 1.0, declared={}, roles=PACKAGED)

    assert table.rows() == [("A", 2018, 200.0 * 0.3 * 0.5, "fiscal")]
