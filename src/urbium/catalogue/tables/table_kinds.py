"""Kinds of tables: every table of a catalogue, declared once, with its files, its key and its records.

A table that is not declared here is not read, and a folder that holds one is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Final

from urbium.catalogue.tables import money_rows, programme_rows, rows, solution_rows

KEY_SIGN: Final = " | "
"""What stands between the columns of a key of several."""

LEARNED: Final = ("growth", "urbanisation", "demography", "workforce")
"""Tables of figures that were learned from many countries, so that the package need not hold the world."""

PLACEHOLDER: Final = "[write here"
"""How a cell begins to say, within brackets, what only the user of a starter knows."""

UNITS: Final = "units"
RETIRED: Final = "retired"


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table of the catalogue.

    Attributes
    ----------
    name : what it is called in a workbook, in a list of retired entries and in commands
    files : where it stands below the folder; the first is where it is written, ``*`` stands for any name
    key : the columns that tell a row from the others
    shape : what reads a row as a record; None where several rows or tables make one
    group : a column: rows of one's own take the place of all of urbium's that say the same there
    parts_of : tables and columns: a row goes when what its column names there is retired
    is_needed : whether the program needs every row of urbium's, which may then be replaced and not retired
    is_own_only : whether it stands in a catalogue of one's own only
    more_columns : whether it may have columns that nobody reads
    """

    name: str
    files: tuple[str, ...]
    key: tuple[str, ...]
    shape: "rows.Shape[Any] | None" = None
    group: str = ""
    parts_of: tuple[tuple[str, str], ...] = ()
    is_needed: bool = False
    is_own_only: bool = False
    more_columns: bool = False

    @property
    def written(self) -> str:
        """The file that it is written to."""
        return self.files[0].replace("*", "own")

    def fits(self, file: str) -> bool:
        """Return whether a file of a folder is such a table."""
        return any(fnmatchcase(file, pattern) for pattern in self.files)


def key_of(kind: TableKind, cells: Mapping[str, str]) -> str:
    """Return the key of a row as one text.

    >>> key_of(TABLES["index_tree"], {"index": "yearbook", "id": "economy"})
    'yearbook | economy'
    """
    return KEY_SIGN.join(cells.get(column, "").strip() for column in kind.key)


def kind_of_file(file: str) -> TableKind | None:
    """Return the kind of table that a file of a folder holds; None when it holds none.

    >>> kind_of_file("variables/health.csv").name, kind_of_file("rules/norm.csv")
    ('variables', None)
    """
    fitting = [kind for kind in TABLES.values() if kind.fits(file)]
    return min(fitting, key=lambda kind: "*" in "".join(kind.files)) if fitting else None


_OF_SOLUTION = (("solutions", "solution_code"),)

_KINDS: tuple[TableKind, ...] = (
    TableKind(UNITS, ("units.csv",), ("id",), rows.own_unit, is_needed=True),
    TableKind(
        "sources", ("sources.csv", "solutions/sources.csv", "funds/sources.csv", "rules/sources.csv"),
        ("id",), rows.source,
    ),
    TableKind("variables", ("variables/*.csv",), ("id",), rows.variable),
    TableKind("indicators", ("indicators/*.csv",), ("id",), rows.indicator),
    TableKind("indices", ("indicators/indices.csv",), ("id",), rows.index),
    TableKind(
        "index_tree", ("indicators/index_tree.csv",), ("index", "id"), rows.node, group="index",
        parts_of=(("indices", "index"),),
    ),
    TableKind(
        "variations", ("indicators/variations.csv",), ("index", "part", "alternative"), rows.variation,
        group="index", parts_of=(("indices", "index"),),
    ),
    TableKind("solutions", ("solutions/solutions.csv",), ("code",), solution_rows.solution),
    TableKind(
        "effects", ("solutions/effects.csv",), ("solution_code", "indicator"), rows.effect,
        parts_of=_OF_SOLUTION,
    ),
    TableKind("ceilings", ("solutions/ceilings.csv",), ("indicator",), rows.ceiling),
    TableKind(
        "skills", ("solutions/skills.csv",), ("solution_code", "isco08", "esco_title"), rows.skill,
        group="solution_code", parts_of=_OF_SOLUTION,
    ),
    TableKind(
        "inflows", ("solutions/inflows.csv",), ("id",), money_rows.inflow,
        group="solution_code", parts_of=_OF_SOLUTION,
    ),
    TableKind("terms", ("funds/terms.csv",), ("model_code", "item"), rows.term),
    TableKind("funds", ("funds/funds.csv",), ("id",), rows.fund),
    TableKind("instruments", ("funds/instruments.csv",), ("id",), money_rows.instrument),
    TableKind(
        "instrument_terms", ("funds/instrument_terms.csv",), ("instrument", "term"),
        money_rows.instrument_term,
        parts_of=(("instruments", "instrument"),),
    ),
    TableKind(
        "foreign_limits", ("funds/foreign_limits.csv",), ("id",), money_rows.foreign_limit,
        parts_of=(("solutions", "solution"),),
    ),
    TableKind("checks", ("rules/checks.csv",), ("id",), rows.rule),
    TableKind("assumptions", ("rules/assumptions.csv",), ("id",), rows.assumption, is_needed=True),
    TableKind("norms", ("rules/norms.csv",), ("id",), rows.norm),
    TableKind("needs", ("rules/needs.csv",), ("id",), rows.need),
    TableKind(
        "candidates", ("rules/candidates.csv",), ("id",), rows.candidate,
        parts_of=(("solutions", "solution"),),
    ),
    TableKind("province_facts", ("rules/province_facts.csv",), ("province", "fact"), rows.province_fact),
    TableKind("occupations", ("rules/occupations.csv",), ("id",), rows.occupation),
    TableKind(
        "promises", ("rules/promises.csv",), ("id",), rows.promise, parts_of=(("solutions", "solutions"),)
    ),
    TableKind(
        "live", ("rules/live.csv",), ("id",), rows.live_rule, parts_of=(("variables", "variable"),)
    ),
    TableKind("live_attributes", ("rules/live_attributes.csv",), ("id",), rows.live_attribute),
    TableKind("live_retention", ("rules/live_retention.csv",), ("id",), rows.live_retention),
    TableKind(
        "base_data", ("platform/base_data.csv",), ("set", "code"), programme_rows.base_database, group="set"
    ),
    TableKind(
        "city_services", ("platform/city_services.csv",), ("code",), programme_rows.city_service,
        parts_of=(("solutions", "solution"),),
    ),
    TableKind(
        "profiles", ("platform/profiles.csv",), ("profile", "nature", "field"), programme_rows.profile_field,
        group="profile",
    ),
    TableKind("outlines", ("documents/outlines.csv",), ("id",), programme_rows.outline),
    TableKind(
        "outline_sections", ("documents/outline_sections.csv",), ("outline", "number"),
        programme_rows.outline_section,
        group="outline", parts_of=(("outlines", "outline"),),
    ),
    TableKind("regions", ("rules/regions.csv",), ("province",), rows.region),
    TableKind(
        "proxies", ("rules/proxies.csv",), ("indicator", "proxy", "use"), rows.proxy,
        parts_of=(("indicators", "indicator"), ("indicators", "proxy")),
    ),
    TableKind("role_kinds", ("rules/role_kinds.csv",), ("id",), rows.role, is_needed=True),
    TableKind("roles", ("rules/roles.csv",), ("role", "variable"), rows.filler),
    *(
        TableKind(name, (f"rules/{name}.csv",), ("id",), rows.assumption, is_needed=True)
        for name in LEARNED
    ),
    TableKind(
        "iso3712x_indicators", ("crosswalk/iso3712x_indicators.csv",), ("standard", "edition", "clause")
    ),
    TableKind("sdg11_indicators", ("crosswalk/sdg11_indicators.csv",), ("code",)),
    TableKind(
        "mohurd_pilot_indicators", ("crosswalk/mohurd_pilot_indicators.csv",),
        ("level1", "level2", "level3"),
    ),
    TableKind(
        "editions", ("crosswalk/editions.csv",), ("standard", "old_edition", "new_edition", "new")
    ),
    TableKind(RETIRED, ("retired.csv",), ("table", "id"), rows.retirement, is_own_only=True),
)  # fmt: skip

TABLES: Final[Mapping[str, TableKind]] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Every table by name, in the order in which a folder or workbook is written."""
