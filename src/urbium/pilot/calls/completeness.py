"""Completeness: what is missing in an application, and what in it contradicts itself or what is known.

Every finding says where it stands (``projects!P1.size``, ``answers!people``, ``documents!plan``), what it is
and what to do. What cannot be checked, because the programme does not know it, is a note and refuses nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from urbium.errors import Fault, Severity
from urbium.pilot.calls.applications import Application, KeyProject
from urbium.pilot.calls.forms import answer_faults, is_empty
from urbium.pilot.calls.rulesets import CITY, PROVINCE, RuleSet
from urbium.text import Text, coded, text

PROJECTS, DOCUMENTS = "projects", "documents"
_CENT: Final = 0.01
_SOLVED: Final = 1e-6
"""By what share of a limit a plan may exceed it, as solvers count."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a programme knows of the place that applies.

    Parameters
    ----------
    solutions : codes of the solutions of the catalogue; empty when not known
    names : what solutions are called
    funds : ids of the sources of money that there are; empty when not known
    own_funds : those of them that the city itself pays
    budgets : what the city may spend by year, in units of the programme's currency; None when not known
    closes : the year in which the round closes; None when not known
    carry_over : share of what is left of a year's budget that may be spent in the next one
    spread : shares of each year of building in what a fund pays for a project, as the plan has it, by the
        project's code and the fund
    pools : how many people a city can free, by occupation and year; None when not known
    staff : how many of an occupation it takes to build a project, by the project's code
    prerequisites : solutions that must come first, by solution
    existing : solutions that are there, or are bound to come
    elsewhere : in which other case of this city a solution is, in words, by solution
    """

    solutions: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    funds: frozenset[str] = frozenset()
    own_funds: frozenset[str] = frozenset()
    budgets: Mapping[int, float] | None = None
    closes: int | None = None
    carry_over: float = 0.0
    spread: Mapping[tuple[str, str], Sequence[float]] = field(default_factory=dict)
    pools: Mapping[tuple[str, int], float] | None = None
    staff: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    prerequisites: Mapping[str, Sequence[str]] = field(default_factory=dict)
    existing: frozenset[str] = frozenset()
    elsewhere: Mapping[str, Text] = field(default_factory=dict)


def application_faults(application: Application, rules: RuleSet, facts: Facts) -> list[Fault]:
    """Return everything that is wrong with an application that is to be complete.

    Parameters
    ----------
    application : what is handed in
    rules : of its round
    facts : what the programme knows of the place
    """
    return [
        *_form(application, rules),
        *_conditions(application, rules),
        *_documents(application, rules),
        *_projects(application, rules),
        *_not_ready(application),
        *_begun(application, facts),
        *_outside_period(application),
        *_money(application, facts),
        *_prerequisites(application, facts),
        *_duplicates(application, facts),
        *_fiscal_space(application, facts),
        *_staff(application, facts),
    ]


def province_faults(application: Application, rules: RuleSet) -> list[Fault]:
    """Return what the province has still to add: its letter and its report, where the rules ask for them."""
    texts_of = {"recommendation": application.recommendation, "province_report": application.province_report}
    return [
        _of(
            DOCUMENTS,
            document.code,
            coded("pilot.complete.no_document", "missing: {title}", title=document.title),
            text("enter it in the field for this step"),
        )
        for document in rules.documents
        if document.by == PROVINCE
        and document.is_required
        and is_empty(texts_of.get(document.code, ""))
        and not _is_attached(application, document.code)
    ]


def _of(sheet: str, cell: str, message: Text, remedy: Text, severity: Severity = "error") -> Fault:
    return Fault(severity, message, remedy, rule="completeness", sheet=sheet, cell=cell)


def _note(message: Text, remedy: Text, sheet: str = PROJECTS, cell: str = "") -> Fault:
    """Return what is worth knowing, of all projects or of an answer, and refuses none."""
    return _of(sheet, cell, message, remedy, "note")


def _is_attached(application: Application, document: str) -> bool:
    return any(one.document == document for one in application.attachments)


def _form(application: Application, rules: RuleSet) -> Iterator[Fault]:
    if application.kind not in rules.kinds:
        yield _of(
            "",
            "kind",
            coded(
                "pilot.complete.kind",
                "this round has no applications of the kind {kind!r}",
                kind=application.kind,
            ),
            text("choose one of: {kinds:list}", kinds=rules.kinds),
        )
    yield from answer_faults(rules.questions, application.answers, kind=application.kind)


def _conditions(application: Application, rules: RuleSet) -> Iterator[Fault]:
    for condition in rules.conditions:
        answer = application.answers.get(condition.question)
        said = "yes" if answer is True else "no" if answer is False else str(answer or "")
        if condition.question and condition.is_ and said and said != condition.is_:
            yield _of(
                "answers",
                condition.question,
                coded(
                    "pilot.complete.condition",
                    "a condition is not met: {condition}",
                    condition=condition.text,
                ),
                text("reapply when it is met"),
            )


def _documents(application: Application, rules: RuleSet) -> Iterator[Fault]:
    for document in rules.documents:
        is_asked = document.by == CITY and document.is_required and not document.is_structured
        if is_asked and not _is_attached(application, document.code):
            yield _of(
                DOCUMENTS,
                document.code,
                coded("pilot.complete.no_document", "missing: {title}", title=document.title),
                text("attach it"),
            )


def _projects(application: Application, rules: RuleSet) -> Iterator[Fault]:
    if len(application.projects) < rules.least_projects:
        yield _of(
            PROJECTS,
            "",
            coded(
                "pilot.complete.few_projects", "key projects named: {count}; the minimum is {least}",
                count=len(application.projects), least=rules.least_projects
            ),
            text("name the key projects, or take them from the plan"),
        )  # fmt: skip
    codes = [project.code for project in application.projects]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield _of(
            PROJECTS,
            code,
            coded("pilot.complete.twice", "two key projects have this code"),
            text("give each project its own code"),
        )
    for project in application.projects:
        yield from _project(project)


def _project(project: KeyProject) -> Iterator[Fault]:
    """Yield what a key project must say, and does not."""
    if not _is_positive(project.size):
        yield _of(
            PROJECTS,
            f"{project.code}.size",
            coded("pilot.complete.size", "{title}: no size is stated", title=project.title),
            text("state how much is to be built, and in which unit"),
        )
    if not _is_positive(project.cost):
        yield _of(
            PROJECTS,
            f"{project.code}.cost",
            coded("pilot.complete.cost", "{title}: no cost is stated", title=project.title),
            text("enter the cost of building it"),
        )
    starts, ends = project.starts, project.ends
    if starts is None or ends is None or not _FIRST_YEAR <= starts <= ends <= _LAST_YEAR:
        yield _of(
            PROJECTS,
            f"{project.code}.{'starts' if starts is None else 'ends'}",
            coded(
                "pilot.complete.dates",
                "the first and last years of {title} are missing or in the wrong order",
                title=project.title,
            ),
            text("enter the years in which it starts and ends"),
        )
    for name, is_answered, message in (
        (
            "land",
            project.land,
            coded(
                "pilot.complete.land", "{title}: no answer on whether land is secured", title=project.title
            ),
        ),
        (
            "clearances",
            project.clearances,
            coded(
                "pilot.complete.clearances",
                "{title}: no answer on whether clearances are granted",
                title=project.title,
            ),
        ),
    ):
        if not is_answered:
            yield _of(PROJECTS, f"{project.code}.{name}", message, text("choose yes, not yet or not needed"))


def _not_ready(application: Application) -> Iterator[Fault]:
    """Note how many projects have no land or no clearances yet: reviewers weigh it, nothing is refused."""
    count = sum("not_yet" in (one.land, one.clearances) for one in application.projects)
    if count:
        yield _note(
            coded(
                "pilot.complete.ready",
                "projects whose land is not yet secured or whose clearances are not yet granted: {count}",
                count=count,
            ),
            text("say in the plan when they will be; reviewers read these answers"),
        )


def begun_before(application: Application, closes: int | None) -> int:
    """Return how many projects of an application start before the year in which its call closes."""
    return (
        sum(one.starts is not None and one.starts < closes for one in application.projects) if closes else 0
    )


def _begun(application: Application, facts: Facts) -> Iterator[Fault]:
    """Note whether the creation period and projects would begin before anybody can be selected."""
    closes, count = facts.closes, begun_before(application, facts.closes)
    begins = application.answers.get("begins")
    if closes and isinstance(begins, int) and begins < closes:
        message = coded(
            "pilot.complete.begins",
            "the creation period starts before {year:d}, the year in which the call closes", year=closes,
        )  # fmt: skip
        yield _note(message, text("correct the first year of the period"), "answers", "begins")
    if count:
        yield _note(
            coded(
                "pilot.complete.begun",
                "projects that start before {year:d}, the year in which the call closes: {count}",
                year=closes, count=count
            ),
            text("correct the years of those that have not begun yet"),
        )  # fmt: skip


def _outside_period(application: Application) -> Iterator[Fault]:
    """Note how many projects take years outside the creation period, where the form asks for one."""
    first, years = (application.answers.get(name) for name in ("begins", "creation_years"))
    if not isinstance(first, int) or not isinstance(years, int):
        return
    last = first + years - 1
    outside = sum((one.starts or first) < first or (one.ends or last) > last for one in application.projects)
    if outside:
        yield _note(
            coded(
                "pilot.complete.period",
                "projects with years outside the creation period, {first:d} to {last:d}: {count}",
                first=first, last=last, count=outside
            ),
            text("correct the years of these projects, or the first year or length of the period"),
        )  # fmt: skip


def _money(application: Application, facts: Facts) -> Iterator[Fault]:
    for project in application.projects:
        where = (PROJECTS, f"{project.code}.sources")
        amounts = list(project.sources.values())
        if not amounts:
            yield _of(
                *where,
                coded("pilot.complete.source", "{title} has no funding source", title=project.title),
                text("state who pays how much"),
            )
        elif not all(math.isfinite(amount) and amount >= 0 for amount in amounts):
            yield _of(
                *where,
                coded("pilot.complete.negative", "{title}: an amount is below zero", title=project.title),
                text("enter amounts of zero or more"),
            )
        elif project.cost is not None and abs(sum(amounts) - project.cost) > _CENT + 1e-9 * abs(project.cost):
            yield _of(
                *where,
                coded(
                    "pilot.complete.sum", "{title} costs {cost:,.2f}, but its sources provide {sum:,.2f}",
                    title=project.title, cost=project.cost, sum=sum(amounts)
                ),
                text("correct the cost or the sources"),
            )  # fmt: skip
        unknown = sorted(set(project.sources) - facts.funds)
        if facts.funds and unknown:
            yield _of(
                *where,
                coded(
                    "pilot.complete.fund",
                    "{title}: there is no funding source {name!r}",
                    title=project.title,
                    name=unknown[0],
                ),
                text("choose one of: {names:list}", names=sorted(facts.funds)),
            )
        yield from _private(project)


def _private(project: KeyProject) -> Iterator[Fault]:
    if project.private < 0 or project.private > (project.cost or 0.0) + _CENT:
        yield _of(
            PROJECTS,
            project.code,
            coded(
                "pilot.complete.private",
                "{title}: the private share of {amount:,.2f} is below zero or above the cost",
                title=project.title, amount=project.private
            ),
            text("enter an amount from zero up to the cost"),
        )  # fmt: skip
    if project.private > 0 and is_empty(project.revenue):
        yield _of(
            PROJECTS,
            project.code,
            coded(
                "pilot.complete.revenue",
                "{title} relies on private money but has no revenue model",
                title=project.title,
            ),
            text("state what repays the partners: fees, savings or sales"),
        )


def _prerequisites(application: Application, facts: Facts) -> Iterator[Fault]:
    in_service = application.answers.get("in_service")
    present = facts.existing | set(in_service if isinstance(in_service, list) else ())
    starts: dict[str, int] = {}
    for project in application.projects:
        if project.solution:
            first = project.starts if project.starts is not None else _LAST_YEAR
            starts[project.solution] = min(first, starts.get(project.solution, _LAST_YEAR))
    for project in application.projects:
        if facts.solutions and project.solution and project.solution not in facts.solutions:
            yield _of(
                PROJECTS,
                project.code,
                coded(
                    "pilot.complete.solution", "{title}: the catalogue has no solution {name!r}",
                    title=project.title, name=project.solution
                ),
                text("correct its code, or leave it empty"),
            )  # fmt: skip
        for required in facts.prerequisites.get(project.solution, ()):
            if required in present:
                continue
            called = facts.names.get(required, required)
            if required not in starts:
                yield _of(
                    PROJECTS,
                    project.code,
                    coded(
                        "pilot.complete.prerequisite",
                        "{title} needs {required}, which neither exists nor has been applied for",
                        title=project.title, required=called
                    ),
                    text("add it to the key projects, or name it among the solutions in service"),
                )  # fmt: skip
            elif project.ends is not None and starts[required] > project.ends:
                yield _of(
                    PROJECTS,
                    project.code,
                    coded(
                        "pilot.complete.late",
                        "{title} needs {required}, which does not start until {year:d}",
                        title=project.title, required=called, year=starts[required]
                    ),
                    text("start the required project earlier, or this one later"),
                )  # fmt: skip


def _duplicates(application: Application, facts: Facts) -> Iterator[Fault]:
    for project in application.projects:
        remedy = text("omit it, or enter only the part that differs, as a separate project")
        if body := project.built_by_others.strip():
            message = coded("pilot.complete.others", "{title} is being built by someone else: {body}",
                            title=project.title, body=body)  # fmt: skip
            yield _of(PROJECTS, project.code, message, remedy)
        elif case := facts.elsewhere.get(project.solution):
            message = coded(
                "pilot.complete.elsewhere", "{title} is already in {case}", title=project.title, case=case
            )
            yield _of(PROJECTS, project.code, message, remedy)


def _yearly(project: KeyProject) -> list[int]:
    """Return the years in which a project is built; none where they are not known."""
    if project.starts is None or project.ends is None or project.starts > project.ends:
        return []
    if not (project.starts >= _FIRST_YEAR and project.ends <= _LAST_YEAR):
        return []
    return list(range(project.starts, project.ends + 1))


def _fiscal_space(application: Application, facts: Facts) -> Iterator[Fault]:
    """Yield the years in which the city's own money is more than it may spend.

    What a fund pays is spread over the years of building as the plan spreads it, and evenly where the plan
    has none, or has another number of years.
    """
    if facts.budgets is None:
        if application.projects:
            yield _of(
                PROJECTS,
                "",
                coded("pilot.complete.no_budget", "the city's spending limit is unknown and was not checked"),
                text("adopt a plan in the programme"),
                "note",
            )
        return
    spent: dict[int, float] = {}
    for project in application.projects:
        years = _yearly(project)
        for fund in facts.own_funds & project.sources.keys():
            total, shares = project.sources[fund], facts.spread.get((project.code, fund), ())
            if len(shares) != len(years):
                shares = [1 / len(years)] * len(years)
            for year, share in zip(years, shares, strict=True):
                spent[year] = spent.get(year, 0.0) + total * share
    left = 0.0
    for year in range(min(spent, default=0), max(spent, default=-1) + 1):
        amount, budget = spent.get(year, 0.0), facts.budgets.get(year)
        most = None if budget is None else budget + facts.carry_over * left
        left = max((most or 0.0) - amount, 0.0)
        if most is not None and amount > most * (1 + _SOLVED) + _CENT * len(application.projects):
            yield _of(
                PROJECTS,
                str(year),
                coded(
                    "pilot.complete.budget",
                    "in {year:d} the city would pay {amount:,.0f}, but may spend at most {most:,.0f}",
                    year=year, amount=amount, most=most
                ),
                text("start some projects later, or find other sources"),
            )  # fmt: skip


def _staff(application: Application, facts: Facts) -> Iterator[Fault]:
    """Yield the years and occupations of which the projects take more people than the city can free."""
    if facts.pools is None:
        return
    needed: dict[tuple[str, int], float] = {}
    for project in application.projects:
        for occupation, people in facts.staff.get(project.code, {}).items():
            for year in _yearly(project):
                needed[occupation, year] = needed.get((occupation, year), 0.0) + people
    for (occupation, year), people in sorted(needed.items()):
        most = facts.pools.get((occupation, year))
        if most is not None and people > most + 1e-6:
            yield _of(
                PROJECTS,
                str(year),
                coded(
                    "pilot.complete.staff",
                    "in {year:d} the projects require {people:,.1f} people in the occupation "
                    "{occupation}, but only {most:,.1f} can be released",
                    year=year, people=people, occupation=occupation, most=most
                ),
                text("start some projects later, or train people"),
            )  # fmt: skip


def _is_positive(number: Any) -> bool:  # noqa: ANN401 - None, or a number
    return number is not None and math.isfinite(number) and number > 0
