"""Desk: what the checks of steps may ask: the stages of the programme, and dossiers whoever may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from urbium.access import Clause
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.programme.results.outlook import ProgrammeOutlook
from urbium.programme.results.plan_reasons import PlanReasons
from urbium.programme.results.plans import ProgrammePlans
from urbium.programme.results.scores import ProgrammeScores
from urbium.text import Text, text

_EVERYTHING = (Clause(frozenset(), "all", "", frozenset()),)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk of whoever checks a step.

    Parameters
    ----------
    workspace, settings, register, scores, outlook, plans, plan_reasons : the nouns of the programme
    """

    workspace: Workspace
    settings: Settings
    register: Register
    scores: ProgrammeScores
    outlook: ProgrammeOutlook
    plans: ProgrammePlans
    plan_reasons: PlanReasons

    def dossier(self, kind: str, code: str) -> Dossier | None:
        """Return a dossier; None when there is none."""
        return self.workspace.store.dossiers.one(kind, code)

    def dossiers(self, kind: str, **where: str | Sequence[str]) -> list[Dossier]:
        """Return the dossiers of a kind whose city, state, round, parent or owner are as asked for."""
        return self.workspace.store.dossiers.listed(kind, _EVERYTHING, where=where)

    def examples(self) -> set[str]:
        """Return the codes of the rounds that are examples: nothing that belongs to one of them counts."""
        return {one.code for one in self.dossiers("round") if one.content.get("is_example")}

    def city(self, code: str) -> City:
        """Return a city; raise NotFoundError when there is none."""
        return self.register.city(code)

    def today(self) -> date:
        """Return the present day in the programme's time zone."""
        return self.settings.today()

    def is_city(self, code: str) -> bool:
        """Say whether a city has this code."""
        return code in set(self.workspace.store.cities()["code"])


def called_example(title: str) -> Text:
    """Return the title of something that is made up, so that every reader sees that it is.

    >>> called_example("Monthly mean of NO2")
    'Monthly mean of NO2 (example)'
    """
    return text("{title} (example)", title=title)
