"""The catalogue: declared things (variables, indicators, solutions, funds, rules) as checked records.

The rows of urbium's own stand in ``data/``. A programme may have tables of its own over them, which add,
replace and retire entries (``layers``). Every reference resolves, no prerequisite leads back to itself and
weights sum to one; otherwise the whole catalogue is refused, with every fault named by file, row and column.

Where to change what:

- how one currency becomes another; prices of one year those of another: ``exchange.py``;
  ``price_index.py``, levels: ``price_index.*`` in ``data/rules/assumptions.csv``
- what a solution brings in or saves, and whose money it is: ``data/solutions/inflows.csv``; which row is
  booked, and why others are not: ``bookings.py``; amounts of a project: ``plan/inputs/inflows.py``;
  whether it counts once projects are built, for debt and for returns: ``finance/inflows.py``; what is
  kept of promises, evidence asked: assumptions ``inflow.*``
- what money costs, who offers it where and when, limits of foreign ownership:
  ``data/funds/instruments.csv``, ``instrument_terms.csv``, ``foreign_limits.csv``; what is offered:
  ``offers.py``; debt service and cover: ``finance/debt.py``
- what banks and partners are repaid: terms: those of their instruments; what users repay:
  ``repayment.users.*`` in ``data/rules/assumptions.csv``; schedules: ``debt.py``; shares by year:
  ``plan/inputs/repayments.py``; in the national search: ``plan/search/national/repaid.py``,
  ``plan/search/national/paying.py``
- for which nation a number or promise was made, and what holds elsewhere: column ``nation`` of the row;
  which hold in a programme: ``scope.py``
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast, get_origin, get_type_hints

import polars as pl

from urbium.catalogue import scope
from urbium.catalogue.checks import (
    formulas,
    inflow_rules,
    instrument_rules,
    labour,
    live_rules,
    needs,
    norms,
    programme_rules,
    references,
)
from urbium.catalogue.checks.role_rules import rules_of_roles
from urbium.catalogue.checks.values import row_faults
from urbium.catalogue.tables.layers import Layers, laid_over
from urbium.catalogue.tables.own_tables import EMPTY, MOST_FAULTS, NO_TABLES, OwnTables, read_own, read_table
from urbium.catalogue.tables.packaged import DATA
from urbium.catalogue.tables.rows import Shape
from urbium.catalogue.tables.table_kinds import LEARNED, RETIRED, TABLES, UNITS, TableKind, key_of
from urbium.catalogue.tables.table_rows import TableRow
from urbium.errors import Fault, InputError, NotFoundError, UrbiumError, counted, refuse
from urbium.model import (
    Assumption,
    CandidateRule,
    Ceiling,
    Claim,
    Effect,
    FinanceTerm,
    ForeignLimit,
    Fund,
    Index,
    IndexNode,
    Indicator,
    Inflow,
    Instrument,
    InstrumentTerm,
    NeedRule,
    Norm,
    Occupation,
    Promise,
    ProvinceFact,
    Proxy,
    Region,
    SkillNeed,
    Solution,
    Source,
    ValueRule,
    Variable,
    Variation,
)
from urbium.model.live import LiveAttribute, LiveRetention, LiveRule
from urbium.model.outlines import Outline, OutlineSection
from urbium.model.platform import BaseDatabase, CityService, ProfileField
from urbium.observations.roles import PACKAGED, Roles
from urbium.text import coded, text
from urbium.units import Unit, check_unit, declared_units

__all__ = ["DATA", "LEARNED", "Catalogue", "load_catalogue", "make_catalogue", "read_claims"]

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:  # noqa: PLW1641 - its tables are no key
    """Everything that is declared, by id.

    ``crosswalk`` lists the names of other standards' indicators, and ``editions`` what became of an indicator
    in the next edition of its standard. ``own`` names the rows that are the
    programme's own, by table and key, and ``tables`` holds them as they were read.
    """

    sources: Mapping[str, Source]
    variables: Mapping[str, Variable]
    indicators: Mapping[str, Indicator]
    indices: Mapping[str, Index]
    solutions: Mapping[str, Solution]
    effects: tuple[Effect, ...]
    ceilings: tuple[Ceiling, ...]
    skills: tuple[SkillNeed, ...]
    inflows: Mapping[str, Inflow]
    terms: tuple[FinanceTerm, ...]
    funds: Mapping[str, Fund]
    instruments: Mapping[str, Instrument]
    instrument_terms: tuple[InstrumentTerm, ...]
    foreign_limits: Mapping[str, ForeignLimit]
    rules: tuple[ValueRule, ...]
    assumptions: Mapping[str, Assumption]
    norms: Mapping[str, Norm]
    needs: Mapping[str, NeedRule]
    candidates: Mapping[str, CandidateRule]
    province_facts: tuple[ProvinceFact, ...]
    occupations: Mapping[str, Occupation]
    promises: Mapping[str, Promise]
    regions: Mapping[str, Region]
    live: Mapping[str, LiveRule]
    live_attributes: Mapping[str, LiveAttribute]
    live_retention: Mapping[str, LiveRetention]
    base_data: Mapping[str, BaseDatabase]
    city_services: Mapping[str, CityService]
    profiles: tuple[ProfileField, ...]
    outlines: Mapping[str, Outline]
    outline_sections: tuple[OutlineSection, ...]
    learned: Mapping[str, Mapping[str, Assumption]]
    proxies: tuple[Proxy, ...]
    variations: tuple[Variation, ...]
    crosswalk: pl.DataFrame
    editions: pl.DataFrame
    roles: Roles = PACKAGED
    own: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)
    tables: OwnTables = field(default=NO_TABLES, compare=False)

    @property
    def version(self) -> str:
        """The digest of the programme's own tables; empty where it has none."""
        return self.tables.digest()

    def __eq__(self, other: object) -> bool:
        """Compare row by row; two frames have no single truth, so they are compared as wholes."""
        if not isinstance(other, Catalogue):
            return NotImplemented
        tables = [table.name for table in fields(self) if table.compare]
        pairs = ((getattr(self, name), getattr(other, name)) for name in tables)
        return all(
            mine.equals(theirs) if isinstance(mine, pl.DataFrame) else mine == theirs
            for mine, theirs in pairs
        )

    def __repr__(self) -> str:
        return (
            f"Catalogue of {len(self.variables)} variables, {len(self.indicators)} indicators, "
            f"{len(self.indices)} indices, {len(self.solutions)} solutions, {len(self.sources)} sources"
        )


def load_catalogue(extra: Path | None = None, *, encoding: str = "") -> Catalogue:
    """Read the packaged tables, and those of ``extra`` over them; refuse them whole when anything is wrong.

    Parameters
    ----------
    extra : a folder of tables laid out like ``urbium/data``, or a workbook with a sheet for each table
    encoding : of its CSV files; UTF-8, or what their first bytes mark, where none is given

    Raises NotFoundError when there is no table of the catalogue in ``extra``, InputError with one fault for
    each wrong row or reference.

    >>> load_catalogue().variables["hospital_beds"].unit
    'beds'
    """
    return _packaged() if extra is None else make_catalogue(read_own(extra, encoding=encoding))


@cache
def _packaged() -> Catalogue:
    return make_catalogue(OwnTables(MappingProxyType({}), str(DATA)))


def make_catalogue(own: OwnTables) -> Catalogue:
    """Return the catalogue of urbium's tables with those of one's own over them.

    Raises InputError with every fault by file, row and column.
    """
    layers = laid_over(own.tables)
    read = _Records(layers)
    own_units = list(read.own_units())
    read.listed(RETIRED)
    with declared_units(own_units):
        catalogue = _read(read, own)
        if not read.faults:
            wrong = [fault for check in _CHECKS for fault in islice(check(catalogue), MOST_FAULTS)]
            read.faults.extend(read.placed(fault) for fault in wrong)
        _refuse(read.faults, own.place)
    return catalogue


def _refuse(faults: list[Fault], place: str) -> None:
    said = coded("catalogue.faults", "the catalogue has {faults}", faults=counted(faults))
    refuse(dict.fromkeys(faults), place, said)


def _read(read: "_Records", own: OwnTables) -> Catalogue:
    """Return the records of every table: by id where a mapping is declared, else in their order."""
    roles = Roles(read.keyed("role_kinds"), read.listed("roles"))
    composed: Mapping[str, Callable[[], Any]] = {
        "indices": lambda: _indices(read),
        "rules": lambda: rules_of_roles(read.listed("checks"), roles),
        "learned": lambda: MappingProxyType({name: read.keyed(name) for name in LEARNED}),
        "crosswalk": lambda: _crosswalk(read),
        "editions": lambda: pl.DataFrame(read.lines("editions", dict)),
        "roles": lambda: roles,
        "own": lambda: read.layers.own,
        "tables": lambda: own,
    }

    def of(name: str, hint: Any) -> Any:  # noqa: ANN401 - a table of any kind
        if name in composed:
            return composed[name]()
        return read.listed(name) if get_origin(hint) is tuple else read.keyed(name)

    return Catalogue(**{name: of(name, hint) for name, hint in get_type_hints(Catalogue).items()})


_CLAIM: Final = Shape(Claim, columns={"id": ("claim_id",), "source": ("source_id",)})


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read claims: claim_id, text, place, variable_as_named, year, value, unit, comparison, source_id."""
    if not path.is_file():
        raise NotFoundError(
            coded("catalogue.claims.no_file", "there is no such file"),
            place=str(path),
            remedy=text("check the name"),
        )
    kind = TableKind("claims", (path.name,), ("claim_id",), _CLAIM, more_columns=True)
    table, faults = read_table(path, kind)
    claims: list[Claim] = []
    for row in table:
        try:
            claims.append(_CLAIM(row.cells))
        except InputError as error:
            faults.extend(_at(row, replace(fault, rule="catalogue-row")) for fault in error.faults)
    if [fault.rule for fault in faults] == [EMPTY]:
        raise InputError(
            coded("catalogue.claims.none", "there are no claims in this file"),
            place=str(path),
            remedy=text("put one claim per row, below a header"),
        )
    refuse(faults, str(path), coded("catalogue.claims.not_a_table", "this is not a table of claims"))
    return tuple(claims)


def _record(table: str, row: TableRow) -> Any:  # noqa: ANN401 - any record
    return cast("Callable[[Row], Any]", TABLES[table].shape)(row.cells)


_packaged_record = cache(_record)
"""Reads a row of urbium's, which says the same in every catalogue, once."""


class _Records:
    """Makes records of the rows that count, and gathers faults with their places."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.faults: list[Fault] = list(layers.faults)

    def pairs(self, table: str) -> Iterator[tuple[Any, TableRow]]:
        """Yield the records of a table with their rows; wrong rows are faults, and some are enough."""
        kind, wrong = TABLES[table], 0
        for row in self.layers.rows[table]:
            if wrong >= MOST_FAULTS:
                return
            try:
                record = _record(table, row) if row.is_own else _packaged_record(table, row)
            except UrbiumError as error:
                wrong += 1
                given = error.faults or (Fault("error", error.message, error.remedy),)
                self.faults.extend(_at(row, replace(fault, rule="catalogue-row")) for fault in given)
                continue
            if row.is_own:
                faults = list(row_faults(row, table, key_of(kind, row.cells), record))
                wrong += bool(faults)
                self.faults.extend(_at(row, fault) for fault in faults)
            yield record, row

    def own_units(self) -> Iterator[Unit]:
        """Yield the units of one's own; one that is declared otherwise already is a fault."""
        for unit, row in self.pairs(UNITS):
            if row.is_own:
                try:
                    check_unit(unit)
                except InputError as error:
                    fault = Fault("error", error.message, error.remedy, "catalogue-unit", cell="id")
                    self.faults.append(_at(row, fault))
                else:
                    yield unit

    def listed(self, table: str) -> tuple[Any, ...]:
        """Return one record a row."""
        return tuple(record for record, _ in self.pairs(table))

    def keyed(self, table: str) -> Mapping[str, Any]:
        """Return the records by key."""
        return MappingProxyType(
            {key_of(TABLES[table], row.cells): record for record, row in self.pairs(table)}
        )

    def lines(self, table: str, record: Callable[[Row], Row]) -> tuple[Row, ...]:
        """Return the rows of a table of names, as one table of all standards calls their columns."""
        return tuple(record(row.cells) for row in self.layers.rows[table])

    def placed(self, fault: Fault) -> Fault:
        """Return a fault that names table, key and column with file and cell instead."""
        kind = TABLES.get(fault.sheet)
        rows = reversed(self.layers.rows[kind.name]) if kind else ()
        row = next((row for row in rows if kind and key_of(kind, row.cells) == fault.value), None)
        if row is None:
            return fault
        if row.is_own:
            return _at(row, fault)
        remedy = text(
            "this row belongs to urbium: replace it, or remove it by adding the row {table}, {id} "
            "to retired.csv",
            table=fault.sheet,
            id=fault.value,
        )
        return replace(_at(row, fault), remedy=remedy, sheet=f"urbium/data/{row.file}")


def _at(row: TableRow, fault: Fault) -> Fault:
    """Return a fault of a row, whose ``cell`` is a column, with file and cell."""
    return replace(fault, sheet=row.file, cell=row.cell(fault.cell))


def _indices(read: "_Records") -> Mapping[str, Index]:
    nodes: dict[str, list[IndexNode]] = defaultdict(list)
    for node, row in read.pairs("index_tree"):
        nodes[row.cells["index"].strip()].append(node)
    indices = {key: replace(index, nodes=tuple(nodes[key])) for key, index in read.keyed("indices").items()}
    for row in read.layers.rows["index_tree"]:
        if row.is_own and row.cells["index"].strip() not in indices:
            name = row.cells["index"].strip()
            message = coded("catalogue.tree.no_index", "the index {name!r} is not declared", name=name)
            remedy = text("declare it in indicators/indices.csv")
            read.faults.append(_at(row, Fault("error", message, remedy, "reference", cell="index")))
            break
    return MappingProxyType(indices)


def _crosswalk(read: "_Records") -> pl.DataFrame:
    """One table of the indicators that other standards name."""
    columns = ("standard", "edition", "clause", "name", "kind", "unit", "status")

    def line(*cells: str) -> Row:
        return dict(zip(columns, cells, strict=True))

    iso = read.lines(
        "iso3712x_indicators",
        lambda r: line(
            r["standard"], r["edition"], r["clause"], r["indicator"], r["kind"], r["unit"], r["status"]
        ),
    )
    sdg = read.lines(
        "sdg11_indicators",
        lambda r: line(
            "SDG 11",
            "2017 and later",
            r["code"],
            r["indicator"],
            "target " + r["target"],
            r["unit"],
            r["source"],
        ),
    )
    trial = read.lines(
        "mohurd_pilot_indicators",
        lambda r: line("MOHURD trial set", "2012", r["level2"], r["level3"], r["level1"], "", r["source"]),
    )
    return pl.DataFrame([*iso, *sdg, *trial])


_CHECKS = (
    references.references,
    references.roles,
    references.variations,
    references.cycles,
    references.kinds,
    references.domains,
    references.trees,
    references.weightings,
    formulas.formulas,
    references.measured_solutions,
    references.ranges,
    scope.nations,
    norms.references,
    norms.figures,
    norms.services,
    needs.references,
    needs.figures,
    needs.candidates,
    inflow_rules.references,
    inflow_rules.figures,
    labour.figures,
    instrument_rules.references,
    instrument_rules.figures,
    instrument_rules.limits,
    instrument_rules.user_shares,
    live_rules.references,
    live_rules.arguments,
    live_rules.retention,
    programme_rules.base_data,
    programme_rules.city_services,
    programme_rules.outlines,
)
