"""Roles: what a variable is to the stages, whatever it is called.

A stage asks for roles; which variables fill them is declared in ``rules/roles.csv``, also of a catalogue of
one's own, whose rows come among the others by their rank.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from urbium.errors import NotFoundError
from urbium.model import Filler, Role, StageNeed
from urbium.packaged import packaged_rows
from urbium.text import Text, coded, named
from urbium.text.naming import by_language


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles by id, and the variables that fill each, the preferred first.

    >>> PACKAGED.variables("urban_share")
    ('urban_population_share',)
    """

    kinds: Mapping[str, Role]
    fillers: tuple[Filler, ...]

    def variables(self, *roles: str) -> tuple[str, ...]:
        """Return the variables that fill one of the roles, by rank; NotFoundError for a role that is none."""
        for role in roles:
            if role not in self.kinds:
                raise NotFoundError.named(coded("observations.kind.role", "role"), role, self.kinds)
        ranked = sorted((filler for filler in self.fillers if filler.role in roles), key=lambda row: row.rank)
        return tuple(dict.fromkeys(filler.variable for filler in ranked))

    def first(self, role: str) -> str:
        """Return the preferred variable of a role; empty where none fills it."""
        return next(iter(self.variables(role)), "")

    def name(self, role: str) -> str:
        """Return what a role is called, in the language that is spoken."""
        names = self.kinds[role].name
        return named(names, role).render()


def missing_remedy(roles: Roles, wanted: Iterable[str]) -> Text:
    """Say which figures to load for roles that are asked for together, or how to fill one by oneself."""
    roles_wanted = list(wanted)
    unfilled = [role for role in roles_wanted if not roles.variables(role)]
    if unfilled:
        return coded(
            "observations.role.declare",
            "no urbium variable fills the role {roles:list}; run urbium catalogue start FOLDER --role "
            "{first}, which creates one and explains how to continue",
            roles=unfilled,
            first=unfilled[0],
        )
    return coded(
        "observations.role.load",
        "load figures for {variables:list} (or for your own variables, created with urbium catalogue "
        "start FOLDER --role {first})",
        variables=[_any_of(roles.variables(role)) for role in roles_wanted],
        first=roles_wanted[0],
    )


def _any_of(names: Sequence[str]) -> Text | str:
    said: Text | str = names[0]
    for name in names[1:]:
        said = coded("observations.role.or", "{first} or {second}", first=said, second=name)
    return said


@cache
def packaged_roles() -> Roles:
    """Return the roles of the package, without the rest of the catalogue."""
    kinds = {
        row["id"]: Role(
            row["id"], MappingProxyType(by_language(row)), row["measures"], row["level"], row["note"]
        )
        for row in packaged_rows("rules/role_kinds")
    }
    fillers = tuple(
        Filler(row["role"], row["variable"], int(row["rank"]), row["note"])
        for row in packaged_rows("rules/roles")
    )
    return Roles(MappingProxyType(kinds), fillers)


@cache
def stage_needs() -> tuple[StageNeed, ...]:
    """Return what each stage asks for: any of several ways, each a set of roles."""
    return tuple(
        StageNeed(
            row["stage"],
            tuple(tuple(way.split("+")) for way in row["roles"].split("|")),
            row["least"],
            row["is_needed"] in ("true", "one"),
            row["gives"],
            row["note"],
            row["is_needed"] == "one",
        )
        for row in packaged_rows("rules/stage_needs")
    )


PACKAGED = packaged_roles()
"""The roles of the package."""
