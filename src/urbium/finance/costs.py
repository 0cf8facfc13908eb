"""What a plan costs: capital by year and fund, operation by year, reconciled with the plan's projects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from urbium import charts
from urbium.errors import ConflictError, NotFoundError
from urbium.explanation import Explanation, Origin
from urbium.plan import Plan
from urbium.result import Result

__all__ = ["Costs", "costs"]

_TOLERANCE = 1e-6
_CAPITAL, _OPERATION = "capital", "operation"


@dataclass(frozen=True, kw_only=True)
class Costs(Result):
    """What a plan costs.

    Parameters
    ----------
    table : year, fund, kind (``capital`` or ``operation``), amount in millions of the plan's currency; the
        fund of operation is the one whose budget pays it (``city`` or ``nation``)
    plan : the plan whose costs these are
    """

    stage: ClassVar[str] = "costs"
    plan: Plan

    def __repr__(self) -> str:
        return (
            f"Costs of {self.plan.table.height:,} projects, {self.plan.years[0]}-{self.plan.years[-1]}: "
            f"capital {self.capital:,.0f} and operation {self.operation:,.0f} m {self.plan.currency}"
        )

    @property
    def capital(self) -> float:
        """All capital, in millions."""
        return self._sum(_CAPITAL)

    @property
    def operation(self) -> float:
        """All operation within the plan years, in millions."""
        return self._sum(_OPERATION)

    @property
    def facts(self) -> Mapping[str, Any]:
        """The totals, and how far the money is from the projects' capital (rounding only)."""
        return {
            "capital": self.capital,
            "operation": self.operation,
            "currency": f"m {self.plan.currency}",
            "prices": self.plan.roadmap.settings.price_year,
            "difference": self.capital - float(self.plan.table["capital"].sum()),
        }

    @property
    def by_year(self) -> pl.DataFrame:
        """One row a year: capital, operation, total."""
        years = pl.DataFrame({"year": list(self.plan.years)}, schema={"year": pl.Int64})
        kinds = [
            pl.col("amount").filter(pl.col("kind") == kind).sum().alias(kind)
            for kind in (_CAPITAL, _OPERATION)
        ]
        found = self.table.group_by("year").agg(kinds)
        joined = years.join(found, on="year", how="left").with_columns(
            pl.col(_CAPITAL, _OPERATION).fill_null(0.0)
        )
        return joined.with_columns(total=pl.col(_CAPITAL) + pl.col(_OPERATION)).sort("year")

    @property
    def by_fund(self) -> pl.DataFrame:
        """One row a fund: what it pays of the capital, and which share that is."""
        rows = self.table.filter(pl.col("kind") == _CAPITAL).group_by("fund").agg(pl.col("amount").sum())
        return rows.with_columns(share=pl.col("amount") / pl.col("amount").sum()).sort(
            "amount", descending=True
        )

    def _sum(self, kind: str) -> float:
        return float(self.table.filter(pl.col("kind") == kind)["amount"].sum())

    def chart(self) -> dict[str, Any]:
        """Return the money by year as bars stacked by fund; operation is one of them."""
        label = pl.when(pl.col("kind") == _OPERATION).then(pl.lit("operation")).otherwise("fund")
        rows = self.table.with_columns(fund=label)
        return charts.money(rows, title="Money by year", y_title=f"Million {self.plan.currency}")

    def explain(self, key: str) -> Explanation:
        """Say what a year (``2017``) or a fund is made of, down to the largest projects."""
        money, road = self.plan.money, self.plan.roadmap
        is_year = key.isdigit()
        rows = money.filter(pl.col("year") == int(key)) if is_year else money.filter(pl.col("fund") == key)
        known = [str(year) for year in self.plan.years] + sorted({*road.funds["fund"], *money["fund"]})
        if key not in known:
            raise NotFoundError.named("year or fund", key, known)
        parts = rows.group_by("fund" if is_year else "year", "kind").agg(pl.col("amount").sum())
        children = tuple(
            Explanation(
                what=f"{part['kind']}, {part['fund'] if is_year else part['year']}",
                value=part["amount"],
                unit=f"m {self.plan.currency}",
                kind="project",
                children=self._largest(rows, part, "fund" if is_year else "year"),
            )
            for part in parts.sort("kind", "fund" if is_year else "year").iter_rows(named=True)
        )
        note = "" if is_year else "; ".join(road.funds.filter(pl.col("fund") == key)["note"])
        return Explanation(
            what=f"money of {key}", value=float(rows["amount"].sum()), unit=f"m {self.plan.currency}",
            period=key if is_year else "", kind="project", note=note or road.settings.note, children=children,
        )  # fmt: skip

    def _largest(self, rows: pl.DataFrame, part: Mapping[str, Any], key: str) -> tuple[Explanation, ...]:
        """Tell of the five projects that take most."""
        own = rows.filter((pl.col(key) == part[key]) & (pl.col("kind") == part["kind"]))
        most = (
            own.group_by("project")
            .agg(pl.col("amount").sum())
            .sort("amount", "project", descending=[True, False])
        )
        notes = dict(self.plan.roadmap.projects.select("project", "note").iter_rows())
        return tuple(
            Explanation(
                what=row["project"], value=row["amount"], unit=f"m {self.plan.currency}", kind="project",
                note=notes[row["project"]],
                origin=Origin(publisher="roadmap", title="projects", cell=row["project"]),
            )
            for row in most.head(5).iter_rows(named=True)
        )  # fmt: skip


def costs(plan: Plan) -> Costs:
    """Add up what a plan costs, by year and fund.

    Raises ConflictError when the money does not add up to the capital of the plan's projects.
    """
    table = (
        plan.money.group_by("year", "fund", "kind").agg(pl.col("amount").sum()).sort("year", "kind", "fund")
    )
    result = Costs(table=table.select("year", "fund", "kind", "amount"), settings=plan.settings, plan=plan)
    spent = float(plan.table["capital"].sum())
    if abs(result.capital - spent) > _TOLERANCE * max(1.0, spent):
        raise ConflictError(
            f"the money adds up to {result.capital:,.3f} m, the projects to {spent:,.3f} m",
            place="plan",
            remedy="solve the plan again: its table and its money do not belong together",
        )
    return result
