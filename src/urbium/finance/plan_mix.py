"""Mix of a plan: the cheapest money for projects of a plan, and why each other instrument is not in it.

In: a plan with its appraisal, the offers of its nation and first year, and room for debt service. Out: the
mix of all, of a city or of one project, as two short tables: how much each instrument gives at what all-in
cost, and why the others give nothing. How the mix is found: :mod:`urbium.finance.mix`.

Budgets give at most what they give these projects in the plan, so the mix says what money from outside would
be cheapest beside the same budgets. What a city already serves of other projects is taken off its room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.exchange import Exchange
from urbium.catalogue.offers import Offer, Offers
from urbium.columns import schema_of
from urbium.errors import NotFoundError
from urbium.finance.appraisal import Appraisal
from urbium.finance.cash_flow import MILLION
from urbium.finance.fiscal_space import FiscalSpace
from urbium.finance.internal_rates import returns
from urbium.finance.mix import Mix, cheapest_mix
from urbium.finance.mix_task import KINDS, MixRules
from urbium.finance.of_plan import basis_of
from urbium.finance.plan_money import capital_of, plan_repayments
from urbium.finance.prices import Basis
from urbium.model import weakest
from urbium.plan import Plan
from urbium.result import Result
from urbium.text import Text, coded, named, text

_GIVEN: Final = schema_of(
    "instrument amount share all_in price signed_low signed_high is_foreign kind evidence"
)
_REASONS: Final = schema_of("instrument name projects reason")


@dataclass(frozen=True, kw_only=True)
class PlanMix(Result):
    """The cheapest mix of some projects of a plan.

    Parameters
    ----------
    table : instrument, amount (real millions), share of all capital, all_in (real cost a year as a share;
        empty where nothing is paid back), price (what all payments of one unit are worth in the year it is
        drawn), signed_low and signed_high, is_foreign, kind, evidence (the weakest of its terms)
    reasons : instrument, name, projects (how many), reason: why an instrument gives nothing of them
    mix : by project
    left_out : projects of a kind that the catalogue does not have: nothing says who would pay for them
    """

    stage: ClassVar[str] = "mix"
    mix: Mix
    reasons: pl.DataFrame
    basis: Basis
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        facts = self.facts
        return text(
            "Cheapest mix (projects: {projects:,}; instruments: {count}): {amount:,.1f} million, "
                "costing {price:,.1f} million in present value at {discount:.1%} a year; {short:,.1f} "
                "million without a payer; {basis}",
            projects=facts["projects"], amount=facts["amount"], count=self.table.height, price=facts["price"],
            discount=facts["discount"], short=facts["short"], basis=self.basis.words
        ).render()  # fmt: skip

    @property
    def unit(self) -> Text:
        """Currency, kind and year of the prices of all amounts."""
        return self.basis.millions

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is paid, what it is worth today, what nobody pays, and what it rests on."""
        return {
            "projects": self.settings["projects"], **self.mix.facts,
            "discount": self.mix.settings["discount"], "inflation": self.mix.settings["inflation"],
            "terms": self.mix.settings["year"], "unit": self.unit,
        }  # fmt: skip


def plan_mix(
    plan: Plan,
    catalogue: Catalogue,
    offers: Offers,
    exchange: Exchange,
    appraisal: Appraisal,
    *,
    inflation: float,
    city: str = "",
    project: str = "",
    room: Mapping[str, float] | None = None,
    signed_only: bool = False,
    at: float = 0.5,
) -> PlanMix:
    """Return the cheapest mix of all projects of a plan, of a city's, or of one.

    Parameters
    ----------
    room : debt service that a city may pay in each year (real millions), by city; no row is no limit
    signed_only : whether only money counts that is sure to be signed
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end

    Raises NotFoundError for a project that is not planned, or a city of which none is.
    """
    every = _projects(plan, catalogue, appraisal, city, project)
    is_declared = pl.col("solution").is_in(list(catalogue.solutions))
    rows = every.filter(is_declared)
    rules = MixRules(
        currency=plan.currency, discount=appraisal.flows.terms.rate.value, inflation=inflation,
        room={name: value for name, value in (room or {}).items() if name in set(rows["city"])},
        caps=_caps(plan, rows), foreign_share_max=plan.roadmap.settings.foreign_share_max,
        people=people_of(plan), at=at, signed_only=signed_only,
    )  # fmt: skip
    mix = cheapest_mix(rows, catalogue, offers, exchange, rules)
    return PlanMix(
        table=_given(mix, offers, rows, inflation, at), mix=mix, reasons=_reasons(mix, offers),
        messages={**mix.messages, **{str(why): why for why in offers.missing.values()}},
        basis=basis_of(plan), settings={"projects": rows.height, "city": city, "project": project},
        left_out=tuple(every.filter(~is_declared)["project"]),
    )  # fmt: skip


def rooms(plan: Plan, space: FiscalSpace, projects: pl.DataFrame) -> dict[str, float]:
    """Return the debt service that each city of some projects may pay every year, beside its other projects.

    It is the least, over the years after the plan, of the limit less running costs and what other projects
    repay, and never below zero; a city without a limit has no row.
    """
    is_here = pl.col("city").is_in(projects["city"].unique().to_list())
    others = (
        plan_repayments(plan, is_here & ~pl.col("project").is_in(projects["project"].to_list()))
        .filter(pl.col("payer") == "city")
        .group_by("city", "year")
        .agg(others=pl.col("amount").sum())
    )
    left = pl.col("limit") - pl.col("running") - pl.col("renewal") - pl.col("others").fill_null(0.0)
    rows = (
        space.later.filter(is_here & pl.col("limit").is_not_null())
        .join(others, on=["city", "year"], how="left")
        .group_by("city")
        .agg(room=left.min().clip(lower_bound=0.0))
    )
    return dict(rows.iter_rows())


def people_of(plan: Plan) -> dict[str, float]:
    """Return the people of each city, where the weights of the roadmap count them."""
    if not plan.roadmap.settings.counts_people:
        return {}
    return {
        city: weight * MILLION for city, weight in plan.roadmap.cities.select("city", "weight").iter_rows()
    }


def _projects(
    plan: Plan, catalogue: Catalogue, appraisal: Appraisal, city: str, project: str
) -> pl.DataFrame:
    """Return the projects as the mix takes them; cash is what is booked at its low end, less its running."""
    table = plan.table
    if project:
        table = table.filter(pl.col("project") == project)
    elif city:
        table = table.filter(pl.col("city") == city)
    if plan.table.is_empty():
        raise NotFoundError(
            coded("finance.plan_mix.nothing", "the plan builds nothing, so there is nothing to pay for"),
            remedy=text("plan again, with more time or money"),
        )
    if table.is_empty():
        names = [*plan.table["project"], *plan.table["city"].unique()]
        named = text("planned project or city")
        raise NotFoundError.named(named, project or city, names)
    low: dict[str, float] = {}
    for one in appraisal.flows.booked:
        low[one.project] = low.get(one.project, 0.0) + one.low
    running = dict(table.select("project", "operation").iter_rows())
    lives = {code: solution.lifetime for code, solution in catalogue.solutions.items()}
    return table.select("project", "city", "solution", "capital").with_columns(
        cash=pl.Series(
            [low[name] - running[name] if name in low else 0.0 for name in table["project"]], dtype=pl.Float64
        ),
        years=pl.Series([float(lives.get(code) or 0.0) for code in table["solution"]], dtype=pl.Float64),
    )


def _caps(plan: Plan, rows: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Return the most that budgets give: what they give these projects in the plan."""
    projects = pl.col("project").is_in(rows["project"].to_list())
    caps = {(city, "budget"): 0.0 for city in rows["city"].unique()}
    paid = capital_of(plan, "city").filter(projects).group_by("city").agg(pl.col("amount").sum())
    caps |= {(city, "budget"): amount for city, amount in paid.iter_rows()}
    caps["nation", "grant"] = float(capital_of(plan, "nation").filter(projects)["amount"].sum())
    return caps


def _given(mix: Mix, offers: Offers, rows: pl.DataFrame, inflation: float, at: float) -> pl.DataFrame:
    """Return how much each instrument gives, at what cost."""
    whole = float(rows["capital"].sum())
    sums = mix.table.group_by("instrument", "kind", "is_foreign").agg(
        pl.col("amount").sum(), pl.col("price", "signed_low", "signed_high").first()
    )
    lines = [
        {**row, "share": row["amount"] / whole if whole else None, "all_in": _all_in(offer, inflation, at),
         "evidence": weakest(term.evidence for term in offer.terms.values())}
        for row in sums.sort("amount", "instrument", descending=[True, False]).iter_rows(named=True)
        for offer in [offers.available[row["instrument"]]]
    ]  # fmt: skip
    return pl.DataFrame(lines, schema=_GIVEN)


def _all_in(offer: Offer, inflation: float, at: float) -> float | None:
    """Return the one real rate a year at which all payments of an instrument are worth what is drawn."""
    if not offer.is_repaid:
        return None
    schedule = offer.schedule(at)
    paid = schedule.at_constant_prices(inflation if offer.instrument.prices == "nominal" else 0.0).payments
    return _rate((1.0 - paid[0], *(-amount for amount in paid[1:])))


@lru_cache(256)
def _rate(flow: tuple[float, ...]) -> float | None:
    """Return the one rate of a cash flow: the terms of an instrument have the same in every city."""
    return returns(flow).single


def _reasons(mix: Mix, offers: Offers) -> pl.DataFrame:
    """Return why instruments give nothing, that of most projects first; and kinds that nobody offers."""
    names = {name: named(offer.instrument.name, name) for name, offer in offers.available.items()}
    counted = (
        mix.refused.group_by("instrument", "reason")
        .agg(projects=pl.len().cast(pl.Int64))
        .sort("instrument", "projects", "reason", descending=[False, True, False])
        .with_columns(name=pl.col("instrument").replace(names))
        .select(list(_REASONS))
    )
    missing = [
        (kind.value, str(KINDS[kind]).capitalize(), 0, str(why)) for kind, why in offers.missing.items()
    ]
    return pl.concat([counted, pl.DataFrame(missing, schema=_REASONS, orient="row")])
