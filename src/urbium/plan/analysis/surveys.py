r"""Surveys: which need would be worth measuring, because knowing it could change the plan most.

A need with a range (``low`` and ``high`` of the roadmap's gaps) is drawn as in risk: half of the draws lie
evenly on each side of the planned need. In each city money has the price that best parts the projects of the
plan from those left out: a benefit for each million. At that price a project is worth having when its gain
:math:`g` exceeds the price of what it spends, and knowing one need :math:`\theta` beforehand gains

.. math:: E_\theta \max(0, E[g \mid \theta] - \lambda c) - \max(0, E[g] - \lambda c)

for it: the expected value of partial perfect information (Raiffa and Schlaifer 1961), project by project. A
survey of an indicator measures it in every city; its value is the sum over the projects that serve it. Prices
stay as they are, and prerequisites, the curve of worth and what a survey costs are left out, so values say
which survey to think of first, and not what it is worth paying for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.plan.result.benefit_cost import benefit_cost_ratios, link_gains, spending_alone
from urbium.plan.result.plan import Plan
from urbium.plan.variables import Floats, Variables
from urbium.result import Result
from urbium.text import text

__all__ = ["Surveys", "surveys"]

_QUANTILES = (np.arange(40) + 0.5) / 40
"""Where the range of a need is looked at."""


@dataclass(frozen=True, kw_only=True)
class Surveys(Result):
    """What it would be worth to measure needs before deciding.

    Parameters
    ----------
    table : one row an indicator with ranges: indicator, name, kind, cities (with a range), value (expected
        gain in the plan's benefit), share (of the plan's improvement), turns (projects that the answer could
        bring into the plan or out of it); the most valuable first
    """

    stage: ClassVar[str] = "surveys"
    objective: float

    def __repr__(self) -> str:
        if self.table.is_empty():
            return text("plan.surveys.none", "No need has a range: no survey could change the plan").render()
        first = self.table.row(0, named=True)
        return text(
            "plan.surveys.about",
            "Surveys of {count:,} indicators; measuring {name} in {cities:,} cities would change the plan "
            "most: {turns:,} projects could turn",
            count=self.table.height,
            name=first["name"],
            cities=first["cities"],
            turns=first["turns"],
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The plan's benefit, and the largest gain of one survey."""
        return {"objective": self.objective, "most": self.table["value"].max()}

    def chart(self) -> dict[str, Any]:
        """Return the indicators by what measuring them is worth."""
        return charts.ranking(
            self.table.head(20), label="name", value="value", figures=".3g",
            title=text("plan.surveys.title", "What measuring a need would be worth"),
            value_title=text("plan.surveys.axis", "Expected gain in plan benefit"),
        )  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say what measuring one indicator would be worth."""
        rows = self.table.filter(pl.col("indicator") == key)
        if rows.is_empty():
            raise NotFoundError.named("indicator", key, self.table["indicator"])
        row = rows.row(0, named=True)
        return Explanation(
            text("plan.surveys.of", "survey of {name}", name=row["name"]),
            row["value"],
            text("plan.surveys.unit", "expected gain in plan benefit"),
            kind=Kind.SETTING,
            note=text(
                "plan.surveys.note",
                "{cities:,} cities have a range; {turns:,} projects could come into the plan or leave it",
                cities=row["cities"],
                turns=row["turns"],
            ),
        )


def surveys(plan: Plan) -> Surveys:
    """Say which need would be worth measuring before the plan is decided.

    Cities without projects, and gaps without a range, are left out.
    """
    lay = Variables(plan.roadmap)
    project, gap, gain = link_gains(lay)
    price = _prices(plan, lay)
    spent = spending_alone(lay)
    need, low, high = _ranges(lay)
    mean = (low + 2 * need + high) / 4
    relative = np.divide(mean, need, out=np.ones_like(need), where=need > 0)
    net = -price[lay.city] * spent
    np.add.at(net, project, gain * relative[gap])
    open_ = (low < high)[gap] & (gain > 0) & np.isfinite(price[lay.city[project]])
    project, gap, gain = project[open_], gap[open_], gain[open_]
    drawn = _drawn(low[gap], need[gap], high[gap])
    known = net[project] + gain * (drawn - mean[gap]) / need[gap]
    value = np.maximum(known, 0.0).mean(axis=0) - np.maximum(net[project], 0.0)
    turns = (known.min(axis=0) < 0) & (known.max(axis=0) > 0)
    links = pl.DataFrame({"gap": gap, "value": value, "project": project, "turns": turns})
    return Surveys(table=_table(lay, links, plan.improvement), objective=plan.objective)


def _ranges(lay: Variables) -> tuple[Floats, Floats, Floats]:
    """Return need, low and high of each gap; all three the need where it has no range."""
    need = lay.gaps["need"]
    low, high = lay.gaps["low"].fill_null(need), lay.gaps["high"].fill_null(need)
    return need.to_numpy(), low.to_numpy(), high.to_numpy()


def _drawn(low: Floats, need: Floats, high: Floats) -> Floats:
    """Return a need at each quantile: evenly below and above what is planned, (quantiles, links)."""
    below, above = 2 * np.minimum(_QUANTILES, 0.5), 2 * np.maximum(_QUANTILES, 0.5) - 1
    return np.asarray(low + below[:, None] * (need - low) + above[:, None] * (high - need))


def _prices(plan: Plan, lay: Variables) -> Floats:
    """Return for each city the benefit a million that best parts chosen from left projects: (cities,).

    Infinite where a city has no project.
    """
    chosen = np.isin(np.array(list(lay.number)), plan.table["project"].to_numpy())
    ratio = benefit_cost_ratios(lay)
    price = np.full(lay.roadmap.cities.height, np.inf)
    for city in np.unique(lay.city[chosen]):
        here = np.flatnonzero((lay.city == city) & np.isfinite(ratio) & (ratio > 0))
        order = here[np.argsort(ratio[here])]
        is_in = chosen[order].astype(int)
        wrong = np.append(0, np.cumsum(is_in)) + np.append(np.cumsum((1 - is_in)[::-1])[::-1], 0)
        best = int(np.argmin(wrong))  # so many of the lowest ratios are left out
        edges = np.concatenate([[0.0], ratio[order], ratio[order][-1:]])
        price[city] = (edges[best] + edges[best + 1]) / 2 if len(order) else 0.0
    return price


def _table(lay: Variables, links: pl.DataFrame, improvement: float) -> pl.DataFrame:
    """Return one row an indicator, the most valuable first."""
    of_gap = lay.gaps.select("city", "indicator", pl.int_range(pl.len()).alias("gap"))
    summed = (
        links.join(of_gap, on="gap", maintain_order="left")
        .group_by("indicator", maintain_order=True)
        .agg(
            cities=pl.col("city").n_unique().cast(pl.Int64),
            value=pl.col("value").sum(),
            turns=pl.col("project").filter(pl.col("turns")).n_unique().cast(pl.Int64),
        )
    )
    names = lay.roadmap.indicators.select("indicator", "name", "kind")
    return (
        summed.join(names, on="indicator", how="left", maintain_order="left")
        .with_columns(share=pl.col("value") / improvement if improvement > 0 else pl.lit(None, pl.Float64))
        .select("indicator", "name", "kind", "cities", "value", "share", "turns")
        .sort("value", "indicator", descending=[True, False])
    )
