"""Rules of accounts: a role that exists, and the place where it holds, whoever writes it down."""

from types import MappingProxyType
from typing import Final

from urbium.access import SCOPES, Role
from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.programme.desk import Desk
from urbium.text import text

__all__ = ["CHECKS", "check_grants"]


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


CHECKS: Final = MappingProxyType({"create": check_grants, "change": check_grants})
"""What is checked of an account, by step."""
