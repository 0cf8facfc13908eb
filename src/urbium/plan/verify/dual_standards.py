"""Standards that a city cannot all meet, since it could not run what they take: one of them is missed."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations, product
from math import inf, prod

from urbium.plan.problem.outlays import yearly
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.dual_prices import Prices

_ROUNDING = 1e-6
_TOGETHER, _MOST_CHOICES = 3, 64


def missed(prices: Prices) -> float:
    """Return what standards that must be missed cost at least, beyond the prices of meeting them.

    Of each city the dearest set of standards counts of which one must be missed: sets of one city share
    standards, and what is missed is paid for once.
    """
    road, running, total = prices.road, _Running(prices), 0.0
    covers: dict[str, list[str]] = defaultdict(list)
    for standard, project in road.covers.iter_rows():
        covers[standard].append(project)
    of_city: dict[str, list[str]] = defaultdict(list)
    for standard, city in road.standards.select("standard", "city").iter_rows():
        of_city[city].append(standard)
    for city, standards in of_city.items():
        least = 0.0
        for size in range(1, _TOGETHER + 1):
            for group in combinations(standards, size):
                loss = min(road.settings.shortfall_price - prices.of_standard(name) for name in group)
                choices = [covers[name] for name in group]
                if loss > least and prod(map(len, choices)) <= _MOST_CHOICES:
                    can_be_met = any(running.is_within(city, choice) for choice in product(*choices))
                    least = least if can_be_met else loss
        total += least
    return total


class _Running:
    """What each project costs a year, what it requires, and what a place may pay in every year to come."""

    def __init__(self, prices: Prices) -> None:
        road = prices.road
        self.is_of_nation = road.settings.operation_by == "nation"
        self.cost = {row["project"]: yearly(row) for row in road.projects.iter_rows(named=True)}
        self.requires: dict[str, list[str]] = defaultdict(list)
        for project, required, _ in road.hard_prerequisites.iter_rows():
            self.requires[project].append(required)
        self.most: dict[str, float] = {}
        for (limit, place, year), amount in prices.limited.items():
            if limit in ("upkeep", "repayment"):
                allowed = amount + prices.overruns.get((limit, place, year), 0.0)
                self.most[place] = min(allowed, self.most.get(place, allowed))

    def is_within(self, city: str, projects: Iterable[str]) -> bool:
        """Say whether the place that runs projects can pay for them and all that they require."""
        most = self.most.get(NATIONWIDE if self.is_of_nation else city, inf)
        members, waiting = set[str](), list(projects)
        while waiting:
            project = waiting.pop()
            if project not in members:
                members.add(project)
                waiting += self.requires[project]
        return sum(self.cost[project] for project in members) <= most + _ROUNDING * max(1.0, most)
