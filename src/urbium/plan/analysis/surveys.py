r"""Surveys: which need to measure first, because the plan rests on it and knowing it could change the plan.

A need that is not measured, with a range (``low`` and ``high`` of the roadmap's gaps), is drawn as in risk:
half of the draws lie evenly on each side of the planned need. In each city money has the price that best
parts the projects of the plan from those left out: a benefit for each million. At that price a project is
worth having when its gain :math:`g` exceeds the price of what it spends, and knowing one need :math:`\theta`
beforehand gains

.. math:: E_\theta \max(0, E[g \mid \theta] - \lambda c) - \max(0, E[g] - \lambda c)

for it: the expected value of partial perfect information (Raiffa and Schlaifer 1961), project by project. A
survey of an indicator measures it in every city; its value is the sum over the projects that serve it. Prices
stay as they are, and prerequisites, the curve of worth and what a survey costs are left out, so values say
which survey to think of first, and not what it is worth paying for it.

What the plan improves by a need that is not measured rests on assumptions and on other figures; of that the
half range over the need is uncertain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium import charts
from urbium.catalogue import Catalogue
from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.benefit import closed_by_gap
from urbium.plan.result.benefit_cost import benefit_cost_ratios, link_gains, spending_alone
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import is_measured
from urbium.plan.variables import Floats, Variables
from urbium.result import Result
from urbium.text import Text, coded, named, paragraph, say, sentences, text

_MOST = 3
"""How many of the needs that a plan rests on most are named in a sentence."""
_ALL = 1 - 1e-6
"""From this share on, all of it."""

_QUANTILES = (np.arange(40) + 0.5) / 40
"""Where the range of a need is looked at."""


@dataclass(frozen=True, kw_only=True)
class Surveys(Result):
    """What it would be worth to measure needs before deciding.

    Parameters
    ----------
    table : one row an indicator that is not measured everywhere: indicator, name, kind, collect (the figures
        to be asked for), stand_ins (the figures from which most cities' needs are estimated meanwhile; empty
        where they are assumed), cities (where it is not measured), rests (share of what the plan improves
        that rests on these needs), uncertain (share of it that their ranges leave open), value (expected gain
        in the plan's benefit), share (of what the plan improves), turns (projects that the answer could bring
        into the plan or out of it); the most valuable first, then the most uncertain
    """

    stage: ClassVar[str] = "surveys"
    objective: float

    def __repr__(self) -> str:
        return self.sentence.render()

    @property
    def sentence(self) -> Text:
        """What of the plan rests on figures that nobody measured, and which to collect first."""
        if self.table.is_empty():
            return text("Every need in the plan is measured.")
        first, behind = self.table.row(0, named=True), self.table.filter(pl.col("rests") > 0)
        largest = behind.sort("rests", descending=True).head(_MOST)
        share = behind["rests"].sum()
        rests = (
            text(
                "No part of the plan's improvement comes from measured needs; {most:.2g}% of the "
                "improvement depends on {names:list}.",
                most=100 * largest["rests"].sum(),
                names=[self.said(name) for name in largest["name"]],
            )
            if share > _ALL
            else text(
                "{rests:.2g}% of the plan's improvement depends on needs that are assumed or "
                "estimated; {most:.2g}% of the improvement depends on {names:list}.",
                rests=100 * share,
                most=100 * largest["rests"].sum(),
                names=[self.said(name) for name in largest["name"]],
            )
        )
        worth = text(
            "Measuring {name} first would be most valuable: {behind:.2g}% of the plan's improvement "
            "depends on it (cities to ask: {cities:,}; projects that could be added or dropped: "
            "{turns:,}).",
            name=self.said(first["name"]),
            behind=100 * (first["rests"] or 0.0),
            cities=first["cities"],
            turns=first["turns"],
        )
        return paragraph([*([rests] if behind.height else []), worth])

    @property
    def facts(self) -> Mapping[str, Any]:
        """The plan's benefit, and the largest gain of one survey."""
        return {"objective": self.objective, "most": self.table["value"].max()}

    def chart(self) -> dict[str, Any]:
        """Return the indicators by what measuring them is worth."""
        return charts.ranking(
            self.table.head(20).with_columns(
                name=pl.col("name").replace({key: str(say(one)) for key, one in self.messages.items()})
            ),
            label="name", value="value", figures=".3g",
            title=text("Value of measuring a need"),
            value_title=text("Expected gain in plan benefit"),
        )  # fmt: skip

    def explain(self, key: str) -> Explanation:
        """Say what measuring one indicator would be worth."""
        rows = self.table.filter(pl.col("indicator") == key)
        if rows.is_empty():
            raise NotFoundError.named("indicator", key, self.table["indicator"])
        row = rows.row(0, named=True)
        return Explanation(
            coded("plan.surveys.of", "survey of {name}", name=self.said(row["name"])),
            row["value"],
            text("expected gain in plan benefit"),
            kind=Kind.SETTING,
            note=text(
                "cities with a range: {cities:,}; projects that could enter or leave the plan: {turns:,}",
                cities=row["cities"],
                turns=row["turns"],
            ),
        )


def surveys(plan: Plan, catalogue: Catalogue | None = None) -> Surveys:
    """Say which need to measure first.

    What is measured is left out. Cities without projects, and needs without a range, gain nothing by it.

    Parameters
    ----------
    plan : that is about to be decided
    catalogue : names the figures to be asked for; without it they are called as their indicator is
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
    is_open = (low < high) & ~lay.gaps.select(is_measured()).to_series().to_numpy()
    counts = is_open[gap] & (gain > 0) & np.isfinite(price[lay.city[project]])
    project, gap, gain = project[counts], gap[counts], gain[counts]
    drawn = _drawn(low[gap], need[gap], high[gap])
    informed = net[project] + gain * (drawn - mean[gap]) / need[gap]
    value = np.maximum(informed, 0.0).mean(axis=0) - np.maximum(net[project], 0.0)
    turns = (informed.min(axis=0) < 0) & (informed.max(axis=0) > 0)
    value[~turns] = 0.0  # rounding
    links = pl.DataFrame({"gap": gap, "value": value, "project": project, "turns": turns})
    uncertain = np.divide((high - low) / 2, need, out=np.zeros_like(need), where=need > 0)
    table = _table(plan, lay, links, uncertain)
    named_table, messages = _named(table, plan.roadmap, catalogue)
    return Surveys(table=named_table, objective=plan.objective, messages=messages)


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
    chosen = np.zeros(len(lay.number), dtype=bool)
    chosen[lay.numbers(plan.table["project"])] = True
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


def _table(plan: Plan, lay: Variables, links: pl.DataFrame, uncertain: Floats) -> pl.DataFrame:
    """Return one row an indicator that is not measured in some city, the most valuable first."""
    keys = ["city", "indicator"]
    whole = plan.improvement if plan.improvement > 0 else None
    gained = links.group_by("gap").agg(
        pl.col("value").sum(), turned=pl.col("project").filter("turns").unique()
    )
    names = lay.roadmap.indicators.select("indicator", "name", "kind")
    return (
        lay.gaps.with_columns(uncertain=pl.Series(uncertain, dtype=pl.Float64))
        .filter(~is_measured())
        .join(closed_by_gap(plan).select(*keys, "closed"), on=keys, how="left", maintain_order="left")
        .join(gained, on="gap", how="left", maintain_order="left")
        .group_by("indicator", maintain_order=True)
        .agg(
            stand_ins=pl.col("figures").mode().sort().first(),
            cities=pl.len().cast(pl.Int64),
            rests=pl.col("closed").sum() / whole,
            uncertain=(pl.col("closed") * pl.col("uncertain")).sum() / whole,
            value=pl.col("value").sum(),
            share=pl.col("value").sum() / whole,
            turns=pl.col("turned").list.explode().drop_nulls().n_unique().cast(pl.Int64),
        )
        .join(names, on="indicator", how="left", maintain_order="left")
        .sort("value", "uncertain", "indicator", descending=[True, True, False], nulls_last=True)
    )


def _named(
    table: pl.DataFrame, road: Roadmap, catalogue: Catalogue | None
) -> tuple[pl.DataFrame, dict[str, Text]]:
    """Name the figures to be asked for (those of the formula, else the indicator), and the stand-ins."""
    indicators, variables = (catalogue.indicators, catalogue.variables) if catalogue else ({}, {})
    called = dict(road.figures.select("figure", "name").iter_rows())
    names = {name: road.words(name) for name in table["name"]}
    asked_for = [
        sentences(named(variables[one].name, one) for one in indicators[code].variables)
        if code in indicators
        else names[name]
        for code, name in table.select("indicator", "name").iter_rows()
    ]
    meanwhile = [
        sentences(road.words(called.get(one, one)) for one in cell.split(";")) for cell in table["stand_ins"]
    ]
    columns: dict[str, list[str]] = {"collect": [*asked_for], "stand_ins": [*meanwhile]}
    said = table.select(
        "indicator", "name", "kind",
        *(pl.Series(name, list(map(str, cells)), dtype=pl.String) for name, cells in columns.items()),
        "cities", "rests", "uncertain", "value", "share", "turns",
    )  # fmt: skip
    every = [*names.values(), *asked_for, *meanwhile]
    return said, {str(cell): cell for cell in every if isinstance(cell, Text)}
