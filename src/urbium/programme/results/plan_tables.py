"""Plan tables: a plan as pages and the API read it: by year, city and solution, its limits, its summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from urbium.explanation import Explanation
from urbium.text import Text, say

if TYPE_CHECKING:
    from urbium.plan import Plan, Similarity


@dataclass(frozen=True)
class PlanTables:
    """The tables of a plan, each made when it is asked for."""

    plan: "Plan"

    @property
    def nationwide(self) -> str:
        """Return the place that stands for the nation in these tables."""
        from urbium.plan import NATIONWIDE  # noqa: PLC0415 - the planner loads when a plan is read

        return NATIONWIDE

    def years(self) -> pl.DataFrame:
        """Return starts, projects being built and finished, and money, one row a year."""
        from urbium.plan import by_year  # noqa: PLC0415

        return by_year(self.plan)

    def cities(self) -> pl.DataFrame:
        """Return projects being built and finished, and money, one row a city and year."""
        from urbium.plan import by_city_year  # noqa: PLC0415

        return by_city_year(self.plan)

    def solutions(self, projects: pl.DataFrame) -> pl.DataFrame:
        """Return starts and projects being built of the given ones, one row a ``solution`` and year."""
        from urbium.plan import by_solution_year  # noqa: PLC0415

        return by_solution_year(replace(self.plan, table=projects))

    def budgets(self) -> pl.DataFrame:
        """Return what is spent of each budget, one row a place and year."""
        return self._budgets

    @cached_property
    def _budgets(self) -> pl.DataFrame:
        from urbium.plan import budget_use  # noqa: PLC0415

        return budget_use(self.plan)

    def budget_totals(self) -> pl.DataFrame:
        """Return what is spent of the nation's budget and of all cities' together, by year."""
        from urbium.plan import budget_totals  # noqa: PLC0415

        return budget_totals(self.plan)

    def people(self) -> pl.DataFrame:
        """Return the staff needed and where they come from, one row an occupation and year."""
        from urbium.plan import people_use  # noqa: PLC0415

        return people_use(self.plan)

    def shortfalls(self) -> pl.DataFrame:
        """Return the targets missed: kind, place, what, amount, unit."""
        from urbium.plan import shortfalls  # noqa: PLC0415

        return shortfalls(self.plan)

    def shortfall_words(self, kind: str) -> str:
        """Return what a kind of missed target is called."""
        from urbium.plan import shortfall_words  # noqa: PLC0415

        return shortfall_words(kind)

    @staticmethod
    def gap_words(gap: float | None) -> str:
        """Return a proven gap as every page says it: rounded up, or that there is no useful bound yet."""
        from urbium.plan.result.proof import gap_words  # noqa: PLC0415

        return gap_words(gap)

    @staticmethod
    def gap_to(most: float | None, gain: float | None) -> float | None:
        """Return by what share any plan could gain more than one gains; None while that is unknown."""
        from urbium.plan.result.proof import finite, gap_to  # noqa: PLC0415

        return None if most is None or not gain else finite(gap_to(most, gain))

    @staticmethod
    def yearly_cost() -> pl.Expr:
        """Return what a planned project costs a year once it is built: to operate it, and to renew it."""
        from urbium.plan.result.years import YEARLY_COST  # noqa: PLC0415

        return YEARLY_COST

    @staticmethod
    def count_of_projects(count: int) -> str:
        """Return how many projects, in words."""
        from urbium.plan.result.wording import count_of_projects  # noqa: PLC0415

        return count_of_projects(count)

    @staticmethod
    def is_useful(gap: float | None) -> bool:
        """Return whether a proven gap says something."""
        from urbium.plan.result.proof import is_useful  # noqa: PLC0415

        return is_useful(gap)

    def benefit(self) -> pl.DataFrame:
        """Return the parts of the plan benefit with their titles: part, domain, evidence, amount, title."""
        from urbium.plan.result.wording import BENEFIT_PARTS  # noqa: PLC0415

        titles = {part: str(say(title)) for part, title in BENEFIT_PARTS.items()}
        return self.plan.benefit.with_columns(title=pl.col("part").replace(titles))

    def shares(self) -> pl.DataFrame:
        """Return project, benefit and share: what each project has of all improvement; shares sum to 1."""
        return self.plan.benefit_by_project

    def upkeep(self) -> pl.DataFrame:
        """Return what running all that is built needs after the plan: place, since, amount, used, share."""
        from urbium.plan.result.years import upkeep_use  # noqa: PLC0415

        return upkeep_use(self.plan)

    def tight_upkeep(self) -> Text | None:
        """Say how little room the cities' limits on running costs leave; None where they leave enough."""
        from urbium.plan.result.upkeep_words import tight_upkeep  # noqa: PLC0415

        return tight_upkeep(self.plan)

    @staticmethod
    def full() -> float:
        """Return the share from which on a limit counts as fully used, wherever it is shown."""
        from urbium.plan.rules import FULL  # noqa: PLC0415

        return FULL

    def summary(
        self,
        names: Mapping[str, str],
        solutions: Mapping[str, str],
        standards: Mapping[str, str],
        alike: "Similarity",
    ) -> tuple[tuple[Text, Text], ...]:
        """Return the plan in words: (about, sentence) pairs."""
        from urbium.plan import summary  # noqa: PLC0415

        return summary(self.plan, names=names, solutions=solutions, standards=standards, alike=alike)

    def late_words(self, solutions: Mapping[str, str], city: str = "") -> str | None:
        """Say which solutions cannot be begun and finished in time, anywhere or in a city; None for none."""
        from urbium.plan.result.late import late_words  # noqa: PLC0415

        return late_words(self.plan.roadmap, solutions, city)

    def completed_after(self, solutions: Mapping[str, str], city: str = "") -> str | None:
        """Say what the plan completes after its years, anywhere or in a city; None for nothing."""
        from urbium.plan.result.late import completed_after  # noqa: PLC0415

        return completed_after(self.plan, solutions, pl.col("city") == city if city else None)

    def changes(self) -> pl.DataFrame:
        """Return what the plan changes in natural units where known, in two figures; its base in words."""
        from urbium.plan.result.natural_units import base_words, changes_table  # noqa: PLC0415

        table = changes_table(self.plan.changes)
        bases = {base: str(say(base_words(base))) for base in table["base"].unique()}
        called = {name: str(say(self.plan.roadmap.words(name))) for name in table["name"].unique()}
        return table.with_columns(
            pl.col("low", "middle", "high").round_sig_figs(2),
            pl.col("base").replace(bases),
            pl.col("name").replace(called),
        )

    def changes_words(self, city: str) -> Sequence[Text]:
        """Say what the plan changes in a city in natural units, and of how many outcomes that is unknown."""
        from urbium.plan.result.natural_units import changes_words  # noqa: PLC0415

        return changes_words(self.plan.changes.filter(city=city), self.plan.roadmap)

    def project_words(self, city: str) -> Mapping[str, Sequence[tuple[Text, str]]]:
        """Say what each project of a city changes in natural units, where known, each with its evidence."""
        from urbium.plan.result.natural_units import project_words  # noqa: PLC0415

        return project_words(self.plan.changes.filter(city=city), self.plan.roadmap)

    def funding_words(self, city: str, name: str) -> Sequence[Text]:
        """Say what building costs in a city, and how much the city, the nation and others pay of it."""
        from urbium.plan.result.city_words import funding_here  # noqa: PLC0415

        return list(funding_here(self.plan, city, name))

    def fields(self) -> pl.DataFrame:
        """Return by field: domain, closed, improvable, share (closed of it), part (of all that is closed)."""
        sums = self.plan.closed.group_by("domain").agg(pl.col("closed", "improvable").sum())
        return sums.with_columns(
            share=pl.col("closed") / pl.col("improvable"), part=pl.col("closed") / pl.col("closed").sum()
        ).sort("closed", "domain", descending=[True, False])

    def effects(self, project: str) -> Sequence[Explanation]:
        """Say which outcomes a project improves, planned or not, and by how much, also in natural units."""
        from urbium.plan.why.facts import effects  # noqa: PLC0415

        return list(effects(self.plan, project))

    def share_of(self, project: str) -> Mapping[str, float]:
        """Return a project's ``part`` of the plan's improvement, and of what ``possible`` is in its city.

        Both are 0 of a project that is not planned.
        """
        rows = self.plan.benefit_by_project.filter(project=project)
        city = self.plan.roadmap.projects.filter(project=project)["city"]
        possible = float(self.plan.closed.filter(pl.col("city").is_in(city.implode()))["improvable"].sum())
        whole, part = float(rows["benefit"].sum()), float(rows["share"].sum())
        return {"part": part, "possible": whole / possible if possible else 0.0}

    def needs(self, project: str) -> pl.DataFrame:
        """Return what a project needs: project, city, solution, start, finish, kind, lag."""
        from urbium.plan.result.relations import needs  # noqa: PLC0415

        return needs(self.plan, project)

    def needed_by(self, project: str) -> pl.DataFrame:
        """Return what needs a project; as :meth:`needs`."""
        from urbium.plan.result.relations import needed_by  # noqa: PLC0415

        return needed_by(self.plan, project)

    def improves_same(self, project: str) -> pl.DataFrame:
        """Return the other projects of its city that would improve what a project does, the nearest first."""
        from urbium.plan.result.relations import improves_same  # noqa: PLC0415

        return improves_same(self.plan, project)
