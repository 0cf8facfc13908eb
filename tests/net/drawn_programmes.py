"""Programmes by seed: a whole programme of some nation, drawn facet by facet, and made small where it fails.

Why seeds and no strategies of hypothesis: a programme costs two seconds, so the hundreds of tries by which
hypothesis makes an example small would take minutes. Here a programme is a record of facets, each of which
has a plain value; :func:`reduced` gives one facet after the other its plain value and keeps what still
fails: some thirty tries, and what is left reads as a sentence.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any

from babel.core import get_global

NAMES = {
    "plain": ("Aston", "Bourne", "Colby", "Derby", "Eston"),
    "accents": ("São João d'El-Rei", "Łódź", "Đà Nẵng", "Ñuñoa", "Şanlıurfa"),
    "latin": ("Évora", "Köln", "Århus", "Besançon", "Córdoba"),
    "decomposed": tuple(
        unicodedata.normalize("NFD", name) for name in ("Évora", "Huế", "Gdańsk", "Ōtsu", "Malmö")
    ),
    "right to left": ("القاهرة", "ירושלים", "تهران", "مراکش", "חיפה"),
    "ideographs": ("合肥市", "京都市", "서울특별시", "呼和浩特", "台北"),
    "long": tuple(
        f"{name} {'of the Many Rivers and Hills ' * 6}".strip() for name in ("A", "B", "C", "D", "E")
    ),
    "quotes": ('Saint "John"', "L'Aquila; Nord", "A & B <C>", "Comma, City", "Per 100% {name}"),
    "formulas": ("=Aston", "+Bourne", "-Colby", "@Derby", "#Eston"),
    "numerals": ("1", "2.5", "2020", "1e3", "007"),
}
CODES = {
    "letters": ("AAA", "BBB", "CCC", "DDD", "EEE"),
    "numbers": ("340100", "340200", "340300", "340400", "340500"),
    "leading zeros": ("00101", "00102", "00103", "00104", "00105"),
    "odd": ("A-1", "B.2", "C_3", "D-4", "E.5"),
}
NATIONS = tuple(
    sorted(
        code
        for code, short in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(short) == 1
    )
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859-2", "gb18030", "cp1256", "mac-roman")


@dataclass(frozen=True)
class Drawn:
    """A programme that is to be made; what is not said is as plain as it can be."""

    # who
    nation: str = "EST"
    currency: str = ""
    languages: str = ""
    zone: str = ""
    fiscal_year: int = 1
    price_year: str = ""
    set: str = ""
    # where
    cities: int = 2
    codes: str = "letters"
    names: str = "plain"
    level: str = "city"
    has_regions: bool = True
    has_coordinates: bool = True
    has_two_levels: bool = False
    register_file: str = "csv"
    register_encoding: str = "utf-8"
    register_separator: str = ","
    register_titles: int = 0
    # figures
    years: int = 5
    area: str = "city"
    figures_file: str = "csv"
    figures_encoding: str = "utf-8"
    separator: str = ","
    layout: str = "own long"
    heading: str = "one"
    numbers: str = "plain"
    is_declared: bool = True
    gaps: bool = False
    one_is_wrong: bool = False
    # what is declared, and which roles have figures
    catalogue: str = "starter"
    left_out: tuple[str, ...] = ()
    blanked: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    people: str = "population"
    has_revenue: bool = True
    has_nation_figures: bool = False
    # what is asked
    horizon: int = 2030
    plan_years: str = "2021-2022"
    budget: float = 5.0
    without: tuple[str, ...] = ()
    stages: str = "all"
    forecasts: tuple[str, ...] = ("nation", "workforce", "ages", "households", "pressure")
    hands_out: tuple[str, ...] = ("city", "export", "publish")
    is_visited: bool = True

    @property
    def towns(self) -> list["City"]:
        """The cities, in the order of the register."""
        places = zip(CODES[self.codes], NAMES[self.names], strict=True)
        return [City(code, name) for code, name in list(places)[: self.cities]]

    @property
    def source(self) -> str:
        """Who publishes the figures: one of urbium's sources where none is declared."""
        return "oecd_fua19" if self.catalogue == "none" else f"own_{self.roles[0]}_source"

    @property
    def roles(self) -> list[str]:
        """The roles that variables of its own fill."""
        people = ["urban_population"] if self.people == "own_urban_population" else []
        return [*(["revenue"] if self.has_revenue else []), *people] or ["income"]

    def odd(self) -> dict[str, Any]:
        """Return the facets that are not plain."""
        return {
            facet.name: getattr(self, facet.name)
            for facet in fields(self)
            if getattr(self, facet.name) != getattr(PLAIN, facet.name)
        }


@dataclass(frozen=True)
class City:
    """A city of a drawn programme."""

    code: str
    name: str


PLAIN = Drawn()
OPTIONAL_TABLES = (
    "solutions/solutions.csv", "solutions/effects.csv", "solutions/inflows.csv", "funds/instruments.csv",
    "funds/instrument_terms.csv", "rules/checks.csv", "rules/assumptions.csv", "rules/norms.csv",
    "rules/promises.csv", "rules/live.csv", "platform/base_data.csv", "platform/profiles.csv",
    "documents/outlines.csv", "documents/outline_sections.csv", "indicators/indices.csv",
    "indicators/index_tree.csv", "retired.csv", "units.csv",
)  # fmt: skip
OPTIONAL_CELLS = (
    "solutions.prerequisites", "solutions.soft_prerequisites", "solutions.standards",
    "solutions.note", "effects.note", "effects.indicator_code", "inflows.period", "variables.note",
    "variables.plausible_max", "indicators.benchmark", "indices.note", "sources.origin",
    "sources.edition_year",
)  # fmt: skip
RETIRABLE = (
    "solutions",
    "needs",
    "promises",
    "funds",
    "instruments",
    "assumptions",
    "norms",
    "occupations",
    "indices",
)


_DRAWN: dict[str, tuple[float, tuple[Any, ...]]] = {
    "nation": (0.8, (*NATIONS, "", "")),
    "currency": (0.3, ("USD", "EUR", "JPY", "KWD", "VND", "BTN")),
    "languages": (0.4, ("en,fr", "ar", "zh,en", "pt,en", "he", "hi,en")),
    "zone": (0.4, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Nowhere")),
    "fiscal_year": (0.3, (4, 7, 10, 12)),
    "price_year": (0.2, ("2015", "2020", "2022")),
    "cities": (0.7, (1, 1, 3, 4, 5)),
    "codes": (0.6, tuple(CODES)[1:]),
    "names": (0.8, tuple(NAMES)[1:]),
    "level": (0.4, ("district", "municipality", "área metropolitana", "村")),
    "has_regions": (0.3, (False,)),
    "has_coordinates": (0.4, (False,)),
    "has_two_levels": (0.2, (True,)),
    "register_file": (0.4, ("xlsx", "ods")),
    "register_encoding": (0.4, ENCODINGS[1:]),
    "register_separator": (0.4, (";", "\t")),
    "register_titles": (0.2, (1, 3)),
    "years": (0.6, (1, 2, 3, 8, 12)),
    "area": (0.2, ("agglomeration", "prefecture")),
    "figures_file": (0.5, ("xlsx", "ods")),
    "figures_encoding": (0.4, ENCODINGS[1:]),
    "separator": (0.5, (";", "\t")),
    "layout": (0.7, ("own wide", "long", "variables", "periods")),
    "heading": (0.4, ("titles", "two rows", "merged")),
    "numbers": (0.6, ("comma", "points", "spaces", "english", "mixed")),
    "is_declared": (0.2, (False,)),
    "gaps": (0.2, (True,)),
    "one_is_wrong": (0.1, (True,)),
    "catalogue": (0.5, ("roles only", "none", "parts")),
    "people": (0.3, ("population_year_end", "own_urban_population", "none")),
    "has_revenue": (0.15, (False,)),
    "has_nation_figures": (0.3, (True,)),
    "horizon": (0.3, (2022, 2050, 2100)),
    "plan_years": (0.4, ("2021", "2022-2026", "2020-2021", "2030-2031")),
    "budget": (0.4, (0.001, 0.0, 1000.0, 1e6)),
    "stages": (0.5, ("outlook", "plan", "scores", "none", "outlook and plan", "outlook and plan")),
    "is_visited": (0.4, (False,)),
}
"""How often a facet is not plain, and what it is then."""
_DRAWN_SOME: dict[str, tuple[float, tuple[str, ...], int]] = {
    "left_out": (0.35, OPTIONAL_TABLES, 4),
    "blanked": (0.35, OPTIONAL_CELLS, 5),
    "retired": (0.3, RETIRABLE, 3),
    "without": (0.3, ("people", "standards", "fairness", "growth"), 2),
    "forecasts": (0.9, PLAIN.forecasts, 2),
    "hands_out": (0.9, PLAIN.hands_out, 1),
}
"""How often some of several things are drawn, and of how many at most."""


def drawn(seed: int) -> Drawn:
    """Return the programme of a seed: the same whenever and wherever it is drawn.

    Each facet has dice of its own, so that a further one changes no programme in another facet.

    >>> drawn(7) == drawn(7), drawn(7) == drawn(8)
    (True, False)
    """
    facets: dict[str, Any] = {}
    for name, (chance, values) in _DRAWN.items():
        dice = Random(f"{seed} {name}")
        if dice.random() < chance:
            facets[name] = dice.choice(values)
    for name, (chance, several, most) in _DRAWN_SOME.items():
        dice = Random(f"{seed} {name}")
        if dice.random() < chance:
            facets[name] = tuple(sorted(dice.sample(several, dice.randint(1, most))))
    return replace(PLAIN, **facets)


def reduced(programme: Drawn, fails: Callable[[Drawn], bool]) -> Drawn:
    """Return a programme that fails and has as few facets that are not plain as can be left out singly."""
    left = list(programme.odd())
    while left:
        for name in left:
            plainer = replace(programme, **{name: getattr(PLAIN, name)})
            if fails(plainer):
                programme = plainer
                break
        else:
            return programme
        left = list(programme.odd())
    return programme


def seen(name: str) -> str:
    """Return a name as it is compared: composed, one blank between its words."""
    return " ".join(unicodedata.normalize("NFC", name).split())
