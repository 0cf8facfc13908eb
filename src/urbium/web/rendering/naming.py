"""Naming: what places and people are called on a page, in the language of its reader.

Another language is marked. Who may read the log of changes reads who did what, and everybody else the role.
"""

from collections.abc import Callable
from typing import Any

from urbium.access import ROLES, Actor, Role, clauses
from urbium.model import Names
from urbium.programme import Programme
from urbium.text import Text, named, text


def naming(office: Programme, reader: Callable[[], Actor]) -> dict[str, Callable[..., Any]]:
    """Return what templates call to name cities, parts of the nation, and who did something, by their codes.

    ``reader`` says who asks for the page.
    """

    def other_names(names: Names) -> list[tuple[str, str]]:
        """Return what a place is called in those languages of the programme that are not spoken."""
        shown = named(names)
        others = [code for code in office.settings().languages if code != shown.tongue() and names.get(code)]
        return [(code, names[code]) for code in others if names[code] != shown.render()]

    def doer(code: str) -> Text | str:
        """Return who did something: the person, or, for who may not know, the role."""
        may_know = bool(clauses(reader(), "audit", "read")) or not office.people.codes()
        if may_know or code == reader().account:
            return office.people.display(code)
        roles = office.people.roles(code) or [Role.OFFICE]  # the command is that of the office
        return text("{roles:list}", roles=[ROLES[role] for role in roles])

    return {
        "doer": doer,
        "city_name": lambda code: office.register.names().get(code, code),
        "region_name": lambda key: office.register.provinces().get(key, key) if key else "",
        "other_names": other_names,
    }
