"""The risk of a plan: what it achieves, and overspends, when its figures are drawn from their ranges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, Kind
from urbium.plan.analysis.draws import Draws, Together
from urbium.plan.analysis.ranges import Ranges
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import count_of_projects
from urbium.plan.rules import LIMITS
from urbium.plan.variables import Floats
from urbium.result import Result
from urbium.text import Text, coded, sentences, text

_TAIL = 0.1


@dataclass(frozen=True, kw_only=True)
class Risk(Result):
    """What a plan achieves over many draws of its uncertain figures.

    Parameters
    ----------
    table : place (a city, or all of them with training and what is missed, which are no city's), planned
        (worth as planned), mean, deviation, low, median, high (5, 50 and 95 in 100 draws are not more), tail
        (mean of the worst tenth), chance_below (of less than planned)
    spending : limit, place, year, amount, planned, mean, high, probability (of overspending), in millions
    worths : the worth of the whole plan in each draw
    plan : the plan
    ranges : what is uncertain
    """

    stage: ClassVar[str] = "risk"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"place": {"all": text("the whole plan")}}
    )
    spending: pl.DataFrame
    worths: Floats = field(repr=False)
    plan: Plan = field(repr=False)
    ranges: Ranges = field(repr=False)

    def __repr__(self) -> str:
        facts = self.facts
        if self.ranges.is_empty:
            return text(
                "Risk of {projects}: no cost, effect or need has a range, so no draws could be made",
                projects=count_of_projects(self.plan.table.height),
            ).render()
        return text(
            "Risk of {projects} in {draws:,} draws: the plan achieves {mean:.0%} of the planned "
            "improvement on average, and {low:.0%} to {high:.0%} in 90% of draws; at least one "
            "budget is overspent in {overspent:.0%} of draws",
            projects=count_of_projects(self.plan.table.height),
            draws=len(self.worths),
            overspent=facts["overspent"],
            **self._achieved(facts),
        ).render()

    def _achieved(self, row: Mapping[str, Any], city: str = "") -> dict[str, float | None]:
        """What is achieved of the improvement as planned: mean, low, high, as shares of it."""
        lost = {
            name: self.plan.share_of(row["planned"] - row[name], city) for name in ("mean", "low", "high")
        }
        return {name: None if share is None else 1 - share for name, share in lost.items()}

    @property
    def facts(self) -> Mapping[str, Any]:
        """The row of the whole plan, and the largest chance that a limit on money is overspent."""
        whole = self.table.row(0, named=True)
        likely = self.spending["probability"].max()
        return {
            **{name: whole[name] for name in self.table.columns if name != "place"},
            "overspent": self.settings["overspent"],
            "most_likely_overspent": likely if likely is not None else 0.0,
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """What the draws rest on, and the limit most likely overspent."""
        drawn = (
            text(
                "in each draw, a solution varies in the same way in all cities, with half of the "
                "draws on each side of the planned figure (assumption)"
            )
            if self.settings["together"] == "solution"
            else text(
                "in each draw, a solution varies separately in each project, with half of the "
                "draws on each side of the planned figure (assumption)"
            )
        )
        basis = [text("ranges: {note}", note=self.ranges.note)] if self.ranges.note else []
        return (*basis, *self._without_range(), drawn, *self._most_likely_overspent())

    def _without_range(self) -> Iterator[Text]:
        """Say how many figures have no range, and stay as planned in every draw."""
        costs = self.plan.table.filter(
            (pl.col("capital") > 0) & ~pl.col("project").is_in(self.ranges.capital["project"].implode())
        ).height
        effects = self.plan.roadmap.effects.join(self.plan.table.select("project"), on="project", how="semi")
        certain = effects.join(self.ranges.effects, on=["project", "indicator"], how="anti").height
        needs = self.plan.roadmap.gaps.join(self.ranges.needs, on=["city", "indicator"], how="anti").height
        if costs or certain or needs:
            yield text(
                "without a range, and therefore as planned in every draw: the costs of {costs:,} of "
                "{projects:,} projects, {effects:,} of {all_effects:,} effects and {needs:,} of "
                "{all_needs:,} needs",
                costs=costs,
                projects=self.plan.table.height,
                effects=certain,
                all_effects=effects.height,
                needs=needs,
                all_needs=self.plan.roadmap.gaps.height,
            )

    def _most_likely_overspent(self) -> Iterator[Text]:
        worst = self.spending.sort("probability", descending=True).head(1)
        for limit, place, year, chance in worst.select("limit", "place", "year", "probability").iter_rows():
            if chance > 0:
                yield text(
                    "most likely to be overspent: {limit} of {place} in {year}, in {chance:.0%} of draws",
                    limit=LIMITS[limit].title,
                    place=text("the nation") if place == NATIONWIDE else place,
                    year=year,
                    chance=chance,
                )

    def chart(self) -> dict[str, Any]:
        """Return with what chance the plan is worth at least so much."""
        rows = pl.DataFrame({"plan": text("the plan"), "worth": self.worths})
        return charts.chances(rows, title=text("Plan benefit in {draws:,} draws", draws=len(self.worths)))

    def explain(self, key: str) -> Explanation:
        """Say of a place (a city, a fund, or ``nation``) what it achieves and may overspend."""
        rows = self.table.filter(pl.col("place") == key)
        limits = self.spending.filter(pl.col("place") == key)
        if rows.is_empty() and limits.is_empty():
            raise NotFoundError.named("place", key, {*self.table["place"], *self.spending["place"]})
        row = rows.row(0, named=True) if rows.height else None
        city = "" if key == "all" else key
        return Explanation(
            key,
            None if row is None else self._achieved(row, city)["mean"],
            text("of the planned improvement, on average"),
            kind=Kind.FORECAST,
            note=sentences([self._spread(row, city), self.ranges.note]),
            children=tuple(self._overspent(row) for row in limits.iter_rows(named=True)),
        )

    def _spread(self, row: Mapping[str, Any] | None, city: str) -> Text | str:
        """Say how far what a place achieves may lie from what is planned."""
        if row is None:
            return ""
        if row["low"] == row["high"]:
            return text("nothing that affects this result has a range")
        achieved = self._achieved(row, city)
        return text(
            "{low:.0%} to {high:.0%} of the planned improvement in 90% of draws",
            low=achieved["low"],
            high=achieved["high"],
        )

    def _overspent(self, row: Mapping[str, Any]) -> Explanation:
        return Explanation(
            coded("plan.risk.limit_overspent", "{limit} overspent", limit=LIMITS[row["limit"]].title),
            row["probability"],
            text("of the draws"),
            period=str(row["year"]),
            kind=Kind.LIMIT,
            note=text(
                "planned: {currency} {planned:millions} of {amount:millions}; in 95% of draws, at most "
                "{high:millions}",
                planned=row["planned"],
                currency=self.plan.currency,
                amount=row["amount"],
                high=row["high"],
            ),
        )


def risk(
    plan: Plan,
    ranges: Ranges,
    *,
    draws: int = 1000,
    seed: int = 0,
    together: Together = "solution",
) -> Risk:
    """Draw effects, costs and needs from their ranges and add up what a plan then achieves and spends.

    Start years stay as planned, and so does who pays which part of what is dearer.

    Parameters
    ----------
    plan : the plan
    ranges : what is uncertain
    draws : how many draws
    seed : the same seed gives the same draws, for every plan of the roadmap
    together : what is drawn together: a ``solution`` in all cities, or each ``project`` by itself

    Raises
    ------
    InputError
        When the ranges do not fit the plan's roadmap, or fewer than one draw is asked for.
    """
    drawn = Draws(plan.roadmap, ranges, count=draws, seed=seed, together=together)
    calm = Draws(plan.roadmap, Ranges(), count=1)
    start = drawn.starts(plan)
    by_city, planned = drawn.worth_by_city(start), calm.worth_by_city(start)[0]
    worths = by_city.sum(axis=1) - drawn.lost(plan)
    rows = [_row("all", worths, float(calm.worth_of(plan)[0]))]
    for number, city in enumerate(plan.roadmap.cities["city"]):
        rows.append(_row(city, by_city[:, number], float(planned[number])))
    spent, overspent = drawn.spending(plan)
    return Risk(
        table=pl.DataFrame(rows),
        settings={
            "draws": draws, "seed": seed, "together": together, "ranges": repr(ranges), "note": ranges.note,
            "overspent": overspent,
        },
        spending=spent,
        worths=worths,
        plan=plan,
        ranges=ranges,
    )  # fmt: skip


def _row(place: str, worths: Floats, planned: float) -> dict[str, Any]:
    low, median, high = np.quantile(worths, [0.05, 0.5, 0.95])
    small = 1e-9 * max(1.0, abs(planned))
    return {
        "place": place,
        "planned": planned,
        "mean": float(worths.mean()),
        "deviation": float(worths.std()),
        "low": float(low),
        "median": float(median),
        "high": float(high),
        "tail": tail_mean(worths, _TAIL),
        "chance_below": float((worths < planned - small).mean()),
    }


def tail_mean(worths: Floats, tail: float) -> float:
    r"""Return the mean of the worst share of equally likely worths: the conditional value at risk.

    .. math:: \max_\eta \; \eta - \frac{1}{\tau n} \sum_k (\eta - w_k)^+

    Parameters
    ----------
    worths : one a draw
    tail : the share, above 0 and at most 1; 1 is the mean, 1 / n the worst

    References
    ----------
    Rockafellar and Uryasev 2000, *Optimization of conditional value-at-risk*, Journal of Risk 2.

    >>> tail_mean(np.array([4.0, 1.0, 3.0, 2.0]), 0.5), tail_mean(np.array([4.0, 1.0, 3.0, 2.0]), 0.375)
    (1.5, 1.3333333333333333)
    """
    if not 0 < tail <= 1:
        raise InputError(
            coded("plan.risk.tail", "a tail of {tail:g} is not possible", tail=tail),
            remedy=text("enter a share above 0 and at most 1"),
        )
    ordered = np.sort(worths)
    left = tail * len(ordered)
    weight = np.clip(left - np.arange(len(ordered)), 0.0, 1.0)
    if left < 1:
        return float(ordered[0])
    return float(weight @ ordered / left)
