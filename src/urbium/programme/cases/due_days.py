"""Due days: by when something that waits is to be done."""

from datetime import date

from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.contracts.reports import due_day
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.contract_cases import evaluation_day

_WITH_CITY = frozenset({"draft", "returned", "complete"})
"""States in which an application is with its city."""
_WITH_EXPERT = frozenset({"assigned", "accepted"})
"""States in which a review is with its expert."""


def due_by(desk: Desk, of: Dossier) -> date | None:
    """Return the day by which what waits of a dossier is to be done; None where no day is set.

    An application is due when its call closes, a report on the day of the yearly self-evaluation, a letter
    on the day by which it asks for an answer, a review on the day by which its round is to be decided.
    """
    if of.kind == "city_letter":
        return date_of(str(of.content.get("answer_by", "")))
    if of.kind == "report":
        return due_day(int(of.content["year"]), evaluation_day(desk, of))
    is_of_city = of.kind == "application" and of.state in _WITH_CITY
    is_of_expert = of.kind == "review" and of.state in _WITH_EXPERT
    call = desk.dossier("round", of.round) if is_of_city or is_of_expert else None
    return date_of(str(call.content.get("closes" if is_of_city else "decision_by", ""))) if call else None
