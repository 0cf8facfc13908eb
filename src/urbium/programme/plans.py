"""Scenarios: plans that are kept by name beside the adopted one, and set against each other.

Nothing is overwritten: keeping another plan under a name makes its next version, and earlier ones stay.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.programme.outlook import Foresight
from urbium.programme.plan_tables import PlanTables
from urbium.result import Result

if TYPE_CHECKING:
    from urbium.plan import Certificate, Comparison, Likeness, Plan

__all__ = ["ADOPTED", "Scenarios", "plan_name"]

ADOPTED: Final = "adopted"
"""What the adopted plan is called among the scenarios."""

_KIND = "scenario"
_LONGEST = 60
_LIST: Final = {
    "name": pl.String(), "version": pl.Int64(), "kept_at": pl.Datetime("us", "UTC"), "kept_by": pl.String(),
    "reason": pl.String(), "years": pl.String(), "projects": pl.Int64(), "cities": pl.Int64(),
    "capital": pl.Float64(), "currency": pl.String(), "worth": pl.Float64(), "gap": pl.Float64(),
}  # fmt: skip


class Scenarios(Foresight):
    """The kept plans of a programme, beside its adopted one."""

    def keep_plan(self, plan: "Plan", *, name: str, by: str, reason: str = "") -> int:
        """Keep a plan by name, beside the adopted one; return its version under that name.

        The same plan kept twice is one version. Raises InputError for a name that is empty, too long, not
        printable, or ``adopted``.
        """
        called = plan_name(name)
        about = {
            "years": f"{plan.years[0]}-{plan.years[-1]}",
            "projects": plan.table.height,
            "cities": plan.table["city"].n_unique(),
            "capital": float(plan.table["capital"].sum()),
            "currency": plan.currency,
        }
        content = plan.pack() | {"about": about}
        self.store.keep(_KIND, called, content, by=by, reason=reason or repr(plan))
        versions = self._versions()
        return versions.filter(pl.col("id") == called).height

    def plans(self) -> pl.DataFrame:
        """Return the kept plans, each in its newest version: what it is called, who kept it, its figures.

        Columns: name, version, kept_at, kept_by, reason, years, projects, cities, capital (millions of
        currency), currency, worth, gap (a share; null when no bound is known).
        """
        return self.once("kept plans", lambda: Result(table=self._listed())).table

    def plan_called(self, name: str = ADOPTED, *, version: int | None = None) -> "Plan":
        """Return a kept plan by its name (its newest version, or the one given), or the adopted one.

        Raises NotFoundError, with the nearest name, when there is none.
        """
        from urbium.plan import Plan  # noqa: PLC0415 - the solver loads only when plans are asked for

        if name == ADOPTED:
            plan: Plan = self.required("plan")
            return plan

        def read() -> Plan:
            content = self.store.kept(_KIND, name, version=version)
            if content is None:
                known = [ADOPTED, *self._versions()["id"].unique()]
                if name in known:
                    raise NotFoundError(f"{name!r} has no version {version}", remedy="see urbium plans")
                raise NotFoundError.named("kept plan", name, known)
            return Plan.unpack(content)

        return self.once(f"kept plan {version or 'newest'} {name}", read)

    def compare(self, a: str, b: str = ADOPTED) -> "Comparison":
        """Set two kept plans side by side, by their names; ``adopted`` is the adopted one.

        Raises NotFoundError when there is no such plan, InputError when their currencies differ.
        """
        from urbium.plan import compare  # noqa: PLC0415

        return self.once(
            f"comparison {a!r} {b!r}",
            lambda: compare(self.plan_called(a), self.plan_called(b), names=(a, b)),
        )

    def certify(
        self, name: str = ADOPTED, *, starts: "pl.DataFrame | str | Path | None" = None
    ) -> "Certificate":
        """Check a kept plan, or the adopted one, from the raw tables and without the solver.

        With ``starts`` (a table or a CSV file: project, start) a plan of anybody for the same roadmap is
        checked instead; who pays and who is trained is worked out. Raises InputError when they have faults.
        """
        from urbium.plan import certify, proposed, read_starts  # noqa: PLC0415

        plan = self.plan_called(name)
        if starts is None:
            return plan.certificate
        table = starts if isinstance(starts, pl.DataFrame) else read_starts(starts)
        return certify(plan.roadmap, proposed(plan, table))

    def plan_book(self, path: str | Path, plan: "Plan | None" = None) -> Path:
        """Write a plan as an Excel workbook for a person to read; the adopted plan when none is given.

        Raises InputError for a path that cannot be written.
        """
        from urbium.publish.books.plan_book import write_plan  # noqa: PLC0415

        cities = self.cities().select("code", "name_en", "name_zh", "province_en")
        return write_plan(
            Path(path),
            plan or self.plan_called(),
            cities=cities,
            catalogue=self.catalogue,
            sources=self.sources(),
        )

    def plan_workbook(self) -> bytes:
        """Return the adopted plan as an Excel workbook; raise NotFoundError when there is none."""
        from urbium.publish.books.plan_book import plan_book  # noqa: PLC0415

        cities = self.cities().select("code", "name_en", "name_zh", "province_en")
        plan = self.plan_called()
        return plan_book(plan, cities=cities, catalogue=self.catalogue, sources=self.sources())

    def plan_tables(self) -> PlanTables:
        """Return the adopted plan as tables; raise NotFoundError when there is none."""
        return PlanTables(self.plan_called())

    def similarity(self) -> "Likeness":
        """Say how similar the cities' plans are in the adopted plan."""
        from urbium.plan import likeness  # noqa: PLC0415

        return self.once("likeness", lambda: likeness(self.plan_called()))

    def _versions(self) -> pl.DataFrame:
        table: pl.DataFrame = self.store.kept(_KIND)
        return table

    def _listed(self) -> pl.DataFrame:
        rows = [self._row(row) for row in self._newest().iter_rows(named=True)]
        return pl.DataFrame(rows, schema=dict(_LIST)).sort("name")

    def _newest(self) -> pl.DataFrame:
        return self._versions().sort("version").group_by("id", maintain_order=True).last()

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        content = self.store.kept(_KIND, row["id"], version=row["version"])
        worth, bound = content["objective"], content["bound"]
        gap = max(bound - worth, 0.0) / abs(worth) if worth else None
        return {
            "name": row["id"],
            "version": row["version"],
            "kept_at": row["recorded_at"],
            "kept_by": row["recorded_by"],
            "reason": row["reason"],
            "worth": worth,
            "gap": gap,
            **content["about"],
        }


def plan_name(name: str) -> str:
    """Return a name of a plan without blanks around it; raise InputError when it is none."""
    called = name.strip()
    remedy = "name it in up to 60 printable letters, such as 'half the money'"
    if not called or len(called) > _LONGEST or not called.isprintable():
        raise InputError(f"{name[:_LONGEST]!r} is no name for a plan", place="name", remedy=remedy)
    if called == ADOPTED:
        raise InputError(
            f"{ADOPTED!r} is the plan that pages show", place="name", remedy="adopt it, or name another"
        )
    return called
