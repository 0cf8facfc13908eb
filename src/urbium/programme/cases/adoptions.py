"""Adoptions: results that one person of the office proposes for adoption, and another one decides.

See ADR 0125.
"""

import secrets
from typing import TYPE_CHECKING

from urbium.access import Actor
from urbium.errors import InputError
from urbium.pilot.adoptions import Adoption
from urbium.programme.base.stages import STAGES
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.sight import Seen
from urbium.text import text

if TYPE_CHECKING:
    from urbium.plan import Comparison
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

    def against_adopted(self, sight: Seen) -> "Comparison | None":
        """Set a plan that waits to be adopted beside the adopted one; None for anything else.

        There is none either where no plan is adopted, or where the two have different currencies.
        """
        of = sight.dossier
        if (of.kind, of.state) != ("adoption", "proposed") or of.content["stage"] != "plan":
            return None
        from urbium.plan import Plan, compare  # noqa: PLC0415 - loads the planner

        adoption, adopted = of.content_as(Adoption), self._workspace.adopted("plan")
        content = self._workspace.proposed_content(adoption.stage, adoption.number)
        if adopted is None or content is None:
            return None
        try:
            return self._workspace.once(
                f"comparison with the proposed plan {adoption.number}",
                lambda: compare(
                    adopted,
                    Plan.unpack(content),
                    names=(text("the adopted plan"), text("the proposed plan")),
                ),
                is_pinned=True,
            )
        except InputError:
            return None
