"""Desk: what the checks of steps may ask: the stages of the programme, and dossiers whoever may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from urbium.access import Clause
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.programme.outlook import ProgrammeOutlook
from urbium.programme.plans import ProgrammePlans
from urbium.programme.register import Register
from urbium.programme.scores import ProgrammeScores
from urbium.programme.settings import Settings
from urbium.programme.workspace import Workspace

__all__ = ["Desk"]

_EVERYTHING = (Clause(frozenset(), "all", "", frozenset()),)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk of whoever checks a step.

    Parameters
    ----------
    workspace, settings, register, scores, outlook, plans : the nouns of the programme
    """

    workspace: Workspace
    settings: Settings
    register: Register
    scores: ProgrammeScores
    outlook: ProgrammeOutlook
    plans: ProgrammePlans

    def dossier(self, kind: str, code: str) -> Dossier | None:
        """Return a dossier; None when there is none."""
        return self.workspace.store.dossiers.one(kind, code)

    def dossiers(self, kind: str, **where: str | Sequence[str]) -> list[Dossier]:
        """Return the dossiers of a kind whose city, state, round, parent or owner are as asked for."""
        return self.workspace.store.dossiers.listed(kind, _EVERYTHING, where=where)

    def city(self, code: str) -> City:
        """Return a city; raise NotFoundError when there is none."""
        return self.register.city(code)

    def is_city(self, code: str) -> bool:
        """Say whether a city has this code."""
        return code in set(self.workspace.store.cities()["code"])
