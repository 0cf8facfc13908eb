"""Rules that name roles: each holds for every variable that fills the role, a nation's own among them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from urbium.model import ValueRule
from urbium.observations.roles import Roles

_SIGN: Final = "role:"
_TOGETHER: Final = ("ratio", "order", "sum", "row", "level")
"""Kinds whose variables are set beside each other: each stands in its own place."""


def rules_of_roles(rules: Iterable[ValueRule], roles: Roles) -> tuple[ValueRule, ...]:
    """Return the rules with ``role:NAME`` replaced by the variables that fill the role.

    A rule on variables one by one lists them all; one that sets variables beside each other holds for each
    combination, under the same id. A role that nothing fills leaves its rule out; one that is not declared
    stays as it is written, so that it is refused like a variable that is not there.
    """
    return tuple(rule for declared in rules for rule in _of_roles(declared, roles))


def _of_roles(rule: ValueRule, roles: Roles) -> Iterator[ValueRule]:
    places = [_fillers(name, roles) for name in rule.variables]
    if all(place == (name,) for place, name in zip(places, rule.variables, strict=True)):
        yield rule
    elif rule.kind in _TOGETHER:
        for names in product(*places):
            yield replace(rule, variables=names)
    elif names := tuple(dict.fromkeys(name for place in places for name in place)):
        yield replace(rule, variables=names)


def _fillers(name: str, roles: Roles) -> tuple[str, ...]:
    role = name.removeprefix(_SIGN)
    return roles.variables(role) if name.startswith(_SIGN) and role in roles.kinds else (name,)
