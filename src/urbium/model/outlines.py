"""Outlines: which sections a top-level design has, and what each is made of."""

from dataclasses import dataclass
from enum import StrEnum


class SectionPart(StrEnum):
    """What a section can be made of."""

    CONTEXT = "context"
    STATE = "state"
    OUTLOOK = "outlook"
    GAPS = "gaps"
    GOALS = "goals"
    TASKS = "tasks"
    SOLUTIONS = "solutions"
    STANDARDS = "standards"
    PROJECTS = "projects"
    MONEY = "money"
    PEOPLE = "people"
    RISKS = "risks"
    CITY = "city"  # a gap that the city fills


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline of top-level designs.

    Attributes
    ----------
    id : by which a command asks for it
    nation : whose designs follow it unless another is named (ISO 3166, three letters); blank for those of
        every other nation
    name : what it is called
    source : the standard or guide that it follows
    note : what a reader must know of that, such as what could not be confirmed
    """

    id: str
    nation: str
    name: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section of an outline, in the order of the table.

    Attributes
    ----------
    outline : the outline that it belongs to
    number, title : as they are printed
    part : what it is made of; blank for a heading alone
    domains : of which fields of solutions it speaks; blank for all
    """

    outline: str
    number: str
    title: str
    part: SectionPart | None
    domains: tuple[str, ...]
