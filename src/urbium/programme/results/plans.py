"""Plans: what could be built, what is planned, and the plans that are kept by name beside the adopted one.

Nothing is overwritten: keeping another plan under a name makes its next version, and earlier ones stay. Not
here: why a solution is in the adopted plan (``plan_reasons.py``).
"""

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import polars as pl

from urbium.columns import schema_of
from urbium.errors import InputError, NotFoundError, few
from urbium.money import Money
from urbium.nations import NO_CURRENCY
from urbium.periods import year_range
from urbium.plan_rules import NO_CHOICE, SECONDS, WORK, Choices
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.plan_checks import (
    ADOPTED,
    NONE,
    check_limits,
    check_span,
    coded_choices,
    plan_name,
    plan_title,
)
from urbium.programme.results.plan_tables import PlanTables
from urbium.reads import PLANS
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.plan import Certificate, Comparison, Delays, Margins, Plan, Roadmap, Similarity
    from urbium.plan.search.exchange import Progress

_KIND = PLANS
_WORK = 2.0
"""Units of work of a solve that an answer waits for."""
_LIST: Final = schema_of(
    "name version kept_at kept_by reason years projects cities capital currency closed gain bound gap",
    kept_at=pl.Datetime("us", "UTC"),
)


Shortages = Callable[[Mapping[str, Any], int], pl.DataFrame]
"""What says which services lack how much in a year of the run of an outlook."""


class ProgrammePlans:
    """Roadmaps and plans: made, adopted, kept, compared; called, it lists the kept ones."""

    def __init__(
        self, workspace: Workspace, register: Register, shortages: Shortages, settings: Settings
    ) -> None:
        self._workspace = workspace
        self._settings = settings
        self._register = register
        self._shortages = shortages

    def __call__(self) -> pl.DataFrame:
        """Return the kept plans, each in its newest version: what it is called, who kept it, its figures.

        Columns: name, version, kept_at, kept_by, reason, years, projects, cities, capital (millions of
        currency), currency, closed (share of what could be improved), gain over doing nothing and its bound,
        gap (a share; null without a bound).
        """
        return self._workspace.once("kept plans", self._listed, of=self.changed(), is_pinned=True)

    # Making plans

    def roadmap(
        self,
        *,
        years: range | str,
        budget: str | Money,
        without: Collection[str] = (),
        choices: Choices = NO_CHOICE,
    ) -> "Roadmap":
        """State what could be built in the cities, and within which limits, as plain tables.

        Parameters
        ----------
        years : from 1 to 30, such as ``2016-2020``
        budget : what the nation pays each year
        without : declared rules that a plan need not keep (``people``, ``standards``, ``fairness``,
            ``floor``, ``soft prerequisites``, ``upkeep``, ``repayments``), or ``growth``: cities are then
            sized for their people of today
        choices : projects that must or must not be in the plan, weights of domains, money of funds

        The needs of the cities are what the catalogue's rules read from their figures and from the adopted
        outlook; indicators weigh as in the index of the adopted scores. The people who will be there when the
        plan ends are those of the adopted outlook.
        """
        from urbium.measure import indicator_shares  # noqa: PLC0415
        from urbium.plan import RULES, build_roadmap, with_choices  # noqa: PLC0415

        span = year_range(years) if isinstance(years, str) else years
        check_span(span)
        budget = Money.parse(budget)
        for name in without:
            if name not in RULES:
                raise NotFoundError.named(text("plan rule"), name, RULES)
        if not self._workspace.catalogue.solutions:
            raise NotFoundError(
                coded(
                    "programme.roadmap.no_solution",
                    "the catalogue has no solutions, so nothing can be planned",
                ),
                remedy=text(
                    "declare some in solutions.csv; create a template with urbium catalogue start DIR"
                ),
            )
        scores, outlook = self._workspace.adopted_with("scores", runs=0), self._workspace.adopted("outlook")
        if outlook is not None and outlook.table.is_empty():
            outlook = None  # nothing is foreseen of any city: projects are those of today's people
        has_norms = bool(self._workspace.catalogue.norms)
        road = build_roadmap(
            self._workspace.catalogue,
            self._register.cities(first=span[0], last=span[-1]),
            self._register.observations(),
            years=span,
            budget=budget,
            shares=None if scores is None else indicator_shares(scores.index),
            growth=None if outlook is None else outlook.growth(span[-1]),
            shortages=self._shortages(outlook.settings, span[-1])
            if outlook is not None and has_norms
            else None,
            rules=[rule for rule in RULES if rule not in without],
            currency=self._settings().currency,
            exchange=self._settings.exchange(),
            fiscal_month=self._settings().fiscal_year,
            nation=self._settings().nation,
            price_year=self._settings().price_year[:4],
        )
        idle = set(self._workspace.catalogue.funds) - set(road.funds["fund"])
        return with_choices(road, coded_choices(self._register, choices, idle))

    def solve(
        self,
        roadmap: "Roadmap | str | Path | None" = None,
        *,
        years: range | str | None = None,
        budget: str | Money | None = None,
        work_limit: float = WORK,
        time_limit: float = SECONDS,
        without: Collection[str] = (),
        choices: Choices = NO_CHOICE,
        on_progress: "Progress | None" = None,
        first: "Plan | None" = None,
        seed: int = 0,
        gap: float | None = None,
        executor: Executor | None = None,
    ) -> "Plan":
        """Choose projects and start years under the budgets, with a proven bound and a certificate.

        Parameters
        ----------
        roadmap : a roadmap of one's own, or the workbook or folder it stands in; it has its own years,
            budgets and rules, and its cities are registered ones
        years, budget, without : of the roadmap made of the catalogue when none is given; see :meth:`roadmap`
        choices : what is chosen for either roadmap; see :meth:`roadmap`
        work_limit : units of work, each about a second of a processor core: the same plan on every machine
        time_limit : seconds from now on, a guard; what it ends says so
        first, seed, gap, executor : a plan to begin with, the seed of what is random, the proven share at
            which the search ends, and who does the cities' work; see :func:`urbium.plan.solve`

        Raises
        ------
        InfeasibleError
            When no plan meets the limits.
        """
        from urbium.plan import Roadmap, solve, with_choices  # noqa: PLC0415

        begun = time.monotonic()  # who waits waits for the roadmap, too
        check_limits(work_limit, time_limit)
        if gap is not None and not gap >= 0:
            raise InputError(
                coded("programme.plan.gap", "a gap of {gap:g} is not achievable", gap=gap),
                remedy=text("enter a share of 0 or more, such as 0.01"),
            )
        if roadmap is None:
            if years is None or budget is None:
                raise InputError(
                    coded(
                        "programme.plan.nothing_given", "neither a roadmap nor years and a budget are given"
                    ),
                    remedy=text(
                        'supply years and budget, such as 2016-2020 and "12 bn EUR/year", or a roadmap'
                    ),
                )
            with self._workspace.store.at_one_instant():
                read_at = self._workspace.store.last_change()
                problem = self.roadmap(years=years, budget=budget, without=without, choices=choices)
        elif years is not None or budget is not None or without:
            raise InputError(
                coded("programme.plan.both_given", "a roadmap has its own years, budgets and rules"),
                remedy=text("change them in its tables, or omit the roadmap"),
            )
        else:
            read_at = self._workspace.store.last_change()
            problem = roadmap if isinstance(roadmap, Roadmap) else Roadmap.read(roadmap)
            if problem.settings.currency == NO_CURRENCY and self._settings().currency:
                problem = problem.replace(
                    settings=replace(problem.settings, currency=self._settings().currency)
                )
            check_span(problem.start_years)
            self._check_registered(problem)
            problem = with_choices(problem, coded_choices(self._register, choices))
        plan = solve(
            problem, work_limit=work_limit, time_limit=time_limit, on_progress=on_progress, first=first,
            seed=seed, gap=gap, executor=executor, begun=begun,
        )  # fmt: skip
        return replace(plan, settings={**plan.settings, "as_known_on": read_at.isoformat()})

    def to_begin_with(self, name: str = "") -> "Plan | None":
        """Return the plan that a search begins with: the adopted one where none is named and there is one.

        ``none`` begins with nothing. Raises NotFoundError as :meth:`called` does.
        """
        if name == NONE or not (name or self._workspace.is_adopted("plan")):
            return None
        return self.called(name or ADOPTED)

    def made_again(self, kept: Mapping[str, Any]) -> "Plan":
        """Return a plan from what was kept of it."""
        from urbium.plan import Plan  # noqa: PLC0415 - the solver loads only when plans are asked for

        return Plan.unpack(kept)

    def adopted(self) -> "Plan":
        """Return the adopted plan, or raise NotFoundError that says what to run."""
        return cast("Plan", self._workspace.required("plan"))

    def _check_registered(self, roadmap: "Roadmap") -> None:
        registered = set(self._register.cities()["code"])
        strange = [code for code in roadmap.cities["city"] if code not in registered]
        if strange:
            raise InputError(
                coded("programme.roadmap.strangers", "not registered: {codes}", codes=few(strange)),
                place="cities",
                remedy=text("register them: urbium register FILE"),
            )
        years = roadmap.start_years
        valid = set(self._register.cities(first=years[0], last=years[-1])["code"])
        gone = [code for code in roadmap.cities["city"] if code not in valid]
        if gone:
            raise InputError(
                coded(
                    "programme.roadmap.not_valid",
                    "not registered as a city for every year from {first:d} to {last:d}: {codes}",
                    first=years[0],
                    last=years[-1],
                    codes=few(gone),
                ),
                place="cities",
                remedy=text("remove them, or correct their validity in the register"),
            )

    # Keeping plans by name

    def keep(self, plan: "Plan", *, name: str, by: str, reason: str = "") -> int:
        """Keep a plan by name, beside the adopted one; return its version under that name.

        The same plan kept twice is one version. Raises InputError for a name that is empty, too long, not
        printable, or ``adopted``.
        """
        called = plan_name(name)
        most = plan.bound - plan.worth_of_nothing
        about = {
            "years": f"{plan.start_years[0]}-{plan.start_years[-1]}",
            "projects": plan.table.height,
            "cities": plan.table["city"].n_unique(),
            "capital": float(plan.table["capital"].sum()),
            "currency": plan.currency,
            "closed": plan.closed_share,
            "gain": plan.gain,
            "bound": most if math.isfinite(most) else None,
            "gap": PlanTables.gap_to(most, plan.gain),
        }
        content = plan.pack() | {"about": about}
        self._workspace.store.keep(_KIND, called, content, by=by, reason=reason or repr(plan))
        versions = self._versions()
        return versions.filter(pl.col("id") == called).height

    def changed(self) -> int:
        """Return the number of the newest change of kept plans, after which what is said of them is stale."""
        return self._workspace.store.last_kept(_KIND)

    def called(self, name: str = ADOPTED, *, version: int | None = None) -> "Plan":
        """Return a kept plan by its name (its newest version, or the one given), or the adopted one.

        Raises NotFoundError, with the nearest name, when there is none.
        """
        from urbium.plan import Plan  # noqa: PLC0415

        if name == ADOPTED:
            return self.adopted()

        def read() -> Plan:
            content = self._workspace.store.kept(_KIND, name, version=version)
            if content is None:
                raise self._not_kept(name, version)
            return Plan.unpack(content)

        of = None if version else self.changed()
        return self._workspace.once(f"kept plan {version or 'newest'} {name}", read, of=of, is_pinned=True)

    def _not_kept(self, name: str, version: int | None) -> NotFoundError:
        names = [ADOPTED, *self._versions()["id"].unique()]
        if name not in names:
            return NotFoundError.named(text("kept plan"), name, names)
        return NotFoundError(
            coded(
                "programme.plan.no_version", "{name!r} has no version {version}", name=name, version=version
            ),
            remedy=text("see urbium plans"),
        )

    def compare(self, a: str, b: str = ADOPTED) -> "Comparison":
        """Set two kept plans side by side, by their names; ``adopted`` is the adopted one.

        Raises NotFoundError when there is no such plan, InputError when their currencies differ.
        """
        from urbium.plan import compare  # noqa: PLC0415

        return self._workspace.once(
            f"comparison {a!r} {b!r}",
            lambda: compare(self.called(a), self.called(b), names=(plan_title(a), plan_title(b))),
            of=self.changed(),
            is_pinned=True,
        )

    def certify(
        self, name: str = ADOPTED, *, starts: "pl.DataFrame | str | Path | None" = None
    ) -> "Certificate":
        """Check a kept plan, or the adopted one, from the raw tables and without the solver.

        With ``starts`` (a table or a CSV file: project, start) a plan of anybody for the same roadmap is
        checked instead; who pays and who is trained is worked out. Raises InputError when they have faults.
        """
        from urbium.plan import certify, proposed, read_starts  # noqa: PLC0415

        plan = self.called(name)
        if starts is None:
            return plan.certificate
        table = starts if isinstance(starts, pl.DataFrame) else read_starts(starts)
        return certify(plan.roadmap, proposed(plan, table))

    def file(self) -> bytes:
        """Return the adopted plan with its roadmap as a file that :func:`certify_file` reads."""
        from urbium.plan import plan_file  # noqa: PLC0415

        return self._workspace.once("file of the plan", lambda: plan_file(self.adopted()), is_pinned=True)

    # Looking into the adopted plan

    def tables(self) -> PlanTables:
        """Return the adopted plan as tables, by year, city and solution; NotFoundError when there is none."""
        return self._workspace.once("tables of the plan", lambda: PlanTables(self.adopted()), is_pinned=True)

    def marginal_values(
        self,
        *,
        more: Mapping[str, float] | None = None,
        rows: Sequence[str] = (),
        most: int = 0,
        work: float = _WORK,
    ) -> "Margins":
        """Say what more of each limit of the adopted plan is worth, by year and city.

        Parameters are those of :func:`urbium.plan.marginal_values`.
        """
        from urbium.plan import marginal_values  # noqa: PLC0415

        return marginal_values(self.adopted(), more=more, rows=rows, most=most, work=work)

    def delay(
        self, city: str, solution: str = "", *, years: Sequence[int] = (1,), work: float = _WORK
    ) -> "Delays":
        """Say what it costs when a city's projects, or one of them, start years later than is planned."""
        from urbium.plan import delay  # noqa: PLC0415

        plan, code = self.adopted(), self._register.city(city).code
        if not solution:
            return delay(plan, cities=[code], years=years, work=work)
        projects = plan.table.filter(pl.col("city") == code)
        names = projects.filter(pl.col("solution") == solution)["project"].to_list()
        if not names:
            raise NotFoundError.named(text("planned solution"), solution, projects["solution"])
        return delay(plan, projects=names, years=years, work=work)

    def similarity(self) -> "Similarity":
        """Say how similar the cities' plans are in the adopted plan, why, and what overlaps in a city."""
        from urbium.plan import similarity  # noqa: PLC0415

        return self._workspace.once("similarity", lambda: similarity(self.adopted()), is_pinned=True)

    # The kept plans

    def _versions(self) -> pl.DataFrame:
        table: pl.DataFrame = self._workspace.store.kept(_KIND)
        return table

    def _listed(self) -> pl.DataFrame:
        rows = [self._row(row) for row in self._newest().iter_rows(named=True)]
        return pl.DataFrame(rows, schema=dict(_LIST)).sort("name")

    def _newest(self) -> pl.DataFrame:
        return self._versions().sort("version").group_by("id", maintain_order=True).last()

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        content = self._workspace.store.kept(_KIND, row["id"], version=row["version"])
        return {
            "name": row["id"],
            "version": row["version"],
            "kept_at": row["recorded_at"],
            "kept_by": row["recorded_by"],
            "reason": row["reason"],
            **content["about"],
        }
