"""Grades: acceptance of a pilot against its task book, and its stars."""

import msgspec

from urbium.model.dossiers import Internal, Open, Parties

__all__ = ["Grade", "Part"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A target or condition, its weight in per cent, and how far it was met (0 to 1)."""

    code: str
    title: str
    weight: float
    met: float
    because: str = ""


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of a pilot: one to three stars, or none, by the rule of its round."""

    title: Open[str]
    stars: Open[int] = 0
    points: Open[float] = 0.0
    parts: Parties[list[Part]] = []
    rule: Open[str] = ""
    appeal: Parties[str] = ""
    note: Internal[str] = ""
