"""A first plan by simple rules: bundles of a project and what it requires, best worth for its money first.

The plan keeps every limit that can be kept by adding projects one bundle after the other. It starts the
search, and it is the answer when the search had no time to find a better one.
"""

import heapq
import time

import numpy as np

from urbium.plan.layout import Floats, Integers, Layout
from urbium.plan.roadmap import NATIONWIDE
from urbium.plan.worth import attained

__all__ = ["greedy"]

_TINY = 1e-12
_ROUNDING = 1e-9


def greedy(lay: Layout, *, deadline: float) -> Integers | None:
    """Return start year indices (-1 for never), or None when what must be chosen does not fit.

    Forced projects come first; then bundles by worth per money. Every start is the earliest that its
    prerequisites and the money allow.
    """
    road = lay.roadmap
    state = _State(lay)
    status = road.projects["status"].to_list()
    fixed = [p for p, s in enumerate(status) if s == "committed"]
    fixed.sort(key=lambda p: road.projects["start"][p])
    for project in fixed:
        if not state.place(project, int(road.projects["start"][project]) - road.years[0]):
            return None
    needed = [q for p in fixed for q, _ in state.needs.get(p, ()) if state.start[q] < 0]
    if not all(state.start[q] >= 0 or state.add(q) for q in needed):
        return None
    groups: dict[str, list[int]] = {}
    for group, project in road.alternatives.select("group", "project").iter_rows():
        groups.setdefault(group, []).append(lay.number[project])
    wanted = [[p] for p, s in enumerate(status) if s == "mandatory"] + list(groups.values())
    for choice in wanted:
        if not any(state.start[p] >= 0 for p in choice) and not any(state.add(p) for p in choice):
            return None
    _fill(lay, state, deadline)
    return state.start


def _fill(lay: Layout, state: "_State", deadline: float) -> None:
    """Add bundles by worth per money, judged once each and again when their turn comes."""
    heap = [
        (-density, project)
        for project in range(len(lay.build))
        if (density := state.density(project)) > _TINY
    ]
    heapq.heapify(heap)
    while heap and time.monotonic() < deadline:
        _, project = heapq.heappop(heap)
        density = state.density(project)
        if density <= _TINY:
            continue
        if heap and density < -heap[0][0] - _TINY:
            heapq.heappush(heap, (-density, project))
        else:
            state.add(project)


class _State:
    """A plan under construction, with what is left of each limit."""

    def __init__(self, lay: Layout) -> None:
        self.lay = lay
        road = lay.roadmap
        self.start: Integers = np.full(len(lay.build), -1)
        self.reached: Floats = attained(lay, self.start)
        self.status = road.projects["status"].to_list()
        self.cities = road.projects["city"].to_list()
        self.needs: dict[int, list[tuple[int, int]]] = {}
        for project, requires, lag in road.hard_prerequisites.iter_rows():
            self.needs.setdefault(lay.number[project], []).append((lay.number[requires], lag))
        self.rivals: dict[int, list[set[int]]] = {}
        for (_,), members in road.exclusions.group_by("group", maintain_order=True):
            own = {lay.number[p] for p in members["project"]}
            for project in own:
                self.rivals.setdefault(project, []).append(own)
        gap_of = {pair: k for k, pair in enumerate(lay.gaps.select("city", "indicator").iter_rows())}
        self.effects: dict[int, list[tuple[int, float, int]]] = {}
        for project, indicator, effect, lag in road.effects.select(
            "project", "indicator", "effect", "lag"
        ).iter_rows():
            number = lay.number[project]
            gap = gap_of.get((self.cities[number], indicator))
            if gap is not None:
                self.effects.setdefault(number, []).append((gap, effect, lag))
        self.worth = lay.gaps["worth"].to_numpy()
        self.ends = np.cumsum(lay.widths, axis=1)
        self._limits()

    def _limits(self) -> None:
        road, first = self.lay.roadmap, self.lay.roadmap.years[0]
        self.left: dict[tuple[str, str], Floats] = {}
        for kind, table in (
            ("budget", road.budgets.select("place", "year", "amount")),
            ("fund", road.fund_limits),
            ("starts", road.start_limits),
        ):
            for place, year, amount in table.iter_rows():
                self.left.setdefault((kind, place), np.full(self.lay.years, np.inf))[year - first] = amount
        self.home, self.abroad = np.zeros(self.lay.years), np.zeros(self.lay.years)
        payer = {"nation": 1, "city": 2, "outside": 0}
        self.funds = sorted(
            road.funds.iter_rows(named=True), key=lambda f: (not f["is_foreign"], payer[f["payer"]])
        )

    def bundle(self, project: int) -> list[int]:
        """Return the project and all it requires that is not chosen yet, prerequisites first."""
        order: list[int] = []

        def visit(p: int) -> None:
            if self.start[p] < 0 and p not in order:
                for q, _ in self.needs.get(p, ()):
                    visit(q)
                order.append(p)

        visit(project)
        return order

    def schedule(self, project: int) -> dict[int, int] | None:
        """Return the earliest start of each project of the bundle; None when it cannot be had in time."""
        starts: dict[int, int] = {}
        for p in self.bundle(project):
            ready = 0
            for q, lag in self.needs.get(p, ()):
                begun = starts.get(q, int(self.start[q]))
                ready = max(ready, begun + int(self.lay.build[q]) + lag)
            blocked = self.status[p] in ("forbidden", "committed") or any(
                any(self.start[q] >= 0 or q in starts for q in group - {p})
                for group in self.rivals.get(p, ())
            )
            if blocked or ready > self.lay.last_start[p]:
                return None
            starts[p] = ready
        return starts

    def density(self, project: int) -> float:
        """Worth of the bundle at its earliest starts, per money; 0 when it cannot be had."""
        if self.start[project] >= 0:
            return 0.0
        starts = self.schedule(project)
        if not starts:
            return 0.0
        lay = self.lay
        gained, cost = 0.0, 1e-6
        added: dict[int, Floats] = {}
        for p, s in starts.items():
            cost += lay.capital[p] + lay.operation[p] * max(lay.years - s - lay.build[p], 0)
            for gap, effect, lag in self.effects.get(p, ()):
                begun = s + int(lay.build[p]) + lag
                if begun < lay.years:
                    added.setdefault(gap, np.zeros(lay.years))[begun:] += effect
        for gap, more in added.items():
            gained += float(
                (self._curve(gap, self.reached[gap] + more) - self._curve(gap, self.reached[gap]))
                @ lay.discount
            )
        gained -= lay.roadmap.settings.spending_price * cost
        return gained / cost if gained > 0 else 0.0

    def _curve(self, gap: int, reached: Floats) -> Floats:
        begin = self.ends[gap] - self.lay.widths[gap]
        parts = np.clip(reached[:, None] - begin, 0.0, self.lay.widths[gap])
        return np.asarray(parts @ self.lay.slopes * self.worth[gap])

    def add(self, project: int) -> bool:
        """Add a bundle at the earliest starts the money allows; change nothing when it does not fit."""
        starts = self.schedule(project)
        if starts is None:
            return False
        kept = {key: left.copy() for key, left in self.left.items()}, self.home.copy(), self.abroad.copy()
        done: list[int] = []
        for p in starts:
            ready = max(
                (int(self.start[q]) + int(self.lay.build[q]) + lag for q, lag in self.needs.get(p, ())),
                default=0,
            )
            for s in range(ready, int(self.lay.last_start[p]) + 1):
                if self.place(p, s):
                    done.append(p)
                    break
            else:
                self.left, self.home, self.abroad = kept
                for q in done:
                    self._effect(q, -1.0)
                    self.start[q] = -1
                return False
        return True

    def place(self, project: int, start: int) -> bool:
        """Start a project in a year when every limit allows it."""
        lay, city = self.lay, self.cities[project]
        operator = city if lay.roadmap.settings.operation_by == "city" else NATIONWIDE
        end = start + int(lay.build[project])
        order = _Order(self)
        for place in (city, NATIONWIDE):
            order.take("starts", place, start, 1)
        for year in range(end, lay.years):
            order.take("budget", operator, year, float(lay.operation[project]))
        if not all(order.pay(project, city, year) for year in range(start, end)) or not order.fits():
            return False
        order.book()
        self.start[project] = start
        self._effect(project, 1.0)
        return True

    def _effect(self, project: int, sign: float) -> None:
        for gap, effect, lag in self.effects.get(project, ()):
            begun = int(self.start[project] + self.lay.build[project]) + lag
            if begun < self.lay.years:
                self.reached[gap, begun:] += sign * effect


class _Order:
    """What one project would take of the limits, before it is booked."""

    def __init__(self, state: _State) -> None:
        self.state = state
        self.takes: dict[tuple[str, str], Floats] = {}
        self.home, self.abroad = state.home.copy(), state.abroad.copy()

    def take(self, kind: str, place: str, year: int, amount: float) -> None:
        self.takes.setdefault((kind, place), np.zeros(self.state.lay.years))[year] += amount

    def room(self, kind: str, place: str, year: int) -> float:
        left = self.state.left.get((kind, place))
        used = self.takes.get((kind, place))
        return np.inf if left is None else float(left[year] - (used[year] if used is not None else 0.0))

    def pay(self, project: int, city: str, year: int) -> bool:
        """Split the year's capital over the funds: foreign first, then outside, nation and city."""
        road = self.state.lay.roadmap
        models = set(road.projects["finance_models"][project].split(";")) - {""}
        spent = float(self.state.lay.capital[project] / self.state.lay.build[project])
        share = road.settings.foreign_share_max
        allowed = min(
            road.projects["foreign_share_max"][project] * spent,
            share * (self.home[year] + self.abroad[year] + spent) - self.abroad[year]
            if share < 1
            else np.inf,
        )
        due, foreign = spent, 0.0
        for fund in self.state.funds:
            if models & set(fund["finance_models"].split(";")):
                place = {"nation": NATIONWIDE, "city": city}.get(fund["payer"])
                amount = min(due, fund["share_max"] * spent, self.room("fund", fund["fund"], year))
                amount = min(amount, self.room("budget", place, year) if place else np.inf)
                amount = max(min(amount, allowed - foreign if fund["is_foreign"] else np.inf), 0.0)
                self.take("fund", fund["fund"], year, amount)
                if place:
                    self.take("budget", place, year, amount)
                foreign += amount if fund["is_foreign"] else 0.0
                due -= amount
        self.abroad[year] += foreign
        self.home[year] += spent - foreign
        return due <= _ROUNDING * max(spent, 1.0)

    def fits(self) -> bool:
        """Say whether every limit allows it."""
        left = self.state.left
        return all(
            (left[key] - used >= -_ROUNDING * np.maximum(1.0, np.abs(left[key]))).all()
            for key, used in self.takes.items()
            if key in left
        )

    def book(self) -> None:
        """Take it from what is left."""
        left = self.state.left
        for key, used in self.takes.items():
            if key in left:
                left[key] = left[key] - used
        self.state.home, self.state.abroad = self.home, self.abroad
