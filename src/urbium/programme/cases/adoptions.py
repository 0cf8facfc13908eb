"""Adoptions: results that one person of the office proposes for adoption, and another one decides.

See ADR 0125.
"""

import secrets
from typing import TYPE_CHECKING

from urbium.access import Actor
from urbium.programme.base.stages import STAGES
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.sight import Seen

if TYPE_CHECKING:
    from urbium.result import Result


class Adoptions:
    """Results that are proposed for adoption, which somebody else decides."""

    def __init__(self, workspace: Workspace, casework: Casework) -> None:
        self._workspace = workspace
        self._casework = casework

    def propose(
        self,
        actor: Actor,
        result: "Result",
        *,
        title: str = "",
        note: str = "",
        accept_unproven: bool = False,
    ) -> Seen:
        """Keep a result and propose it for adoption; return the dossier that somebody else decides.

        Parameters
        ----------
        actor, result : who proposes what
        title : what the dossier is called; the result's own words unless given
        note : why
        accept_unproven : whether a plan without a useful bound may be proposed

        Raises ForbiddenError for somebody who may not, InputError for what cannot be adopted.
        """
        with self._workspace.store.together():
            number = self._workspace.propose(result, by=actor.account, accept_unproven=accept_unproven)
            about = {
                "title": title or str(STAGES[result.stage].title),
                "stage": result.stage,
                "number": number,
                "note": note,
            }
            code = f"{result.stage}-{secrets.token_hex(4)}"
            return self._casework.begin(actor, "adoption", code, about, reason=note)
