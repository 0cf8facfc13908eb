"""Finances: what a plan costs and what its projects are worth; what is owed, signed, and cheapest.

What is signed is read from agreements in force, as everybody may see them.
"""

import math
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import polars as pl

from urbium.programme.cases.contracts import Contracts
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.next_decision import deciders
from urbium.text import Text, text
from urbium.whole_numbers import whole_shares

if TYPE_CHECKING:
    from urbium.catalogue.bookings import Booking
    from urbium.catalogue.offers import Offers
    from urbium.finance import Appraisal, Bands, Costs
    from urbium.finance.fiscal_space import FiscalSpace
    from urbium.finance.plan_debt import PlanDebt
    from urbium.finance.plan_mix import PlanMix
    from urbium.finance.plan_money import Draws
    from urbium.finance.project_returns import ProjectReturns
    from urbium.finance.signed_money import SignedMoney
    from urbium.model import Inflow, Source
    from urbium.plan import Plan
    from urbium.plan.result.decisions import Decision, Instead

T = TypeVar("T")
_INFLATION: Final = "inflation"
_VOLATILITY: Final = "currency.volatility"
_DRAWS: Final = 1000
_ALIKE: Final = 1e-6
"""By how much two plans may differ in what is possible and still answer the same question."""
_GUARANTEE: Final = ("project", "fund", "guarantor", "guaranteed", "called_low", "called_high")
"""The fields of money that make a guarantee."""


class Finances:
    """What the plans of a programme cost, and what their projects are worth.

    Parameters
    ----------
    desk : the nouns of the programme
    contracts : of which the signed agreements give money
    """

    def __init__(self, desk: Desk, contracts: Contracts) -> None:
        self._desk = desk
        self._contracts = contracts
        self._workspace = desk.workspace
        self._plans = desk.plans

    def costs(self, plan: "Plan | None" = None) -> "Costs":
        """Add up what a plan costs, by year and fund; the adopted plan when none is given."""
        from urbium.finance import costs  # noqa: PLC0415

        return costs(plan or self._plans.adopted())

    def appraise(
        self, plan: "Plan | None" = None, *, years: int | None = None, rate: float | None = None
    ) -> "Appraisal":
        """Say what the projects of a plan cost over their life, and what those with inflows are worth.

        A project without an inflow that was counted after the event, on the evidence that is asked for, is
        cost-only: no net present value and no return is said of it.

        Parameters
        ----------
        plan : the adopted one when none is given
        years : over which projects are appraised, from the first year of the plan; the declared assumption
            ``appraisal.years`` unless given
        rate : the real discount rate, a share a year; ``appraisal.discount_rate`` unless given
        """
        from urbium.finance import appraise_plan  # noqa: PLC0415

        chosen = plan or self._plans.adopted()
        return appraise_plan(chosen, self._workspace.catalogue_of("plan"), years=years, rate=rate)

    def space(self, plan: "Plan | None" = None, *, beyond: int | None = None) -> "FiscalSpace":
        """Say what running costs, renewal and repayments leave of each city's limit, to the last payment.

        Parameters
        ----------
        plan : the adopted one when none is given
        beyond : years after the plan; to the last payment, and ten at least, when None

        Raises InputError where the plan was made without repayments.
        """
        from urbium.finance.fiscal_space import fiscal_space  # noqa: PLC0415

        chosen = plan or self._plans.adopted()

        def made() -> "FiscalSpace":
            return fiscal_space(chosen, beyond=beyond, signed=self.signed(chosen).shares)

        return self._once("fiscal space", made) if plan is None and beyond is None else made()

    def draws(self, plan: "Plan") -> "Draws":
        """Say by which instruments the capital of a plan is drawn."""
        from urbium.finance.plan_money import plan_draws  # noqa: PLC0415

        return plan_draws(plan, self._workspace.catalogue_of("plan"), self._offers(plan))

    def inflows(self, plan: "Plan") -> pl.DataFrame:
        """Return what each project of a plan brings in, on the evidence that is asked for returns.

        Columns as in :func:`urbium.finance.inflows.project_inflows`.
        """
        from urbium.finance.inflows import least_evidence, project_inflows  # noqa: PLC0415

        least = least_evidence(self._workspace.catalogue_of("plan"))
        return project_inflows(plan.roadmap, plan.table["project"], least=least)

    def signed(self, plan: "Plan | None" = None, *, as_known_on: datetime | None = None) -> "SignedMoney":
        """Say which capital of a plan signed agreements give, and what stands without the rest.

        Parameters
        ----------
        plan : the adopted one when none is given; money in a currency without a declared rate is not counted
        as_known_on : the instant on which the agreements were in force; now when left out
        """
        if plan is None and as_known_on is None:
            return self._once("signed money", lambda: self._signed(self._plans.adopted(), None))
        return self._signed(plan or self._plans.adopted(), as_known_on)

    def _signed(self, chosen: "Plan", as_known_on: datetime | None) -> "SignedMoney":
        from urbium.finance.signed_money import FUNDING, signed_money  # noqa: PLC0415

        exchange = self._desk.settings.exchange()
        return signed_money(
            chosen,
            pl.DataFrame(
                [[row[name] for name in FUNDING] for row in self._contracts.funding(as_known_on=as_known_on)],
                schema=FUNDING,
                orient="row",
            ),
            lambda currency: (
                exchange.factor(currency, chosen.currency)
                if exchange.knows(currency, chosen.currency)
                else None
            ),
        )

    def instead(self, plan: "Plan") -> "Instead | None":
        """Return the kept plan that uses no unsigned money and keeps most of a plan's improvement.

        None where the plan needs none, or no such plan is kept: those that count something else as possible,
        or other years, are no answer.
        """
        from urbium.plan.result.decisions import Instead  # noqa: PLC0415

        if self.signed(plan).facts["unsigned"] <= 0:
            return None
        possible = plan.closed["improvable"].sum()
        found: list[Instead] = []
        for name in self._plans().filter(currency=plan.currency)["name"]:
            kept = self._plans.called(name)
            is_alike = kept.start_years == plan.start_years and math.isclose(
                kept.closed["improvable"].sum(), possible, rel_tol=_ALIKE
            )
            if is_alike and self.signed(kept).facts["unsigned"] <= 0:
                better = max(kept.bound - kept.objective, 0.0) if kept.has_useful_bound else None
                most = None if better is None else min((kept.improvement + better) / plan.improvement, 1.0)
                capital, benefit = float(kept.table["capital"].sum()), kept.improvement / plan.improvement
                found.append(Instead(name, kept.table.height, capital, benefit, most))
        return max(found, key=lambda one: one.benefit, default=None)

    def changed(self) -> tuple[int, int, int]:
        """Return the newest changes of agreements and kept plans, and the year, for :meth:`decisions`."""
        signed = self._workspace.store.dossiers.last_change("agreement")
        return signed, self._plans.changed(), self._desk.today().year

    def without_budgets(self) -> dict[str, pl.DataFrame]:
        """Return by payer what stands of the adopted plan without the budgets of cities, and of the nation.

        Columns as in :func:`urbium.finance.signed_money.standing_without`.
        """
        from urbium.finance.signed_money import standing_without  # noqa: PLC0415

        plan = self._plans.adopted()
        return {payer: standing_without(plan, payer) for payer in ("city", "nation")}

    def budget_words(self) -> list[Text]:
        """Say what of the adopted plan's improvement remains where a budget does not pay."""
        from urbium.finance.signed_money import budget_words  # noqa: PLC0415

        return budget_words(self.without_budgets(), self._plans.adopted().benefit_by_project)

    def decisions(self) -> "list[Decision]":
        """Return what has to be decided before the adopted plan can be carried out, in that order."""
        from urbium.plan.result.decisions import decisions_needed  # noqa: PLC0415

        plan = self._plans.adopted()
        signed = self.signed()
        left = signed.share_without(plan.benefit_by_project)
        return [
            *decisions_needed(
                plan,
                {**signed.facts, "improvement without unsigned money": left},
                self.instead(plan),
                without={
                    payer: table.filter("stands").select(pl.len(), pl.col("capital").sum()).row(0)
                    for payer, table in self.without_budgets().items()
                },
                proposing=deciders("agreement", "propose"),
                signing=deciders("agreement", "sign"),
                adopting=deciders("adoption", "adopt"),
                this_year=self._desk.today().year,
            )
        ]

    def payers(self, project: str) -> pl.DataFrame:
        """Return who pays for a project of the adopted plan, and what of it is signed.

        Columns as in :func:`urbium.finance.signed_money.payers_of`.
        """
        from urbium.finance.signed_money import payers_of  # noqa: PLC0415

        return payers_of(self._plans.adopted(), project, self.signed().shares)

    def payers_words(self, project: str) -> list[Text]:
        """Say who pays for a project of the adopted plan, how much, and which share of it."""
        from urbium.plan.result.wording import money_words  # noqa: PLC0415

        plan, payers = self._plans.adopted(), self.payers(project)
        funds, shares = plan.roadmap.named("funds"), whole_shares(payers["amount"].to_list())
        return [
            text(
                "{name} {amount} ({share:.0%})", name=funds[row["fund"]] or row["name"],
                amount=money_words(row["amount"], plan.currency), share=share,
            )
            for row, share in zip(payers.to_dicts(), shares, strict=True)
        ]  # fmt: skip

    def liabilities(self, base: pl.DataFrame | Path | None = None, *, at: float = 0.5) -> "PlanDebt":
        """Say what cities and nation owe of the adopted plan by year, and what it changes of their deficit.

        Parameters
        ----------
        base : place (a city, or ``nation``), year, revenue, spending, debt without the plan, in millions at
            its prices: a table or a file; without it only changes are known
        at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end

        Raises InputError for a faulty base, and for one that leaves out a year in which something is owed.
        """
        from urbium.finance.plan_debt import BASE, GUARANTEES, plan_debt  # noqa: PLC0415
        from urbium.sources.door import read_table  # noqa: PLC0415

        table = read_table(base, BASE, needed=list(BASE)) if isinstance(base, Path) else base
        guaranteed = [
            tuple(row[name] for name in _GUARANTEE)
            for row in self._contracts.funding()
            if row["guarantor"]
        ]  # fmt: skip
        return plan_debt(
            self._plans.adopted(),
            self._workspace.catalogue_of("plan"),
            self._offers(),
            self._workspace.required("appraisal"),
            inflation=self.inflation(),
            guarantees=pl.DataFrame(guaranteed, schema=GUARANTEES, orient="row"),
            base=table,
            at=at,
        )

    def returns(self, projects: Collection[str], *, name: str = "") -> "ProjectReturns | None":
        """Say what projects of the adopted plan earn together, and how their cash covers their debt by year.

        Parameters
        ----------
        projects : of the adopted plan
        name : of the bundle, where they are several

        Returns None where one of them is cost-only. Raises NotFoundError for one that is not planned.
        """
        from urbium.finance.project_returns import project_returns  # noqa: PLC0415

        return project_returns(self._workspace.required("appraisal"), self.debt(), projects, name)

    def upkeep_words(self, project: str) -> Text | str:
        """Say what running and renewing a project take of its city's limit, and what is left when least is.

        Nothing where the adopted plan was made without repayments, or the city has no limit.
        """
        from urbium.plan.result.wording import money_words  # noqa: PLC0415

        plan = self._plans.adopted()
        mine = plan.table.filter(project=project)
        if mine.is_empty() or plan.roadmap.repayments.is_empty():
            return ""
        city, finish = mine["city"].item(), mine["finish"].item()
        years = self.space().table.filter(
            pl.col("city") == city, pl.col("year") > finish, pl.col("room").is_not_null()
        )
        if years.is_empty():
            return ""
        first, tightest = years.row(0, named=True), years.sort("room", "year").row(0, named=True)
        yearly = mine["operation"].item() + (mine["renewal"].item() or 0.0)
        return text(
            "Running and renewing it takes {used} of the {limit} that {place} may spend "
            "on running costs, renewal and repayments in {year}. All planned projects together leave {room} "
            "of that limit. The tightest year is {tightest}, when {least} is left.",
            place=self._desk.register.names().get(city, city), year=first["year"],
            used=money_words(yearly, plan.currency), limit=money_words(first["limit"], plan.currency),
            room=money_words(first["room"], plan.currency), tightest=tightest["year"],
            least=money_words(tightest["room"], plan.currency),
        )  # fmt: skip

    def income(self, project: str) -> "tuple[Inflow, tuple[Source, ...]] | None":
        """Return the row of the catalogue that a project's income rests on, and its sources.

        None where the plan names no such row: its income is then an assumption of whoever made the plan.
        """
        road = self._plans.adopted().roadmap
        solution = road.projects.filter(project=project)["solution"].item()
        if solution not in self._workspace.catalogue_of("plan").solutions:
            return None
        booking, sources = self.booked_income(solution)
        notes = road.inflows.filter(project=project)["note"]
        is_of_catalogue = booking.inflow and any(booking.inflow.id in str(road.words(one)) for one in notes)
        return (booking.inflow, sources) if booking.inflow and is_of_catalogue else None

    def booked_income(self, solution: str) -> "tuple[Booking, tuple[Source, ...]]":
        """Return which income of a solution is booked, or why none is, and the sources of what is."""
        from urbium.finance.inflows import income_of  # noqa: PLC0415

        return income_of(self._workspace.catalogue_of("plan"), solution)

    def loan_words(self, projects: Collection[str]) -> tuple[Text, ...]:
        """Say on which terms the adopted plan assumes that loans pay for projects; nothing without loans."""
        return self.debt().loan_words(projects)

    def lender_words(self, projects: Collection[str]) -> tuple[Text, ...]:
        """Say what lenders to projects earn on the terms that the plan assumes; nothing without loans."""
        return self.debt().lender_words(projects)

    @staticmethod
    def return_words() -> Text:
        """Say whose the return of a project is."""
        from urbium.finance.project_returns import WHOSE_RETURN  # noqa: PLC0415

        return WHOSE_RETURN

    def rate_range(self, project: str) -> tuple[float | None, float | None]:
        """Return what a project of the adopted plan earns a year at the low and the high end of its income.

        An end is None where there is not one rate. Raises NotFoundError for a project that is not planned.
        """
        from urbium.finance.project_returns import rate_range  # noqa: PLC0415

        return rate_range(self._workspace.required("appraisal").flows.bundle([project]))

    def debt(self) -> "PlanDebt":
        """Return the liabilities without a base, computed once for the store as it is."""
        return self._once("liabilities", self.liabilities)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """Return what is made of the adopted plan and the agreements: again once either has changed."""
        signed = self._workspace.store.dossiers.last_change("agreement")
        return self._workspace.once(name, make, of=signed)

    def currency_risk(self, debt: "PlanDebt | None" = None) -> pl.DataFrame:
        """Return what exchange rates may do to the service of the adopted plan's foreign debt, by year.

        Columns: payer, year, low, middle, high: 5, 50 and 95% of the draws, nominal millions; no row without
        foreign debt. The spread of rates is the assumption ``currency.volatility``.
        """
        owed = debt or self.debt()
        return owed.currency_risk(self._assumed(_VOLATILITY), count=_DRAWS)

    def mix(
        self, *, city: str = "", project: str = "", signed_only: bool = False, at: float = 0.5
    ) -> "PlanMix":
        """Say which money is cheapest for the adopted plan, a city or a project of it, and why no other.

        Parameters
        ----------
        city, project : a city's code or a project's; the whole plan when neither is given
        signed_only : whether only money counts that is sure to be signed
        at : where in the range of its terms an instrument lies: 0 the low end, 1 the high end
        """
        from urbium.finance.plan_mix import plan_mix, rooms  # noqa: PLC0415

        plan = self._plans.adopted()
        chosen = plan.table.filter(
            pl.col("project") == project
            if project
            else (pl.col("city") == city if city else pl.lit(value=True))
        )
        limits = {} if plan.roadmap.repayments.is_empty() else rooms(plan, self.space(), chosen)
        return plan_mix(
            plan,
            self._workspace.catalogue_of("plan"),
            self._offers(),
            self._desk.settings.exchange_of("plan"),
            self._workspace.required("appraisal"),
            inflation=self.inflation(),
            city=city,
            project=project,
            room=limits,
            signed_only=signed_only,
            at=at,
        )

    def _offers(self, plan: "Plan | None" = None) -> "Offers":
        """Return the instruments that are offered in the programme's nation in the plan's first year."""
        from urbium.catalogue.offers import offers  # noqa: PLC0415

        catalogue = self._workspace.catalogue_of("plan")
        return offers(catalogue, self._desk.settings().nation, (plan or self._plans.adopted()).years[0])

    def inflation(self) -> float:
        """Return by what share prices are assumed to rise in a year, in the catalogue of the adopted plan."""
        return self._assumed(_INFLATION)

    def _assumed(self, name: str) -> float:
        from urbium.plan.inputs.assumptions import Assumed  # noqa: PLC0415

        return float(Assumed(self._workspace.catalogue_of("plan"))(name))

    def appraisal_bands(
        self, appraisal: "Appraisal | None" = None, *, draws: int = 1000, seed: int = 0
    ) -> "Bands":
        """Say how far costs and values may lie from what is planned, and what moves them most.

        Parameters
        ----------
        appraisal : that of the adopted plan when none is given
        draws : how many
        seed : the same seed gives the same draws
        """
        from urbium.finance import draw_plan  # noqa: PLC0415

        plan = self._plans.adopted()
        return draw_plan(
            appraisal or self.appraise(plan),
            plan,
            self._workspace.catalogue_of("plan"),
            draws=draws,
            seed=seed,
        )

    def cost_per_gain(self, appraisal: "Appraisal | None" = None) -> pl.DataFrame:
        """Return what a unit of each indicator costs that the adopted plan gains.

        Parameters
        ----------
        appraisal : that of the adopted plan when none is given
        """
        from urbium.finance import cost_per_gain_of_plan  # noqa: PLC0415

        plan = self._plans.adopted()
        return cost_per_gain_of_plan(appraisal or self.appraise(plan), plan)


def facts_of_returns(project: str, earns: "ProjectReturns | None") -> dict[str, Any]:
    """Return what a project earns as plain facts, for the command and the API."""
    if earns is None:
        return {"project": project, "kind": "cost-only"}
    return {
        "project": project,
        "kind": "earning",
        "npv": earns.npv,
        "rate": earns.rate,
        "rates": list(earns.returns.rates),
        "profile": earns.profile.to_dicts(),
        "cover": earns.cover.to_dicts(),
        "unit": str(earns.unit),
        "cover_unit": str(earns.nominal_unit),
        "evidence": earns.evidence,
        "cover_evidence": earns.cover_evidence,
    }
