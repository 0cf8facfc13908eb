r"""An independent check of a plan: every limit, the objective, the money and the bound, from the raw tables.

No solver and none of the planner's own arithmetic is used here: plain loops over the roadmap's tables. Plans
of anybody can be checked: a table of projects with start years, and who pays what.

The bound is recomputed in :mod:`urbium.plan.proof` from the prices that came with the plan. A claimed bound
may be tighter than that, since a solver's branching proves more than prices do: what is recomputed and what
is only claimed are told apart.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import polars as pl

from urbium.plan.proof import declared_overruns, recomputed_bound, recomputed_objective
from urbium.plan.roadmap import NATIONWIDE, Roadmap

__all__ = ["Certificate", "Check", "Proposal", "certify"]

_TOLERANCE = 1e-5
"""Largest violation, as a share of the limit (or in millions below one million)."""

_CLAIMED = "claimed bound not below the objective"
_RECOMPUTED = "recomputed bound not below the objective"


class Claim(Protocol):
    """What is checked: projects with start years, the money, and what is said of the plan's worth."""

    @property
    def table(self) -> pl.DataFrame: ...
    @property
    def money(self) -> pl.DataFrame: ...
    @property
    def objective(self) -> float | None: ...
    @property
    def bound(self) -> float | None: ...
    @property
    def proof(self) -> pl.DataFrame | None: ...
    @property
    def overruns(self) -> pl.DataFrame | None: ...


@dataclass(frozen=True)
class Proposal:
    """A plan of anybody.

    Parameters
    ----------
    table : ``project`` and ``start``; ``finish``, ``capital`` and ``operation`` are checked when given
    money : ``project``, ``fund``, ``year``, ``amount`` (millions) and ``kind`` (``capital``, ``operation``)
    objective, bound : what is claimed, if anything
    proof : ``row`` and ``price``, from which the bound is recomputed
    overruns : limits that committed projects exceed by themselves: limit, place, year, amount
    """

    table: pl.DataFrame
    money: pl.DataFrame
    objective: float | None = None
    bound: float | None = None
    proof: pl.DataFrame | None = None
    overruns: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One limit, checked: the largest violation found, what is tolerated, and where it was."""

    limit: str
    violation: float
    tolerance: float
    where: str = ""
    counted: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether the limit holds within the tolerance."""
        return self.violation <= self.tolerance

    def __str__(self) -> str:
        if self.is_kept:
            return f"{self.limit}: kept ({self.counted} checked)"
        return f"{self.limit}: broken by {self.violation:.6g} at {self.where}"


@dataclass(frozen=True)
class Certificate:
    """The outcome of a check: each limit, the objective and the bound as recomputed.

    Parameters
    ----------
    checks : every check that was made
    objective : recomputed from the tables
    bound : recomputed from the plan's prices and the tables, without a solver; None without prices
    claimed_bound : what comes with the plan; it may be tighter than prices can show, since it comes from a
        solver's branching, which is not done again here
    """

    checks: tuple[Check, ...]
    objective: float
    bound: float | None
    claimed_bound: float | None

    @property
    def is_valid(self) -> bool:
        """Whether every limit is kept, the objective is as claimed, and no bound lies below the objective.

        A claimed bound that is tighter than the recomputed one is not proven by this: see
        ``is_bound_recomputed`` and ``note``.
        """
        return all(check.is_kept for check in self.checks)

    @property
    def is_bound_recomputed(self) -> bool:
        """Whether the claimed bound follows from the prices and the tables alone, without a solver."""
        if self.bound is None or self.claimed_bound is None:
            return False
        return self.claimed_bound >= self.bound - _small(self.objective)

    @property
    def note(self) -> str:
        """What of the bounds was recomputed, and what rests on the solver."""
        if self.claimed_bound is None:
            return "no bound is claimed"
        if self.is_bound_recomputed:
            return f"the claimed bound {self.claimed_bound:.6g} is recomputed from the tables"
        known = (
            "nothing was given to recompute one" if self.bound is None else f"recomputed: {self.bound:.6g}"
        )
        return f"the claimed bound {self.claimed_bound:.6g} is by the solver, not recomputed; {known}"

    @property
    def faults(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.is_kept)

    @property
    def table(self) -> pl.DataFrame:
        """One row a check: limit, counted, violation, tolerance, kept, where."""
        return pl.DataFrame(
            [
                (c.limit, c.counted, c.violation, c.tolerance, c.is_kept, c.where) for c in self.checks
            ],
            schema=["limit", "counted", "violation", "tolerance", "kept", "where"],
            orient="row",
        )  # fmt: skip

    def __repr__(self) -> str:
        state = "valid" if self.is_valid else f"not valid: {'; '.join(str(fault) for fault in self.faults)}"
        return f"Certificate of {len(self.checks)} checks, {state}; {self.note}"


def certify(roadmap: Roadmap, plan: Claim) -> Certificate:
    """Check a plan against a roadmap, from the raw tables.

    Parameters
    ----------
    roadmap : the limits
    plan : a :class:`urbium.plan.Plan`, or a :class:`Proposal` of anybody
    """
    audit = _Audit(roadmap, plan)
    checks = list(audit.checks())
    worth = recomputed_objective(roadmap, audit.start)
    proven = recomputed_bound(roadmap, plan.proof, plan.overruns) if plan.proof is not None else None
    if plan.objective is not None:
        checks.append(_measure("objective", [("claimed", abs(plan.objective - worth), _small(worth))]))
    if plan.bound is not None:
        claimed = plan.objective if plan.objective is not None else worth
        found = [("below the objective", each - plan.bound, _small(worth)) for each in (worth, claimed)]
        checks.append(_measure(_CLAIMED, found))
    if proven is not None:
        checks.append(_measure(_RECOMPUTED, [("below the objective", worth - proven, _small(worth))]))
    return Certificate(tuple(checks), worth, proven, plan.bound)


def _small(worth: float) -> float:
    """Return the rounding that is tolerated in an objective or a bound."""
    return max(abs(worth), 1.0) * 1e-7


def _measure(limit: str, found: list[tuple[str, float, float]]) -> Check:
    """Make one check of (where, excess, tolerance); the worst in relation to its tolerance is shown.

    What is no finite number is a violation without measure.
    """
    if not found:
        return Check(limit, 0.0, _TOLERANCE)
    for where, excess, tolerance in found:
        if not (math.isfinite(excess) and math.isfinite(tolerance)):
            return Check(limit, math.inf, _TOLERANCE, where, len(found))
    where, excess, tolerance = max(found, key=lambda item: item[1] / item[2] if item[2] else item[1] * 1e9)
    return Check(limit, max(excess, 0.0), tolerance, where, len(found))


class _Audit:
    """The raw tables as mappings, and one method a group of limits."""

    def __init__(self, roadmap: Roadmap, plan: Claim) -> None:
        self.road, self.plan = roadmap, plan
        self.first, self.last = roadmap.years[0], roadmap.years[-1]
        self.projects = {row["project"]: row for row in roadmap.projects.iter_rows(named=True)}
        self.funds = {row["fund"]: row for row in roadmap.funds.iter_rows(named=True)}
        self.overruns = declared_overruns(plan.overruns)
        self.start = {
            p: s for p, s in plan.table.select("project", "start").iter_rows() if p in self.projects
        }

    def finish(self, project: str) -> int:
        return int(self.start[project] + self.projects[project]["build_years"] - 1)

    def checks(self) -> Iterator[Check]:
        yield from self._rows()
        yield from self._choices()
        yield self._precedence()
        yield self._start_limits()
        yield from self._money()
        yield from self._budgets()

    def _rows(self) -> Iterator[Check]:
        """Each project is known, stands once, and its dates and costs are those of the roadmap."""
        table = self.plan.table
        names = table["project"].to_list()
        yield _measure("known project", [(p, float(p not in self.projects), 0.0) for p in names])
        twice = {p for p in names if names.count(p) > 1} if len(set(names)) < len(names) else set()
        yield _measure("once only", [(p, float(p in twice), 0.0) for p in names])
        yield _measure(
            "horizon",
            [
                (p, float(max(self.first - s, self.finish(p) - self.last, 0)), 0.0)
                for p, s in self.start.items()
            ],
        )
        for column in ("finish", "capital", "operation"):
            if column in table.columns:
                found = []
                for project, stated in table.select("project", column).iter_rows():
                    if project in self.projects:
                        real = self.finish(project) if column == "finish" else self.projects[project][column]
                        found.append(
                            (
                                project,
                                abs(float(stated) - real),
                                _TOLERANCE * max(1.0, abs(real)) * (column != "finish"),
                            )
                        )
                yield _measure(f"stated {column}", found)

    def _choices(self) -> Iterator[Check]:
        for status in ("mandatory", "committed", "forbidden"):
            found = []
            for project, row in self.projects.items():
                if row["status"] == status:
                    begun = self.start.get(project)
                    wrong = {
                        "mandatory": begun is None,
                        "committed": begun != row["start"],
                        "forbidden": begun is not None,
                    }
                    found.append((project, float(wrong[status]), 0.0))
            yield _measure(status, found)
        for name, table, sign in (
            ("exclusion", self.road.exclusions, 1),
            ("alternative", self.road.alternatives, -1),
        ):
            count: dict[str, int] = defaultdict(int)
            for group, project in table.iter_rows():
                count[group] += project in self.start
            yield _measure(name, [(group, float(sign * (n - 1)), 0.0) for group, n in count.items()])

    def _precedence(self) -> Check:
        found = []
        for project, requires, lag in self.road.hard_prerequisites.iter_rows():
            if project in self.start:
                late = (
                    float(self.last)
                    if requires not in self.start
                    else self.finish(requires) + 1 + lag - self.start[project]
                )
                found.append((f"{project}<-{requires}", float(late), 0.0))
        return _measure("precedence", found)

    def _start_limits(self) -> Check:
        count: dict[tuple[str, int], int] = defaultdict(int)
        for project, begun in self.start.items():
            count[self.projects[project]["city"], begun] += 1
            count[NATIONWIDE, begun] += 1
        rows = self.road.start_limits.iter_rows()
        return _measure(
            "start_limit",
            [(f"{place},{year}", float(count[place, year] - most), 0.0) for place, year, most in rows],
        )

    # Money

    @cached_property
    def paid(self) -> dict[tuple[str, int], dict[str, float]]:
        """Capital by project and year: what each fund pays."""
        found: dict[tuple[str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        rows = self.plan.money
        if "kind" in rows.columns:
            rows = rows.filter(pl.col("kind") == "capital")
        for project, fund, year, amount in rows.select("project", "fund", "year", "amount").iter_rows():
            found[project, year][fund] += amount
        return found

    def owed(self, project: str, year: int) -> float:
        """Capital that a project needs in a year."""
        row = self.projects[project]
        in_time = self.start[project] <= year <= self.finish(project)
        return float(row["capital"] / row["build_years"]) if in_time else 0.0

    def _money(self) -> Iterator[Check]:
        balance, eligible, share, foreign, sign = [], [], [], [], []
        keys = set(self.paid) | {(p, y) for p in self.start for y in range(self.start[p], self.finish(p) + 1)}
        for project, year in sorted(keys):
            where, split = f"{project},{year}", self.paid.get((project, year), {})
            needed = self.owed(project, year) if project in self.start else 0.0
            small = _TOLERANCE * max(1.0, needed)
            balance.append((where, abs(sum(split.values()) - needed), small))
            models = (
                set(self.projects[project]["finance_models"].split(";")) - {""}
                if project in self.projects
                else set()
            )
            abroad = 0.0
            for name, amount in split.items():
                fund = self.funds.get(name)
                takes = fund is not None and bool(models & set(fund["finance_models"].split(";")))
                eligible.append(
                    (f"{where},{name}", 0.0 if takes or amount == 0 else max(abs(amount), 1.0), 0.0)
                )
                sign.append((f"{where},{name}", -amount, small))
                if fund is not None:
                    share.append((f"{where},{name}", amount - fund["share_max"] * needed, small))
                    abroad += amount if fund["is_foreign"] else 0.0
            if project in self.projects:
                foreign.append((where, abroad - self.projects[project]["foreign_share_max"] * needed, small))
        yield _measure("capital is paid", balance)
        yield _measure("eligible fund", eligible)
        yield _measure("no negative money", sign)
        yield _measure("fund_share", share)
        yield _measure("foreign_of_project", foreign)
        if "kind" in self.plan.money.columns:
            yield self._operation()

    def _runs(self) -> Iterator[tuple[str, int, float]]:
        for project in self.start:
            for year in range(self.finish(project) + 1, self.last + 1):
                yield project, year, self.projects[project]["operation"]

    def _operation(self) -> Check:
        stated: dict[tuple[str, int], float] = defaultdict(float)
        rows = self.plan.money.filter(pl.col("kind") == "operation")
        for project, year, amount in rows.select("project", "year", "amount").iter_rows():
            stated[project, year] += amount
        real = {(project, year): amount for project, year, amount in self._runs()}
        return _measure(
            "operation is stated",
            [
                (
                    f"{p},{y}",
                    abs(stated.get((p, y), 0.0) - real.get((p, y), 0.0)),
                    _TOLERANCE * max(1.0, real.get((p, y), 0.0)),
                )
                for p, y in sorted(set(stated) | set(real))
            ],
        )

    def _budgets(self) -> Iterator[Check]:
        used: dict[tuple[str, str, int], float] = defaultdict(float)
        total: dict[int, float] = defaultdict(float)
        abroad: dict[int, float] = defaultdict(float)
        for (project, year), split in self.paid.items():
            city = self.projects[project]["city"] if project in self.projects else ""
            for name, amount in split.items():
                fund = self.funds.get(name)
                if fund is None:
                    continue
                used["fund", name, year] += amount
                total[year] += amount
                abroad[year] += amount if fund["is_foreign"] else 0.0
                if fund["payer"] != "outside":
                    used["budget", NATIONWIDE if fund["payer"] == "nation" else city, year] += amount
        for project, year, amount in self._runs():
            by_nation = self.road.settings.operation_by == "nation"
            used["budget", NATIONWIDE if by_nation else self.projects[project]["city"], year] += amount
        for kind, name, table in (
            ("budget", "budget", self.road.budgets.select("place", "year", "amount")),
            ("fund", "fund_limit", self.road.fund_limits),
        ):
            found = []
            for place, year, amount in table.iter_rows():
                allowed = amount + self.overruns.get((name, place, year), 0.0)
                found.append(
                    (f"{place},{year}", used[kind, place, year] - allowed, _TOLERANCE * max(1.0, allowed))
                )
            yield _measure(name, found)
        share = self.road.settings.foreign_share_max
        yield self._overruns()
        yield _measure(
            "foreign_in_all",
            [
                (str(y), abroad[y] - share * total[y], _TOLERANCE * max(1.0, total[y]))
                for y in self.road.years
            ],
        )

    def _overruns(self) -> Check:
        """A declared overrun is of a limit that exists, and no more than committed projects exceed it by."""
        found = []
        table = self.plan.overruns
        rows = [] if table is None else table.select("limit", "place", "year", "amount").iter_rows()
        for limit, place, year, amount in rows:
            most = self._forced_excess.get((limit, place, year), 0.0)
            is_amount = amount is not None and math.isfinite(amount) and amount > 0
            found.append(
                (f"{place},{year}", amount - most if is_amount else math.inf, _TOLERANCE * max(1.0, most))
            )
        return _measure("overrun by committed projects", found)

    @cached_property
    def _forced_excess(self) -> dict[tuple[str, str, int], float]:
        """By how much committed projects may exceed each limit on money, by limit, place and year."""
        spent = self._committed_use
        return {
            (limit, place, year): max(spent.get((limit, place, year), 0.0) - amount, 0.0)
            for limit, table in (("budget", self.road.budgets), ("fund_limit", self.road.fund_limits))
            for place, year, amount in table.select(pl.nth(0, 1), "amount").iter_rows()
        }

    @cached_property
    def _committed_use(self) -> dict[tuple[str, str, int], float]:
        """The most that committed projects may take of each limit on money, each fund at its full share."""
        use: dict[tuple[str, str, int], float] = defaultdict(float)
        by_nation = self.road.settings.operation_by == "nation"
        for row in self.projects.values():
            if row["status"] != "committed":
                continue
            models = set(row["finance_models"].split(";")) - {""}
            funds = [f for f in self.funds.values() if models & set(f["finance_models"].split(";"))]
            places = {"nation": NATIONWIDE, "city": row["city"]}
            end = row["start"] + row["build_years"]
            for year in range(row["start"], self.last + 1):
                if year >= end:
                    use["budget", NATIONWIDE if by_nation else row["city"], year] += row["operation"]
                    continue
                spent = row["capital"] / row["build_years"]
                shares: dict[str, float] = defaultdict(float)
                for fund in funds:
                    use["fund_limit", fund["fund"], year] += spent * fund["share_max"]
                    shares[fund["payer"]] += fund["share_max"]
                for payer, place in places.items():
                    use["budget", place, year] += spent * min(shares[payer], 1.0)
        return use
