"""Lessons: what finished projects showed of a declared effect, proposed to be adopted into the catalogue.

See ADR 0093.
"""

import msgspec

from urbium.model.dossiers import Internal, Open


class ComparedCity(msgspec.Struct, frozen=True, kw_only=True):
    """A city without the project, and its weight (a share) in the mean that the city is compared with."""

    city: str
    weight: float


class ComparedYear(msgspec.Struct, frozen=True, kw_only=True):
    """The figure of a year, as it was observed and as the mean of the compared cities has it."""

    year: int
    observed: float
    synthetic: float


class CityEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What a project did in one city, in the unit and direction of the effect.

    Attributes
    ----------
    city, begin : its code, and the first year of effect
    effect, error, p_value : estimate, standard error, rank among placebos; None where nothing can be said
    reason : why it does not count; empty where it does
    compared, years : the cities it was compared with, the heaviest first, and the figures; in the unit of the
        variable
    """

    city: str
    begin: int
    effect: float | None = None
    error: float | None = None
    p_value: float | None = None
    reason: str = ""
    compared: list[ComparedCity] = []
    years: list[ComparedYear] = []


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """A declared effect, what cities showed of it, and the range that is proposed; computed but for names.

    Attributes
    ----------
    title : of the lesson
    solution, indicator, variable : of which effect, and the figure that was compared
    unit, direction, declared_low, declared_high : as declared when it was proposed
    low, high : the proposed range; None where nothing can be proposed
    mean, between : mean effect of all cities, and the standard deviation between them
    cities : what each city showed
    """

    title: Open[str]
    solution: Open[str] = ""
    indicator: Open[str] = ""
    variable: Open[str] = ""
    unit: Open[str] = ""
    direction: Open[str] = ""
    declared_low: Open[float] = 0.0
    declared_high: Open[float] = 0.0
    low: Open[float | None] = None
    high: Open[float | None] = None
    mean: Open[float | None] = None
    between: Open[float | None] = None
    cities: Open[list[CityEffect]] = []
    note: Internal[str] = ""
