"""Applications: the form of a round, what the programme fills in, what is wrong, and attached files."""

from typing import Any

import msgspec
import polars as pl

from urbium.access import Actor
from urbium.errors import ConflictError, Fault, ForbiddenError, InputError, NotFoundError
from urbium.observations.population import urban_people
from urbium.pilot.calls.applications import Attachment, KeyProject
from urbium.pilot.calls.attachments import checked_attachment
from urbium.pilot.calls.forms import calculated
from urbium.pilot.calls.rulesets import CITY, RuleSet, rules_of_round
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.application_rules import MILLION, all_faults, content_faults
from urbium.programme.cases.rules.judging import rules_of
from urbium.programme.cases.sight import Seen
from urbium.text import coded, say, text

_APPLICATION, _ROUND = "application", "round"
_MOST_FILES = 40
_WITH_CITY = frozenset({"draft", "returned"})
"""States in which it also counts whether the round takes the application."""
_PEOPLE = "people"
_PERSONS_SERVED = "persons served"
_PARTNERS = "PPP"
"""The finance model in which private partners pay: what a fund of it gives from outside is private money."""


class Applications:
    """Forms of applications, what is filled in and what is wrong, and attached files."""

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

    def attach(
        self, actor: Actor, code: str, document: str, name: str, content: bytes, *, version: int
    ) -> Seen:
        """Attach a file to an application that the actor may change; one of the same document and name goes.

        Raises InputError for a document that is not one of :meth:`documents`, for a file that
        :func:`urbium.pilot.calls.attachments.checked_attachment` refuses, and as :meth:`Casework.act` does
        for a change.
        """
        sight = self._changeable(actor, code)
        documents = dict(self.documents(sight))
        if document not in documents:
            raise InputError(
                coded(
                    "programme.attach.document",
                    "the application has no document {document!r}",
                    document=document,
                ),
                field="document",
                remedy=text("choose one of: {documents:list}", documents=list(documents)),
            )
        file = checked_attachment(name, content, document)
        others = [
            one
            for one in sight.dossier.content["attachments"]
            if (one["document"], one["name"]) != (document, file.name)
        ]
        if len(others) >= _MOST_FILES:
            raise InputError(
                coded(
                    "programme.attach.many", "an application can have at most {most} files", most=_MOST_FILES
                ),
                place=code,
                remedy=text("combine several in one"),
            )
        self._desk.workspace.store.dossiers.keep_attachment(
            content, file.media_type, by=actor.account, reason=f"{code}: {document}"
        )
        attachments = [*others, msgspec.to_builtins(file)]
        return self._casework.act(
            actor, _APPLICATION, code, "change", {"attachments": attachments}, version=version
        )

    def detach(self, actor: Actor, code: str, document: str, name: str, *, version: int) -> Seen:
        """Take a file out of an application that the actor may change; its earlier versions keep it.

        Raises NotFoundError where there is none of this document and name, ConflictError while a project for
        investors shows it, and as :meth:`Casework.act` does for a change.
        """
        files = self._changeable(actor, code).dossier.content["attachments"]
        left = [one for one in files if (one["document"], one["name"]) != (document, name)]
        if len(left) == len(files):
            raise _absent(code)
        gone = {one["sha256"] for one in files if one not in left}
        self._demand_unshown(code, name, gone)
        return self._casework.act(
            actor, _APPLICATION, code, "change", {"attachments": left}, version=version,
            reason=f"removed: {name}",
        )  # fmt: skip

    def _demand_unshown(self, code: str, name: str, digests: set[str]) -> None:
        """Raise ConflictError where an offer shows one of the files of an application to investors."""
        application = self._desk.dossier(_APPLICATION, code)
        for offer in self._desk.dossiers("offer", city=application.city if application else ""):
            if any(
                one["sha256"] in digests and one["application"] == code for one in offer.content["documents"]
            ):
                raise ConflictError(
                    coded("programme.attach.shown", "the data room of {offer!r} shows the file {name!r}",
                          offer=offer.content["title"], name=name),
                    place=code,
                    remedy=text("take it out of the data room first"),
                )  # fmt: skip

    def _changeable(self, actor: Actor, code: str) -> Seen:
        """Return an application whose files the actor may change now; ForbiddenError for another."""
        sight = self._seen(actor, code)
        if not any(one.action == "change" for one in sight.actions):
            raise ForbiddenError(
                coded(
                    "programme.attach.forbidden",
                    "you cannot change the files of this application, or not at this stage",
                ),
                place=code,
                remedy=text("ask the city officer to change them, or request changes"),
            )
        return sight

    def documents(self, sight: Seen) -> list[tuple[str, str]]:
        """Return the documents that the reader of an application can attach to it: code and title."""
        if not any(one.action == "change" for one in sight.actions):
            return []
        rules = self._casework.rules_above(sight)
        documents = rules.documents if rules else ()
        return [(one.code, one.title) for one in documents if one.by == CITY and not one.is_structured]

    def attachment(self, actor: Actor, code: str, sha256: str) -> tuple[Attachment, bytes]:
        """Return an attached file of an application as it was handed in; NotFoundError where unseen."""
        content = self._seen(actor, code).dossier.content
        for one in content["attachments"]:
            kept = self._desk.workspace.store.dossiers.attachment(sha256) if one["sha256"] == sha256 else None
            if kept is not None:
                return msgspec.convert(one, Attachment), kept[0]
        raise _absent(code)

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


def _absent(code: str) -> NotFoundError:
    return NotFoundError(
        coded("programme.attach.absent", "this file does not exist, or you do not have permission to see it"),
        place=code,
        remedy=text("open the application to see its files"),
    )
