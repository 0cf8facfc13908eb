"""Rules of adoptions: what is proposed is kept when it is, and adopted as it was then by somebody else.

Who adopts is not who proposed (``data/rules/steps.csv``).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.pilot.adoptions import Adoption
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text


def _is_kept(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that the result was kept when it was proposed."""
    adoption = dossier.content_as(Adoption)
    if desk.workspace.proposed(adoption.stage, adoption.number) is not None:
        return ()
    return [
        Fault(
            "error",
            coded("programme.adoption.absent", "there is no kept result to adopt"),
            text("propose the result of a background job, or a kept plan"),
            rule="adoption",
            cell="number",
        )
    ]


def _described(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    adoption = dossier.content_as(Adoption)
    about = desk.workspace.proposed(adoption.stage, adoption.number) or ""
    return [dossier.noting(about=about)]


def _adopt(desk: Desk, dossier: Dossier) -> None:
    adoption = dossier.content_as(Adoption)
    reason = f"adoption {dossier.code}: {adoption.answer or adoption.note or adoption.title}"
    desk.workspace.adopt_proposed(adoption.stage, adoption.number, by=dossier.recorded_by, reason=reason)


ADOPTIONS: Final[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]] = (
    {"create": _is_kept},
    {"create": _described},
    {"adopt": _adopt},
)
"""What is checked, what is computed, and what else changes, by action."""
