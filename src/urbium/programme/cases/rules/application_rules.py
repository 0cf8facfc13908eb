"""Rules of applications: what is checked at each step, with what the programme knows of the place."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.calls.applications import Application
from urbium.pilot.calls.calls import closed_because
from urbium.pilot.calls.completeness import Facts, application_faults, province_faults
from urbium.pilot.calls.forms import answer_faults
from urbium.pilot.calls.rounds import Round
from urbium.pilot.steps import state
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.attached_files import file_faults
from urbium.programme.cases.rules.judging import DECIDED, HANDED_IN, UNDER_WAY, rules_of
from urbium.text import Text, coded, text

if TYPE_CHECKING:
    from urbium.plan import Plan

MILLION = 1e6
_OVER = frozenset({"withdrawn"})
_EARLY = "pilot.round.early"
_WITH_CITY, _WITH_OFFICES = ("draft", "returned", "complete"), ("signed", "recommended")
_TAKE_BACK = "take_back"
_IN_CALL = frozenset({"change", "complete", "sign", _TAKE_BACK, "return", "receive", "recommend", "admit"})
"""Steps of an application that its round refuses once it is over."""
_IN_REVIEW = frozenset({"accept", "change", "hand_in"})
"""Steps of a review that its round refuses once it is over."""


def facts_of(desk: Desk, dossier: Dossier) -> Facts:
    """Return what the programme knows of the place of an application: money, people, what is there."""
    catalogue = desk.workspace.catalogue
    known: dict[str, Any] = {
        "solutions": frozenset(catalogue.solutions),
        "names": {code: one.name for code, one in catalogue.solutions.items()},
        "prerequisites": {code: one.prerequisites for code, one in catalogue.solutions.items()},
        "elsewhere": _elsewhere(desk, dossier),
        "funds": frozenset(catalogue.funds),
        "closes": _closing_year(desk, dossier),
    }
    plan = desk.workspace.adopted("plan")
    if plan is not None:
        road = plan.roadmap
        here = road.projects.filter(pl.col("city") == dossier.city)
        budgets = road.budgets.filter(pl.col("place") == dossier.city)
        staff: dict[str, dict[str, float]] = {}
        for row in road.staff.filter(pl.col("project").is_in(here["project"].implode())).iter_rows(
            named=True
        ):
            staff.setdefault(row["project"], {})[row["occupation"]] = row["building"]
        known |= {
            "funds": frozenset(road.funds["fund"]),
            "own_funds": frozenset(road.funds.filter(pl.col("payer") == "city")["fund"]),
            "budgets": {row[0]: row[1] * MILLION for row in budgets.select("year", "amount").iter_rows()}
            or None,
            "carry_over": road.settings.carry_over,
            "spread": _spread(plan, dossier.city),
            "pools": _pools(plan, dossier.city) or None,
            "staff": staff,
            "existing": frozenset(here.filter(pl.col("status") == "committed")["solution"]),
        }
    return Facts(**known)


def _closing_year(desk: Desk, dossier: Dossier) -> int | None:
    """Return the year in which the round of an application closes; None where it does not say."""
    stored = desk.dossier("round", dossier.round)
    day = date_of(stored.content["closes"]) if stored else None
    return day.year if day else None


def _spread(plan: "Plan", city: str) -> dict[tuple[str, str], list[float]]:
    """Return what share each year of building has in what a fund pays, by project of a city and fund."""
    money = plan.money.filter(pl.col("kind") == "capital", pl.col("city") == city)
    sums = money.group_by("project", "fund", "year").agg(pl.col("amount").sum())
    by_year = {row[:3]: row[3] for row in sums.iter_rows()}
    built = plan.table.filter(pl.col("city") == city).select("project", "start", "finish")
    years = {project: range(start, finish + 1) for project, start, finish in built.iter_rows()}
    spread = {}
    for project, fund in sums.select("project", "fund").unique().iter_rows():
        amounts = [by_year.get((project, fund, year), 0.0) for year in years[project]]
        if sum(amounts) > 0:
            spread[project, fund] = [amount / sum(amounts) for amount in amounts]
    return spread


def _pools(plan: "Plan", city: str) -> dict[tuple[str, int], float]:
    """Return how many people a city can have by occupation and year: its own, or as many as the plan takes.

    What the plan builds there also draws on people that the nation lends or trains.
    """
    key, road = ["occupation", "year"], plan.roadmap
    of_city = road.pools.filter(pl.col("place") == city).select(*key, "places")
    built = (
        plan.table.filter(pl.col("city") == city)
        .select("project", year=pl.int_ranges("start", pl.col("finish") + 1))
        .explode("year")
        .join(road.staff, on="project")
        .group_by(key)
        .agg(places=pl.col("building").sum())
    )
    most = of_city.join(built, on=key, how="left", suffix="_built").select(
        *key, pl.max_horizontal("places", "places_built")
    )
    return {(occupation, year): places for occupation, year, places in most.iter_rows()}


def _elsewhere(desk: Desk, dossier: Dossier) -> dict[str, Text]:
    """Return in which selected application of another place in the same city, or task book, a solution is."""
    if not dossier.city:
        return {}
    others = [
        one
        for one in desk.dossiers("application", city=dossier.city, state="selected")
        if _place(one) != _place(dossier)
    ]
    books = desk.dossiers("taskbook", city=dossier.city, state="in_force")
    of_book = {one.parent: one for one in books}
    return {
        project["solution"]: _case_words(case)
        for one in others
        for case, projects in (
            (one, one.content["projects"]),
            *((book, book.content["tasks"]) for book in [of_book.get(one.code)] if book),
        )
        for project in projects
        if project["solution"]
    }


def _case_words(case: Dossier) -> Text:
    """Return what another case of a city is called: which kind, title and code, and how it stands."""
    about = {"title": case.content["title"], "code": case.code, "state": state(case.kind, case.state).title}
    return (
        text("the city's task book “{title}” ({code}), {state}", **about)
        if case.kind == "taskbook"
        else text("the city's application “{title}” ({code}), {state}", **about)
    )


def all_faults(desk: Desk, dossier: Dossier) -> list[Fault]:
    """Return everything that is wrong with an application, and as notes what could not be checked."""
    return [*_of_round(desk, dossier), *_only_one(desk, dossier), *content_faults(desk, dossier)]


def content_faults(desk: Desk, dossier: Dossier) -> list[Fault]:
    """Return what is wrong with what an application holds, whether or not its round takes it now."""
    application, rules = dossier.content_as(Application), rules_of(desk, dossier)
    return [*file_faults(desk, dossier), *application_faults(application, rules, facts_of(desk, dossier))]


def _place(dossier: Dossier) -> tuple[str, str]:
    """Return what tells the places of applications apart: several can lie in one city."""
    return dossier.city, " ".join(str(dossier.content["title"]).casefold().split())


def _drafted(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check a draft: the call, that there is no other, and the answers that are there."""
    application, rules = dossier.content_as(Application), rules_of(desk, dossier)
    kind = [
        Fault(
            "error",
            coded("programme.application.kind", "this round has no applications of this kind"),
            text("choose one of: {kinds:list}", kinds=rules.kinds),
            rule="form",
            cell="kind",
        )
    ]
    return [
        *([] if application.kind in rules.kinds else kind),
        *_of_round(desk, dossier),
        *_only_one(desk, dossier),
        *file_faults(desk, dossier),
        *answer_faults(rules.questions, application.answers, kind=application.kind, is_whole=False),
    ]


def _closed_because(dossier: Dossier, round_: Dossier | None, day: date) -> Text | None:
    """Return why a round does not take an application on a day; None where it does, or there is none."""
    if round_ is None:
        return None
    is_returned = bool(dossier.content.get("requests"))
    return closed_because(round_.content_as(Round), round_.state, day, is_returned=is_returned)


def _is_over(round_: Dossier | None) -> bool:
    """Say whether the selection of a round is proposed, or was."""
    return round_ is not None and round_.state not in UNDER_WAY


def is_shut_out(dossier: Dossier, round_: Dossier | None, day: date) -> bool:
    """Say whether the round of an application is over before the application has come under review."""
    if dossier.kind != "application":
        return False
    if dossier.state in _WITH_CITY:
        why = _closed_because(dossier, round_, day)
        return why is not None and why.code != _EARLY
    return dossier.state in _WITH_OFFICES and _is_over(round_)


def refused_by_round(dossier: Dossier, round_: Dossier | None, day: date) -> frozenset[str]:
    """Return the steps of an application or review that its round refuses on a day, and nobody is offered."""
    if dossier.kind == "review":
        is_settled = dossier.state == HANDED_IN and round_ is not None and round_.state == DECIDED
        return _IN_REVIEW | {"decline"} if is_settled else _IN_REVIEW if _is_over(round_) else frozenset()
    if is_shut_out(dossier, round_, day):
        return _IN_CALL
    is_sent = dossier.kind == "application" and dossier.state == "signed"
    return frozenset({_TAKE_BACK}) if is_sent and _closed_because(dossier, round_, day) else frozenset()


def _of_round(desk: Desk, dossier: Dossier) -> list[Fault]:
    """Check that the round takes applications today."""
    why = _closed_because(dossier, desk.dossier("round", dossier.round), desk.today())
    if why is None:
        return []
    remedy = text("come back on that day") if why.code == _EARLY else text("wait for the next round")
    return [_fault("round", why, remedy)]


def _only_one(desk: Desk, dossier: Dossier) -> list[Fault]:
    """Check that there is no other live application of the place in the round, of the same kind."""
    if dossier.content["is_test"]:
        return []
    others = [
        one
        for one in desk.dossiers("application", round=dossier.round, city=dossier.city)
        if one.code != dossier.code
        and one.state not in _OVER
        and not one.content["is_test"]
        and one.content["kind"] == dossier.content["kind"]
        and _place(one) == _place(dossier)
    ]
    return [
        _fault(
            "title",
            coded(
                "programme.application.twice",
                "this place has already applied, with {application}",
                application=one.code,
            ),
            text("continue with that one, or withdraw it first"),
        )
        for one in others
    ]


def _signed(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check once more what may have changed since it was complete, and that it is meant."""
    test = _fault(
        "is_test",
        coded(
            "programme.application.test",
            "this application is only a test of the form; it ends here and is not counted anywhere",
        ),
        text("turn it into a real application, and pass it to the signatory again"),
    )
    return [
        *_of_round(desk, dossier),
        *_only_one(desk, dossier),
        *([test] if dossier.content["is_test"] else []),
    ]


def _under_way(desk: Desk, dossier: Dossier) -> list[Fault]:
    """Check that the selection of the round is not proposed yet."""
    if not _is_over(desk.dossier("round", dossier.round)):
        return []
    return [
        _fault(
            "round",
            coded("programme.application.too_late", "the review period of this round is over"),
            text("wait for the next round"),
        )
    ]


def _recommended(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    return [
        *_under_way(desk, dossier),
        *province_faults(dossier.content_as(Application), rules_of(desk, dossier)),
    ]


def _admitted(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check everything again before experts spend time on it."""
    application, rules = dossier.content_as(Application), rules_of(desk, dossier)
    return [
        *_under_way(desk, dossier),
        *_only_one(desk, dossier),
        *application_faults(application, rules, facts_of(desk, dossier)),
        *province_faults(application, rules),
    ]


def _returned(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that it is said what is to be changed, and that nothing said before is taken back."""
    stored = desk.dossier("application", dossier.code)
    before = stored.content["requests"] if stored else []
    now = dossier.content["requests"]
    is_added = now[: len(before)] == before and len(now) == len(before) + 1 and now[-1].strip()
    request = _fault(
        "requests",
        coded("programme.application.request", "the requested changes are not stated"),
        text("add one new request after the earlier ones"),
    )
    return [*_under_way(desk, dossier), *([] if is_added else [request])]


def _appealed(_desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    is_said = dossier.content["appeal"].strip()
    remedy = text("state what was overlooked or wrong")
    return (
        []
        if is_said
        else [
            _fault(
                "appeal",
                coded("programme.application.appeal", "the appeal does not state any grounds"),
                remedy,
            )
        ]
    )


def _heard(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the decision on an appeal has a reason of its own."""
    stored = desk.dossier("application", dossier.code)
    reasons = dossier.content["reasons"]
    if reasons.strip() and (stored is None or reasons != stored.content["reasons"]):
        return []
    return [
        _fault(
            "reasons",
            coded("programme.application.reason", "no reason is given for the decision on the appeal"),
            text("state why it is allowed or refused"),
        )
    ]


def _with_form(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Note which version of the form is answered."""
    return [dossier.noting(form=rules_of(desk, dossier).form)]


def _allowed(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    return [dossier.noting(decision="selected")]


def _refused(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    return [dossier.noting(decision="declined")]


def _fault(field: str, message: Text, remedy: Text) -> Fault:
    return Fault("error", message, remedy, rule="application", cell=field)


CHECKS: Mapping[str, Any] = {
    "create": _drafted,
    "change": _drafted,
    "complete": all_faults,
    "sign": _signed,
    _TAKE_BACK: _of_round,
    "return": _returned,
    "receive": _under_way,
    "recommend": _recommended,
    "admit": _admitted,
    "appeal": _appealed,
    "allow": _heard,
    "refuse": _heard,
}
"""What is checked before a step of an application."""
MADE: Mapping[str, Any] = {
    "create": _with_form,
    "complete": _with_form,
    "allow": _allowed,
    "refuse": _refused,
}
"""What else a step of an application changes."""
