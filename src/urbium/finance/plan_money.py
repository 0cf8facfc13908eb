"""The money of a plan as draws of instruments, and what it costs to run by year after the plan.

In: a plan, whose money is by fund, and the offers of its nation and first year. Out: draws by instrument,
and the capital for which none is offered, with the reason; running costs by city and year. What draws cost
later: :mod:`urbium.finance.debt`.
"""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.offers import Offer, Offers
from urbium.columns import schema_of
from urbium.finance.debt import inflated
from urbium.finance.inflows import least_evidence, project_inflows
from urbium.model import Prices
from urbium.plan import Plan
from urbium.text import text

_DRAWN: Final = schema_of("project city fund instrument year amount")
_UNSERVED: Final = schema_of("project city fund amount reason")


@dataclass(frozen=True)
class Draws:
    """What a plan draws.

    Attributes
    ----------
    table : project, city, fund, instrument, year, amount (millions)
    without : project, city, fund, amount, reason: capital of a fund that no offered instrument gives; nothing
        is known of its cost
    """

    table: pl.DataFrame
    without: pl.DataFrame


def plan_draws(plan: Plan, catalogue: Catalogue, offers: Offers) -> Draws:
    """Return what the plan's capital is drawn by: of each fund the first kind of instrument that fits.

    An instrument fits where it is offered and serves a way to finance of the project, and where its users
    would repay it only if the project brings in money that somebody counted. Of several of a kind the
    cheapest is taken. A fund that the catalogue does not have, or none of whose instruments fits, is told
    apart.
    """
    models = dict(plan.roadmap.projects.select("project", "finance_models").iter_rows())
    inflows = project_inflows(plan.roadmap, plan.table["project"], least=least_evidence(catalogue))
    paying = set(inflows.filter(pl.col("kind") != "none")["project"])
    chosen: dict[tuple[str, str, bool], Offer | None] = {}
    drawn: list[tuple[Any, ...]] = []
    without: list[tuple[Any, ...]] = []
    capital = plan.money.filter(pl.col("kind") == "capital")
    for row in capital.select("project", "city", "fund", "year", "amount").iter_rows(named=True):
        case = row["fund"], models.get(row["project"], ""), row["project"] in paying
        if case not in chosen:
            chosen[case] = _fitting(catalogue, offers, *case)
        offer = chosen[case]
        if offer is None:
            reason = text("{fund} offers no instrument that the project can use",
                          fund=row["fund"])  # fmt: skip
            without.append((row["project"], row["city"], row["fund"], row["amount"], str(reason)))
        else:
            drawn.append(
                (*(row[name] for name in ("project", "city", "fund")), offer.id, row["year"], row["amount"])
            )
    return Draws(
        pl.DataFrame(drawn, schema=_DRAWN, orient="row"),
        pl.DataFrame(without, schema=_UNSERVED, orient="row"),
    )


def _fitting(catalogue: Catalogue, offers: Offers, fund: str, models: str, is_paying: bool) -> Offer | None:
    kinds = catalogue.funds[fund].instruments if fund in catalogue.funds else ()
    takes = set(models.split(";"))
    fits = (
        offer
        for offer in offers.of_kinds(kinds)
        if takes & set(offer.instrument.finance_models)
        and (is_paying or not offer.is_repaid or offer.instrument.payer != "users")
    )
    return next(fits, None)


def nominal_draws(draws: pl.DataFrame, offers: Offers, inflation: float, base: int) -> pl.DataFrame:
    """Return draws at constant prices as what nominal terms are agreed on: the money of the year of drawing.

    Parameters
    ----------
    draws : as :func:`plan_draws` returns them
    inflation : a share a year
    base : the year of the prices, by which :func:`urbium.finance.debt.real_service` leads back
    """
    nominal = [name for name, offer in offers.available.items() if offer.instrument.prices is Prices.NOMINAL]
    factor = pl.when(pl.col("instrument").is_in(nominal)).then(inflated(inflation, base)).otherwise(1.0)
    return draws.with_columns(amount=pl.col("amount") * factor)


def capital_of(plan: Plan, payer: str) -> pl.DataFrame:
    """Return the rows of a plan's money that are capital of a payer: ``nation``, ``city`` or ``outside``."""
    funds = plan.roadmap.funds.filter(payer=payer)["fund"].to_list()
    return plan.money.filter(pl.col("kind") == "capital", pl.col("fund").is_in(funds))


def plan_repayments(plan: Plan, only: pl.Expr | None = None) -> pl.DataFrame:
    """Return what is repaid of what funds paid, on the plan's own terms: nothing where it has none.

    ``only`` says of which rows of the plan's money; of all when left out.

    Columns: project, city, payer (``city``, ``nation`` or ``users``), fund, year, amount (millions, at the
    plan's prices).
    """
    terms = plan.roadmap.repayments.select("fund", "payer", "after", "share")
    return (
        plan.money.filter(pl.col("kind") == "capital", *([] if only is None else [only]))
        .join(terms, on="fund")
        .select(
            "project", "city", "payer", "fund", year=pl.col("year") + pl.col("after"),
            amount=pl.col("amount") * pl.col("share"),
        )
    )  # fmt: skip


def running_costs(plan: Plan, years: range) -> pl.DataFrame:
    """Return what it costs to keep up what the plan builds: city, year, running, renewal (millions).

    A project runs from the year after its last build year on, to the end of ``years``; what is set aside in
    each of them pays for its renewal.
    """
    each = pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64})
    return (
        plan.table.select("city", "finish", "operation", "renewal")
        .join(each, how="cross")
        .filter(pl.col("year") > pl.col("finish"))
        .group_by("city", "year")
        .agg(running=pl.col("operation").sum(), renewal=pl.col("renewal").sum())
        .sort("city", "year")
    )
