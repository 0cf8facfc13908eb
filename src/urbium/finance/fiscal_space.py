"""Fiscal space: what running costs and debt service leave a city of its limit, by year, beyond a plan.

In: a plan, the offers of its nation and first year, the catalogue. Out: one row a city and year, with signed
money and money that nobody signed yet apart. All amounts are at the plan's prices: nominal debt service is
divided by the declared inflation. Foreign currencies: :mod:`urbium.finance.currency_risk`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.finance.debt import real_service, service
from urbium.finance.instruments import Offers
from urbium.finance.plan_money import Draws, plan_draws, running_costs
from urbium.plan import Plan
from urbium.result import Result
from urbium.text import text

__all__ = ["FiscalSpace", "fiscal_space"]

BEYOND: Final = 10
"""Years after the plan that are looked at."""
_TOLERANCE: Final = 1e-6
_SIGN: Final = " | "


@dataclass(frozen=True, kw_only=True)
class FiscalSpace(Result):
    """What running costs and debt service leave of each city's limit.

    Parameters
    ----------
    table : city, year, running, signed and unsigned (debt service of the city), limit, room (limit less all
        three), room_signed (limit less running and signed), share (of the limit that all three take). Where
        no limit is declared limit, room and share are null
    draws : what was drawn, and the capital for which no instrument is offered
    currency : of all amounts, in millions, at the plan's prices
    """

    stage: ClassVar[str] = "fiscal space"
    draws: Draws
    currency: str

    def __repr__(self) -> str:
        return text(
            "finance.space.about",
            "Fiscal space of {cities:,} cities, {first:d}-{last:d}: {over:,} exceed their limit in some year",
            cities=self.table["city"].n_unique(), first=self.table["year"].min() or 0,
            last=self.table["year"].max() or 0, over=self.exceeded["city"].n_unique(),
        ).render()  # fmt: skip

    @property
    def exceeded(self) -> pl.DataFrame:
        """The cities and years in which running costs and debt service exceed the limit."""
        return self.table.filter(pl.col("room") < -_TOLERANCE)

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many cities exceed their limit, with all money and with signed money alone."""
        signed = self.table.filter(pl.col("room_signed") < -_TOLERANCE)
        return {
            "cities": self.table["city"].n_unique(),
            "cities over the limit": self.exceeded["city"].n_unique(),
            "cities over the limit, signed money only": signed["city"].n_unique(),
            "capital without an instrument": float(self.draws.without["amount"].sum()),
            "currency": self.currency,
        }


def fiscal_space(
    plan: Plan,
    catalogue: Catalogue,
    offers: Offers,
    *,
    inflation: float,
    beyond: int = BEYOND,
    at: float = 0.5,
    signed: Collection[tuple[str, str]] = (),
) -> FiscalSpace:
    """Return what is left of each city's limit in every plan year and the years after it.

    The limit is the city's budget in plan years and its limit of running costs (``upkeep``) in later ones. Of
    a plan year's budget the city's own capital is taken off first.

    Parameters
    ----------
    inflation : of the plan's currency, a share a year
    beyond : years after the plan
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end
    signed : project and instrument of what is signed; of the rest nobody signed anything yet
    """
    years = range(plan.years[0], plan.years[-1] + beyond + 1)
    draws = plan_draws(plan, catalogue, offers)
    due = real_service(service(draws.table, offers.available, at=at), inflation, plan.years[0])
    mine = due.filter(pl.col("payer") == "city").with_columns(
        amount=pl.col("interest") + pl.col("principal") + pl.col("fees"),
        is_signed=pl.concat_str("project", "instrument", separator=_SIGN).is_in(
            [_SIGN.join(pair) for pair in signed]
        ),
    )
    sums = mine.group_by("city", "year").agg(
        signed=pl.col("amount").filter(pl.col("is_signed")).sum(),
        unsigned=pl.col("amount").filter(~pl.col("is_signed")).sum(),
    )
    cities = pl.DataFrame({"city": plan.roadmap.cities["city"]})
    frame = cities.join(pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64}), how="cross")
    table = (
        frame.join(running_costs(plan, years).rename({"amount": "running"}), on=["city", "year"], how="left")
        .join(sums, on=["city", "year"], how="left")
        .join(_limits(plan, years), on=["city", "year"], how="left")
        .with_columns(pl.col("running", "signed", "unsigned").fill_null(0.0))
        .with_columns(
            room=pl.col("limit") - pl.col("running") - pl.col("signed") - pl.col("unsigned"),
            room_signed=pl.col("limit") - pl.col("running") - pl.col("signed"),
        )
        .with_columns(share=pl.when(pl.col("limit") > 0).then(1 - pl.col("room") / pl.col("limit")))
        .sort("city", "year")
    )
    return FiscalSpace(
        table=table, draws=draws, currency=plan.currency,
        settings={"inflation": inflation, "beyond": beyond, "at": at, "terms of": offers.year},
    )  # fmt: skip


def _limits(plan: Plan, years: range) -> pl.DataFrame:
    """Return the limit of each city and year: budgets less own capital, then the limit of running costs."""
    road = plan.roadmap
    payers = road.funds.filter(pl.col("payer") == "city")["fund"].to_list()
    capital = (
        plan.money.filter((pl.col("kind") == "capital") & pl.col("fund").is_in(payers))
        .group_by("city", "year")
        .agg(capital=pl.col("amount").sum())
    )
    budgets = (
        road.budgets.select(city="place", year="year", limit="amount")
        .join(capital, on=["city", "year"], how="left")
        .select("city", "year", limit=pl.col("limit") - pl.col("capital").fill_null(0.0))
    )
    later = pl.DataFrame(
        {"year": [year for year in years if year > plan.years[-1]]}, schema={"year": pl.Int64}
    )
    upkeep = (
        road.upkeep.select(city="place", since="since", limit="amount")
        .join(later, how="cross")
        .filter(pl.col("since") <= pl.col("year"))
        .sort("since")
        .unique(["city", "year"], keep="last", maintain_order=True)
        .select("city", "year", "limit")
    )
    return pl.concat([budgets, upkeep])
