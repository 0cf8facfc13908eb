"""The most that a project can gain at the prices, by itself: its best start year, or staying out."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any

from urbium.plan.problem.outlays import outlay, own_outlays, yearly
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.dual_prices import Prices
from urbium.plan.verify.objective import part_felt

_ROUNDING = 1e-9
_TERMS = ("city", "finance_models", "foreign_share_max", "outside_share_max")

_Offer = tuple[float, float, str, bool, bool]
"""Price of a million, largest share, fund, and whether it is foreign, and of an outside payer."""


class ProjectGains:
    """What each project may gain by itself."""

    def __init__(self, prices: Prices) -> None:
        self.prices, self.road = prices, prices.road
        self.years, self.n, self.factor = prices.years, prices.n, prices.factor

    @cached_property
    def _tables(self) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
        """Rows of the link tables by project."""
        road = self.road
        hard = road.hard_prerequisites.rows()
        soft = road.soft_prerequisites.select("project", "requires", "lag").rows()
        links = [("precedence", *row) for row in hard] + [("soft_precedence", *row) for row in soft]
        effects = road.effects.select("project", "indicator", "effect", "lag", "rollout").rows()
        rows_of: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
        for name, rows, key in (
            ("effects", effects, 0), ("needs", links, 1), ("serves", links, 2),
            ("excluded", road.exclusions.rows(), 1), ("offered", road.alternatives.rows(), 1),
            ("covers", road.covers.rows(), 1), ("staff", road.staff.rows(), 0),
            ("teaching", road.teaching.rows(), 0),
        ):  # fmt: skip
            by_project: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
            for row in rows:
                by_project[row[key]].append(row)
            rows_of[name] = by_project
        return rows_of

    @cached_property
    def _outlays(self) -> Mapping[tuple[str, int], float]:
        return own_outlays(self.road)

    @cached_property
    def _build(self) -> dict[str, int]:
        return dict(self.road.projects.select("project", "build_years").iter_rows())

    @cached_property
    def _deadline(self) -> dict[str, int]:
        return dict(self.road.standards.select("standard", "deadline").iter_rows())

    def best(self, row: Mapping[str, Any]) -> float:
        """Return the most that the project of a row can gain."""
        first, last = row["earliest"] or self.years[0], row["latest"] or self.years[-1]
        gains = self._gains(row, self.prices.last_start(row["build_years"]))
        allowed = {
            s: gain for s, gain in enumerate(gains) if gain is not None and first <= self.years[s] <= last
        }
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
        name, city, tables, get = row["project"], row["city"], self._tables, self.prices.get
        flow = [0.0] * (self.n + 1)  # gained in each year from the start of being "started by" on
        for limit, _, requires, _lag in tables["needs"][name]:
            for t in range(last + 1):
                flow[t] -= get(f"{limit}[{name}<-{requires},{self.years[t]}]")
        once = -sum(get(f"exclusion[{group}]") for group, _ in tables["excluded"][name])
        once += sum(get(f"alternative[{group}]") for group, _ in tables["offered"][name])
        once -= yearly(row) * self.prices.of_upkeep.get(self._operator(city), 0.0)
        costs = [self._unit_cost(row, t) for t in range(self.n)]
        out: list[float | None] = []
        for s in range(last + 1):
            end = s + row["build_years"]
            gain = once + sum(flow[s:]) + self._served(name, city, end)
            spent = {t: outlay(row, self.years[t], self._outlays) for t in range(s, end)}
            fails = any(costs[t] is None and amount > 0 for t, amount in spent.items())
            gain -= sum(amount * (costs[t] or 0.0) for t, amount in spent.items())
            gain -= sum(yearly(row) * self._run_cost(city, t) for t in range(end, self.n))
            gain -= self._staff(name, city, s, end)
            places = (city, NATIONWIDE)
            gain -= sum(self.prices.charge("start_limit", place, self.years[s]) for place in places)
            out.append(None if fails else gain)
        return out

    def _served(self, name: str, city: str, end: int) -> float:
        """What a project gains that is finished before year ``end``: effects, followers, standards."""
        tables, get, gain = self._tables, self.prices.get, 0.0
        for _, indicator, effect, lag, rollout in tables["effects"][name]:
            for t in range(min(end + lag, self.n - 1), self.n):
                share = part_felt(self.road, self.years[t], self.years[0] + end + lag, rollout)
                gain += effect * share * get(f"attainment[{city}:{indicator},{self.years[t]}]")
        for limit, project, _, lag in tables["serves"][name]:
            latest = self.prices.last_start(self._build[project])
            for t in range(end + lag, latest + 1):
                gain += get(f"{limit}[{project}<-{name},{self.years[t]}]")
        for standard, _ in tables["covers"][name]:
            if self.years[0] + end - 1 <= self._deadline[standard]:
                gain += self.prices.of_standard(standard)
        return gain

    def _staff(self, name: str, city: str, begun: int, end: int) -> float:
        """What the people cost that a project needs, less those it teaches."""
        cost = 0.0
        for _, occupation, building, running in self._tables["staff"][name]:
            until = self._people(city, occupation)
            cost += building * (until[end] - until[begun]) + running * (until[self.n] - until[end])
        for _, occupation, places, lag in self._tables["teaching"][name]:
            until = self._people(city, occupation)
            cost -= places * (until[self.n] - until[min(end + lag, self.n)])
        return cost

    def _people(self, city: str, occupation: str) -> list[float]:
        """Prices of a place added up over the years before each year, and over all."""
        key = (city, occupation)
        if key not in self._people_sums:
            price = (self.prices.of_people(city, occupation, year) for year in self.years)
            self._people_sums[key] = list(accumulate(price, initial=0.0))
        return self._people_sums[key]

    @cached_property
    def _people_sums(self) -> dict[tuple[str, str], list[float]]:
        return {}

    def _operator(self, city: str) -> str:
        return NATIONWIDE if self.road.settings.operation_by == "nation" else city

    def _run_cost(self, city: str, t: int) -> float:
        charge = self.prices.charge("budget", self._operator(city), self.years[t])
        return self.road.settings.spending_price * self.factor[t] + charge

    # Money

    @cached_property
    def _own_shares(self) -> dict[str, tuple[tuple[str, float], ...]]:
        shares: dict[str, tuple[tuple[str, float], ...]] = defaultdict(tuple)
        for project, fund, share in self.road.fund_shares.sort("project", "fund").iter_rows():
            shares[project] += ((fund, share),)
        return shares

    @cached_property
    def _funds(self) -> list[dict[str, Any]]:
        return [
            row | {"models": set(row["finance_models"].split(";")) - {""}}
            for row in self.road.funds.iter_rows(named=True)
        ]

    @cached_property
    def _unit_costs(self) -> dict[tuple[Any, ...], float | None]:
        return {}

    def _unit_cost(self, row: Mapping[str, Any], t: int) -> float | None:
        """Price of one million of a project's capital in a year, split as cheaply as may be."""
        key = (*(row[term] for term in _TERMS), self._own_shares[row["project"]], t)
        if key not in self._unit_costs:
            self._unit_costs[key] = self._cost(row, t)
        return self._unit_costs[key]

    def _cost(self, row: Mapping[str, Any], t: int) -> float | None:
        """A lower bound of the cost of a million: exact where foreign funds are all outside payers' funds.

        With both limits at once and funds of all four kinds greedy filling may err: then the larger of the
        costs with one limit left out is taken, which is never too much.
        """
        offers, base = self._offers(row, t)
        foreign, outside = row["foreign_share_max"], row["outside_share_max"]
        abroad = {name for _, _, name, is_foreign, _ in offers if is_foreign}
        apart = {name for _, _, name, _, is_outside in offers if is_outside}
        if abroad <= apart or apart <= abroad or not abroad & apart:
            cheapest = _filled(offers, foreign, outside)
        else:
            costs = _filled(offers, foreign, 1.0), _filled(offers, 1.0, outside)
            cheapest = None if None in costs else max(cost for cost in costs if cost is not None)
        return None if cheapest is None else base + cheapest

    def _offers(self, row: Mapping[str, Any], t: int) -> tuple[list[_Offer], float]:
        """Return what each eligible fund asks for a million, and what a million costs besides."""
        city, shares = row["city"], dict(self._own_shares[row["project"]])
        models = set(row["finance_models"].split(";"))
        year, share, prices = self.years[t], self.road.settings.foreign_share_max, self.prices
        limit = prices.get(f"foreign_in_all[{year}]") if share < 1 else 0.0
        offers, base = [], self.road.settings.spending_price * self.factor[t]
        for fund in self._funds:
            of_city = prices.of_city_share(city, fund, year)
            base -= of_city * fund["city_share_max"]
            if not fund["models"] & models:
                continue
            place = {"nation": NATIONWIDE, "city": city}.get(fund["payer"])
            price = prices.charge("fund_limit", fund["fund"], year) + of_city
            price += prices.charge("budget", place, year) if place else 0.0
            price += prices.of_budgets_share(city, fund) + prices.of_repayments(fund["fund"], city, year)
            price += limit * (fund["is_foreign"] - share)
            most = shares.get(fund["fund"], fund["share_max"])
            offers.append((price, most, fund["fund"], fund["is_foreign"], fund["payer"] == "outside"))
        return offers, base


def _filled(offers: list[_Offer], foreign: float, outside: float) -> float | None:
    """Return the cost of a million from the cheapest offers on, within both shares; None when it falls short.

    Foreign and outside shares nest or do not meet: then filling by price is best (a polymatroid).
    """
    left, abroad, apart, cost = 1.0, foreign, outside, 0.0
    for price, most, _, is_foreign, is_outside in sorted(offers):
        taken = min(left, most, abroad if is_foreign else 1.0, apart if is_outside else 1.0)
        cost += taken * price
        left -= taken
        abroad -= taken if is_foreign else 0.0
        apart -= taken if is_outside else 0.0
    return cost if left <= _ROUNDING else None
