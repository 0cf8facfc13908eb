"""Rules of agreements: what is checked when parties propose, sign and report, and who has signed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from urbium.access import Role
from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.agreement_checks import agreement_faults, proposal_faults, report_faults
from urbium.pilot.contracts.agreements import Agreement, Signature, party_of, unsigned
from urbium.programme.base.stages import STAGES
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text


def _exists(desk: Desk, kind: str, code: str) -> bool:
    """Say whether the programme has something that a commitment can be tied to."""
    look: Mapping[str, Callable[[], bool]] = {
        "city": lambda: code in set(desk.register.places()["code"]),
        "fund": lambda: code in desk.workspace.catalogue.funds,
        "result": lambda: code in STAGES and desk.workspace.is_adopted(code),
        "person": lambda: desk.dossier("account", code) is not None,
        "pilot": lambda: any(desk.dossier(one, code) for one in ("taskbook", "application")),
        "project": lambda: desk.dossier("project", code) is not None or _is_planned(desk, code),
    }
    return kind in look and look[kind]()


def _is_planned(desk: Desk, project: str) -> bool:
    plan = desk.workspace.adopted("plan")
    return plan is not None and project in set(plan.roadmap.projects["project"])


def _written(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    return list(agreement_faults(dossier.content_as(Agreement), lambda kind, code: _exists(desk, kind, code)))


def _proposed(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    return [*_written(desk, dossier), *proposal_faults(dossier.content_as(Agreement))]


def _cleared(_desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Drop the signatures under a text that was changed since."""
    return [dossier.holding(msgspec.structs.replace(dossier.content_as(Agreement), signatures=[]))]


def _party(desk: Desk, dossier: Dossier) -> str:
    """Return the party that the account which acts belongs to; empty when to none."""
    account = desk.dossier("account", dossier.recorded_by)
    if account is None:
        return ""
    return party_of(dossier.content_as(Agreement), str(account.content.get("body", "")))


def _signable(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that who signs is of a party, and that this party has not signed yet."""
    agreement, party = dossier.content_as(Agreement), _party(desk, dossier)
    if not agreement.parties or party in {one.code for one in unsigned(agreement)}:
        return ()
    if not party:
        return [
            Fault(
                "error",
                coded(
                    "programme.agreement.no_party",
                    "your account does not belong to any party to the agreement",
                ),
                text('ask the programme office to enter the party\'s name under "Works for" in your account'),
                rule="agreement",
                cell="parties",
            )
        ]
    return [
        Fault(
            "error",
            coded("programme.agreement.signed", "your party has already signed"),
            text("wait for the other parties"),
            rule="agreement",
            cell="signatures",
        )
    ]


def _signed(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Note the signature of a party; the agreement is in force when all have signed."""
    agreement, today = dossier.content_as(Agreement), desk.today().isoformat()
    party = _party(desk, dossier)
    on = agreement.signed_on or today
    signatures = [*agreement.signatures, *([Signature(party, on)] if party else [])]
    agreement = msgspec.structs.replace(agreement, signatures=signatures)
    if unsigned(agreement):
        return [dossier.holding(agreement, state="proposed")]
    return [dossier.holding(msgspec.structs.replace(agreement, signed_on=on))]


def _reported(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check that a report on commitments changes only what is the reporter's to say."""
    before = desk.dossier("agreement", dossier.code)
    account = desk.dossier("account", dossier.recorded_by)
    grants = [] if account is None else account.content.get("grants", [])
    is_office = any(grant["role"] == Role.OFFICE.value for grant in grants)
    party = None if is_office else _party(desk, dossier)
    if before is None:
        return []
    return list(report_faults(before.content_as(Agreement), dossier.content_as(Agreement), party=party))


CHECKS: Final[Mapping[str, Any]] = {
    "create": _written,
    "change": _written,
    "propose": _proposed,
    "sign": _signable,
    "report": _reported,
}
"""What is checked of an agreement, by action."""
MADE: Final[Mapping[str, Any]] = {"propose": _cleared, "sign": _signed}
"""What steps of an agreement compute, by action."""
