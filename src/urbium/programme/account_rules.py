"""Rules of accounts: a role that exists, the place where it holds, an address that e-mail allows."""

from types import MappingProxyType
from typing import Final

from urbium.access import SCOPES, Role
from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.programme.desk import Desk
from urbium.programme.mail import is_email
from urbium.text import text

__all__ = ["CHECKS", "check_address", "check_grants"]


def check_grants(desk: Desk, account: Dossier) -> list[Fault]:
    """Return what is wrong with the roles of an account: one that does not exist, or holds elsewhere."""
    del desk
    roles = [role.value for role in Role if role is not Role.PUBLIC]
    faults = []
    for grant in account.content["grants"]:
        role, scope, code = grant["role"], grant["scope"], grant["code"]
        needed = SCOPES.get(role, "all")
        if role not in roles:
            faults.append(
                Fault(
                    "error",
                    text("programme.people.role", "there is no role {role!r}", role=role),
                    text("programme.people.role.remedy", "choose one of: {roles}", roles=", ".join(roles)),
                )
            )
        elif scope != needed or bool(code) != (needed != "all"):
            faults.append(
                Fault(
                    "error",
                    text(
                        "programme.people.scope",
                        "the role {role} holds for one {scope}, which the grant must name",
                        role=role,
                        scope=needed,
                    )
                    if needed != "all"
                    else text("programme.people.scope.all", "the role {role} holds everywhere", role=role),
                    text(
                        "programme.people.scope.remedy", "write it as officer:city:340100, office or expert"
                    ),
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
            text("programme.people.email", "{given!r} is no address of e-mail", given=written[:80]),
            text("programme.people.email.remedy", "write one, such as ann@example.org, or leave it empty"),
        )
    ]


def _check(desk: Desk, account: Dossier) -> list[Fault]:
    return [*check_grants(desk, account), *check_address(account)]


CHECKS: Final = MappingProxyType({"create": _check, "change": _check})
"""What is checked of an account, by step."""
