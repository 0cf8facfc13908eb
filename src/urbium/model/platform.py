"""Platform: what a programme asks of its cities' platforms: base databases, and what resources must say."""

from dataclasses import dataclass
from enum import StrEnum

from urbium.model.figures import Names
from urbium.text import ENGLISH, declared, say, spoken


class Obligation(StrEnum):
    """How strictly a profile asks for a field."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class BaseDatabase:
    """A base database of a set.

    Attributes
    ----------
    set : the set it belongs to; the setting ``base_data`` names one
    code : a short name, by which reports and task books call it
    identifier : what tells its records apart
    expected : variables that count what it is to hold, the preferred first
    days : after which it is not up to date any more
    source : who asks for it, and what of it is an assumption
    """

    set: str
    code: str
    name: Names
    identifier: str
    expected: tuple[str, ...]
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class CityService:
    """A kind of problem that citizens can report to a city.

    Attributes
    ----------
    code, name : its code in Open311, and what it is called
    words : by which a search finds it
    days : in which the city means to have solved it
    solution : only cities in which this solution is at work can take it; empty where any city can
    source : who says so, and what of it is an assumption
    """

    code: str
    name: Names
    words: tuple[str, ...]
    days: int
    solution: str
    source: str

    @property
    def title(self) -> str:
        """Its name in the language that is spoken, else in English, else in any."""
        if spoken() in self.name or ENGLISH not in self.name:
            return self.name.get(spoken()) or next(iter(self.name.values()), self.code)
        return str(say(declared(self.name[ENGLISH])))


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A field that a profile asks of resources.

    Attributes
    ----------
    profile : ``dcat-ap-3``, which always holds, or one that the setting ``profiles`` adds
    nature : ``dataset`` (feeds of sensors too) or ``service``
    field : as tables of resources call it; ``temporal`` is either end of the period
    obligation : without a mandatory field nothing is listed; a recommended one counts for completeness
    source : who asks for it, or why it is assumed
    """

    profile: str
    nature: str
    field: str
    obligation: Obligation
    source: str
