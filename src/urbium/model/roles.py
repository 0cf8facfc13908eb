"""Roles: what a variable is to the stages, which variable fills a role, and what a stage needs (ADR 0048)."""

from dataclasses import dataclass

from urbium.model.figures import Names


@dataclass(frozen=True, slots=True)
class Role:
    """What a stage asks for.

    Attributes
    ----------
    measures : the kind of quantity its variables measure, such as ``persons`` or ``money``
    level : of what it is: ``city`` or ``nation``
    """

    id: str
    name: Names
    measures: str
    level: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filler:
    """A variable that fills a role.

    Attributes
    ----------
    role : what it fills
    variable : what counts as it
    rank : of several the least is preferred
    """

    role: str
    variable: str
    rank: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class StageNeed:
    """What a stage needs: any of several ``ways``, each a set of roles that are all there.

    ``least`` says of whom: ``cities``, ``growth`` (cities, and two years of one of them, from which growth is
    read), ``nation``, ``ages`` or ``settings``; what is not needed is better to have. ``gives`` says what it
    is for. Of the needs of a stage of which ``is_one_of`` holds, one is enough.
    """

    stage: str
    ways: tuple[tuple[str, ...], ...]
    least: str
    is_needed: bool
    gives: str
    note: str = ""
    is_one_of: bool = False
