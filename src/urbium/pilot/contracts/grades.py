"""Grades: acceptance of a pilot against its task book, and its stars."""

import msgspec

from urbium.model.dossiers import Internal, Open, Parties


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What a grade is made of.

    Attributes
    ----------
    code, title : of the row of the rule
    kind : ``target`` (points by degree), ``condition`` (all points or none) or ``minimum`` (no points;
        without it there is no star)
    weight : points at most
    met : how far it was met, 0 to 1
    points : weight x met
    because : why
    """

    code: str
    title: str
    weight: float
    met: float
    kind: str = "target"
    points: float = 0.0
    because: str = ""


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of a pilot, computed by the rule of its round; the parts add up to the points.

    Attributes
    ----------
    title : of the pilot
    stars : the level reached, 0 for none
    level : what it is called
    points : 0 to 100
    parts : what it is made of
    rule : the set of rules
    basis : the version of the task book and the years of the reports that were read
    appeal : what the pilot says against it
    """

    title: Open[str]
    stars: Open[int] = 0
    level: Open[str] = ""
    points: Open[float] = 0.0
    parts: Parties[list[Part]] = []
    rule: Open[str] = ""
    basis: Parties[str] = ""
    appeal: Parties[str] = ""
    note: Internal[str] = ""
