"""Appraisal: what projects cost over their life, and, where money comes in, what they are worth and earn.

A project without an inflow that is booked is *cost-only*: its result has a cost and the reason, and no net
present value, rate of return, payback or ratio at all. Nor has a city or the whole, where one of its projects
is cost-only: what the others bring in is no return on the whole. Benefits of society never enter. The cash
flows are made in ``cash_flow``; ranges are drawn in ``draws``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Final

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.finance.cash_flow import ALL, MILLION, CashFlows, Grouped, Line
from urbium.finance.discounting import annuity, discounted, modified_return, payback, present_value
from urbium.finance.internal_rates import Returns, profile, returns
from urbium.model import weakest
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, coded, say, sentences, text, texts

COST_ONLY, EARNING = "cost-only", "earning"
_PROFILE = np.linspace(-0.1, 0.3, 81)

LINES: Final = words_of("Line")
"""What the lines of a cash flow are called."""


@dataclass(frozen=True, kw_only=True)
class CostOnly:
    """What something costs that brings in nothing on the declared evidence: it has no worth and no return.

    Attributes
    ----------
    key : project, city, or ``all``
    capital : cost to build, as paid
    life_cycle_cost : cost to build, run and replace less what is left, discounted to the first year
    annual_cost : the level amount in every year of the appraisal that is worth the same
    reason : why there is no more to say
    """

    key: str
    capital: float
    life_cycle_cost: float
    annual_cost: float
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Earning:
    """What something costs and brings in; amounts are millions at their value of the first year.

    Attributes
    ----------
    key, capital, life_cycle_cost, annual_cost : as in :class:`CostOnly`
    inflows : booked as cash, less taxes on them
    npv : net present value
    returns : all internal rates
    mirr : modified internal rate, financed and reinvested at the discount rate; None where it has none
    payback, discounted_payback : years from the first one until all is recovered for good; None for never
    benefit_cost_ratio : inflows over life-cycle cost; None where that is not above 0
    """

    key: str
    capital: float
    life_cycle_cost: float
    annual_cost: float
    inflows: float
    npv: float
    returns: Returns
    mirr: float | None
    payback: float | None
    discounted_payback: float | None
    benefit_cost_ratio: float | None


@dataclass(frozen=True, kw_only=True)
class Appraisal(Result):
    """The appraisal of projects.

    Parameters
    ----------
    table : one row a project: project, city, solution, kind (``cost-only`` or ``earning``), capital,
        life_cycle_cost, annual_cost; inflows, npv, irr, rates (all internal rates), mirr, payback,
        discounted_payback, benefit_cost_ratio (empty where cost-only, or where there is none), evidence,
        inflow_evidence, reason. Amounts are millions of the basis, rates shares a year
    flows : the cash flows
    """

    stage: ClassVar[str] = "appraisal"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"kind": words_of("kind of an appraised project")}
    )
    flows: CashFlows = field(repr=False)

    def __repr__(self) -> str:
        facts, about = self.facts, self._about
        if facts["cost_only"] == facts["projects"]:
            return texts(
                "Appraisal of {count:,} project, {first}-{last}: cost-only. Life-cycle cost "
                "{cost:,.0f} million, {basis}, discounted at {rate:.1%} a year. No net present value "
                "or return is shown.",
                "Appraisal of {count:,} projects, {first}-{last}: all are cost-only. Life-cycle cost "
                "{cost:,.0f} million, {basis}, discounted at {rate:.1%} a year. No net present value "
                "or return is shown.",
                **about,
            ).render()
        return texts(
            "Appraisal of {count:,} project, {first}-{last}: {cost_only:,} cost-only, "
                "{receiving:,} with inflows ({earning:,} earning at least {rate:.1%} a year). "
                "Life-cycle cost {cost:,.0f} million, inflows {inflows:,.0f} million, {basis}, "
                "discounted at that rate.",
            "Appraisal of {count:,} projects, {first}-{last}: {cost_only:,} cost-only, "
                "{receiving:,} with inflows ({earning:,} earning at least {rate:.1%} a year). "
                "Life-cycle cost {cost:,.0f} million, inflows {inflows:,.0f} million, {basis}, "
                "discounted at that rate.",
            **about, cost_only=facts["cost_only"], inflows=facts["inflows"], earning=facts["earning"],
            receiving=facts["projects"] - facts["cost_only"]
        ).render()  # fmt: skip

    @property
    def _about(self) -> dict[str, Any]:
        terms = self.flows.terms
        return {
            "count": self.table.height, "first": terms.years[0], "last": terms.years[-1],
            "cost": self.facts["life_cycle_cost"], "basis": terms.basis.words, "rate": terms.rate.value,
        }  # fmt: skip

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures of the whole; net present value and rates only where no project is cost-only.

        ``inflows`` are those of all projects, and ``earning`` is how many earn the discount rate.
        """
        whole, terms = self.of(ALL), self.flows.terms
        facts: dict[str, Any] = {
            "projects": self.table.height,
            "cost_only": self.table.filter(kind=COST_ONLY).height,
            "earning": self.table.filter(pl.col("npv") >= 0).height,
            "inflows": float(self.table["inflows"].sum()),
            "capital": whole.capital,
            "life_cycle_cost": whole.life_cycle_cost,
            "annual_cost": whole.annual_cost,
            "basis": terms.basis.words,
            "first_year": terms.years[0],
            "last_year": terms.years[-1],
            "discount_rate": terms.rate.value,
            "discount_rate_evidence": terms.rate.evidence,
        }
        if isinstance(whole, Earning):
            facts |= {
                "npv": whole.npv, "rates": list(whole.returns.rates),
                "benefit_cost_ratio": whole.benefit_cost_ratio,
            }  # fmt: skip
        return facts

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the appraisal rests on, and what it leaves out."""
        facts = self.facts
        parts = [
            text(
                "Cost-only projects, for which no net present value or return is shown because no "
                    "inflow is both sufficiently well evidenced and measured after implementation: "
                    "{cost_only:,} of {count:,}",
                cost_only=facts["cost_only"], count=facts["projects"]
            )
        ]  # fmt: skip
        undeclared = self.flows.projects["life"].null_count()
        if undeclared:
            parts.append(
                texts(
                    "{count:,} project has no declared lifetime: no replacement or residual value is "
                    "counted for it",
                    "{count:,} projects have no declared lifetime: no replacement or residual value is "
                    "counted for them",
                    count=undeclared,
                )
            )
        return (*parts, sentences([self.flows.terms.note]))

    @property
    def overview(self) -> pl.DataFrame:
        """Those with inflows first, the largest net present value before the others; then the dearest."""
        kinds = pl.col("kind") == COST_ONLY
        order = self.table.sort(
            kinds, "npv", "life_cycle_cost", descending=[False, True, True], nulls_last=True
        )
        columns = (
            "city",
            "solution",
            "kind",
            "life_cycle_cost",
            "annual_cost",
            "npv",
            "irr",
            "benefit_cost_ratio",
        )
        return order.select(*columns, "evidence", "inflow_evidence")

    def of(self, key: str) -> CostOnly | Earning:
        """Return the appraisal of a project, a city, or ``all``; cost-only where one of the projects is."""
        unit = _appraised(self.flows.sums(key), self.flows)[0]
        rows = self.table[self.flows.rows(key)]
        barren = rows.filter(kind=COST_ONLY).height
        if isinstance(unit, CostOnly) or not barren:
            return unit
        return CostOnly(
            key=key, capital=unit.capital, life_cycle_cost=unit.life_cycle_cost, annual_cost=unit.annual_cost,
            reason=text(
                "no overall return is computed: some projects are cost-only ({barren:,} of "
                    "{count:,}); the others receive {inflows:,.4g} million",
                barren=barren, count=rows.height, inflows=unit.inflows
            ),
        )  # fmt: skip

    def inflow_words(self, project: str) -> Text:
        """Say in a few words whether a project has known inflows, and whether it earns the discount rate."""
        rows = self.table.filter(project=project)
        if rows.is_empty() or rows["npv"][0] is None:
            return self.words["kind"][COST_ONLY]
        rate = self.flows.terms.rate.value
        if rows["npv"][0] < 0:
            return text("known, earning less than {rate:.1%} a year", rate=rate)
        return text("known, earning {rate:.1%} a year or more", rate=rate)

    def returns_profile(self, key: str = ALL) -> pl.DataFrame:
        """Return the net present value at rates from -10% to 30%; NotFoundError where it is cost-only."""
        unit = self.of(key)
        if isinstance(unit, CostOnly):
            earning = self.table.filter(kind=EARNING)["project"].to_list()
            raise NotFoundError.named(text("project with inflows"), key, earning)
        return profile(self.flows.sums(key).net[0] / MILLION, _PROFILE)

    def chart(self) -> dict[str, Any]:
        """Return the cash flow of the whole by year and line."""
        whole = self.flows.by("")
        rows = [
            (year, str(say(LINES[line])), float(amount) / MILLION)
            for line, amounts in whole.lines.items()
            for year, amount in zip(self.flows.terms.years, amounts[0], strict=True)
            if amount
        ]
        table = pl.DataFrame(
            rows, schema={"year": pl.Int64, "line": pl.String, "amount": pl.Float64}, orient="row"
        )
        title = text("Cash flow by year")
        basis = self.flows.terms.basis
        return charts.cash_flow(table, title=title, currency=basis.currency, basis=basis.words)

    def explain(self, key: str) -> Explanation:
        """Say what life-cycle cost or net present value of a project, a city or ``all`` is made of."""
        unit, lines = self.of(key), self.flows.sums(key)
        terms = self.flows.terms
        basis = terms.basis.millions
        sign = -1.0 if isinstance(unit, CostOnly) else 1.0
        parts = tuple(
            Explanation(
                LINES[line], value * sign, basis, kind=Kind.PROJECT, grade=self._evidence(key, line),
                note=text("discounted to {year}", year=str(terms.years[0])),
            )
            for line, amounts in lines.lines.items()
            if (value := float(present_value(amounts[0] / MILLION, terms.rate.value)))
        )  # fmt: skip
        rate = Explanation(
            coded("finance.appraisal.rate", "discount rate"),
            terms.rate.value,
            text("a year"),
            kind=Kind.ASSUMPTION,
            grade=terms.rate.evidence,
            note=terms.rate.source,
        )
        if isinstance(unit, CostOnly):
            what = coded("finance.appraisal.cost_of", "life-cycle cost of {key}", key=key)
            value, note = unit.life_cycle_cost, unit.reason
        else:
            what = coded("finance.appraisal.npv_of", "net present value of {key}", key=key)
            value, note = unit.npv, unit.returns.words
        return Explanation(
            what, value, basis, period=f"{terms.years[0]}-{terms.years[-1]}", kind=Kind.PROJECT, note=note,
            children=(*parts, rate),
        )  # fmt: skip

    def _evidence(self, key: str, line: Line) -> str:
        """Return the weakest evidence of a line of a project, a city or all."""
        rows = self.flows.projects
        if key != ALL:
            rows = rows.filter((pl.col("project") == key) | (pl.col("city") == key))
        column = "inflow_evidence" if line in (Line.INFLOW, Line.TAX) else "evidence"
        return weakest(rows[column])


def appraise(flows: CashFlows, settings: Mapping[str, Any] | None = None) -> Appraisal:
    """Appraise projects by their cash flows."""
    units = _appraised(flows.by("project"), flows)
    table = _table(units, "project")
    named = flows.projects.select("project", "city", "solution", "evidence", "inflow_evidence")
    columns = [name for name in table.columns if name not in ("project", "reason")]
    joined = named.join(table, on="project", how="left", maintain_order="left")
    ordered = joined.select("project", "city", "solution", *columns, "evidence", "inflow_evidence", "reason")
    reasons = [unit.reason if isinstance(unit, CostOnly) else unit.returns.words for unit in units]
    return Appraisal(
        table=ordered,
        flows=flows,
        settings=dict(settings or {}),
        messages={str(reason): reason for reason in reasons},
    )


def _table(units: Sequence[CostOnly | Earning], key: str) -> pl.DataFrame:
    return pl.DataFrame([_row(unit) for unit in units], schema={key: pl.String, **_COLUMNS}, orient="row")


_COLUMNS = {
    "kind": pl.String, "capital": pl.Float64, "life_cycle_cost": pl.Float64, "annual_cost": pl.Float64,
    "inflows": pl.Float64, "npv": pl.Float64, "irr": pl.Float64, "rates": pl.String, "mirr": pl.Float64,
    "payback": pl.Float64, "discounted_payback": pl.Float64, "benefit_cost_ratio": pl.Float64,
    "reason": pl.String,
}  # fmt: skip


def _row(unit: CostOnly | Earning) -> tuple[str | float | None, ...]:
    costs = (unit.capital, unit.life_cycle_cost, unit.annual_cost)
    if isinstance(unit, CostOnly):
        return (unit.key, COST_ONLY, *costs, *[None] * 8, str(unit.reason))
    rates = ";".join(f"{rate:.6g}" for rate in unit.returns.rates)
    reason = "" if unit.returns.single is not None else str(unit.returns.words)
    return (
        unit.key, EARNING, *costs, unit.inflows, unit.npv, unit.returns.single, rates, unit.mirr,
        unit.payback, unit.discounted_payback, unit.benefit_cost_ratio, reason,
    )  # fmt: skip


def _appraised(grouped: Grouped, flows: CashFlows) -> list[CostOnly | Earning]:
    """Return the appraisal of each key."""
    rate, years = flows.terms.rate.value, len(flows.terms.years)
    worth = {line: present_value(amounts / MILLION, rate) for line, amounts in grouped.lines.items()}
    spent = worth[Line.CAPITAL] + worth[Line.OPERATION] + worth[Line.REPLACEMENT] + worth[Line.RESIDUAL]
    costs = 0.0 - spent  # never -0
    inflows = worth[Line.INFLOW] + worth[Line.TAX]
    paid = 0.0 - grouped.lines[Line.CAPITAL].sum(axis=1) / MILLION
    net = grouped.net / MILLION
    has_inflow = np.asarray(grouped.lines[Line.INFLOW].any(axis=1))
    reason = text(
        "cost-only: neither the city nor an operator receives money that is sufficiently well "
        "evidenced and was measured after implementation"
    )
    units: list[CostOnly | Earning] = []
    for at, key in enumerate(grouped.keys):
        common = {
            "key": key, "capital": float(paid[at]), "life_cycle_cost": float(costs[at]),
            "annual_cost": float(costs[at]) * annuity(rate, years) / (1 + rate),
        }  # fmt: skip
        if not has_inflow[at]:
            units.append(CostOnly(**common, reason=sentences([reason, flows.reasons.get(key, "")])))  # type: ignore[arg-type]
            continue
        modified = float(modified_return(net[at], rate, rate))
        units.append(
            Earning(
                **common, inflows=float(inflows[at]), npv=float(present_value(net[at], rate)),  # type: ignore[arg-type]
                returns=returns(net[at]),
                mirr=modified if np.isfinite(modified) else None,
                payback=payback(net[at]), discounted_payback=payback(discounted(net[at], rate)),
                benefit_cost_ratio=float(inflows[at] / costs[at]) if costs[at] > 0 else None,
            )
        )  # fmt: skip
    return units
