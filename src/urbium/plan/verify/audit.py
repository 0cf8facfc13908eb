"""A plan and the raw tables it is checked against, as mappings."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import polars as pl

from urbium.plan.problem.outlays import outlay, own_outlays, yearly
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.objective import declared_overruns, declared_training, lasting_limits, repayment_terms
from urbium.plan.verify.result import PlanClaim


def models(row: dict[str, Any]) -> set[str]:
    """Return the finance models of a project or a fund."""
    return set(row["finance_models"].split(";")) - {""}


class Audit:
    """A plan and the raw tables it is checked against, as mappings."""

    def __init__(self, roadmap: Roadmap, plan: PlanClaim) -> None:
        self.road, self.plan = roadmap, plan
        self.first, self.last = roadmap.years[0], roadmap.years[-1]
        self.last_start = self.last - roadmap.settings.ends_after
        self.projects = {row["project"]: row for row in roadmap.projects.iter_rows(named=True)}
        self.funds = {row["fund"]: row for row in roadmap.funds.iter_rows(named=True)}
        self.overruns = declared_overruns(plan.overruns)
        self.outlays = own_outlays(roadmap)
        self.own_share = {(p, f): share for p, f, share in roadmap.fund_shares.iter_rows()}
        self.terms, self.lasting = repayment_terms(roadmap), lasting_limits(roadmap)
        self.lessons = {row["occupation"]: row for row in roadmap.training.iter_rows(named=True)}
        self.pools = {
            (f"{place},{occupation}", year): places
            for place, occupation, year, places in roadmap.pools.select(pl.nth(0, 1, 2, 3)).iter_rows()
        }
        self.start = {
            p: s for p, s in plan.table.select("project", "start").iter_rows() if p in self.projects
        }

    def finish(self, project: str) -> int:
        """Return the last build year of a started project."""
        return int(self.start[project] + self.projects[project]["build_years"] - 1)

    @cached_property
    def training(self) -> dict[tuple[str, int], float]:
        """Units of training by occupation and year, of what the roadmap knows."""
        return declared_training(self.road, self.plan.training)

    @cached_property
    def paid(self) -> dict[tuple[str, int], dict[str, float]]:
        """Capital by project and year: what each fund pays."""
        by_fund: dict[tuple[str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        rows = self.plan.money
        if "kind" in rows.columns:
            rows = rows.filter(pl.col("kind") == "capital")
        for project, fund, year, amount in rows.select("project", "fund", "year", "amount").iter_rows():
            by_fund[project, year][fund] += amount
        return by_fund

    @cached_property
    def repaid(self) -> dict[tuple[str, int], float]:
        """What each place repays in each year, of all that its projects drew: to the last repayment."""
        due: dict[tuple[str, int], float] = defaultdict(float)
        for (project, drawn), split in self.paid.items():
            if project in self.projects:
                for fund, amount in split.items():
                    for place, after, share in self.repayments(fund, self.projects[project]["city"]):
                        due[place, drawn + after] += share * amount
        return due

    def repayments(self, fund: str, city: str) -> list[tuple[str, int, float]]:
        """Return place, years after drawing and share of what a fund is repaid from budgets in a city."""
        places = {"nation": NATIONWIDE, "city": city}
        return [
            (places[payer], after, share)
            for payer, after, share in self.terms.get(fund, ())
            if payer in places
        ]

    def owed(self, project: str, year: int) -> float:
        """Capital that a project needs in a year."""
        if project not in self.start:
            return 0.0
        row = self.projects[project]
        in_time = self.start[project] <= year <= self.finish(project)
        return outlay(row, year, self.outlays) if in_time else 0.0

    def runs(self) -> Iterator[tuple[str, int, float]]:
        """Yield project, year and yearly cost of every year in which a project runs."""
        for project in self.start:
            for year in range(self.finish(project) + 1, self.last + 1):
                yield project, year, self.yearly(project)

    def yearly(self, project: str) -> float:
        """Return what a project costs in each year in which it runs: operation, and what is set aside."""
        return yearly(self.projects[project])

    def operator(self, project: str) -> str:
        """Return the place whose budget pays a project's operation."""
        by_nation = self.road.settings.operation_by == "nation"
        return NATIONWIDE if by_nation else str(self.projects[project]["city"])
