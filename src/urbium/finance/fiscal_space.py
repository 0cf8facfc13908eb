"""Fiscal space: what running costs and debt service leave a city of its limit, by year, beyond a plan.

In: a plan with its own repayments, or the offers of its nation and first year. Out: one row a city and year,
with signed money and money that nobody signed yet apart. All amounts are at the plan's prices: nominal debt
service is divided by the declared inflation. Foreign currencies: :mod:`urbium.finance.currency_risk`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
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
    draws : what was drawn, and the capital for which no instrument is offered; None where the plan's own
        repayments are counted
    currency : of all amounts, in millions, at the plan's prices
    """

    stage: ClassVar[str] = "fiscal space"
    draws: Draws | None
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
            "capital without an instrument": float(self.draws.without["amount"].sum()) if self.draws else 0.0,
            "currency": self.currency,
        }


def fiscal_space(
    plan: Plan,
    catalogue: Catalogue,
    offers: Offers | None = None,
    *,
    inflation: float = 0.0,
    beyond: int = BEYOND,
    at: float = 0.5,
    signed: Collection[tuple[str, str]] = (),
) -> FiscalSpace:
    """Return what is left of each city's limit in every plan year and the years after it.

    The limit is the city's budget in plan years and its limit of running costs (``upkeep``) in later ones. Of
    a plan year's budget the city's own capital is taken off first.

    Parameters
    ----------
    offers : whose terms debt is served on; the plan's own repayments of each fund when left out
    inflation : of the plan's currency, a share a year, for nominal terms of offers
    beyond : years after the plan
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end
    signed : project and instrument (or fund) of what is signed; of the rest nobody signed anything yet

    Raises InputError when neither offers are given nor the plan has repayments.
    """
    years = range(plan.years[0], plan.years[-1] + beyond + 1)
    draws = None if offers is None else plan_draws(plan, catalogue, offers)
    if draws is None or offers is None:
        due = _repaid(plan)
    else:
        rows = real_service(service(draws.table, offers.available, at=at), inflation, plan.years[0])
        due = rows.filter(pl.col("payer") == "city").select(
            "project", "city", "year", by="instrument",
            amount=pl.col("interest") + pl.col("principal") + pl.col("fees"),
        )  # fmt: skip
    is_signed = pl.concat_str("project", "by", separator=_SIGN).is_in([_SIGN.join(pair) for pair in signed])
    sums = due.group_by("city", "year").agg(
        signed=pl.col("amount").filter(is_signed).sum(),
        unsigned=pl.col("amount").filter(~is_signed).sum(),
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
        settings={
            "terms": "repayments of the plan" if offers is None else f"instruments of {offers.year}",
            "inflation": inflation, "beyond": beyond, "at": at,
        },
    )  # fmt: skip


def _repaid(plan: Plan) -> pl.DataFrame:
    """Return what the cities repay of what funds paid, as the plan itself counts it."""
    terms = plan.roadmap.repayments.filter(pl.col("payer") == "city")
    if plan.roadmap.repayments.is_empty():
        raise InputError(
            text("finance.space.no_terms", "the plan says nothing of what its money costs later"),
            place="repayments",
            remedy=text("finance.space.no_terms.remedy",
                        "give offers of instruments, or solve the plan with its repayments"),
        )  # fmt: skip
    return (
        plan.money.filter(pl.col("kind") == "capital")
        .join(terms.select("fund", "after", "share"), on="fund")
        .select(
            "project", "city", year=pl.col("year") + pl.col("after"), by="fund",
            amount=pl.col("amount") * pl.col("share"),
        )
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
