"""The constructive heuristic: a first plan by simple rules.

A first plan adds bundles of a project and what it requires, best worth for its money first. It keeps every
limit that can be kept by adding projects one bundle after the other, without training and without money that
is kept for later years. It starts the search, and it is the answer when the search had no work left to find
a better one.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from urbium.plan.milp.objective import attained
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.variables import Floats, Integers, Variables

_ROUNDING = 1e-9
_TINY = 1e-12


def construct(lay: Variables, *, is_stopped: Callable[[], bool] = lambda: False) -> Integers | None:
    """Return start year indices (-1 for never), or None when what must be chosen does not fit.

    Forced projects come first; then bundles by worth per money. Every start is the earliest that its
    prerequisites and the money allow. When somebody stops it, what is chosen so far is the plan.
    """
    road = lay.roadmap
    state = State(lay)
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
    _fill(lay, state, is_stopped)
    return state.start if state.is_in_order() else None


class State:
    """A plan under construction, with what is left of each limit."""

    def __init__(self, lay: Variables) -> None:
        self.lay = lay
        road = lay.roadmap
        self.start: Integers = np.full(len(lay.build), -1)
        self.reached: Floats = attained(lay, self.start)
        self.status = road.projects["status"].to_list()
        self.cities = road.projects["city"].to_list()
        self.models = [set(models.split(";")) - {""} for models in road.projects["finance_models"]]
        self.outside = road.projects["outside_share_max"].to_list()
        self.foreign = road.projects["foreign_share_max"].to_list()
        self.names = road.projects["project"].to_list()
        self.needs: dict[int, list[tuple[int, int]]] = {}
        for project, requires, lag in road.hard_prerequisites.iter_rows():
            self.needs.setdefault(lay.number[project], []).append((lay.number[requires], lag))
        self.rivals: dict[int, list[set[int]]] = {}
        for (_,), members in road.exclusions.group_by("group", maintain_order=True):
            group = {lay.number[p] for p in members["project"]}
            for project in group:
                self.rivals.setdefault(project, []).append(group)
        self.effects: dict[int, list[tuple[int, float, int]]] = {}
        for p, gap, effect, wait in zip(*lay.links, strict=True):
            self.effects.setdefault(int(p), []).append((int(gap), float(effect), int(wait)))
        self.worth = lay.gaps["worth"].to_numpy()
        self.begins = np.cumsum(lay.widths, axis=1) - lay.widths
        self.closed: dict[int, Floats] = {}  # what each gap's closing is worth as far as it is reached
        first = road.years[0]
        self.opens = (road.projects["earliest"].fill_null(first) - first).clip(0).to_numpy()
        latest = (road.projects["latest"].fill_null(road.years[-1]) - first).to_numpy()
        self.closes: Integers = np.minimum(lay.last_start, latest)
        self._limits()
        self._people()
        self._promises()

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
        self.own_share = {(p, f): share for p, f, share in road.fund_shares.iter_rows()}
        for name, share in road.funds.select("fund", "city_budgets_share_max").iter_rows():
            if share is not None:
                for city, total in zip(road.cities["city"], self.lay.budgets_of_city, strict=True):
                    room = np.full(self.lay.years, np.inf)
                    room[0] = share * total
                    self.left["over years", f"{city},{name}"] = room
        for place, amount in road.upkeep.group_by("place").agg(pl.col("amount").min()).iter_rows():
            self.left["upkeep", place] = np.full(self.lay.years, amount)
        self._repayments()
        self.home, self.abroad = np.zeros(self.lay.years), np.zeros(self.lay.years)
        payer = {"nation": 1, "city": 2, "outside": 0}
        order = sorted(
            road.funds.iter_rows(named=True), key=lambda f: (not f["is_foreign"], payer[f["payer"]])
        )
        funds = [fund | {"finance_models": set(fund["finance_models"].split(";"))} for fund in order]
        free = [fund for fund in funds if fund["fund"] not in self.repaid]
        repaid = [fund for fund in funds if fund["fund"] in self.repaid]
        of_city = [fund for fund in free if fund["payer"] == "city"]
        others = [fund for fund in free if fund["payer"] != "city"]
        self.orders = {"city first": others + of_city + repaid, "city last": others + repaid + of_city}
        self.amounts = {key: np.maximum(left, _TINY) for key, left in self.left.items()}

    def _repayments(self) -> None:
        """What each fund is repaid by whom, and what places may pay in the years after the plan that bind."""
        road = self.lay.roadmap
        self.later: dict[str, dict[int, int]] = {}
        for (place,), rows in self.lay.lasting.group_by("place", maintain_order=True):
            years = (rows["year"] - road.years[0]).to_list()
            self.later[str(place)] = {year: slot for slot, year in enumerate(years)}
            self.left["repayment", str(place)] = rows["amount"].to_numpy().astype(float)
        self.repaid: dict[str, list[tuple[str, int, float]]] = {}
        terms = road.repayments.filter(pl.col("share") > 0, pl.col("payer") != "users")
        for fund, *term in terms.select("fund", "payer", "after", "share").iter_rows():
            self.repaid.setdefault(fund, []).append((term[0], term[1], term[2]))

    def _people(self) -> None:
        """Places that each project needs less those it teaches, and what pools have."""
        road, lay = self.lay.roadmap, self.lay
        self.staff: dict[int, list[tuple[str, float, float]]] = {}
        self.teaches: dict[int, list[tuple[str, float, int]]] = {}
        for project, occupation, building, running in road.staff.iter_rows():
            self.staff.setdefault(lay.number[project], []).append((occupation, building, running))
        for project, occupation, places, lag in road.teaching.iter_rows():
            self.teaches.setdefault(lay.number[project], []).append((occupation, places, lag))
        self.need: dict[tuple[str, str], Floats] = {}
        self.lendable = {
            occupation: lay.places(NATIONWIDE, occupation).copy()
            for occupation in road.occupations["occupation"]
        }

    def _promises(self) -> None:
        """Standards that each project covers with their deadlines, and its soft prerequisites."""
        road, lay = self.lay.roadmap, self.lay
        deadline = dict(road.standards.select("standard", "deadline").iter_rows())
        self.met: set[str] = set()
        self.covers: dict[int, list[tuple[str, int]]] = {}
        for standard, project in road.covers.iter_rows():
            end = deadline[standard] - road.years[0]
            self.covers.setdefault(lay.number[project], []).append((standard, end))
        self.soft: dict[int, list[tuple[int, int, float]]] = {}
        for project, requires, lag, loss in road.soft_prerequisites.iter_rows():
            self.soft.setdefault(lay.number[project], []).append((lay.number[requires], lag, loss))

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
            ready = int(self.opens[p])
            for q, lag in self.needs.get(p, ()):
                begun = starts.get(q, int(self.start[q]))
                ready = max(ready, begun + int(self.lay.build[q]) + lag)
            blocked = self.status[p] in ("forbidden", "committed") or any(
                any(self.start[q] >= 0 or q in starts for q in group - {p})
                for group in self.rivals.get(p, ())
            )
            if blocked or ready > self.closes[p]:
                return None
            starts[p] = ready
        return starts

    def can_be_run(self, projects: Iterable[int]) -> bool:
        """Say whether running projects fits into what is left of upkeep, whenever they start.

        What does not fit will not fit later, since less and less is left: most bundles of a nation end here.
        """
        running: dict[str, float] = {}
        for project in projects:
            place = self._operator(project)
            running[place] = running.get(place, 0.0) + float(self.lay.yearly[project])
        for place, amount in running.items():
            for kind in ("upkeep", "repayment"):
                left = self.left.get((kind, place))
                least = np.inf if left is None else float(left.min())
                if least - amount < -_ROUNDING * max(1.0, abs(least)):
                    return False
        return True

    def _operator(self, project: int) -> str:
        """The place that pays for running a project."""
        by_city = self.lay.roadmap.settings.operation_by == "city"
        return self.cities[project] if by_city else NATIONWIDE

    def density(self, project: int) -> float:
        """Worth of the bundle at its earliest starts, per money; 0 when it cannot be had."""
        if self.start[project] >= 0:
            return 0.0
        starts = self.schedule(project)
        if not starts or not self.can_be_run(starts):
            return 0.0
        lay = self.lay
        gained, cost = 0.0, 1e-6
        added: dict[int, Floats] = {}
        for p, s in starts.items():
            cost += lay.capital[p] + lay.yearly[p] * max(lay.years - s - lay.build[p], 0)
            for gap, effect, wait in self.effects.get(p, ()):
                first, share = min(s + wait, lay.years - 1), lay.share_of(s + wait)
                if share > 0:
                    added.setdefault(gap, np.zeros(lay.years))[first:] += effect * share
        for gap, more in added.items():
            if gap not in self.closed:
                self.closed[gap] = self._curve(gap, self.reached[gap])
            gained += float((self._curve(gap, self.reached[gap] + more) - self.closed[gap]) @ lay.year_worth)
        gained += self._kept(starts) - lay.roadmap.settings.spending_price * cost
        return gained / cost if gained > 0 else 0.0

    def _kept(self, starts: dict[int, int]) -> float:
        """What the bundle keeps of standards, less the soft prerequisites it lacks."""
        lay, kept = self.lay, 0.0
        met = {
            standard
            for p, s in starts.items()
            for standard, deadline in self.covers.get(p, ())
            if s + int(lay.build[p]) - 1 <= deadline
        }
        kept += lay.roadmap.settings.shortfall_price * len(met - self.met)
        for p, s in starts.items():
            for q, lag, loss in self.soft.get(p, ()):
                begun = starts.get(q, int(self.start[q]))
                kept -= loss * (begun < 0 or begun + int(lay.build[q]) + lag > s)
        return kept

    def _curve(self, gap: int, reached: Floats) -> Floats:
        parts = np.minimum(np.maximum(reached[:, None] - self.begins[gap], 0.0), self.lay.widths[gap])
        return np.asarray(parts @ self.lay.slopes * self.worth[gap])

    def add(self, project: int) -> bool:
        """Add a bundle at the earliest starts the money allows; change nothing when it does not fit."""
        starts = self.schedule(project)
        if starts is None or not self.can_be_run(starts):
            return False
        kept = dict(self.left), self.home, self.abroad  # booking replaces arrays and changes none
        people = dict(self.need), dict(self.lendable), set(self.met)
        done: list[int] = []
        for p in starts:
            ready = max(
                (int(self.start[q]) + int(self.lay.build[q]) + lag for q, lag in self.needs.get(p, ())),
                default=0,
            )
            for s in range(max(ready, int(self.opens[p])), int(self.closes[p]) + 1):
                if self.place(p, s):
                    done.append(p)
                    break
            else:
                self.left, self.home, self.abroad = kept
                self.need, self.lendable, self.met = people
                for q in done:
                    self._effect(q, -1.0)
                    self.start[q] = -1
                return False
        return True

    def place(self, project: int, start: int) -> bool:
        """Start a project in a year when every limit allows it."""
        lay, city = self.lay, self.cities[project]
        operator = self._operator(project)
        end = start + int(lay.build[project])
        order = _Order(self)
        for place in (city, NATIONWIDE):
            order.take("starts", place, start, 1)
        order.staff(project, city, start, end)
        order.take("upkeep", operator, lay.years - 1, float(lay.yearly[project]))
        for slot in self.later.get(operator, {}).values():
            order.take("repayment", operator, slot, float(lay.yearly[project]))
        for year in range(end, lay.years):
            order.take("budget", operator, year, float(lay.yearly[project]))
        if not all(order.pay(project, city, year) for year in range(start, end)) or not order.fits():
            return False
        order.book()
        self.start[project] = start
        self._effect(project, 1.0)
        self.met |= {name for name, deadline in self.covers.get(project, ()) if end - 1 <= deadline}
        return True

    def is_in_order(self) -> bool:
        """Say whether what is started keeps prerequisites and exclusions; what is committed may not."""
        for p, needs in self.needs.items():
            for q, lag in needs:
                ready = int(self.start[q]) + int(self.lay.build[q]) + lag
                if self.start[p] >= 0 and (self.start[q] < 0 or ready > self.start[p]):
                    return False
        groups = (group for rivals in self.rivals.values() for group in rivals)
        return all(sum(self.start[p] >= 0 for p in group) <= 1 for group in groups)

    def _effect(self, project: int, sign: float) -> None:
        for gap, effect, wait in self.effects.get(project, ()):
            begun = int(self.start[project]) + wait
            share = self.lay.share_of(begun)
            if share > 0:
                self.closed.pop(gap, None)
                self.reached[gap, min(begun, self.lay.years - 1) :] += sign * effect * share


class _Order:
    """What one project would take of the limits, before it is booked."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.takes: dict[tuple[str, str], Floats] = {}
        self.home, self.abroad = state.home.copy(), state.abroad.copy()
        self.need: dict[tuple[str, str], Floats] = {}
        self.drawn: dict[str, Floats] = {}

    def staff(self, project: int, city: str, start: int, end: int) -> None:
        """Take the places that the project needs: first the city's own, then the nation's."""
        state, years = self.state, self.state.lay.years
        change: dict[str, Floats] = {}
        for occupation, building, running in state.staff.get(project, ()):
            places = change.setdefault(occupation, np.zeros(years))
            places[start:end] += building
            places[end:] += running
        for occupation, taught, lag in state.teaches.get(project, ()):
            change.setdefault(occupation, np.zeros(years))[end + lag :] -= taught
        for occupation, places in change.items():
            before = state.need.get((city, occupation), np.zeros(years))
            pool = state.lay.places(city, occupation)
            self.need[city, occupation] = before + places
            self.drawn[occupation] = np.maximum(before + places - pool, 0) - np.maximum(before - pool, 0)

    def take(self, kind: str, place: str, year: int, amount: float) -> None:
        left = self.state.left.get((kind, place))
        size = self.state.lay.years if left is None else len(left)
        self.takes.setdefault((kind, place), np.zeros(size))[year] += amount

    def room(self, kind: str, place: str, year: int) -> float:
        left = self.state.left.get((kind, place))
        used = self.takes.get((kind, place))
        return np.inf if left is None else float(left[year] - (used[year] if used is not None else 0.0))

    def pay(self, project: int, city: str, year: int) -> bool:
        """Split the year's capital over the funds: foreign first, then outside, nation and city.

        What is repaid comes after the nation, as far as it can be repaid in every year: before the city where
        the city's years after the plan have more room than its budget of this year, and else after it.
        """
        state = self.state
        models, name = state.models[project], state.names[project]
        spent = float(state.lay.outlay[project, year])
        share = state.lay.roadmap.settings.foreign_share_max
        apart = state.outside[project] * spent
        allowed = min(
            state.foreign[project] * spent,
            share * (self.home[year] + self.abroad[year] + spent) - self.abroad[year]
            if share < 1
            else np.inf,
        )
        due, foreign = spent, 0.0
        for fund in state.orders[self.order(city, year)]:
            if models & fund["finance_models"]:
                code, is_outside = fund["fund"], fund["payer"] == "outside"
                share = min(self.state.own_share.get((name, code), fund["share_max"]), fund["city_share_max"])
                amount = min(due, share * spent, self.room("fund", code, year))
                amount = min(amount, self.room("over years", f"{city},{code}", 0))
                charges = self.charges(fund, city, year)
                amount = min([amount, *(self.room(*key) / unit for key, unit in charges.items())])
                amount = min(amount, allowed - foreign if fund["is_foreign"] else np.inf)
                amount = max(min(amount, apart if is_outside else np.inf), 0.0)
                self.take("fund", code, year, amount)
                self.take("over years", f"{city},{code}", 0, amount)
                for key, unit in charges.items():
                    self.take(*key, unit * amount)
                foreign += amount if fund["is_foreign"] else 0.0
                apart -= amount if is_outside else 0.0
                due -= amount
        self.abroad[year] += foreign
        self.home[year] += spent - foreign
        return due <= _ROUNDING * max(spent, 1.0)

    def order(self, city: str, year: int) -> str:
        """Say when a city pays in a year, by what is left of its budget and of its years after the plan."""
        state, left = self.state, dict[str, float]()
        for kind, part in (("budget", slice(year, year + 1)), ("repayment", slice(None))):
            amount = state.amounts.get((kind, city), np.full(year + 1, np.inf))[part]
            is_limited = np.isfinite(amount)
            room = state.left[kind, city][part] if is_limited.any() else amount
            left[kind] = float(np.divide(room, amount, out=np.ones(len(amount)), where=is_limited).min())
        return "city first" if left["budget"] > left["repayment"] else "city last"

    def charges(self, fund: Mapping[str, Any], city: str, year: int) -> dict[tuple[str, str, int], float]:
        """Return what a million of a fund takes of budgets now and later, and of limits after the plan."""
        places, charges = {"nation": NATIONWIDE, "city": city}, dict[tuple[str, str, int], float]()
        if fund["payer"] in places:
            charges["budget", places[fund["payer"]], year] = 1.0
        for payer, after, share in self.state.repaid.get(fund["fund"], ()):
            place, due = places[payer], year + after
            slot = self.state.later.get(place, {}).get(due)
            if due < self.state.lay.years:
                charges["budget", place, due] = charges.get(("budget", place, due), 0.0) + share
            elif slot is not None:
                charges["repayment", place, slot] = share
        return charges

    def fits(self) -> bool:
        """Say whether every limit allows it."""
        left, lendable = self.state.left, self.state.lendable
        if any((drawn > lendable[name] + _ROUNDING).any() for name, drawn in self.drawn.items()):
            return False
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
        self.state.need |= self.need
        for name, drawn in self.drawn.items():
            self.state.lendable[name] = self.state.lendable[name] - drawn


def _fill(lay: Variables, state: State, is_stopped: Callable[[], bool]) -> None:
    """Add bundles by worth per money, judged once each and again when their turn comes."""
    heap = [
        (-density, project)
        for project in range(len(lay.build))
        if (density := state.density(project)) > _TINY
    ]
    heapq.heapify(heap)
    while heap and not is_stopped():
        _, project = heapq.heappop(heap)
        density = state.density(project)
        if density <= _TINY:
            continue
        if heap and density < -heap[0][0] - _TINY:
            heapq.heappush(heap, (-density, project))
        else:
            state.add(project)
