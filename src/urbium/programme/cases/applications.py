"""Applications: the form of a round, what the programme fills in, and what is wrong."""

from typing import Any

import msgspec
import polars as pl

from urbium.access import Actor
from urbium.errors import Fault, NotFoundError
from urbium.observations.population import urban_people
from urbium.pilot.calls.applications import KeyProject
from urbium.pilot.calls.forms import calculated
from urbium.pilot.calls.rulesets import RuleSet, rules_of_round
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.application_rules import (
    MILLION,
    all_faults,
    content_faults,
    is_shut_out,
)
from urbium.programme.cases.rules.judging import rules_of
from urbium.programme.cases.sight import Seen
from urbium.text import coded, say, text

_APPLICATION, _ROUND = "application", "round"
_WITH_CITY = frozenset({"draft", "returned"})
"""States in which it also counts whether the round takes the application."""
_PEOPLE = "people"
_PERSONS_SERVED = "persons served"
_PARTNERS = "PPP"
"""The finance model in which private partners pay: what a fund of it gives from outside is private money."""


class Applications:
    """Forms of applications, what is filled in, and what is wrong."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk = desk
        self._casework = casework

    def form(self, actor: Actor, round: str) -> RuleSet:  # noqa: A002 - what it is called everywhere
        """Return what a round asks for, and judges by; NotFoundError where the actor does not see it."""
        return rules_of_round(self._casework.opened(actor, _ROUND, round).dossier.content)

    def prefilled(self, actor: Actor, round: str, city: str, *, kind: str = "new") -> dict[str, Any]:  # noqa: A002
        """Return the content of a new application, with what the programme knows of the city.

        People are the latest that are registered; key projects are those of the adopted plan in the city,
        with the people for whom it has sized them, cost, years, money by source and the private part of it in
        units of the plan's currency. Whether
        there are land and clearances is not known, and left for the city to confirm. Raises NotFoundError for
        a round that the actor does not see, or an unknown city.
        """
        rules = self.form(actor, round)
        place = self._desk.city(city)
        people = self._people(place.code)
        answers = {
            one.code: people for one in rules.questions if one.prefilled == _PEOPLE and people is not None
        }
        projects = self._projects(place.code)
        return {
            "title": place.name.get("en") or next(iter(place.name.values())),
            "kind": kind,
            "answers": answers,
            "projects": [msgspec.to_builtins(one) for one in projects],
        }

    def answers(self, actor: Actor, code: str) -> dict[str, Any]:
        """Return the answers of an application with those that are calculated; NotFoundError where unseen."""
        dossier = self._seen(actor, code).dossier
        rules = rules_of(self._desk, dossier)
        answers, projects = dossier.content["answers"], dossier.content["projects"]
        return {**answers, **calculated(rules.questions, answers, projects)}

    def faults(self, actor: Actor, code: str) -> list[Fault]:
        """Return everything that is wrong with an application, and as notes what could not be checked.

        Raises NotFoundError for one that the actor does not see whole.
        """
        self._seen(actor, code)
        dossier = self._desk.dossier(_APPLICATION, code)
        if dossier is None:
            return []
        check = all_faults if dossier.state in _WITH_CITY else content_faults
        return check(self._desk, dossier)

    def is_shut_out(self, sight: Seen) -> bool:
        """Say whether an application was shut out of its call when that closed."""
        round_ = self._desk.dossier("round", sight.dossier.round)
        return is_shut_out(sight.dossier, round_, self._desk.today())

    def _seen(self, actor: Actor, code: str) -> Seen:
        """Return an application that the actor sees as its parties do; NotFoundError for any other."""
        sight = self._casework.opened(actor, _APPLICATION, code)
        if "parties" in sight.circles:
            return sight
        raise NotFoundError(
            coded(
                "programme.application.unseen",
                "there is no application {name!r} that you may see in full",
                name=code,
            ),
            remedy=text("sign in as someone who works on it"),
        )

    def _people(self, city: str) -> int | None:
        """Return how many people the city has by the latest figure in force; None when it is not known."""
        catalogue = self._desk.workspace.catalogue
        figures = self._desk.register.observations(cities=[city])
        known = urban_people(pl.Series([city]), figures, catalogue.variables, catalogue.roles)
        people = known["people"].drop_nulls()
        return None if people.is_empty() else round(people[0])

    def _projects(self, city: str) -> list[KeyProject]:
        """Return the projects of the adopted plan in a city as key projects; none without a plan."""
        plan = self._desk.workspace.adopted("plan")
        if plan is None:
            return []
        from urbium.finance.plan_mix import people_of  # noqa: PLC0415 - loads the planner

        people = people_of(plan).get(city)
        catalogue = self._desk.workspace.catalogue
        names = {code: str(say(one.name)) for code, one in catalogue.solutions.items()}
        private = [
            code
            for code, one in catalogue.funds.items()
            if one.scope == "outside" and _PARTNERS in one.finance_models
        ]
        money = (
            plan.money.filter(pl.col("kind") == "capital")
            .group_by("project", "fund")
            .agg(pl.col("amount").sum())
        )
        by_project: dict[str, dict[str, float]] = {}
        for project, fund, amount in money.sort("project", "fund").iter_rows():
            if amount > 0:
                by_project.setdefault(project, {})[fund] = round(amount * MILLION, 2)
        return [
            KeyProject(
                code=row["project"],
                title=names.get(row["solution"], row["solution"]),
                solution=row["solution"],
                size=None if people is None else float(round(people)),
                unit="" if people is None else _PERSONS_SERVED,
                cost=round(sum(by_project.get(row["project"], {}).values()), 2),
                sources=by_project.get(row["project"], {}),
                private=round(sum(by_project.get(row["project"], {}).get(fund, 0.0) for fund in private), 2),
                starts=row["start"],
                ends=row["finish"],
            )
            for row in plan.table.filter(pl.col("city") == city)
            .sort("start", "project")
            .iter_rows(named=True)
        ]
