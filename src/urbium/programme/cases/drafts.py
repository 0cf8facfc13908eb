"""Drafts: what somebody types into the form of a dossier is kept as it is, until the form is sent.

Nothing of it is checked, and no one else sees it. It is of the version that its writer saw: where somebody
else has changed the dossier since, nothing is kept, so that nobody's words are laid over another's unseen.
"""

from collections.abc import Mapping
from typing import Final

from urbium.access import Actor
from urbium.clock import present
from urbium.errors import ForbiddenError, InputError
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import CHANGE
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.checks import stale
from urbium.programme.cases.sight import Seen
from urbium.store.drafts import Draft
from urbium.text import coded, text

_MOST: Final = 500_000
"""Characters of a draft."""


class Drafts:
    """What people have typed into the forms of dossiers and not sent."""

    def __init__(self, workspace: Workspace, casework: Casework) -> None:
        self._store = workspace.store.drafts
        self._casework = casework

    def keep(self, actor: Actor, kind: str, code: str, fields: Mapping[str, str], *, version: int) -> Draft:
        """Keep what was typed of a dossier whose ``version`` was seen, and return it.

        Raises
        ------
        NotFoundError : the dossier is not there for the actor
        ForbiddenError : the actor cannot change it now
        ConflictError : somebody has changed it since
        InputError : it is too much
        """
        dossier = self._changeable(actor, kind, code).dossier
        if version != dossier.version:
            raise stale(dossier, version)
        if sum(map(len, fields.values())) > _MOST:
            raise InputError(
                coded("programme.drafts.long", "this is too long to be saved"),
                place=f"{dossier.kind} {code}",
                remedy=text("attach long texts as files"),
            )
        draft = Draft(actor.account, dossier.kind, code, version, fields, present())
        self._store.keep(draft)
        return draft

    def of(self, actor: Actor, dossier: Dossier) -> Draft | None:
        """Return what an actor has typed of a dossier; None where nothing is kept."""
        return self._store.one(actor.account, dossier.kind, dossier.code)

    def is_current(self, draft: Draft, dossier: Dossier) -> bool:
        """Say whether nobody but its writer has changed the dossier since, and that at most once."""
        is_writers = dossier.recorded_by == draft.account and draft.version == dossier.version - 1
        return draft.version == dossier.version or is_writers

    def drop(self, actor: Actor, kind: str, code: str) -> None:
        """Drop what an actor has typed of a dossier."""
        self._store.drop(actor.account, kind, code)

    def _changeable(self, actor: Actor, kind: str, code: str) -> Seen:
        sight = self._casework.opened(actor, kind, code)
        if not any(one.action == CHANGE for one in sight.actions):
            raise ForbiddenError(
                coded("programme.drafts.closed", "this cannot be changed any more"),
                place=f"{sight.dossier.kind} {code}",
                remedy=text("copy what you typed, and reload the page"),
            )
        return sight
