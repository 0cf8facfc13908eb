"""Debt of a plan: what its money costs later, who owes it by year, and how well cash covers it.

In: a plan, the offers of its nation and first year, the cash flows of its projects, and guarantees that are
signed. Out: liabilities of cities and nation as stock and flow, with what the plan changes of deficit and
debt; cover ratios of projects; foreign debt by draws. How money is served: :mod:`urbium.finance.debt`.

The terms are those of the instruments that are offered, at one place of their range. Liabilities are real:
nominal service over the declared inflation. Cover ratios and foreign debt are nominal, as lenders count them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.offers import Offer, Offers
from urbium.columns import schema_of
from urbium.finance.appraisal import Appraisal
from urbium.finance.cash_flow import MILLION, CashFlows, Line
from urbium.finance.currency_risk import currency_draws
from urbium.finance.debt import cover_by_year, nominal_service, real_service, service
from urbium.finance.liabilities import COMMITTED, liabilities, with_and_without
from urbium.finance.of_plan import basis_of, price_year_of
from urbium.finance.plan_money import Draws, nominal_draws, plan_draws, running_costs
from urbium.finance.prices import Basis, Inflation, YearlyAmounts
from urbium.model import InstrumentKind, Prices, Term, evidence_words, weakest
from urbium.plan import Plan
from urbium.plan.result.years import cost_of_training
from urbium.result import Result
from urbium.text import Text, named, text

GUARANTEES: Final[dict[str, Any]] = {
    "project": pl.String, "fund": pl.String, "guarantor": pl.String, "share": pl.Float64,
    "called_low": pl.Float64, "called_high": pl.Float64,
}  # fmt: skip
"""Columns of guarantees, by project and the fund whose money is guaranteed; else as in ``liabilities``."""

BASE: Final = schema_of("place year revenue spending debt", revenue=pl.Float64())
"""Columns of what places earn, spend and owe without the plan: real millions of the plan's currency."""

_OF_RATE: Final = (Term.RATE, Term.EQUITY_RETURN, Term.GEARING, Term.CURRENCY_COST)
"""Of which terms the rate is made."""
_REPAYING: Final = {
    "city": text("the city"), "nation": text("the nation"), "users": text("the users of the project"),
}  # fmt: skip
"""Who repays an instrument."""
_ALIKE: Final = 1 - 1e-9
"""From which share of the largest payment on a year counts as one that takes most."""
_NATION: Final = "nation"
_CITY: Final = "city"
_SUMS: Final = (
    "debt", "commitments", "contingent", "interest", "repaid", "payments", "calls_low", "calls_high",
    "deficit_without", "deficit_with", "debt_without", "debt_with",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PlanDebt(Result):
    """What is owed of a plan's money.

    Parameters
    ----------
    table : place (a city, or ``nation``), year; stocks at the end of the year: debt, commitments (PPPs),
        contingent (guaranteed); flows: interest, repaid, payments (PPPs), calls_low, calls_high (expected
        calls of guarantees); deficit_without, deficit_with, debt_without, debt_with. Real millions of the
        basis
    draws : by instrument, and the capital for which none is offered
    service : of each project and instrument, nominal
    is_change : whether nothing is known of what places owe anyway: then the columns ``with`` are what the
        plan changes, and those ``without`` are 0
    evidence : the weakest of the terms that are used
    price_year : from which nominal money is counted: that of the basis, else the first year of the plan
    """

    stage: ClassVar[str] = "liabilities"
    draws: Draws
    service: pl.DataFrame
    offers: Offers
    basis: Basis
    is_change: bool
    evidence: str
    price_year: int

    def __repr__(self) -> str:
        facts = self.facts
        return text(
            "Liabilities of the plan: debt of at most {debt:,.0f} million ({debt_year}), PPP commitments of "
            "at most {commitments:,.0f} million, guarantees of {contingent:,.0f} million; {basis}",
            debt=facts["debt"], debt_year=str(facts["debt year"]), commitments=facts["commitments"],
            contingent=facts["contingent"], basis=self.basis.words
        ).render()  # fmt: skip

    @property
    def unit(self) -> Text:
        """Currency, kind and year of the prices of the table."""
        return self.basis.millions

    @property
    def by_year(self) -> pl.DataFrame:
        """All places together, by year."""
        return self.yearly(self.table)

    @staticmethod
    def yearly(rows: pl.DataFrame) -> pl.DataFrame:
        """Add up rows of the table by year."""
        return rows.group_by("year").agg(pl.col(_SUMS).sum()).sort("year")

    @property
    def overview(self) -> pl.DataFrame:
        """The years, all places together."""
        return self.by_year

    @property
    def facts(self) -> Mapping[str, Any]:
        """The largest stocks of all places together, and what the figures rest on."""
        years = self.by_year
        peak = years.sort("debt", "year", descending=[True, False]).row(0, named=True) if years.height else {}
        most = {name: float(years[name].max() or 0.0) for name in ("debt", "commitments", "contingent")}  # type: ignore[arg-type]
        return {
            **most,
            "debt year": peak.get("year", ""),
            "last payment": years.filter(pl.col("interest") + pl.col("repaid") + pl.col("payments") > 0)[
                "year"
            ].max(),
            "capital without an instrument": float(self.draws.without["amount"].sum()),
            "terms": self.settings["terms"],
            "inflation": self.settings["inflation"],
            "evidence": self.evidence,
            "is_change": self.is_change,
            "unit": self.unit,
        }

    def cover(self, flows: CashFlows, projects: Collection[str], name: str = "") -> pl.DataFrame:
        """Return DSCR and LLCR by year of all debt of projects, nominal; no row where a project is cost-only.

        Columns as :func:`urbium.finance.debt.cover_by_year` has them; the debt counts whoever serves it. Cash
        is what is booked, at the low and the high end of its range, less the cost to run and to replace, with
        prices that rise by the declared inflation.

        Parameters
        ----------
        flows : of the projects
        projects : which; with a ``name`` they count together as one bundle, and all of them must earn
        """
        rows = flows.projects.filter(pl.col("project").is_in(list(projects)))
        earning = rows.filter(pl.col("inflow_evidence") != "")["project"].to_list()
        if name and len(earning) < len(set(projects)):
            earning = []
        inflation = self.settings["inflation"]
        cash = _cash(flows.bundle(earning), inflation, self.price_year)
        due = nominal_service(self.service, inflation, self.price_year).with_columns(payer=pl.lit("users"))
        if name:
            cash = (
                cash.with_columns(project=pl.lit(name))
                .group_by("project", "year")
                .agg(pl.col("low", "high").sum())
            )
            due = due.filter(pl.col("project").is_in(list(projects))).with_columns(project=pl.lit(name))
        return cover_by_year(due, cash)

    def terms_of(self, projects: Collection[str]) -> tuple[Text, ...]:
        """Say of each kind of debt of projects what its lender earns, who repays it and when."""
        used = self.service.filter(pl.col("project").is_in(list(projects)))["instrument"].unique().sort()
        return tuple(self._terms(self.offers.available[name]) for name in used)

    def loan_words(self, projects: Collection[str]) -> tuple[Text, ...]:
        """Say the terms of the debt of projects, when it is served, and who bears the exchange risk."""
        rows = self.service.filter(pl.col("project").is_in(list(projects)))
        if rows.is_empty():
            return ()
        return (*self.terms_of(projects), self._served_words(rows), *self._exchange_words(rows))

    def lender_words(self, projects: Collection[str]) -> tuple[Text, ...]:
        """Say what the debt of projects earns its lenders, and who bears the exchange risk."""
        rows = self.service.filter(pl.col("project").is_in(list(projects)))
        return (*self.terms_of(projects), *self._exchange_words(rows))

    def _served_words(self, rows: pl.DataFrame) -> Text:
        """Say from when to when debt is served, and the years that take most."""
        years = (
            nominal_service(rows, self.settings["inflation"], self.price_year)
            .group_by("year")
            .agg(due=pl.col("interest").sum() + pl.col("principal").sum())
            .filter(pl.col("due") > 0)
            .sort("year")
        )
        most = float(years["due"].max())  # type: ignore[arg-type]
        peak = years.filter(pl.col("due") > most * _ALIKE)["year"].to_list()
        until = next(year for year in peak if year + 1 not in peak)
        facts = {
            "first": years["year"].min(), "last": years["year"].max(), "year": peak[0], "most": most,
            "currency": self.basis.currency,
        }  # fmt: skip
        if until > peak[0]:
            return text(
                "Interest and repayments are due from {first} to {last}; they are highest from {year} until "
                "{until}, at {currency} {most:millions} a year (nominal).",
                until=until, **facts,
            )  # fmt: skip
        return text(
            "Interest and repayments are due from {first} to {last}; they are highest in {year}, at "
            "{currency} {most:millions} (nominal).",
            **facts,
        )

    def _exchange_words(self, rows: pl.DataFrame) -> Iterator[Text]:
        """Say who bears the exchange risk of debt in the plan's currency, and of debt in another."""
        codes = {self._currency(self.offers.available[name]) for name in rows["instrument"].unique()}
        own = self.basis.currency
        if own in codes:
            yield text(
                "The plan assumes that money lent in {currency} is repaid in {currency}: a lender whose own "
                "currency is another one bears the exchange risk, unless the agreement says otherwise.",
                currency=own,
            )
        for code in sorted(codes - {own}):
            yield text(
                "The plan assumes that money lent in {currency} is repaid in {currency}: whoever repays it "
                "bears the exchange risk, unless the agreement says otherwise.",
                currency=code,
            )

    def _currency(self, offer: Offer) -> str:
        return offer.instrument.currency or self.basis.currency

    def _terms(self, offer: Offer) -> Text:
        counted = offer.debt(self.settings["at"])
        facts = {
            "name": named(offer.instrument.name, offer.id),
            "rate": self._rate_words(offer, counted.rate),
            "payer": _REPAYING[offer.instrument.payer],
            "currency": self._currency(offer),
            "years": counted.years,
            "grade": _grade(offer, Term.TENOR, Term.GRACE),
        }
        if not counted.grace:
            return text(
                "{name}: interest of {rate}; repaid in {currency} by {payer}; years to the last payment: "
                "{years} ({grade}).",
                **facts,
            )
        return text(
            "{name}: interest of {rate}; repaid in {currency} by {payer}; years to the last payment: "
            "{years}, of which {grace} without repayment ({grade}).",
            grace=counted.grace,
            **facts,
        )

    def _rate_words(self, offer: Offer, rate: float) -> Text:
        """Say a rate as it is agreed, and of a nominal one what it is worth at the declared inflation."""
        facts = {"rate": rate, "grade": _grade(offer, *_OF_RATE)}
        if offer.instrument.prices is Prices.REAL:
            return text("{rate:.2%} a year, real ({grade})", **facts)
        inflation = self.settings["inflation"]
        return text(
            "{rate:.2%} a year, nominal ({grade}), or about {real:.1%} real at inflation of "
            "{inflation:.1%} a year (assumption)",
            real=(1 + rate) / (1 + inflation) - 1, inflation=inflation, **facts,
        )  # fmt: skip

    def currency_risk(self, volatility: float, *, count: int = 1000, seed: int = 0) -> pl.DataFrame:
        """Return what exchange rates may do to the service of foreign debt: payer, year, low, middle, high.

        Nominal millions, 5, 50 and 95% of the draws, all places together; without foreign debt no row.

        Parameters
        ----------
        volatility : standard deviation of a year's change of any foreign currency in logarithms
        count, seed : of the draws
        """
        drawn = nominal_draws(self.draws.table, self.offers, self.settings["inflation"], self.price_year)
        codes = {offer.instrument.currency for offer in self.offers.available.values()}
        rows = currency_draws(
            drawn.with_columns(city=pl.lit("")), self.offers.available, dict.fromkeys(codes, volatility),
            count=count, seed=seed, at=self.settings["at"],
        )  # fmt: skip
        return rows.filter(pl.col("high") > 0).drop("city")


def _grade(offer: Offer, *terms: Term) -> Text | str:
    """Return the weakest evidence of those of some terms that an offer has."""
    return evidence_words(
        weakest([offer.terms[term].evidence.value for term in terms if term in offer.terms])
    )


def plan_debt(
    plan: Plan,
    catalogue: Catalogue,
    offers: Offers,
    appraisal: Appraisal,
    *,
    inflation: float,
    guarantees: pl.DataFrame | None = None,
    base: pl.DataFrame | None = None,
    at: float = 0.5,
) -> PlanDebt:
    """Return what is owed of a plan's money, by place and year to the last payment.

    Parameters
    ----------
    appraisal : of the plan; what cities receive is taken from it
    inflation : of the plan's currency, a share a year, for nominal terms
    guarantees : as :data:`GUARANTEES`
    base : as :data:`BASE`, every year in which something is paid or owed; without it only changes are known
    at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end

    Raises InputError as :func:`urbium.finance.liabilities.liabilities` and ``with_and_without`` do.
    """
    draws = plan_draws(plan, catalogue, offers)
    price_year = price_year_of(plan)
    nominal = service(nominal_draws(draws.table, offers, inflation, price_year), offers.available, at=at)
    rows = real_service(nominal, inflation, price_year)
    owed = liabilities(rows, offers, _of_instruments(guarantees, draws, catalogue, offers))
    last = max([*owed["year"], plan.years[-1]])
    costs = _costs(plan, draws, offers, appraisal, range(plan.years[0], last + 1))
    pairs = pl.concat([owed.select("place", "year"), costs.select("place", "year")]).unique()
    without = pairs.with_columns(revenue=0.0, spending=0.0, debt=0.0) if base is None else base
    amounts = [name for name in owed.columns if name not in {"place", "year"}]
    padded = pairs.join(owed, on=["place", "year"], how="left").with_columns(pl.col(amounts).fill_null(0.0))
    both = with_and_without(without, padded, costs)
    columns = ["place", "year", "deficit_without", "deficit_with", "debt_without", "debt_with"]
    table = both.select(columns).join(padded, on=["place", "year"], how="left")
    table = table.with_columns(pl.col(amounts).fill_null(0.0))
    used = draws.table["instrument"].unique().to_list()
    terms = [term.evidence.value for name in used for term in offers.available[name].terms.values()]
    return PlanDebt(
        table=table.select("place", "year", *_SUMS).sort("place", "year"),
        draws=draws, service=nominal, offers=offers, basis=basis_of(plan), is_change=base is None,
        evidence=weakest(terms), price_year=price_year,
        settings={"terms": f"instruments of {offers.year}", "inflation": inflation, "at": at},
    )  # fmt: skip


def _of_instruments(
    guarantees: pl.DataFrame | None, draws: Draws, catalogue: Catalogue, offers: Offers
) -> pl.DataFrame:
    """Return guarantees by the instruments through which the fund pays the project."""
    rows = pl.DataFrame(schema=GUARANTEES) if guarantees is None else guarantees
    kinds = [
        (fund, offer.id)
        for fund, row in catalogue.funds.items()
        for offer in offers.of_kinds(row.instruments)
    ]
    pairs = pl.DataFrame(kinds, schema={"fund": pl.String, "instrument": pl.String}, orient="row")
    repaid = [name for name, offer in offers.available.items() if offer.is_repaid]
    drawn = draws.table.filter(pl.col("instrument").is_in(repaid)).select("project", "instrument").unique()
    return rows.join(pairs, on="fund").join(drawn, on=["project", "instrument"]).drop("fund")


def _costs(plan: Plan, draws: Draws, offers: Offers, appraisal: Appraisal, years: range) -> pl.DataFrame:
    """Return what cities and nation pay to build and to run, less what they receive: place, year, amount.

    What is set aside for renewal is not spent yet, and is in no sum.
    """
    builders = {}
    for name, offer in offers.available.items():
        if offer.instrument.kind is InstrumentKind.GRANT:
            builders[name] = _NATION
        elif offer.instrument.payer == _CITY and offer.instrument.kind not in COMMITTED:
            builders[name] = _CITY
    place = pl.when(pl.col("by") == _NATION).then(pl.lit(_NATION)).otherwise("city")
    built = draws.table.filter(pl.col("instrument").is_in(list(builders))).select(
        "city", "year", "amount", by=pl.col("instrument").replace(builders)
    )
    run = plan.money.filter((pl.col("kind") == "operation") & pl.col("fund").is_in([_CITY, _NATION])).select(
        "city", "year", "amount", by="fund"
    )
    later = running_costs(plan, years).filter(pl.col("year") > plan.years[-1])
    runs = later.select("city", "year", amount="running", by=pl.lit(plan.roadmap.settings.operation_by))
    trained = cost_of_training(plan).select(city=pl.lit(""), year="year", amount="amount", by=pl.lit(_NATION))
    receives = [one.project for one in appraisal.flows.booked if one.receiver == _CITY]
    received = appraisal.flows.table.filter(
        pl.col("line").is_in([Line.INFLOW.value, Line.TAX.value])
        & pl.col("project").is_in(receives)
        & pl.col("year").is_in(list(years))
    ).select("city", "year", amount=-pl.col("amount"), by=pl.lit(_CITY))
    return (
        pl.concat([built, run, runs, trained, received])
        .group_by(place=place, year="year")
        .agg(pl.col("amount").sum())
    )


def _cash(flows: CashFlows, inflation: float, price_year: int) -> pl.DataFrame:
    """Return the cash of projects that serves debt: project, year, low, high; nominal."""
    received = flows.lines[Line.INFLOW] + flows.lines[Line.TAX]
    spent = flows.lines[Line.OPERATION] + flows.lines[Line.REPLACEMENT]
    years, basis = flows.terms.years, Basis(flows.terms.basis.currency, str(price_year))
    span = range(min(price_year, years[0]), years[-1] + 1)
    rise = Inflation.level(basis.currency, inflation, span, "assumption inflation")
    ends = {}
    for end in ("low", "high"):
        booked = received * flows.projects[f"inflow_{end}"].to_numpy()[:, None]
        real = YearlyAmounts(years[0], (booked + spent) / MILLION, basis)
        ends[end] = real.nominal(rise).amounts.ravel()
    count = flows.projects.height
    keys = {"project": np.repeat(flows.projects["project"].to_numpy(), len(years)), "year": [*years] * count}
    return pl.DataFrame(keys | ends, schema_overrides={"project": pl.String, "year": pl.Int64})
