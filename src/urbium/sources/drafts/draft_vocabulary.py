"""The words with which a draft compares those of a table: registered places, names of variables, units."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.model import NATION, Variable
from urbium.sources.headings.headings import folded
from urbium.sources.headings.unit_words import UnitWords
from urbium.sources.places import Places
from urbium.units import units

_ALIKE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of a table are compared with: places, names of variables, units.

    ``variables`` has the names in any language and the ids, folded, to ids: first those of the programme's
    own, then all others.
    """

    places: Places
    nations: frozenset[str]
    has_no_city: bool
    variables: tuple[Mapping[str, str], ...]
    declared: Mapping[str, Variable]
    units: UnitWords

    def nearest(self, word: str, unit: str = "", *, of_nations: bool = False) -> str:
        """Return the variable that a word means, and that has such a unit; or nothing."""
        plain = folded(self.units.bare(word))
        for names in self.variables:
            close = difflib.get_close_matches(plain, names, 3, _ALIKE)
            for form in dict.fromkeys((folded(word), plain, *close)):
                variable = self.declared.get(names.get(form, ""))
                if variable is not None and _fits(variable, unit, of_nations=of_nations):
                    return variable.id
        return ""

    def fits(self, variable: str, unit: str) -> bool:
        """Whether a variable, where it is known at all, can be given in a unit."""
        return not variable or _fits(self.declared[variable], unit, of_nations=True)


def _fits(variable: Variable, unit: str, *, of_nations: bool) -> bool:
    """Whether a variable can be what a column of cities, with such a unit, holds."""
    measured = units()
    is_of_nations = variable.area == "national" or variable.level in (NATION, "national")
    if is_of_nations and not of_nations:
        return False
    return (
        not unit
        or variable.unit == unit
        or (variable.unit in measured and measured[variable.unit].dimension == measured[unit].dimension)
    )


def vocabulary_of(
    variables: Mapping[str, Variable], cities: pl.DataFrame, *, own: Collection[str], nation: str
) -> Vocabulary:
    """Return the words of a programme; ``own`` are the ids of its own variables."""
    words = UnitWords(nation)
    is_nation = cities["level"] == NATION if "level" in cities.columns else pl.Series([False] * cities.height)
    return Vocabulary(
        Places(cities),
        frozenset(cities.filter(is_nation)["code"]),
        bool(is_nation.all()),
        tuple(
            _names((v for v in variables.values() if (v.id in own) is is_own), words)
            for is_own in (True, False)
        ),
        variables,
        words,
    )


def _names(variables: Iterable[Variable], words: UnitWords) -> dict[str, str]:
    """Return the names of variables in any language and their ids, folded, to ids."""
    return {
        folded(form): v.id
        for v in variables
        for name in (*v.name.values(), v.id)
        for form in (name.partition("_")[0] if not name.isascii() else "", words.bare(name), name)
        if form
    }
