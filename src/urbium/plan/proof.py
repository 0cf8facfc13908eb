r"""The worth of a plan and a bound of every plan, recomputed from the raw tables in plain loops.

For any prices not below 0 (that they are good is the search's affair, that the number holds is shown here) no
plan can be worth more than

.. math:: \sum_{c,i,t} \sum_s w_s \max(0, r_{cit} q_s - \alpha_{cit})
          + \sum_p \max_s \left( \text{gain}_{ps}(\alpha) - \text{cost}_{ps}(\pi, \mu) \right) + \pi b

where each project may take its best start year by itself and each fund's money its cheapest split: weak
duality (Geoffrion 1974, *Lagrangean relaxation for integer programming*), checked by adding up.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl

from urbium.plan.roadmap import NATIONWIDE, Roadmap

__all__ = ["declared_overruns", "recomputed_bound", "recomputed_objective"]


def declared_overruns(table: pl.DataFrame | None) -> Mapping[tuple[str, str, int], float]:
    """Return declared overruns by (limit, place, year); what is not finite and above 0 counts as none."""
    rows = [] if table is None else table.select("limit", "place", "year", "amount").iter_rows()
    return {
        (limit, place, year): amount
        for limit, place, year, amount in rows
        if amount is not None and math.isfinite(amount) and amount > 0
    }


def recomputed_objective(roadmap: Roadmap, start: Mapping[str, int]) -> float:
    """Add up a plan's objective year by year from the tables, for start years by project."""
    projects = {row["project"]: row for row in roadmap.projects.iter_rows(named=True)}
    attained: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for project, indicator, effect, lag in roadmap.effects.select(
        "project", "indicator", "effect", "lag"
    ).iter_rows():
        if project in start:
            row = projects[project]
            attained[row["city"], indicator].append((start[project] + row["build_years"] + lag, effect))
    gaps = _gap_worth(roadmap)
    curve = roadmap.curve.sort("segment").select("width", "slope").rows()
    factor = {
        year: (1 + roadmap.settings.discount_rate) ** -(year - roadmap.years[0]) for year in roadmap.years
    }
    total = 0.0
    for key, effects in attained.items():
        if key in gaps:
            worth, ceiling = gaps[key]
            for year in roadmap.years:
                left = min(sum(effect for since, effect in effects if year >= since), ceiling)
                for width, slope in curve:
                    closed = min(left, width)
                    total += worth * slope * closed * factor[year]
                    left -= closed
    price = roadmap.settings.spending_price
    for project, begun in start.items():
        row = projects[project]
        end = begun + row["build_years"]
        for year in roadmap.years:
            spent = (
                row["capital"] / row["build_years"]
                if begun <= year < end
                else row["operation"]
                if year >= end
                else 0.0
            )
            total -= price * factor[year] * spent
    return total


def _gap_worth(roadmap: Roadmap) -> dict[tuple[str, str], tuple[float, float]]:
    """Weight x need, and the ceiling, of each gap."""
    city = dict(roadmap.cities.select("city", "weight").iter_rows())
    weight = dict(roadmap.indicators.select("indicator", "weight").iter_rows())
    rows = roadmap.gaps.select("city", "indicator", "need", "ceiling").iter_rows()
    return {(c, i): (city[c] * weight[i] * need, ceiling) for c, i, need, ceiling in rows}


def recomputed_bound(roadmap: Roadmap, proof: pl.DataFrame, overruns: pl.DataFrame | None = None) -> float:
    """Recompute from prices a number that no plan's objective can exceed.

    Parameters
    ----------
    proof : ``row`` (the name of a limit, such as ``budget[nation,2017]``) and ``price``; prices below 0 or
        not finite count as 0, so do those of limits that the tables do not have; limits that are not named
        have price 0: every table gives a valid bound
    overruns : limits that committed projects exceed: limit, place, year, amount
    """
    return _Prices(roadmap, proof, overruns).bound()


def _limits_of(roadmap: Roadmap) -> dict[tuple[str, str, int], float]:
    """Return what the tables limit: the amount by limit, place (or fund) and year."""
    tables = {
        "budget": roadmap.budgets.select("place", "year", "amount"),
        "fund_limit": roadmap.fund_limits.select("fund", "year", "amount"),
        "start_limit": roadmap.start_limits.select("place", "year", "most"),
    }
    return {
        (limit, place, year): float(amount)
        for limit, table in tables.items()
        for place, year, amount in table.iter_rows()
    }


def _named(place: str) -> str:
    return "nation" if place == NATIONWIDE else place


class _Prices:
    """The pieces of the bound: what gaps may still be worth, what each project may gain by itself."""

    def __init__(self, roadmap: Roadmap, proof: pl.DataFrame, overruns: pl.DataFrame | None) -> None:
        self.road, self.overruns = roadmap, declared_overruns(overruns)
        given = {
            name: price
            for name, price in proof.select("row", "price").iter_rows()
            if price is not None and math.isfinite(price)
        }
        self.price = {name: max(price, 0.0) for name, price in given.items()}
        self.at_least = {
            name: max(-price, 0.0) for name, price in given.items() if name.startswith("alternative[")
        }
        self.limited = _limits_of(roadmap)
        self.years, self.n = list(roadmap.years), len(roadmap.years)
        self.factor: list[float] = [(1 + roadmap.settings.discount_rate) ** -k for k in range(self.n)]

    def get(self, name: str) -> float:
        return float(self.price.get(name, 0.0))

    def charge(self, limit: str, place: str, year: int) -> float:
        """Price of using a limit; 0 where the tables have none, since nothing is scarce there."""
        if (limit, place, year) not in self.limited:
            return 0.0
        return self.get(f"{limit}[{_named(place)},{year}]")

    def bound(self) -> float:
        gained = sum(self._project(row) for row in self.road.projects.iter_rows(named=True))
        return float(self._gaps() + self._limits() + gained)

    def _gaps(self) -> float:
        curve = self.road.curve.sort("segment").select("width", "slope").rows()
        touched = set()
        city = dict(self.road.projects.select("project", "city").iter_rows())
        for project, indicator in self.road.effects.select("project", "indicator").iter_rows():
            touched.add((city[project], indicator))
        total = 0.0
        for (place, indicator), (worth, ceiling) in _gap_worth(self.road).items():
            if (place, indicator) in touched:
                for k, year in enumerate(self.years):
                    alpha, left = self.get(f"attainment[{place}:{indicator},{year}]"), ceiling
                    for width, slope in curve:
                        total += min(left, width) * max(0.0, worth * slope * self.factor[k] - alpha)
                        left -= min(left, width)
        return total

    def _limits(self) -> float:
        """Price x limit of every priced limit of the tables."""
        total = 0.0
        for (limit, place, year), amount in self.limited.items():
            total += self.charge(limit, place, year) * (
                amount + self.overruns.get((limit, place, year), 0.0) * (limit != "start_limit")
            )
        for group in self.road.exclusions["group"].unique():
            total += self.get(f"exclusion[{group}]")
        for group in self.road.alternatives["group"].unique():
            total -= self.at_least.get(f"alternative[{group}]", 0.0)
        return total

    @cached_property
    def _tables(self) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
        """Rows of the link tables by project."""
        found: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
        build = dict(self.road.projects.select("project", "build_years").iter_rows())
        for name, table, key in (
            ("effects", self.road.effects.select("project", "indicator", "effect", "lag"), 0),
            ("needs", self.road.hard_prerequisites, 0), ("serves", self.road.hard_prerequisites, 1),
            ("excluded", self.road.exclusions, 1), ("offered", self.road.alternatives, 1),
        ):  # fmt: skip
            rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
            for row in table.iter_rows():
                rows[row[key]].append(row)
            found[name] = rows
        self._build = build
        return found

    def _project(self, row: Mapping[str, Any]) -> float:
        """The most a project can gain at the prices: its best start year, or staying out."""
        last = self.n - row["build_years"]
        gains = self._gains(row, last)
        allowed = {s: gain for s, gain in enumerate(gains) if gain is not None}
        match row["status"]:
            case "forbidden":
                return 0.0
            case "committed":
                return allowed.get(row["start"] - self.years[0], 0.0)
            case "mandatory":
                return max(allowed.values(), default=0.0)
            case _:
                return max(0.0, max(allowed.values(), default=0.0))

    def _gains(self, row: Mapping[str, Any], last: int) -> list[float | None]:
        name, city, tables = row["project"], row["city"], self._tables
        flow = [0.0] * (self.n + 1)  # gained in each year from the start of being "started by" on
        for _, requires, _lag in tables["needs"][name]:
            for t in range(last + 1):
                flow[t] -= self.get(f"precedence[{name}<-{requires},{self.years[t]}]")
        once = -sum(self.get(f"exclusion[{group}]") for group, _ in tables["excluded"][name])
        once += sum(self.at_least.get(f"alternative[{group}]", 0.0) for group, _ in tables["offered"][name])
        costs = [self._unit_cost(row, t) for t in range(self.n)]
        out: list[float | None] = []
        for s in range(last + 1):
            end = s + row["build_years"]
            gain = once + sum(flow[s:])
            for _, indicator, effect, lag in tables["effects"][name]:
                for t in range(end + lag, self.n):
                    gain += effect * self.get(f"attainment[{city}:{indicator},{self.years[t]}]")
            for project, _, lag in tables["serves"][name]:
                latest = self.n - self._build[project]
                for t in range(end + lag, latest + 1):
                    gain += self.get(f"precedence[{project}<-{name},{self.years[t]}]")
            spent = row["capital"] / row["build_years"]
            fails = spent > 0 and any(costs[t] is None for t in range(s, end))
            gain -= sum(spent * (costs[t] or 0.0) for t in range(s, end))
            gain -= sum(row["operation"] * self._run_cost(city, t) for t in range(end, self.n))
            gain -= sum(self.charge("start_limit", place, self.years[s]) for place in (city, NATIONWIDE))
            out.append(None if fails else gain)
        return out

    def _run_cost(self, city: str, t: int) -> float:
        place = NATIONWIDE if self.road.settings.operation_by == "nation" else city
        return self.road.settings.spending_price * self.factor[t] + self.charge(
            "budget", place, self.years[t]
        )

    def _unit_cost(self, row: Mapping[str, Any], t: int) -> float | None:
        """Price of one million of a project's capital in a year, split as cheaply as may be."""
        key = (row["city"], row["finance_models"], row["foreign_share_max"], t)
        if key not in self._unit_costs:
            self._unit_costs[key] = self._cheapest(*key)
        return self._unit_costs[key]

    @cached_property
    def _unit_costs(self) -> dict[tuple[str, str, float, int], float | None]:
        return {}

    @cached_property
    def _fund_rows(self) -> list[dict[str, Any]]:
        return [
            row | {"models": set(row["finance_models"].split(";")) - {""}}
            for row in self.road.funds.iter_rows(named=True)
        ]

    def _cheapest(self, city: str, finance_models: str, foreign_max: float, t: int) -> float | None:
        year, share = self.years[t], self.road.settings.foreign_share_max
        limit = self.get(f"foreign_in_all[{year}]") if share < 1 else 0.0
        offers = []
        for fund in self._fund_rows:
            if fund["models"] & set(finance_models.split(";")):
                place = {"nation": NATIONWIDE, "city": city}.get(fund["payer"])
                price = self.charge("fund_limit", fund["fund"], year) + (
                    self.charge("budget", place, year) if place else 0.0
                )
                offers.append(
                    (price + limit * (fund["is_foreign"] - share), fund["share_max"], fund["is_foreign"])
                )
        left, abroad, cost = 1.0, foreign_max, self.road.settings.spending_price * self.factor[t]
        for price, most, is_foreign in sorted(offers):
            taken = min(left, most, abroad if is_foreign else 1.0)
            cost += taken * price
            left -= taken
            abroad -= taken if is_foreign else 0.0
        return cost if left <= 1e-9 else None  # noqa: PLR2004 - rounding
