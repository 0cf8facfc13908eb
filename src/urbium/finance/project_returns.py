"""Project returns: net present value at several rates beside all internal rates, and how cash covers debt.

In: the appraisal of a plan and its debt, and the projects that are looked at together. Out: nothing at all
where one of them is cost-only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from urbium.finance.appraisal import Appraisal, Earning, appraise
from urbium.finance.cash_flow import CashFlows, Line
from urbium.finance.internal_rates import Returns, returns
from urbium.finance.plan_debt import PlanDebt
from urbium.model import weakest
from urbium.text import Text, coded, paragraph, sentences, text

WHOSE_RETURN: Final = text(
    "The return is that of the whole project, before any debt service; a lender earns the interest on "
    "its loan instead."
)
OF_CAPITAL: Final = text(
    "income is taken to be the same share of the construction cost as elsewhere: it is not a "
    "figure for this place"
)
_RECEIVERS: Final = {"city": text("the city"), "operator": text("the operator")}
_EACH: Final = 20
"""Of the profile's rates every so many are shown: 10 percentage points apart, zero among them."""
_SMALLEST: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class ProjectReturns:
    """What a project, or several as a bundle, are worth and earn.

    Attributes
    ----------
    npv, rate : net present value at the rate of the appraisal; real millions
    returns : all internal rates, real
    rate_range : the internal rate at the low and the high end of the inflows; None where there is not one
    receivers : who receives the inflows: ``city``, ``operator``
    profile : rate, value: the net present value at several rates
    flows : year, line, amount: what the value adds up, in real millions, outlays below zero
    cover : year, service, owed, dscr_low, dscr_high, llcr_low, llcr_high: nominal; no row without debt, no
        DSCR before the first income
    uncovered : years in which cash does not cover the replacement of what wears out
    is_of_capital : whether what comes in is a share of the cost to build, and no figure of the place
    years : that are appraised
    unit, nominal_unit : of the value, and of debt
    evidence, cover_evidence : the weakest of inflows and costs; the same with the terms of debt (``cover``)
    """

    npv: float
    rate: float
    returns: Returns
    rate_range: tuple[float | None, float | None]
    receivers: tuple[str, ...]
    profile: pl.DataFrame
    flows: pl.DataFrame
    cover: pl.DataFrame
    uncovered: tuple[int, ...]
    is_of_capital: bool
    years: range
    unit: Text
    nominal_unit: Text
    evidence: str
    cover_evidence: str

    @property
    def words(self) -> Text:
        """The set of internal rates, the value at the rate of the appraisal, and what to know of both."""
        said = text("{returns} (real)", returns=self.returns.words)
        npv = text(
            "net present value {currency} {npv:millions} (real, prices of {year}), at {rate:.1%} a year",
            npv=self.npv, rate=self.rate, **self.unit.parameters["basis"].parameters
        )  # fmt: skip
        capital = OF_CAPITAL if self.is_of_capital else ""
        return sentences([said, self.range_words, npv, capital, self.uncovered_words])

    @property
    def cover_words(self) -> Text:
        """What the two covers of debt say."""
        return text(
            "DSCR is the year's cash divided by its debt service; none is shown for years before the first "
            "income. LLCR is the present value of the cash until the last payment, at the interest rate of "
            "the debt, divided by what is owed. Both leave out the money that the plan sets aside each year "
            "for renewal: a year with replacements lowers its own DSCR and the LLCR of all earlier years, "
            "which may fall below zero."
        )

    @property
    def uncovered_words(self) -> Text | str:
        """In which years the replacement of what wears out is not covered; empty for none."""
        if not self.uncovered:
            return ""
        return text(
            "the year's cash alone does not cover replacement at the end of life in {years:list}: "
            "money that the plan sets aside for renewal in earlier years is also needed",
            years=self.uncovered,
        )

    @property
    def worst_year(self) -> int | None:
        """The year in which cash covers least of the debt service; None without debt."""
        rows = self.cover.drop_nulls("dscr_low")
        return None if rows.is_empty() else int(rows.sort("dscr_low", "year")["year"][0])

    @property
    def worst_words(self) -> Text | str:
        """Which year covers least of its debt service, and why where that is a replacement."""
        year = self.worst_year
        if year is None:
            return ""
        if year in self.uncovered:
            return text("Cover is lowest in {year}, when worn-out assets are replaced.", year=year)
        return text("Cover is lowest in {year}.", year=year)

    @property
    def steps(self) -> pl.DataFrame:
        """The net present value at the rate of the appraisal, then at few rates of the profile, from 0 on."""
        first = pl.DataFrame({"rate": [self.rate], "value": [self.npv]})
        others = self.profile.gather_every(_EACH).filter(pl.col("rate") > -_SMALLEST)
        return pl.concat([first, others]).unique("rate", maintain_order=True)

    @property
    def terms_words(self) -> Text:
        """Whose the return is, over which years it is counted, at which rate, and why at others, too."""
        return paragraph([WHOSE_RETURN, self._counted_words])

    @property
    def _counted_words(self) -> Text:
        facts = {"first": self.years[0], "last": self.years[-1], "rate": self.rate}
        left = self.flows.filter(line=Line.RESIDUAL.value)["amount"].sum()
        if left:
            return text(
                "The return and the net present value cover all cash from {first} to {last}, at "
                    "constant prices, including replacements. They also include, in {last}, the "
                    "remaining value of assets that are not yet worn out ({currency} {left:millions}), for "
                    "which no money changes hands. {rate:.1%} a year is the programme's own real rate; "
                    "the other rates show how much the value depends on it.",
                left=left, currency=self.unit.parameters["currency"], **facts,
            )  # fmt: skip
        return text(
            "The return and the net present value cover all cash from {first} to {last}, at "
            "constant prices, including replacements. {rate:.1%} a year is the programme's own "
            "real rate; the other rates show how much the value depends on it.",
            **facts,
        )

    @property
    def income_words(self) -> Text:
        """Who receives the inflows, and that what investors put in is repaid out of them."""
        receivers = [_RECEIVERS[one] for one in self.receivers]
        return text("{receivers:list} (the investor is repaid out of this income)", receivers=receivers)

    @property
    def range_words(self) -> Text | str:
        """The internal rate at the low and the high end of the inflows; empty where an end has none."""
        low, high = self.rate_range
        if low is None or high is None or low == high:
            return ""
        return text("{low:.1%} to {high:.1%} over the range of the income", low=low, high=high)


def project_returns(
    appraisal: Appraisal, debt: PlanDebt, projects: Collection[str], name: str = ""
) -> ProjectReturns | None:
    """Return what projects together are worth and earn; None where one of them is cost-only.

    Parameters
    ----------
    appraisal, debt : of the plan
    projects : of the plan; several count together
    name : of the bundle, where they are several

    Raises NotFoundError for a project that is not planned.
    """
    flows = appraisal.flows.bundle(projects)
    if (flows.projects["inflow_evidence"] == "").any() or flows.projects.is_empty():
        return None
    together = appraise(flows)
    whole = together.of("all")
    if not isinstance(whole, Earning):
        return None
    cover = _while_earning(debt.cover(flows, projects, name or "all"), flows)
    replaced = np.flatnonzero(flows.by("").lines[Line.REPLACEMENT][0]) + flows.terms.years[0]
    short = cover.filter(pl.col("year").is_in(replaced), pl.col("dscr_low") < 1)
    grades = [*flows.projects["inflow_evidence"], *flows.projects["evidence"]]
    return ProjectReturns(
        npv=whole.npv, rate=flows.terms.rate.value, returns=whole.returns,
        rate_range=rate_range(flows),
        receivers=tuple(sorted({str(one.receiver) for one in flows.booked})),
        profile=together.returns_profile(), cover=cover.drop("project"),
        flows=flows.table.group_by("year", "line").agg(pl.col("amount").sum()).sort("year", "line"),
        uncovered=tuple(short["year"]), is_of_capital=any(one.of == "capital" for one in flows.booked),
        years=flows.terms.years, unit=debt.unit,
        nominal_unit=coded(
            "units.million.nominal", "million {currency} nominal", currency=debt.basis.currency
        ),
        evidence=weakest(grades), cover_evidence=weakest([*grades, debt.evidence]),
    )  # fmt: skip


def _while_earning(cover: pl.DataFrame, flows: CashFlows) -> pl.DataFrame:
    """Return how cash covers debt, without the ratio of a year in years that come before the first income."""
    income = flows.table.filter(pl.col("line") == Line.INFLOW, pl.col("amount") > 0)["year"].min()
    earning = pl.col("year") >= income
    return cover.with_columns(pl.when(earning).then(pl.col("dscr_low", "dscr_high")))


def rate_range(flows: CashFlows) -> tuple[float | None, float | None]:
    """Return the internal rate at the low and the high end of the inflows; None where there is not one."""
    return _at_end(flows, "low"), _at_end(flows, "high")


def _at_end(flows: CashFlows, end: str) -> float | None:
    """Return the one internal rate of projects together at an end of their inflows, if any."""
    factors = flows.projects[f"inflow_{end}"].to_numpy()[:, None]
    lines = (
        amounts * factors if line in (Line.INFLOW, Line.TAX) else amounts
        for line, amounts in flows.lines.items()
    )
    together = np.sum([line.sum(axis=0) for line in lines], axis=0)
    return returns(together).single if together.any() else None
