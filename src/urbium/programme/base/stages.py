"""Stages: one row a stage, from measuring to costs; the command, the API, the export and the pages read it.

A stage that can be adopted says how its result is packed into the store. The others follow from an adopted
one (``follows``) and are made again with it. To add a stage is to add a row here and a noun to the programme
that makes its results. See ADR 0002, 0018.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from urbium.text import Text, text
from urbium.text.advice import advice

if TYPE_CHECKING:
    from urbium.explanation import Explanation
    from urbium.result import Result

Content = Mapping[str, Any]
Nouns = Any
"""The programme, whose nouns make the results; it stands above this room, so its type is not named here."""
FIGURE: Final = "figure"
"""The kind of explanation of a stored figure, which is of no stage."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a city: a service, solution or series by name, and a period, where they matter."""

    city: str
    name: str = ""
    period: str = ""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A kind of result of a programme.

    Parameters
    ----------
    name : what the store, the API and ``Programme.adopted`` call it
    title : what a person calls it
    make : makes the result again, from the programme and what was kept of it or of the stage it follows from
    follows : the adopted stage it is made from; empty when it is adopted itself
    needs : stages that are read, where adopted, when it is made for the first time
    pack : what is kept of a result that is adopted; None when it cannot be
    counted : how many cities or projects a result says something of; one that says nothing is not adopted
    is_made_again : whether an adopted result is made again from its settings, rather than read whole
    doubt : why a result had better not be adopted, with what to do; None when nothing speaks against it
    missing, remedy : said when none is adopted; those of the stage it follows from unless given
    again : what to run to make it anew, of what was kept of it and the result; ``remedy`` where it is None
    explained : the kind of explanation of a city it gives; empty for none
    key : the row of its result that answers a question
    explain : answers a question, where more than a row of the result does
    asks : what a question must name, with an example; empty when it need not name anything
    is_exported : whether ``export`` writes it
    """

    name: str
    title: Text
    make: "Callable[[Nouns, Content], Result]"
    follows: str = ""
    needs: tuple[str, ...] = ()
    pack: "Callable[[Any], Content] | None" = None
    counted: "Callable[[Any], int]" = field(default=lambda result: int(result.table.height))
    is_made_again: bool = False
    doubt: "Callable[[Any], tuple[Text, Text] | None] | None" = None
    missing: str = ""
    remedy: str = ""
    again: "Callable[[Content, Any], Text] | None" = None
    explained: str = ""
    key: Callable[[Question], str] = field(default=lambda question: question.city)
    explain: "Callable[[Nouns, Question], Explanation] | None" = None
    asks: str = ""
    is_exported: bool = False

    @property
    def basis(self) -> "Stage":
        """The stage whose adoption it stands on: itself, or the one it follows from."""
        return STAGES[self.follows] if self.follows else self

    def remedy_for(self, kept: Content, result: "Result") -> str:
        """Return what to run to make it anew, as it was made when ``kept`` was kept of it."""
        return self.remedy if self.again is None else self.again(kept, result)


def _settings(result: "Result") -> Content:
    return dict(result.settings)


def _planned_again(plan: Any) -> Text:  # noqa: ANN401 - urbium.plan.Plan, loaded late
    """Return the command that plans with the years and the budget of a plan."""
    from urbium.plan import NATIONWIDE  # noqa: PLC0415 - the solver loads only when plans are asked for

    years, currency = plan.start_years, plan.roadmap.settings.currency
    of_nation = plan.roadmap.budgets.filter(place=NATIONWIDE)
    amounts = {amount for year, amount in of_nation.select("year", "amount").iter_rows() if year in years}
    if len(amounts) != 1:
        return text(
            "plan for {first:d} to {last:d} with this plan's current roadmap (--roadmap), because "
            "the budget differs from year to year, and adopt the result",
            first=years[0],
            last=years[-1],
        )
    return text(
        "run urbium plan --years {years} --budget '{millions} m {currency}/year' --adopt",
        years=f"{years[0]}-{years[-1]}",
        millions=f"{amounts.pop():.15g}",
        currency=currency,
    )


def _unproven(plan: Any) -> tuple[Text, Text] | None:  # noqa: ANN401 - urbium.plan.Plan, loaded late
    """Say why a plan without a useful bound had better not be adopted."""
    if plan.has_useful_bound:
        return None
    return (
        text("no useful bound has been found yet: how good the plan is remains unknown"),
        text("search longer (--work-limit), or adopt it anyway with --accept-unproven"),
    )


def _ages(prog: Nouns, question: Question) -> "Explanation":
    """Explain the ages of the nation, or of a city: its own by two counts, or the nation's."""
    key = STAGES["ages"].key(question)
    if question.city == prog.register.sole_nation():
        nation: Result = prog.required("ages")
        return nation.explain(key)
    city: Result = prog.outlook.ages_of(question.city, prog.required("outlook").settings)
    return city.explain(key)


def _follower(name: str, title: Text, key: Callable[[Question], str], **rest: Any) -> Stage:  # noqa: ANN401
    """Return the row of a part of the outlook, which is made from the outlook of the cities."""
    return Stage(
        name=name,
        title=title,
        make=lambda prog, kept: prog.outlook.made_again(name, kept),
        follows="outlook",
        explained=name,
        key=key,
        **rest,
    )


def _in_period(question: Question) -> str:
    return f"{question.city} {question.period}".strip()


_ROWS = (
    Stage(
        name="scores",
        title=text("Scores"),
        make=lambda prog, kept: prog.scores.made_again(kept),
        pack=_settings,
        counted=lambda scores: int(scores.table["score"].count()),
        is_made_again=True,
        missing=text("no measurement has been adopted yet"),
        remedy=advice(
            text(
                "run urbium measure INDEX --period YEAR --adopt; urbium doctor shows which index has figures"
            ),
            text("ask the programme office to measure the cities and adopt the scores"),
        ),
        again=lambda kept, _: text(
            "run urbium measure {index} --period {period} --adopt",
            index=kept["index"],
            period=str(kept["period"]),
        ),
        explained="score",
        is_exported=True,
    ),
    Stage(
        name="outlook",
        title=text("Outlook"),
        make=lambda prog, kept: prog.outlook.made_again("population", kept),
        pack=_settings,
        counted=lambda outlook: int(outlook.curves.height),
        is_made_again=True,
        missing=text("no outlook has been adopted yet"),
        remedy=advice(
            text("run urbium forecast population --to YEAR --adopt"),
            text("ask the programme office to project the outlook and adopt it"),
        ),
        again=lambda kept, _: text(
            "run urbium forecast population --to {year} --adopt", year=str(kept["to"])
        ),
        explained="population",
        is_exported=True,
    ),
    _follower("nation", text("Outlook for the nation"), lambda question: question.name or question.city),
    _follower("ages", text("Outlook by age"), _in_period, explain=_ages),
    _follower("households", text("Households"), _in_period),
    _follower(
        "workforce",
        text("Outlook for the workforce"),
        lambda question: f"{question.city} {question.name}".strip(),
    ),
    _follower(
        "pressure",
        text("Service shortages"),
        lambda question: "/".join(filter(None, (question.city, question.name, question.period))),
        asks=text("name a service, for example beds"),
    ),
    Stage(
        name="plan",
        title=text("Plan"),
        make=lambda prog, kept: prog.plans.made_again(kept),
        needs=("scores", "outlook"),
        pack=lambda plan: plan.pack(),
        doubt=_unproven,
        missing=text("no plan has been adopted yet"),
        remedy=advice(
            text(
                "run urbium plan --years FIRST-LAST --budget 'AMOUNT' --adopt (with your own years and "
                "budget, such as --years 2027-2029 --budget '12 bn EUR/year')"
            ),
            text("ask the programme office to make a plan and adopt it"),
        ),
        again=lambda _, plan: _planned_again(plan),
        explained="project",
        explain=lambda prog, question: prog.why(question.city, question.name),
        asks=text("name a solution, for example IOC"),
        is_exported=True,
    ),
    Stage(
        name="costs",
        title=text("Costs"),
        make=lambda prog, _: prog.finances.costs(),
        follows="plan",
        needs=("plan",),
        is_exported=True,
    ),
    Stage(
        name="appraisal",
        title=text("Appraisal"),
        make=lambda prog, _: prog.finances.appraise(),
        follows="plan",
        needs=("plan",),
        explained="appraisal",
        key=lambda question: f"{question.city}:{question.name}" if question.name else question.city,
    ),
    Stage(
        name="talent",
        title=text("People in the plan"),
        make=lambda prog, _: prog.talent.staff(),
        follows="plan",
        needs=("plan",),
        is_exported=True,
    ),
)

STAGES: Final[Mapping[str, Stage]] = MappingProxyType({row.name: row for row in _ROWS})
"""Every stage by name, each after those it stands on."""

PARTS: Final = tuple(row.explained for row in _ROWS if "outlook" in (row.name, row.follows))
"""What can be forecast."""

EXPLAINED: Final = (*(row.explained for row in _ROWS if row.explained), FIGURE)
"""What of a city can be explained."""

EXPORTED: Final = tuple(row.name for row in _ROWS if row.is_exported)
"""The stages whose results are written as open files."""


def explained_by(what: str) -> Stage | None:
    """Return the stage that gives a kind of explanation; None when no stage does."""
    return next((row for row in _ROWS if what and row.explained == what), None)
