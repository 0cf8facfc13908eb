"""Kept plans: those that long work or a command has kept, to be compared, and proposed for adoption."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from urbium.access import Actor, clauses
from urbium.errors import UrbiumError
from urbium.pilot.steps import CREATE
from urbium.programme import Programme
from urbium.text import text
from urbium.web.desk.cards import card_of
from urbium.web.desk.marks import marked
from urbium.web.office.jobs import check_seen
from urbium.web.rendering.parameters import FromActor, FromOffice
from urbium.web.server.routes import Form, page, reading, see, writing


def plans_page(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show the kept plans, and what is proposed for adoption."""
    return _plans(office, actor)


def _plans(
    office: Programme,
    actor: Actor,
    problem: UrbiumError | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Any:  # noqa: ANN401
    check_seen(actor)
    adopted = office.adopted("plan")
    waiting = office.casework.listed(actor, "adoption", where={"state": "proposed"})
    return page(
        "office_plans.html",
        text("Kept plans"),
        status=200 if problem is None else problem.status,
        plans=office.plans().sort("kept_at", descending=True).to_dicts(),
        unit="" if adopted is None else adopted.benefit_unit,
        is_adopted=office.workspace.is_adopted("plan"),
        proposals=[card_of(office, sight) for sight in waiting],
        may_propose=bool(clauses(actor, "adoption", CREATE)),
        may_plan=bool(clauses(actor, "job", "plan")),
        problem=marked(problem, {}, rest="note"),
        typed=typed,
    )


def propose(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Propose a kept plan for adoption, which another person decides."""
    check_seen(actor)
    name = data.get("name", "")
    try:
        sight = office.adoptions.propose(
            actor, office.plan_called(name), title=name, note=data.get("note", "").strip(),
            accept_unproven="accept_unproven" in data,
        )  # fmt: skip
    except UrbiumError as error:
        return _plans(office, actor, error, data)
    return see(card_of(office, sight).address)


KEPT_PLANS = (
    reading("/office/plans")(plans_page),
    writing("/office/plans/propose")(propose),
)
"""The pages of kept plans."""
