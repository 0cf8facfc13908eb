"""Prices by the names of limits, and which limits the tables have."""

import math
from collections import defaultdict
from functools import cached_property
from typing import Any

import polars as pl

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.objective import declared_overruns, lasting_limits, parity_weights, repayment_terms

_AT_LEAST = ("alternative[", "standard[", "least_closing[")
"""Limits from below: a solver's price of theirs is not above 0."""


def _named(place: str) -> str:
    return "nation" if place == NATIONWIDE else place


class Prices:
    """Prices not below 0; what the tables do not limit has none."""

    def __init__(self, roadmap: Roadmap, proof: pl.DataFrame, overruns: pl.DataFrame | None) -> None:
        self.road, self.overruns = roadmap, declared_overruns(overruns)
        given = {
            name: price * (-1.0 if name.startswith(_AT_LEAST) else 1.0)
            for name, price in proof.select("row", "price").iter_rows()
            if price is not None and math.isfinite(price)
        }
        self.price = {name: max(price, 0.0) for name, price in given.items()}
        self.terms, self.lasting = repayment_terms(roadmap), lasting_limits(roadmap)
        self.years, self.n = list(roadmap.years), len(roadmap.years)
        self.factor: list[float] = [(1 + roadmap.settings.discount_rate) ** -k for k in range(self.n)]

    def last_start(self, build_years: int) -> int:
        """Return the last year, from 0 on, in which a project that takes so long may start; below 0: none."""
        return min(self.n - build_years, self.n - 1 - self.road.settings.ends_after)

    def get(self, name: str) -> float:
        """Return the price of a limit that the tables have for certain."""
        return float(self.price.get(name, 0.0))

    def charge(self, limit: str, place: str, year: int) -> float:
        """Return the price of a limit of a place and year; 0 where the tables have none."""
        if (limit, place, year) not in self.limited:
            return 0.0
        return self.get(f"{limit}[{_named(place)},{year}]")

    @cached_property
    def limited(self) -> dict[tuple[str, str, int], float]:
        """What the tables limit: the amount by limit, place (or fund, or occupation) and year."""
        road = self.road
        tables = {
            "budget": road.budgets.select("place", "year", "amount"),
            "upkeep": road.upkeep.select("place", "since", "amount"),
            "fund_limit": road.fund_limits.select("fund", "year", "amount"),
            "start_limit": road.start_limits.select("place", "year", "most"),
        }
        amounts = {
            (limit, place, year): float(amount)
            for limit, table in tables.items()
            for place, year, amount in table.iter_rows()
        }
        amounts |= {("repayment", *key): amount for key, amount in self.lasting.items()}
        pools = {(p, o, y): n for p, o, y, n in road.pools.select(pl.nth(0, 1, 2, 3)).iter_rows()}
        for city, occupation in self.needed:
            for year in self.years:
                amounts["people", f"{city},{occupation}", year] = pools.get((city, occupation, year), 0.0)
        for occupation in self.lent:
            for year in self.years:
                amounts["people_of_nation", occupation, year] = pools.get((NATIONWIDE, occupation, year), 0.0)
        return amounts

    @cached_property
    def of_upkeep(self) -> dict[str, float]:
        """The price of a million a year of running costs after the plan, by place: of all its limits."""
        paid: dict[str, float] = defaultdict(float)
        for place, since in self.road.upkeep.select("place", "since").iter_rows():
            paid[place] += self.charge("upkeep", place, since)
        for place, year in self.lasting:
            paid[place] += self.charge("repayment", place, year)
        return paid

    def of_repayments(self, fund: str, city: str, drawn: int) -> float:
        """Return the price of repaying a million of a fund that was drawn in a year, in all years."""
        if (fund, city, drawn) not in self._repaid:
            places, price = {"nation": NATIONWIDE, "city": city}, 0.0
            for payer, after, share in self.terms.get(fund, ()):
                if payer in places:
                    limit = "budget" if drawn + after <= self.years[-1] else "repayment"
                    price += share * self.charge(limit, places[payer], drawn + after)
            self._repaid[fund, city, drawn] = price
        return self._repaid[fund, city, drawn]

    @cached_property
    def _repaid(self) -> dict[tuple[str, str, int], float]:
        """What every project of a city asks for again."""
        return {}

    # People

    @cached_property
    def needed(self) -> set[tuple[str, str]]:
        """City and occupation of all that some project needs."""
        city = dict(self.road.projects.select("project", "city").iter_rows())
        return {
            (city[project], occupation)
            for project, occupation, building, running in self.road.staff.iter_rows()
            if building > 0 or running > 0
        }

    @cached_property
    def lent(self) -> set[str]:
        """Needed occupations of which the nation has a pool or training."""
        nation = self.road.pools.filter(pl.col("place") == NATIONWIDE)["occupation"]
        return {*nation, *self.road.training["occupation"]} & {occupation for _, occupation in self.needed}

    def of_people(self, city: str, occupation: str, year: int) -> float:
        """Return the price of a place in a city: no more than the nation asks, where it lends."""
        in_city = self.charge("people", f"{city},{occupation}", year)
        if occupation not in self.lent:
            return in_city
        return min(in_city, self.charge("people_of_nation", occupation, year))

    # Promises: no price is above that of missing them

    def of_standard(self, standard: str) -> float:
        """Return the price of meeting a standard."""
        return min(self.get(f"standard[{standard}]"), self.road.settings.shortfall_price)

    def of_rule(self, rule: str, place: str) -> float:
        """Return the price of a unit of closing that a rule of fairness asks."""
        return min(self.get(f"{rule}[{place}]"), self.road.settings.shortfall_price)

    @cached_property
    def of_closing(self) -> dict[str, float]:
        """What rules of fairness pay for a unit of a city's closing in the last year; it may be below 0."""
        paid: dict[str, float] = defaultdict(float)
        for rule, place, share in self.road.fairness.select("rule", "place", "share").iter_rows():
            price = self.of_rule(rule, place)
            if rule == "least_closing":
                paid[place] += price
            elif price > 0:
                for city, weight in parity_weights(self.road, place, share).items():
                    paid[city] -= price * weight
        return paid

    # Funds

    @cached_property
    def budgets_of_city(self) -> dict[str, float]:
        """The sum of a city's budgets of all years."""
        total: dict[str, float] = defaultdict(float)
        for place, amount in self.road.budgets.select("place", "amount").iter_rows():
            total[place] += amount
        return total

    def of_city_share(self, city: str, fund: dict[str, Any], year: int) -> float:
        """Return the price of a fund's share of a city's capital of a year."""
        if fund["city_share_max"] >= 1:
            return 0.0
        return self.get(f"fund_share_of_city[{city},{fund['fund']},{year}]")

    def of_budgets_share(self, city: str, fund: dict[str, Any]) -> float:
        """Return the price of a fund's share of a city's budgets."""
        if fund["city_budgets_share_max"] is None:
            return 0.0
        return self.get(f"fund_share_of_budgets[{city},{fund['fund']}]")
