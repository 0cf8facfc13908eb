"""The result of planning: the chosen projects with their years, money, worth, bound and certificate."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import polars as pl

from urbium import charts
from urbium.columns import schema_of
from urbium.errors import NotFoundError
from urbium.explanation import Explanation
from urbium.plan.milp.financing import MONEY, OVERRUNS, SHORTFALLS, TRAINING
from urbium.plan.milp.work import WorkDone
from urbium.plan.problem.roadmap import Roadmap, with_nation
from urbium.plan.problem.tables import MILLION_PEOPLE, TABLES, Settings
from urbium.plan.result.benefit import (
    benefit_by_project,
    benefit_parts,
    benefit_words,
    closed_by_gap,
    closed_ends,
    closed_words,
    gain_words,
)
from urbium.plan.result.natural_units import changes, changes_table, changes_words
from urbium.plan.result.packed_tables import packed, unpacked
from urbium.plan.result.proof import finite, gap_to, gap_words, is_useful, needs_words, upward
from urbium.plan.result.wording import count_of_cities, count_of_projects, payers
from urbium.plan.verify.certify import certify
from urbium.plan.verify.objective import recomputed_objective
from urbium.plan.verify.result import Certificate
from urbium.result import Result
from urbium.text import Text, coded, text
from urbium.units import million, million_a_year


@dataclass(frozen=True, kw_only=True)
class Plan(Result):
    """A plan: which projects, where, in which years, who pays, and how good it is at least.

    Parameters
    ----------
    table : project, city, solution, start, finish (last build year), capital, yearly operation, renewal (what
        is set aside for it each year; millions of ``currency``), lost_without_it (of the objective, when this
        project alone goes; below 0 for what only serves others), status, evidence
    money : project, city, fund, year, kind (``capital``, ``operation`` or ``renewal``), amount (millions)
    objective : weighted, discounted gap closed minus the small price of spending
    bound : no plan of this roadmap is worth more, by the solver's branching and to its tolerance
    proof : ``row`` and ``price``: the prices from which the certificate recomputes a bound, a weaker one
    overruns : limits that committed projects exceed by themselves: limit, place, year, amount
    training : what the nation trains: occupation, year, units
    shortfalls : what is missed at a price: kind (``standard``, ``least_closing``, ``parity`` or
        ``prerequisite``), place, what, amount (1 for a standard or a prerequisite, else what is lacking)
    roadmap : the problem that was solved
    """

    stage: ClassVar[str] = "plan"
    years: range
    objective: float
    bound: float
    money: pl.DataFrame
    proof: pl.DataFrame
    overruns: pl.DataFrame
    roadmap: Roadmap = field(repr=False)
    training: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TRAINING))
    shortfalls: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SHORTFALLS))

    def __repr__(self) -> str:
        proven = (
            text("proven to be within {gap:.2%} of the best", gap=upward(self.gap))
            if self.has_useful_bound
            else gap_words(self.gap)
        )
        return text(
            "Plan of {projects} in {cities}, {first}-{last}: {currency} {capital:millions} "
            "({payers}), {proven}",
            projects=count_of_projects(self.table.height),
            cities=count_of_cities(self.table["city"].n_unique()),
            first=self.start_years[0],
            last=self.start_years[-1],
            currency=self.currency,
            capital=self.table["capital"].sum(),
            payers=self.payers,
            proven=proven,
        ).render()

    @property
    def payers(self) -> Text:
        """Whose money builds it, in shares of the capital."""
        return payers(self.money, self.roadmap.funds)

    @property
    def described(self) -> Mapping[str, Text]:
        """What the columns of the table hold, and in which unit."""
        money, yearly = million(self.currency), million_a_year(self.currency)
        return {
            "start": text("first year of construction"),
            "finish": text("last year of construction"),
            "capital": text("cost to build, {unit}", unit=money),
            "operation": text("running cost, {unit}", unit=yearly),
            "renewal": text("set aside for renewal, {unit}", unit=yearly),
            "lost_without_it": text(
                "plan benefit lost if this project alone is left out and not replaced; negative, for "
                "example, for a project that only makes others possible; {unit}",
                unit=self.benefit_unit,
            ),
            "evidence": text("evidence for the cost"),
        }

    @property
    def currency(self) -> str:
        """The currency of every amount, which is in millions."""
        return self.roadmap.settings.currency

    @property
    def gap(self) -> float:
        """By what share a better plan could at most gain more than this one, as the solver proves.

        What a plan gains is its worth less that of doing nothing (``gain``). The share comes from branching,
        and holds to the solver's tolerance; 0 is proven best. What can be recomputed without the solver is
        ``gap_recomputed``.
        """
        return self._gap_to(self.bound)

    @property
    def bound_recomputed(self) -> float | None:
        """The bound that prices and raw tables give without the solver; None without prices."""
        return self.certificate.bound

    @property
    def gap_recomputed(self) -> float | None:
        """The gap to the recomputed bound: weaker than ``gap``, since no branching is done again.

        The solver's bound adds up the bounds of each city's whole-number programme; to recompute those would
        need a solver again.
        """
        return None if self.bound_recomputed is None else self._gap_to(self.bound_recomputed)

    def _gap_to(self, bound: float) -> float:
        return gap_to(bound - self.worth_of_nothing, self.gain)

    @property
    def gain(self) -> float:
        """What the plan is worth more than doing nothing, which misses every standard at its price."""
        return self.objective - self.worth_of_nothing

    @cached_property
    def worth_of_nothing(self) -> float:
        """The objective where nothing is built: what the standards and fairness that are missed take off."""
        return recomputed_objective(self.roadmap, {})

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures that stand for the whole plan."""
        return {
            "objective": self.objective,
            "bound": finite(self.bound),
            "improvement": self.improvement,
            "improvable": float(self.closed["improvable"].sum()),
            "benefit_unit": self.benefit_unit,
            "closed": self.closed_share,
            "changes": changes_table(self.changes).to_dicts(),
            "gap": finite(self.gap),
            "bound_recomputed": finite(self.bound_recomputed),
            "gap_recomputed": finite(self.gap_recomputed),
            "projects": self.table.height,
            "cities": self.table["city"].n_unique(),
            "capital": self.table["capital"].sum(),
            "currency": million(self.currency),
            "prices": self.roadmap.settings.price_year,
            "trained": int(self.training["units"].sum()),
            "shortfalls": self.shortfalls.height,
            "is_certified": self.certificate.is_valid,
        }

    @cached_property
    def benefit(self) -> pl.DataFrame:
        """The parts of the plan benefit: part, domain, evidence, amount; they add up to the objective."""
        return benefit_parts(self)

    @cached_property
    def benefit_by_project(self) -> pl.DataFrame:
        """What each project has of the improvement: project, benefit, share; the shares sum to one."""
        return benefit_by_project(self)

    @property
    def improvement(self) -> float:
        """What the plan improves, before anything is taken off, in the unit of the plan benefit."""
        return float(self.benefit.filter(pl.col("amount") > 0)["amount"].sum())

    @cached_property
    def closed(self) -> pl.DataFrame:
        """What is closed of each gap and what could be: city, indicator, domain, closed, improvable."""
        return closed_by_gap(self)

    @cached_property
    def closed_ends(self) -> tuple[float, float] | None:
        """What is closed in all at the low and the high ends of the effects; None where none has a range."""
        return closed_ends(self)

    @cached_property
    def changes(self) -> pl.DataFrame:
        """What each project changes of the outcomes of its city in natural units, as far as that is known."""
        return changes(self)

    @property
    def closed_share(self) -> float | None:
        """Which share the plan closes of what could be improved; None where nothing could."""
        improvable = float(self.closed["improvable"].sum())
        return self.improvement / improvable if improvable > 0 else None

    def with_dependents(self, projects: Iterable[str]) -> set[str]:
        """Return projects, and every planned one that requires one of them, directly or not."""
        falling, last = set(projects), set(projects)
        while last:
            last = {one for required in last for one in self._requiring.get(required, ())} - falling
            falling |= last
        return falling

    @cached_property
    def _requiring(self) -> Mapping[str, Sequence[str]]:
        """The planned projects that require each project."""
        planned = self.roadmap.hard_prerequisites.join(self.table, on="project", how="semi")
        return dict(planned.group_by("requires").agg("project").select("requires", "project").iter_rows())

    def share_of(self, amount: float, city: str = "") -> float | None:
        """Return an amount of the plan benefit as a share of what the plan improves, in all or in a city."""
        rows = self.closed.filter(pl.col("city") == city) if city else self.closed
        improved = float(rows["closed"].sum())
        return amount / improved if improved > _LEAST else None

    @property
    def closed_words(self) -> Text:
        """Which share of what could be improved the plan closes, and until when that is counted."""
        return closed_words(self.closed, self.roadmap.last_counted, self.closed_ends)

    @property
    def gain_words(self) -> Text | None:
        """What people gain, with base and range in numbers; None for nothing, and where no people count."""
        closed = self.closed.filter(pl.col("improvable") > 0)
        if not (self.roadmap.settings.counts_people and self.improvement > _LEAST):
            return None
        weight = self.weight_of(closed["city"].unique().to_list())
        return gain_words(closed, weight, self.roadmap.last_counted, self.closed_ends)

    def weight_of(self, cities: Collection[str]) -> float:
        """Return what cities weigh in the plan together: of most plans their people, in millions."""
        return float(self.roadmap.cities.filter(pl.col("city").is_in(list(cities)))["weight"].sum())

    @property
    def gap_of_improvement(self) -> float | None:
        """The proven gap as a share of the improvement; None where nothing is taken off, or it says nothing.

        Where standards are missed the plan benefit is mostly what is taken off for them, and a share of that
        tells little of what a better plan could improve.
        """
        return self._of_improvement(self.bound) if self.has_useful_bound else None

    @property
    def gap_of_improvement_recomputed(self) -> float | None:
        """The gap to the recomputed bound as a share of the improvement; None as for the solver's."""
        return None if self.bound_recomputed is None else self._of_improvement(self.bound_recomputed)

    def _of_improvement(self, bound: float) -> float | None:
        is_net = self.objective < self.improvement * (1 - _NET)
        if not (is_net and self.improvement > _LEAST):
            return None
        return max(bound - self.objective, 0.0) / self.improvement

    @property
    def benefit_words(self) -> Text:
        """The arithmetic: the improvement and what is taken off, in their parts, with their unit."""
        return benefit_words(self.benefit, self.benefit_unit)

    @property
    def benefit_unit(self) -> Text:
        """The unit of the plan benefit."""
        unit = self.roadmap.settings.weight_unit
        if unit:
            said = _PEOPLE if unit == MILLION_PEOPLE else unit
            return coded("plan.benefit.measure_in", "years of weighted improvement x {unit}", unit=said)
        return coded("plan.benefit.measure", "years of weighted improvement")

    @property
    def notes(self) -> tuple[str, ...]:
        """What the plan closes and changes, on what its proof depends, and what cut the search short."""
        changes = changes_words(self.changes, self.roadmap)
        said = (self.closed_words, *changes, self.proof_words, self.work_words)
        return tuple(words for words in said if words)

    @property
    def work(self) -> WorkDone:
        """How far the search went, and what ended it."""
        searched = self.settings
        return WorkDone(
            searched.get("work_limit", math.inf), searched.get("work", 0.0), searched.get("ended_by", "end")
        )

    @property
    def work_words(self) -> Text | None:
        """What cut the search short, so that another machine may find another plan; None when nothing did."""
        if self.work.ended_by == "time" and not self.work.spent:
            return text(
                "The time limit passed before the search could begin: this is the plan made by simple "
                "rules, or the one from which the search would have started. Allow more time."
            )
        if self.work.ended_by == "time":
            return text(
                "The time limit ended the search before it had finished ({spent:.3g} of "
                    "{limit:.3g} units of work): on another machine the same request may give a "
                    "different plan. Allow more time, or set a lower work limit.",
                spent=self.work.spent, limit=self.work.limit
            )  # fmt: skip
        if self.work.ended_by == "stop":
            return text(
                "The search was stopped before it had finished ({spent:.3g} of {limit:.3g} units of work).",
                spent=self.work.spent, limit=self.work.limit
            )  # fmt: skip
        return None

    @property
    def proof_words(self) -> Text:
        """How much better a plan could be, and for which inputs that is proven."""
        needs = needs_words(self.roadmap.gaps)
        if not self.has_useful_bound:
            return coded(
                "plan.proof.none", "No useful bound yet: how much better another plan could be is unknown."
            )
        if not self.gap:
            return coded(
                "plan.proof.best",
                "No plan within these limits can gain more (proven for the inputs shown: {needs}).",
                needs=needs,
            )
        if self.gap_of_improvement is not None:
            return coded(
                "plan.proof.gap_net",
                "No plan within these limits can exceed this plan's gain over doing nothing, including "
                "targets met, by more than {gap:.2%} (proven for the inputs shown: {needs}). Relative "
                "to its improvement alone, this is at most {share:.2%}.",
                gap=upward(self.gap), share=upward(self.gap_of_improvement), needs=needs
            )  # fmt: skip
        return coded(
            "plan.proof.gap",
            "No plan within these limits can exceed this plan's gain over doing nothing by more than "
            "{gap:.2%} (proven for the inputs shown: {needs}).",
            gap=upward(self.gap), needs=needs
        )  # fmt: skip

    @property
    def has_useful_bound(self) -> bool:
        """Whether the bound says something: no plan can be more than twice as good."""
        return is_useful(self.gap)

    @cached_property
    def certificate(self) -> Certificate:
        """The independent check of the plan, made when first asked for."""
        return certify(self.roadmap, self)

    @property
    def start_years(self) -> range:
        """The years of the plan, in which projects may start; some may be completed after them."""
        return self.roadmap.start_years

    @property
    def names_of_keys(self) -> Mapping[str, Sequence[str]]:
        """The names of the cities by code: a project may be called ``Aston:BRT``."""
        cities = self.roadmap.cities
        return {code: [name or code] for code, name in cities.select("city", "name").iter_rows()}

    def chart(self) -> dict[str, Any]:
        """Return how many projects of each solution start in each year, or a timeline when there are few."""
        first, last = self.start_years[0], self.start_years[-1]
        title = text("Plan {first}-{last}", first=first, last=last)
        counts = self.table.group_by("solution", year="start").agg(projects=pl.len())
        few = self.table.height <= 40  # noqa: PLR2004 - what fits one page
        return (
            charts.timeline(self.table, label="project", title=title)
            if few
            else charts.starts(counts, title=title)
        )

    def why(self, city: str, solution: str = "") -> Explanation:
        """Say why a solution is, or is not, in a city's plan; a project's name alone does as well."""
        return self.explain(self.project_of(city, solution) if solution else city)

    def why_not(self, city: str, solution: str) -> Explanation:
        """Say why a solution is not in a city's plan: what binds, its price, the cheapest change."""
        return self.why(city, solution)

    def project_of(self, city: str, solution: str) -> str:
        """Return the project of a solution in a city, the chosen one first; ``city:solution`` if unknown."""
        rows = self.roadmap.projects.filter((pl.col("city") == city) & (pl.col("solution") == solution))
        chosen = rows.filter(pl.col("project").is_in(self.table["project"].to_list()))
        return next(iter([*chosen["project"], *rows["project"]]), f"{city}:{solution}")

    # Keeping

    @property
    def known_on(self) -> dict[str, str]:
        """The setting of the instant as known on which figures were read; empty where nobody said."""
        name = "as_known_on"
        return {name: self.settings[name]} if name in self.settings else {}

    def pack(self) -> dict[str, Any]:
        """Return the plan as plain text that JSON can hold; its roadmap, money and proof go with it."""
        tables = self.roadmap.tables | {
            "plan": self.table,
            "money": self.money,
            "proof": self.proof,
            "overruns": self.overruns,
            "plan_training": self.training,
            "shortfalls": self.shortfalls,
        }
        return {
            "first_year": self.years[0],
            "last_year": self.years[-1],
            "objective": self.objective,
            "bound": finite(self.bound),
            "settings": {key: finite(value) for key, value in self.settings.items()},
            "roadmap_settings": asdict(self.roadmap.settings),
            "form": "CSV, deflated, base64",
            "tables": {name: packed(table) for name, table in tables.items()},
        }

    @classmethod
    def unpack(cls, content: Mapping[str, Any]) -> "Plan":
        """Return the plan that :meth:`pack` wrote."""

        def read(name: str, schema: Mapping[str, Any]) -> pl.DataFrame:
            table = pl.read_csv(unpacked(content["tables"][name]), schema_overrides=dict(schema))
            return table.with_columns(pl.col(pl.String).fill_null(""))

        def later(name: str, schema: Mapping[str, Any]) -> pl.DataFrame:
            return read(name, schema) if name in content["tables"] else pl.DataFrame(schema=schema)

        years = range(content["first_year"], content["last_year"] + 1)
        roadmap = Roadmap(
            years=years,
            settings=Settings(**content["roadmap_settings"]),
            **{name: read(name, schema) for name, schema in TABLES.items() if name in content["tables"]},
        )
        return cls(
            table=read("plan", PLAN), money=read("money", MONEY), proof=read("proof", _PROOF),
            overruns=with_nation(read("overruns", OVERRUNS), set(roadmap.cities["city"])),
            training=later("plan_training", TRAINING),
            shortfalls=later("shortfalls", SHORTFALLS), settings=dict(content["settings"]), years=years,
            objective=content["objective"], roadmap=roadmap,
            bound=math.inf if content["bound"] is None else content["bound"],
        )  # fmt: skip


PLAN = schema_of(
    "project city solution start finish capital operation renewal lost_without_it status evidence"
)
_LEAST = 1e-9
_PEOPLE = text("million people")
_NET = 0.1
"""From this share of the improvement on, what is taken off makes the gap hard to read."""
_PROOF = {"row": pl.String(), "price": pl.Float64()}


def known_project(plan: Plan, key: str) -> Mapping[str, Any]:
    """Return the roadmap's row of a project; raise NotFoundError with the nearest name otherwise."""
    rows = plan.roadmap.projects.filter(pl.col("project") == key)
    if rows.is_empty():
        raise NotFoundError.named("project", key, plan.roadmap.projects["project"].to_list())
    return rows.row(0, named=True)
