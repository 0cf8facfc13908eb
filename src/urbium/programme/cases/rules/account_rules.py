"""Rules of accounts: roles that exist, where they hold, addresses, and what needs a second person (ADR 0095).

Who is of the office, an auditor or a signatory decides in the name of others. Nobody makes such an account,
changes its roles or address, or opens it again alone, nor changes the roles or address of one's own, nor
closes the last account of the office beside one's own: a *change of an account* is proposed, and a second
person of the office approves it. Whoever runs the machine that holds the store can do it by command, as
``urbium``, which the log says.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from urbium.access import SCOPES, Role
from urbium.errors import Fault, ForbiddenError
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import CREATE
from urbium.programme.base.mail import is_email
from urbium.programme.cases.codes import checked_code
from urbium.programme.cases.desk import Desk
from urbium.text import coded, text

OPERATOR: Final = "urbium"
"""Who acts by command on the machine that holds the store; nobody has an account of this name."""
_GUARDED: Final = frozenset({Role.OFFICE, Role.AUDITOR, Role.SIGNATORY})
_ACCOUNT: Final = "account"


def check_grants(desk: Desk, account: Dossier) -> list[Fault]:
    """Return what is wrong with the roles of an account: one that does not exist, or holds elsewhere."""
    del desk
    roles = [role.value for role in Role if role is not Role.PUBLIC]
    faults = []
    for number, grant in enumerate(account.content["grants"], start=1):
        role, scope, code = grant["role"], grant["scope"], grant["code"]
        needed = SCOPES.get(role, "all")
        if role not in roles:
            faults.append(
                Fault(
                    "error",
                    coded("programme.people.role", "there is no role {role!r}", role=role),
                    text("choose one of: {roles}", roles=", ".join(roles)),
                    cell=f"grants.{number}.role",
                )
            )
        elif scope != needed or bool(code) != (needed != "all"):
            faults.append(
                Fault(
                    "error",
                    coded(
                        "programme.people.scope",
                        "the role {role} applies to one {scope}, which the grant must name",
                        role=role,
                        scope=needed,
                    )
                    if needed != "all"
                    else coded("programme.people.scope.all", "the role {role} applies everywhere", role=role),
                    text("use a form such as officer:city:340100, office or expert"),
                    cell=f"grants.{number}.code",
                )
            )
    return faults


def check_address(account: Dossier) -> list[Fault]:
    """Return what is wrong with the address that letters go to; none is right, too."""
    written = account.content["email"]
    if not written or is_email(written):
        return []
    return [
        Fault(
            "error",
            coded("programme.people.email", "{given!r} is not an e-mail address", given=written[:80]),
            text("write a single address, such as ann@example.org, or leave it empty"),
            cell="email",
        )
    ]


def is_guarded(content: Mapping[str, Any]) -> bool:
    """Say whether who has an account decides in the name of others.

    >>> is_guarded({"grants": [{"role": "auditor"}]}), is_guarded({"grants": [{"role": "expert"}]})
    (True, False)
    """
    return any(grant["role"] in _GUARDED for grant in content["grants"])


def needs_second_person(by: str, account: str, before: Dossier | None, content: Mapping[str, Any]) -> bool:
    """Say whether one person alone may not bring an account to where it is to be.

    Parameters
    ----------
    by : who does it
    account, before : the account, and as it is now; None where there is none
    content : as it is to be
    """
    if by == OPERATOR:
        return False
    has_guard = is_guarded(content) or (before is not None and is_guarded(before.content))
    is_new = before is None or before.state == "closed"
    differs = before is None or any(before.content[name] != content[name] for name in ("email", "grants"))
    return (has_guard or by == account) and (is_new or differs)


def closes_last_other(by: str, account: Dossier, active: Iterable[Dossier]) -> bool:
    """Say whether closing an account leaves who closes it alone in the office, without a second person.

    Parameters
    ----------
    by, account : who closes which account, as it is now
    active : the accounts in use
    """
    if by in (OPERATOR, account.code) or not is_of(Role.OFFICE, account):
        return False
    return not any(is_of(Role.OFFICE, one) and one.code not in (by, account.code) for one in active)


def is_of(role: Role, account: Dossier) -> bool:
    """Say whether an account has a role, wherever it holds."""
    return any(grant["role"] == role for grant in account.content["grants"])


def _check_close(desk: Desk, account: Dossier) -> list[Fault]:
    active = desk.dossiers(_ACCOUNT, state="active")
    if closes_last_other(account.recorded_by, account, active):
        raise _second_needed(account)
    is_last = is_of(Role.OFFICE, account) and not any(
        is_of(Role.OFFICE, other) and other.code != account.code for other in active
    )
    if is_last and account.recorded_by != OPERATOR:
        return [
            Fault(
                "error",
                coded("programme.people.last", "this is the last account of the programme office"),
                text("invite someone else to join the office first"),
                rule="account",
            )
        ]
    return []


def _check(desk: Desk, account: Dossier) -> list[Fault]:
    before = desk.dossier(_ACCOUNT, account.code)
    if needs_second_person(account.recorded_by, account.code, before, account.content):
        raise _second_needed(account)
    return _faults(desk, account)


def _second_needed(account: Dossier) -> ForbiddenError:
    return ForbiddenError(
        coded("programme.people.second", "this requires a second person in the office"),
        place=f"{_ACCOUNT} {account.code}",
        remedy=text(
            "propose it as an account change for another person in the office to approve; if there "
            "is no other person, the operator of this machine makes the change with urbium account"
        ),
    )


def _faults(desk: Desk, account: Dossier) -> list[Fault]:
    faults = [*check_grants(desk, account), *check_address(account)]
    if account.code == OPERATOR:
        faults.append(
            Fault(
                "error",
                coded("programme.people.reserved", "the name {name} is reserved for this programme itself",
                     name=OPERATOR),
                text("choose another name"),
                cell="code",
            )
        )  # fmt: skip
    return faults


CHECKS: Final = MappingProxyType({CREATE: _check, "change": _check, "close": _check_close, "reopen": _check})
"""What is checked of an account, by step."""


# --- changes that a second person approves ----------------------------------------------------------------


def _changed(desk: Desk, change: Dossier) -> Dossier:
    """Return the account as a change leaves it; raise InputError for a code that cannot be one."""
    content = {**change.content}
    code, step = content.pop("account"), content.pop("step")
    content["display"] = content["display"] or code
    before = desk.dossier(_ACCOUNT, code)
    if before is None:
        return Dossier(
            kind=_ACCOUNT, code=checked_code(code, "account"), state="invited", content=content,
            recorded_by=change.recorded_by,
        )  # fmt: skip
    if step == "reopen":
        content, state = before.content, "active"
    elif step == "close":
        content, state = before.content, "closed"
    else:
        state = before.state
    return msgspec.structs.replace(
        before,
        content={**before.content, **content},
        state=state,
        action=step,
        recorded_by=change.recorded_by,
    )


def _check_change(desk: Desk, change: Dossier) -> Sequence[Fault]:
    """Check what is proposed, when it is proposed and again when it is approved."""
    code, step = change.content["account"], change.content["step"]
    before = desk.dossier(_ACCOUNT, code)
    states = {
        CREATE: (None,),
        "change": ("invited", "active"),
        "close": ("invited", "active"),
        "reopen": ("closed",),
    }.get(step, ())
    if (None if before is None else before.state) not in states:
        return [
            Fault(
                "error",
                coded("programme.people.change",
                     "{step!r} is currently not possible for the account {account!r}",
                     step=step, account=code),
                text("check the list of accounts"),
                cell="account" if states else "step",
            )
        ]  # fmt: skip
    return _faults(desk, _changed(desk, change))


CHANGES: Final = (
    MappingProxyType({CREATE: _check_change, "approve": _check_change}),
    MappingProxyType({"approve": lambda desk, change: [_changed(desk, change)]}),
)
"""Of changes of accounts: what is checked, and what else is stored, by step."""
