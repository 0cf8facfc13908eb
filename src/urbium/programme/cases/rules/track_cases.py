"""Track cases: what progress, warnings and lessons read of a programme: only what everybody may read.

Task books in force or closed with their accepted reports, the plans that they were made of, and figures in
force; what is suspect, unsigned or not public enters nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.access import ANYBODY, seen_circles
from urbium.errors import InputError, NotFoundError
from urbium.model import Effect, Evidence
from urbium.model.dossiers import Dossier
from urbium.observations.in_force import figures_in_force
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import Task, TaskBook
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.contract_cases import indicator_titles, plan_of
from urbium.text import coded, text
from urbium.units import convert, range_words, to_four_figures

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.track.early_warning import House
    from urbium.track.lessons import Finished, Lessons
    from urbium.track.progress import Figure, Tracked

_BOOKS: Final = ("in_force", "closed")
_INFLATION: Final = "inflation"
_PERSONS: Final = "persons"


def _public(desk: Desk, kind: str, state: Iterable[str], **where: str) -> list[Dossier]:
    rows = desk.dossiers(kind, state=list(state), **where)
    return [one for one in rows if "open" in seen_circles(ANYBODY, one)]


def tracked_books(desk: Desk, city: str = "") -> "list[Tracked]":
    """Return the task books that everybody may read, of one city or of all, with what is known of them.

    Those of examples are among them, called so; what counts leaves them out.
    """
    from urbium.track.progress import Tracked  # noqa: PLC0415 - loads the charts

    where = {"city": city} if city else {}
    books = _public(desk, "taskbook", _BOOKS, **where)
    if not books:
        return []
    reports: dict[str, list[Any]] = {}
    for one in _public(desk, "report", ["accepted"], **where):
        reports.setdefault(one.parent, []).append(one.content_as(Report))
    figures = _figures(
        desk, {one.city for one in books if one.city}, [one.content_as(TaskBook).targets for one in books]
    )
    titles = indicator_titles(desk.workspace.catalogue)
    plans: dict[str, _Planned] = {}
    tracked, examples = [], desk.examples()
    for dossier in books:
        book = dossier.content_as(TaskBook)
        if book.plan not in plans:
            plans[book.plan] = desk.workspace.once(
                f"plan {book.plan} by project", partial(_Planned, desk, plan_of(desk, book)), is_pinned=True
            )
        planned = plans[book.plan]
        tracked.append(
            Tracked(
                code=dossier.code,
                city=dossier.city,
                book=book,
                reports=sorted(reports.get(dossier.code, ()), key=lambda one: one.year),
                planned=planned.money,
                real=planned.real,
                prices=planned.prices,
                posts=planned.posts,
                figures=figures.get(dossier.city, {}),
                titles=titles,
                is_example=dossier.round in examples,
                money=planned.words if book.tasks else "",
            )
        )
    return tracked


class _Planned:
    """A plan by project, read once: its money by year, its posts, and the prices of its money."""

    def __init__(self, desk: Desk, plan: "Plan | None") -> None:
        from urbium.finance.prices import Basis  # noqa: PLC0415 - heavy, and only where something is tracked

        self.start: Mapping[str, int] = {}
        self.by_year: dict[str, dict[int, float]] = {}
        self.posts: Mapping[str, float] = {}
        self.prices: Any = text("as reported; the task book is not linked to a plan")
        self.words: Any = ""
        self.base, self.rate = 0, 0.0
        if plan is None:
            return
        self.start = dict(plan.table.select("project", "start").iter_rows())
        capital = plan.money.filter(pl.col("kind") == "capital").group_by("project", "year")
        for project, year, amount in capital.agg(pl.col("amount").sum()).iter_rows():
            self.by_year.setdefault(project, {})[year] = amount
        staff = plan.roadmap.staff.group_by("project").agg(pl.col("building").sum())
        self.posts = dict(staff.iter_rows())
        self.prices = Basis(plan.currency, plan.roadmap.settings.price_year).words
        assumed = desk.workspace.catalogue.assumptions.get(_INFLATION)
        if plan.roadmap.settings.price_year.isdigit() and assumed is not None:
            self.base, self.rate = int(plan.roadmap.settings.price_year), assumed.value
            self.words = text(
                "Amounts are in {prices}; reported amounts are converted to these prices, "
                    "assuming inflation of {rate:.1%} a year.",
                prices=self.prices, rate=self.rate
            )  # fmt: skip
        else:
            self.words = text(
                "Planned amounts are in {prices}, which are not the prices of a single year, so "
                "reported amounts are left in the prices of the year in which they were spent.",
                prices=self.prices,
            )

    def money(self, task: Task, year: int) -> float | None:
        """Return what a task is to spend in a year; one that was moved takes the plan's money with it."""
        start = self.start.get(task.code)
        if start is None or task.starts is None:
            return None
        return self.by_year.get(task.code, {}).get(year - (task.starts - start), 0.0)

    def real(self, amount: float, year: int) -> float:
        """Bring a nominal amount to the prices of the plan by the assumed inflation, where it has a year."""
        return float(amount / (1 + self.rate) ** (year - self.base)) if self.base else amount


def _figures(
    desk: Desk, cities: Iterable[str], targets: Iterable[Iterable[Any]]
) -> "dict[str, dict[str, dict[int, Figure]]]":
    """Return figures in force by city, variable and year, of what targets name, in their unit."""
    units = {target.indicator: target.unit for some in targets for target in some}
    figures: dict[str, dict[str, dict[int, Figure]]] = {}
    for row in _panel(desk, units, cities).iter_rows(named=True):
        if row["unit"] == units[row["variable"]]:
            years = figures.setdefault(row["city"], {}).setdefault(row["variable"], {})
            years[row["year"]] = (row["value"], row["source"])
    return figures


def _panel(desk: Desk, variables: Iterable[str], cities: Iterable[str] | None = None) -> pl.DataFrame:
    """Return city, variable, year, value, unit, source of yearly figures of the declared boundary."""
    from urbium.plan.inputs.sizes import of_declared_area  # noqa: PLC0415 - loads the planner

    catalogue = desk.workspace.catalogue
    named = [name for name in variables if name in catalogue.variables]
    stored = desk.register.observations(variables=named, cities=None if cities is None else list(cities))
    rows = figures_in_force(of_declared_area(stored, catalogue), catalogue.variables)
    yearly = rows.filter(pl.col("period").str.contains(r"^\d{4}$"))
    return yearly.select(
        "city", "variable", pl.col("period").cast(pl.Int64).alias("year"), "value", "unit", "source"
    )


def house_of(desk: Desk, books: "Iterable[Tracked]") -> "dict[str, House]":
    """Return the rows of the adopted city outlook by city, variable and year, in the units of the targets."""
    outlook = desk.workspace.adopted("outlook")
    if outlook is None:
        return {}
    catalogue = desk.workspace.catalogue
    units = {(one.city, t.indicator): t.unit for one in books for t in one.book.targets}
    named = outlook.curves.select("city", "area", "variable").unique()
    rows = outlook.table.filter(kind="projected").join(named, on=["city", "area"])
    house: dict[str, Any] = {}
    for row in rows.filter(pl.col("city").is_in([city for city, _ in units])).iter_rows(named=True):
        variable, unit = row["variable"], units.get((row["city"], row["variable"]))
        if unit is None or catalogue.variables[variable].area != row["area"]:
            continue
        try:
            factor = convert(1.0, _PERSONS, unit)
        except InputError:
            continue  # a target in another kind of unit is not one of people
        bands = {name: row[name] * factor for name in ("value", "low80", "high80", "high95")}
        house.setdefault(row["city"], {}).setdefault(variable, {})[row["year"]] = bands
    return house


def movers_of(desk: Desk) -> dict[str, list[str]]:
    """Return the projects of the adopted plan that move an indicator, or the figure that tells its need."""
    plan = desk.workspace.adopted("plan")
    if plan is None:
        return {}
    return desk.workspace.once("movers of the plan", lambda: _movers(plan), is_pinned=True)


def _movers(plan: "Plan") -> dict[str, list[str]]:
    movers: dict[str, list[str]] = {}
    figures = plan.roadmap.gaps.select("indicator", "figures").unique().iter_rows()
    named = {indicator: [indicator, *filter(None, (told or "").split(";"))] for indicator, told in figures}
    for project, indicator in plan.roadmap.effects.select("project", "indicator").iter_rows():
        for name in named.get(indicator, [indicator]):
            movers.setdefault(name, []).append(project)
    return movers


# --- lessons --------------------------------------------------------------------------------------------


def finished_projects(
    books: "Iterable[Tracked]", solution: str, lag: float
) -> "tuple[list[Finished], list[str]]":
    """Return the finished projects of a kind, and every city that has begun one or is to.

    Parameters
    ----------
    books : of all cities
    solution : the kind of project
    lag : years from use to effect
    """
    from urbium.track.lessons import Finished  # noqa: PLC0415
    from urbium.track.progress import begun_in, finished_in  # noqa: PLC0415

    finished, begun = [], []
    for one in books:
        for task in one.book.tasks:
            if task.solution != solution or not one.city:
                continue
            begun.append(one.city)
            ends, starts = finished_in(one, task), begun_in(one, task) or task.starts
            if ends is not None and starts is not None:
                finished.append(Finished(one.city, starts - 1, ends + 1 + int(lag)))
    return finished, begun


def lessons_of(
    desk: Desk,
    solution: str,
    indicator: str = "",
    variable: str = "",
    *,
    books: "Iterable[Tracked] | None" = None,
) -> "Lessons":
    """Return what finished projects of a kind showed of a declared effect.

    Parameters
    ----------
    solution : the kind of project
    indicator : of the effect, in words or by code; may be left out where there is one
    variable : the figure that is compared; may be left out where the indicator is one variable
    books : task books that were read already

    Raises NotFoundError for what is not declared, InputError where it must be said which is meant.
    """
    from urbium.track.lessons import learn  # noqa: PLC0415

    effect = _effect(desk, solution, indicator)
    name = variable or _variable(desk, effect)
    if name not in desk.workspace.catalogue.variables:
        raise NotFoundError.named(text("variable"), name, desk.workspace.catalogue.variables)
    counted = (one for one in (tracked_books(desk) if books is None else books) if not one.is_example)
    finished, begun = finished_projects(counted, effect.solution, effect.lag)
    panel = _panel(desk, [name]).select("city", "year", "value")
    return learn(effect, name, finished, panel, begun, learnt=_learnt(desk, effect))


def open_lessons(desk: Desk, books: "Sequence[Tracked]", solutions: Iterable[str]) -> pl.DataFrame:
    """Return what nobody has adopted yet of finished projects: solution, indicator, city, said.

    ``said`` is what a city showed, or why nothing can be concluded; a row without a city is of an effect that
    no figure tells of by itself.
    """
    rows: list[tuple[str, str, str, str]] = []
    compared = {
        (lesson.content["solution"], lesson.content["indicator"]): lesson.content["variable"]
        for lesson in desk.dossiers("lesson", state="adopted")
    }
    for solution in solutions:
        for effect in desk.workspace.catalogue.effects:
            if effect.solution != solution:
                continue
            try:
                variable = compared.get((solution, effect.indicator), "")
                result = lessons_of(desk, solution, effect.indicator, variable, books=books)
            except InputError as error:
                rows.append((solution, effect.indicator, "", str(error.message)))
                continue
            learnt = _learnt(desk, effect)
            rows += [
                (solution, effect.indicator, row["city"], row["reason"] or _shown(row, effect))
                for row in result.table.filter(~pl.col("city").is_in([*learnt])).iter_rows(named=True)
            ]
    columns = ("solution", "indicator", "city", "said")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _shown(row: Mapping[str, Any], effect: Effect) -> str:
    return text(
        "{effect}, standard error {error:,.4g}; the declared range is {range}",
        effect=range_words(row["effect"], row["effect"], effect.unit, to_four_figures),
        error=row["error"],
        range=range_words(effect.low, effect.high, effect.unit, to_four_figures),
    ).render()


def _learnt(desk: Desk, effect: Effect) -> dict[str, str]:
    """Return the adopted lessons that a declared effect rests on, by city that counted."""
    if effect.evidence is not Evidence.MEASURED_HERE:
        return {}
    return {
        one["city"]: lesson.code
        for lesson in desk.dossiers("lesson", state="adopted")
        if (lesson.content["solution"], lesson.content["indicator"]) == (effect.solution, effect.indicator)
        for one in lesson.content["cities"]
        if not one["reason"]
    }


def _effect(desk: Desk, solution: str, indicator: str) -> Effect:
    catalogue = desk.workspace.catalogue
    if solution not in catalogue.solutions:
        raise NotFoundError.named(text("solution"), solution, catalogue.solutions)
    effects = [one for one in catalogue.effects if one.solution == solution]
    named = [one for one in effects if indicator in (one.indicator, one.indicator_code, "")]
    if indicator and not named:
        raise NotFoundError.named(text("effect"), indicator, [one.indicator for one in effects])
    if len(named) != 1:
        raise InputError(
            coded(
                "programme.track.effects", "{solution} has {count} declared effects",
                solution=solution, count=len(named)
            ),
            place=solution,
            remedy=text(
                "name one of: {names:list}",
                names=[one.indicator for one in named]
            ) if named else text("declare an effect in the catalogue first"),
        )  # fmt: skip
    return named[0]


def _variable(desk: Desk, effect: Effect) -> str:
    """Return the variable that an indicator is; raise InputError where it is made of several, or is none."""
    declared = desk.workspace.catalogue.indicators.get(effect.indicator_code)
    if declared is None or declared.denominator or len(declared.numerator) != 1:
        raise InputError(
            coded(
                "programme.track.no_variable",
                "no single variable measures {indicator!r}",
                indicator=effect.indicator,
            ),
            place=effect.solution,
            remedy=text("name the variable to compare"),
        )
    return declared.numerator[0][0]
