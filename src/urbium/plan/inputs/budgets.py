"""Budgets of places and limits of funds: in the plan's years, and in those in which it is completed.

After the plan a place has each year for building, running and renewing what it has in one of its years, less
a reserve. See ADR 0103.
"""

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.exchange import Exchange
from urbium.model import Evidence
from urbium.money import Money
from urbium.plan.inputs.assumptions import Assumed
from urbium.plan.inputs.notes import cell
from urbium.plan.problem.tables import NATIONWIDE
from urbium.text import Text, sentences, text

_GIVEN = text("set for this plan")


def budgets(  # noqa: PLR0917 - all that budgets are made of
    cities: pl.DataFrame, years: range, all_years: range, of_nation: float, note: Text, assumed: Assumed
) -> pl.DataFrame:
    """Return the yearly budgets of the nation and of each city, in millions of the plan's currency.

    In the years in which what was begun is completed they are those of any year after the plan.
    """
    nation = pl.DataFrame({"place": [NATIONWIDE], "amount": [of_nation], "evidence": "", "note": cell(note)})
    every = pl.concat([nation, cities.rename({"city": "place"}).select(nation.columns)])
    is_later = pl.col("year") > years[-1]
    return every.join(
        pl.DataFrame({"year": list(all_years)}), how="cross", maintain_order="left_right"
    ).with_columns(
        amount=pl.when(is_later)
        .then(_of_later_years(pl.col("amount"), assumed))
        .otherwise(pl.col("amount").round(3)),
        evidence=pl.when(is_later).then(pl.lit(Evidence.ASSUMPTION.value)).otherwise("evidence"),
        note=pl.when(is_later).then(pl.lit(_later_note(assumed))).otherwise("note"),
    )


def given(budget: Money, exchange: Exchange, currency: str, added: float, years: range) -> Text:
    """Say what the nation's yearly budget is made of, and what it adds to the budgets of cities."""
    steps = exchange.steps(budget.currency, currency)
    converted = [text("{amount} at {rate}", amount=str(budget), rate=step.words) for step in steps]
    less = text(
        "less {currency} {added:millions} a year, both in the plan (total: {currency} "
        "{sum:millions}) and in every year after it; this money tops up the budgets of the cities "
        "with the lowest budgets per head and is treated as the cities' money",
        currency=currency,
        added=added,
        sum=added * len(years),
    )
    return sentences([_GIVEN, *converted, *([less] if added else [])])


def _of_later_years(amount: pl.Expr, assumed: Assumed) -> pl.Expr:
    """Return what a place may pay in a year after the plan that pays so much in one of it."""
    return (amount * assumed("upkeep.share_of_budget") * (1 - assumed("upkeep.reserve"))).round(3)


def _later_note(assumed: Assumed) -> str:
    return cell(
        text(
            "in each year after the plan, up to {most:.0%} of one plan year's budget may be spent "
            "({share:.0%} less a reserve of {reserve:.0%}; both are assumptions)",
            most=assumed("upkeep.share_of_budget") * (1 - assumed("upkeep.reserve")),
            share=assumed("upkeep.share_of_budget"),
            reserve=assumed("upkeep.reserve"),
        )
    )


def upkeep(cities: pl.DataFrame, years: range, assumed: Assumed) -> pl.DataFrame:
    """Return what each city may pay for upkeep in every year after all that is planned is completed."""
    return cities.select(
        place="city",
        since=pl.lit(years[-1] + 1),
        amount=_of_later_years(pl.col("amount"), assumed),
        evidence=pl.lit(Evidence.ASSUMPTION.value),
        note=pl.lit(_later_note(assumed)),
    )


def fund_limits(catalogue: Catalogue, years: range, assumed: Assumed) -> pl.DataFrame:
    """Return what each fund with a declared limit may pay in each year."""
    rows = [
        {"fund": fund, "year": year, "amount": assumed(f"fund_limit.{fund}")}
        for fund in catalogue.funds
        if f"fund_limit.{fund}" in catalogue.assumptions
        for year in years
    ]
    return pl.DataFrame(rows, schema={"fund": pl.String, "year": pl.Int64, "amount": pl.Float64})
